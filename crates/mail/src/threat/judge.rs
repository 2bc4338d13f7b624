//! From a message's sentences to a threat: evidence, whose words it is, and how much it weighs together.

use std::collections::BTreeMap;

use super::context::Context;
use super::lexicon::Word;
use super::pattern::{Match, Work};
use super::sentence::Sentence;
use super::specifics::specifics;
use super::tables::{Evidence, Threats};
use super::tokens::{Token, Tokens, tokens};
use super::{Threat, ThreatKind, ThreatReading, ThreatReason, said};
use crate::Letter;

/// As far as bodies are read at all.
const MOST_TEXT: usize = 1 << 20;
/// Of attached texts and messages, which stand beside that in memory; messages are also judged by themselves.
const MOST_ATTACHED_TEXT: usize = 64 << 10;
/// Attached texts and messages that are read.
const MOST_ATTACHED: usize = 3;
/// What is enough to tell.
const ENOUGH: f64 = 0.995;
/// Weak signs count together where they stand this close, in sentences and in words: a log or a list has no sentences.
const NEAR: usize = 4;
const NEAR_WORDS: usize = 200;
/// Places of a text that are weighed, the weightiest, and hits of one place.
const MOST_PLACES: usize = 300;
const MOST_TOGETHER: usize = 60;

/// A text of a message.
struct Passage {
    text: String,
    tokens: Tokens,
}

/// A pattern found in a sentence.
#[derive(Debug, Clone, Copy)]
struct Hit {
    evidence: Evidence,
    passage: usize,
    sentence: usize,
    from: usize,
    to: usize,
    is_passed_on: bool,
    /// Whether it stands between quotation marks.
    is_marked: bool,
    /// Whether a word of it was written so as not to be found.
    is_disguised: bool,
    pattern: usize,
    /// Whether it speaks of the writer or to the reader.
    is_direct: bool,
}

impl Threats {
    /// Reads a message for threats.
    pub fn read(&self, letter: &Letter) -> ThreatReading {
        let passages = self.passages(letter);
        let mut work = Work::new(&self.lexicon);
        let hits: Vec<Hit> = (0..passages.len()).flat_map(|at| self.hits(&passages, at, &mut work)).collect();
        let mut unread = said::unread(letter, MOST_ATTACHED_TEXT, MOST_ATTACHED);
        if work.steps == 0 {
            unread.push("It repeats itself so much that only its beginning was judged.");
        }
        let context = Context::of(passages.iter().flat_map(|passage| &passage.tokens.all), &self.classes);
        ThreatReading { threat: self.judge(&passages, hits, &context), unread }
    }

    fn passages(&self, letter: &Letter) -> Vec<Passage> {
        let passage = |text: String, is_quoted| Passage { tokens: tokens(&text, is_quoted, &self.lexicon), text };
        let is_forward =
            ["fwd:", "fw:", "rv:", "reenv"].iter().any(|mark| letter.subject.to_lowercase().starts_with(mark));
        let mut all =
            vec![passage(cut(&letter.subject, 1_000), is_forward), passage(cut(&letter.text, MOST_TEXT), false)];
        let attached = letter.parts.iter().filter(|part| part.declared == "text/plain").take(MOST_ATTACHED);
        all.extend(attached.map(|part| {
            let start = &part.bytes[..part.bytes.len().min(MOST_ATTACHED_TEXT)];
            passage(String::from_utf8_lossy(start).into_owned(), false)
        }));
        for raw in letter.enclosed.iter().filter(|raw| raw.len() <= 16 * MOST_ATTACHED_TEXT).take(MOST_ATTACHED) {
            let inner = Letter::read(raw);
            all.push(passage(cut(&inner.subject, 1_000), true));
            all.push(passage(cut(&inner.text, MOST_ATTACHED_TEXT), true));
        }
        all
    }

    fn hits(&self, passages: &[Passage], at: usize, work: &mut Work) -> Vec<Hit> {
        let tokens = &passages[at].tokens;
        let is_of_photographs = self.is_of_photographs(passages);
        let mut found = Vec::new();
        for (sentence, range) in tokens.sentences.iter().enumerate() {
            let tokens = &tokens.all[range.clone()];
            let mut words: Vec<Word> = tokens.iter().map(|token| token.word).collect();
            self.mark(&mut words, work);
            let sentence_is = Sentence::of(&words, &self.classes);
            // Where the work is spent, turns of phrase are no longer known as such.
            let loose = self.loose.weigh(&words).filter(|_| work.steps > 0).map(|weighed| {
                let evidence = Evidence { reason: "violent-words", kind: ThreatKind::Violence, weight: weighed.weight };
                (Match { pattern: usize::MAX - sentence, from: weighed.from, to: weighed.to }, evidence)
            });
            let matches = self.patterns.matches(&words, work).into_iter().map(|m| (m, self.evidence[m.pattern]));
            for (m, evidence) in matches.chain(loose) {
                if self.is_denied(&words, m.from) || self.is_play(is_of_photographs, &words, &sentence_is, evidence, &m)
                {
                    continue;
                }
                let is_direct =
                    words[m.from..m.to].iter().any(|w| w.classes & (self.classes.i | self.classes.you) != 0);
                let is_passed_on = tokens[m.from].is_quoted || self.is_told(&words, &sentence_is, m.to);
                found.push(Hit {
                    evidence,
                    passage: at,
                    sentence,
                    from: range.start + m.from,
                    to: range.start + m.to,
                    is_passed_on,
                    is_marked: tokens[m.from..m.to].last().is_some_and(|token| token.is_marked),
                    is_disguised: tokens[m.from..m.to].iter().any(|token| token.is_disguised),
                    pattern: m.pattern,
                    is_direct,
                });
            }
        }
        found
    }

