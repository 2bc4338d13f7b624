//! Dominion's JSON export of cast vote records, versions 5.2 to 5.20: `CvrExport.json`, or one `CvrExport_N.json` for each
//! batch, beside manifests that say what their numbers stand for.
//!
//! The shapes are those of published exports (San Francisco, Alaska, Arizona); the vendor publishes no specification.
//! Without manifests the records are read all the same, with numbers for names.

mod manifests;
mod pull;
mod session;
mod tables;
mod window;

use memchr::memmem;
use pollwarden_core::Complaint;
use pollwarden_intake::{Fit, Input, Sample};

use manifests::Manifests;
use pull::Fault;
use session::{Sides, session};
use tables::Tables;
use window::Window;

use crate::Records;
use crate::formats::Format;
use crate::read::{cite, folder};

/// The export.
pub(super) struct DominionJson;

const NAME: &str = "dominion-json";
/// How many names a complaint lists.
const LISTED: usize = 5;

impl Format for DominionJson {
    fn name(&self) -> &'static str {
        NAME
    }

    fn sniff(&self, sample: &Sample) -> Fit {
        let begins = sample.bytes.trim_ascii_start().starts_with(b"{");
        let holds = |text: &str| memmem::find(&sample.bytes, text.as_bytes()).is_some();
        let kind = kind_of(&sample.name);
        let export = holds("\"Sessions\"") && holds("\"TabulatorId\"");
        let manifest = kind.ends_with("manifest") && holds("\"List\"");
        let settings = kind == "configuration" && holds("TabulatorFilter");
        if begins && (export || manifest || settings) {
            return Fit::Yes;
        }
        if begins && (holds("\"Sessions\"") || kind.starts_with("cvrexport")) { Fit::Maybe } else { Fit::No }
    }

    fn read(&self, inputs: &[Input], into: &mut Records) -> Result<(), Box<Complaint>> {
        let manifests = Manifests::read(inputs)?;
        let exports: Vec<_> = inputs.iter().filter(|input| is_export(input.name())).collect();
        let Some(first) = exports.first() else {
            let name = inputs.first().map_or("", Input::name);
            let complaint = Complaint::about(name, "CvrExport.json beside the manifests", "manifests alone");
            return Err(Box::new(complaint.mend("Add the records to the folder, from the same export.")));
        };
        if !manifests.missing.is_empty() {
            let missing = format!("no {}", manifests.missing.join(", no "));
            let complaint = Complaint::about(first.name(), "the export's manifests in the same folder", missing);
            into.complaints.push(complaint.mend("Numbers stand for names. Add the manifests of the same export."));
        }
        let mut tables = Tables::new(manifests, folder(first.name()), &mut into.cvrs);
        for export in &exports {
            read_export(export, &mut tables, into)?;
        }
        complain_of_unnamed(first.name(), &tables.unnamed, into);
        Ok(())
    }
}

fn complain_of_unnamed(name: &str, unnamed: &[String], into: &mut Records) {
    if unnamed.is_empty() {
        return;
    }
    let more = if unnamed.len() > LISTED { " and others" } else { "" };
    let found = format!("{}{more}, which no manifest lists", unnamed[..unnamed.len().min(LISTED)].join(", "));
    let complaint = Complaint::about(name, "contests and candidates of the manifests", found);
    into.complaints
        .push(complaint.mend("Numbers stand for their names. Check that manifests and records are of one export."));
}

/// A file's name without folder and endings, in small letters: `contestmanifest`, `cvrexport_42`.
fn kind_of(name: &str) -> String {
    let file = name.rsplit(['/', '!', '\\']).next().unwrap_or_default();
    let stem = file.split(".json").next().unwrap_or_default();
    stem.to_ascii_lowercase()
}

fn is_export(name: &str) -> bool {
    let kind = kind_of(name);
    !kind.ends_with("manifest") && kind != "configuration"
}

fn read_export(input: &Input, tables: &mut Tables, into: &mut Records) -> Result<(), Box<Complaint>> {
    let mut window = Window::open(input)?;
    window.step(|pull| pull.take(b'{', "an export, which begins with “{”"))?;
    let mut sessions = None;
    while !window.step(|pull| pull.takes(b'}'))? {
        let found = window.step(|pull| {
            // A comma stands before every member but the first; read leniently, one too many does no harm.
            pull.takes(b',')?;
            let is_sessions = pull.key()? == b"Sessions";
            if !is_sessions { pull.skip() } else { Ok(()) }.map(|()| is_sessions)
        })?;
        if found {
            sessions = Some(read_sessions(&mut window, tables, into)?);
        }
    }
    if !window.is_over()? {
        return Err(Box::new(window.complaint(0, "the end of the file")));
    }
    let Some(rows) = sessions else {
        let complaint = Complaint::about(input.name(), "the member “Sessions”", "none");
        return Err(Box::new(complaint.mend("Export the records again.")));
    };
    cite(into, input.name(), NAME, window.received(), rows);
    Ok(())
}

/// Reads the sessions, and says how many there were.
fn read_sessions(window: &mut Window, tables: &mut Tables, into: &mut Records) -> Result<u64, Box<Complaint>> {
    let mut sides = Sides::default();
    let mut count = 0;
    window.step(|pull| pull.take(b'[', "the array of sessions, “[”"))?;
    if window.step(|pull| pull.takes(b']'))? {
        return Ok(0);
    }
    loop {
        let more = window.step(|pull| {
            pull.peek()?;
            let from = pull.at();
            let session = session(pull, &mut sides)?;
            let ends = pull.takes(b']')?;
            if !ends {
                pull.take(b',', "“,” or “]” after a session")?;
            }
            let added = tables.add(&session, &sides, &mut into.cvrs);
            added.map(|()| !ends).map_err(|expected| Fault::Bad { at: from, expected })
        })?;
        count += 1;
        if !more {
            return Ok(count);
        }
    }
}
