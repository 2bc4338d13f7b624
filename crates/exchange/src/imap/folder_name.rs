//! Names of folders in modified UTF-7 (RFC 3501, section 5.1.3; RFC 2152).
//!
//! Written here because the one library for it ends the program on a name that is not well-formed.

use std::fmt;

use base64::Engine as _;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::general_purpose::NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose};

/// Base64 with a comma for the slash; bits that are left over must be zero.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&IMAP_MUTF7, NO_PAD.with_decode_padding_mode(DecodePaddingMode::RequireNone));

/// A folder's name, as people read it and as the server wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FolderName {
    text: String,
    wire: String,
}

impl FolderName {
    /// The name as people read it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The name as it goes over the wire.
    #[must_use]
    pub fn wire(&self) -> &str {
        &self.wire
    }

    /// From what a server wrote. A name that is not well-formed is shown as it stands, and still opens its folder.
    #[must_use]
    pub fn from_wire(wire: &str) -> Self {
        Self { text: decode(wire).unwrap_or_else(|| wire.to_owned()), wire: wire.to_owned() }
    }
}

impl From<&str> for FolderName {
    /// From the name as people read it.
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), wire: encode(text) }
    }
}

impl fmt::Display for FolderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn encode(text: &str) -> String {
    let mut wire = String::new();
    let mut shifted = String::new();
    for c in text.chars() {
        if !(' '..='~').contains(&c) {
            shifted.push(c);
            continue;
        }
        unshift(&mut shifted, &mut wire);
        wire.push(c);
        if c == '&' {
            wire.push('-');
        }
    }
    unshift(&mut shifted, &mut wire);
    wire
}

fn unshift(shifted: &mut String, wire: &mut String) {
    if shifted.is_empty() {
        return;
    }
    let bytes: Vec<u8> = shifted.encode_utf16().flat_map(u16::to_be_bytes).collect();
    wire.push('&');
    BASE64.encode_string(bytes, wire);
    wire.push('-');
    shifted.clear();
}

fn decode(wire: &str) -> Option<String> {
    let mut text = String::new();
    let mut rest = wire;
    while let Some((plain, shifted)) = rest.split_once('&') {
        text.push_str(plain);
        let (shifted, behind) = shifted.split_once('-')?;
        text.push_str(&of_base64(shifted)?);
        rest = behind;
    }
    text.push_str(rest);
    wire.bytes().all(|byte| (b' '..=b'~').contains(&byte)).then_some(text)
}

fn of_base64(shifted: &str) -> Option<String> {
    if shifted.is_empty() {
        return Some("&".to_owned());
    }
    let bytes = BASE64.decode(shifted).ok()?;
    let (units, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let units: Vec<u16> = units.iter().copied().map(u16::from_be_bytes).collect();
    String::from_utf16(&units).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_examples_of_rfc_3501_read_as_meant() {
        let name = FolderName::from_wire("~peter/mail/&U,BTFw-/&ZeVnLIqe-");
        assert_eq!(name.text(), "~peter/mail/台北/日本語");
        assert_eq!(FolderName::from(name.text()), name);
        assert_eq!(FolderName::from("Gemeldet & geprüft").wire(), "Gemeldet &- gepr&APw-ft");
    }

    #[test]
    fn a_name_that_is_not_well_formed_stays_as_it_is() {
        for wire in ["&", "a&b", "&U-", "&2AA-", "&AGEAYg", "caf\u{e9}", "&A*-"] {
            let name = FolderName::from_wire(wire);
            assert_eq!((name.text(), name.wire()), (wire, wire));
        }
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_again(text in any::<String>()) {
            let written = FolderName::from(text.as_str());
            let read = FolderName::from_wire(written.wire());
            prop_assert_eq!(read.text(), text);
        }
    }
}
