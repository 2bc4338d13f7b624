//! The lines of a message in which its writer speaks: without salutation, signature, quotes and what lists add below.
//!
//! RFC 3676 (4.3) names the line `-- ` before a signature and RFC 2646 the `>` before quotes; the rest is habit, in English
//! and Spanish. What is left is all a sketch is made of, so a lure that hides in a quote is kept where nothing else is said.

use super::fold::folded;
use super::stop_words::{CLOSINGS, GREETINGS};
use crate::letter::begins_quoted;

/// Text is read up to here, in bytes: more does not make a message more itself.
const MOST_TEXT: usize = 32 << 10;
/// Words that have to be said before a signature or a quote can begin.
const FEWEST_WORDS: usize = 10;
/// A line of plain text shorter than this was ended by its writer rather than by the width of the page.
const SHORT: usize = 45;
/// No salutation is longer, in words.
const LONGEST_GREETING: usize = 6;
/// Below a rule, lists add no more lines than this.
const LONGEST_FOOTER: usize = 14;

/// A line, or what is left of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    pub(super) text: &'a str,
    /// Whether a sentence ends with it.
    pub(super) ends: bool,
}

/// The lines in which a writer speaks.
pub(super) fn spoken(text: &str, is_html: bool) -> Vec<Line<'_>> {
    let lines: Vec<&str> = cut(text).lines().map(str::trim).collect();
    let mut said = Vec::new();
    let mut words = 0;
    for (at, line) in lines.iter().enumerate() {
        if is_quoted(line) {
            continue;
        }
        if words >= FEWEST_WORDS && ends_letter(&lines, at) {
            break;
        }
        let rest = if words == 0 { without_greeting(line) } else { line };
        let is_last = lines.get(at + 1).is_none_or(|next| next.is_empty());
        words += rest.split_whitespace().count();
        said.push(Line { text: rest, ends: is_html || is_last || rest.len() < SHORT });
    }
    said
}

/// Quotes are marked by `>` or `|`, some with the initials of whom they quote.
fn is_quoted(line: &str) -> bool {
    let mark = line.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    line.len() - mark.len() <= 3 && mark.starts_with(['>', '|'])
}

fn ends_letter(lines: &[&str], at: usize) -> bool {
    let line = lines[at];
    line == "--" || is_closing(line) || begins_quote(&lines[at..]) || begins_footer(lines, at)
}

fn is_closing(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let count = words.clone().count();
    let first = words.next().map(|word| folded(word.trim_end_matches([',', '.', '!']))).unwrap_or_default();
    (1..=4).contains(&count) && CLOSINGS.contains(&first.as_str())
}

fn begins_quote(lines: &[&str]) -> bool {
    let line = lines[0];
    let is_bar = line.starts_with("---") && ["riginal", "orward", "eenviad"].iter().any(|word| line.contains(word));
    let is_wrote =
        line.ends_with(':') && ["wrote:", "writes:", "said:", "escribió:"].iter().any(|word| line.ends_with(word));
    begins_quoted(lines) || is_bar || is_wrote
}

/// A rule across the page, perhaps with words in it, with little below.
fn begins_footer(lines: &[&str], at: usize) -> bool {
    let is_mark = |byte: &&u8| b"-_=*~".contains(byte);
    let before = lines[at].bytes().take_while(|byte| is_mark(&byte)).count();
    let is_rule = before >= 10 || before >= 5 && lines[at].ends_with(['-', '_', '=', '*', '~', '>']);
    is_rule && (lines.len() - at <= LONGEST_FOOTER || lines[at].contains("PGP SIGNATURE"))
}

/// A line without `Dear …,` at its beginning; nothing is left of a line that only names somebody.
fn without_greeting(line: &str) -> &str {
    let words = line.split_whitespace().count();
    let first = line.split_whitespace().next().unwrap_or_default();
    let ends_so = line.ends_with([',', ':', '!', '-']);
    if words <= 3 && ends_so {
        return "";
    }
    if !GREETINGS.contains(&folded(first.trim_matches(|c: char| !c.is_alphabetic())).as_str()) {
        return line;
    }
    if words <= LONGEST_GREETING && (ends_so || words <= 3) {
        return "";
    }
    let after = line.find([',', ':', '!', '–', '—']).map(|at| (&line[..at], &line[at..]));
    match after {
        Some((before, rest)) if before.split_whitespace().count() <= LONGEST_GREETING => {
            rest.trim_start_matches(|c: char| !c.is_alphanumeric())
        }
        _ => line,
    }
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(MOST_TEXT)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        spoken(text, false).iter().map(|line| line.text).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn salutation_and_signature_are_no_part_of_what_is_said() {
        let text = "Dear Ann Example,\n\nplease open the new manual before the polls open and tell all of your staff.\n\nKind regards,\nBob";
        assert_eq!(said(text), "please open the new manual before the polls open and tell all of your staff.");
        assert_eq!(said("Hola Ana, abra la guía nueva"), "abra la guía nueva");
        assert_eq!(said("Ann,\nopen it"), "open it");
    }

    #[test]
    fn quotes_are_another_writers_words() {
        let answer = "That is fine with me and I will bring the keys for the room.\n";
        assert_eq!(said(&format!("{answer}\nOn Monday Ann wrote:\n> When?\n")), answer.trim());
        assert_eq!(said(&format!("{answer}From: Ann\nSent: Monday\nTo: Bob\n\nWhen?\n")), answer.trim());
        assert_eq!(said(&format!("| When?\nAB> Where?\n{answer}")), answer.trim());
        assert_eq!(
            said("From: Ann\nSent: Monday\n\nOpen the guide"),
            "From: Ann|Sent: Monday|Open the guide",
            "all there is"
        );
    }

    #[test]
    fn what_a_list_adds_is_left_out() {
        let text = "The meeting of the poll workers is moved to the larger room of the library.\n__________________\nList info\nhttp://example.org/list";
        assert_eq!(said(text), "The meeting of the poll workers is moved to the larger room of the library.");
    }
}
