//! Judging within bounds: so many at once, each so long, and a judge that panics or hangs takes nobody with it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::judge::{Envelope, Judge, Judgement, Message};
use super::settings::Unjudged;

/// How many messages may be in hand at once.
#[derive(Debug, Clone)]
pub(super) struct Slots {
    free: Arc<Free>,
    most: usize,
}

#[derive(Debug)]
struct Free {
    count: Mutex<usize>,
    more: Condvar,
}

/// The right to have one message in hand. It ends with the judging, also where nobody waits for that any more.
#[derive(Debug)]
pub(super) struct Slot(Arc<Free>);

impl Slots {
    pub(super) fn new(most: usize) -> Self {
        Self { free: Arc::new(Free { count: Mutex::new(most), more: Condvar::new() }), most }
    }

    /// Waits for one; `None` where all are taken for so long.
    pub(super) fn take(&self, time: Duration) -> Option<Slot> {
        let none_free = |count: &mut usize| *count == 0;
        let waited = self.free.more.wait_timeout_while(self.free.lock(), time, none_free);
        let (mut count, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *count = count.checked_sub(1)?;
        Some(Slot(Arc::clone(&self.free)))
    }

    pub(super) fn are_free(&self) -> bool {
        *self.free.lock() == self.most
    }
}

impl Free {
    fn lock(&self) -> MutexGuard<'_, usize> {
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        *self.0.lock() += 1;
        self.0.more.notify_one();
    }
}

/// A judgement, or why there is none, with the judge's words.
pub(super) type Verdict = Result<Judgement, (Unjudged, Option<String>)>;

/// Has a message judged, within a time.
pub(super) fn judge(
    judge: &Arc<dyn Judge>,
    envelope: Envelope,
    message: Message,
    slot: Slot,
    time: Duration,
) -> Verdict {
    let (sender, receiver) = sync_channel(1);
    let judge = Arc::clone(judge);
    let started = thread::Builder::new().name("judging".to_owned()).spawn(move || {
        let verdict = catch_unwind(AssertUnwindSafe(|| judge.judge(&envelope, &message)));
        drop((envelope, message, slot));
        let _ = sender.send(verdict);
    });
    if let Err(cause) = started {
        return Err((Unjudged::TooBusy, Some(cause.to_string())));
    }
    match receiver.recv_timeout(time) {
        Ok(Ok(Ok(judgement))) => Ok(judgement),
        Ok(Ok(Err(error))) => Err((Unjudged::Failed, Some(error.to_string()))),
        Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => Err((Unjudged::Failed, Some("it panicked".to_owned()))),
        Err(RecvTimeoutError::Timeout) => Err((Unjudged::TooSlow, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::milter::JudgeError;

    enum Mood {
        Sound,
        Failing,
        Panicking,
        Slow,
    }

    impl Judge for Mood {
        fn judge(&self, _: &Envelope, _: &Message) -> Result<Judgement, JudgeError> {
            match self {
                Self::Sound => Ok(Judgement::Deliver(Vec::new())),
                Self::Failing => Err("no rules".into()),
                Self::Panicking => panic!("a fault of ours"),
                Self::Slow => {
                    thread::sleep(Duration::from_secs(2));
                    Ok(Judgement::Deliver(Vec::new()))
                }
            }
        }
    }

    fn ask(mood: Mood, slots: &Slots) -> Verdict {
        let time = if matches!(mood, Mood::Slow) { Duration::from_millis(50) } else { Duration::from_secs(30) };
        let mood: Arc<dyn Judge> = Arc::new(mood);
        let slot = slots.take(Duration::ZERO).expect("a slot");
        super::judge(&mood, Envelope::default(), Message::default(), slot, time)
    }

    #[test]
    fn a_judge_that_fails_panics_or_hangs_is_said_to() {
        let slots = Slots::new(1);
        assert!(ask(Mood::Sound, &slots).is_ok());
        assert_eq!(ask(Mood::Failing, &slots), Err((Unjudged::Failed, Some("no rules".to_owned()))));
        assert!(matches!(ask(Mood::Panicking, &slots), Err((Unjudged::Failed, _))));
        assert_eq!(ask(Mood::Slow, &slots), Err((Unjudged::TooSlow, None)));
        // It still judges, so nobody else gets its place until it ends.
        assert!(slots.take(Duration::ZERO).is_none() && !slots.are_free());
        assert!(slots.take(Duration::from_secs(30)).is_some());
        assert!(slots.are_free());
    }
}
