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
