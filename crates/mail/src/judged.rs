//! One message, judged by itself.

use jiff::Timestamp;
use pollwarden_authentication::{Authenticated, Basis, authenticate, report};
use pollwarden_lookalike::{PartyKind, Strength};
use pollwarden_payload::{Audience as Reader, Examination, Examined, tamed};

use crate::arrival::Arrival;
use crate::campaign::Sketch;
use crate::desk::Desk;
use crate::folder::Folder;
use crate::formats::Kept;
use crate::imitation::{Imitation, imitations, left_out};
use crate::letter::{Letter, Mailbox, quoted};
use crate::phish::{self, Alignment, Evidence, Score, Verdict, Vouching};
use crate::threat::Threat;

/// Messages within one message that are judged, and how deep: what lies deeper was forwarded before it was reported.
const MOST_ENCLOSED: usize = 50;
const DEEPEST: usize = 4;

/// Why a message is a lure. The first that fits is what it is reported as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LureKind {
    /// It pretends to come from somebody else.
    Imitation,
    /// It carries what can run a program.
    Armed,
    /// Its wording, links and header speak for a phish.
    Phish,
}

/// A message is a lure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lure {
    /// Why.
    pub kind: LureKind,
    /// Whether a clerk should act on it; else it is for an analyst to look at.
    pub is_sure: bool,
}

/// Everything that was found of one message.
#[derive(Debug)]
pub struct Judged {
    /// Where it is kept.
    pub source: String,
    /// The line that it begins at, in a mailbox.
    pub line: Option<u64>,
    /// The folder.
    pub folder: Folder,
    /// The message, without the bytes of its parts.
    pub letter: Letter,
    /// When the office got it.
    pub at: Option<Timestamp>,
    /// Who vouches for it.
    pub authenticated: Authenticated,
    /// Whether the office had written to its writer before.
    pub is_known: bool,
    /// What its attachments could do.
    pub attachments: Vec<Examined>,
    /// What of that deserves a clerk's action, in words.
    pub acts: Vec<String>,
    /// Whom it imitates.
    pub imitations: Vec<Imitation>,
    /// How much it looks like a phish.
    pub score: Score,
    /// What it threatens.
    pub threat: Option<Threat>,
    /// By which alike messages are found.
    pub sketch: Sketch,
    /// What of it could not be looked at.
    pub gaps: Vec<String>,
    /// Whether some of what it holds could not be looked at, so that nothing found in it is no answer.
    pub hides: bool,
    /// Reports of receivers (DMARC), where it carries any.
    pub(crate) report: Option<report::Reading>,
    /// Whether it is a lure.
    pub lure: Option<Lure>,
}

impl LureKind {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Imitation => "imitation",
            Self::Armed => "armed",
            Self::Phish => "phish",
        }
    }
}

/// Judges a message, and the messages that are attached to it, as people report them.
pub fn judge(desk: &Desk, kept: &Kept) -> Vec<Judged> {
    judge_all(desk, kept, None)
}

/// Judges a message that is on its way in, by what the mail server knows of it. The office's servers have written nothing into
/// it yet: no word in it about who vouches for it is believed.
pub fn judge_arriving(desk: &Desk, kept: &Kept, arrival: &Arrival) -> Vec<Judged> {
    judge_all(desk, kept, Some(arrival))
}

fn judge_all(desk: &Desk, kept: &Kept, arrival: Option<&Arrival>) -> Vec<Judged> {
    // One account for all: many small attachments take no longer than one large attachment.
    let mut examination = Examination::new(&desk.bounds);
    let (outer, enclosed) = judge_one(desk, kept, &kept.raw, Folder::of(&kept.source), arrival, &mut examination);
    // A message within a message may come from whoever wrote the outer one, and who brought that says nothing of it: no word in it is
    // our server's.
    let within = Arrival::default();
    let (mut all, mut waiting, mut left_out) = (vec![outer], vec![(1, enclosed)], 0);
    while let Some((depth, enclosed)) = waiting.pop() {
        for raw in enclosed {
            if all.len() > MOST_ENCLOSED || depth > DEEPEST {
                left_out += 1;
                continue;
            }
            let (inner, deeper) = judge_one(desk, kept, &raw, Folder::Reported, Some(&within), &mut examination);
            waiting.push((depth + 1, deeper));
            all.push(inner);
        }
    }
    if left_out > 0 {
        all[0]
            .gaps
            .push(format!("Messages within messages beyond {MOST_ENCLOSED}, or deeper than {DEEPEST}: not judged"));
    }
    all
}

