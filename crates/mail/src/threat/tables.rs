//! The detector's tables, read once for an office: words, patterns, turns of phrase, and the office's own names.

use super::lexicon::{Classes, Lexicon, lines};
use super::loose::Loose;
use super::pattern::Patterns;
use super::{Names, ThreatKind, fold};

const CLASSES: &str = include_str!("words/classes.txt");
const JOINED: &str = include_str!("words/joined.txt");
const NO_SLIPS: &str = include_str!("words/no_slips.txt");
const IDIOMS: &str = include_str!("words/idioms.txt");
const PATTERNS: &str = include_str!("words/patterns.txt");
const REASONS: &str = include_str!("words/reasons.txt");

/// Reads messages for threats; built once for an office's names.
pub struct Threats {
    pub(super) lexicon: Lexicon,
    pub(super) patterns: Patterns,
    pub(super) idioms: Patterns,
    pub(super) places: Patterns,
    pub(super) evidence: Vec<Evidence>,
    pub(super) classes: Named,
    pub(super) loose: Loose,
}

/// What a pattern's match speaks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Evidence {
    pub(super) reason: &'static str,
    pub(super) kind: ThreatKind,
    pub(super) weight: f64,
}

/// Classes that are asked for by name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named {
    pub(super) not: Classes,
    pub(super) if_: Classes,
    pub(super) i: Classes,
    pub(super) you: Classes,
    pub(super) report: Classes,
    pub(super) first: Classes,
    pub(super) news: Classes,
    pub(super) training: Classes,
    pub(super) office: Classes,
    pub(super) contest: Classes,
    pub(super) photo: Classes,
    pub(super) insult: Classes,
    pub(super) ransom: Classes,
    pub(super) benign: Classes,
    pub(super) person: Classes,
    pub(super) official: Classes,
    pub(super) kin: Classes,
    pub(super) place_named: Classes,
    pub(super) home: Classes,
    pub(super) site: Classes,
    pub(super) your: Classes,
    pub(super) day: Classes,
    pub(super) when: Classes,
    pub(super) weapon: Classes,
    pub(super) street: Classes,
    pub(super) num: Classes,
    pub(super) close: Classes,
}

impl Threats {
    /// Reads the tables, and adds an office's names.
    pub fn of(names: &Names) -> Self {
        let mut lexicon = Lexicon::read(CLASSES, JOINED, NO_SLIPS);
        for name in &names.people {
            person(name, &mut lexicon);
        }
        let mut places = Patterns::default();
        for place in names.places.iter().map(|place| words(place)).filter(|place| !place.is_empty()) {
            places.add(&place.join(" "), &mut lexicon);
        }
        let mut idioms = Patterns::default();
        lines(IDIOMS).for_each(|line| idioms.add(line, &mut lexicon));
        let (patterns, evidence) = patterns(&mut lexicon);
        let classes = Named::of(&lexicon);
        let loose = Loose::of(&lexicon);
        Self { lexicon, patterns, idioms, places, evidence, classes, loose }
    }
}

impl Named {
    fn of(lexicon: &Lexicon) -> Self {
        let class = |name| lexicon.class(name);
        Self {
            not: class("not"),
            if_: class("if"),
            i: class("i"),
            you: class("you") | class("your") | class("te") | class("tu"),
            report: class("report"),
            first: class("first"),
            news: class("news"),
            training: class("training"),
            office: class("office") | class("treason"),
            contest: class("contest"),
            photo: class("photo"),
            insult: class("insult"),
            ransom: class("ransom"),
            benign: class("benign"),
            person: class("person"),
            official: class("official") | class("oficial"),
            kin: class("kin") | class("familia"),
            place_named: class("place_named"),
            home: class("home") | class("work"),
            site: class("site"),
            your: class("your") | class("tu"),
            day: class("day"),
            when: class("when"),
            weapon: class("weapon"),
            street: class("street") | class("calle"),
            num: class("num"),
            close: class("close"),
        }
    }
}

/// A person's first and last name, where they are no words that the tables use otherwise.
fn person(name: &str, lexicon: &mut Lexicon) {
    let parts = words(name);
    for part in [parts.first(), parts.last()].into_iter().flatten() {
        if part.chars().count() > 3 && lexicon.word(part).is_none_or(|known| known.classes == 0) {
            lexicon.add("person", part);
        }
    }
}

/// A name's words in their plain form, numbers as `#`.
fn words(name: &str) -> Vec<String> {
    let mut plain = String::new();
    name.chars().for_each(|c| fold::push(c, &mut plain));
    let parts = plain.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    parts
        .take(8)
        .map(|part| if part.starts_with(|c: char| c.is_ascii_digit()) { "#".into() } else { part.into() })
        .collect()
}

fn patterns(lexicon: &mut Lexicon) -> (Patterns, Vec<Evidence>) {
    let (mut patterns, mut evidence) = (Patterns::default(), Vec::new());
    for line in lines(PATTERNS) {
        let mut parts = line.splitn(4, ' ');
        let mut next = || parts.next().unwrap_or_default();
        let (reason, letter, weight, pattern) = (next(), next(), next(), next());
        evidence.push(Evidence { reason, kind: kind(letter), weight: weight.parse().unwrap_or(0.0) });
        patterns.add(pattern, lexicon);
    }
    (patterns, evidence)
}

fn kind(letter: &str) -> ThreatKind {
    match letter {
        "q" => ThreatKind::Veiled,
        "s" => ThreatKind::Stalking,
        "d" => ThreatKind::Doxxing,
        "b" => ThreatKind::SwattingOrBomb,
        "e" => ThreatKind::Extortion,
        "h" => ThreatKind::Harassment,
        _ => ThreatKind::Violence,
    }
}

/// What a reason says to a clerk.
pub(super) fn reason(id: &str) -> &'static str {
    let said = lines(REASONS).filter_map(|line| line.split_once(" = "));
    said.into_iter().find(|(known, _)| *known == id).map_or("It says", |(_, said)| said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_tables_is_sound() {
        let threats = Threats::of(&Names::default());
        for (line, evidence) in lines(PATTERNS).zip(&threats.evidence) {
            let fields: Vec<&str> = line.split(' ').collect();
            assert!(fields.len() >= 4 && "vwqsdbeh".contains(fields[1]), "{line}");
            assert!((0.1..=1.3).contains(&evidence.weight), "{line}");
            assert_ne!(reason(evidence.reason), "It says", "{line}");
            assert!(!fields[3].starts_with(['~', '?', '*']), "{line}: a pattern begins with a word");
        }
        for line in lines(IDIOMS) {
            assert!(!line.starts_with(['~', '?', '*']) && line.contains(' '), "{line}");
        }
    }

    #[test]
    fn names_are_known_in_any_writing() {
        let threats =
            Threats::of(&Names { people: vec!["Lucía B. Ferrán".into()], places: vec!["410 Larch Street".into()] });
        let person = threats.lexicon.class("person");
        assert!(threats.lexicon.word("ferran").is_some_and(|word| word.classes & person != 0));
        assert_eq!(words("410 Larch Street"), ["#", "larch", "street"]);
    }
}
