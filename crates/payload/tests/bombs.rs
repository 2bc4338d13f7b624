//! Files made to exhaust a reader: each is refused with a gap, within a second of processor time and 64 MiB of memory.
//! A test binary of its own, so that no other test's memory counts.
#![allow(clippy::print_stdout, reason = "tests say what was measured")]

#[path = "build/mod.rs"]
mod build;

use std::io::{Cursor, Read, Write};
use std::{fs, io};

use build::*;
use pollwarden_payload::{ActKind, Bounds, Cause, Examination, Examined, examine};

/// Processor time of this thread in seconds; 0 where the system doesn't tell.
fn seconds() -> f64 {
    let told = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    told.split_whitespace().next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}

/// The most memory that this process ever had, in bytes; 0 where the system doesn't tell.
fn peak() -> u64 {
    let told = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = told.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) * 1024
}

fn refused(name: &str, bytes: &[u8]) -> Examined {
    let (before, start) = (peak(), seconds());
    let found = examine(name, None, bytes, &Bounds::default());
    let (spent, more) = (seconds() - start, peak().saturating_sub(before));
    println!("{name}: {} bytes, {spent:.3} s, {} KiB more", bytes.len(), more >> 10);
    assert!(found.has_gap() || found.has(ActKind::CompressionBomb), "{name}: {found:#?}");
    assert!(spent < 1.0, "{name}: {spent} s");
    assert!(more < 64 << 20, "{name}: {more} bytes");
    found
}

/// Zeros, as many MiB.
fn zeros(mib: u64) -> io::Take<io::Repeat> {
    io::repeat(0).take(mib << 20)
}

fn zip_of(names: &[&str], content: impl Fn() -> Box<dyn Read>) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for name in names {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a member");
        io::copy(&mut content(), &mut writer).expect("bytes");
    }
    writer.finish().expect("a zip").into_inner()
}

fn gzip(content: &mut dyn Read) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    io::copy(content, &mut writer).expect("bytes");
    writer.finish().expect("a gzip")
}

fn flat() -> Vec<u8> {
    zip_of(&["a", "b", "c"], || Box::new(zeros(26)))
}

