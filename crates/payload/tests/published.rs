//! Documents whose truth is known, found by walking the shared data's folders: the test documents of the oletools project
//! (macros, Excel 4, DDE, embedded objects, links, encrypted, clean).
//!
//! A document's truth is told by its folder and name, as that project's own tests tell it:
//! names with `harmless-clean` are clean; `olevba` and `oleform` hold VBA, `excel4-macros` Excel 4, names with the word `dde` DDE,
//! names with `autostart` VBA; `oleobj` and `rtfobj` hold objects, `external_link` links; names with `encrypt` are encrypted.
//! Where the password is not Excel's own, the truth is "encrypted", which must be said.
#![allow(clippy::print_stdout, reason = "tests say what was found")]

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use pollwarden_payload::{ActKind, Audience, Bounds, Cause, Examined, examine};
use pollwarden_testkit::{data_root, folders, zst};

/// What a document is known to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Truth {
    Clean,
    Macro(Option<ActKind>),
    Object,
    Link,
    Encrypted,
    /// The names tell nothing: it is only read.
    Untold,
}

fn truth(path: &str) -> Truth {
    let lower = path.to_lowercase();
    let (folder, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let folder = folder.rsplit("oletools-test-documents/").next().unwrap_or(folder);
    if name.contains("harmless-clean") || name == "empty" || name == "text" {
        return Truth::Clean;
    }
    if name.contains("encrypt") && !name.contains("standardpassword") {
        return Truth::Encrypted;
    }
    if name.split(['-', '_', '.', ' ']).any(|word| word == "dde") {
        return Truth::Macro(Some(ActKind::Dde));
    }
    match folder.trim_start_matches("./").split('/').next().unwrap_or("") {
        "olevba" | "oleform" | "encrypted" => Truth::Macro(Some(ActKind::VbaMacro)),
        "excel4-macros" => Truth::Macro(Some(ActKind::XlmMacro)),
        "oleobj" if lower.contains("external_link") => Truth::Link,
        "oleobj" | "rtfobj" => Truth::Object,
        _ => Truth::Untold,
    }
}

/// What was found instead; `None` where it is right.
fn wrong(truth: Truth, found: &Examined) -> Option<&'static str> {
    let locked = found.all_gaps().any(|gap| gap.cause == Cause::Encrypted);
    let right = match truth {
        Truth::Clean => found.audience() != Some(Audience::Clerk) && !found.bears_macro(),
        // A sample in an archive that needs a password: said so, and no more is known.
        Truth::Macro(_) if locked && found.has(ActKind::EncryptedArchive) => true,
        Truth::Macro(kind) => found.bears_macro() && kind.is_none_or(|kind| found.has(kind)),
        Truth::Object => found.has(ActKind::EmbeddedObject) || found.has(ActKind::RtfObject) || locked,
        Truth::Link => found.has(ActKind::ExternalLink),
        Truth::Encrypted => locked && (found.has(ActKind::EncryptedDocument) || found.has(ActKind::EncryptedArchive)),
        Truth::Untold => true,
    };
    (!right).then_some("wrong")
}

fn documents() -> Vec<(String, Vec<u8>)> {
    let Some(root) = data_root() else { return Vec::new() };
    let archives = folders(root.join("mail")).into_iter().filter(|path| is_documents(path));
    let mut all = Vec::new();
    for archive in archives {
        let mut tape = tar::Archive::new(std::io::Cursor::new(zst(&archive)));
        for entry in tape.entries().expect("a tar archive") {
            let mut entry = entry.expect("an entry");
            if entry.header().entry_type().is_file() {
                let mut bytes = Vec::new();
                let path = entry.path().expect("a path").to_string_lossy().into_owned();
                entry.read_to_end(&mut bytes).expect("bytes");
                all.push((path, bytes));
            }
        }
    }
    all
}

fn is_documents(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("oletools-test-documents"))
}

#[test]
fn documents_of_known_truth() {
    let documents = documents();
    if documents.is_empty() {
        println!("skipped: no oletools-test-documents");
        return;
    }
    let mut table: BTreeMap<(String, String), (usize, usize)> = BTreeMap::new();
    let mut mistakes = Vec::new();
    for (path, bytes) in &documents {
        let truth = truth(path);
        let name = path.rsplit('/').next().unwrap_or(path);
        let found = examine(name, None, bytes, &Bounds::default());
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let row = table.entry((folder, format!("{truth:?}"))).or_default();
        row.1 += 1;
        match wrong(truth, &found) {
            None => row.0 += 1,
            Some(_) => mistakes.push(format!(
                "{path}: {truth:?}: {:?} {:#?} {:#?}",
                found.kind,
                found.all_acts().collect::<Vec<_>>(),
                found.all_gaps().collect::<Vec<_>>()
            )),
        }
    }
    for ((folder, truth), (right, all)) in &table {
        println!("{folder:<60} {truth:<22} {right}/{all}");
    }
    println!("documents as their truth says: {}/{}", documents.len() - mistakes.len(), documents.len());
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}
