//! Time and memory as the system tells them.

use std::time::Instant;

/// Time spent on the processor where the system tells it (Linux, proc(5) `schedstat`), so that a busy machine doesn't count;
/// else time passed.
pub(crate) struct Clock {
    wall: Instant,
    busy: Option<u64>,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self { wall: Instant::now(), busy: busy_nanoseconds() }
    }

    pub(crate) fn seconds(&self) -> f64 {
        match (self.busy, busy_nanoseconds()) {
            (Some(from), Some(to)) => to.saturating_sub(from) as f64 / 1e9,
            _ => self.wall.elapsed().as_secs_f64(),
        }
    }
}

fn busy_nanoseconds() -> Option<u64> {
    std::fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse().ok()
}

/// Memory of this process; nought where the system doesn't tell (Linux, proc(5) `status`).
pub(crate) fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
