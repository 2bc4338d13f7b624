//! Work shared out over all cores.

use std::num::NonZero;
use std::ops::Range;

use super::entry::PARTITIONS;
use crate::RollError;

/// Shares out the partitions; what was made of them comes in their order.
pub(crate) fn partitions<T: Send>(
    work: impl Fn(Range<usize>) -> Result<T, RollError> + Sync,
) -> Result<Vec<T>, RollError> {
    let threads = cores().min(PARTITIONS);
    workers(threads, &|which| work((PARTITIONS * which / threads)..(PARTITIONS * (which + 1) / threads)))
}

/// Shares out a slice; what was made of its parts comes in their order.
pub(crate) fn on_all_cores<I: Sync, T: Send>(all: &[I], work: &(dyn Fn(&[I]) -> T + Sync)) -> Vec<T> {
    let shares: Vec<&[I]> = all.chunks(all.len().div_ceil(cores()).max(1)).collect();
    workers(shares.len(), &|which| Ok(work(shares[which]))).unwrap_or_default()
}

/// Runs so many workers, and gives what each made.
pub(crate) fn workers<T: Send>(
    count: usize,
    work: &(dyn Fn(usize) -> Result<T, RollError> + Sync),
) -> Result<Vec<T>, RollError> {
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..count).map(|which| scope.spawn(move || work(which))).collect();
        workers.into_iter().map(|w| w.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

/// How many cores there are.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}
