//! A mail server's side of the milter protocol: what is answered is always packets, and no header of ours becomes another one.
//!
//! The first byte says whether the offer stands already before the input, and how the judge judges.
//! Run it with `ASAN_OPTIONS=detect_leaks=0` and `-detect_leaks=0`: a judging thread that is just about to end counts as a leak.

#![no_main]

use std::io::{self, Cursor, Read, Write};
use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use pollwarden_exchange::milter::{
    Envelope, Judge, JudgeError, Judgement, Message, MilterSettings, Tag, TooLarge, converse,
};

/// What Postfix offers.
const OFFER: &[u8] = b"\0\0\0\x0dO\0\0\0\x06\0\0\x01\xff\0\x1f\xff\xff";
const BOUND: usize = 4_096;

/// Says what the message says.
struct Echo;

impl Judge for Echo {
    fn judge(&self, envelope: &Envelope, message: &Message) -> Result<Judgement, JudgeError> {
        assert!(message.bytes.len() <= BOUND);
        let text = String::from_utf8_lossy(&message.bytes);
        let tags = vec![Tag::new(text.clone(), envelope.mail_from.clone()), Tag::new("Text", text.clone())];
        match message.bytes.len() % 3 {
            0 => Ok(Judgement::Deliver(tags)),
            1 => Ok(Judgement::Quarantine { reason: text.into_owned(), tags }),
            _ => Err("a fault".into()),
        }
    }
}

static JUDGE: LazyLock<Arc<dyn Judge>> = LazyLock::new(|| Arc::new(Echo));

struct Conversation<'a> {
    said: io::Chain<Cursor<&'a [u8]>, Cursor<&'a [u8]>>,
    heard: Vec<u8>,
}

impl Read for Conversation<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.said.read(into)
    }
}

impl Write for Conversation<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.heard.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Some((how, said)) = bytes.split_first() else { return };
    let too_large = if how & 2 == 0 { TooLarge::JudgeBeginning } else { TooLarge::DoNotJudge };
    let settings = MilterSettings {
        message: BOUND,
        too_large,
        at_once: usize::from(how & 4 == 0),
        judging: std::time::Duration::from_secs(u64::from(how & 4 == 0) * 20),
        ..MilterSettings::default()
    };
    let offer: &[u8] = if how & 1 == 0 { OFFER } else { b"" };
    let mut conversation = Conversation { said: Cursor::new(offer).chain(Cursor::new(said)), heard: Vec::new() };
    let _ = converse(&mut conversation, Arc::clone(&JUDGE), &settings);
    let mut rest = conversation.heard.as_slice();
    while !rest.is_empty() {
        let (length, behind) = rest.split_first_chunk::<4>().expect("a length");
        let (packet, behind) = behind.split_at_checked(u32::from_be_bytes(*length) as usize).expect("a packet");
        check(packet);
        rest = behind;
    }
});

fn check(packet: &[u8]) {
    let (command, contents) = packet.split_first().expect("a command");
    match command {
        b'c' | b's' => assert!(contents.is_empty()),
        b'O' => assert_eq!(contents.len(), 12),
        b'm' => assert!(contents.len() > 6 && contents.ends_with(b"\0\0")),
        b'q' => assert!(one_text(contents).is_ascii()),
        b'i' => {
            let (name, value) =
                contents[4..].split_at(contents[4..].iter().position(|byte| *byte == 0).expect("a name"));
            assert!(
                name.starts_with(b"X-Pollwarden-")
                    && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
            );
            let value = one_text(&value[1..]);
            assert!(!value.contains(&b'\r') && value.is_ascii());
            assert!(value.split(|byte| *byte == b'\n').skip(1).all(|line| line.starts_with(b"\t")));
        }
        other => panic!("{other}"),
    }
}

fn one_text(bytes: &[u8]) -> &[u8] {
    let (end, text) = bytes.split_last().expect("an end");
    assert!(*end == 0 && !text.contains(&0));
    text
}
