//! Archives, disk images, bombs.

use pollwarden_payload::{ActKind::*, Bounds, Cause, FileKind, examine};

use crate::build::*;
use crate::{fires, look, quiet};

#[test]
fn members_are_looked_into() {
    let script = b"new ActiveXObject('WScript.Shell')";
    let files: &[(&str, Vec<u8>)] = &[
        ("a.zip", zipped(&[("x/run.js", script)])),
        ("a.tar", taped(&[("run.js", script)])),
        ("a.tgz", gzipped(&taped(&[("run.js", script)]))),
        ("run.js.gz", gzipped(script)),
        ("a.cab", cabinet("run.js", script)),
        ("a.rar", rar_4("run.js", script, false)),
        ("b.rar", rar_5("run.js", script)),
        ("a.7z", seven("run.js", script, false)),
        ("winmail.dat", winmail("run.js", script)),
        ("a.zip", zipped(&[("b.zip", &zipped(&[("c.zip", &zipped(&[("run.js", script)]))]))])),
    ];
    for (name, bytes) in files {
        let found = fires(name, bytes, &[Script]);
        assert!(found.all_gaps().next().is_none(), "{name}: {found:#?}");
    }
}

#[test]
fn archives_of_ordinary_files_are_quiet() {
    let picture = encoded(logo(120, 90), image::ImageFormat::Png);
    let found =
        quiet("photos.zip", &zipped(&[("a.png", &picture), ("b.png", &picture), ("read me.txt", b"Two pictures")]));
    assert_eq!(found.inner.len(), 3);
}

#[test]
fn disk_images() {
    let found = fires(
        "a.iso",
        &iso(&[("RUN.LNK", &lnk("cmd.exe", "/c start a.dll")), ("A.TXT", b"hello")]),
        &[DiskImage, Shortcut],
    );
    assert_eq!(found.inner.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["RUN.LNK", "A.TXT"]);
    let found = fires("a.vhd", b"conectix", &[DiskImage]);
    assert_eq!(found.gaps[0].cause, Cause::NotOpened);
}

#[test]
fn locked_archives_are_said() {
    for (name, bytes) in [("a.zip", zip_locked(&[("plan.exe", b"x")])), ("a.7z", seven("plan.exe", b"x", true))] {
        let found = fires(name, &bytes, &[EncryptedArchive, Executable]);
        assert!(found.gaps.iter().any(|gap| gap.cause == Cause::Encrypted), "{found:#?}");
    }
    let found = fires("a.rar", &rar_4("Ballot.pdf.exe", b"x", true), &[DoubleExtension]);
    assert!(found.gaps.iter().any(|gap| gap.cause == Cause::NotOpened));
}

#[test]
fn passwords_that_the_message_names_are_tried() {
    use std::io::Write;
    use zip::unstable::write::FileOptionsExt;
    let options = zip::write::SimpleFileOptions::default().with_deprecated_encryption(b"2468").expect("a password");
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.start_file("run.js", options).unwrap();
    writer.write_all(b"new ActiveXObject('WScript.Shell')").unwrap();
    let bytes = writer.finish().unwrap().into_inner();
    let told = Bounds { passwords: vec!["1234".to_owned(), "2468".to_owned()], ..Bounds::default() };
    let found = examine("a.zip", None, &bytes, &told);
    assert!(found.has(Script) && found.has(EncryptedArchive) && !found.has_gap(), "{found:#?}");
    assert!(look("a.zip", &bytes).has_gap());
}

#[test]
fn a_padded_program_is_one_all_the_same() {
    let mut padded = program();
    padded.resize(40 << 20, 0);
    let found = fires("a.zip", &zipped(&[("Ballot.exe", &padded)]), &[Executable, CompressionBomb]);
    assert_eq!(found.inner[0].digest, "", "a digest of a part would be nobody's");
}

