//! Rich Text Format 1.9.1: embedded and linked objects, fields, the template, and writing that is meant to mislead.
//!
//! The reader follows Word where Word is laxer than the specification: `{\rt` is enough of a head, blanks and control
//! words within an object's data are passed over, and a group that is never closed still counts.

mod object;

use crate::act::{ActKind, Audience};
use crate::examined::Examined;
use crate::look::Look;

use super::fields::{self, Fields};
use super::reach::Reach;

/// Groups within groups that are told apart; Word itself gives up earlier.
const DEEPEST: usize = 2_000;
/// Bytes of one text that are kept (a field's code, a class, a template).
const LONGEST: usize = 8_000;

/// What a group's text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Nothing,
    ObjectData,
    Code,
    Template,
    Class,
}

pub(crate) fn read(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    let start = bytes.iter().position(|b| *b == b'{').unwrap_or(0);
    if !bytes[start..].starts_with(b"{\\rtf") {
        found.act(ActKind::RtfObfuscation, "head", &crate::text::ansi(&bytes[start..bytes.len().min(start + 12)]));
    }
    let mut reader = Reader::new(&bytes[start..], found, look);
    reader.run();
    reader.finish();
}

struct Reader<'a, 'f, 'b> {
    rest: &'a [u8],
    groups: Vec<Purpose>,
    /// Groups opened beyond the deepest.
    beyond: usize,
    starred: bool,
    hex: Vec<u8>,
    nibble: Option<u8>,
    /// Control words and groups within an object's data: no program writes such.
    noise: usize,
    text: Vec<u8>,
    objects: usize,
    found: &'f mut Examined,
    look: &'f mut Look<'b>,
}

impl<'a, 'f, 'b> Reader<'a, 'f, 'b> {
    fn new(rest: &'a [u8], found: &'f mut Examined, look: &'f mut Look<'b>) -> Self {
        Self {
            rest,
            groups: Vec::new(),
            beyond: 0,
            starred: false,
            hex: Vec::new(),
            nibble: None,
            noise: 0,
            text: Vec::new(),
            objects: 0,
            found,
            look,
        }
    }

    fn run(&mut self) {
        while let Some((first, after)) = self.rest.split_first() {
            self.rest = after;
            match first {
                b'{' => self.open(),
                b'}' => self.close(),
                b'\\' => self.control(),
                letter => self.letter(*letter),
            }
        }
    }

    fn finish(&mut self) {
        while !self.groups.is_empty() {
            self.close();
        }
    }

    fn purpose(&self) -> Purpose {
        self.groups.last().copied().unwrap_or(Purpose::Nothing)
    }

    fn open(&mut self) {
        self.starred = false;
        self.noise += usize::from(self.purpose() == Purpose::ObjectData);
        if self.groups.len() == DEEPEST {
            self.beyond += 1;
        } else {
            self.groups.push(self.purpose());
        }
    }

    fn close(&mut self) {
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        let Some(ended) = self.groups.pop() else { return };
        if ended == Purpose::Nothing || self.purpose() == ended {
            return;
        }
        match ended {
            Purpose::ObjectData => self.object(),
            Purpose::Code => self.code(),
            Purpose::Template => self.template(),
            Purpose::Class | Purpose::Nothing => self.text.clear(),
        }
    }

    /// After a backslash: a word with its number, a symbol, or a byte in hexadecimal.
    fn control(&mut self) {
        let letters = self.rest.iter().take_while(|b| b.is_ascii_alphabetic()).take(250).count();
        if letters == 0 {
            return self.symbol();
        }
        let (word, after) = self.rest.split_at(letters);
        let digits = after
            .iter()
            .enumerate()
            .take_while(|(at, b)| b.is_ascii_digit() || *at == 0 && **b == b'-')
            .take(20)
            .count();
        let (number, after) = after.split_at(digits);
        self.rest = after.strip_prefix(b" ").unwrap_or(after);
        let number: i64 = std::str::from_utf8(number).ok().and_then(|n| n.parse().ok()).unwrap_or(0);
        self.word(word, number);
    }

