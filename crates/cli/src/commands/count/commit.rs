//! `pollwarden count commit`, and what was committed to held against what is there at audit time.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use pollwarden_core::{Coverage, Digest};
use pollwarden_count::audit::AUDIT_FILE;
use pollwarden_count::{
    COMMITTED_SETTINGS, Commitment, Evidence, file_name, is_of_audit, is_settings, settings_digest,
};
use pollwarden_intake::{Found, Input, find};
use pollwarden_ledger::Section;
use pollwarden_ledger::office::Statement;
use pollwarden_ledger::said::{self, kind};
use pollwarden_ledger::statements::Draft;

use super::super::ledger;
use super::read_all;
use crate::exit::Exit;
use crate::held::held;
use crate::ledger::{ARCHIVE, Desk, LEDGER};
use crate::progress::Progress;
use crate::show::say;

/// What a reader of the ledger is told of the files.
const COMMITTED: &str = "manifest, records and settings before an audit's draw";

/// The last entry of a commitment: the digest of the list of the others, as `sha256sum` writes it. A ledger keeps what was said by its last
/// entry, which must be another one for each set of files.
const LIST: &str = "list of all files committed to";

/// Enters everything that a draw rests on.
pub(super) fn run(dir: &Path, office: &Path, progress: &Progress) -> Result<Exit> {
    let evidence = read_all(dir, progress)?;
    if evidence.audit.as_ref().is_some_and(|audit| audit.settings.seed.is_some()) {
        bail!(
            "audit.toml has a seed already: what is entered after the draw proves nothing. `pollwarden ledger enter` enters files at any time"
        );
    }
    let found = find(dir);
    let (settings, files) = (settings(&found), of_count(&found));
    for sheet in found.inputs.iter().filter(|input| is_of_audit(input) && !is_settings(input)) {
        say(&format!("{} is not entered: the draw does not rest on it.", pollwarden_report::visible(sheet.name())));
    }
    if files.is_empty() && settings.is_empty() {
        bail!("{} holds no files", dir.display());
    }
    let mut desk = Desk::open(office, None)?;
    let mut drafts = Vec::new();
    for path in settings {
        let (digest, bytes) = digest_of_settings(path)?;
        let bytes = said::Bytes { name: COMMITTED_SETTINGS.to_owned(), sha256: digest.to_string(), bytes };
        drafts.push(desk.ledger.salts().file(COMMITTED, &bytes));
        drafts.push(ledger::draft(&desk, path, COMMITTED, progress)?);
    }
    for path in files.keys() {
        drafts.push(ledger::draft(&desk, path, COMMITTED, progress)?);
    }
    let list: String =
        drafts.iter().filter_map(committed_file).map(|b| format!("{}  {}\n", b.sha256, b.name)).collect();
    let (name, sha256) = (LIST.to_owned(), Digest::of(list.as_bytes()).to_string());
    let list = said::Bytes { name, sha256, bytes: list.len() as u64 };
    drafts.push(desk.ledger.salts().file(COMMITTED, &list));
    ledger::enter_drafts(&mut desk, &drafts)
}

/// Where a ledger may be that holds a count's commitment.
pub(super) struct Ledgers(Vec<(PathBuf, Option<PathBuf>)>);

impl Ledgers {
    /// That of the office named, and of the office whose folder this is or lies in.
    pub(super) fn near(dir: &Path, named: Option<&Path>) -> Self {
        let whole = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
        let near = [Some(whole.as_path()), whole.parent()];
        Self(named.into_iter().chain(near.into_iter().flatten()).map(|office| (office.to_owned(), None)).collect())
    }

    /// That of an office whose archive is somewhere, and of the office named.
    pub(super) fn of_office(dir: &Path, archive: &Path, named: Option<&Path>) -> Self {
        let named = named.map(|office| (office.to_owned(), None));
        Self(named.into_iter().chain([(dir.to_owned(), Some(archive.to_owned()))]).collect())
    }

    /// Puts the commitment into the evidence; where there is a ledger and none, says so.
    pub(super) fn look_up(&self, found: &Found, evidence: &mut Evidence, coverage: &mut Coverage, progress: &Progress) {
        let mut without = None;
        for (office, archive) in &self.0 {
            let at = archive.clone().unwrap_or_else(|| office.join(ARCHIVE)).join(LEDGER);
            if !at.is_dir() {
                continue;
            }
            match committed(office, archive.as_deref(), found, progress) {
                Ok(Some(commitment)) => {
                    evidence.commitment = Some(commitment);
                    return;
                }
                Ok(None) => without = without.or(Some(at)),
                Err(why) => {
                    let at = at.display();
                    coverage.blind(None, format!("The ledger in {at} could not be looked up for what was committed to before the draw: {why:#}"));
                    return;
                }
            }
        }
        if let (Some(at), Some(_)) = (without, &evidence.audit) {
            let at = at.display();
            coverage.notes.push(format!(
                "The ledger in {at} holds no commitment to these files from before the draw (`pollwarden count commit`): nothing shows that \
                 they were fixed before the seed was known."
            ));
        }
    }
}

