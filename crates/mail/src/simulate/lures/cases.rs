//! The cases. Facts of each are from the reports named; techniques are ATT&CK's.

use super::super::twist::Twist;

/// A kind of lure, written after a published case.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// Its id.
    pub id: &'static str,
    /// The real case.
    pub after: &'static str,
    /// Where that is reported.
    pub source: &'static str,
    /// ATT&CK techniques.
    pub techniques: &'static [&'static str],
    pub(in super::super) whom: Whom,
    pub(in super::super) way: Way,
    pub(in super::super) link: Link,
    pub(in super::super) payload: Payload,
    pub(in super::super) wording: &'static str,
}

impl Case {
    /// Whether it comes from the account of somebody whom the office writes with.
    pub(crate) fn needs_contact(&self) -> bool {
        self.whom == Whom::Contact
    }
}

/// Whom it imitates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Whom {
    Vendor,
    Official,
    Office,
    Google,
    Microsoft,
    Commission,
    Association,
    Advisory,
    State,
    Contact,
}

/// From where it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Way {
    /// An account at a free-mail provider in the party's name.
    FreeMail,
    LookAlike(Twist),
    /// The party's own address, forged, with answers going elsewhere; at grade 4 from its own broken-into account.
    ReplyTo(Twist),
    /// The party's own account, broken into.
    Own,
}

/// Where its link leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Link {
    None,
    /// A page on the sender's domain, or on one that looks like the party's.
    LookAlike(Twist),
    /// A shortener's address.
    Shortener,
    /// A page that has the recipient's address in its own.
    Coded(Twist),
}

/// What it carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Payload {
    None,
    Macro,
    Template,
    EncryptedZip,
    SmugglingPage,
    CodePicture,
    PdfLink,
    Notebook,
    DiskImage,
    Invitation,
}

const VENDOR_2016: &str =
    "Mail in a vendor's name to county election officials, received 31 October and 1 November 2016";
const VENDOR_SOURCE: &str = "Report on the Investigation into Russian Interference, vol. 1 (2019); indictment of 13 July 2018; wusf.org 2017-06-07; gainesville.com 2017-06-17";
const TAKEDOWN: &str = "Domains taken over by Microsoft, August 2018";
const TAKEDOWN_SOURCE: &str = "securityweek.com and engadget.com, 21 August 2018";
const EAC: &str = "False EAC mail that asked voters to confirm a registration, 2024";
const EAC_SOURCE: &str = "eac.gov, 11 October 2024";
const EXCHANGE: &str = "Exchange password lure on a senator's office, 2017";
const EXCHANGE_SOURCE: &str = "thehill.com, 26 July 2018";
const GENERAL: &str = "No single case: a form in wide use";
const TECHNIQUES: &str = "attack.mitre.org, the techniques named";

const LINK: &[&str] = &["T1566.002", "T1656", "T1583.001"];
const LOG_IN: &[&str] = &["T1566.002", "T1598.003", "T1656", "T1583.001"];
const MACRO: &[&str] = &["T1566.001", "T1204.002", "T1059.001", "T1059.005", "T1656"];

const fn case(
    id: &'static str,
    (after, source): (&'static str, &'static str),
    techniques: &'static [&'static str],
) -> Case {
    Case {
        id,
        after,
        source,
        techniques,
        whom: Whom::Vendor,
        way: Way::FreeMail,
        link: Link::None,
        payload: Payload::None,
        wording: id,
    }
}

const VENDOR: (&str, &str) = (VENDOR_2016, VENDOR_SOURCE);
const TAKEN: (&str, &str) = (TAKEDOWN, TAKEDOWN_SOURCE);
const SENATE: (&str, &str) = (EXCHANGE, EXCHANGE_SOURCE);
const COMMISSION: (&str, &str) = (EAC, EAC_SOURCE);
const WIDE: (&str, &str) = (GENERAL, TECHNIQUES);
const GOOGLE: (&str, &str) = ("\"Someone has your password\", 19 March 2016", "labsblog.f-secure.com, 31 October 2016");
const EMPLOYEES: (&str, &str) =
    ("False Google mail to a vendor's employees, August 2016", "thedailybeast.com, on the NSA report of 2017");

