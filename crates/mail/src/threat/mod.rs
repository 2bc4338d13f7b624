//! Threats to officials: harassment and intimidation, judged by what is said, in English and Spanish.
//!
//! A sentence is read for who (I, we, someone) will or should do what harm to whom (the reader, their family, a named or
//! titled person), for veiled threats, stalking, published addresses, bombs and extortion. Denials, idioms, quotations and
//! reports are told apart. Severity follows how specific it is: person, place, time, weapon, nearness; that follows the
//! triage of threat-assessment practice (U.S. Secret Service NTAC; 18 U.S.C. 875(c) on what a threat is).
//!
//! What it can't see: other languages; words in pictures, recordings and office documents; sarcasm and private allusions;
//! threats put so that only the person meant understands them; whether the writer means it or could do it. Its words are a
//! list: a phrase that nobody thought of is missed. Quiet is not proof of safety.

mod context;
mod fold;
mod judge;
mod lexicon;
mod loose;
mod pattern;
mod said;
mod sentence;
mod specifics;
mod tables;
mod tokens;
mod voice;

use pollwarden_core::{Audience, Severity};

use crate::Letter;
pub use tables::Threats;

/// Who and what an office wants to have looked after.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// Officials and staff, by full name.
    pub people: Vec<String>,
    /// Office addresses, polling places, towns.
    pub places: Vec<String>,
}

/// What kind of threat it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ThreatKind {
    /// Death or injury is announced, wished or called deserved.
    Violence,
    /// Harm is meant and not said: "we know where you live".
    Veiled,
    /// Somebody is followed or watched.
    Stalking,
    /// A home address or private facts are spread.
    Doxxing,
    /// A bomb, a powder, a false call that sends armed police.
    SwattingOrBomb,
    /// Abuse without a threat.
    Harassment,
    /// Something is held against an official to make them act.
    Extortion,
}

impl ThreatKind {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Violence => "violence",
            Self::Veiled => "veiled threat",
            Self::Stalking => "stalking",
            Self::Doxxing => "doxxing",
            Self::SwattingOrBomb => "bomb, powder or false police call",
            Self::Harassment => "harassment",
            Self::Extortion => "extortion",
        }
    }
}

/// What the threat names, each as it is written there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Specifics {
    /// A named person, or the reader's family.
    pub person: Option<String>,
    /// A place.
    pub place: Option<String>,
    /// A time.
    pub time: Option<String>,
    /// A weapon.
    pub weapon: Option<String>,
}

impl Specifics {
    /// How many of the four are named.
    pub fn count(&self) -> usize {
        [&self.person, &self.place, &self.time, &self.weapon].into_iter().flatten().count()
    }
}

/// One thing that speaks for a threat.
#[derive(Debug, Clone, PartialEq)]
pub struct ThreatReason {
    /// Which, such as `where-you-live`.
    pub id: &'static str,
    /// What it weighs; 1 is enough to tell.
    pub weight: f64,
    /// What it says, in a clerk's words, with the words seen.
    pub said: String,
}

/// A threat.
#[derive(Debug, Clone, PartialEq)]
pub struct Threat {
    /// How bad it is if meant.
    pub severity: Severity,
    /// What kind it is.
    pub kind: ThreatKind,
    /// What it names.
    pub specifics: Specifics,
    /// Whether the writer passes on or reports somebody else's threat.
    pub is_reported: bool,
    /// What speaks for it, the weightiest first.
    pub reasons: Vec<ThreatReason>,
    /// The sentence that weighs most, cut.
    pub excerpt: String,
}

impl Threat {
    /// Who should be shown it: abuse without a threat is for analysts.
    pub fn audience(&self) -> Audience {
        if self.kind == ThreatKind::Harassment { Audience::Analyst } else { Audience::Clerk }
    }

    /// One sentence that a clerk can read aloud.
    pub fn title(&self) -> String {
        said::title(self)
    }

    /// What to do next: about safety, not about computers.
    pub fn next_step(&self) -> String {
        said::next_step(self)
    }
}

/// What was judged of a message, and what was not.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ThreatReading {
    /// The threat, where one was found.
    pub threat: Option<Threat>,
    /// What of the message was not read for threats, in words. Nothing can be said of it.
    pub unread: Vec<&'static str>,
}

