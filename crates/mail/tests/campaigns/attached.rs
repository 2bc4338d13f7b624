//! Attachments of lures, the same for all recipients but for a line that names them.

use std::io::{Cursor, Write as _};

use crate::generate::{Chance, Recipient};

/// An attachment: another hash per recipient from strength 3 on.
pub(crate) fn file(ending: &str, to: &Recipient, strength: u8, seed: &str, chance: &mut Chance) -> Vec<u8> {
    let whom = if strength >= 3 {
        format!("Prepared for {} of {} no {}", to.name, to.office, chance.next())
    } else {
        String::new()
    };
    let mut fixed = Chance(seed.bytes().fold(7, |all, byte| all.wrapping_mul(31).wrapping_add(u64::from(byte))));
    let noise: Vec<u8> = (0..3_000).map(|_| b' ' + (fixed.next() % 90) as u8).collect();
    match ending {
        "docm" => {
            zip(&[("word/document.xml", format!("<w:t>{whom}</w:t>").as_bytes()), ("word/vbaProject.bin", &noise)])
        }
        "zip" => zip(&[("statement.js", &noise), ("readme.txt", whom.as_bytes())]),
        "pdf" => [b"%PDF-1.4\n", whom.as_bytes(), b"\n", &noise].concat(),
        _ => [b"<html><!-- ", whom.as_bytes(), b" --><script>", &noise].concat(),
    }
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a member");
        zip.write_all(bytes).expect("written");
    }
    zip.finish().expect("an archive").into_inner()
}