#[test]
fn bombs_are_refused() {
    let found = refused("flat.zip", &flat());
    assert!(found.has(ActKind::CompressionBomb));
    let nested = flat();
    let nested = zip_of(&["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], || Box::new(Cursor::new(nested.clone())));
    refused("nested.zip", &zip_of(&["x.zip", "y.zip", "z.zip"], || Box::new(Cursor::new(nested.clone()))));
    let once = gzip(&mut zeros(30));
    refused("zeros.gz", &once);
    refused("zeros.gz.gz", &gzip(&mut once.as_slice()));
    let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 1);
    io::copy(&mut zeros(60), &mut xz).expect("bytes");
    refused("zeros.xz", &xz.finish().expect("an xz"));
    let found = refused(
        "document.docx",
        &zip_of(&["[Content_Types].xml", "word/document.xml", "word/media/a.bin"], || Box::new(zeros(26))),
    );
    assert!(found.gaps.iter().any(|gap| gap.cause == Cause::TooLarge));
}

#[test]
fn endless_files_of_other_kinds_are_refused() {
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    io::copy(&mut zeros(30), &mut packed).expect("bytes");
    let packed = packed.finish().expect("a stream");
    let objects = |dictionary: &str| {
        let mut all = vec![
            b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(x) 3 0 R]>>>>>>".to_vec(),
            b"<</Type/Pages/Kids[]/Count 0>>".to_vec(),
        ];
        all.push(b"<</Type/Filespec/F(a)/EF<</F 4 0 R>>>>".to_vec());
        all.push(stream(dictionary, &packed));
        pdf_of(&all)
    };
    refused("packed.pdf", &objects("/Type/EmbeddedFile/Filter/FlateDecode"));
    let mut storage = vec![0x10, 0, 0x11, 0x10];
    storage.extend(le4(packed.len() + 4));
    storage.extend(le4(30 << 20));
    storage.extend(&packed);
    refused("object.ppt", &compound(&[("PowerPoint Document", &storage)]));
    let mut picture = encoded(logo(60, 60), image::ImageFormat::Png);
    picture[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
    refused("enormous.png", &picture);
}

/// A picture full of corners of codes.
fn corners() -> image::GrayImage {
    image::GrayImage::from_fn(1_400, 1_400, |x, y| {
        let (x, y) = (x / 2 % 8, y / 2 % 8);
        let ring = x.max(y) < 7 && (x == 0 || y == 0 || x == 6 || y == 6);
        let core = (2..5).contains(&x) && (2..5).contains(&y);
        image::Luma([if ring || core { 10 } else { 240 }])
    })
}

#[test]
fn nesting_is_no_danger() {
    let deep = |open: &str, times: usize| open.repeat(times).into_bytes();
    for (name, bytes) in [
        ("deep.rtf", [b"{\\rtf1".to_vec(), deep("{\\object{\\*\\objdata 01", 100_000)].concat()),
        ("deep.html", [b"<html>".to_vec(), deep("<form><div>", 200_000)].concat()),
        (
            "deep.xml",
            [
                b"<?xml version='1.0'?><?mso-application progid='Word.Document'?>".to_vec(),
                deep("<w:instrText><a>", 200_000),
            ]
            .concat(),
        ),
        ("deep.pdf", [b"%PDF-1.4\n1 0 obj".to_vec(), deep("[<<", 100_000)].concat()),
        ("objects.pdf", [b"%PDF-1.4\n".to_vec(), deep("1 0 obj<</Length 1 0 R>>stream\n", 20_000)].concat()),
        ("trailers.pdf", [b"%PDF-1.4\n".to_vec(), deep("trailer<</Prev 9>>startxref 9 ", 20_000)].concat()),
        ("brackets.pdf", [b"%PDF-1.4\n1 0 obj(".to_vec(), deep("(", 200_000)].concat()),
        ("corners.png", encoded(corners(), image::ImageFormat::Png)),
        ("distinct.txt", (0..150_000).flat_map(|n| format!("http://a.example/{n} ").into_bytes()).collect()),
        ("bars.csv", deep("=a|b!c,", 300_000)),
        ("links.txt", deep("http://a.example/ ", 300_000)),
        ("beginnings.txt", deep("http://", 600_000)),
    ] {
        let (start, before) = (seconds(), peak());
        examine(name, None, &bytes, &Bounds::default());
        println!("{name}: {} bytes, {:.3} s, {} KiB more", bytes.len(), seconds() - start, (peak() - before) >> 10);
        assert!(seconds() - start < 2.0, "{name}");
    }
}

/// Time and memory of what `look` does stay small.
fn measured(name: &str, look: impl FnOnce()) {
    let (before, start) = (peak(), seconds());
    look();
    let (spent, more) = (seconds() - start, peak().saturating_sub(before));
    println!("{name}: {spent:.3} s, {} KiB more", more >> 10);
    assert!(spent < 5.0, "{name}: {spent} s");
    assert!(more < 128 << 20, "{name}: {more} bytes");
}

#[test]
fn what_a_file_says_once_is_not_kept_a_thousand_times() {
    // A form's long address was kept for each of its fields: 12 GB of a page of 1 MB.
    let form = format!("<html><form action='https://a.example/{}'>", "a".repeat(500_000));
    let page = form + &"<input type=password>".repeat(24_000);
    measured("form.html", || {
        assert!(examine("form.html", None, page.as_bytes(), &Bounds::default()).has(ActKind::CredentialForm));
    });
    // Each formula was kept until the end, at a hundred bytes for four of the file.
    let sheet = [b"ID;P\n".to_vec(), b"C;E\n".repeat(1 << 20)].concat();
    measured("a.slk", || _ = examine("a.slk", None, &sheet, &Bounds::default()));
    let names: Vec<String> = (0..150).map(|n| format!("{}{n}.js", "a".repeat(60_000))).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let archive = zip_of(&names, || Box::new(Cursor::new(b"alert(1)")));
    measured("names.zip", || {
        let found = examine("names.zip", None, &archive, &Bounds::default());
        assert!(found.has(ActKind::Script) && found.walk().all(|file| file.path.len() < 5_000));
    });
}

#[test]
fn many_attachments_share_one_account() {
    let one = flat();
    let bounds = Bounds::default();
    let mut examination = Examination::new(&bounds);
    measured("forty archives", || {
        let all: Vec<Examined> = (0..40).map(|n| examination.file(&format!("{n}.zip"), None, &one)).collect();
        assert!(all.iter().all(Examined::has_gap), "what was not looked at is said");
    });
    assert!(examination.file("a.js", None, b"new ActiveXObject('x')").has(ActKind::Script), "seen from outside");
}

#[test]
fn an_ordinary_large_archive_is_read() {
    let noise: Vec<u8> = (0..4_u32 << 20).map(|n| (n.wrapping_mul(2_654_435_761) >> 11) as u8).collect();
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..5 {
        writer.start_file(format!("{number}.bin"), zip::write::SimpleFileOptions::default()).expect("a member");
        writer.write_all(&noise).expect("bytes");
    }
    let found = examine("a.zip", None, &writer.finish().expect("a zip").into_inner(), &Bounds::default());
    assert!(found.gaps.is_empty() && found.inner.len() == 5, "{:#?}", found.gaps);
    assert!(found.inner.iter().all(|file| file.gaps[0].cause == Cause::NotOpened), "of no known kind, which is said");
}
