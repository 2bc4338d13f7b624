//! Messages are read by one thread and worked on by several, a hand of them at a time.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

use pollwarden_core::{Complaint, Source};
use pollwarden_intake::Input;

use crate::formats::{Kept, Kind, messages};

/// Messages handed over at a time, and how many such hands may wait: memory is bounded by these.
const AT_A_TIME: usize = 32;
const WAITING: usize = 4;
/// Hands on their way at a time, from being read to being taken: one that takes long holds back no more than these.
const ON_THEIR_WAY: usize = 16;
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
    let (begin, ended) = sync_channel::<()>(ON_THEIR_WAY);
    // Each worker holds the queue: once all have left, the reader can't hand anything over, and leaves too.
    let hands = Arc::new(Mutex::new(hands));
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || read_all(inputs, &begin, &to_workers));
        for _ in 0..threads.max(1) {
            let (hands, to_taker) = (Arc::clone(&hands), to_taker.clone());
            scope.spawn(move || work_on(work, &hands, &to_taker));
        }
        drop((hands, to_taker));
        let taken = take_in_order(&done, &ended, take);
        // Where rows can't be stored, nobody waits for more of them.
        drop((done, ended));
        let read = reader.join().map_err(|_| "reading mail broke off, by a fault of this program: please report it");
        taken.and_then(|()| Ok(read?))
    })
}

fn read_all(inputs: &[(Kind, &Input)], begin: &SyncSender<()>, hands: &SyncSender<Hand>) -> Read {
    let (mut sources, mut complaints) = (Vec::new(), Vec::new());
    let (mut hand, mut bytes, mut number, mut is_over) = (Vec::new(), 0, 0, false);
    let send = |number, hand| begin.send(()).is_err() || hands.send((number, hand)).is_err();
    for (kind, input) in inputs {
        let read = messages(input, *kind, &mut |kept| {
            if is_over {
                return;
            }
            bytes += kept.raw.len();
            hand.push(kept);
            if hand.len() >= AT_A_TIME || bytes >= BYTES_AT_A_TIME {
                is_over = send(number, std::mem::take(&mut hand));
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
        let _ = send(number, hand);
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
    ended: &Receiver<()>,
    take: &mut dyn FnMut(Done<T>) -> Result<(), String>,
) -> Result<(), String> {
    let mut early: BTreeMap<usize, Done<T>> = BTreeMap::new();
    let mut next = 0;
    for (number, hand) in done {
        early.insert(number, hand);
        while let Some(hand) = early.remove(&next) {
            take(hand)?;
            let _ = ended.recv();
            next += 1;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use pollwarden_intake::find;

    use super::*;

    /// A mailbox of so many messages.
    fn with_mailbox(count: usize, test: impl FnOnce(&[(Kind, &Input)])) {
        let folder = tempfile::tempdir().expect("a folder");
        let message = |n| format!("From a@b.example Sat Jan  3 01:05:34 2026\nSubject: {n}\n\ntext\n\n");
        std::fs::write(folder.path().join("all.mbox"), (0..count).map(message).collect::<String>()).expect("a file");
        let found = find(folder.path());
        let inputs: Vec<(Kind, &Input)> = found.inputs.iter().map(|input| (Kind::Mbox, input)).collect();
        test(&inputs);
    }

    #[test]
    fn results_come_in_the_order_of_messages_though_one_takes_long() {
        with_mailbox(2_000, |inputs| {
            let work = |kept: &Kept| {
                if kept.line == Some(1) {
                    std::thread::sleep(Duration::from_millis(200));
                }
                kept.line
            };
            let mut lines = Vec::new();
            each(inputs, 2, &work, &mut |done| {
                lines.extend(done.results);
                Ok(())
            })
            .expect("nothing fails");
            assert_eq!(lines.len(), 2_000);
            assert!(lines.is_sorted());
        });
    }

    #[test]
    fn where_nothing_can_be_taken_the_run_ends() {
        with_mailbox(5_000, |inputs| {
            let run = each(inputs, 2, &|_| (), &mut |_| Err("the disk is full".to_owned()));
            assert_eq!(run.err().as_deref(), Some("the disk is full"));
        });
    }
}
