//! Office documents.

use std::io::{Cursor, Write};

use super::{le2, le4, wide, zipped, zlib};

const TYPES: &[u8] =
    b"<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";

/// An Open XML package with these parts.
pub(crate) fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut all = vec![("[Content_Types].xml", TYPES)];
    all.extend(parts);
    zipped(&all)
}

pub(crate) fn docx(body: &str) -> Vec<u8> {
    package(&[("word/document.xml", body_xml(body).as_bytes())])
}

pub(crate) fn body_xml(body: &str) -> String {
    format!("<?xml version=\"1.0\"?><w:document xmlns:w=\"w\"><w:body><w:p>{body}</w:p></w:body></w:document>")
}

/// A relationships part with one relationship.
pub(crate) fn relationship(kind: &str, target: &str, external: bool) -> String {
    let mode = if external { " TargetMode=\"External\"" } else { "" };
    format!(
        "<?xml version=\"1.0\"?><Relationships><Relationship Id=\"rId1\" \
         Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{target}\"{mode}/></Relationships>"
    )
}

pub(crate) fn compound(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("a compound file");
    for (path, bytes) in streams {
        if let Some((folder, _)) = path.rsplit_once('/') {
            file.create_storage_all(format!("/{folder}")).expect("a storage");
        }
        file.create_stream(format!("/{path}")).expect("a stream").write_all(bytes).expect("bytes");
    }
    file.flush().expect("written");
    file.into_inner().into_inner()
}

/// VBA's compression, literals alone.
pub(crate) fn vba_packed(text: &[u8]) -> Vec<u8> {
    let mut out = vec![1];
    for piece in text.chunks(3_600) {
        let chunk: Vec<u8> = piece.chunks(8).flat_map(|eight| [&[0], eight].concat()).collect();
        out.extend(le2(0xb000 | (chunk.len() - 1)));
        out.extend(chunk);
    }
    out
}

/// The streams of a VBA project with one module: its source, and what stands before it, the compiled form.
pub(crate) fn vba_streams(folder: &str, source: &str, compiled: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut dir = Vec::new();
    let mut record = |id: usize, value: &[u8]| {
        dir.extend(le2(id));
        dir.extend(le4(value.len()));
        dir.extend(value);
    };
    record(0x03, &[0xe4, 0x04]);
    record(0x1a, b"Module1");
    record(0x32, &wide("Module1"));
    record(0x31, &le4(compiled.len()));
    let source = format!("Attribute VB_Name = \"Module1\"\r\n{source}");
    let module = [compiled, &vba_packed(source.as_bytes())].concat();
    vec![
        (format!("{folder}VBA/dir"), vba_packed(&dir)),
        (format!("{folder}VBA/Module1"), module),
        (format!("{folder}VBA/_VBA_PROJECT"), vec![0xcc, 0x61, 0, 0]),
    ]
}

pub(crate) fn vba_project(source: &str, compiled: &[u8]) -> Vec<u8> {
    let streams = vba_streams("", source, compiled);
    compound(&streams.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect::<Vec<_>>())
}

pub(crate) fn docm(source: &str) -> Vec<u8> {
    package(&[("word/document.xml", body_xml("").as_bytes()), ("word/vbaProject.bin", &vba_project(source, b""))])
}

/// A Word 97 document: head, text in one piece, table. `streams` stand beside.
pub(crate) fn doc(text: &str, template: &str, streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut table = vec![2];
    table.extend(le4(16));
    table.extend(le4(0));
    table.extend(le4(text.encode_utf16().count()));
    table.extend([0, 0]);
    table.extend(le4(0x400));
    table.extend([0, 0]);
    let clx = table.len();
    table.extend([0xff, 0xff, 2, 0, 0, 0, 0, 0]);
    table.extend(le2(template.len()));
    table.extend(wide(template));
    let mut document = vec![0; 0x400];
    document[..4].copy_from_slice(&[0xec, 0xa5, 0xc1, 0]);
    document[0x0b] = 2;
    document[0x01a6..0x01aa].copy_from_slice(&le4(clx));
    document[0x019a..0x019e].copy_from_slice(&le4(clx));
    document[0x019e..0x01a2].copy_from_slice(&le4(table.len() - clx));
    document.extend(wide(text));
    let mut all: Vec<(&str, &[u8])> = vec![("WordDocument", &document), ("1Table", &table)];
    all.extend(streams);
    compound(&all)
}

/// Records of an Excel stream: number and body.
pub(crate) fn biff(records: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let mut all = Vec::new();
    for (id, body) in records {
        all.extend(id.to_le_bytes());
        all.extend(le2(body.len()));
        all.extend(body);
    }
    all
}

pub(crate) fn xls_begin(kind: u8) -> (u16, Vec<u8>) {
    (0x0809, vec![0, 6, kind, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
}

pub(crate) fn xls_sheet(name: &str, kind: u8, state: u8) -> (u16, Vec<u8>) {
    let mut body = vec![0, 0, 0, 0, state, kind, u8::try_from(name.len()).expect("a short name"), 0];
    body.extend(name.as_bytes());
    (0x85, body)
}

/// A link to another program, and an external name of it.
pub(crate) fn xls_link(text: &str, is_ole: bool) -> [(u16, Vec<u8>); 2] {
    let mut body = vec![0, 0];
    body.extend(le2(text.len()));
    body.push(0);
    body.extend(text.as_bytes());
    [(0x1ae, body), (0x23, vec![if is_ole { 0x10 } else { 0 }, 0, 0, 0, 0, 0])]
}

pub(crate) fn xls(records: &[(u16, Vec<u8>)]) -> Vec<u8> {
    compound(&[("Workbook", &biff(records))])
}

/// A PowerPoint 97 presentation with one packed compound file.
pub(crate) fn ppt(storage: &[u8]) -> Vec<u8> {
    let packed = zlib(storage);
    let mut document = vec![0x0f, 0, 0xe8, 3];
    document.extend(le4(packed.len() + 12));
    document.extend([0x10, 0, 0x11, 0x10]);
    document.extend(le4(packed.len() + 4));
    document.extend(le4(storage.len()));
    document.extend(packed);
    compound(&[("PowerPoint Document", &document), ("Current User", b"x")])
}

/// An Ole10Native stream.
pub(crate) fn native(name: &str, content: &[u8]) -> Vec<u8> {
    let inside = packed(name, content);
    [le4(inside.len()).as_slice(), &inside].concat()
}

fn packed(name: &str, content: &[u8]) -> Vec<u8> {
    let mut inside = vec![2, 0];
    inside.extend(format!("{name}\0C:\\in\\{name}\0").as_bytes());
    inside.extend([0, 0, 3, 0]);
    let temporary = format!("C:\\tmp\\{name}\0");
    inside.extend(le4(temporary.len()));
    inside.extend(temporary.as_bytes());
    inside.extend(le4(content.len()));
    inside.extend(content);
    inside
}

/// An RTF object's data in hexadecimal: class, and a packed file or other native data.
pub(crate) fn rtf_object(class: &str, native: &[u8]) -> String {
    let mut data = vec![1, 5, 0, 0, 2, 0, 0, 0];
    data.extend(le4(class.len() + 1));
    data.extend(class.as_bytes());
    data.extend([0; 9]);
    data.extend(le4(native.len()));
    data.extend(native);
    hex(&data)
}

pub(crate) fn rtf_package(name: &str, content: &[u8]) -> String {
    rtf_object("Package", &packed(name, content))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
