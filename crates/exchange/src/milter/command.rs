//! What the mail server says, command by command (libmilter's `mfdef.h`, SMFIC_*).

use std::net::IpAddr;

use super::Fault;
use super::packet::Packet;

/// A command of the server's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    /// `O`: the offer to agree on.
    Offer(Vec<u8>),
    /// `D`: what the server tells besides, by name.
    Macros(Vec<(Vec<u8>, Vec<u8>)>),
    /// `C`: a client has connected.
    Connect { name: String, ip: Option<IpAddr> },
    /// `H`: how it calls itself.
    Helo(String),
    /// `M`: a message begins, of this sender.
    Mail(String),
    /// `R`: a recipient.
    Rcpt(String),
    /// `L`: a header, name and value.
    Header(Vec<u8>, Vec<u8>),
    /// `N`: the headers end.
    EndOfHeaders,
    /// `B`: a piece of the body.
    Body(Vec<u8>),
    /// `E`: the message ends, perhaps with a last piece.
    EndOfMessage(Vec<u8>),
    /// `A`: the message is given up.
    Abort,
    /// `Q`: good-bye.
    Quit,
    /// `K`: the connection goes on with another client.
    QuitClient,
    /// `T`, `U`: nothing that matters here.
    Nothing,
}

impl Command {
    pub(super) fn read(packet: Packet) -> Result<Self, Fault> {
        let Packet { command, contents } = packet;
        let malformed = || Fault::Malformed(char::from(command));
        Ok(match command {
            b'O' => Self::Offer(contents),
            b'D' => Self::Macros(macros(&contents).ok_or_else(malformed)?),
            b'C' => connect(&contents).ok_or_else(malformed)?,
            b'H' => Self::Helo(first_text(&contents)),
            b'M' => Self::Mail(address(&contents)),
            b'R' => Self::Rcpt(address(&contents)),
            b'L' => header(&contents).ok_or_else(malformed)?,
            b'N' => Self::EndOfHeaders,
            b'B' => Self::Body(contents),
            b'E' => Self::EndOfMessage(contents),
            b'A' => Self::Abort,
            b'Q' => Self::Quit,
            b'K' => Self::QuitClient,
            b'T' | b'U' => Self::Nothing,
            _ => return Err(Fault::OutOfOrder(char::from(command))),
        })
    }
}

/// Up to a NUL, and what is behind it; `None` without a NUL.
fn text(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    Some((bytes.get(..end)?, bytes.get(end + 1..)?))
}

fn first_text(bytes: &[u8]) -> String {
    let text = text(bytes).map_or(bytes, |(text, _)| text);
    String::from_utf8_lossy(text).into_owned()
}

/// The first of the NUL-ended texts is the address; others are parameters of ESMTP.
fn address(bytes: &[u8]) -> String {
    let text = first_text(bytes);
    let bare = text.trim().strip_prefix('<').and_then(|text| text.strip_suffix('>'));
    bare.map_or(text.trim().to_owned(), str::to_owned)
}

fn header(bytes: &[u8]) -> Option<Command> {
    let (name, rest) = text(bytes)?;
    let (value, _) = text(rest)?;
    Some(Command::Header(name.to_vec(), value.to_vec()))
}

/// One byte for the command that they are for, then names and values.
fn macros(bytes: &[u8]) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
    let mut rest = bytes.get(1..)?;
    let mut all = Vec::new();
    while !rest.is_empty() {
        let (name, behind) = text(rest)?;
        let (value, behind) = text(behind)?;
        all.push((name.to_vec(), value.to_vec()));
        rest = behind;
    }
    Some(all)
}

/// Name, family (`4`, `6`, `L`ocal, `U`nknown), then port and address where there are any.
fn connect(bytes: &[u8]) -> Option<Command> {
    let (name, rest) = text(bytes)?;
    let (family, rest) = rest.split_first()?;
    let ip = match family {
        b'4' | b'6' => ip(&first_text(rest.get(2..)?)),
        _ => None,
    };
    Some(Command::Connect { name: String::from_utf8_lossy(name).into_owned(), ip })
}

/// Sendmail writes `IPv6:` before such an address.
fn ip(text: &str) -> Option<IpAddr> {
    let bare = text.get(..5).filter(|prefix| prefix.eq_ignore_ascii_case("IPv6:")).and_then(|_| text.get(5..));
    bare.unwrap_or(text).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(command: u8, contents: &[u8]) -> Result<Command, Fault> {
        Command::read(Packet { command, contents: contents.to_vec() })
    }

    #[test]
    fn clients_are_known_by_their_address() {
        let ip = |contents: &[u8]| match read(b'C', contents) {
            Ok(Command::Connect { ip, .. }) => ip,
            other => panic!("{other:?}"),
        };
        assert_eq!(ip(b"mx.example.net\x004\x01\xbb192.0.2.7\0"), "192.0.2.7".parse().ok());
        assert_eq!(ip(b"mx.example.net\x006\0\x19IPv6:2001:db8::7\0"), "2001:db8::7".parse().ok());
        assert_eq!(ip(b"localhost\0L\0\0/run/socket\0"), None);
        assert_eq!(ip(b"unknown\0U"), None);
        assert_eq!(ip(b"odd\x004\0\x19not an address\0"), None);
    }

    #[test]
    fn addresses_come_without_brackets_and_parameters() {
        assert_eq!(read(b'M', b"<ada@example.org>\0SIZE=7\0").ok(), Some(Command::Mail("ada@example.org".into())));
        assert_eq!(read(b'M', b"<>\0").ok(), Some(Command::Mail(String::new())));
        assert_eq!(read(b'R', b"clerk@county.example\0").ok(), Some(Command::Rcpt("clerk@county.example".into())));
    }

    #[test]
    fn what_is_torn_is_said_to_be() {
        for (command, contents) in
            [(b'L', &b"Subject\0torn"[..]), (b'L', b"x"), (b'D', b"Mi\0torn"), (b'D', b""), (b'C', b"x\0")]
        {
            assert!(matches!(read(command, contents), Err(Fault::Malformed(_))), "{command} {contents:?}");
        }
        assert!(matches!(read(b'z', b""), Err(Fault::OutOfOrder('z'))));
    }
}
