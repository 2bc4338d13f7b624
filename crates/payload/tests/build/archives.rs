//! Archives.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

use super::{le2, le4};

pub(crate) fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default()).expect("a member");
        writer.write_all(bytes).expect("bytes");
    }
    writer.finish().expect("a zip").into_inner()
}

/// Says of each member that it needs a password.
pub(crate) fn zip_locked(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = zipped(members);
    for at in 0..bytes.len() - 10 {
        match &bytes[at..at + 4] {
            b"PK\x03\x04" => bytes[at + 6] |= 1,
            b"PK\x01\x02" => bytes[at + 8] |= 1,
            _ => {}
        }
    }
    bytes
}

pub(crate) fn taped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        builder.append_data(&mut header, name, *bytes).expect("a member");
    }
    builder.into_inner().expect("a tar")
}

pub(crate) fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(bytes).expect("bytes");
    writer.finish().expect("a gzip")
}

pub(crate) fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(bytes).expect("bytes");
    writer.finish().expect("a zlib stream")
}

pub(crate) fn cabinet(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut builder = cab::CabinetBuilder::new();
    builder.add_folder(cab::CompressionType::MsZip).add_file(name);
    let mut writer = builder.build(Cursor::new(Vec::new())).expect("a cabinet");
    while let Some(mut file) = writer.next_file().expect("a file") {
        file.write_all(bytes).expect("bytes");
    }
    writer.finish().expect("a cabinet").into_inner()
}

/// RAR 4 with one member, stored as it is or said to be packed.
pub(crate) fn rar_4(name: &str, bytes: &[u8], packed: bool) -> Vec<u8> {
    let mut all = b"Rar!\x1a\x07\0".to_vec();
    all.extend([0, 0, 0x73, 0, 0, 13, 0, 0, 0, 0, 0, 0, 0]);
    all.extend([0, 0, 0x74, 0, 0x80]);
    all.extend(le2(32 + name.len()));
    all.extend(le4(bytes.len()));
    all.extend(le4(bytes.len()));
    all.extend([2, 0, 0, 0, 0, 0, 0, 0, 0, 20, if packed { 0x33 } else { 0x30 }]);
    all.extend(le2(name.len()));
    all.extend([0; 4]);
    all.extend(name.as_bytes());
    all.extend(bytes);
    all.extend([0xc4, 0x3d, 0x7b, 0, 0x40, 7, 0]);
    all
}

/// RAR 5 with one stored member.
pub(crate) fn rar_5(name: &str, bytes: &[u8]) -> Vec<u8> {
    assert!(bytes.len() < 128 && name.len() < 100);
    let short = |number: usize| u8::try_from(number).expect("a short number");
    let mut header = vec![2, 2, short(bytes.len()), 0, short(bytes.len()), 0, 0, 0, short(name.len())];
    header.extend(name.as_bytes());
    let mut all = b"Rar!\x1a\x07\x01\0".to_vec();
    all.extend([0, 0, 0, 0, 3, 1, 0, 0]);
    all.extend([0, 0, 0, 0, short(header.len())]);
    all.extend(header);
    all.extend(bytes);
    all.extend([0, 0, 0, 0, 3, 5, 0, 0]);
    all
}

/// 7z with one member, stored by the method Copy, or said to be encrypted.
pub(crate) fn seven(name: &str, bytes: &[u8], locked: bool) -> Vec<u8> {
    let short = |number: usize| u8::try_from(number).expect("a short number");
    assert!(bytes.len() < 128);
    let length = short(bytes.len());
    // Header, streams: pack info, unpack info with one coder, sub-streams; files: names.
    let mut header = vec![1, 4, 6, 0, 1, 9, length, 0, 7, 0x0b, 1, 0, 1];
    header.extend(if locked { vec![4, 6, 0xf1, 7, 1] } else { vec![1, 0] });
    header.extend([0x0c, length, 0, 8, 0x0a, 1]);
    header.extend(crc(bytes).to_le_bytes());
    header.extend([0, 0, 5, 1, 0x11]);
    let mut names = vec![0];
    names.extend(super::wide(name));
    names.extend([0, 0]);
    header.push(short(names.len()));
    header.extend(names);
    header.extend([0, 0]);
    let mut start = (bytes.len() as u64).to_le_bytes().to_vec();
    start.extend((header.len() as u64).to_le_bytes());
    start.extend(crc(&header).to_le_bytes());
    let mut all = b"7z\xbc\xaf\x27\x1c\0\x04".to_vec();
    all.extend(crc(&start).to_le_bytes());
    all.extend(start);
    all.extend(bytes);
    all.extend(header);
    all
}

pub(crate) fn crc(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// An ISO 9660 image with files in its root.
pub(crate) fn iso(files: &[(&str, &[u8])]) -> Vec<u8> {
    const SECTOR: usize = 2048;
    let mut listing = record(b"\0", 18, SECTOR, 2);
    listing.extend(record(b"\x01", 18, SECTOR, 2));
    let mut contents = Vec::new();
    for (name, bytes) in files {
        let start = 19 + contents.len() / SECTOR;
        listing.extend(record(format!("{name};1").as_bytes(), start, bytes.len(), 0));
        contents.extend_from_slice(bytes);
        contents.resize(contents.len().div_ceil(SECTOR) * SECTOR, 0);
    }
    listing.resize(SECTOR, 0);
    let mut volume = b"\x01CD001\x01".to_vec();
    volume.resize(156, 0);
    volume.extend(record(b"\0", 18, SECTOR, 2));
    volume.resize(SECTOR, 0);
    let mut end = b"\xffCD001\x01".to_vec();
    end.resize(SECTOR, 0);
    [vec![0; 16 * SECTOR], volume, end, listing, contents].concat()
}

fn record(name: &[u8], start: usize, length: usize, flags: u8) -> Vec<u8> {
    let mut record = vec![0, 0];
    for number in [start, length] {
        record.extend(le4(number));
        record.extend(u32::try_from(number).expect("a number").to_be_bytes());
    }
    record.extend([0; 7]);
    record.extend([flags, 0, 0, 1, 0, 0, 1]);
    record.push(u8::try_from(name.len()).expect("a short name"));
    record.extend(name);
    record.resize(record.len().next_multiple_of(2), 0);
    record[0] = u8::try_from(record.len()).expect("a short record");
    record
}

/// A `winmail.dat` with one attachment.
pub(crate) fn winmail(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut all = vec![0x78, 0x9f, 0x3e, 0x22, 1, 0];
    let mut attribute = |id: usize, value: &[u8]| {
        all.push(2);
        all.extend(le4(id));
        all.extend(le4(value.len()));
        all.extend(value);
        all.extend([0, 0]);
    };
    attribute(0x0006_9002, &[0; 14]);
    attribute(0x0001_8010, format!("{name}\0").as_bytes());
    attribute(0x0006_800f, bytes);
    all
}
