//! What a log turned out to hold. A column that no line has is said in coverage: what rests on it can't be told.

use std::net::IpAddr;

use super::rows::Row;

const CLIENT: u8 = 1;
const STATUS: u8 = 2;
const BYTES: u8 = 4;
const AGENT: u8 = 8;
const REQUEST: u8 = 16;
/// A client from outside private networks.
const OUTSIDE: u8 = 32;

/// Columns of which at least one row had a value.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held(u8);

impl Held {
    pub(crate) fn see(&mut self, row: &Row<'_>) {
        let bit = |there: bool, bit: u8| if there { bit } else { 0 };
        if self.0 & OUTSIDE == 0 {
            self.0 |= bit(!is_private(row.client), OUTSIDE);
        }
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
        let mut notes: Vec<String> = lacking.map(|(_, what)| format!("{source} holds no {what} from it.")).collect();
        if self.0 & (CLIENT | OUTSIDE) == CLIENT {
            notes.push(format!(
                "Every client in {source} has a private address. If the site is open to the public, a proxy stands before it and its visitors can't be told apart: log X-Forwarded-For, and name the proxy under trusted_proxies in office.toml."
            ));
        }
        notes
    }
}

/// An address of private networks (RFC 1918, RFC 4193), of the link or of the machine itself.
fn is_private(client: &str) -> bool {
    match client.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(v4)) => v4.is_private() || v4.is_loopback() || v4.is_link_local(),
        Ok(IpAddr::V6(v6)) => v6.is_unique_local() || v6.is_loopback() || v6.is_unicast_link_local(),
        Err(_) => false,
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

    #[test]
    fn visitors_that_a_proxy_hides_are_said() {
        let whole = |client| Row { client, status: Some(200), bytes: Some(1), agent: Some("x"), ..Row::default() };
        let mut held = Held::default();
        ["10.0.0.5", "fd00::5", "127.0.0.1", "::ffff:10.0.0.5"].iter().for_each(|client| held.see(&whole(client)));
        assert!(held.notes("x").iter().any(|note| note.contains("trusted_proxies")));
        held.see(&whole("198.51.100.7"));
        assert!(held.notes("x").is_empty());
    }
}