pub(super) static CASES: [Case; 32] = [
    Case { payload: Payload::Macro, wording: "vendor-macro", ..case("vendor-free-mail-macro", VENDOR, MACRO) },
    Case {
        way: Way::LookAlike(Twist::Letter),
        payload: Payload::Macro,
        wording: "vendor-macro",
        ..case("vendor-letter-macro", VENDOR, MACRO)
    },
    Case {
        way: Way::LookAlike(Twist::AddedWord),
        payload: Payload::Macro,
        wording: "vendor-macro",
        ..case("vendor-added-word-macro", VENDOR, MACRO)
    },
    Case { payload: Payload::Macro, wording: "vendor-macro-es", ..case("vendor-macro-spanish", VENDOR, MACRO) },
    Case {
        way: Way::LookAlike(Twist::Letter),
        link: Link::LookAlike(Twist::Letter),
        wording: "vendor-link",
        ..case("vendor-letter-link", VENDOR, LINK)
    },
    Case {
        way: Way::LookAlike(Twist::HyphenWord),
        link: Link::LookAlike(Twist::HyphenWord),
        wording: "vendor-link",
        ..case("vendor-hyphen-link", VENDOR, LINK)
    },
    Case {
        way: Way::LookAlike(Twist::Ending),
        link: Link::LookAlike(Twist::Ending),
        wording: "vendor-link",
        ..case("vendor-ending-link", VENDOR, LINK)
    },
    Case {
        whom: Whom::Google,
        way: Way::LookAlike(Twist::AddedWord),
        link: Link::LookAlike(Twist::HyphenWord),
        ..case("google-employee", EMPLOYEES, LOG_IN)
    },
    Case {
        whom: Whom::Google,
        way: Way::LookAlike(Twist::AddedWord),
        link: Link::Shortener,
        ..case("google-password", GOOGLE, LOG_IN)
    },
    Case {
        whom: Whom::Office,
        way: Way::LookAlike(Twist::Federation),
        link: Link::Coded(Twist::Federation),
        ..case("exchange-expired", SENATE, LOG_IN)
    },
    Case {
        whom: Whom::Office,
        way: Way::LookAlike(Twist::Federation),
        link: Link::Coded(Twist::Federation),
        wording: "exchange-expired-es",
        ..case("exchange-expired-spanish", SENATE, LOG_IN)
    },
    Case {
        whom: Whom::Association,
        way: Way::LookAlike(Twist::My),
        link: Link::LookAlike(Twist::SharePoint),
        ..case("share-point", TAKEN, LOG_IN)
    },
    Case {
        whom: Whom::Association,
        way: Way::LookAlike(Twist::My),
        link: Link::LookAlike(Twist::My),
        wording: "share-point",
        ..case("my-organisation", TAKEN, LOG_IN)
    },
    Case {
        whom: Whom::Microsoft,
        way: Way::LookAlike(Twist::ServiceWord),
        link: Link::LookAlike(Twist::ServiceWord),
        ..case("cloud-files", TAKEN, LOG_IN)
    },
    Case {
        whom: Whom::Office,
        way: Way::LookAlike(Twist::Ending),
        link: Link::LookAlike(Twist::Ending),
        wording: "office-log-in",
        ..case("office-other-ending", TAKEN, LOG_IN)
    },
    Case {
        whom: Whom::Office,
        way: Way::LookAlike(Twist::Federation),
        link: Link::LookAlike(Twist::Federation),
        ..case("office-log-in", TAKEN, LOG_IN)
    },
    Case {
        whom: Whom::Commission,
        way: Way::LookAlike(Twist::SubDomain),
        link: Link::LookAlike(Twist::SubDomain),
        ..case("eac-confirm", COMMISSION, LINK)
    },
    Case {
        whom: Whom::Office,
        way: Way::LookAlike(Twist::HyphenWord),
        link: Link::LookAlike(Twist::HyphenWord),
        ..case("office-confirm", COMMISSION, LINK)
    },
    Case { whom: Whom::Official, ..case("boss-list", WIDE, &["T1566.003", "T1656", "T1585.002"]) },
    Case { whom: Whom::Official, ..case("boss-gift", WIDE, &["T1656", "T1657", "T1585.002"]) },
    Case { way: Way::ReplyTo(Twist::Letter), ..case("reply-diversion", WIDE, &["T1656", "T1657"]) },
    Case {
        whom: Whom::Contact,
        way: Way::Own,
        link: Link::LookAlike(Twist::SharePoint),
        ..case("thread-hijack", WIDE, &["T1566.002", "T1586.002", "T1534"])
    },
    Case {
        way: Way::LookAlike(Twist::HyphenWord),
        payload: Payload::SmugglingPage,
        ..case("html-smuggling", WIDE, &["T1566.001", "T1027.006", "T1204.002"])
    },
    Case {
        whom: Whom::State,
        way: Way::LookAlike(Twist::HyphenWord),
        payload: Payload::EncryptedZip,
        ..case("encrypted-zip", WIDE, &["T1566.001", "T1027.013", "T1204.002"])
    },
    Case {
        whom: Whom::Office,
        way: Way::LookAlike(Twist::Letter),
        link: Link::Coded(Twist::Federation),
        payload: Payload::CodePicture,
        ..case("qr-code", WIDE, &["T1566.002", "T1598.003"])
    },
    Case {
        whom: Whom::Association,
        way: Way::LookAlike(Twist::AddedWord),
        link: Link::LookAlike(Twist::SharePoint),
        payload: Payload::PdfLink,
        ..case("pdf-link", WIDE, &["T1566.001", "T1598.003"])
    },
    Case {
        whom: Whom::Association,
        way: Way::LookAlike(Twist::HyphenWord),
        payload: Payload::Notebook,
        ..case("one-note", WIDE, &["T1566.001", "T1204.002"])
    },
    Case {
        way: Way::LookAlike(Twist::Letter),
        payload: Payload::DiskImage,
        ..case("iso-lnk", WIDE, &["T1566.001", "T1553.005", "T1204.002", "T1059.001"])
    },
    Case {
        whom: Whom::Association,
        way: Way::LookAlike(Twist::Letter),
        link: Link::LookAlike(Twist::HyphenWord),
        payload: Payload::Invitation,
        ..case("calendar-invite", WIDE, LINK)
    },
    Case {
        way: Way::LookAlike(Twist::HyphenWord),
        payload: Payload::Template,
        ..case("vendor-template", WIDE, &["T1566.001", "T1221"])
    },
    Case {
        whom: Whom::Advisory,
        way: Way::LookAlike(Twist::Letter),
        link: Link::LookAlike(Twist::Letter),
        ..case("fake-advisory", WIDE, LINK)
    },
    Case {
        whom: Whom::Contact,
        link: Link::LookAlike(Twist::SharePoint),
        wording: "thread-hijack",
        ..case("contact-free-mail", WIDE, &["T1566.002", "T1656", "T1585.002"])
    },
];
