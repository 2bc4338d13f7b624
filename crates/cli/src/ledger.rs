//! An office's ledger as commands use it: where it is, what office.toml says of it, what is entered, and who cosigns.

mod settings;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use pollwarden_core::{About, Assessment, Detector, Digest, Question, Receipt};
use pollwarden_ledger::office::{Ledger, Settings};
use pollwarden_ledger::said::Parameters;
use pollwarden_ledger::statements::{Draft, Program, assessment};
use pollwarden_ledger::{Checkpoint, Policy, Section, SignedNote};
use pollwarden_witness::ask;

pub(crate) use settings::{LedgerToml, passphrase};

use crate::{office, show};

/// The archive's folder in an office's folder.
pub(crate) const ARCHIVE: &str = ".pollwarden";
/// The ledger's folder in the archive's.
pub(crate) const LEDGER: &str = "ledger";
/// The evidence for anybody that each run leaves beside the archive.
const EVIDENCE: &str = "evidence.json";

/// An office's ledger, opened to enter something.
pub(crate) struct Desk {
    /// The ledger.
    pub(crate) ledger: Ledger,
    /// The archive's folder, which it lies in.
    archive: PathBuf,
    /// What office.toml says of it.
    asked: LedgerToml,
    settings: Settings,
}

/// What witnesses answered: the names of those that cosigned, and of the others with their reasons.
#[derive(Default)]
pub(crate) struct Cosigned {
    pub(crate) by: Vec<String>,
    pub(crate) refused: Vec<String>,
}

impl Desk {
    /// Opens the ledger of an office's folder, and begins one where there is none.
    pub(crate) fn open(dir: &Path, archive: Option<&Path>) -> Result<Self> {
        let archive = archive.map_or_else(|| dir.join(ARCHIVE), Path::to_owned);
        let file = dir.join(office::FILE);
        let (name, asked) = if file.exists() { office::ledger(&file)? } else { Default::default() };
        let name = if name.is_empty() { folder_name(dir) } else { name };
        let settings = asked.settings(&name)?;
        let at = archive.join(LEDGER);
        let ledger = Ledger::open(&at, &settings, now())
            .with_context(|| format!("the ledger in {} can't be opened", at.display()))?;
        if ledger.is_new {
            show::say(&format!(
                "Began a ledger, {}, with keys of its own in {}. Keep a copy of that folder in a safe place, and publish {}.",
                ledger.log().tree().origin,
                at.display(),
                ledger.public_keys().display()
            ));
        }
        Ok(Self { ledger, archive, asked, settings })
    }

    /// Enters an assessment with all that it rests on, asks witnesses to cosign, and writes the evidence for anybody.
    pub(crate) fn enter_assessment(&mut self, said: &Assessment, parameters: Parameters) -> Result<Receipt> {
        let version = concat!("pollwarden ", env!("CARGO_PKG_VERSION"));
        let program = Program { version, detectors: &detectors, parameters };
        let drafts = assessment(said, &program, self.ledger.salts());
        self.enter(&drafts)
    }

    /// Enters what is said, asks witnesses to cosign, and writes the evidence for anybody.
    pub(crate) fn enter(&mut self, drafts: &[Draft]) -> Result<Receipt> {
        let index = self.ledger.enter(drafts, now())?;
        let cosigned = self.cosign();
        let evidence = self.archive.join(EVIDENCE);
        let bundle = self.ledger.evidence(drafts, Section::Public)?;
        std::fs::write(&evidence, bundle.to_json())
            .with_context(|| format!("{} can't be written", evidence.display()))?;
        let tree = self.ledger.log().tree();
        let main = drafts.last().map(|draft| draft.leaf().to_string()).unwrap_or_default();
        Ok(Receipt {
            origin: tree.origin.clone(),
            index,
            leaf: main,
            size: tree.size,
            root: tree.root.to_string(),
            cosigned: cosigned.by,
            refused: cosigned.refused,
            evidence: Some((evidence.display().to_string(), self.ledger.public_keys().display().to_string())),
        })
    }

    /// Asks the witnesses that have not cosigned the present checkpoint yet, and publishes what they answer.
    pub(crate) fn cosign(&mut self) -> Cosigned {
        let mut cosigned = Cosigned::default();
        for witness in &self.asked.witnesses {
            let named = witness.name();
            let asked = witness.policy(&self.ledger.keys()).and_then(|policy| {
                if is_cosigned(self.ledger.log().checkpoint(), &policy) {
                    return Ok(());
                }
                let log = self.ledger.log();
                let cosigned = ask(&witness.url, policy.witnesses(), log.resources(), log.checkpoint(), None)?;
                let mut note = SignedNote::parse(log.checkpoint().as_bytes())?;
                cosigned.lines.into_iter().for_each(|line| note.push(line));
                Ok(self.ledger.publish(&note)?)
            });
            match asked {
                Ok(()) => cosigned.by.push(named),
                Err(why) => cosigned.refused.push(format!("{named} ({why:#})")),
            }
        }
        cosigned
    }

    /// Changes to new keys.
    pub(crate) fn rotate(&mut self) -> Result<u64> {
        Ok(self.ledger.rotate(&self.settings, now())?)
    }
}

/// Whether a checkpoint has all the cosignatures that are asked for.
fn is_cosigned(checkpoint: &str, policy: &Policy) -> bool {
    Checkpoint::verify(checkpoint.as_bytes(), policy).is_ok()
}

/// What an assessment was made with: the digest of its settings, and options that bear on answers.
pub(crate) fn parameters(dir: Option<&Path>, options: Vec<String>) -> Parameters {
    let settings = dir.and_then(|dir| std::fs::read(dir.join(office::FILE)).ok());
    Parameters {
        settings_sha256: settings.map(|bytes| Digest::of(&bytes).to_string()),
        options,
        gaps: Vec::new(),
        notes: Vec::new(),
    }
}

fn detectors(question: Question) -> Vec<&'static About> {
    let all = pollwarden_web::DETECTORS.iter().chain(pollwarden_roll::DETECTORS);
    all.map(|detector| (*detector as &dyn Detector).about()).filter(|about| about.question == question).collect()
}

fn folder_name(dir: &Path) -> String {
    let full = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    full.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Seconds since 1970, as the log's own signature states them.
pub(crate) fn now() -> u64 {
    u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or(0)
}