/// One message, and those that are attached to it.
fn judge_one(
    desk: &Desk,
    kept: &Kept,
    raw: &[u8],
    folder: Folder,
    arrival: Option<&Arrival>,
    examination: &mut Examination<'_>,
) -> (Judged, Vec<Vec<u8>>) {
    let mut letter = Letter::read(raw);
    let whom_to_believe = Arrival::whom_to_believe(arrival, &desk.whom_to_believe);
    let envelope = arrival.and_then(|arrival| arrival.envelope.as_ref());
    let arrived = arrival.and_then(|arrival| arrival.at);
    let authenticated = authenticate(raw, envelope, &desk.dns, arrived, &whom_to_believe);
    let at = arrived.or_else(|| letter.at());
    let writer = letter.writer().map(|writer| writer.address.clone()).unwrap_or_default();
    let is_known = desk.contacts.has_written_to(&writer, at);
    if folder != Folder::Sent {
        letter.enclosed.extend(quoted_lures(&letter, desk, at));
    }
    let attachments: Vec<Examined> = letter
        .parts
        .iter()
        .map(|part| {
            let declared = Some(part.declared.as_str()).filter(|declared| !declared.is_empty());
            examination.file(&part.name, declared, &part.bytes)
        })
        .collect();
    let vouching = Vouching::of(&authenticated);
    let imitations = imitations(&letter, &vouching, desk);
    let acts = clerks_acts(&attachments);
    let evidence = Evidence {
        imitations: &imitations,
        alignment: vouching.alignment,
        is_trusted: authenticated.basis.is_trusted(),
        vouching: vouching.domains,
        acts: &acts,
        qr_codes: attachments
            .iter()
            .flat_map(Examined::walk)
            .flat_map(|file| &file.codes)
            .map(String::as_str)
            .collect(),
        is_known,
        is_answer: letter.in_reply_to.iter().any(|id| desk.contacts.has_sent(id)),
    };
    let score = phish::score(&letter, &evidence);
    let threats = desk.threats.read(&letter);
    let threat = threats.threat.filter(|_| folder != Folder::Sent);
    let sketch = Sketch::of(&letter, &desk.own_words, &desk.key);
    let mut gaps: Vec<String> = attachments.iter().flat_map(Examined::all_gaps).map(|gap| gap.reason.clone()).collect();
    gaps.extend(threats.unread.into_iter().map(str::to_owned));
    let hides = kept.is_cut || attachments.iter().any(|file| file.all_gaps().next().is_some());
    // How the office's own mail left is nothing that its copy could tell.
    gaps.extend(authenticated.gaps.iter().filter(|_| folder != Folder::Sent).cloned());
    gaps.extend(letter.unread.iter().cloned().chain(left_out(&letter)));
    if kept.is_cut {
        gaps.push("It is larger than 64 MiB; what lies beyond was not read.".to_owned());
    }
    let is_trusted = is_known && evidence.is_trusted && evidence.alignment == Some(Alignment::Vouched);
    let lure = if folder == Folder::Sent { None } else { lure(&imitations, !acts.is_empty(), &score, is_trusted) };
    letter.parts.iter_mut().for_each(|part| part.bytes = Vec::new());
    let enclosed = std::mem::take(&mut letter.enclosed);
    let judged = Judged {
        source: kept.source.clone(),
        line: kept.line,
        folder,
        at,
        authenticated,
        is_known,
        attachments,
        acts,
        imitations,
        score,
        threat,
        sketch,
        gaps,
        hides,
        report: report(&letter, raw),
        lure,
        letter,
    };
    (judged, enclosed)
}

/// Messages that are quoted in its text and whose writers imitate somebody: whoever reports a lure often forwards it so. A writer
/// whom the office knows is no stranger.
fn quoted_lures(letter: &Letter, desk: &Desk, at: Option<Timestamp>) -> Vec<Vec<u8>> {
    let is_strange = |writer: &Mailbox| {
        let likest = || desk.protected.sender(&writer.name, &writer.address).first().map(|found| found.strength);
        !desk.contacts.has_written_to(&writer.address, at) && likest() >= Some(Strength::Moderate)
    };
    quoted(&letter.text).into_iter().filter(|found| is_strange(&found.writer)).map(|found| found.raw).collect()
}

/// The DMARC reports that a message carries: their files are named after both domains and a time, with `!` between
/// (RFC 7489, 7.2.1.1).
fn report(letter: &Letter, raw: &[u8]) -> Option<report::Reading> {
    let is_one = letter
        .parts
        .iter()
        .any(|part| part.name.contains('!') && part.name.contains(".xml") || part.name.matches('!').count() >= 3);
    let reading = is_one.then(|| report::read("message", &tamed(raw)))?;
    (!reading.reports.is_empty()).then_some(reading)
}

