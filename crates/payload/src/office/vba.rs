//! VBA projects: their modules' source, and whether the source was removed while the compiled form stayed ([MS-OVBA]).

use crate::act::{ActKind, Audience};
use crate::examined::{Cause, Examined};
use crate::look::Look;
use crate::text::ansi;

use super::ole::Compound;
use super::{ovba, words};

/// Projects of one file; each document has one.
const PROJECTS: usize = 30;
/// Modules of one project that are read.
const MODULES: usize = 400;

/// Notes the macros of every project in a compound file.
pub(crate) fn read(file: &mut Compound<'_>, found: &mut Examined, look: &mut Look<'_>) {
    let projects: Vec<String> = file.paths().filter_map(folder_of_dir).take(PROJECTS).collect();
    for folder in projects {
        project(file, &folder, found, look);
    }
}

/// The folder of a project's `dir` stream: it is called VBA.
fn folder_of_dir(path: &str) -> Option<String> {
    let (folder, name) = path.rsplit_once('/')?;
    let last = folder.rsplit('/').next()?;
    (name.eq_ignore_ascii_case("dir") && last.eq_ignore_ascii_case("VBA")).then(|| folder.to_owned())
}

fn project(file: &mut Compound<'_>, folder: &str, found: &mut Examined, look: &mut Look<'_>) {
    let dir = file
        .stream(&format!("{folder}/dir"), found, look)
        .and_then(|packed| ovba::decompress(&packed))
        .unwrap_or_default();
    let listed = ovba::modules(&dir);
    let paths: Vec<String> = file
        .paths()
        .filter(|path| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
        .map(str::to_owned)
        .collect();
    let (mut source, mut compiled, mut unread) = (String::new(), Vec::new(), 0);
    for path in paths.iter().take(MODULES) {
        let name = path.rsplit('/').next().unwrap_or("");
        let Some(bytes) = file.stream(path, found, look) else { continue };
        if name.eq_ignore_ascii_case("dir") || name.to_ascii_uppercase().starts_with("__SRP_") {
            continue;
        }
        let offset = listed.iter().find(|module| module.stream.eq_ignore_ascii_case(name)).map(|module| module.offset);
        let text = source_at(&bytes, offset);
        unread += usize::from(text.is_none() && offset.is_some());
        compiled.extend_from_slice(&bytes[..offset.unwrap_or(bytes.len()).min(bytes.len())]);
        let text = text.unwrap_or_default();
        look.spend(text.len() as u64);
        judge(&text, path, found, look);
        source.push_str(&text);
    }
    if unread > 0 {
        found.gap(Cause::Unreadable, folder, format!("{unread} modules of the macro project can't be read."));
    }
    stomped(&source, &compiled, folder, found);
}

/// A module's source: at the offset that `dir` names, else where a source begins.
fn source_at(bytes: &[u8], offset: Option<usize>) -> Option<String> {
    let by_offset =
        offset.and_then(|offset| bytes.get(offset..)).and_then(ovba::decompress).filter(|text| !text.is_empty());
    let unpacked = by_offset.or_else(|| ovba::decompress(&bytes[ovba::find_source(bytes)?..]))?;
    // The compiler reads the project's code page; the words looked for are ASCII in all of them.
    Some(ansi(&unpacked))
}

/// Source in bytes that are no readable compound file: damaged on purpose or by accident.
pub(crate) fn read_raw(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    let mut at = 0;
    for _ in 0..MODULES {
        let Some(start) = ovba::find_source(&bytes[at..]).filter(|_| !look.is_spent()) else { return };
        if let Some(text) = ovba::decompress(&bytes[at + start..]) {
            look.spend(text.len() as u64);
            judge(&ansi(&text), &format!("byte {}", at + start), found, look);
        }
        at += start + 8;
    }
}

/// Notes what a module's source does. A module that holds only its own name and settings does nothing.
pub(crate) fn judge(source: &str, place: &str, found: &mut Examined, look: &mut Look<'_>) {
    let mut code = source.lines().filter(|line| is_code(line));
    let Some(first) = code.next() else { return };
    found.act(ActKind::VbaMacro, place, first);
    look.links_of_text(found, source, place);
    let named = words::named(source.as_bytes());
    for word in named.starts {
        found.act(ActKind::AutoRun, place, word);
    }
    for word in named.risky {
        let audience = if words::is_everyday(word) { Audience::Analyst } else { Audience::Clerk };
        found.act_for(ActKind::RiskyCall, audience, place, word);
    }
}

fn is_code(line: &str) -> bool {
    let line = line.trim();
    let lower = line.get(..9).unwrap_or(line).to_ascii_lowercase();
    let quiet = ["attribute", "option ", "rem ", "'", "begin", "end\0", "version "];
    !line.is_empty() && line != "End" && !quiet.iter().any(|start| lower.starts_with(start))
}

/// The compiled form keeps the names that the source used. Where it names what the source doesn't, the source was replaced.
fn stomped(source: &str, compiled: &[u8], folder: &str, found: &mut Examined) {
    let kept = words::named(compiled);
    let said = words::named(source.as_bytes());
    let missing: Vec<&str> = kept.starts.iter().filter(|word| !said.starts.contains(word)).copied().collect();
    let risky = kept.risky.iter().filter(|word| !words::is_everyday(word) && !said.risky.contains(word)).count();
    let has_code = source.lines().any(is_code);
    if !missing.is_empty() && (risky > 0 || !has_code) || !has_code && risky > 1 {
        found.act(ActKind::StompedVba, folder, &missing.join(", "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_no_code() {
        for line in [
            "Attribute VB_Name = \"ThisDocument\"",
            "Option Explicit",
            "' a note",
            "",
            "End",
            "VERSION 1.0 CLASS",
            "BEGIN",
        ] {
            assert!(!is_code(line), "{line}");
        }
        assert!(is_code("Sub a()") && is_code("  x = 1") && is_code("End Sub"));
    }
}