    /// Turns of phrase count for nothing; the office's places are marked.
    fn mark(&self, words: &mut [Word], work: &mut Work) {
        for m in self.places.matches(words, work) {
            words[m.from..m.to].iter_mut().for_each(|word| word.classes |= self.classes.place_named);
        }
        for m in self.idioms.matches(words, work) {
            words[m.from..m.to].fill(Word::default());
        }
    }

    fn is_denied(&self, words: &[Word], from: usize) -> bool {
        from > 0 && words[from - 1].classes & (self.classes.not | self.classes.if_) != 0
    }

    fn is_of_photographs(&self, passages: &[Passage]) -> bool {
        let subject = passages.first().map(|passage| passage.tokens.all.as_slice()).unwrap_or_default();
        subject.iter().any(|token| token.word.classes & self.classes.photo != 0)
    }

    /// Games and votes are won with the words of fights; photographers and nurses shoot, and say so, if only in the subject.
    fn is_play(
        &self,
        is_of_photographs: bool,
        words: &[Word],
        sentence: &Sentence,
        evidence: Evidence,
        m: &Match,
    ) -> bool {
        if matches!(evidence.reason, "hurt" | "violent-words") && sentence.classes & self.classes.contest != 0 {
            return true;
        }
        let shot = ["shoot", "shot", "shoots"].map(|word| self.lexicon.word(word).unwrap_or_default().id);
        let is_shot = words[m.from..m.to].iter().any(|word| shot.contains(&word.id));
        is_shot && (is_of_photographs || sentence.classes & self.classes.photo != 0)
    }

    /// Whether somebody else is said to have said it: "he wrote that …", but not "I said that …".
    fn is_told(&self, words: &[Word], sentence: &Sentence, to: usize) -> bool {
        let before = sentence.reports.partition_point(|at| *at < to);
        let Some(at) = before.checked_sub(1).map(|last| sentence.reports[last]) else { return false };
        !words[at.saturating_sub(2)..at].iter().any(|word| word.classes & self.classes.i != 0)
    }

    fn judge(&self, passages: &[Passage], mut hits: Vec<Hit>, context: &Context) -> Option<Threat> {
        let is_report = context.news + context.training > 0;
        let is_plain = !is_report && context.first_hand + context.told == 0;
        for hit in &mut hits {
            // A message that only stands between quotation marks is its writer's own.
            hit.is_passed_on |= hit.is_marked && !is_plain;
            hit.evidence.weight = context.weight(hit.evidence, hit.is_disguised);
        }
        hits.retain(|hit| {
            hit.evidence.weight > 0.0 && (hit.is_direct || hit.is_passed_on || context.news + context.training < 2)
        });
        let (passed_on, own): (Vec<Hit>, Vec<Hit>) = hits.into_iter().partition(|hit| hit.is_passed_on);
        if let Some(told) = heaviest(&own).filter(|told| told.total >= ENOUGH) {
            return Some(self.threat(passages, told, false));
        }
        let is_public = is_report && (context.first_hand == 0 || context.news + context.training > 1);
        let told = heaviest(&passed_on).filter(|told| told.total >= ENOUGH && !is_public);
        told.map(|told| self.threat(passages, told, true)).or_else(|| self.harassment(passages, &own, context))
    }

    fn harassment(&self, passages: &[Passage], own: &[Hit], context: &Context) -> Option<Threat> {
        let mut abuse: Vec<Hit> =
            own.iter().filter(|hit| hit.evidence.kind == ThreatKind::Harassment).copied().collect();
        let is_at_reader = abuse.iter().any(|hit| hit.evidence.weight >= 0.4);
        let total: f64 = abuse.iter().map(|hit| hit.evidence.weight).sum();
        if !is_at_reader || !context.is_of_office || context.insults < 2 || total < 1.2 {
            return None;
        }
        abuse.sort_by(|a, b| b.evidence.weight.total_cmp(&a.evidence.weight));
        abuse.truncate(MOST_TOGETHER);
        let told = Told { kind: ThreatKind::Harassment, total, hits: abuse };
        Some(self.threat(passages, told, false))
    }