    fn symbol(&mut self) {
        let Some((symbol, after)) = self.rest.split_first() else { return };
        self.rest = after;
        match symbol {
            b'*' => self.starred = true,
            b'\'' => {
                let byte = after.get(..2).and_then(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
                self.rest = after.get(2..).unwrap_or(&[]);
                self.noise += usize::from(self.purpose() == Purpose::ObjectData);
                self.push(byte.unwrap_or(b'?'));
            }
            b'{' | b'}' | b'\\' => self.push(*symbol),
            _ => {}
        }
    }

    fn word(&mut self, word: &[u8], number: i64) {
        let inside_data = self.purpose() == Purpose::ObjectData;
        match word {
            b"bin" => self.binary(number),
            b"objdata" => self.enter(Purpose::ObjectData),
            b"fldinst" => self.enter(Purpose::Code),
            b"template" => self.enter(Purpose::Template),
            b"objclass" => self.enter(Purpose::Class),
            b"objupdate" => self.found.act(ActKind::RtfObject, "object", "an object that loads by itself"),
            b"objautlink" | b"objlink" => {
                self.found.act_for(ActKind::ExternalLink, Audience::Analyst, "object", "a linked object")
            }
            b"objocx" => self.found.act(ActKind::ActiveX, "object", ""),
            b"u" => self.unicode(number),
            // In an object's data any other word is there to mislead.
            _ if inside_data => self.noise += 1,
            _ => {}
        }
        self.starred = false;
    }

    fn enter(&mut self, purpose: Purpose) {
        self.text.clear();
        if purpose == Purpose::ObjectData && self.purpose() != Purpose::ObjectData {
            self.hex.clear();
            self.nibble = None;
            self.noise = 0;
        }
        match self.groups.last_mut() {
            Some(group) => *group = purpose,
            None => self.groups.push(purpose),
        }
    }

    /// Raw bytes, as many as the number says.
    fn binary(&mut self, number: i64) {
        let length = usize::try_from(number).unwrap_or(0).min(self.rest.len());
        let (raw, after) = self.rest.split_at(length);
        if self.purpose() == Purpose::ObjectData {
            self.hex.extend_from_slice(raw);
        }
        self.rest = after;
    }

    fn unicode(&mut self, number: i64) {
        // Written as a signed 16-bit number.
        let letter = u32::try_from(number.rem_euclid(65_536)).ok().and_then(char::from_u32).unwrap_or('?');
        let mut buffer = [0; 4];
        letter.encode_utf8(&mut buffer).bytes().for_each(|b| self.push(b));
    }

    fn letter(&mut self, letter: u8) {
        if self.purpose() != Purpose::ObjectData {
            if letter != b'\r' && letter != b'\n' {
                self.push(letter);
            }
            return;
        }
        let Some(digit) = char::from(letter).to_digit(16).and_then(|d| u8::try_from(d).ok()) else {
            self.noise += usize::from(!letter.is_ascii_whitespace());
            return;
        };
        match self.nibble.take() {
            Some(high) => self.hex.push(high << 4 | digit),
            None => self.nibble = Some(digit),
        }
    }

    fn push(&mut self, letter: u8) {
        let kept = matches!(self.purpose(), Purpose::Code | Purpose::Template | Purpose::Class);
        if kept && self.text.len() < LONGEST {
            self.text.push(letter);
        }
    }

    fn code(&mut self) {
        let code = crate::text::decode(&std::mem::take(&mut self.text)).into_owned();
        let mut fields = Fields::default();
        fields.simple(&code);
        fields::judge(fields, "field", self.found, self.look);
    }

    fn template(&mut self) {
        let target = crate::text::decode(&std::mem::take(&mut self.text)).trim().to_owned();
        if Reach::of(&target).is_elsewhere() {
            self.found.act(ActKind::TemplateInjection, "template", &target);
            self.look.link(self.found, &target, "template");
        }
    }

    fn object(&mut self) {
        self.objects += 1;
        let place = format!("object {}", self.objects);
        if self.noise > 4 {
            self.found.act(ActKind::RtfObfuscation, &place, "object data mixed with control words");
        }
        let data = std::mem::take(&mut self.hex);
        self.look.spend(data.len() as u64);
        object::judge(&data, &place, self.found, self.look);
    }
}
