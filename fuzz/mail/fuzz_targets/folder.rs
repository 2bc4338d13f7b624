//! A folder of mail: messages, mailboxes, a Maildir, messages that Outlook saved, archives of these. Whatever a file holds, reading
//! ends, and everything in the folder is judged or said to be unread.
//!
//! The first byte says what is made of the rest: files as they come, or a sound container around arbitrary parts.
#![no_main]

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use pollwarden_core::Office;
use pollwarden_intake::find;
use pollwarden_mail::campaign::GroupKey;
use pollwarden_mail::formats::{LARGEST_MESSAGE, kind, messages};
use pollwarden_mail::{Head, Letter, Wanted, gather};

static FOLDER: LazyLock<PathBuf> =
    LazyLock::new(|| std::env::temp_dir().join(format!("pollwarden-fuzz-folder-{}", std::process::id())));

/// Properties of a message that Outlook saved, by their tags ([MS-OXMSG], 2.4, and [MS-OXPROPS]).
const PROPERTIES: [&str; 10] = [
    "/__properties_version1.0",
    "/__substg1.0_0037001F",
    "/__substg1.0_007D001F",
    "/__substg1.0_1000001F",
    "/__substg1.0_10090102",
    "/__substg1.0_0C1A001F",
    "/__attach_version1.0_#00000000/__properties_version1.0",
    "/__attach_version1.0_#00000000/__substg1.0_3707001F",
    "/__attach_version1.0_#00000000/__substg1.0_37010102",
    "/__nameid_version1.0/__substg1.0_00030102",
];

// Panics of libraries are caught at their border and become complaints; the fuzzer's own hook would end the process before.
// A panic that is not caught still ends it.
fuzz_target!(init: std::panic::set_hook(Box::new(|_| {})), |data: &[u8]| {
    let Some((how, rest)) = data.split_first() else { return };
    let parts: Vec<&[u8]> = rest.splitn(PROPERTIES.len(), |byte| *byte == 0xFF).collect();
    let files = match how % 5 {
        0 => vec![("mail", rest.to_vec())],
        1 => vec![("all.mbox", [b"From a@b.example Sat Jan  3 01:05:34 2026\n", rest].concat())],
        2 => vec![("saved.msg", saved(&parts))],
        3 => vec![("mail.zip", zipped(&parts))],
        _ => ["cur/1.M1P1.a.example:2,S", "Sent/cur/2", "dns.json", "report.xml", "proxy.log", "others.json", "all"]
            .into_iter()
            .zip(parts.iter().map(|part| part.to_vec()))
            .collect(),
    };
    let folder = FOLDER.as_path();
    for (name, bytes) in files {
        write(&folder.join(name), &bytes);
    }
    read(folder);
    if how & 0x80 != 0 {
        judge(folder);
    }
    fs::remove_dir_all(folder).expect("removed");
});

/// Each message by itself, as a folder's are read.
fn read(folder: &Path) {
    for input in &find(folder).inputs {
        let mut given = 0;
        let read = messages(input, kind(input), &mut |kept| {
            assert!(kept.raw.len() <= LARGEST_MESSAGE && kept.source == input.name());
            Head::read(&kept.raw);
            Letter::read(&kept.raw);
            given += 1;
        });
        assert!(read.is_err() || read.is_ok_and(|source| source.rows == given));
    }
}

/// All together, as a scan does.
fn judge(folder: &Path) {
    let office = Office { domains: vec!["office.example".into()], ..Office::default() };
    let wanted = Wanted { office: &office, key: GroupKey::within_office(), threads: 1 };
    let gathered = gather(&find(folder), wanted, &mut |_| Ok(()), &mut |_| {}).expect("rows are thrown away");
    let is_fault = |why: &str| why.contains("fault of this program");
    assert!(!gathered.coverage.unwatched.iter().any(|gap| is_fault(&gap.why)));
}

fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, bytes).expect("a file");
}

fn saved(parts: &[&[u8]]) -> Vec<u8> {
    let mut file =
        cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new())).expect("in memory");
    for storage in ["/__nameid_version1.0", "/__attach_version1.0_#00000000"] {
        file.create_storage(storage).expect("in memory");
    }
    for entry in ["/__nameid_version1.0/__substg1.0_00020102", "/__nameid_version1.0/__substg1.0_00040102"] {
        file.create_stream(entry).expect("in memory");
    }
    for (at, path) in PROPERTIES.into_iter().enumerate() {
        let part = parts.get(at).copied().unwrap_or_default();
        file.create_stream(path).expect("in memory").write_all(part).expect("in memory");
    }
    file.flush().expect("in memory");
    file.into_inner().into_inner()
}

fn zipped(parts: &[&[u8]]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (at, part) in parts.iter().enumerate() {
        let name = format!("{}/{at}", ["inbox", "Sent", "Junk"][at % 3]);
        writer.start_file(name, zip::write::SimpleFileOptions::default()).expect("a member");
        writer.write_all(part).expect("in memory");
    }
    writer.finish().expect("in memory").into_inner()
}
