//! Many submit, one writes: what waits is entered together, so that all share the syncs of one checkpoint.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, channel, sync_channel};
use std::thread::JoinHandle;

use super::error::LogError;
use super::log::Log;
use crate::MAX_ENTRY;

/// How much may wait, and how much is entered together.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// So many entries wait; who submits one more waits too.
    pub waiting: usize,
    /// So many entries at most are covered by one checkpoint.
    pub batch: usize,
    /// No entry is added to a batch of so many bytes.
    pub bytes: usize,
}

impl Default for Limits {
    /// Entries of ordinary length take a few megabytes while they wait, and 268 where all are as long as they can be.
    fn default() -> Self {
        Self { waiting: 4096, batch: 16_384, bytes: 32 << 20 }
    }
}

/// The word that an entry is in the log, durably.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The entry's place, from 0.
    pub index: u64,
    /// A signed checkpoint that covers it.
    pub checkpoint: Arc<str>,
}

/// Why there is no receipt.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SubmitError {
    /// The log did not take the entries of this batch.
    #[error(transparent)]
    Log(Arc<LogError>),
    /// The entry alone.
    #[error("the entry has {0} bytes; an entry has at most {MAX_ENTRY}")]
    TooLong(usize),
    /// The writer is gone.
    #[error("the log's writer has ended")]
    Ended,
}

/// Takes entries from many threads for one log.
pub struct Appender {
    queue: SyncSender<Waiting>,
    writer: JoinHandle<Log>,
}

/// An entry that is on its way; what becomes of it can be asked later.
#[derive(Debug)]
pub struct Ticket(Receiver<Result<Receipt, SubmitError>>);

struct Waiting {
    entry: Vec<u8>,
    answer: std::sync::mpsc::Sender<Result<Receipt, SubmitError>>,
}

impl AsRef<[u8]> for Waiting {
    fn as_ref(&self) -> &[u8] {
        &self.entry
    }
}

impl Appender {
    /// Starts the writer's thread. `clock` gives the time that signatures state, in seconds since 1970.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(log: Log, limits: Limits, clock: impl Fn() -> u64 + Send + 'static) -> std::io::Result<Self> {
        let (queue, waiting) = sync_channel(limits.waiting);
        let write = move || write(log, &waiting, limits, &clock);
        Ok(Self { queue, writer: std::thread::Builder::new().name("ledger".to_owned()).spawn(write)? })
    }

    /// Enters an entry, and waits until it is durable.
    ///
    /// # Errors
    /// Where it is not in the log, or that is not certain.
    pub fn submit(&self, entry: Vec<u8>) -> Result<Receipt, SubmitError> {
        self.enqueue(entry)?.wait()
    }

    /// Enters an entry without waiting for it; waits while too many are waiting.
    ///
    /// # Errors
    /// Where it can't be an entry, or the writer has ended.
    pub fn enqueue(&self, entry: Vec<u8>) -> Result<Ticket, SubmitError> {
        if entry.len() > MAX_ENTRY {
            return Err(SubmitError::TooLong(entry.len()));
        }
        let (answer, ticket) = channel();
        self.queue.send(Waiting { entry, answer }).map_err(|_| SubmitError::Ended)?;
        Ok(Ticket(ticket))
    }

    /// Enters what waits, ends the thread and gives the log back.
    ///
    /// # Errors
    /// Where the writer ended by a fault of its own.
    pub fn finish(self) -> Result<Log, SubmitError> {
        drop(self.queue);
        self.writer.join().map_err(|_| SubmitError::Ended)
    }
}

impl Ticket {
    /// Waits until the entry is durable.
    ///
    /// # Errors
    /// Where it is not in the log, or that is not certain.
    pub fn wait(self) -> Result<Receipt, SubmitError> {
        self.0.recv().unwrap_or(Err(SubmitError::Ended))
    }
}

/// Ends when nobody can submit any more and nothing waits.
fn write(mut log: Log, queue: &Receiver<Waiting>, limits: Limits, clock: &dyn Fn() -> u64) -> Log {
    while let Ok(first) = queue.recv() {
        let batch = batch(first, queue, limits);
        answer(batch, &mut log, clock());
    }
    log
}

/// What waits by now.
fn batch(first: Waiting, queue: &Receiver<Waiting>, limits: Limits) -> Vec<Waiting> {
    let mut bytes = first.entry.len();
    let mut batch = vec![first];
    while batch.len() < limits.batch && bytes < limits.bytes {
        match queue.try_recv() {
            Ok(next) => {
                bytes += next.entry.len();
                batch.push(next);
            }
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
        }
    }
    batch
}

/// Each gets its receipt, or all the same error. Who has gone away meanwhile is not told.
fn answer(batch: Vec<Waiting>, log: &mut Log, time: u64) {
    match log.append(&batch, time) {
        Ok(places) => {
            let checkpoint: Arc<str> = log.checkpoint().into();
            for (index, waiting) in places.zip(batch) {
                let _ = waiting.answer.send(Ok(Receipt { index, checkpoint: Arc::clone(&checkpoint) }));
            }
        }
        Err(error) => {
            let error = Arc::new(error);
            for waiting in batch {
                let _ = waiting.answer.send(Err(SubmitError::Log(Arc::clone(&error))));
            }
        }
    }
}
