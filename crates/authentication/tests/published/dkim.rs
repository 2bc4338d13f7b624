//! Messages with keys from mail-auth's own tests: DKIM, ARC, and DKIM2 (drafts), which is counted only.

use pollwarden_authentication::{ArcResult, Basis, DkimResult, Settings};

use super::archive::archive;
use super::zone::Zone;

const ARCHIVE: &str = "dkim-arc-dkim2-mail-auth-vectors.tar.zst";

#[test]
fn mail_auth_messages() {
    let Some(files) = archive("mail-auth DKIM and ARC", ARCHIVE) else { return };
    let (mut right, mut total, mut wrong) = (0, 0, Vec::new());
    for (path, content) in files.iter().filter(|(path, _)| path.ends_with(".txt")) {
        let text = String::from_utf8_lossy(content);
        let (records, message) = text.split_once("\n\n").unwrap();
        let mut zone = Zone::default();
        for (name, text) in records.lines().filter_map(|line| line.split_once(' ')) {
            zone.add_text(name, text.as_bytes());
        }
        // The vectors' own clock: 7 November 2022.
        let seen = zone.authenticate(message.as_bytes(), None, Some(1_667_843_664), &Settings::default());
        let sealed = path.split('/').any(|part| part == "arc");
        let arc = !sealed || seen.arc.result.is(ArcResult::Pass);
        let dkim = match sealed {
            true => seen.dkim.iter().any(|check| check.result.is(DkimResult::Pass)),
            false => seen.dkim.last().is_some_and(|check| check.result.is(DkimResult::Pass)),
        };
        total += 1;
        if arc && dkim {
            right += 1;
        } else {
            wrong.push(format!("{path}: {:?} {:?}", seen.dkim, seen.arc));
        }
    }
    println!("mail-auth DKIM and ARC messages: {right} of {total}");
    assert!(wrong.is_empty() && total > 0, "{wrong:#?}");
}

/// DKIM2 is a draft. Its fields are not DKIM-Signature fields: such a message is unsigned as far as RFC 6376 goes.
#[test]
fn dkim2_messages_are_left_alone() {
    let Some(files) = archive("DKIM2", ARCHIVE) else { return };
    let messages: Vec<_> = files.iter().filter(|(path, _)| path.contains("dkim2/expected/")).collect();
    for (path, content) in &messages {
        let seen = Zone::default().authenticate(content, None, Some(1_782_394_396), &Settings::default());
        let replayed = seen.dkim.iter().filter(|check| check.basis == Basis::Replayed);
        assert!(replayed.into_iter().all(|check| !check.result.is(DkimResult::Pass)), "{path}");
    }
    println!("DKIM2 messages, not judged: {}", messages.len());
}
