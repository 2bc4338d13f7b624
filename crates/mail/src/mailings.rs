//! Which messages are one mailing, which mailings are lures, and who else got them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use pollwarden_core::TableRows;
use pollwarden_payload::Examined;

use crate::campaign::{AcrossOffices, Campaign, Sketch, campaigns};
use crate::folder::Folder;
use crate::imitation::FORGED;
use crate::judged::{Judged, Lure, LureKind};
use crate::rows::{flag, joined, maybe_number, moment, number, rows, text};
use crate::tables::CAMPAIGNS;

/// Where at least this share of a mailing's messages are lures by themselves, the others are too: copies in which a filter took
/// the attachment out, say. Below it only those that are.
const SHARE: usize = 3;

/// What is kept of every message until all are read.
#[derive(Debug)]
pub(crate) struct Brief {
    pub(crate) sketch: Sketch,
    pub(crate) at: Option<Timestamp>,
    pub(crate) lure: Option<Lure>,
    pub(crate) clues: Option<Box<Clues>>,
    /// Hosts of an ordinary message's links: these are no sign of a lure.
    pub(crate) hosts: Vec<String>,
    /// What the office sent, and in answer to what.
    pub(crate) answer: Option<Box<Answer>>,
}

/// A message of the office's own.
#[derive(Debug, Default, Clone)]
pub(crate) struct Answer {
    pub(crate) from: String,
    /// Addresses and message ids that it answers.
    pub(crate) to: Vec<String>,
    pub(crate) source: String,
    pub(crate) line: Option<u64>,
}

/// What a lure could be followed by in other records.
#[derive(Debug, Default, Clone)]
pub(crate) struct Clues {
    pub(crate) hosts: Vec<String>,
    pub(crate) urls: Vec<String>,
    pub(crate) hashes: Vec<String>,
    pub(crate) senders: Vec<String>,
    pub(crate) message_ids: Vec<String>,
}

impl Brief {
    /// The same message as one among which others are looked for.
    pub(crate) fn unjudged(&self) -> Self {
        Self { sketch: self.sketch.clone(), at: self.at, lure: None, clues: None, hosts: Vec::new(), answer: None }
    }

    /// Hosts of its links, and digests of its files.
    pub(crate) fn hosts_and_files(&self) -> impl Iterator<Item = &str> {
        let files = self.clues.iter().flat_map(|clues| &clues.hashes);
        self.hosts.iter().chain(files).map(String::as_str)
    }

    pub(crate) fn of(judged: Judged) -> Self {
        // A mailing may turn out to be a lure by its other copies: then its signs are those of all.
        let hosts = judged.hosts();
        let clues = (judged.folder != Folder::Sent).then(|| Box::new(Clues::of(&judged, hosts.clone())));
        let hosts = if judged.lure.is_some() { Vec::new() } else { hosts };
        let answer = (judged.folder == Folder::Sent).then(|| Box::new(Answer::of(&judged)));
        Self { sketch: judged.sketch, at: judged.at, lure: judged.lure, clues, hosts, answer }
    }
}

impl Answer {
    fn of(judged: &Judged) -> Self {
        let letter = &judged.letter;
        let to = letter.to.iter().map(|mailbox| mailbox.address.clone()).chain(letter.in_reply_to.iter().cloned());
        let from = letter.writer().map(|writer| writer.address.clone()).unwrap_or_default();
        Self { from, to: to.collect(), source: judged.source.clone(), line: judged.line }
    }
}

impl Clues {
    fn of(judged: &Judged, hosts: Vec<String>) -> Self {
        let letter = &judged.letter;
        // Whoever writes to a borrowed address writes to its owner: only an answer to the very message tells then.
        let is_borrowed = judged.is_known || judged.imitations.iter().any(|found| found.class == FORGED);
        let from = letter.from.iter().filter(|_| !is_borrowed);
        let senders = from.chain(&letter.reply_to).map(|mailbox| mailbox.address.clone());
        // A logo is on machines without anybody's doing.
        let files = judged.attachments.iter().flat_map(Examined::walk).filter(|file| !file.kind.is_picture());
        Self {
            hosts,
            urls: letter.links.iter().filter(|link| link.is_web()).map(|link| link.url.clone()).collect(),
            hashes: files.map(|file| file.digest.clone()).collect(),
            senders: senders.filter(|address| !address.is_empty()).collect(),
            message_ids: letter.message_id.iter().cloned().collect(),
        }
    }
}

/// A mailing, and whether it is a lure.
#[derive(Debug, Default)]
pub(crate) struct Mailing {
    /// Its messages, by their numbers.
    pub(crate) members: Vec<usize>,
    pub(crate) lure: Option<Lure>,
    pub(crate) shared: Vec<String>,
    pub(crate) first: Option<Timestamp>,
    pub(crate) clues: Clues,
    /// What somebody did after it, in words.
    pub(crate) acted: Vec<String>,
    /// What may be such a deed, and may be none.
    pub(crate) perhaps: Vec<String>,
    pub(crate) elsewhere: Option<Elsewhere>,
}

