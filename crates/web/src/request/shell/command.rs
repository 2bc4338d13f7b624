//! A command's name, put together as a shell would, and what its arguments tell.

use super::words::kind;

/// A command as a shell would read it.
pub(super) struct Command<'a> {
    /// Its name, without path, quotes and `.exe`.
    pub(super) name: String,
    /// Whether the shell would have to put the name together.
    pub(super) was_hidden: bool,
    /// What follows the name.
    pub(super) rest: &'a str,
    /// Where the name ended.
    pub(super) length: usize,
}

impl<'a> Command<'a> {
    /// Longer is no command's name.
    const LONGEST: usize = 64;

    pub(super) fn read(text: &'a str) -> Self {
        let start = text.len() - text.trim_start_matches([' ', '\t', '\n', '\r', '(', '{', '@', '!', ',']).len();
        let mut command = Self::word(text, start);
        // What runs another command, and variables set for one.
        for _ in 0..3 {
            let runs = matches!(
                command.name.as_str(),
                "sudo"
                    | "time"
                    | "nohup"
                    | "env"
                    | "exec"
                    | "command"
                    | "eval"
                    | "nice"
                    | "xargs"
                    | "busybox"
                    | "doas"
                    | "timeout"
                    | "stdbuf"
                    | "setsid"
            );
            let next = command.rest.trim_start_matches([' ', '\t', '"', '\'']);
            if !runs || next.len() == command.rest.len() {
                break;
            }
            let further = Self::word(text, text.len() - next.len());
            if kind(&further.name).is_none() {
                break;
            }
            command = further;
        }
        command
    }

    fn word(text: &'a str, start: usize) -> Self {
        let bytes = text.as_bytes();
        let (mut name, mut at, mut marks) = (String::new(), start, 0);
        while let Some(&byte) = bytes.get(at) {
            let skipped = match (byte, bytes.get(at + 1)) {
                // "I'd like to" has one alone.
                (b'\'' | b'"', _) if !name.is_empty() && is_alone(&bytes[start..], byte) => break,
                (b'\'' | b'"' | b'\\' | b'^', _) => 1,
                (b'$', Some(b'@' | b'*' | b'!' | b'#' | b'?' | b'-' | b'0'..=b'9' | b'\'' | b'"')) => 2,
                (b'$', Some(b'{' | b'('))
                    if let Some(end) = text[at..].bytes().take(40).position(|b| b == b'}' || b == b')') =>
                {
                    end + 1
                }
                (b'`', Some(b'`')) => 2,
                _ => 0,
            };
            if skipped > 0 {
                (marks, at) = (marks + usize::from(!name.is_empty()), at + skipped);
                continue;
            }
            if !(byte.is_ascii_alphanumeric() || b"_+-./[?*".contains(&byte)) || name.len() >= Self::LONGEST {
                break;
            }
            name.push(char::from(byte));
            at += 1;
        }
        let closed = bytes.get(at.wrapping_sub(1)).is_some_and(|b| b"'\"".contains(b));
        let name = name.rsplit('/').next().unwrap_or_default();
        let name = [".exe", ".com", ".cmd", ".bat"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
        Self {
            name: name.to_owned(),
            was_hidden: marks > usize::from(closed),
            rest: &text[at.min(text.len())..],
            length: at,
        }
    }

    /// Whether nothing follows that belongs to it.
    pub(super) fn ends(&self) -> bool {
        let rest = self.rest.trim_start_matches([' ', '\t']);
        rest.is_empty() || rest.starts_with([';', '|', '&', ')', '`', '<', '>', '\n', '\r', '#', '}', '\'', '"'])
    }

    /// Whether an argument follows that English would not put there.
    pub(super) fn has_argument(&self) -> bool {
        let Some(argument) = self.argument() else { return self.rest.starts_with(['<', '>', '{']) };
        self.has_marked_argument()
            || (argument.contains('.') && argument.bytes().filter(u8::is_ascii_digit).count() >= 4)
            || argument.split(['.', '/', '\\']).next_back().is_some_and(is_extension)
    }

    /// The same, of arguments that begin with a mark or are addresses.
    pub(super) fn has_marked_argument(&self) -> bool {
        self.has_option_or_path()
            || self.argument().is_some_and(|argument| {
                argument.starts_with(['$', '*', '%', '~', '>', '<', '`', '{'])
                    || argument.starts_with("../")
                    || argument.contains("://")
            })
    }

    pub(super) fn has_option_or_path(&self) -> bool {
        let Some(argument) = self.argument() else { return false };
        let bytes = argument.as_bytes();
        match bytes {
            [b'-', b'-', b'a'..=b'z', b'a'..=b'z', ..] => true,
            [b'-', b'a'..=b'z'] => true,
            [b'-', b'a'..=b'z', b'a'..=b'z' | b'0'..=b'9' | b'=', ..] => bytes.len() < 6,
            [b'/', b'a'..=b'z' | b'?'] => true,
            [b'/', ..] => [
                "etc", "tmp", "var", "bin", "usr", "home", "proc", "dev", "root", "opt", "srv", "sys", "mnt", "boot",
                "sbin", "lib",
            ]
            .iter()
            .any(|root| {
                argument[1..].starts_with(root) && matches!(bytes.get(1 + root.len()), None | Some(b'/' | b'*'))
            }),
            [b'a'..=b'z', b':', b'\\' | b'/', ..] => true,
            _ => false,
        }
    }

    /// `-urlcache`, `/all`: what commands of Windows take.
    pub(super) fn has_long_option(&self) -> bool {
        let letters = self.argument().and_then(|a| a.strip_prefix(['-', '/']));
        letters.is_some_and(|letters| letters.len() > 1 && letters.bytes().all(|b| b.is_ascii_alphabetic()))
    }

    pub(super) fn argument(&self) -> Option<&'a str> {
        let rest = self.rest.strip_prefix([' ', '\t'])?.trim_start_matches([' ', '\t', '"', '\'']);
        let end = rest.find([' ', '\t', ';', '|', '&', '"', '\'', '\n', ')']).unwrap_or(rest.len());
        (end > 0).then(|| &rest[..end])
    }
}

/// Whether a quote occurs once in the first word.
fn is_alone(text: &[u8], quote: u8) -> bool {
    let word = text.iter().take(Command::LONGEST).take_while(|b| !matches!(b, b' ' | b'\t' | b'\r' | b'\n'));
    word.filter(|b| **b == quote).count() == 1
}

fn is_extension(text: &str) -> bool {
    matches!(
        text,
        "sh" | "php"
            | "py"
            | "pl"
            | "rb"
            | "jsp"
            | "asp"
            | "aspx"
            | "exe"
            | "dll"
            | "conf"
            | "cfg"
            | "ini"
            | "log"
            | "bat"
            | "ps1"
            | "vbs"
    )
}
