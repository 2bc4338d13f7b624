//! A mail server's side of the milter protocol, packet by packet.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use pollwarden_exchange::milter::Milter;

/// Versions, actions and steps of Postfix 3.7.
pub(crate) const OFFER: [u32; 3] = [6, 0x1ff, 0x1f_ffff];

/// A mail server's side of a connection.
pub(crate) struct Server<S>(pub(crate) S);

impl Server<TcpStream> {
    pub(crate) fn connect(milter: &Milter) -> Self {
        let address = milter.address().trim_start_matches("inet:");
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a bound");
        Self(stream)
    }

    pub(crate) fn begin(milter: &Milter) -> Self {
        let mut server = Self::connect(milter);
        server.agree(OFFER);
        server
    }
}

impl<S: Read + Write> Server<S> {
    pub(crate) fn say(&mut self, command: u8, contents: &[u8]) {
        let length = u32::try_from(contents.len() + 1).expect("a length").to_be_bytes();
        self.0.write_all(&[&length[..], &[command], contents].concat()).expect("a packet");
    }

    pub(crate) fn hear(&mut self) -> (u8, Vec<u8>) {
        let mut length = [0; 4];
        self.0.read_exact(&mut length).expect("a length");
        let mut packet = vec![0; u32::from_be_bytes(length) as usize];
        self.0.read_exact(&mut packet).expect("a packet");
        (packet[0], packet[1..].to_vec())
    }

    pub(crate) fn agree(&mut self, offer: [u32; 3]) -> [u32; 3] {
        self.say(b'O', &offer.into_iter().flat_map(u32::to_be_bytes).collect::<Vec<_>>());
        let (command, agreed) = self.hear();
        assert_eq!((command, agreed.len()), (b'O', 12));
        [0, 4, 8].map(|at| u32::from_be_bytes(agreed[at..at + 4].try_into().expect("a number")))
    }

    /// Envelope and headers, none of which wants an answer.
    pub(crate) fn envelope(&mut self, headers: &[(&str, &str)]) {
        self.say(b'C', b"mx.example.net\x006\0\x19IPv6:2001:db8::7\0");
        self.say(b'H', b"mail.example.net\0");
        self.say(b'D', b"M{auth_authen}\0ada\0");
        self.say(b'M', b"<ada@example.org>\0SIZE=7\0");
        self.say(b'R', b"<clerk@county.example>\0");
        self.say(b'D', b"Ti\x003fQ7\0");
        self.say(b'T', b"");
        for (name, value) in headers {
            self.say(b'L', format!("{name}\0{value}\0").as_bytes());
        }
        self.say(b'N', b"");
    }

    pub(crate) fn message(&mut self, headers: &[(&str, &str)], body: &[u8]) -> Vec<(u8, Vec<u8>)> {
        self.envelope(headers);
        self.say(b'B', body);
        assert!(matches!(self.hear().0, b'c' | b's'));
        self.end()
    }

    /// The end of the message, and all that is answered to it.
    pub(crate) fn end(&mut self) -> Vec<(u8, Vec<u8>)> {
        self.say(b'E', b"");
        let mut answers = Vec::new();
        loop {
            let answer = self.hear();
            if answer.0 == b'c' {
                return answers;
            }
            answers.push(answer);
        }
    }

    /// Whether the other side hangs up.
    pub(crate) fn is_left(&mut self) -> bool {
        let mut rest = [0; 1];
        matches!(self.0.read(&mut rest), Ok(0) | Err(_))
    }
}

pub(crate) fn text(answers: &[(u8, Vec<u8>)]) -> Vec<String> {
    answers
        .iter()
        .map(|(command, contents)| format!("{}{}", char::from(*command), String::from_utf8_lossy(contents)))
        .collect()
}