/// What other offices say of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Elsewhere {
    pub(crate) offices: u64,
    pub(crate) recipients: u64,
    pub(crate) first: Option<Timestamp>,
}

/// All mailings of some messages; a message that is like no other is one by itself.
pub(crate) fn mailings(briefs: &[Brief]) -> Vec<Mailing> {
    let sketches: Vec<Sketch> = briefs.iter().map(|brief| brief.sketch.clone()).collect();
    let mut mailings: Vec<Mailing> =
        campaigns(&sketches).into_iter().flat_map(|campaign| split(campaign, briefs)).collect();
    let mut is_single = vec![true; briefs.len()];
    mailings.iter().flat_map(|mailing| &mailing.members).for_each(|at| is_single[*at] = false);
    mailings.extend((0..briefs.len()).filter(|at| is_single[*at]).map(|at| mailing(vec![at], &[], briefs)));
    mailings
}

/// A mailing of which few messages are lures is two: those, and the others.
fn split(campaign: Campaign, briefs: &[Brief]) -> Vec<Mailing> {
    let (lures, others): (Vec<usize>, Vec<usize>) =
        campaign.members.iter().partition(|at| briefs[**at].lure.is_some_and(|lure| lure.is_sure));
    if lures.is_empty() || lures.len() * SHARE >= campaign.members.len() {
        return vec![mailing(campaign.members, &campaign.share, briefs)];
    }
    vec![mailing(lures, &campaign.share, briefs), mailing(others, &campaign.share, briefs)]
}

fn mailing(members: Vec<usize>, shared: &[String], briefs: &[Brief]) -> Mailing {
    let lures = members.iter().filter_map(|at| briefs[*at].lure);
    let lure = lures.min_by_key(|lure| (!lure.is_sure, lure.kind));
    let mut clues = Clues::default();
    for found in members.iter().filter_map(|at| briefs[*at].clues.as_deref()) {
        clues.hosts.extend(found.hosts.iter().cloned());
        clues.urls.extend(found.urls.iter().cloned());
        clues.hashes.extend(found.hashes.iter().cloned());
        clues.senders.extend(found.senders.iter().cloned());
        clues.message_ids.extend(found.message_ids.iter().cloned());
    }
    for list in [&mut clues.hosts, &mut clues.urls, &mut clues.hashes, &mut clues.senders, &mut clues.message_ids] {
        *list = list.drain(..).collect::<BTreeSet<_>>().into_iter().collect();
    }
    let first = members.iter().filter_map(|at| briefs[*at].at).min();
    Mailing {
        members,
        lure,
        shared: shared.to_vec(),
        first,
        clues,
        acted: Vec::new(),
        perhaps: Vec::new(),
        elsewhere: None,
    }
}

/// Notes what other offices say of the same mailings.
pub(crate) fn heard(mailings: &mut [Mailing], across: &[AcrossOffices]) {
    let mut by_message: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, mailing) in mailings.iter().enumerate() {
        by_message.extend(mailing.members.iter().map(|member| (*member, at)));
    }
    for found in across {
        let places: BTreeSet<usize> = found.own.iter().filter_map(|own| by_message.get(own).copied()).collect();
        for at in places {
            mailings[at].elsewhere = Some(Elsewhere {
                offices: found.offices.len() as u64,
                recipients: found.recipients,
                first: found
                    .first
                    .and_then(|day| day.to_zoned(jiff::tz::TimeZone::UTC).ok())
                    .map(|day| day.timestamp()),
            });
        }
    }
}

/// The rows of the table of campaigns.
pub(crate) fn of_mailings(mailings: &[Mailing]) -> Option<TableRows> {
    let all: Vec<(usize, usize, &Mailing)> = mailings
        .iter()
        .enumerate()
        .flat_map(|(at, mailing)| mailing.members.iter().map(move |member| (*member, at, mailing)))
        .collect();
    let whole = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let of = |value: &dyn Fn(&Elsewhere) -> u64| {
        maybe_number(&all, |(_, _, m)| m.elsewhere.as_ref().and_then(|e| i64::try_from(value(e)).ok()))
    };
    rows(
        &CAMPAIGNS,
        vec![
            number(&all, |(member, _, _)| whole(*member)),
            number(&all, |(_, at, _)| whole(*at)),
            text(&all, |(_, _, mailing)| mailing.lure.map_or("", |lure| LureKind::name(lure.kind))),
            flag(&all, |(_, _, mailing)| mailing.lure.is_some_and(|lure| lure.is_sure)),
            text(&all, |(_, _, mailing)| joined(mailing.shared.iter().cloned())),
            text(&all, |(_, _, mailing)| joined(mailing.acted.iter().cloned())),
            text(&all, |(_, _, mailing)| joined(mailing.perhaps.iter().cloned())),
            of(&|elsewhere| elsewhere.offices),
            of(&|elsewhere| elsewhere.recipients),
            moment(&all, |(_, _, mailing)| mailing.elsewhere.and_then(|elsewhere| elsewhere.first)),
        ],
    )
}
