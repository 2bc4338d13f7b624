//! What a lure carries.

use jiff::Zoned;

use super::super::dice::Dice;
use super::super::documents::{
    DOCM, DOCX, Page, calendar_entry, code_picture, disk_image, encrypted_zip, macro_document, notebook, pdf, shortcut,
    smuggling_page, template_document,
};
use super::super::draft::{Draft, File};
use super::super::template::Blanks;
use super::Payload;

/// The files of a lure, and the hosts that they would call.
pub(super) struct Carried {
    pub(super) files: Vec<File>,
    pub(super) picture: Option<File>,
    pub(super) hosts: Vec<String>,
}

pub(super) fn carried(payload: Payload, draft: &Draft, blanks: &Blanks, at: &Zoned, dice: &mut Dice) -> Carried {
    let host = format!("cdn-{}.example", dice.hex(6));
    let file = |name: String, kind, bytes| vec![File { name, kind, bytes }];
    let blank = |name: &str| blanks.get(name).map(String::as_str).unwrap_or_default();
    let (mut picture, mut hosts) = (None, Vec::new());
    let link = blank("link");
    let lines = paper(blanks, dice);
    let files = match payload {
        Payload::None => Vec::new(),
        Payload::Macro => {
            hosts.push(host.clone());
            let name = format!("New_{}_User_Guides.docm", blank("product").replace(' ', "_"));
            file(name, DOCM, macro_document(&lines, &host, dice))
        }
        Payload::Template => {
            hosts.push(host.clone());
            let target = format!("http://{host}/{}.dotm", dice.token(8));
            file(format!("{} form.docx", blank("product")), DOCX, template_document(&lines, &target))
        }
        Payload::EncryptedZip => {
            let bytes = encrypted_zip("match list.docm", lines.join("\n").as_bytes(), blank("password"), dice);
            file(format!("list-{}.zip", blank("number")), "application/zip", bytes)
        }
        Payload::SmugglingPage => {
            let inner = encrypted_zip("proof.lnk", lines.join("\n").as_bytes(), blank("password"), dice);
            let bytes = smuggling_page("Secure message", "proof.zip", &inner, dice);
            file(format!("SecureMessage-{}.html", blank("number")), "text/html", bytes)
        }
        Payload::CodePicture => {
            picture = Some(File { name: "code.png".to_owned(), kind: "image/png", bytes: code_picture(link) });
            Vec::new()
        }
        Payload::PdfLink => {
            let name = format!("Request-{}.pdf", blank("number"));
            file(name, "application/pdf", pdf(&Page { lines, link: Some(link) }))
        }
        Payload::Notebook => {
            let bytes = notebook("Double-click to view", lines.join("\r\n").as_bytes());
            file(format!("Notes {}.one", blank("month")), "application/onenote", bytes)
        }
        Payload::DiskImage => {
            hosts.push(host.clone());
            let bytes = disk_image("TEST_DECK", "TESTDECK.LNK;1", &shortcut(&host));
            file(format!("TestDeck_{}.iso", blank("number")), "application/octet-stream", bytes)
        }
        Payload::Invitation => {
            let id = format!("{}@{}", dice.hex(16), blank("sender-domain"));
            let bytes = calendar_entry(&id, &draft.subject, link, &draft.from.1, at);
            file("invite.ics".to_owned(), "text/calendar", bytes)
        }
    };
    Carried { files, picture, hosts }
}

/// What a document says; no two are the same.
fn paper(blanks: &Blanks, dice: &mut Dice) -> Vec<String> {
    let blank = |name: &str| blanks.get(name).cloned().unwrap_or_default();
    vec![
        format!("{} {}", blank("product"), blank("version")),
        format!("For {}", blank("office")),
        "This document was made in a newer version. Enable editing and content to view it.".to_owned(),
        format!("Document {}", dice.hex(12)),
    ]
}
