//! The server over real sockets.
#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

mod common;

use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use common::{Log, ORIGIN, Running, witness_keys};
use pollwarden_ledger::{AddCheckpoint, SignedNote, Tiles, consistency_proof, origin_hash};
use pollwarden_witness::ask;

fn request(log: &Log, old: u64, size: u64) -> String {
    let checkpoint = log.publish(size);
    let proof = consistency_proof(&Tiles::new(log, size), old).unwrap();
    AddCheckpoint { old, proof, checkpoint }.to_text()
}

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).unwrap_or_else(|| panic!("no answer: {answer:?}")).parse().unwrap()
}

fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").unwrap().1
}

#[test]
fn a_log_is_cosigned_and_monitors_see_it() {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::new(700, 700, "");
    let running = Running::start(folder.path(), log.keys(), "");
    let monitored = format!("/{}/checkpoint", origin_hash(ORIGIN));
    assert_eq!(status(&running.get(&monitored)), 404);
    let mut last = None;
    for size in [1, 256, 300, 700, 700] {
        let checkpoint = log.publish(size);
        let cosigned = ask(&running.url(), &witness_keys(), &log, &checkpoint, last).unwrap();
        assert_eq!(cosigned.lines.len(), 2);
        let lines: String = cosigned.lines.iter().map(|line| line.to_text()).collect();
        let answer = running.get(&monitored);
        assert_eq!((status(&answer), body(&answer)), (200, format!("{checkpoint}{lines}").as_str()));
        let note = SignedNote::parse(body(&answer).as_bytes()).unwrap();
        assert_eq!(note.verify(log.keys().iter().chain(&witness_keys())).unwrap().signed().len(), 4);
        // Every other time the size known is forgotten.
        last = (size % 2 == 0).then_some(size);
    }
}

#[test]
fn every_status_has_its_form() {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::new(20, 20, "");
    let running = Running::start(folder.path(), log.keys(), "/witness/");
    let add = "/witness/add-checkpoint";
    assert_eq!(body(&running.get("/witness/healthz")), "ok\n");
    assert_eq!(status(&running.post(add, &request(&log, 0, 7))), 200);
    let stale = running.post(add, &request(&log, 3, 9));
    assert_eq!((status(&stale), body(&stale)), (409, "7\n"));
    assert!(stale.contains("content-type: text/x.tlog.size\r\n"), "{stale}");
    assert_eq!(status(&running.post(add, "old 0\n")), 400);
    let sound = request(&log, 7, 9);
    assert_eq!(status(&running.post(add, &sound.replace(ORIGIN, "other.example/ledger"))), 404);
    assert_eq!(status(&running.post(add, &sound.replace("\n9\n", "\n8\n"))), 403);
    assert_eq!(status(&running.post(add, &request(&Log::new(20, 3, "elsewhere"), 7, 9))), 422);
    assert_eq!(status(&running.post("/witness/sign-subtree", "subtree 0\n")), 400);
    assert_eq!(status(&running.get(add)), 405);
    assert_eq!(status(&running.post("/witness/healthz", "")), 405);
    for path in ["/healthz", "/add-checkpoint", "/", "/witness/../lock", "/witness//checkpoint", "/witnesshealthz"] {
        assert_eq!(status(&running.get(path)), 404, "{path}");
    }
    let told = running.told.lock().unwrap();
    assert_eq!(told.len(), 6, "{told:?}");
    assert!(told[4].starts_with("add-checkpoint: 422: "), "{told:?}");
}

#[test]
fn a_request_that_is_too_long_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(folder.path(), Log::new(1, 1, "").keys(), "");
    let head = "POST /add-checkpoint HTTP/1.1\r\nhost: w\r\n";
    assert_eq!(status(&running.send(&format!("{head}content-length: 9999999999\r\n\r\n"))), 413);
    let mut stream = running.connect();
    stream.write_all(format!("{head}transfer-encoding: chunked\r\n\r\n").as_bytes()).unwrap();
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    // The server may close before all is sent.
    _ = (0..20).try_for_each(|_| stream.write_all(chunk.as_bytes()));
    let mut answer = [0; 12];
    if stream.read_exact(&mut answer).is_ok() {
        assert_eq!(&answer, b"HTTP/1.1 413");
    }
    let long = format!("GET /healthz HTTP/1.1\r\nx: {}\r\n\r\n", "x".repeat(100_000));
    let answer = running.send(&long);
    assert!(answer.is_empty() || status(&answer) == 431, "{answer}");
    assert_eq!(status(&running.get("/healthz")), 200);
}

#[test]
fn a_connection_serves_many_requests() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(folder.path(), Log::new(1, 1, "").keys(), "");
    let mut stream = running.connect();
    for _ in 0..5 {
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: w\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"ok\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            answer.push(byte[0]);
        }
    }
}

#[test]
fn slow_clients_are_cut_off_and_hold_up_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::new(20, 20, "");
    let running = Running::start(folder.path(), log.keys(), "");
    let starts = [
        "GET /healthz HTTP/1.1\r\nx: ",
        "POST /add-checkpoint HTTP/1.1\r\nhost: w\r\ncontent-length: 100000\r\n\r\n",
        "",
    ];
    std::thread::scope(|scope| {
        let slow = |start: &'static str| {
            let mut stream = running.connect();
            stream.write_all(start.as_bytes()).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
            let begun = Instant::now();
            let mut byte = [0];
            // A byte a second, but for the last, which sends nothing at all.
            while begun.elapsed() < Duration::from_secs(25) {
                match stream.read(&mut byte) {
                    Ok(0) => return begun.elapsed(),
                    Ok(_) => {}
                    Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return begun.elapsed(),
                    Err(_) if start.is_empty() => {}
                    Err(_) => _ = stream.write_all(b"x"),
                }
            }
            begun.elapsed()
        };
        let slow: Vec<_> = (0..30).map(|i| scope.spawn(move || slow(starts[i % 3]))).collect();
        for size in 1..8 {
            let begun = Instant::now();
            let checkpoint = log.publish(size);
            ask(&running.url(), &witness_keys(), &log, &checkpoint, Some(size - 1)).unwrap();
            assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
            std::thread::sleep(Duration::from_millis(500));
        }
        for (i, slow) in slow.into_iter().enumerate() {
            let held = slow.join().unwrap();
            assert!(held < Duration::from_secs(20), "client {i} was held for {held:?}");
        }
    });
}

#[test]
fn what_is_under_way_is_answered_before_the_server_stops() {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::new(20, 20, "");
    let mut running = Running::start(folder.path(), log.keys(), "");
    let idle = running.connect();
    let body = request(&log, 0, 7);
    let head = format!("POST /add-checkpoint HTTP/1.1\r\nhost: w\r\ncontent-length: {}\r\n\r\n", body.len());
    let mut stream = running.connect();
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&body.as_bytes()[..50]).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    running.stop();
    std::thread::sleep(Duration::from_millis(300));
    assert!(std::net::TcpStream::connect(running.address).is_err(), "it listens no more");
    stream.write_all(&body.as_bytes()[50..]).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert_eq!(status(&answer), 200);
    let begun = Instant::now();
    running.wait();
    assert!(begun.elapsed() < Duration::from_secs(5), "an idle connection does not hold it up");
    drop(idle);
    // The memory is free for the next.
    let again = Running::start(folder.path(), log.keys(), "");
    assert_eq!(again.post("/add-checkpoint", &request(&log, 0, 9)).split("\r\n\r\n").nth(1), Some("7\n"));
}
