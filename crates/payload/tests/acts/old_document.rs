//! Compound files: Word, Excel, PowerPoint before 2007, and what is locked.

use pollwarden_payload::{ActKind::*, Audience, Bounds, Cause, FileKind, examine};

use crate::build::*;
use crate::{fires, look, quiet};

const MACRO: &str = "Private Sub Document_Open()\r\n  Shell \"calc\"\r\nEnd Sub\r\n";

fn borrowed(streams: &[(String, Vec<u8>)]) -> Vec<(&str, &[u8])> {
    streams.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect()
}

#[test]
fn a_word_document() {
    let streams = vba_streams("Macros/", MACRO, b"");
    let found = fires("a.doc", &doc("Hello", "", &borrowed(&streams)), &[VbaMacro, AutoRun, RiskyCall]);
    assert_eq!(found.kind, FileKind::WordBinary);
    fires("a.doc", &doc("x \u{13} DDEAUTO c:\\\\cmd.exe \u{14}y\u{15} z", "", &[]), &[Dde]);
    fires("a.doc", &doc("Hello", "https://a.example/t.dot", &[]), &[TemplateInjection]);
    fires(
        "a.doc",
        &doc("Hello", "", &[("ObjectPool/_1/\u{1}Ole10Native", &native("x.exe", &program()))]),
        &[EmbeddedObject, Executable],
    );
    quiet(
        "a.doc",
        &doc(
            "Dear voter \u{13}PAGE\u{15}, DDEAUTO and \u{13} HYPERLINK \"https://county.example/\" \u{14}x\u{15}",
            "C:\\Letters\\Plain.dot",
            &[],
        ),
    );
}

#[test]
fn a_linked_object() {
    let mut ole = vec![1, 0, 0, 2, 1, 0, 0, 0];
    ole.extend([0; 12]);
    ole.extend(wide("https://a.example/x.hta"));
    fires("a.doc", &doc("Hello", "", &[("ObjectPool/_1/\u{1}Ole", &ole)]), &[ExternalLink]);
    let own = [1, 0, 0, 2, 0, 0, 0, 0];
    quiet("a.doc", &doc("Hello", "", &[("ObjectPool/_1/\u{1}Ole", &own)]));
}

#[test]
fn a_workbook() {
    let formula = {
        let mut body = vec![0; 20];
        let tokens = [0x17, 4, 0, b'c', b'a', b'l', b'c', 0x42, 1, 110, 0];
        body.extend(le2(tokens.len()));
        body.extend(tokens);
        (0x06, body)
    };
    let name = (0x18, [vec![0x20, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], vec![1]].concat());
    let records =
        [xls_begin(5), xls_sheet("Run", 1, 2), name, (0x0a, vec![]), xls_begin(0x40), formula, (0x0a, vec![])];
    let found = fires("a.xls", &xls(&records), &[XlmMacro, AutoRun]);
    assert!(found.bears_macro() && found.acts.iter().any(|act| act.shown.contains("\"calc\" EXEC")));
    let [book, named] = xls_link("cmd\u{3}/c calc", false);
    fires("a.xls", &xls(&[xls_begin(5), book, named]), &[Dde]);
    let [book, named] = xls_link("Word.Document.8\u{3}C:\\plan.doc", true);
    let [path, _] = xls_link("\u{1}folder\u{3}book.xls", false);
    quiet("a.xls", &xls(&[xls_begin(5), xls_sheet("Totals", 0, 0), path, book, named]));
    // Without a container, as Excel 4 saved it.
    fires("a.xls", &biff(&[(0x0409, vec![0, 4, 0x40, 0, 0, 0]), (0x0a, vec![])]), &[XlmMacro]);
}

