//! Notions that lures speak of, found in many languages by one search over the folded text.
//!
//! The words stand in `words/*.txt`, one file per language, written here; a notion is a name such as `account`.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};

use super::fold::Folded;
use super::who;
use crate::Letter;

/// A lure comes to its point early: so much of the folded body is searched.
const OPENING: usize = 3_000;
/// Sender's names and subjects are shorter than this.
const HEADING: usize = 400;
/// A notion named more often than this says no more.
const MOST_HITS: usize = 64;

const ENGLISH: usize = 0;
const LISTS: [&str; 8] = [
    include_str!("words/en.txt"),
    include_str!("words/es.txt"),
    include_str!("words/pt.txt"),
    include_str!("words/de.txt"),
    include_str!("words/fr.txt"),
    include_str!("words/nl.txt"),
    include_str!("words/it.txt"),
    include_str!("words/other.txt"),
];

/// What a message says, by notions.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// The folded text: the writer's name, the subject, the body's opening, what pictures say.
    pub(super) text: String,
    /// How far the name and the subject reach.
    pub(super) heading: usize,
    /// How far the name reaches.
    pub(super) name: usize,
    hits: BTreeMap<&'static str, Vec<Hit>>,
    spoken: [bool; LISTS.len()],
}

/// A notion's word in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Hit {
    at: Range<usize>,
    language: usize,
}

struct Lexicon {
    search: AhoCorasick,
    /// Notion and language of each pattern.
    of: Vec<(&'static str, usize)>,
}

static LEXICON: LazyLock<Option<Lexicon>> = LazyLock::new(|| lexicon(&LISTS));

/// Reads a message.
pub(super) fn read(letter: &Letter) -> Read {
    let mut folded = Folded::default();
    folded.push(&who::shown_name(letter), HEADING);
    let name = folded.text.len();
    folded.push(&letter.subject, HEADING);
    let heading = folded.text.len();
    folded.push(&letter.text, OPENING);
    for picture in letter.pictures.iter().take(20) {
        folded.push(&picture.alternative, 200);
    }
    Read { text: folded.text, heading, name, ..Read::default() }.searched()
}

impl Read {
    fn searched(mut self) -> Self {
        let Some(lexicon) = LEXICON.as_ref() else { return self };
        let mut counts = [0_usize; LISTS.len()];
        for found in lexicon.search.find_overlapping_iter(&self.text) {
            let Some((notion, language)) = lexicon.of.get(found.pattern().as_usize()) else { continue };
            counts[*language] += 1;
            let hits = self.hits.entry(notion).or_default();
            if hits.len() < MOST_HITS {
                hits.push(Hit { at: found.range(), language: *language });
            }
        }
        let most = counts.iter().copied().max().unwrap_or_default();
        // Short words mean something else in another language: only those that the message is written in count, and
        // English, of which lures of all languages take words.
        let english = counts[ENGLISH];
        self.spoken = counts.map(|count| 2 * count >= most && (count > english || count >= 4));
        self.spoken[ENGLISH] = true;
        self
    }

    fn hits(&self, notion: &str) -> impl Iterator<Item = &Hit> {
        self.hits.get(notion).into_iter().flatten().filter(|hit| self.spoken[hit.language])
    }

    /// Where a notion is named.
    pub(super) fn places(&self, notion: &str) -> impl Iterator<Item = Range<usize>> {
        self.hits(notion).map(|hit| hit.at.clone())
    }

    /// How many different words of a notion are there.
    pub(super) fn variety(&self, notion: &str) -> usize {
        let mut words: Vec<&str> = self.places(notion).filter_map(|at| self.text.get(at)).collect();
        words.sort_unstable();
        words.dedup();
        words.len()
    }

    /// Where two notions of one language stand near each other.
    pub(super) fn pairs(&self, one: &str, other: &str, gap: usize) -> Vec<Range<usize>> {
        let others: Vec<&Hit> = self.hits(other).collect();
        let near = |a: &Hit| others.iter().find_map(|b| together(a, b, gap));
        let mut found: Vec<Range<usize>> = self.hits(one).filter_map(near).collect();
        found.dedup();
        found
    }

    /// The English words of lures in the heading.
    pub(super) fn english_in_heading(&self) -> impl Iterator<Item = &str> {
        let is_there = |hit: &&Hit| hit.language == ENGLISH && hit.at.end <= self.heading;
        self.hits.values().flatten().filter(is_there).map(|hit| self.shown(&hit.at))
    }

    /// The words at a place.
    pub(super) fn shown(&self, at: &Range<usize>) -> &str {
        self.text.get(at.clone()).unwrap_or_default().trim()
    }
}

fn together(a: &Hit, b: &Hit, gap: usize) -> Option<Range<usize>> {
    let (first, second) = if a.at.start <= b.at.start { (a, b) } else { (b, a) };
    // Neighbours share the space between them.
    let is_apart = second.at.start + 1 >= first.at.end && second.at.start <= first.at.end + gap;
    (a.language == b.language && is_apart).then_some(first.at.start..second.at.end)
}

fn lexicon(lists: &[&'static str]) -> Option<Lexicon> {
    let mut patterns: Vec<String> = Vec::new();
    let mut of = Vec::new();
    for (language, list) in lists.iter().enumerate() {
        for (notion, words) in lines(list) {
            patterns.extend(words.iter().map(|word| pattern(word)).filter(|word| word != " "));
            of.resize(patterns.len(), (notion, language));
        }
    }
    let search = AhoCorasickBuilder::new().match_kind(MatchKind::Standard).build(&patterns).ok()?;
    Some(Lexicon { search, of })
}

fn lines(list: &'static str) -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(": ")).map(|(notion, words)| (notion, words.split("; ").collect()))
}

/// Words are searched whole, unless a star ends them; languages written without spaces are searched as they are.
fn pattern(word: &str) -> String {
    let is_stem = word.ends_with('*');
    let mut folded = Folded::default();
    folded.push(word.trim_end_matches('*'), HEADING);
    if word.chars().any(|c| c as u32 >= 0x2e80) {
        return folded.text.trim().to_owned();
    }
    if is_stem { folded.text.trim_end().to_owned() } else { folded.text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Read {
        read(&Letter { text: text.to_owned(), ..Letter::default() })
    }

    #[test]
    fn every_line_of_the_lists_is_read() {
        for list in LISTS {
            let written = list.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).count();
            assert_eq!(lines(list).count(), written);
        }
        assert!(LEXICON.as_ref().is_some_and(|lexicon| lexicon.of.len() > 3_000));
    }

    #[test]
    fn words_are_whole_unless_a_star_ends_them() {
        assert_eq!(read_text("They suspended it").variety("blocked"), 1);
        assert_eq!(read_text("the accountant").variety("account"), 0);
        assert_eq!(read_text("お客様のパスワードを確認してください").variety("account"), 1);
    }

    #[test]
    fn notions_near_each_other() {
        let read = read_text(
            "Please verify your account now. Later we spoke of many other things that matter far more, and of an account.",
        );
        let pairs = read.pairs("verify", "account", 20);
        assert_eq!(pairs.iter().map(|at| read.shown(at)).collect::<Vec<_>>(), ["verify your account"]);
        assert!(
            read_text("verify this. And then, after a long while of talk about nothing, account")
                .pairs("verify", "account", 20)
                .is_empty()
        );
    }

    #[test]
    fn words_of_a_language_nobody_speaks_here_do_not_count() {
        let english =
            read_text("We must verify and confirm the account details, or your account is locked. See the date of it.");
        assert_eq!(english.variety("dating"), 0);
    }
}
