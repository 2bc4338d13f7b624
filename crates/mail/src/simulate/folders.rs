//! Messages as an office keeps them: .eml files, mbox (RFC 4155, in the form `mboxrd`), Maildir; and the truth as a table.
//! Everything stays in memory: who asks decides where it goes.

use std::fmt::Write as _;

use pollwarden_core::Digest;

use super::{Folder, Kind, Sent};

/// One file for each message, below a folder of its kind: `inbox/00001.eml`.
pub fn eml(sent: &[Sent]) -> Vec<(String, Vec<u8>)> {
    sent.iter().enumerate().map(|(n, sent)| (path(n, sent.folder), sent.raw.clone())).collect()
}

fn path(n: usize, folder: Folder) -> String {
    let folder = match folder {
        Folder::Inbox => "inbox",
        Folder::Sent => "sent",
    };
    format!("{folder}/{:05}.eml", n + 1)
}

/// One mbox of all messages. Lines that begin with `From ` after any `>` get one more `>`.
pub fn mbox(sent: &[Sent]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for message in sent {
        let at = message.truth.at.strftime("%a %b %e %H:%M:%S %Y");
        bytes.extend(format!("From sender@example.org {at}\n").into_bytes());
        for line in message.raw.split_inclusive(|byte| *byte == b'\n') {
            let bare = line.iter().position(|byte| *byte != b'>').unwrap_or(line.len());
            if line[bare..].starts_with(b"From ") {
                bytes.push(b'>');
            }
            bytes.extend(line.strip_suffix(b"\r\n").map_or_else(|| line.to_vec(), |line| [line, b"\n"].concat()));
        }
        bytes.extend(b"\n");
    }
    bytes
}

/// A Maildir: received messages in `cur/`, sent ones in `.Sent/cur/`, all as seen. `tmp` and `new` have no files, so they
/// aren't named.
pub fn maildir(sent: &[Sent]) -> Vec<(String, Vec<u8>)> {
    let path = |n: usize, sent: &Sent| {
        let folder = if sent.folder == Folder::Sent { ".Sent/cur" } else { "cur" };
        format!("{folder}/{}.M{n}P1.mail.example:2,S", sent.truth.at.as_second())
    };
    sent.iter().enumerate().map(|(n, sent)| (path(n, sent), sent.raw.clone())).collect()
}

/// The truth as tab-separated rows, in the order of the messages, with the file names of [`eml`] and the SHA-256 of
/// the bytes. Times are UTC.
pub fn truth_table(sent: &[Sent]) -> String {
    let mut table =
        "file\tsha256\tkind\twhat\tgrade\timitated\twrites_from\tcampaign\trecipients\tat\ttechniques\tindicators\n"
            .to_owned();
    for (n, message) in sent.iter().enumerate() {
        let truth = &message.truth;
        let [kind, what, grade, imitated, from, techniques, indicators] = told(&truth.kind);
        let campaign = truth.campaign.as_deref().unwrap_or_default();
        let (file, digest) = (path(n, message.folder), Digest::of(&message.raw));
        let _ = writeln!(
            table,
            "{file}\t{digest}\t{kind}\t{what}\t{grade}\t{imitated}\t{from}\t{campaign}\t{}\t{}\t{techniques}\t{indicators}",
            truth.recipients.join(" "),
            truth.at,
        );
    }
    table
}

fn told(kind: &Kind) -> [String; 7] {
    match kind {
        Kind::Ordinary { template } => ["ordinary", template, "", "", "", "", ""].map(str::to_owned),
        Kind::Threat { grade, language, against } => {
            ["threat", language, &grade.to_string(), "", against, "", ""].map(str::to_owned)
        }
        Kind::Lure(lure) => {
            let indicators = lure.indicators.iter().map(|(kind, value)| format!("{}={value}", kind.name()));
            [
                "lure".to_owned(),
                lure.case.to_owned(),
                lure.grade.to_string(),
                lure.imitated.name.clone(),
                lure.imitated.writes_from.clone(),
                lure.techniques.join(" "),
                indicators.collect::<Vec<_>>().join(" "),
            ]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::{OfficeShape, ordinary};

    #[test]
    fn an_mbox_has_as_many_messages_and_no_line_is_taken_for_another() {
        let office = OfficeShape { per_day: 20, ..OfficeShape::example(3) };
        let mut sent = ordinary(&office, jiff::civil::date(2024, 10, 1), 1, 3);
        sent[0].raw.extend(b"From here on\r\n>From there\r\n");
        let text = String::from_utf8_lossy(&mbox(&sent)).into_owned();
        assert_eq!(text.lines().filter(|line| line.starts_with("From ")).count(), sent.len());
        assert!(text.contains("\n>From here on\n>>From there\n"));
    }

    #[test]
    fn folders_and_table_agree() {
        let sent = ordinary(&OfficeShape::example(3), jiff::civil::date(2024, 10, 1), 2, 3);
        let (files, table) = (eml(&sent), truth_table(&sent));
        assert_eq!(files.len(), table.lines().count() - 1);
        for ((path, bytes), row) in files.iter().zip(table.lines().skip(1)) {
            assert!(row.starts_with(&format!("{path}\t{}\t", Digest::of(bytes))), "{row}");
        }
        assert!(maildir(&sent).iter().any(|(path, _)| path.starts_with(".Sent/cur/")));
    }
}
