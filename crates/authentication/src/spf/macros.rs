//! Macros of SPF records (RFC 7208 §7): `%{i}`, `%{d2}`, `%{l1r-}` and the like.

use std::net::IpAddr;

use jiff::Timestamp;

/// A domain-spec or an explanation, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MacroString(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Expand(Expand),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Expand {
    letter: u8,
    escape: bool,
    parts: Option<usize>,
    reverse: bool,
    delimiters: Vec<char>,
}

/// What the letters stand for.
#[derive(Debug, Clone)]
pub(crate) struct Facts<'a> {
    pub(crate) ip: IpAddr,
    pub(crate) sender_local: &'a str,
    pub(crate) sender_domain: &'a str,
    pub(crate) helo: &'a str,
    pub(crate) receiver: &'a str,
    pub(crate) at: Option<Timestamp>,
}

/// Where a string stands decides which letters it may hold: `c`, `r` and `t` only in explanations (§7.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Term,
    Explanation,
}

impl MacroString {
    /// Parses, per §7.1. The error says what is wrong with it.
    pub(crate) fn parse(text: &str, place: Place) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('%') {
            literal.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            match rest.as_bytes().first() {
                Some(b'%') => literal.push('%'),
                Some(b'_') => literal.push(' '),
                Some(b'-') => literal.push_str("%20"),
                Some(b'{') => {
                    let end = rest.find('}').ok_or_else(|| format!("a macro in \"{text}\" is not closed"))?;
                    if !literal.is_empty() {
                        pieces.push(Piece::Literal(std::mem::take(&mut literal)));
                    }
                    pieces.push(Piece::Expand(Expand::parse(&rest[1..end], place)?));
                    rest = &rest[end + 1..];
                    continue;
                }
                _ => return Err(format!("a lone % in \"{text}\"")),
            }
            rest = &rest[1..];
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal));
        }
        check_visible(&pieces, place).map(|()| Self(pieces))
    }

    /// Parses a domain-spec: a macro string that ends in a macro or in a dot and a top label (§7.1).
    pub(crate) fn parse_domain(text: &str) -> Result<Self, String> {
        let parsed = Self::parse(text, Place::Term)?;
        let ends_well = match parsed.0.last() {
            Some(Piece::Expand(_)) => true,
            Some(Piece::Literal(literal)) => ends_in_top_label(literal),
            None => false,
        };
        if ends_well { Ok(parsed) } else { Err(format!("\"{text}\" is not a domain name")) }
    }

    /// Whether `%{p}` is in it, for which the names of the address are needed.
    pub(crate) fn needs_names(&self) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Expand(Expand { letter: b'p', .. })))
    }

    /// The name, where it holds no macro and so is the same for every message.
    pub(crate) fn as_literal(&self) -> Option<String> {
        match self.0.as_slice() {
            [Piece::Literal(literal)] => Some(crate::name::canonical(literal).into_owned()),
            _ => None,
        }
    }

    /// The text. `domain` is the domain being judged, `validated` the address's name for `%{p}`.
    pub(crate) fn expand(&self, facts: &Facts<'_>, domain: &str, validated: Option<&str>) -> String {
        let mut out = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Literal(literal) => out.push_str(literal),
                Piece::Expand(expand) => out.push_str(&expand.value(facts, domain, validated)),
            }
        }
        out
    }

    /// The name to ask for: shortened from the left to 253 octets (§7.3), without a last dot.
    pub(crate) fn expand_name(&self, facts: &Facts<'_>, domain: &str, validated: Option<&str>) -> String {
        let expanded = self.expand(facts, domain, validated);
        let mut name = expanded.strip_suffix('.').unwrap_or(&expanded);
        while name.len() > 253 {
            let Some((_, shorter)) = name.split_once('.') else { break };
            name = shorter;
        }
        name.to_owned()
    }
}

impl Expand {
    fn parse(text: &str, place: Place) -> Result<Self, String> {
        let wrong = || format!("%{{{text}}} is not a macro");
        let first = *text.as_bytes().first().ok_or_else(wrong)?;
        let letter = first.to_ascii_lowercase();
        let known = b"slodiphv".contains(&letter) || (place == Place::Explanation && b"crt".contains(&letter));
        if !known {
            return Err(wrong());
        }
        let rest = &text[1..];
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let parts = match &rest[..digits] {
            "" => None,
            // More parts than a name has labels are all of them; nought is an error (§7.1).
            number => {
                Some(number.parse::<usize>().unwrap_or(usize::MAX)).filter(|n| *n > 0).map(Some).ok_or_else(wrong)?
            }
        };
        let rest = &rest[digits..];
        let reverse = rest.starts_with(['r', 'R']);
        let delimiters: Vec<char> = rest[usize::from(reverse)..].chars().collect();
        if !delimiters.iter().all(|c| ".-+,/_=".contains(*c)) {
            return Err(wrong());
        }
        Ok(Self { letter, escape: first.is_ascii_uppercase(), parts, reverse, delimiters })
    }