    fn threat(&self, passages: &[Passage], told: Told, is_reported: bool) -> Threat {
        let (texts, c) = (|hit: &Hit| passages[hit.passage].text.as_str(), &self.classes);
        let near: Vec<(&str, &[Token])> = told.hits.iter().map(|hit| (texts(hit), around(passages, hit))).collect();
        let specifics = specifics(&near, c, |tokens| {
            let mut words: Vec<Word> = tokens.iter().map(|token| token.word).collect();
            self.places.matches(&words, &mut Work::new(&self.lexicon)).into_iter().for_each(|m| {
                words[m.from..m.to].iter_mut().for_each(|word| word.classes |= c.place_named);
            });
            words
        });
        let is_close = told.kind == ThreatKind::Stalking
            || near.iter().any(|(_, tokens)| tokens.iter().any(|token| token.word.classes & c.close != 0));
        let has_weapon = specifics.weapon.is_some();
        let severity = said::severity(told.kind, specifics.count(), is_close && has_weapon, is_reported, told.total);
        let reasons = reasons(passages, &told.hits);
        let excerpt = told.hits.first().map(|hit| sentence(passages, hit)).unwrap_or_default();
        Threat { severity, kind: told.kind, specifics, is_reported, reasons, excerpt }
    }
}

/// Evidence that stands together.
struct Told {
    kind: ThreatKind,
    total: f64,
    /// The weightiest first.
    hits: Vec<Hit>,
}

/// The place where threats weigh most, with all that stands near.
fn heaviest(hits: &[Hit]) -> Option<Told> {
    let threats: Vec<Hit> = hits.iter().filter(|hit| hit.evidence.kind != ThreatKind::Harassment).copied().collect();
    let mut best: Option<Told> = None;
    let mut weightiest: Vec<usize> = (0..threats.len()).collect();
    weightiest.sort_by(|a, b| threats[*b].evidence.weight.total_cmp(&threats[*a].evidence.weight));
    weightiest.truncate(MOST_PLACES);
    weightiest.sort_unstable();
    // Hits come in order of their sentences, so what is near a hit is a short stretch after it.
    for at in weightiest {
        let first = &threats[at];
        let near = threats[at..].iter().take(MOST_TOGETHER);
        let near: Vec<Hit> = near.take_while(|hit| is_near(first, hit)).copied().collect();
        let told = told(near);
        if best.as_ref().is_none_or(|best| told.total > best.total) {
            best = Some(told);
        }
    }
    best
}

/// Whether two hits stand close together; a subject stands before its text.
fn is_near(first: &Hit, hit: &Hit) -> bool {
    if first.passage == hit.passage {
        return hit.sentence < first.sentence + NEAR && hit.from < first.to + NEAR_WORDS;
    }
    first.passage == 0 && hit.passage == 1 && hit.sentence < NEAR
}

fn told(mut hits: Vec<Hit>) -> Told {
    hits.sort_by(|a, b| b.evidence.weight.total_cmp(&a.evidence.weight));
    let mut kept: Vec<Hit> = Vec::new();
    for mut hit in hits {
        let is_same = |known: &Hit| known.passage == hit.passage && known.from < hit.to && hit.from < known.to;
        if kept.iter().any(|known| known.pattern == hit.pattern) {
            continue;
        }
        // Two readings of the same words are little more than one.
        if kept.iter().any(is_same) {
            hit.evidence.weight *= 0.25;
        }
        kept.push(hit);
    }
    kept.sort_by(|a, b| b.evidence.weight.total_cmp(&a.evidence.weight));
    let mut kinds: BTreeMap<ThreatKind, f64> = BTreeMap::new();
    kept.iter().for_each(|hit| *kinds.entry(hit.evidence.kind).or_default() += hit.evidence.weight);
    let total = kinds.values().sum();
    let heaviest = kinds.into_iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
    Told { kind: heaviest.map_or(ThreatKind::Veiled, |(kind, _)| kind), total, hits: kept }
}

fn reasons(passages: &[Passage], hits: &[Hit]) -> Vec<ThreatReason> {
    let said = |hit: &Hit| {
        let (text, tokens) = (&passages[hit.passage].text, &passages[hit.passage].tokens.all[hit.from..hit.to]);
        said::reason(hit.evidence.reason, said::shown(text, tokens, 120))
    };
    let each = hits.iter().take(8);
    each.map(|hit| ThreatReason { id: hit.evidence.reason, weight: hit.evidence.weight, said: said(hit) }).collect()
}

fn sentence(passages: &[Passage], hit: &Hit) -> String {
    let passage = &passages[hit.passage];
    let range = passage.tokens.sentences.get(hit.sentence).cloned().unwrap_or_default();
    said::shown(&passage.text, &passage.tokens.all[range], 160)
}

/// The sentence of a hit with those beside it.
fn around<'a>(passages: &'a [Passage], hit: &Hit) -> &'a [Token] {
    let tokens = &passages[hit.passage].tokens;
    let from = tokens.sentences.get(hit.sentence.saturating_sub(1)).map_or(0, |range| range.start);
    let last = (hit.sentence + 1).min(tokens.sentences.len().saturating_sub(1));
    let to = tokens.sentences.get(last).map_or(tokens.all.len(), |range| range.end);
    &tokens.all[from..to]
}

fn cut(text: &str, most: usize) -> String {
    let end = (0..=most.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text[..end].to_owned()
}
