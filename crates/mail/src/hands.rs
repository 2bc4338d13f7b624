//! Messages are read by one thread and worked on by several, a hand of them at a time.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use pollwarden_core::{Complaint, Source};
use pollwarden_intake::Input;

use crate::formats::{Kept, Kind, messages};

/// Messages handed over at a time, and how many such hands may wait: memory is bounded by these.
const AT_A_TIME: usize = 32;
const WAITING: usize = 4;
/// Bytes of messages handed over at a time.
const BYTES_AT_A_TIME: usize = 8 << 20;

/// Messages of one hand, with their place in order.
type Hand = (usize, Vec<Kept>);

/// What became of one hand.
pub(crate) struct Done<T> {
    /// What came of each message.
    pub(crate) results: Vec<T>,
    /// Where messages are that could not be worked on.
    pub(crate) failed: Vec<(String, Option<u64>)>,
}

/// What was read to its end, and what was not.
pub(crate) type Read = (Vec<Source>, Vec<Complaint>);

/// Does `work` on each message of `inputs`, on so many threads, and gives what came of it to `take`, in the order in which it
/// was read: a run's rows are the same whatever the threads did.
///
/// # Errors
/// Those of `take`, which end the run.
pub(crate) fn each<T: Send>(
    inputs: &[(Kind, &Input)],
    threads: usize,
    work: &(dyn Fn(&Kept) -> T + Sync),
    take: &mut dyn FnMut(Done<T>) -> Result<(), String>,
) -> Result<Read, String> {
    let (to_workers, hands) = sync_channel::<Hand>(WAITING);
    let (to_taker, done) = sync_channel::<(usize, Done<T>)>(WAITING);
    let hands = Mutex::new(hands);
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || read_all(inputs, &to_workers));
        for _ in 0..threads.max(1) {
            let (hands, to_taker) = (&hands, to_taker.clone());
            scope.spawn(move || work_on(work, hands, &to_taker));
        }
        drop(to_taker);
        let taken = take_in_order(&done, take);
        // Where rows can't be stored, nobody waits for more of them.
        drop(done);
        let read = reader.join().map_err(|_| "reading mail broke off, by a fault of this program: please report it");
        taken.and_then(|()| Ok(read?))
    })
}

fn read_all(inputs: &[(Kind, &Input)], hands: &SyncSender<Hand>) -> Read {
    let (mut sources, mut complaints) = (Vec::new(), Vec::new());
    let (mut hand, mut bytes, mut number, mut is_over) = (Vec::new(), 0, 0, false);
    for (kind, input) in inputs {
        let read = messages(input, *kind, &mut |kept| {
            bytes += kept.raw.len();
            hand.push(kept);
            if hand.len() >= AT_A_TIME || bytes >= BYTES_AT_A_TIME {
                is_over |= hands.send((number, std::mem::take(&mut hand))).is_err();
                (number, bytes) = (number + 1, 0);
            }
        });
        match read {
            Ok(source) => sources.push(source),
            Err(complaint) => complaints.push(*complaint),
        }
        if is_over {
            break;
        }
    }
    if !hand.is_empty() {
        let _ = hands.send((number, hand));
    }
    (sources, complaints)
}

fn work_on<T>(work: &dyn Fn(&Kept) -> T, hands: &Mutex<Receiver<Hand>>, taker: &SyncSender<(usize, Done<T>)>) {
    loop {
        let next = hands.lock().map(|hands| hands.recv());
        let Ok(Ok((number, hand))) = next else { return };
        let mut done = Done { results: Vec::with_capacity(hand.len()), failed: Vec::new() };
        for kept in hand {
            // A fault of ours or of a library's in one message must not end the run for all others: it is said instead.
            match catch_unwind(AssertUnwindSafe(|| work(&kept))) {
                Ok(result) => done.results.push(result),
                Err(_) => done.failed.push((kept.source, kept.line)),
            }
        }
        if taker.send((number, done)).is_err() {
            return;
        }
    }
}

fn take_in_order<T>(
    done: &Receiver<(usize, Done<T>)>,
    take: &mut dyn FnMut(Done<T>) -> Result<(), String>,
) -> Result<(), String> {
    let mut early: BTreeMap<usize, Done<T>> = BTreeMap::new();
    let mut next = 0;
    for (number, hand) in done {
        early.insert(number, hand);
        while let Some(hand) = early.remove(&next) {
            take(hand)?;
            next += 1;
        }
    }
    Ok(())
}
