//! Messages are judged as the command judges them.

use pollwarden_authentication::DnsSnapshot;
use pollwarden_core::{MailSettings, Office};
use pollwarden_mail::campaign::GroupKey;
use pollwarden_mail::formats::Kept;
use pollwarden_mail::{Contacts, Desk, Judged, judge};

/// The desk of an office that has said nothing of itself and knows nobody.
pub(crate) fn desk() -> Desk {
    Desk::new(&Office::default(), Contacts::default(), DnsSnapshot::default(), GroupKey::within_office())
}

/// The desk of an office that has named its server.
pub(crate) fn desk_with_server() -> Desk {
    let mail = MailSettings { receivers: vec!["mx.county.example.gov".to_owned()], ..MailSettings::default() };
    let office = Office { mail, ..Office::default() };
    Desk::new(&office, Contacts::default(), DnsSnapshot::default(), GroupKey::within_office())
}

/// The outer message.
pub(crate) fn judged(desk: &Desk, raw: &[u8]) -> Judged {
    let kept = Kept { source: "inbox/1.eml".to_owned(), line: None, raw: raw.to_vec(), is_cut: false };
    judge(desk, &kept).swap_remove(0)
}