/// Judges one message. For many, build [`Threats`] once.
pub fn threat(letter: &Letter, names: &Names) -> Option<Threat> {
    Threats::of(names).read(letter).threat
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str) -> Option<Threat> {
        let names =
            Names { people: vec!["Marta Quell".into()], places: vec!["410 Larch Street".into(), "Tarrow".into()] };
        threat(&Letter::read(raw.as_bytes()), &names)
    }

    fn text(text: &str) -> Option<Threat> {
        read(&format!("From: a@example.net\r\nSubject: hello\r\n\r\n{text}\r\n"))
    }

    #[test]
    fn the_more_it_names_the_graver() {
        let severity = |said: &str| text(said).map(|threat| threat.severity);
        assert_eq!(severity("You will be shot."), Some(Severity::High));
        assert_eq!(severity("I will shoot Marta Quell at 410 Larch Street tonight."), Some(Severity::Critical));
        assert_eq!(severity("We know where you live."), Some(Severity::Medium));
        assert_eq!(severity("We know where you live, Marta Quell. See you in Tarrow tonight."), Some(Severity::High));
        assert_eq!(severity("You will be able to vote tonight."), None);
    }

    #[test]
    fn what_it_names_is_shown_as_it_is_written() {
        let threat = text("I will shoot Marta Quell at 410 Larch Street tonight with my rifle.").expect("a threat");
        let Specifics { person, place, time, weapon } = threat.specifics.clone();
        assert_eq!(person.as_deref(), Some("Marta Quell"));
        assert_eq!(place.as_deref(), Some("410 Larch Street"));
        assert_eq!((time.as_deref(), weapon.as_deref()), (Some("tonight"), Some("rifle")));
        assert!(
            threat.reasons.iter().any(|reason| reason.said.contains("shoot Marta Quell"))
                && threat.next_step().starts_with("Call 911 now")
        );
        assert_eq!(threat.audience(), Audience::Clerk);
    }

    #[test]
    fn disguises_don_t_hide_it() {
        for said in [
            "I will k1ll you",
            "I will k i l l you",
            "I will k.i.l.l you",
            "I WILL MURDR YOU",
            "I will kіll yоu",
            "TE VOY A M4TAR",
        ] {
            assert_eq!(text(said).map(|threat| threat.kind), Some(ThreatKind::Violence), "{said}");
        }
    }

    #[test]
    fn denials_idioms_and_reports_are_told_apart() {
        for said in [
            "We will not kill you.",
            "I'll shoot you an email.",
            "Please hang up; the line will be dead.",
            "No te voy a matar.",
        ] {
            assert_eq!(text(said), None, "{said}");
        }
        assert!(text("He wrote to us: \"I will kill you\". What do we do?").is_some_and(|threat| threat.is_reported));
        assert!(text("\"I will kill you\"").is_some_and(|threat| !threat.is_reported));
    }

    #[test]
    fn attached_texts_and_messages_are_read() {
        let attached = |kind: &str, inner: &str| {
            read(&format!(
                "From: a@example.net\r\nSubject: see this\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: \
                 text/plain\r\n\r\nsee attached\r\n--b\r\nContent-Type: {kind}\r\nContent-Disposition: attachment; \
                 filename=a\r\n\r\n{inner}\r\n--b--\r\n"
            ))
        };
        assert!(attached("text/plain", "You will be shot, clerk.").is_some_and(|threat| !threat.is_reported));
        let inner = "From: x@example.net\r\nSubject: x\r\n\r\nYou will be shot, clerk.";
        assert!(attached("message/rfc822", inner).is_some_and(|threat| threat.is_reported));
    }

    #[test]
    fn what_was_not_read_is_said() {
        let read = |raw: String| Threats::of(&Names::default()).read(&Letter::read(raw.as_bytes()));
        let long = "word ".repeat(20_000) + "You will be shot.";
        let reading = read(format!("From: a@example.net\r\n\r\n{long}"));
        assert!(reading.threat.is_some() && reading.unread.is_empty());
        let part = "From: a@example.net\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee this.\r\n--b\r\nContent-Type: \
                    text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\n";
        let reading = read(format!("{part}{long}\r\n--b--\r\n"));
        assert_eq!((reading.threat, reading.unread.len()), (None, 1));
    }

    #[test]
    fn a_text_of_nothing_but_threats_ends_soon() {
        for (said, most) in [("we will kill you ", 60_000), ("you stupid corrupt election fraud ", 30_000)] {
            let letter = Letter::read(format!("From: a@example.net\r\n\r\n{}", said.repeat(most)).as_bytes());
            let reading = Threats::of(&Names::default()).read(&letter);
            assert!(reading.threat.is_some_and(|threat| threat.reasons.len() <= 8), "{said}");
        }
    }
}
