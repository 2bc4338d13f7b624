//! What an attacker finds at a portal: the invented one, or a real one as its own log shows it.

use std::{net::IpAddr, sync::Arc};

use super::{
    chance::{Chance, trait_of},
    client::{browser, hostile},
    site::{
        ERROR_BYTES, HOME, INFORMATION, LOGIN, LOGIN_FAILED_BYTES, LOOKUP, NO_MATCH_BYTES, Page, PortalShape, STATUS,
        STATUS_FOUND_BYTES, STATUS_UNKNOWN_BYTES, Site,
    },
};

/// An answer as a log shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) bytes: u64,
}

/// A page that answers a yes-or-no question: a query that finds something, one that finds nothing, one that fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    /// Where it is asked, up to where a payload goes. A form's payload is in no log.
    pub(super) target: String,
    pub(super) yes: Answer,
    pub(super) no: Answer,
    pub(super) failed: Answer,
}

/// A portal under attack.
pub(super) trait Portal: Send + Sync {
    /// Voters whose records can be had.
    fn voters(&self) -> u64;

    /// Where the record of the voter at a place in the roll is shown, and the answer.
    fn record(&self, voter: u64) -> (String, Answer);

    /// Where a record that nobody has would be shown, and the answer.
    fn nobody(&self, number: u64) -> (String, Answer);

    /// A page with a parameter that a query is put together from.
    fn injectable(&self) -> Asked;

    /// The same behind a form: what is asked is in the body of the request.
    fn form(&self) -> Asked;

    /// The page that takes passwords: `yes` lets in.
    fn login(&self) -> Asked;

    /// An ordinary page that shows no record.
    fn page(&self, chance: &mut Chance) -> (String, Answer);

    /// A browser such as ordinary visitors use.
    fn browser(&self, chance: &mut Chance) -> Arc<str>;

    /// Addresses that attack and are nobody else's; those of different attacks of a plan differ.
    fn address(&self, attack: usize, number: u64) -> IpAddr;
}

/// Answered as asked for.
pub(super) fn ok(bytes: u64) -> Answer {
    Answer { status: 200, bytes }
}

impl Portal for Site {
    fn voters(&self) -> u64 {
        self.voters
    }

    fn record(&self, voter: u64) -> (String, Answer) {
        let voter = voter % self.voters;
        (Self::record(self, voter), ok(self.record_bytes(voter)))
    }

    fn nobody(&self, number: u64) -> (String, Answer) {
        let beyond = self.number(self.voters - 1) + 1 + trait_of("nobody", number) % (self.voters * 4);
        let number = if self.shape == PortalShape::Uuid { trait_of("nobody", number) } else { beyond };
        (self.record_numbered(number), ok(NO_MATCH_BYTES))
    }

    fn injectable(&self) -> Asked {
        Asked {
            target: format!("{}?ref=R26-0", STATUS.0),
            yes: ok(STATUS_FOUND_BYTES),
            no: ok(STATUS_UNKNOWN_BYTES),
            failed: Answer { status: 500, bytes: ERROR_BYTES },
        }
    }

    fn form(&self) -> Asked {
        let no = ok(NO_MATCH_BYTES);
        Asked { target: LOOKUP.0.to_owned(), yes: ok(LOOKUP.1), no, failed: Answer { status: 500, bytes: ERROR_BYTES } }
    }

    fn login(&self) -> Asked {
        let failed = Answer { status: 401, bytes: LOGIN_FAILED_BYTES };
        Asked { target: LOGIN.0.to_owned(), yes: Answer { status: 302, bytes: 0 }, no: failed, failed }
    }

    fn page(&self, chance: &mut Chance) -> (String, Answer) {
        let pages: [Page; 2] = [HOME, chance.pick(INFORMATION)];
        let (path, bytes) = chance.pick(&pages);
        (path.to_owned(), ok(bytes))
    }

    fn browser(&self, chance: &mut Chance) -> Arc<str> {
        Arc::from(browser(chance))
    }

    fn address(&self, attack: usize, number: u64) -> IpAddr {
        hostile(attack, number)
    }
}
