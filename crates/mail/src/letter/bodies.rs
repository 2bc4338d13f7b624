//! What a message says: its bodies, in HTML or as plain text.

use mail_parser::{Message, MessagePart, PartType};

use super::links::{cut, written_out};
use super::read::MOST_PARTS;
use super::{Letter, html};

/// Text of bodies is read up to here: a person reads less.
pub(super) const MOST_TEXT: usize = 1 << 20;

/// Bodies: what is written in HTML is what most readers see; plain text beside it is only read where there is no HTML.
pub(super) fn bodies(message: &Message<'_>, letter: &mut Letter) {
    let written: Vec<&MessagePart<'_>> = message.html_bodies().take(MOST_PARTS).collect();
    if message.html_bodies().nth(MOST_PARTS).is_some() {
        unread(letter, "It has more parts than are read.");
    }
    for part in written {
        match &part.body {
            PartType::Html(text) => add_html(text, letter),
            PartType::Text(text) => add_text(text, letter),
            _ => {}
        }
    }
    if letter.text.trim().is_empty() {
        message.text_bodies().for_each(|part| {
            if let PartType::Text(text) = &part.body {
                add_text(text, letter);
            }
        });
    }
    // Nobody sends a message that says nothing: some reader, of some program, sees what this one hides.
    if letter.is_html && letter.text.trim().is_empty() && !letter.hidden.trim().is_empty() {
        letter.faults.push("It shows no text; what it hides was judged in its place.".to_owned());
        letter.text = letter.hidden.clone();
        addresses_of(&letter.hidden.clone(), letter);
    }
}

fn add_html(text: &str, letter: &mut Letter) {
    const LONGEST: usize = 4 * MOST_TEXT;
    if text.len() > LONGEST {
        unread(letter, "Its HTML is longer than 4 MiB; the rest was not read.");
    }
    let body = html::body(cut(text, LONGEST));
    letter.is_html = true;
    let room = MOST_TEXT.saturating_sub(letter.text.len());
    if body.text.len() > room {
        unread(letter, "Its text is longer than 1 MiB; the rest was not read.");
    }
    letter.text.push_str(cut(&body.text, room));
    letter.hidden.push_str(&body.hidden);
    letter.broken_words += body.broken_words;
    letter.links.extend(body.links);
    letter.pictures.extend(body.pictures);
    letter.fields.extend(body.fields);
    letter.scripts += body.scripts;
    body.unread.iter().for_each(|why| unread(letter, why));
    addresses_of(&body.text, letter);
}

pub(super) fn add_text(text: &str, letter: &mut Letter) {
    let room = MOST_TEXT.saturating_sub(letter.text.len());
    if text.len() > room {
        unread(letter, "Its text is longer than 1 MiB; the rest was not read.");
    }
    let text = cut(text, room);
    letter.text.push_str(text);
    letter.broken_words += html::broken_words(text);
    addresses_of(text, letter);
}

/// Takes the addresses that a text writes out for links.
fn addresses_of(text: &str, letter: &mut Letter) {
    if !written_out(text, &mut letter.links) {
        unread(letter, "It has more links than are followed.");
    }
}

/// Names a bound that left something out, once.
pub(super) fn unread(letter: &mut Letter, why: &str) {
    if !letter.unread.iter().any(|said| said == why) {
        letter.unread.push(why.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_nothing_is_shown_what_is_hidden_is_judged() {
        let read = Letter::read(
            b"Date: Thu, 28 Jun 2001 10:05:15 +0000\r\nFrom: Ann <ann@example.org>\r\nContent-Type: text/html\r\n\r\n\
              <table><tr><td><div style='display:none'><p>I will<p>find you</div></table>\r\n",
        );
        assert_eq!(read.text.trim(), "I will\nfind you");
        assert_eq!(read.faults, ["It shows no text; what it hides was judged in its place."]);
    }

    #[test]
    fn what_lies_beyond_a_bound_is_said() {
        let read = |kind: &str, body: String| {
            Letter::read(format!("From: a@example.org\r\nContent-Type: text/{kind}\r\n\r\n{body}").as_bytes()).unread
        };
        assert_eq!(read("html", "<b></b>".repeat(700_000)), ["Its HTML is longer than 4 MiB; the rest was not read."]);
        assert_eq!(read("plain", "word ".repeat(300_000)), ["Its text is longer than 1 MiB; the rest was not read."]);
        let many: String = (0..1_200).map(|n| format!("https://a{n}.example.org/ ")).collect();
        assert_eq!(read("plain", many), ["It has more links than are followed."]);
        assert!(read("html", "<p>word".to_owned()).is_empty());
    }
}