/// What attachments could do that deserves a clerk's action.
fn clerks_acts(attachments: &[Examined]) -> Vec<String> {
    let mut acts = Vec::new();
    for file in attachments.iter().flat_map(Examined::walk) {
        for act in file.acts.iter().filter(|act| act.audience == Reader::Clerk) {
            let said = format!("{}: {}", if file.path.is_empty() { "attachment" } else { &file.path }, act.why);
            if !acts.contains(&said) {
                acts.push(said);
            }
        }
    }
    acts
}

fn lure(imitations: &[Imitation], is_armed: bool, score: &Score, is_trusted: bool) -> Option<Lure> {
    let surest = imitations.iter().map(|found| found.strength).max();
    let sure = |kind| Some(Lure { kind, is_sure: true });
    let unsure = |kind| Some(Lure { kind, is_sure: false });
    // People have several mailboxes: a contact's name at another one is no lure with next to nothing besides.
    let stands_out = !imitations.iter().all(is_contacts_name) || score.besides_imitation() >= phish::ENOUGH;
    match (surest, score.verdict) {
        _ if is_trusted && score.verdict != Verdict::Phish => unsure(LureKind::Armed).filter(|_| is_armed),
        (Some(Strength::Strong), _) => sure(LureKind::Imitation),
        (Some(_), Verdict::Phish) => sure(LureKind::Imitation),
        (Some(Strength::Moderate), _) if is_armed => sure(LureKind::Imitation),
        (Some(Strength::Moderate), Verdict::Doubtful) if stands_out => sure(LureKind::Imitation),
        // Somebody of the office who writes from a strange account is asked about before anybody does what it says.
        (Some(Strength::Moderate), _) if imitations.iter().any(is_one_of_us) => sure(LureKind::Imitation),
        _ if is_armed => sure(LureKind::Armed),
        (_, Verdict::Phish) => sure(LureKind::Phish),
        (Some(Strength::Moderate), _) => unsure(LureKind::Imitation),
        (_, Verdict::Doubtful) => unsure(LureKind::Phish),
        _ => None,
    }
}

/// Whether the sender goes by the name of the office or of one of its officials.
fn is_one_of_us(found: &Imitation) -> bool {
    is_by_name(found)
        && found.strength >= Strength::Moderate
        && matches!(found.kind, PartyKind::Own | PartyKind::Official)
}

fn is_contacts_name(found: &Imitation) -> bool {
    found.strength < Strength::Moderate || is_by_name(found) && found.kind == PartyKind::Contact
}

fn is_by_name(found: &Imitation) -> bool {
    found.is_sender && ["display-name", "address-in-display-name", "name-at-free-mail"].contains(&found.class)
}

impl Judged {
    /// Whether its writer's domain vouches for it, by more than what the sender may have written. A message that is attached to
    /// another is whatever the other's sender made of it.
    pub(crate) fn vouches_for_itself(&self) -> bool {
        self.folder != Folder::Reported && Vouching::of(&self.authenticated).is_known()
    }

    /// The results of SPF, DKIM, DMARC and ARC, named as their RFCs do, and by whose word they are.
    pub(crate) fn vouched(&self) -> [String; 5] {
        let checked = &self.authenticated;
        let untold = || "can't tell".to_owned();
        let dkim = checked.dkim.iter().map(|c| c.result.known().map_or_else(untold, |r| r.as_str().to_owned()));
        let dkim: Vec<String> = dkim.collect();
        [
            checked.spf.result.known().map_or_else(untold, |r| r.as_str().to_owned()),
            if dkim.is_empty() { "none".to_owned() } else { dkim.join("+") },
            checked.dmarc.result.known().map_or_else(untold, |r| r.as_str().to_owned()),
            checked.arc.result.known().map_or_else(untold, |r| r.as_str().to_owned()),
            word(&checked.basis),
        ]
    }
}

fn word(basis: &Basis) -> String {
    match basis {
        Basis::Replayed => "checked again from the recorded DNS".to_owned(),
        Basis::Unproven(why) => format!("checked again from the recorded DNS, but {why}"),
        Basis::ReceiversWord { authserv_id, trusted: true } => format!("by the word of your server {authserv_id}"),
        Basis::ReceiversWord { authserv_id, .. } => {
            format!("by the word of {authserv_id}, which office.toml does not name: anybody may have written it")
        }
        Basis::CannotTell(why) => format!("can't be told: {why}"),
    }
}

#[cfg(test)]
mod tests;
