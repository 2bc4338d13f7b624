//! Office documents: arbitrary bytes, or a sound container with arbitrary parts.

#![no_main]

use std::io::{Cursor, Write};

use libfuzzer_sys::fuzz_target;

mod wrap;

fuzz_target!(init: wrap::quiet(), |bytes: &[u8]| {
    let Some((kind, rest)) = bytes.split_first() else { return };
    let (name, whole) = match kind % 10 {
        0 => ("a.doc", compound(&["WordDocument", "1Table"], rest)),
        1 => ("a.xls", compound(&["Workbook"], rest)),
        2 => ("a.ppt", compound(&["PowerPoint Document"], rest)),
        3 => ("a.bin", compound(&["VBA/dir", "VBA/Module1"], rest)),
        4 => ("a.bin", compound(&["\u{1}Ole10Native", "EncryptionInfo"], rest)),
        5 => ("a.docx", zipped(&["[Content_Types].xml", "word/document.xml", "word/_rels/document.xml.rels"], rest)),
        6 => ("a.xlsb", zipped(&["[Content_Types].xml", "xl/workbook.bin", "xl/externalLinks/externalLink1.bin"], rest)),
        7 => ("a.rtf", [b"{\\rtf1", rest].concat()),
        8 => ("a.slk", [b"ID;P\n", rest].concat()),
        _ => ("a.xml", [b"<?xml version='1.0'?><?mso-application progid='Word.Document'?>", rest].concat()),
    };
    wrap::look(name, &whole);
    wrap::look("a.doc", bytes);
});

/// The bytes cut into equal parts, one for each name.
fn parts<'a>(names: &'a [&str], bytes: &'a [u8]) -> impl Iterator<Item = (&'a str, &'a [u8])> {
    let each = bytes.len().div_ceil(names.len()).max(1);
    names.iter().enumerate().map(move |(at, name)| {
        let start = (at * each).min(bytes.len());
        (*name, &bytes[start..(start + each).min(bytes.len())])
    })
}

fn compound(names: &[&str], bytes: &[u8]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("a compound file");
    for (name, part) in parts(names, bytes) {
        if let Some((folder, _)) = name.rsplit_once('/') {
            file.create_storage_all(format!("/{folder}")).expect("a storage");
        }
        file.create_stream(format!("/{name}")).expect("a stream").write_all(part).expect("bytes");
    }
    file.flush().expect("written");
    file.into_inner().into_inner()
}

fn zipped(names: &[&str], bytes: &[u8]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in parts(names, bytes) {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).expect("a member");
        writer.write_all(part).expect("bytes");
    }
    writer.finish().expect("a zip").into_inner()
}
