//! Lets clean requests pass without being decoded or parsed: most of what a portal is asked holds no byte and no word that
//! any sign could rest on.
//!
//! The gate is exact: whatever is judged a sign of an attack passes it (a property test holds the two together).

mod words;

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::shell::{direct, words as commands};
use super::{base64, code, php, session};
use words::{STATEMENTS, WORDS, after_numbers, probes};

/// Whether a request target, as it came, needs to be decoded and judged.
pub(crate) fn target(path: &str, query: Option<&str>) -> bool {
    self::path(path) || query.is_some_and(self::query)
}

/// The same of a path alone. What stands between parameters in a query is a mark in a path.
pub(crate) fn path(path: &str) -> bool {
    RAW.is_match(path) || memchr::memchr3(b'&', b'=', b'~', path.as_bytes()).is_some()
}

/// The same of a query alone.
pub(crate) fn query(query: &str) -> bool {
    RAW.is_match(query) || holds_equals_sign(query) || base64::may_hold(query)
}

static RAW: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let numbered: Vec<String> = after_numbers().collect();
    let mut further: Vec<&str> = code::spelt_names().iter().map(String::as_str).collect();
    further.extend(numbered.iter().map(String::as_str));
    automaton(RAW_MARKS, &further)
});

/// Whether a value, once decoded, needs to be judged.
pub(crate) fn value(lower: &str) -> bool {
    static DECODED: LazyLock<AhoCorasick> = LazyLock::new(|| {
        // A space is a mark as it came, encoded or not, so that lines of commands have passed.
        let spelt = code::spelt_names().iter().map(String::as_str);
        let conditions: Vec<String> = probes();
        let lines = direct::LINES.split_ascii_whitespace().chain(commands::joined());
        let mut further: Vec<&str> = lines.collect();
        further.extend(direct::MARKS);
        further.extend(STATEMENTS);
        further.extend(spelt);
        further.extend(conditions.iter().map(String::as_str));
        automaton(DECODED_MARKS, &further)
    });
    // Most of what is decoded has a mark: a table finds it faster than the automaton.
    lower.bytes().any(|b| IS_DECODED_MARK[usize::from(b)]) || DECODED.is_match(lower)
}

const IS_DECODED_MARK: [bool; 256] = {
    let mut table = [false; 256];
    let mut at = 0;
    while at < DECODED_MARKS.len() {
        table[DECODED_MARKS[at] as usize] = true;
        at += 1;
    }
    table
};

/// An equals sign beyond those between names and values.
fn holds_equals_sign(query: &str) -> bool {
    let count = |byte| memchr::memchr_iter(byte, query.as_bytes()).count();
    count(b'=') > 1 && count(b'=') > count(b'&') + 1 || query.split('&').any(|p| p.matches('=').count() > 1)
}

/// Of longer words the beginning is enough: the automaton stays small, and hardly more text passes.
const STEM: usize = 12;

fn automaton(marks: &[u8], further: &[&str]) -> AhoCorasick {
    let marks = marks.iter().map(std::slice::from_ref);
    let controls: Vec<[u8; 1]> = (0..b' ').map(|b| [b]).collect();
    let alone = direct::ALONE.split_ascii_whitespace();
    let words = WORDS
        .iter()
        .copied()
        .chain(further.iter().copied())
        .chain(php::NAMES.iter().copied())
        .chain(code::NAMES.iter().copied())
        .chain(session::MARKS.iter().copied())
        .chain(alone)
        .map(|w| &w.as_bytes()[..w.len().min(STEM)]);
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::Standard)
        .kind(Some(AhoCorasickKind::DFA))
        .build(marks.chain(controls.iter().map(<[u8; 1]>::as_slice)).chain(words))
        .expect("a few hundred short words make a small automaton")
}

/// Bytes that a target must be decoded for.
const RAW_MARKS: &[u8] = b"%+'\"<>;|`$\\{}()[]*!^#@:? \x7f";

/// Bytes that a decoded value must be judged for. The equals sign counts here: the one between name and value is gone.
const DECODED_MARKS: &[u8] = b"%'\"<>;|`$\\{}()[]*!^#@=&~:?\x7f";