    fn value(&self, facts: &Facts<'_>, domain: &str, validated: Option<&str>) -> String {
        let raw = match self.letter {
            b's' => format!("{}@{}", facts.sender_local, facts.sender_domain),
            b'l' => facts.sender_local.to_owned(),
            b'o' => facts.sender_domain.to_owned(),
            b'd' => domain.to_owned(),
            b'i' => dotted(facts.ip),
            b'p' => validated.unwrap_or("unknown").to_owned(),
            b'v' => if facts.ip.is_ipv4() { "in-addr" } else { "ip6" }.to_owned(),
            b'h' => facts.helo.to_owned(),
            b'c' => facts.ip.to_string(),
            b'r' => facts.receiver.to_owned(),
            _ => facts.at.map_or_else(|| "0".to_owned(), |at| at.as_second().to_string()),
        };
        let shaped = self.shape(raw);
        if self.escape { url_escape(&shaped) } else { shaped }
    }

    fn shape(&self, raw: String) -> String {
        if self.parts.is_none() && !self.reverse && self.delimiters.is_empty() {
            return raw;
        }
        let splits = |c: char| if self.delimiters.is_empty() { c == '.' } else { self.delimiters.contains(&c) };
        let mut parts: Vec<&str> = raw.split(splits).collect();
        if self.reverse {
            parts.reverse();
        }
        let skip = self.parts.map_or(0, |keep| parts.len().saturating_sub(keep));
        parts[skip..].join(".")
    }
}

/// An address as `%{i}` writes it: IPv6 as nibbles (§7.3). Capitals, as other implementations explain themselves; the
/// DNS makes no difference.
fn dotted(ip: IpAddr) -> String {
    let IpAddr::V6(ip) = ip else { return ip.to_string() };
    let nibbles = ip.octets().into_iter().flat_map(|octet| [octet >> 4, octet & 15]);
    nibbles.map(|nibble| format!("{nibble:X}")).collect::<Vec<_>>().join(".")
}

/// Everything but unreserved characters as `%XX` (§7.3, RFC 3986 §2.3).
fn url_escape(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Literals of terms are visible ASCII (%x21-7E); explanations may hold spaces.
fn check_visible(pieces: &[Piece], place: Place) -> Result<(), String> {
    let allowed = |c: char| c.is_ascii_graphic() || c == ' ' && place == Place::Explanation;
    for piece in pieces {
        if let Piece::Literal(literal) = piece
            && !literal.chars().all(|c| allowed(c) || c == ' ')
        {
            return Err(format!("\"{}\" holds characters that an SPF record may not hold", literal.escape_debug()));
        }
    }
    Ok(())
}

/// `toplabel` of §7.1: letters, digits and inner hyphens, not digits alone.
fn ends_in_top_label(literal: &str) -> bool {
    let bare = literal.strip_suffix('.').unwrap_or(literal);
    let Some((_, label)) = bare.rsplit_once('.') else { return false };
    !label.is_empty()
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
        && !label.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(ip: &str) -> Facts<'_> {
        Facts {
            ip: ip.parse().expect("an address"),
            sender_local: "strong-bad",
            sender_domain: "email.example.com",
            helo: "mx.example.org",
            receiver: "unknown",
            at: None,
        }
    }

    #[test]
    fn the_examples_of_section_7_4() {
        for (text, expected) in [
            ("%{s}", "strong-bad@email.example.com"),
            ("%{d}", "email.example.com"),
            ("%{d2}", "example.com"),
            ("%{d1}", "com"),
            ("%{dr}", "com.example.email"),
            ("%{d2r}", "example.email"),
            ("%{l-}", "strong.bad"),
            ("%{lr-}", "bad.strong"),
            ("%{l1r-}", "strong"),
            ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
            ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
            ("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"),
        ] {
            let parsed = MacroString::parse_domain(text).expect(text);
            assert_eq!(parsed.expand(&facts("192.0.2.3"), "email.example.com", None), expected, "{text}");
        }
        let six = MacroString::parse_domain("%{ir}.%{v}._spf.%{d2}").expect("a macro");
        assert_eq!(
            six.expand(&facts("2001:db8::cb01"), "email.example.com", None).to_lowercase(),
            "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com"
        );
    }

    #[test]
    fn what_is_no_macro_is_refused() {
        for text in ["%{x}.org", "%{d0}.org", "%", "%{d", "%{d;}.org", "%{c}.org", "nodot", "a.123", "a.-b", ""] {
            assert!(MacroString::parse_domain(text).is_err(), "{text}");
        }
        assert!(MacroString::parse("%{c} at %{t} on %{r}%%", Place::Explanation).is_ok());
    }
}
