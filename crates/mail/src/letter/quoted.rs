//! Messages that a text quotes, by the lines that mail programs put above what is forwarded or answered.
//!
//! Those lines are habit, in English and Spanish; no rule says how they look.

use super::Mailbox;
use super::addresses::{address, spaced};
use super::links::cut;

const WRITERS: &[&str] = &["From:", "De:", "*From:*"];
const OTHERS: &[&str] = &["Sent:", "To:", "Date:", "Subject:", "Enviado", "Para:", "*Sent:*"];
/// The other lines stand no further below.
const NEAR: usize = 4;
/// More lines than stand above any quoted message.
const MOST_FIELDS: usize = 8;
/// Quoted messages of one text that are looked at: a thread has no more that matter.
const MOST: usize = 10;
/// A name and an address are shorter.
const LONGEST_WRITER: usize = 1_000;
/// Text of a quoted message that is taken over.
const LONGEST_TEXT: usize = 64 << 10;

/// A message that is quoted, with a writer who is named by an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quoted {
    /// Who wrote it, by the line above it.
    pub(crate) writer: Mailbox,
    /// The message as RFC 5322 has it, as far as it is quoted.
    pub(crate) raw: Vec<u8>,
}

/// Whether trimmed lines begin with those that stand above a quoted message.
pub(crate) fn begins_quoted(lines: &[&str]) -> bool {
    let names = |line: &str, fields: &[&str]| fields.iter().any(|field| line.starts_with(field));
    let Some((first, rest)) = lines.split_first() else { return false };
    names(first, WRITERS) && rest.iter().take(NEAR).any(|next| names(next, OTHERS))
}

/// The messages that a text quotes, in order.
pub(crate) fn quoted(text: &str) -> Vec<Quoted> {
    if !WRITERS.iter().any(|field| text.contains(field)) {
        return Vec::new();
    }
    let lines: Vec<&str> = text.lines().map(|line| line.trim_start_matches(['>', '|', ' ', '\t']).trim_end()).collect();
    let begun: Vec<usize> = (0..lines.len()).filter(|at| begins_quoted(&lines[*at..])).take(MOST).collect();
    let ends = begun.iter().skip(1).copied().chain([lines.len()]);
    let blocks = begun.iter().zip(ends).map(|(from, to)| &lines[*from..to]);
    let quoted = blocks.filter_map(|block| {
        let writer = writer(block[0])?;
        Some(Quoted { raw: raw(&writer, block), writer })
    });
    quoted.collect()
}

/// `From: Pat Example <pat@county.example>`; older Outlooks write `Example, Pat [mailto:pat@county.example]`, without the marks that
/// RFC 5322 asks for.
fn writer(line: &str) -> Option<Mailbox> {
    let value = value(line);
    let (name, rest) = value.rsplit_once(['<', '[']).unwrap_or(("", value));
    let inner = rest.trim_start_matches("mailto:").split(['>', ']', ' ']).next().unwrap_or_default();
    let name = spaced(name.trim_matches(['"', ' ']));
    Some(Mailbox { name, address: address(inner) }).filter(|mailbox| mailbox.address.contains('@'))
}

/// What a line says behind its name.
fn value(line: &str) -> &str {
    let value = line.split_once(':').map_or(line, |(_, value)| value);
    cut(value.trim_start_matches('*').trim(), LONGEST_WRITER)
}

fn raw(writer: &Mailbox, block: &[&str]) -> Vec<u8> {
    let name = writer.name.replace(['"', '\\'], "");
    let mut raw = format!(
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nFrom: \"{name}\" <{}>\r\n",
        writer.address
    );
    let fields = block.iter().take(MOST_FIELDS).take_while(|line| !line.is_empty() && line.contains(':'));
    let count = fields.clone().count();
    for line in fields.skip(1) {
        let name = line.trim_start_matches('*').split(':').next().unwrap_or_default();
        let name = match name {
            "Para" => "To",
            "Asunto" => "Subject",
            "Sent" | "Enviado" | "Enviado el" | "Fecha" => "Date",
            "To" | "Cc" | "Date" | "Subject" => name,
            _ => continue,
        };
        raw.push_str(&format!("{name}: {}\r\n", value(line)));
    }
    raw.push_str("\r\n");
    // Behind the blank line that ends the fields.
    for line in block[count..].iter().skip_while(|line| line.is_empty()) {
        if raw.len() > LONGEST_TEXT {
            break;
        }
        raw.push_str(cut(line, LONGEST_TEXT));
        raw.push_str("\r\n");
    }
    raw.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Letter;

    fn writers(text: &str) -> Vec<String> {
        quoted(text).into_iter().map(|found| format!("{}|{}", found.writer.name, found.writer.address)).collect()
    }

    #[test]
    fn writers_of_what_is_forwarded_and_answered() {
        let gmail = "See below\n\n---------- Forwarded message ---------\nFrom: Ann Poe <ann@example.org>\nDate: Mon, 2 Nov\nHello";
        assert_eq!(writers(gmail), ["Ann Poe|ann@example.org"]);
        let outlook = "> From: Poe, Ann [mailto:ann@example.org]\n> Sent: Monday\n> To: Bob\n>\n> Hello";
        assert_eq!(writers(outlook), ["Poe, Ann|ann@example.org"]);
        assert_eq!(writers("*From:* Ann <ann@example.org>\n*Sent:* Monday"), ["Ann|ann@example.org"]);
        assert_eq!(writers("From: ann@example.org\nSent: Monday"), ["|ann@example.org"]);
    }

    #[test]
    fn a_line_alone_quotes_nobody() {
        for text in
            ["From: Ann <ann@example.org>", "From: here on\nTo: there", "From:\nTo:", "", "From here\n\nTo: you"]
        {
            assert!(writers(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_quoted_message_is_a_message() {
        let text = "Odd?\n\n> From: Ann Poe <ann@example.org>\n> Sent: Monday\n> To: bob@example.net\n> Subject: Keys\n>\n> Open\n> https://example.org/a\n\
                    From: Cy <cy@example.com>\nDate: Tuesday\n\nEarlier";
        let found = quoted(text);
        let first = Letter::read(&found[0].raw);
        assert_eq!((first.subject.as_str(), first.to[0].address.as_str()), ("Keys", "bob@example.net"));
        assert_eq!((first.text.trim(), first.links.len()), ("Open\r\nhttps://example.org/a", 1));
        assert_eq!((found.len(), found[1].writer.address.as_str()), (2, "cy@example.com"));
    }
}
