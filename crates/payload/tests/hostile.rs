//! Damaged files: every kind cut short and with changed bytes is still looked into without a panic. A panic inside of a
//! library is caught at its border; one of our own fails here.

#[path = "build/mod.rs"]
mod build;

use build::*;
use pollwarden_payload::{Bounds, examine};
use proptest::prelude::*;

const MACRO: &str = "Sub AutoOpen()\r\n  CreateObject(\"WScript.Shell\").Run \"powershell\"\r\nEnd Sub\r\n";

fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let streams = vba_streams("Macros/", MACRO, b"compiled");
    let mut beside: Vec<(&str, &[u8])> =
        streams.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
    let native = native("a.js", b"alert(1)");
    beside.push(("ObjectPool/_1/\u{1}Ole10Native", &native));
    let [book, named] = xls_link("cmd\u{3}/c calc", false);
    let picture = encoded(code("https://a.example/", 3), image::ImageFormat::Png);
    let rels = relationship("attachedTemplate", "https://a.example/t.dotm", true);
    let word: &[(&str, &[u8])] = &[
        ("word/document.xml", b"<w:p><w:fldSimple w:instr=\"DDE a\"/></w:p>"),
        ("word/_rels/settings.xml.rels", rels.as_bytes()),
    ];
    let objects = vec![
        b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(x)>>>>".to_vec(),
        b"<</Type/Pages/Kids[]/Count 0>>".to_vec(),
        stream("/Type/EmbeddedFile/Filter/FlateDecode", &zlib(b"hello")),
        b"<</Type/Filespec/F(a)/EF<</F 3 0 R>>>>".to_vec(),
    ];
    vec![
        ("a.doc", doc("x \u{13} DDE c:\\\\cmd.exe \u{14}y\u{15} z", "https://a.example/t.dot", &beside)),
        ("a.xls", xls(&[xls_begin(5), xls_sheet("Run", 1, 2), book, named, (0x2f, vec![1, 0, 1, 0, 1, 0, 9, 9])])),
        ("a.ppt", ppt(&vba_project(MACRO, b""))),
        ("a.docx", package(word)),
        ("a.docm", docm(MACRO)),
        ("a.rtf", format!("{{\\rtf1{{\\object{{\\*\\objdata {}}}}}}}", rtf_package("a.vbs", b"x")).into_bytes()),
        ("a.slk", b"ID;P\nO;E\nC;X1;Y1;EEXEC(\"calc\")\nE\n".to_vec()),
        ("a.one", notebook("a.hta", b"<script>x</script>")),
        ("a.pdf", pdf_of(&objects)),
        ("a.png", picture),
        ("a.jpg", encoded(code("https://a.example/", 3), image::ImageFormat::Jpeg)),
        ("a.gif", encoded(logo(60, 50), image::ImageFormat::Gif)),
        ("a.webp", encoded(logo(60, 50), image::ImageFormat::WebP)),
        ("a.bmp", encoded(logo(60, 50), image::ImageFormat::Bmp)),
        ("a.html", b"<html><form action=x><input type=password></form><script>atob('aGVsbG8=')</script>".to_vec()),
        ("a.eml", b"From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\nUEsDBA==\r\n--b--\r\n".to_vec()),
        ("a.zip", zipped(&[("a.js", b"x"), ("b.zip", &zipped(&[("c", b"d")]))])),
        ("a.tar", taped(&[("a.js", b"x")])),
        ("a.gz", gzipped(b"hello")),
        ("a.cab", cabinet("a.js", b"x")),
        ("a.rar", rar_4("a.js", b"x", false)),
        ("b.rar", rar_5("a.js", b"x")),
        ("a.7z", seven("a.js", b"x", false)),
        ("a.iso", iso(&[("A.JS", b"x")])),
        ("winmail.dat", winmail("a.js", b"x")),
        ("a.lnk", lnk("cmd.exe", "/c calc")),
        ("a.exe", program()),
    ]
}

#[test]
fn files_cut_short() {
    for (name, bytes) in samples() {
        let step = (bytes.len() / 60).max(1);
        for end in (0..bytes.len()).step_by(step).chain(bytes.len().saturating_sub(12)..bytes.len()) {
            examine(name, None, &bytes[..end], &Bounds::default());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, ..ProptestConfig::default() })]

    #[test]
    fn files_with_changed_bytes(seed in any::<u64>()) {
        for (name, mut bytes) in samples() {
            let mut state = seed | 1;
            for _ in 0..4 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let at = usize::try_from(state >> 33).unwrap_or(0) % bytes.len();
                bytes[at] = u8::try_from(state >> 24 & 0xff).unwrap_or(0);
            }
            examine(name, None, &bytes, &Bounds::default());
        }
    }

    #[test]
    fn bytes_of_no_kind(bytes in proptest::collection::vec(any::<u8>(), 0..400), name in "[a-z.\u{202e} ]{0,12}") {
        let found = examine(&name, None, &bytes, &Bounds::default());
        prop_assert_eq!(found.size, bytes.len() as u64);
    }
}

#[test]
fn the_same_bytes_give_the_same_answer() {
    for (name, bytes) in samples() {
        assert_eq!(
            examine(name, None, &bytes, &Bounds::default()),
            examine(name, None, &bytes, &Bounds::default()),
            "{name}"
        );
    }
}
