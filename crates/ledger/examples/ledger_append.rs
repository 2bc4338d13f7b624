//! How many entries a second a log takes durably, and how long one waits for its receipt.
//!
//! `cargo run --release -p pollwarden-ledger --features store --example ledger_append -- DIR SIZES [THREADS [WINDOW]]`:
//! DIR must not exist and is removed again; SIZES are where the curve is read (10000,100000); each of THREADS submits
//! entries as long as ordinary ones, with up to WINDOW of them on their way.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench may stop at a fault and prints what it measured")]

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use pollwarden_ledger::store::{Appender, Limits, Log, Ticket, fsck};
use pollwarden_ledger::{Algorithm, Entry, Opening, Signer, Statement};

const STEP: Duration = Duration::from_micros(100);
/// Ten seconds; who waits longer is counted there.
const STEPS: usize = 100_000;

fn main() {
    let mut words = std::env::args().skip(1);
    let dir = PathBuf::from(words.next().expect("a folder that does not exist yet"));
    let sizes = words.next().unwrap_or("10000".to_owned());
    let sizes: Vec<u64> = sizes.split(',').map(|size| size.parse().expect("sizes, joined by commas")).collect();
    let threads: u64 = words.next().map_or(4, |threads| threads.parse().expect("a number of threads"));
    let window: usize = words.next().map_or(1024, |window| window.parse().expect("how many are on their way"));
    println!("{threads} threads, {window} entries of each on their way, {} bytes an entry", entry(0).len());
    let signer = |algorithm, seed| Signer::new("county.example/ledger", algorithm, &[seed; 32]).unwrap();
    let signers = || vec![signer(Algorithm::Ed25519, 1), signer(Algorithm::MlDsa44Cosignature, 2)];
    let keys: Vec<_> = signers().iter().map(|signer| signer.key().clone()).collect();
    let mut log = Log::create(&dir, signers(), now()).unwrap();
    for size in sizes {
        log = measure(log, size, threads, window, &dir);
    }
    drop(log);
    let begun = Instant::now();
    drop(Log::open(&dir, signers()).unwrap());
    println!("opened again in {:.0?}", begun.elapsed());
    let begun = Instant::now();
    let report = fsck(&dir, &keys, &mut |_, _| {}).unwrap();
    println!("fsck in {:.1?}: {:?}, {} leftovers", begun.elapsed(), report.audited.unwrap(), report.leftovers.len());
    println!("{}", memory());
    std::fs::remove_dir_all(dir).unwrap();
}

/// Grows the log to `size` entries.
fn measure(log: Log, size: u64, threads: u64, window: usize, dir: &Path) -> Log {
    let first = log.tree().size;
    let appender = Appender::start(log, Limits::default(), now).unwrap();
    let begun = Instant::now();
    let waits: Vec<u64> = std::thread::scope(|scope| {
        let share = |thread: u64| first + (size - first) * thread / threads;
        let appender = &appender;
        let submitters: Vec<_> = (0..threads)
            .map(|thread| scope.spawn(move || submit(appender, share(thread)..share(thread + 1), window)))
            .collect();
        let all = submitters.into_iter().map(|submitter| submitter.join().unwrap());
        all.reduce(|all, one| all.iter().zip(one).map(|(a, b)| a + b).collect()).unwrap()
    });
    let took = begun.elapsed().as_secs_f64();
    let log = appender.finish().unwrap();
    let at = |share: f64| {
        let mut below = ((size - first - 1) as f64 * share) as u64;
        let found = waits.iter().position(|count| {
            let here = below < *count;
            below = below.saturating_sub(*count);
            here
        });
        found.unwrap() as f64 * STEP.as_secs_f64() * 1000.0
    };
    let (files, bytes) = counted(dir);
    println!(
        "{size} entries: {:.0} entries/s; submit to receipt p50 {:.0} ms, p99 {:.0} ms, max {:.0} ms; {files} files, {bytes} \
         bytes; {}",
        (size - first) as f64 / took,
        at(0.5),
        at(0.99),
        at(1.0),
        memory()
    );
    log
}

/// How many waited how long, from their submission until their receipt was seen, in steps.
fn submit(appender: &Appender, numbers: std::ops::Range<u64>, window: usize) -> Vec<u64> {
    let mut waits = vec![0; STEPS];
    let mut open: VecDeque<(Instant, Ticket)> = VecDeque::with_capacity(window);
    let mut close = |(begun, ticket): (Instant, Ticket)| {
        ticket.wait().unwrap();
        waits[((begun.elapsed().as_nanos() / STEP.as_nanos()) as usize).min(STEPS - 1)] += 1;
    };
    for number in numbers {
        if open.len() == window {
            close(open.pop_front().unwrap());
        }
        let begun = Instant::now();
        open.push_back((begun, appender.enqueue(entry(number)).unwrap()));
    }
    open.into_iter().for_each(close);
    waits
}

/// An entry as Pollwarden makes them.
fn entry(number: u64) -> Vec<u8> {
    let opening = |section: u8| Opening { salt: [section; 32], value: number.to_string() };
    Entry::Statement(Statement::new("source", &[opening(1), opening(2), opening(3)])).to_bytes()
}

fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
}

fn counted(dir: &Path) -> (u64, u64) {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap());
    entries.fold((0, 0), |(files, bytes), entry| {
        if entry.file_type().unwrap().is_dir() {
            let (below, size) = counted(&entry.path());
            return (files + below, bytes + size);
        }
        (files + 1, bytes + entry.metadata().unwrap().len())
    })
}

/// The most memory that this process had, as Linux counts it.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    format!("at most {} of memory", peak.unwrap_or("?").trim())
}