/// A commitment in a ledger: where it stands, and names and digests.
struct Entered {
    index: u64,
    files: Vec<(String, Digest)>,
    settings: Vec<Digest>,
}

fn committed(office: &Path, archive: Option<&Path>, found: &Found, progress: &Progress) -> Result<Option<Commitment>> {
    let desk = Desk::open(office, archive)?;
    let all: Vec<Entered> = desk.ledger.statements()?.iter().filter_map(entered).collect();
    if all.is_empty() {
        return Ok(None);
    }
    let files_now = of_count(found).into_iter().map(|(path, name)| Ok((name, Digest(held(path, progress)?.sha256))));
    let files_now: Vec<(String, Digest)> = files_now.collect::<Result<_>>()?;
    let Some(chosen) = chosen(&all, &files_now) else { return Ok(None) };
    let settings_now =
        settings(found).into_iter().map(|path| Ok(digest_of_settings(path)?.0)).collect::<Result<_>>()?;
    // What is no file of the count, rows of the board say, may be filled in later.
    let beside = found.inputs.iter().filter(|input| is_of_audit(input)).map(|input| file_name(input.name()));
    let beside: Vec<&str> = beside.collect();
    let origin = &desk.ledger.log().tree().origin;
    let others = all.iter().filter(|other| contradicts(other, chosen)).map(|other| format!("entry {}", other.index));
    Ok(Some(Commitment {
        place: format!("entry {} of the ledger {origin}", chosen.index),
        others: others.collect(),
        files: chosen.files.iter().filter(|(name, _)| !beside.contains(&name.as_str())).cloned().collect(),
        settings: chosen.settings.clone(),
        files_now,
        settings_now,
    }))
}

/// The latest commitment to one of these very files; else the latest to a file of such a name.
fn chosen<'a>(all: &'a [Entered], now: &[(String, Digest)]) -> Option<&'a Entered> {
    let names: Vec<&str> = now.iter().map(|(name, _)| file_name(name)).collect();
    let same = |entered: &&Entered| entered.files.iter().any(|(_, digest)| now.iter().any(|(_, now)| now == digest));
    let alike = |entered: &&Entered| entered.files.iter().any(|(name, _)| names.contains(&name.as_str()));
    all.iter().rfind(same).or_else(|| all.iter().rfind(alike))
}

/// Whether another commitment has another digest for a file of the same name.
fn contradicts(other: &Entered, chosen: &Entered) -> bool {
    let differs = |(name, digest): &(String, Digest)| {
        let mut same = chosen.files.iter().filter(|(n, _)| n == name).peekable();
        same.peek().is_some() && same.all(|(_, d)| d != digest)
    };
    other.index != chosen.index && other.files.iter().any(differs)
}

fn entered(statement: &Statement) -> Option<Entered> {
    let index = statement.index?;
    let bytes: Vec<said::Bytes> = statement.drafts.iter().filter_map(committed_file).collect();
    let (settings, files): (Vec<_>, Vec<_>) = bytes
        .into_iter()
        .filter(|bytes| bytes.name != AUDIT_FILE && bytes.name != LIST)
        .filter_map(|bytes| Some((bytes.name, digest(&bytes.sha256)?)))
        .partition(|(name, _)| name == COMMITTED_SETTINGS);
    let is_any = !settings.is_empty() || !files.is_empty();
    is_any.then(|| Entered { index, files, settings: settings.into_iter().map(|(_, digest)| digest).collect() })
}

fn committed_file(draft: &Draft) -> Option<said::Bytes> {
    let opened = |section: Section| draft.openings[section as usize].value.as_str();
    let label = serde_json::from_str::<said::File>(opened(Section::Public)).ok()?.label;
    if draft.kind != kind::FILE || label != COMMITTED {
        return None;
    }
    serde_json::from_str(opened(Section::Court)).ok()
}

fn digest(hex: &str) -> Option<Digest> {
    let mut bytes = [0; 32];
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(Digest(bytes))
}

fn settings(found: &Found) -> Vec<&Path> {
    found.inputs.iter().filter(|input| input.is_plain_file() && is_settings(input)).map(Input::path).collect()
}

fn digest_of_settings(path: &Path) -> Result<(Digest, u64)> {
    let text = std::fs::read(path).with_context(|| format!("{} can't be read", path.display()))?;
    let text = String::from_utf8_lossy(&text);
    let digest = settings_digest(&text).with_context(|| format!("{} is no TOML: correct it", path.display()))?;
    Ok((digest, text.len() as u64))
}

/// Files of the count itself, each once however many members it has, with their names.
fn of_count(found: &Found) -> BTreeMap<&Path, String> {
    let of_count = found.inputs.iter().filter(|input| !is_of_audit(input));
    of_count.map(|input| (input.path(), input.name().split('!').next().unwrap_or_default().to_owned())).collect()
}