#[test]
fn a_presentation() {
    let found = fires("a.ppt", &ppt(&vba_project(MACRO, b"")), &[VbaMacro]);
    assert_eq!(found.kind, FileKind::PowerPointBinary);
    fires(
        "a.ppt",
        &ppt(&compound(&[("\u{1}Ole10Native", &native("a.lnk", &lnk("cmd.exe", "/c calc")))])),
        &[EmbeddedObject, Shortcut],
    );
    quiet("a.ppt", &ppt(&compound(&[("Contents", b"x")])));
}

#[test]
fn locked_documents_are_said() {
    let locked = compound(&[("EncryptionInfo", &[4, 0, 4, 0, 0x40, 0, 0, 0]), ("EncryptedPackage", &[0; 64])]);
    let found = fires("a.docx", &locked, &[EncryptedDocument]);
    assert!(found.gaps.iter().any(|gap| gap.cause == Cause::Encrypted) && !found.bears_macro());
    let found = look("a.xls", &xls(&[xls_begin(5), (0x2f, vec![0, 0, 1, 2, 3, 4]), xls_sheet("Run", 1, 2)]));
    assert!(found.has(EncryptedDocument) && found.has(XlmMacro), "the list of sheets is never encrypted");
}

#[test]
fn a_damaged_file_is_searched() {
    let mut bytes = vba_project(MACRO, b"");
    bytes[0x4c..0x50].copy_from_slice(&[9, 9, 9, 0]);
    let found = fires("a.doc", &bytes, &[VbaMacro]);
    assert!(found.gaps.iter().any(|gap| gap.cause == Cause::Unreadable));
}

#[test]
fn the_equation_editor() {
    let with_class = |streams: &[(&str, &[u8])]| {
        let mut file = cfb::CompoundFile::open(std::io::Cursor::new(compound(streams))).unwrap();
        file.set_storage_clsid("/", "0002ce02-0000-0000-c000-000000000046".parse().unwrap()).unwrap();
        file.flush().unwrap();
        file.into_inner().into_inner()
    };
    let object = with_class(&[("\u{1}Ole10Native", b"\x09\0\0\0\x03\x01\x01\x03\x0a\x0a\x01\x08\x5a")]);
    fires(
        "a.xlsx",
        &package(&[("xl/workbook.xml", b"<workbook/>"), ("xl/embeddings/oleObject1.bin", &object)]),
        &[RtfObject],
    );
    quiet("a.doc", &doc("Hello", "", &[("ObjectPool/_1/Equation Native", b"x")]));
    assert_eq!(look("a.bin", &with_class(&[("Equation Native", b"x")])).audience(), Some(Audience::Analyst));
}

#[test]
fn an_installer_and_an_outlook_message() {
    let mut file = cfb::CompoundFile::open(std::io::Cursor::new(compound(&[("x", b"y")]))).unwrap();
    file.set_storage_clsid("/", "000c1084-0000-0000-c000-000000000046".parse().unwrap()).unwrap();
    file.flush().unwrap();
    fires("a.msi", &file.into_inner().into_inner(), &[Executable]);
    let streams: &[(&str, &[u8])] = &[
        ("__properties_version1.0", b"x"),
        ("__attach_version1.0_#00000000/__substg1.0_37010102", &program()),
        ("__attach_version1.0_#00000000/__substg1.0_3707001F", &wide("Ballot.pdf.exe")),
    ];
    fires("a.msg", &compound(streams), &[Executable, DoubleExtension]);
}

#[test]
fn built_in_passwords_are_tried_a_few_times_only() {
    let locked = compound(&[("EncryptionInfo", &[4, 0, 4, 0, 0x40, 0, 0, 0]), ("EncryptedPackage", &[0; 64])]);
    let many: Vec<(String, Vec<u8>)> = (0..20).map(|number| (format!("{number}.xlsx"), locked.clone())).collect();
    let found = examine("a.zip", None, &zipped(&borrowed(&many)), &Bounds::default());
    assert_eq!(
        found.all_acts().filter(|act| act.kind == EncryptedDocument && act.audience == Audience::Clerk).count(),
        20
    );
}
