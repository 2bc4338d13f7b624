//! Files that tests look into, put together in code. None is the file of anybody else.
#![allow(dead_code, reason = "each test file uses some")]

pub(crate) mod archives;
pub(crate) mod office;
pub(crate) mod other;

pub(crate) use archives::*;
pub(crate) use office::*;
pub(crate) use other::*;

pub(crate) fn le2(number: usize) -> [u8; 2] {
    u16::try_from(number).expect("a short number").to_le_bytes()
}

pub(crate) fn le4(number: usize) -> [u8; 4] {
    u32::try_from(number).expect("a number").to_le_bytes()
}

pub(crate) fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}
