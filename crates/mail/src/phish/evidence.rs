//! What others found out about a message. Everything may be missing: "not known" is not "no".

use crate::Letter;

/// What is known besides the message itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Evidence {
    /// Whom its writer or its links pretend to be.
    pub imitations: Vec<Imitated>,
    /// Whether the writer's domain vouches for it (DMARC, or SPF and DKIM where that says nothing).
    pub alignment: Option<Alignment>,
    /// What its attachments could do, in a clerk's words, such as `runs a macro when it is opened`.
    pub acts: Vec<String>,
    /// Whether a picture holds a QR code, with where it leads.
    pub qr_codes: Vec<String>,
    /// Whether the office has written to this writer before.
    pub is_known: Option<bool>,
    /// Whether it answers a message that the office sent.
    pub is_answer: Option<bool>,
}

/// A party that is imitated.
#[derive(Debug, Clone, PartialEq)]
pub struct Imitated {
    /// Who is imitated.
    pub party: String,
    /// How, in a clerk's words.
    pub how: String,
    /// How sure that is: 0 to 1.
    pub strength: f64,
}

/// Whether the domain that a message says it is from vouches for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alignment {
    /// It does: a signature or the sending server is the domain's own (RFC 7489, 3.1).
    Vouched,
    /// It says that the message is not its own.
    Disowned(String),
    /// It neither signed it nor says which servers send for it.
    Silent,
}

impl Alignment {
    /// By the word of the server that received the message: its topmost `Authentication-Results` (RFC 8601).
    ///
    /// Anybody can write such a field. A false failure only harms its writer, and a pass counts little here, so that
    /// this is safe where nothing better is at hand; the authentication itself says more.
    pub fn by_receiver(letter: &Letter) -> Option<Self> {
        let results = letter.header("authentication-results").next()?.to_ascii_lowercase();
        let (dmarc, spf, dkim) = (result(&results, "dmarc"), result(&results, "spf"), result(&results, "dkim"));
        let own = |field: &str| is_own(&results, field, letter);
        match (dmarc, spf, dkim) {
            (Some("pass" | "bestguesspass"), ..) => Some(Self::Vouched),
            (Some("fail"), ..) => Some(Self::Disowned("DMARC fails".to_owned())),
            (_, Some("pass"), _) if own("smtp.mailfrom=") => Some(Self::Vouched),
            (_, _, Some("pass")) if own("header.d=") => Some(Self::Vouched),
            (_, Some("fail" | "softfail"), _) => Some(Self::Disowned("SPF fails".to_owned())),
            (_, _, Some("fail")) => Some(Self::Disowned("its signature is broken".to_owned())),
            (None, None, None) => None,
            _ => Some(Self::Silent),
        }
    }
}

fn result<'a>(results: &'a str, method: &str) -> Option<&'a str> {
    let (_, rest) = results.split(';').flat_map(|one| one.split_whitespace()).find_map(|word| {
        let (name, value) = word.split_once('=')?;
        (name == method).then_some((name, value))
    })?;
    rest.split(|c: char| !c.is_ascii_alphanumeric()).next()
}

/// Whether the property's domain is under the same registration as the writer's.
fn is_own(results: &str, field: &str, letter: &Letter) -> bool {
    let Some((_, rest)) = results.split_once(field) else { return false };
    let value = rest.split([' ', ';', ',']).next().unwrap_or_default();
    let domain = value.rsplit('@').next().unwrap_or_default();
    letter.writer().is_some_and(|writer| {
        !writer.domain().is_empty() && crate::registrable(domain) == crate::registrable(writer.domain())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(results: &str) -> Option<Alignment> {
        let raw = format!(
            "Authentication-Results: mx.example.org; {results}\r\nFrom: A <a@mail.example.net>\r\n\r\nHello\r\n"
        );
        Alignment::by_receiver(&Letter::read(raw.as_bytes()))
    }

    #[test]
    fn the_receivers_word() {
        assert_eq!(
            by("spf=pass smtp.mailfrom=x@example.com; dmarc=pass header.from=mail.example.net"),
            Some(Alignment::Vouched)
        );
        assert_eq!(by("spf=pass smtp.mailfrom=bounce@example.net"), Some(Alignment::Vouched));
        assert_eq!(by("spf=pass smtp.mailfrom=bounce@example.com; dkim=none"), Some(Alignment::Silent));
        assert_eq!(by("spf=softfail smtp.mailfrom=example.net"), Some(Alignment::Disowned("SPF fails".into())));
        assert_eq!(
            by("spf=pass smtp.mailfrom=a@example.com; dkim=fail header.d=example.net; dmarc=fail"),
            Some(Alignment::Disowned("DMARC fails".into()))
        );
        assert_eq!(by("none"), None);
        assert_eq!(Alignment::by_receiver(&Letter::read(b"From: a@example.net\r\n\r\nHello\r\n")), None);
    }
}
