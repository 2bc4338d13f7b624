//! Packets: a length in four bytes, most significant first, that counts what follows; one byte for the command; its contents.

use std::io::{self, Read};
use std::time::{Duration, Instant};

use super::Fault;

/// Longest packet. Servers send bodies in pieces of 64 KiB; up to 1 MiB would have to be agreed on (SMFIP_MDS_1M).
pub(super) const LONGEST: u32 = (1 << 20) + 1;
/// How long a packet may take once its first byte is here.
const TIME: Duration = Duration::from_secs(60);

/// One command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Packet {
    pub(super) command: u8,
    pub(super) contents: Vec<u8>,
}

/// The next packet; `None` where the server has hung up between two.
pub(super) fn read(stream: &mut impl Read) -> Result<Option<Packet>, Fault> {
    let mut first = [0; 1];
    if read_some(stream, &mut first)? == 0 {
        return Ok(None);
    }
    let until = Instant::now() + TIME;
    let mut rest = [0; 3];
    read_all(stream, &mut rest, until)?;
    let length = u32::from_be_bytes([first[0], rest[0], rest[1], rest[2]]);
    if length == 0 || length > LONGEST {
        return Err(Fault::Length(length));
    }
    let mut command = [0; 1];
    read_all(stream, &mut command, until)?;
    Ok(Some(Packet { command: command[0], contents: contents(stream, length - 1, until)? }))
}

/// Memory grows with what comes, not with what is announced.
fn contents(stream: &mut impl Read, length: u32, until: Instant) -> Result<Vec<u8>, Fault> {
    const PIECE: usize = 64 << 10;
    let mut contents = Vec::new();
    let mut left = length as usize;
    while left > 0 {
        let (at, piece) = (contents.len(), left.min(PIECE));
        contents.resize(at + piece, 0);
        read_all(stream, contents.get_mut(at..).unwrap_or_default(), until)?;
        left -= piece;
    }
    Ok(contents)
}

fn read_all(stream: &mut impl Read, mut into: &mut [u8], until: Instant) -> Result<(), Fault> {
    while !into.is_empty() {
        let count = read_some(stream, into)?;
        if count == 0 {
            return Err(Fault::Broken(io::ErrorKind::UnexpectedEof.into()));
        }
        if Instant::now() > until {
            return Err(Fault::TooSlow);
        }
        into = into.get_mut(count..).unwrap_or_default();
    }
    Ok(())
}

fn read_some(stream: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
    loop {
        match stream.read(into) {
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

/// Appends a packet.
pub(super) fn write(out: &mut Vec<u8>, command: u8, contents: &[u8]) {
    let length = u32::try_from(contents.len() + 1).unwrap_or(u32::MAX);
    out.extend(length.to_be_bytes());
    out.push(command);
    out.extend(contents);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_is_read_as_it_was_written() {
        let mut bytes = Vec::new();
        write(&mut bytes, b'L', b"Subject\0 hello\0");
        let packet = read(&mut bytes.as_slice()).expect("a packet").expect("one");
        assert_eq!((packet.command, packet.contents.as_slice()), (b'L', &b"Subject\0 hello\0"[..]));
        assert!(read(&mut [].as_slice()).expect("an end").is_none());
    }

    #[test]
    fn lengths_that_no_packet_has_and_torn_packets_are_faults() {
        for bytes in [&b"\0\0\0\0"[..], b"\xff\xff\xff\xffB", b"\0\x20\0\0B"] {
            assert!(matches!(read(&mut &*bytes), Err(Fault::Length(_))), "{bytes:?}");
        }
        for bytes in [&b"\0"[..], b"\0\0\0\x05", b"\0\0\0\x05Bab", b"\0\x0f\xff\xffB"] {
            assert!(matches!(read(&mut &*bytes), Err(Fault::Broken(_))), "{bytes:?}");
        }
    }
}
