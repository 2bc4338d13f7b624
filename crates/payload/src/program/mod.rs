//! What runs when clicked: programs, scripts, shortcuts.

mod shortcut;

use crate::act::{ActKind, Audience};
use crate::examined::Examined;
use crate::kind::FileKind;
use crate::look::Look;
use crate::name::ending;
use crate::text::decode;

/// Bytes of a script that are read.
const LONGEST: usize = 4 << 20;

pub(crate) fn read(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    match found.kind {
        FileKind::Shortcut => shortcut::read(bytes, found, look),
        FileKind::WebShortcut => web_shortcut(bytes, found, look),
        FileKind::Script => script(bytes, found, look),
        kind => found.act(ActKind::Executable, "", describe(kind)),
    }
}

fn describe(kind: FileKind) -> &'static str {
    match kind {
        FileKind::WindowsProgram => "Windows program",
        FileKind::ElfProgram => "Linux program",
        FileKind::MacProgram => "Mac program",
        FileKind::HelpFile => "compiled help file, which can run scripts",
        _ => "Java program",
    }
}

/// A script's first lines, the risky calls it names, its links. An application in HTML is a page too.
fn script(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    let text = decode(&bytes[..bytes.len().min(LONGEST)]).into_owned();
    found.act(ActKind::Script, "", &text);
    look.links_of_text(found, &text, "text");
    for word in crate::office::risky_calls(text.as_bytes()) {
        found.act_for(ActKind::RiskyCall, Audience::Analyst, "", word);
    }
    if matches!(
        ending(&found.name).as_str(),
        "library-ms" | "search-ms" | "searchconnector-ms" | "scf" | "theme" | "rdp"
    ) {
        outside(&text, found);
    }
}

/// Files that make Windows fetch from, or log in to, another machine as soon as they are seen.
fn outside(text: &str, found: &mut Examined) {
    let words = text.split(['<', '>', '"', '\'', '=', '\r', '\n']).map(str::trim);
    let fetched = words.filter(|word| word.len() > 6 && crate::office::Reach::of(word).is_elsewhere()).take(5);
    for target in fetched.map(str::to_owned).collect::<Vec<_>>() {
        found.act(ActKind::ExternalLink, "", &target);
    }
    if let Some(server) = text.lines().find_map(|line| line.trim().strip_prefix("full address:s:")) {
        found.act(ActKind::Shortcut, "remote desktop", &format!("connects this computer to {server}"));
    }
}

/// `[InternetShortcut]`: a link to a page is ordinary, a link to another machine's file is not.
fn web_shortcut(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    let text = decode(&bytes[..bytes.len().min(64 << 10)]).into_owned();
    for line in text.lines() {
        let Some((key, value)) = line.split_once('=') else { continue };
        let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
        let reach = crate::office::Reach::of(value);
        match key.as_str() {
            "url" => {
                look.link(found, value, "shortcut");
                let page = reach == crate::office::Reach::Web;
                found.act_for(ActKind::Shortcut, if page { Audience::Analyst } else { Audience::Clerk }, "", value);
            }
            "iconfile" | "workingdirectory" if reach.is_elsewhere() => found.act(ActKind::ExternalLink, &key, value),
            _ => {}
        }
    }
}
