//! A possible imitation before its reason is put into words, and the ranking of many.

use crate::entry::Entry;
use crate::host::Host;
use crate::index::Protected;
use crate::slip::Slips;
use crate::{Imitation, LookalikeClass, Strength};

/// How many imitations one question is answered with.
pub(crate) const MOST: usize = 8;

/// One possible imitation of an entry.
#[derive(Clone, Debug)]
pub(crate) struct Lead<'a> {
    pub entry: &'a Entry,
    pub class: LookalikeClass,
    pub strength: Strength,
    /// Smaller is nearer, in eighths of an ordinary slip.
    pub distance: u16,
    pub means: Means,
}

/// What leads from the genuine name to the seen one.
#[derive(Clone, Debug)]
pub(crate) enum Means {
    /// Slips within the label.
    Slips(Slips),
    /// The same label under another suffix.
    OtherSuffix,
    /// A dot within the label.
    Dots,
    /// Label and suffix in one word.
    SuffixWritten,
    /// The label, or nearly, among other words; what is left beside it.
    Among { word: String, rest: String },
    /// The genuine domain in front of a stranger's.
    InFront,
    /// The label alone in front of a stranger's domain.
    LabelInFront,
    /// The party's name as a domain.
    Name,
}

/// The leads of one question, one for each party.
#[derive(Debug, Default)]
pub(crate) struct Leads<'a> {
    list: Vec<Lead<'a>>,
}

impl<'a> Leads<'a> {
    /// Keeps the lead unless there is a better one of the same party.
    pub(crate) fn add(&mut self, lead: Lead<'a>) {
        match self.list.iter_mut().find(|kept| kept.entry.party == lead.entry.party) {
            Some(kept) if rank(kept) <= rank(&lead) => {}
            Some(kept) => *kept = lead,
            None => self.list.push(lead),
        }
    }

    /// Strongest first, then nearest.
    pub(crate) fn ranked(mut self, index: &Protected) -> Vec<Lead<'a>> {
        self.list.sort_by_key(|lead| (rank(lead), index.party(lead.entry).kind, lead.entry.party));
        self.list.truncate(MOST);
        self.list
    }
}

fn rank(lead: &Lead<'_>) -> (std::cmp::Reverse<Strength>, u16, std::cmp::Reverse<usize>) {
    (std::cmp::Reverse(lead.strength), lead.distance, std::cmp::Reverse(lead.entry.letters.len()))
}

impl<'a> Lead<'a> {
    /// The imitation, with its reason in words.
    pub(crate) fn told(&self, index: &'a Protected, host: &Host) -> Imitation<'a> {
        let party = index.party(self.entry);
        Imitation {
            party,
            genuine: self.entry.genuine.to_string(),
            seen: host.text.clone(),
            class: self.class,
            strength: self.strength,
            why: crate::explain::why(self, party, host),
            distance: self.distance,
        }
    }
}
