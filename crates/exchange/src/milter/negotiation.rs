//! What server and milter agree on at the beginning (SMFIC_OPTNEG): version, what we may do, which steps need no answer.
//!
//! Numbers as in libmilter's `mfdef.h` and `mfapi.h`.

use super::Fault;

/// Ours.
const VERSION: u32 = 6;
/// The first version with all that is needed but a few savings.
const OLDEST: u32 = 2;

/// SMFIF_ADDHDRS, SMFIF_CHGHDRS, SMFIF_QUARANTINE.
const ACTIONS: u32 = 0x01 | 0x10 | 0x20;

/// SMFIP_NR_HDR: no answer to a header line.
const NO_REPLY_HEADER: u32 = 0x80;
/// SMFIP_NOUNKNOWN: unknown SMTP commands are not told.
const NO_UNKNOWN: u32 = 0x100;
/// SMFIP_SKIP: the rest of a body can be waived.
const SKIP: u32 = 0x400;
/// SMFIP_NR_CONN, HELO, MAIL, RCPT, DATA, UNKN, EOH: no answer to these.
const NO_REPLY_CONNECT: u32 = 0x1000;
const NO_REPLY_HELO: u32 = 0x2000;
const NO_REPLY_MAIL: u32 = 0x4000;
const NO_REPLY_RCPT: u32 = 0x8000;
const NO_REPLY_DATA: u32 = 0x1_0000;
const NO_REPLY_UNKNOWN: u32 = 0x2_0000;
const NO_REPLY_END_OF_HEADERS: u32 = 0x4_0000;
/// SMFIP_HDR_LEADSPC: header values come with the spaces before them, which a DKIM signature may count.
const LEADING_SPACE: u32 = 0x10_0000;

const WISHES: u32 = NO_REPLY_HEADER
    | NO_UNKNOWN
    | SKIP
    | NO_REPLY_CONNECT
    | NO_REPLY_HELO
    | NO_REPLY_MAIL
    | NO_REPLY_RCPT
    | NO_REPLY_DATA
    | NO_REPLY_UNKNOWN
    | NO_REPLY_END_OF_HEADERS
    | LEADING_SPACE;

/// What was agreed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Agreed {
    version: u32,
    steps: u32,
}

impl Agreed {
    /// From what the server offers.
    pub(super) fn on(offer: &[u8]) -> Result<Self, Fault> {
        let [version, actions, steps] = numbers(offer).ok_or(Fault::Malformed('O'))?;
        if version < OLDEST {
            return Err(Fault::Version(version));
        }
        if actions & ACTIONS != ACTIONS {
            return Err(Fault::NotGranted);
        }
        Ok(Self { version: version.min(VERSION), steps: steps & WISHES })
    }

    /// The answer to the offer.
    pub(super) fn to_bytes(self) -> Vec<u8> {
        [self.version, ACTIONS, self.steps].into_iter().flat_map(u32::to_be_bytes).collect()
    }

    /// Whether a command wants an answer.
    pub(super) fn wants_reply(self, command: u8) -> bool {
        let spared = match command {
            b'C' => NO_REPLY_CONNECT,
            b'H' => NO_REPLY_HELO,
            b'M' => NO_REPLY_MAIL,
            b'R' => NO_REPLY_RCPT,
            b'T' => NO_REPLY_DATA,
            b'U' => NO_REPLY_UNKNOWN,
            b'L' => NO_REPLY_HEADER,
            b'N' => NO_REPLY_END_OF_HEADERS,
            _ => 0,
        };
        self.steps & spared == 0
    }

    pub(super) fn can_skip(self) -> bool {
        self.steps & SKIP != 0
    }

    pub(super) fn keeps_leading_space(self) -> bool {
        self.steps & LEADING_SPACE != 0
    }
}

/// The first three numbers; later versions may add more.
fn numbers(bytes: &[u8]) -> Option<[u32; 3]> {
    let (chunks, _) = bytes.as_chunks::<4>();
    let [version, actions, steps, ..] = chunks else { return None };
    Some([version, actions, steps].map(|number| u32::from_be_bytes(*number)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(numbers: [u32; 3]) -> Vec<u8> {
        numbers.into_iter().flat_map(u32::to_be_bytes).collect()
    }

    #[test]
    fn only_what_the_server_offers_is_agreed_on() {
        let agreed = Agreed::on(&offer([6, 0x1ff, 0x1f_ffff])).expect("an agreement");
        assert!(!agreed.wants_reply(b'L') && agreed.wants_reply(b'B') && agreed.wants_reply(b'E') && agreed.can_skip());
        let old = Agreed::on(&offer([2, 0x3f, 0x7f])).expect("an agreement");
        assert!(old.wants_reply(b'L') && !old.can_skip() && !old.keeps_leading_space());
        assert_eq!(old.to_bytes(), offer([2, 0x31, 0]));
    }

    #[test]
    fn who_may_not_do_its_work_says_so() {
        assert!(matches!(Agreed::on(&offer([6, 0x01, 0])), Err(Fault::NotGranted)));
        assert!(matches!(Agreed::on(&offer([1, 0x3f, 0])), Err(Fault::Version(1))));
        assert!(matches!(Agreed::on(b"\0\0\0\x06\0\0\0\x3f"), Err(Fault::Malformed('O'))));
    }
}
