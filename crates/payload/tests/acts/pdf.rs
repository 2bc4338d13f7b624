//! PDFs.

use pollwarden_payload::{ActKind::*, Audience, Cause};

use crate::build::*;
use crate::{fires, look, quiet};

const PAGES: &str = "<</Type/Pages/Kids[]/Count 0>>";

fn with_catalog(more: &str, objects: &[&str]) -> Vec<u8> {
    let catalog = format!("<</Type/Catalog/Pages 2 0 R{more}>>");
    let mut all = vec![catalog.as_str(), PAGES];
    all.extend(objects);
    pdf(&all)
}

#[test]
fn scripts_and_actions() {
    let script = with_catalog("/OpenAction<</S/JavaScript/JS(app.launchURL\\('https://a.example/'\\))>>", &[]);
    let found = fires("a.pdf", &script, &[PdfJavaScript, PdfOpenAction]);
    assert_eq!(found.links[0].url, "https://a.example/");
    fires(
        "a.pdf",
        &with_catalog("/Names<</JavaScript<</Names[(x) 3 0 R]>>>>", &["<</S/JavaScript/JS 4 0 R>>", "(evil)"]),
        &[PdfJavaScript],
    );
    let launch = with_catalog("/OpenAction 3 0 R", &["<</S/Launch/Win<</F(cmd.exe)/P(/c calc)>>>>"]);
    let found = fires("a.pdf", &launch, &[PdfLaunch, PdfOpenAction]);
    assert!(found.acts.iter().any(|act| act.shown == "cmd.exe /c calc"));
    fires("a.pdf", &with_catalog("", &["<</S/GoToR/F(\\\\\\\\files.example\\\\x)/D[0/Fit]>>"]), &[ExternalLink]);
}

#[test]
fn links_are_collected() {
    let found =
        quiet("a.pdf", &with_catalog("", &["<</Type/Annot/Subtype/Link/A<</S/URI/URI(https://county.example/a)>>>>"]));
    assert_eq!(found.links[0].url, "https://county.example/a");
}

#[test]
fn locked_files() {
    let locked = |password: &str| {
        let mut document =
            lopdf::Document::load_mem(&with_catalog("", &["<</S/URI/URI(https://county.example/a)>>"])).unwrap();
        let id = || lopdf::Object::string_literal("0123456789abcdef");
        document.trailer.set("ID", lopdf::Object::Array(vec![id(), id()]));
        let version = lopdf::EncryptionVersion::V1 {
            document: &document,
            owner_password: "owner",
            user_password: password,
            permissions: lopdf::Permissions::all(),
        };
        let state = lopdf::EncryptionState::try_from(version).unwrap();
        document.encrypt(&state).unwrap();
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        bytes
    };
    let found = fires("a.pdf", &locked("secret"), &[EncryptedDocument]);
    assert!(found.gaps.iter().any(|gap| gap.cause == Cause::Encrypted));
    // Locked against changes only: anyone can read it.
    assert_eq!(quiet("a.pdf", &locked("")).links[0].url, "https://county.example/a");
}

#[test]
fn packed_files() {
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(x) 3 0 R]>>>>>>".to_vec(),
        PAGES.as_bytes().to_vec(),
        b"<</Type/Filespec/F(run.js)/EF<</F 4 0 R>>>>".to_vec(),
    ];
    objects.push(stream("/Type/EmbeddedFile/Filter/FlateDecode", &zlib(b"new ActiveXObject('WScript.Shell')")));
    let found = fires("a.pdf", &pdf_of(&objects), &[Script]);
    assert!(found.has(PdfEmbeddedFile));
}

#[test]
fn forms_are_quiet() {
    let format = "<</FT/Tx/T(Total)/AA<</F<</S/JavaScript/JS(AFNumber_Format\\(2,0,0,0,\"\",true\\);)>>>>>>";
    let found = quiet("form.pdf", &with_catalog("/AcroForm<</Fields[3 0 R]>>/OpenAction[2 0 R/Fit]", &[format]));
    assert_eq!(found.audience(), Some(Audience::Examiner));
    let form = stream("", b"<template><script contentType='application/x-javascript'>x</script></template>");
    let catalog = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[]/XFA[(template) 3 0 R]>>>>".to_vec();
    let found = quiet("form.pdf", &pdf_of(&[catalog, PAGES.as_bytes().to_vec(), form]));
    assert!(found.has(PdfJavaScript));
}

#[test]
fn codes_in_pictures() {
    let picture = code("https://a.example/qr", 4);
    let (width, height) = picture.dimensions();
    let head = format!("/Subtype/Image/Width {width}/Height {height}/BitsPerComponent 8/ColorSpace/DeviceGray");
    let jpeg = encoded(picture.clone(), image::ImageFormat::Jpeg);
    // One bit a pixel, rows filled up to bytes.
    let bits: Vec<u8> = picture
        .rows()
        .flat_map(|row| {
            let row: Vec<bool> = row.map(|pixel| pixel.0[0] > 128).collect();
            row.chunks(8)
                .map(|eight| eight.iter().enumerate().fold(0, |byte, (at, bit)| byte | u8::from(*bit) << (7 - at)))
                .collect::<Vec<u8>>()
        })
        .collect();
    let one_bit = format!(
        "/Subtype/Image/Width {width}/Height {height}/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/FlateDecode"
    );
    for image in [
        stream(&format!("{head}/Filter/FlateDecode"), &zlib(picture.as_raw())),
        stream(&format!("{head}/Filter/DCTDecode"), &jpeg),
        stream(&one_bit, &zlib(&bits)),
    ] {
        let found =
            look("a.pdf", &pdf_of(&[b"<</Type/Catalog/Pages 2 0 R>>".to_vec(), PAGES.as_bytes().to_vec(), image]));
        assert_eq!(found.codes, ["https://a.example/qr"], "{found:#?}");
        assert!(found.has(QrCode) && found.links.iter().any(|link| link.place == "QR code"));
    }
}

#[test]
fn damaged_and_endless_files_are_searched() {
    let found = look("a.pdf", b"%PDF-1.4\n1 0 obj<</S/JavaScr#69pt/JS(x)>>\n<</URI(https://a.example/)>>");
    assert!(found.has(PdfJavaScript) && found.gaps.iter().any(|gap| gap.cause == Cause::Unreadable), "{found:#?}");
    assert_eq!(found.links[0].url, "https://a.example/");
    let mut endless = b"%PDF-1.4\n1 0 obj[".to_vec();
    endless.extend(b"1 ".repeat(2_000_000));
    assert!(look("a.pdf", &endless).gaps.iter().any(|gap| gap.cause == Cause::TooLarge));
}
