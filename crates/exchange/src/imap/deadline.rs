//! A connection that is given up in time, also where a byte comes now and then.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Until when the answer in hand must have come. Shared between whoever asks and the connection below the encryption.
#[derive(Debug, Clone)]
pub(super) struct Deadline(Arc<Mutex<Instant>>);

impl Deadline {
    pub(super) fn within(time: Duration) -> Self {
        Self(Arc::new(Mutex::new(Instant::now() + time)))
    }

    pub(super) fn renew(&self, time: Duration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now() + time;
    }

    /// What is left of the time.
    ///
    /// # Errors
    /// Where nothing is left.
    pub(super) fn left(&self) -> io::Result<Duration> {
        let until = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
    }
}

/// A connection with a deadline, and a longest silence.
#[derive(Debug)]
pub(super) struct Timed {
    pub(super) tcp: TcpStream,
    pub(super) silence: Duration,
    pub(super) deadline: Deadline,
}

impl Timed {
    pub(super) fn again(&self) -> io::Result<Self> {
        Ok(Self { tcp: self.tcp.try_clone()?, silence: self.silence, deadline: self.deadline.clone() })
    }

    fn pause(&self) -> io::Result<Duration> {
        Ok(self.deadline.left()?.min(self.silence))
    }
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.tcp.set_read_timeout(Some(self.pause()?))?;
        self.tcp.read(buffer)
    }
}

impl Write for Timed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.tcp.set_write_timeout(Some(self.pause()?))?;
        self.tcp.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.tcp.flush()
    }
}
