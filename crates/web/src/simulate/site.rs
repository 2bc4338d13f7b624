//! The invented portal: its pages, their addresses and sizes, and which voters' numbers exist.

use super::{chance::trait_of, plan::PortalPlan};

/// How the address of a voter's record names the voter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortalShape {
    /// `/voter/details?vid=4100231`
    IdInQuery,
    /// `/registrations/4100231`
    IdInPath,
    /// `/registrations/` and a random UUID: nobody can count through those, but a list of them can leak.
    Uuid,
}

/// A page's path and size; sizes are constant, as on a real site between releases.
pub(super) type Page = (&'static str, u64);

pub(super) const HOME: Page = ("/", 6_418);
pub(super) const LOOKUP: Page = ("/voter/lookup", 3_377);
/// A look-up without a match answers 200 with this fixed page.
pub(super) const NO_MATCH_BYTES: u64 = 2_961;
pub(super) const STATUS: Page = ("/application/status", 2_843);
pub(super) const STATUS_FOUND_BYTES: u64 = 4_126;
pub(super) const STATUS_UNKNOWN_BYTES: u64 = 3_005;
pub(super) const POLLING_PLACE: Page = ("/polling-place", 4_750);
/// Clerks sign in elsewhere: ordinary life never comes here.
pub(super) const LOGIN: Page = ("/account/login", 2_514);
pub(super) const LOGIN_FAILED_BYTES: u64 = 2_688;
pub(super) const REGISTER: Page = ("/register", 9_263);
pub(super) const ERROR_BYTES: u64 = 1_274;
pub(super) const FORBIDDEN_BYTES: u64 = 318;
pub(super) const NOT_FOUND_BYTES: u64 = 1_102;

pub(super) const STYLES: &[Page] = &[
    ("/assets/portal.css", 31_870),
    ("/assets/portal.js", 88_214),
    ("/assets/seal.svg", 12_655),
    ("/favicon.ico", 4_286),
];

pub(super) const INFORMATION: &[Page] = &[
    ("/dates", 5_122),
    ("/absentee", 7_930),
    ("/early-voting", 6_671),
    ("/id-requirements", 5_804),
    ("/sample-ballot", 8_467),
    ("/contact", 3_950),
    ("/results", 10_288),
    ("/assets/forms/absentee-request.pdf", 184_330),
];

/// Of each 16 consecutive numbers, 11 belong to a voter: others moved, died or were never given out.
const BLOCK: u64 = 16;
const VOTERS_PER_BLOCK: u64 = 11;

#[derive(Debug, Clone, Copy)]
pub(super) struct Site {
    pub(super) shape: PortalShape,
    pub(super) voters: u64,
    first_number: u64,
}

impl Site {
    pub(super) fn of(plan: &PortalPlan) -> Self {
        Self { shape: plan.shape, voters: plan.voters.max(1), first_number: plan.first_voter_number }
    }

    /// A site that nobody visits.
    pub(super) fn nowhere() -> Self {
        Self { shape: PortalShape::IdInQuery, voters: 1, first_number: 1 }
    }

    /// The number of the voter at a place in the roll.
    pub(super) fn number(&self, voter: u64) -> u64 {
        let block = voter / VOTERS_PER_BLOCK;
        let taken = (0..BLOCK).filter(|slot| is_taken(block, *slot)).nth((voter % VOTERS_PER_BLOCK) as usize);
        self.first_number + block * BLOCK + taken.unwrap_or(0)
    }

    /// The voter of a number, if it belongs to one.
    pub(super) fn voter(&self, number: u64) -> Option<u64> {
        let offset = number.checked_sub(self.first_number)?;
        let (block, slot) = (offset / BLOCK, offset % BLOCK);
        let before = (0..slot).filter(|slot| is_taken(block, *slot)).count() as u64;
        let voter = block * VOTERS_PER_BLOCK + before;
        (is_taken(block, slot) && voter < self.voters).then_some(voter)
    }

    /// Where a voter's record is shown.
    pub(super) fn record(&self, voter: u64) -> String {
        match self.shape {
            PortalShape::Uuid => format!("/registrations/{}", uuid(voter)),
            _ => self.record_numbered(self.number(voter)),
        }
    }

    /// Where a record of that number would be shown, whether or not there is one.
    pub(super) fn record_numbered(&self, number: u64) -> String {
        match self.shape {
            PortalShape::IdInQuery => format!("/voter/details?vid={number}"),
            PortalShape::IdInPath => format!("/registrations/{number}"),
            PortalShape::Uuid => format!("/registrations/{}", uuid(number)),
        }
    }

    /// A record's size depends on names and address; the same voter's is always the same.
    pub(super) fn record_bytes(&self, voter: u64) -> u64 {
        3_702 + trait_of("record", voter) % 97 + trait_of("address", voter) % 64
    }
}

/// The five numbers of a block that belong to nobody: the smallest five by a fixed draw.
fn is_taken(block: u64, slot: u64) -> bool {
    let rank = |slot: u64| (trait_of("slot", block * BLOCK + slot), slot);
    let own = rank(slot);
    (0..BLOCK).filter(|other| rank(*other) < own).count() as u64 >= BLOCK - VOTERS_PER_BLOCK
}

/// Shaped as a random UUID (RFC 9562, version 4).
fn uuid(voter: u64) -> String {
    let (high, low) = (trait_of("uuid-high", voter), trait_of("uuid-low", voter));
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        0x8000 | low >> 48 & 0x3fff,
        low & 0xffff_ffff_ffff
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_voters_are_one_to_one_with_gaps() {
        let site = Site { shape: PortalShape::IdInPath, voters: 500, first_number: 4_100_000 };
        for voter in 0..500 {
            assert_eq!(site.voter(site.number(voter)), Some(voter));
        }
        let found = (0..500 * BLOCK / VOTERS_PER_BLOCK).filter(|n| site.voter(4_100_000 + n).is_some()).count();
        assert!((490..=500).contains(&found), "{found}");
        assert_eq!(site.voter(3), None);
    }
}
