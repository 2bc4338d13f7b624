//! The shared mail data: files, and archives (`.tar.zst`) read in memory.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::path::PathBuf;

/// The folder of mail data; a line and nothing where it is not there.
pub(crate) fn mail_data(test: &str) -> Option<PathBuf> {
    let folder = pollwarden_testkit::data_root().map(|root| root.join("mail")).filter(|folder| folder.is_dir());
    if folder.is_none() {
        println!("{test}: skipped, there is no folder mail below POLLWARDEN_DATA");
    }
    folder
}

/// A file of the mail data.
pub(crate) fn file(test: &str, name: &str) -> Option<Vec<u8>> {
    let path = mail_data(test)?.join(name);
    if !path.is_file() {
        println!("{test}: skipped, {name} is not there");
        return None;
    }
    Some(pollwarden_testkit::zst(path))
}

/// The files of an archive by path; nothing where it is not there.
pub(crate) fn archive(test: &str, name: &str) -> Option<BTreeMap<String, Vec<u8>>> {
    let bytes = file(test, name)?;
    let mut files = BTreeMap::new();
    for entry in tar::Archive::new(Cursor::new(bytes)).entries().unwrap() {
        let mut entry = entry.unwrap();
        if entry.header().entry_type().is_file() {
            let path = entry.path().unwrap().to_string_lossy().into_owned();
            let mut content = Vec::new();
            entry.read_to_end(&mut content).unwrap();
            files.insert(path, content);
        }
    }
    assert!(!files.is_empty(), "{name} holds no file");
    Some(files)
}
