//! Tag lists, `a=b; c=d` (RFC 6376 §3.2): the form of DKIM and ARC fields, of DKIM keys and of several policy records.

/// A tag list, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TagList<'a>(Vec<(&'a str, &'a str)>);

/// More tags than any field has.
const MAX_TAGS: usize = 64;

impl<'a> TagList<'a> {
    /// Reads a list as §3.2 has it: no tag twice, no empty tag but after a last semicolon.
    pub(crate) fn parse(value: &'a [u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(value).map_err(|_| "it holds octets that are not UTF-8")?;
        let mut specs: Vec<&str> = text.split(';').map(str::trim_ascii).collect();
        if specs.last() == Some(&"") {
            specs.pop();
        }
        Self::collect(specs.into_iter())
    }

    /// Reads a record of the DNS, where stray semicolons are common.
    pub(crate) fn parse_record(value: &'a [u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(value).map_err(|_| "it holds octets that are not UTF-8")?;
        Self::collect(text.split(';').map(str::trim_ascii).filter(|spec| !spec.is_empty()))
    }

    fn collect(specs: impl Iterator<Item = &'a str>) -> Result<Self, String> {
        let mut tags: Vec<(&str, &str)> = Vec::new();
        for spec in specs {
            let (name, value) = spec.split_once('=').ok_or_else(|| format!("\"{}\" is not name=value", shown(spec)))?;
            let name = name.trim_ascii_end();
            if !is_tag_name(name) {
                return Err(format!("\"{}\" is not the name of a tag", shown(name)));
            }
            if tags.iter().any(|(known, _)| *known == name) {
                return Err(format!("the tag {name}= stands twice"));
            }
            if tags.len() == MAX_TAGS {
                return Err(format!("it has more than {MAX_TAGS} tags"));
            }
            tags.push((name, value.trim_ascii()));
        }
        Ok(Self(tags))
    }

    /// The value of a tag, trimmed; folds inside are kept.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    /// The first tag.
    pub(crate) fn first(&self) -> Option<(&'a str, &'a str)> {
        self.0.first().copied()
    }

    /// The value of a tag that must be there and not empty.
    pub(crate) fn needed(&self, name: &str) -> Result<&'a str, String> {
        self.get(name).filter(|value| !value.is_empty()).ok_or_else(|| format!("the tag {name}= is missing or empty"))
    }

    /// A number that may be missing.
    pub(crate) fn number(&self, name: &str) -> Result<Option<u64>, String> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
        // More digits than fit stand for "never" (RFC 6376 §3.5, x=).
        let number = digits.then(|| value.parse().unwrap_or(u64::MAX));
        number.map(Some).ok_or_else(|| format!("the tag {name}= is not a number"))
    }
}

/// The start of a text, for messages.
pub(crate) fn shown(text: &str) -> String {
    text.chars().take(40).flat_map(char::escape_debug).collect()
}

fn is_tag_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// The octets of a base64 value with folds (RFC 6376 §2.10).
pub(crate) fn base64(value: &str) -> Option<Vec<u8>> {
    let dense: Vec<u8> = value.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    let good = dense.iter().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(b));
    if !good || dense.is_empty() {
        return None;
    }
    mail_parser::decoders::base64::base64_decode(&dense)
}

/// The field's value with the value of its `b=` taken out, and without the last line end (RFC 6376 §3.7).
pub(crate) fn without_signature(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    for (index, spec) in value.split(|b| *b == b';').enumerate() {
        if index > 0 {
            out.push(b';');
        }
        let equals = memchr::memchr(b'=', spec);
        match equals {
            Some(at) if spec[..at].trim_ascii() == b"b" => out.extend_from_slice(&spec[..=at]),
            _ => out.extend_from_slice(spec),
        }
    }
    out.strip_suffix(b"\r\n").map(<[u8]>::to_vec).unwrap_or(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_strict_a_record_is_not() {
        let list = TagList::parse(b" a=1; b = x y ;\r\n c=; ").expect("a list");
        assert_eq!((list.get("b"), list.get("c"), list.get("d")), (Some("x y"), Some(""), None));
        for wrong in [&b"a=1;; b=2"[..], b"a=1; a=2", b"1=2", b"a", b"\xff=1"] {
            assert!(TagList::parse(wrong).is_err(), "{wrong:?}");
        }
        assert!(TagList::parse_record(b"v=DKIM1;; p=x;").is_ok());
    }

    #[test]
    fn the_signature_is_taken_out_and_nothing_else() {
        for (value, expected) in [
            ("b=abc;h=From\r\n", "b=;h=From"),
            (" bh=B64b=; h=From; b=abc=\r\n =\r\n", " bh=B64b=; h=From; b="),
            ("h=From; b = abc\r\n def\r\n; v=1\r\n", "h=From; b =; v=1"),
            ("", ""),
        ] {
            assert_eq!(String::from_utf8_lossy(&without_signature(value.as_bytes())), expected);
        }
    }

    #[test]
    fn base64_may_be_folded_but_must_be_base64() {
        assert_eq!(base64("YW\r\n Jj").as_deref(), Some(&b"abc"[..]));
        assert_eq!(base64("!!!"), None);
        assert_eq!(base64(" "), None);
    }
}