#[test]
fn depth_and_count_are_bounded() {
    let mut bytes = zipped(&[("run.js", b"x")]);
    for _ in 0..12 {
        bytes = zipped(&[("x.zip", &bytes)]);
    }
    assert!(look("a.zip", &bytes).all_gaps().any(|gap| gap.cause == Cause::TooDeep));
    let names: Vec<String> = (0..1_200).map(|number| format!("{number}.txt")).collect();
    let many = zipped(&names.iter().map(|name| (name.as_str(), b"x".as_slice())).collect::<Vec<_>>());
    let found = look("a.zip", &many);
    assert!(found.inner.len() == 1_000 && found.gaps.iter().any(|gap| gap.cause == Cause::TooLarge));
}

#[test]
fn names_and_claims() {
    fires("Ballot.pdf.exe", &program(), &[Executable, DoubleExtension]);
    fires("Ballot_\u{202e}fdp.exe", &program(), &[RightToLeftName]);
    fires("scan.pdf", b"<html><p>hello</p></html>", &[TypeMismatch]);
    quiet("export.xls", b"<html><table><tr><td>Precinct 1</td></tr></table></html>");
    let found = examine("x", Some("image/png"), &program(), &Bounds::default());
    assert!(found.has(TypeMismatch) && found.kind == FileKind::WindowsProgram);
}

#[test]
fn archives_that_nobody_could_open_are_told() {
    let clerks = |name: &str, bytes: &[u8]| {
        let found = fires(name, bytes, &[Unopened]);
        assert!(found.unopened().next().is_some(), "{name}: {found:#?}");
    };
    clerks("Ballots.arj", b"\x60\xea\x22\0 what nobody reads");
    clerks("Ballots.lzh", b"\x22\x80-lh5-\0 what nobody reads");
    clerks("Ballots.zip", b"PK\x03\x04 and then nothing");
    clerks("Ballots.z", b"\x1f\x9d\x90 what nobody reads");
    // Beyond the bound only names are read: one of a program is a reason.
    let mut names: Vec<String> = (0..1_200).map(|number| format!("{number}.txt")).collect();
    let many =
        |names: &[String]| zipped(&names.iter().map(|name| (name.as_str(), b"x".as_slice())).collect::<Vec<_>>());
    assert!(analysts(&look("a.zip", &many(&names))));
    names.push("Ballot.pdf.exe".to_owned());
    let found = fires("a.zip", &many(&names), &[Unopened, Executable, DoubleExtension]);
    assert!(found.unopened().next().is_some());
    // A method that the library lacks: the names are known.
    let mut packed = seven("notes.txt", b"what nobody reads", false);
    let copy = packed.windows(4).rposition(|four| four == [1, 1, 0, 0x0c]).expect("the coder");
    packed[copy + 2] = 0x3f;
    repair(&mut packed);
    assert!(analysts(&look("a.7z", &packed)), "{:#?}", look("a.7z", &packed));
    let mut deep = zipped(&[("notes.txt", b"x")]);
    (0..12).for_each(|_| deep = zipped(&[("x.zip", &deep)]));
    clerks("a.zip", &deep);
}

#[test]
fn what_is_no_archive_is_not_called_one() {
    for (name, bytes) in
        [("a.dat", b"\x01\x02\x03\x04".as_slice()), ("scan.tif", b"II*\0 a picture"), ("a.txt", b"text")]
    {
        let found = look(name, bytes);
        assert!(!found.has(Unopened) && found.unopened().next().is_none(), "{name}: {found:#?}");
    }
}

fn analysts(found: &pollwarden_payload::Examined) -> bool {
    found.audience() == Some(pollwarden_payload::Audience::Analyst)
        && found.has(Unopened)
        && found.unopened().next().is_some()
}

/// Writes the checksums of a 7z's headers anew.
fn repair(packed: &mut [u8]) {
    let place = |at: usize| u64::from_le_bytes(packed[at..at + 8].try_into().expect("eight bytes")) as usize;
    let (start, length) = (32 + place(12), place(20));
    let header = crc(&packed[start..start + length]).to_le_bytes();
    packed[28..32].copy_from_slice(&header);
    let first = crc(&packed[12..32]).to_le_bytes();
    packed[8..12].copy_from_slice(&first);
}
