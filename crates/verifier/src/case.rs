//! Evidence on entries of one log: a bundle's, or a proof's. Everything is checked before anything is told.

use pollwarden_ledger::{
    Bundle, Entry, Hash, Opening, Policy, Section, TlogProof, VerifiedCheckpoint, leaf_hash, verify_inclusion,
};

use crate::asked::Asked;
use crate::contents::Contents;
use crate::fault::Fault;
use crate::report::{Report, Subject};
use crate::signers::{self, Signers};
use crate::{cited, consistent, held, order, said, time, witnessed, words};

/// A checkpoint and entries that are said to be under it.
pub(crate) struct Case {
    pub(crate) subject: Subject,
    pub(crate) checkpoint: String,
    pub(crate) items: Vec<Item>,
}

/// An entry with the way to the root, and what is opened of it.
pub(crate) struct Item {
    pub(crate) index: u64,
    pub(crate) leaf: Hash,
    pub(crate) proof: Vec<Hash>,
    /// `None` where it is not of Pollwarden's form: another program's.
    pub(crate) entry: Option<Entry>,
    pub(crate) opened: [Option<Opening>; 3],
}

impl Case {
    pub(crate) fn of_bundle(bundle: Bundle) -> Self {
        let items = bundle.evidence.into_iter().map(|evidence| Item {
            index: evidence.index,
            leaf: leaf_hash(&evidence.entry.to_bytes()),
            proof: evidence.proof,
            entry: Some(evidence.entry),
            opened: evidence.opened,
        });
        Self { subject: Subject::Bundle, checkpoint: bundle.checkpoint, items: items.collect() }
    }

    /// A proof without the bytes of its entry proves the place of nothing: it has no item.
    pub(crate) fn of_proof(proof: TlogProof) -> Self {
        let item = proof.extra.map(|bytes| Item {
            index: proof.index,
            leaf: leaf_hash(&bytes),
            proof: proof.proof,
            entry: Entry::parse(&bytes).ok(),
            opened: [None, None, None],
        });
        Self { subject: Subject::Proof, checkpoint: proof.checkpoint, items: item.into_iter().collect() }
    }

    pub(crate) fn judge(&self, policy: &Policy, asked: &Asked) -> Report {
        if policy.logs().is_empty() {
            return signers::no_key(self.subject, &self.checkpoint);
        }
        match self.check(policy) {
            Ok(signers) => self.tell(&signers, policy, asked),
            Err(fault) => Report::refused(self.subject, &fault),
        }
    }

    fn check(&self, policy: &Policy) -> Result<Signers, Fault> {
        let changes = self.items.iter().filter_map(|item| match &item.entry {
            Some(Entry::Rotation(note)) => Some((item.index, note.as_str())),
            _ => None,
        });
        let signers = signers::check(&self.checkpoint, changes, policy)?;
        self.items.iter().try_for_each(|item| item.check(&signers.checkpoint))?;
        Ok(signers)
    }

    fn tell(&self, signers: &Signers, policy: &Policy, asked: &Asked) -> Report {
        let mut report = Report::verified(self.subject, self.headline(signers));
        let contents = Contents::read(&self.items);
        signers.tell(&mut report);
        self.tell_places(&contents, &mut report);
        cited::tell(&contents, &mut report);
        consistent::tell(&contents, &mut report);
        order::tell(&contents, &mut report);
        held::tell(asked.file, &contents, &mut report);
        witnessed::tell(&signers.checkpoint, policy, &mut report);
        self.tell_limits(&contents, &mut report);
        time::tell(&signers.checkpoint, asked.now, !self.items.is_empty(), &mut report);
        report.said = said::of(&contents);
        report.statements = contents.shown;
        report
    }

    fn headline(&self, signers: &Signers) -> String {
        let log = signers.log();
        match self.items.len() {
            0 => format!("The log {log} signed this checkpoint."),
            1 => format!("This entry stands in the log {log} as it was entered."),
            n => format!("These {} entries stand in the log {log} as they were entered.", words::count(n as u64)),
        }
    }

    fn tell_places(&self, contents: &Contents, report: &mut Report) {
        match self.items.as_slice() {
            [] if self.subject == Subject::Checkpoint => {}
            [] => report.lacks("There is no entry here to judge.", vec!["It holds the bytes of no entry.".into()]),
            [item] => report
                .proven
                .push(format!("The one entry given here is entry {} of that log.", words::count(item.index))),
            items => report.proven.push(format!(
                "All {} entries given here stand in that log, in the places that are said.",
                words::count(items.len() as u64)
            )),
        }
        if contents.opened > 0 {
            let sections = words::of(contents.opened, "section that is opened is", "sections that are opened are");
            report
                .proven
                .push(format!("The {sections} to the letter what the office committed to when it made the entries."));
        }
    }

    fn tell_limits(&self, contents: &Contents, report: &mut Report) {
        if self.subject == Subject::Checkpoint {
            report.not_proven.push("What the log's entries are: a checkpoint stands for them and shows none.".into());
            return;
        }
        if !contents.assessments.is_empty() {
            report.not_proven.push("That the answers are right. They are the office's own word, which it can't take back; whoever has the same sources can ask again.".into());
        }
        report
            .not_proven
            .push("That what was entered is genuine or complete: only that the office committed to it.".into());
        report.not_proven.extend(contents.limits());
    }
}

impl Item {
    fn check(&self, checkpoint: &VerifiedCheckpoint) -> Result<(), Fault> {
        let (index, tree) = (self.index, checkpoint.checkpoint());
        verify_inclusion(&self.leaf, index, tree.size, &self.proof, &tree.root)
            .map_err(|source| Fault::Inclusion { index, source })?;
        let false_one =
            |section: &Section| self.opening(*section).is_some_and(|opening| !self.opens(*section, opening));
        match Section::ALL.iter().find(|section| false_one(section)) {
            Some(section) => Err(Fault::Opening { index, section: said::circle(*section) }),
            None => Ok(()),
        }
    }

    pub(crate) fn opening(&self, section: Section) -> Option<&Opening> {
        self.opened[section as usize].as_ref()
    }

    fn opens(&self, section: Section, opening: &Opening) -> bool {
        matches!(&self.entry, Some(Entry::Statement(statement)) if statement.opens(section, opening))
    }
}
