//! Many messages a file: mbox (RFC 4155), in its variants that quote a line `From ` within a message as `>From `.
//!
//! `mail-parser` reads mailboxes too, but keeps no line numbers and sets no bound to a message.

use std::io::{self, BufRead as _, BufReader, Read};

use super::LARGEST_MESSAGE;

/// A line of which only this much is there is cut: binary rubbish without line ends.
const LONGEST_LINE: u64 = 8 << 20;

pub(super) fn read(reader: &mut dyn Read, give: &mut dyn FnMut(Option<u64>, Vec<u8>, bool)) -> io::Result<()> {
    let mut lines = BufReader::with_capacity(256 << 10, reader);
    let mut open: Option<Open> = None;
    let (mut number, mut line, mut after_blank) = (0_u64, Vec::new(), true);
    loop {
        line.clear();
        if lines.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        number += 1;
        if is_separator(&line) && (after_blank || begins_header(lines.fill_buf()?)) {
            if let Some(done) = open.replace(Open { line: number, raw: Vec::new(), is_cut: false }) {
                done.give(give);
            }
        } else if let Some(message) = &mut open {
            message.add(&line);
        }
        after_blank = matches!(line.as_slice(), b"\n" | b"\r\n");
    }
    if let Some(last) = open {
        last.give(give);
    }
    Ok(())
}

/// Whether what follows is a header's field: some programs leave out the blank line before a separator.
fn begins_header(rest: &[u8]) -> bool {
    let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
    name.len() < line.len() && !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}

/// Whether a line begins a message: `From ` with a sender and a time. A text's own "From here on" has none.
pub(super) fn is_separator(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else { return false };
    let text = String::from_utf8_lossy(&rest[..rest.len().min(300)]);
    let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let has_time = text.split_whitespace().any(|word| {
        word.len() >= 4 && word.split(':').count() >= 2 && word.bytes().all(|b| b.is_ascii_digit() || b == b':')
    });
    has_time && text.split_whitespace().any(|word| days.contains(&word.trim_end_matches(',')))
}

struct Open {
    line: u64,
    raw: Vec<u8>,
    is_cut: bool,
}

impl Open {
    fn add(&mut self, line: &[u8]) {
        let line = if is_quoted(line) { &line[1..] } else { line };
        let room = LARGEST_MESSAGE.saturating_sub(self.raw.len());
        self.is_cut |= line.len() > room;
        self.raw.extend_from_slice(&line[..line.len().min(room)]);
    }

    /// Without the blank line that stands before the next message.
    fn give(mut self, give: &mut dyn FnMut(Option<u64>, Vec<u8>, bool)) {
        for end in [b"\r\n\r\n".as_slice(), b"\n\n"] {
            if self.raw.ends_with(end) {
                self.raw.truncate(self.raw.len() - end.len() / 2);
                break;
            }
        }
        give(Some(self.line), self.raw, self.is_cut);
    }
}

/// `>From ` and `>>From ` stand for one mark less.
fn is_quoted(line: &[u8]) -> bool {
    let marks = line.iter().take_while(|b| **b == b'>').count();
    marks > 0 && line[marks..].starts_with(b"From ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(text: &str) -> Vec<(u64, String)> {
        let mut all = Vec::new();
        let mut give = |line: Option<u64>, raw: Vec<u8>, _| {
            all.push((line.expect("a line"), String::from_utf8(raw).expect("text")));
        };
        read(&mut text.as_bytes(), &mut give).expect("reads");
        all
    }

    #[test]
    fn messages_are_cut_at_their_separators_alone() {
        let text = "From a@example.org Sat Jan  3 01:05:34 2026\nSubject: one\n\nFrom here on\n>From there\n\n\
                    From MAILER-DAEMON Mon Nov  2 10:00:00 2026\nSubject: two\n\nbody\n";
        let all = read_all(text);
        assert_eq!(all[0], (1, "Subject: one\n\nFrom here on\nFrom there\n".to_owned()));
        assert_eq!(all[1], (7, "Subject: two\n\nbody\n".to_owned()));
        assert_eq!(all.len(), 2);
    }

    #[test]
    fn a_separator_needs_a_blank_line_or_a_header_after_it() {
        let separator = "From a@example.org Sat Jan  3 01:05:34 2026\n";
        let all = read_all(&format!(
            "{separator}Subject: one\n\nbody\n{separator}Subject: two\n\nbody\n{separator}so he wrote\n"
        ));
        assert_eq!(all.len(), 2);
        assert!(all[1].1.ends_with("so he wrote\n"));
    }

    #[test]
    fn crlf_mailboxes_are_read_too() {
        let all = read_all(
            "From a@example.org Sat Jan  3 01:05:34 2026\r\nSubject: one\r\n\r\nx\r\n\r\nFrom b Sun, 4 Jan 2026 10:00:00\r\nSubject: two\r\n",
        );
        assert_eq!(all.len(), 2);
        assert_eq!(all[0].1, "Subject: one\r\n\r\nx\r\n");
    }
}
