//! Scripts of pages: do they put a file together (ATT&CK T1027.006), or write the page from hidden text?

use crate::act::{ActKind, Audience};
use crate::examined::Examined;
use crate::look::Look;

use super::hidden;

/// Ways to hand a file to the reader.
const SAVES: &[&str] = &[
    "createobjecturl",
    "mssaveoropenblob",
    "mssaveblob",
    ".download=",
    ".download =",
    "'download'",
    "\"download\"",
    "showsavefilepicker",
    "data:application",
    "new file(",
];
/// Ways to turn text into bytes.
const DECODES: &[&str] = &[
    "atob(",
    "atob;",
    "fromcharcode",
    "uint8array",
    "charcodeat",
    "unescape(",
    "decodeuricomponent(",
    "frombase64",
    "parseint(",
];
/// Ways to write the page, or run text as a script.
const WRITES: &[&str] = &["document.write", "eval(", "innerhtml", "new function(", "document.open(", "srcdoc"];
/// Ways to send the reader on.
const LEAVES: &[&str] = &[
    "location.href=\"http",
    "location.href='http",
    "location=\"http",
    "location='http",
    "location.replace(\"http",
    "location.replace('http",
    "location.assign(",
];

/// Notes what a page's scripts do. `saves` says that a link of the page offers a download.
pub(crate) fn judge(script: &str, saves: bool, found: &mut Examined, look: &mut Look<'_>) {
    look.links_of_text(found, script, "script");
    let lower = script.to_ascii_lowercase();
    let has = |list: &[&str]| list.iter().any(|word| lower.contains(word));
    let carried = hidden::literals(script, found, look);
    let (builds, decodes, writes) = (saves || has(SAVES), has(DECODES), has(WRITES));
    if carried.file {
        found.act(ActKind::HtmlSmuggling, "script", &carried.shown);
    } else if builds && decodes {
        // Libraries of web pages can do this too; a long literal is what they would work on.
        let audience = if carried.long { Audience::Clerk } else { Audience::Analyst };
        found.act_for(ActKind::HtmlSmuggling, audience, "script", &first_of(script, &lower, SAVES));
    } else if writes && decodes && carried.long {
        found.act_for(ActKind::HtmlSmuggling, Audience::Analyst, "script", "the page writes itself from hidden text");
    }
    let close: String = lower.chars().filter(|c| !c.is_whitespace()).take(100_000).collect();
    if LEAVES.iter().any(|word| close.contains(word)) {
        found.act_for(
            ActKind::ExternalLink,
            Audience::Analyst,
            "page sends its reader on",
            &first_of(script, &lower, &["location"]),
        );
    }
}

/// The script around the first of these words.
fn first_of(script: &str, lower: &str, words: &[&str]) -> String {
    let at = words.iter().filter_map(|word| lower.find(word)).min().unwrap_or(0);
    let start = script
        .char_indices()
        .map(|(place, _)| place)
        .take_while(|place| *place <= at.saturating_sub(30))
        .last()
        .unwrap_or(0);
    script[start..].chars().take(160).collect()
}
