//! The way of a message and what the receiver found: `Received` (RFC 5321, 4.4), `Return-Path`, `Delivered-To`,
//! `Authentication-Results` (RFC 8601) and `Received-SPF` (RFC 7208, 9.1). All addresses are documentation addresses.

use jiff::{Span, Zoned};

use super::dice::Dice;

/// What a receiver's check said. Words as in RFC 8601.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Checks {
    pub(super) spf: &'static str,
    pub(super) dkim: &'static str,
    pub(super) dmarc: &'static str,
}

pub(super) const ALL_PASS: Checks = Checks { spf: "pass", dkim: "pass", dmarc: "pass" };
pub(super) const SPF_ALONE: Checks = Checks { spf: "pass", dkim: "none", dmarc: "none" };
pub(super) const NOTHING: Checks = Checks { spf: "none", dkim: "none", dmarc: "none" };
/// Passed on by a mailbox that forwards all: SPF fails, the signature holds.
pub(super) const FORWARDED: Checks = Checks { spf: "softfail", dkim: "pass", dmarc: "pass" };
/// A name used by somebody who may not.
pub(super) const FORGED: Checks = Checks { spf: "fail", dkim: "none", dmarc: "fail" };
pub(super) const DOUBTFUL: Checks = Checks { spf: "softfail", dkim: "none", dmarc: "fail" };

/// A way.
#[derive(Debug, Clone)]
pub(super) struct Route<'a> {
    /// The envelope's sender.
    pub(super) envelope: &'a str,
    /// The domain of the field `From`.
    pub(super) domain: &'a str,
    /// The host that gave the message to the office's.
    pub(super) host: String,
    pub(super) to: &'a str,
    pub(super) office: &'a str,
    pub(super) checks: Checks,
    /// Whether the receiver writes its checks down; some don't.
    pub(super) is_checked: bool,
    pub(super) at: &'a Zoned,
}

impl Route<'_> {
    /// The header fields, the last first, as they stand at a message's top; and the sending host's address.
    pub(super) fn fields(&self, dice: &mut Dice) -> (Vec<(&'static str, String)>, String) {
        let address = documentation_address(dice);
        let mut fields = vec![("Return-Path", format!("<{}>", self.envelope)), ("Delivered-To", self.to.to_owned())];
        fields.extend(self.hops(&address, dice));
        if self.is_checked {
            fields.insert(2 + usize::from(dice.chance(30)), ("Authentication-Results", self.results()));
            fields.insert(3, ("Received-SPF", self.received_spf(&address)));
        }
        (fields, address)
    }

    fn hops(&self, address: &str, dice: &mut Dice) -> Vec<(&'static str, String)> {
        let (mx, store) = (format!("mx1.{}", self.office), format!("store.{}", self.office));
        let stamp = |seconds: u64| {
            let at = self.at.checked_add(Span::new().seconds(seconds as i64)).unwrap_or_else(|_| self.at.clone());
            at.strftime("%a, %d %b %Y %H:%M:%S %z").to_string()
        };
        let id = dice.hex(10).to_ascii_uppercase();
        let origin = documentation_address(dice);
        let delay = dice.below(20);
        let inner = format!(
            "from {mx} ({mx} [192.0.2.25]) by {store} with LMTP id {id} for <{}>; {}",
            self.to,
            stamp(delay + 3)
        );
        let outer = format!(
            "from {host} ({host} [{address}]) by {mx} (Postfix) with ESMTPS id {} for <{}>; {}",
            dice.hex(10).to_ascii_uppercase(),
            self.to,
            stamp(delay + 2),
            host = self.host,
        );
        let first = format!(
            "from client.{domain} (client.{domain} [{origin}]) by {} with ESMTPSA id {}; {}",
            self.host,
            dice.hex(12),
            stamp(1),
            domain = self.domain,
        );
        let mut hops = vec![("Received", inner), ("Received", outer)];
        if dice.chance(80) {
            hops.push(("Received", first));
        }
        hops
    }

    fn results(&self) -> String {
        let Checks { spf, dkim, dmarc } = self.checks;
        let signature = if dkim == "none" { String::new() } else { format!(" header.d={}", self.domain) };
        format!(
            "mx1.{}; spf={spf} smtp.mailfrom={}; dkim={dkim}{signature}; dmarc={dmarc} header.from={}",
            self.office, self.envelope, self.domain
        )
    }

    fn received_spf(&self, address: &str) -> String {
        format!(
            "{} client-ip={}; envelope-from={}; helo={};",
            self.checks.spf,
            address.trim_start_matches("IPv6:"),
            self.envelope,
            self.host
        )
    }
}

/// An address of RFC 5737 or RFC 3849.
pub(super) fn documentation_address(dice: &mut Dice) -> String {
    match dice.below(10) {
        0 => format!("IPv6:2001:db8:{:x}::{:x}", 1 + dice.below(0xfffe), 1 + dice.below(0xfffe)),
        _ => format!("{}.{}", dice.pick(&["192.0.2", "198.51.100", "203.0.113"]), 1 + dice.below(254)),
    }
}
