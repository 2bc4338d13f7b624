//! Whose words they are: the writer's own, or somebody's that are quoted or passed on.
//!
//! By the customs of mail programs: `>` before lines, "On … wrote:", "Forwarded message", Outlook's block of From and Sent.

use std::ops::Range;

/// Stretches of a text, in order, and whether somebody else's words stand there.
pub(super) fn voices(text: &str) -> Vec<(Range<usize>, bool)> {
    let mut stretches: Vec<(Range<usize>, bool)> = Vec::new();
    let mut rest_is_quoted = false;
    let mut at = 0;
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    for (number, line) in lines.iter().enumerate() {
        let range = at..at + line.len();
        at = range.end;
        rest_is_quoted |= begins_quote(&lines[number..]);
        let is_quoted = rest_is_quoted || line.trim_start().starts_with('>');
        match stretches.last_mut() {
            Some((last, same)) if *same == is_quoted => last.end = range.end,
            _ => stretches.push((range, is_quoted)),
        }
    }
    stretches
}

/// Whether everything from here on is somebody else's. After "… wrote:" only where no line is marked with `>`.
fn begins_quote(lines: &[&str]) -> bool {
    let Some(first) = lines.first().map(|line| line.trim()) else { return false };
    let may = first.starts_with(['-', '_', '*', 'b', 'B', 'f', 'F', 'd', 'D']) || first.ends_with(':');
    if !may || first.len() > 300 {
        return false;
    }
    let low = first.to_lowercase();
    let ruled = low.starts_with("--") || low.starts_with("__") || low.starts_with("**");
    let passed_on =
        ["forwarded message", "original message", "mensaje original", "mensaje reenviado", "begin forwarded"];
    if ruled && passed_on.iter().any(|words| low.contains(words)) || low.starts_with("begin forwarded message") {
        return true;
    }
    if ends_wrote(&low) {
        let next = lines[1..].iter().map(|line| line.trim()).find(|line| !line.is_empty());
        return next.is_some_and(|line| !line.starts_with('>'));
    }
    let names = |line: Option<&&str>, fields: &[&str]| {
        line.is_some_and(|line| fields.iter().any(|field| line.trim().to_lowercase().starts_with(field)))
    };
    names(lines.first(), &["from:", "de:"]) && names(lines.get(1), &["sent:", "date:", "enviado:", "fecha:"])
}

fn ends_wrote(low: &str) -> bool {
    let ends = ["wrote:", "escribió:", "escribio:"].iter().any(|word| low.ends_with(word));
    ends && (low.starts_with("on ") || low.starts_with("el ") || low.contains('@'))
}

/// The longest stretch between quotation marks that is somebody's words: more is a text with a stray mark.
const LONGEST_QUOTE: usize = 700;

/// What stands between quotation marks.
pub(super) fn quotations(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Option<(usize, char)> = None;
    for (at, c) in text.char_indices() {
        if let Some((from, close)) = open {
            if c == close {
                found.push(from..at);
                open = None;
            } else if at - from > LONGEST_QUOTE {
                open = None;
            }
            continue;
        }
        let close = match c {
            '"' => '"',
            '“' => '”',
            '«' => '»',
            _ => continue,
        };
        open = Some((at, close));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(text: &str) -> Vec<&str> {
        voices(text).into_iter().filter(|(_, is)| *is).map(|(range, _)| &text[range]).collect()
    }

    #[test]
    fn marked_lines_are_somebody_elses() {
        let text = "Mine\n> theirs\nMine again\n";
        assert_eq!(quoted(text), ["> theirs\n"]);
        assert_eq!(quoted("See below.\nOn Monday, A wrote:\n> theirs\nmine"), ["> theirs\n"]);
    }

    #[test]
    fn what_is_passed_on_is_somebody_elses() {
        assert_eq!(
            quoted("Look.\n-----Original Message-----\nFrom: x\ntheirs"),
            ["-----Original Message-----\nFrom: x\ntheirs"]
        );
        assert_eq!(quoted("Look.\nFrom: x@example.net\nSent: Monday\ntheirs").len(), 1);
        assert_eq!(quoted("On 3 May, a@example.net wrote:\n\ntheirs"), ["On 3 May, a@example.net wrote:\n\ntheirs"]);
        assert!(quoted("I wrote:\nnothing").is_empty());
    }

    #[test]
    fn quotation_marks() {
        let text = "He wrote \"we come\" and «te vemos» and 5\" of rain";
        let found: Vec<&str> = quotations(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["\"we come", "«te vemos"]);
    }
}
