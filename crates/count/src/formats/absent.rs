//! Cards that one file has and its companion lacks: counted, and the first few named.

use pollwarden_core::Complaint;

const NAMED: usize = 5;

/// What was found without its partner.
#[derive(Debug, Default)]
pub(crate) struct Absent {
    count: u64,
    first: Vec<String>,
}

impl Absent {
    /// One more.
    pub(crate) fn add(&mut self, name: &str) {
        self.count += 1;
        if self.first.len() < NAMED {
            self.first.push(name.to_owned());
        }
    }

    /// The complaint about them, if there are any: in `source`, expected is `expected`, and what is found is so many
    /// `without` it.
    pub(crate) fn complaint(&self, source: &str, expected: &str, without: &str, mend: &str) -> Option<Complaint> {
        if self.count == 0 {
            return None;
        }
        let more = if self.count > self.first.len() as u64 { ", …" } else { "" };
        let names =
            self.first.iter().map(|name| Complaint::excerpt(name.as_bytes(), 60)).collect::<Vec<_>>().join(", ");
        let found = format!("{} {without}: {names}{more}", self.count);
        Some(Complaint::about(source, expected, found).mend(mend))
    }
}
