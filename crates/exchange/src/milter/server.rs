//! A milter that runs: one thread for each connection, so many and no more.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::address::{Connection, Listener, Waker};
use super::judge::Judge;
use super::session::{Shared, answer};
use super::settings::{MilterSettings, Report};
use super::tally::{Tally, count};

/// A milter that runs. It ends when this is dropped or stopped.
pub struct Milter {
    running: Arc<Running>,
    waker: Waker,
    address: String,
    accepting: Option<JoinHandle<()>>,
}

struct Running {
    shared: Shared,
    ends: AtomicBool,
    open: Mutex<HashMap<u64, Connection>>,
}

/// Starts a milter.
///
/// # Errors
/// Where the listener's address is not known, or the system gives no thread.
pub fn serve(listener: Listener, judge: Arc<dyn Judge>, settings: MilterSettings) -> io::Result<Milter> {
    let (waker, address) = (listener.waker()?, listener.address()?);
    let shared = Shared::new(judge, settings);
    let running = Arc::new(Running { shared, ends: AtomicBool::new(false), open: Mutex::default() });
    let of_thread = Arc::clone(&running);
    let accepting = thread::Builder::new().name("milter".to_owned()).spawn(move || accept(&listener, &of_thread))?;
    Ok(Milter { running, waker, address, accepting: Some(accepting) })
}

impl Milter {
    /// Where it listens, as Postfix's `smtpd_milters` takes it.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What it has done so far.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.running.shared.counts.so_far()
    }

    /// Takes no more connections, waits for messages in hand as long as given, and hangs up.
    pub fn stop(mut self, grace: Duration) {
        self.end(grace);
    }

    fn end(&mut self, grace: Duration) {
        let Some(accepting) = self.accepting.take() else { return };
        self.running.ends.store(true, Ordering::Release);
        if self.waker.wake() {
            let _ = accepting.join();
        }
        let until = Instant::now() + grace;
        while !self.running.shared.in_hand.are_free() && Instant::now() < until {
            thread::sleep(Duration::from_millis(10));
        }
        for connection in self.running.open().values() {
            connection.hang_up();
        }
    }
}

impl Drop for Milter {
    fn drop(&mut self) {
        self.end(Duration::ZERO);
    }
}

impl std::fmt::Debug for Milter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Milter").field("address", &self.address).field("tally", &self.tally()).finish_non_exhaustive()
    }
}

impl Running {
    fn open(&self) -> MutexGuard<'_, HashMap<u64, Connection>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn accept(listener: &Listener, running: &Arc<Running>) {
    let mut number = 0;
    loop {
        let accepted = listener.accept();
        if running.ends.load(Ordering::Acquire) {
            return;
        }
        match accepted {
            Ok(connection) => {
                number += 1;
                begin(connection, number, running);
            }
            // No file handles, mostly: they come back.
            Err(_) => thread::sleep(Duration::from_millis(100)),
        }
    }
}

/// A connection that can't be answered is closed: the mail server then does what its `milter_default_action` says.
fn begin(connection: Connection, number: u64, running: &Arc<Running>) {
    let Some(place) = Place::take(&connection, number, running) else {
        count(&running.shared.counts.turned_away);
        running.shared.settings.tell(&Report::TurnedAway);
        return;
    };
    let started = thread::Builder::new().name("milter connection".to_owned()).spawn(move || {
        let shared = &place.running.shared;
        if let Err(fault) = answer(connection, shared) {
            count(&shared.counts.broken);
            shared.settings.tell(&Report::Broken(&fault));
        }
    });
    if started.is_err() {
        count(&running.shared.counts.turned_away);
    }
}

/// A connection's place among the open ones, which ends with it.
struct Place {
    running: Arc<Running>,
    number: u64,
}

impl Place {
    fn take(connection: &Connection, number: u64, running: &Arc<Running>) -> Option<Self> {
        connection.limit(running.shared.settings.silence).ok()?;
        let again = connection.again().ok()?;
        let mut open = running.open();
        if open.len() >= running.shared.settings.connections {
            return None;
        }
        open.insert(number, again);
        Some(Self { running: Arc::clone(running), number })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.running.open().remove(&self.number);
    }
}
