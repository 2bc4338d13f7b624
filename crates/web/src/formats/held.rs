//! What a log turned out to hold. A column that no line has is said in coverage: what rests on it can't be told.

use super::rows::Row;

const CLIENT: u8 = 1;
const STATUS: u8 = 2;
const BYTES: u8 = 4;
const AGENT: u8 = 8;
const REQUEST: u8 = 16;

/// Columns of which at least one row had a value.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held(u8);

impl Held {
    pub(crate) fn see(&mut self, row: &Row<'_>) {
        let bit = |there: bool, bit: u8| if there { bit } else { 0 };
        self.0 |= REQUEST
            | bit(row.client != "-" && !row.client.is_empty(), CLIENT)
            | bit(row.status.is_some(), STATUS)
            | bit(row.bytes.is_some(), BYTES)
            | bit(row.agent.is_some(), AGENT);
    }

    pub(crate) fn state(self) -> String {
        format!("held {}", self.0)
    }

    pub(crate) fn resume(&mut self, state: &str) {
        let held = state.lines().find_map(|line| line.strip_prefix("held ")?.parse().ok());
        self.0 |= held.unwrap_or(0);
    }

    /// What can't be told for want of a column.
    pub(crate) fn notes(self, source: &str) -> Vec<String> {
        let lacks = [
            (CLIENT, "addresses of clients: who asked can't be told"),
            (STATUS, "status codes: whether a request was answered can't be told"),
            (BYTES, "sizes of answers: how much left, and whether an answer held a record at all, can't be told"),
            (AGENT, "user agents: a scanner that names itself in one is not seen"),
        ];
        let lacking = lacks.into_iter().filter(|(bit, _)| self.0 & REQUEST != 0 && self.0 & bit == 0);
        lacking.map(|(_, what)| format!("{source} holds no {what} from it.")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_that_no_line_has_is_said() {
        let mut held = Held::default();
        assert!(held.notes("x").is_empty());
        held.see(&Row { client: "192.0.2.7", status: Some(200), ..Row::default() });
        let notes = held.notes("iis.log");
        assert_eq!(notes.len(), 2);
        assert!(notes[0].starts_with("iis.log holds no sizes of answers: "), "{notes:?}");
        let mut again = Held::default();
        again.resume(&held.state());
        again.see(&Row { bytes: Some(0), agent: Some("x"), ..Row::default() });
        assert!(again.notes("iis.log").is_empty());
    }
}
