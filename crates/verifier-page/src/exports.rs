//! What the page calls. All values are numbers: no pointer crosses the border.

#![allow(
    unsafe_code,
    reason = "edition 2024 calls an export's name an unsafe attribute, since two of one name would clash; there is no other \
              unsafe code here"
)]

use std::cell::RefCell;

use crate::desk::{Desk, Tray};

thread_local! {
    static DESK: RefCell<Desk> = RefCell::default();
}

/// Adds the `length` (0 to 4) lowest bytes of `word` to a tray, the lowest first.
#[unsafe(no_mangle)]
extern "C" fn put(tray: u32, word: u32, length: u32) {
    let bytes = word.to_le_bytes();
    let bytes = bytes.get(..length as usize).unwrap_or(&bytes);
    if let Some(tray) = Tray::of(tray) {
        DESK.with_borrow_mut(|desk| desk.put(tray, bytes));
    }
}

/// Judges what lies in the trays, and gives the answer's length in bytes. `now` in seconds since 1970, 0 without a clock.
#[unsafe(no_mangle)]
extern "C" fn judge(quorum: u32, now: f64) -> u32 {
    DESK.with_borrow_mut(|desk| {
        desk.judge(quorum as usize, now as u64);
        desk.answer().len() as u32
    })
}

/// Four bytes of the answer, the lowest first; zeros behind its end.
#[unsafe(no_mangle)]
extern "C" fn get(word: u32) -> u32 {
    DESK.with_borrow(|desk| {
        let at = word as usize * 4;
        let byte = |offset: usize| desk.answer().get(at + offset).copied().unwrap_or(0);
        u32::from_le_bytes([byte(0), byte(1), byte(2), byte(3)])
    })
}
