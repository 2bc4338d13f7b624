//! Campaigns with known truth: one lure text, varied per recipient by a strength from 1 to 5.

use std::fmt::Write as _;

use base64::Engine as _;

use crate::attached::file;

/// Lure texts: a header of five lines, then one sentence a line.
pub(crate) const LURES: [(&str, &str); 10] = [
    ("vendor-manual", include_str!("lures/vendor-manual.txt")),
    ("password-expiry", include_str!("lures/password-expiry.txt")),
    ("shared-document", include_str!("lures/shared-document.txt")),
    ("invoice", include_str!("lures/invoice.txt")),
    ("parcel", include_str!("lures/parcel.txt")),
    ("subpoena", include_str!("lures/subpoena.txt")),
    ("capacitacion", include_str!("lures/capacitacion.txt")),
    ("voicemail", include_str!("lures/voicemail.txt")),
    ("short-request", include_str!("lures/short-request.txt")),
    ("password-other-hand", include_str!("lures/password-other-hand.txt")),
];

const FIRST: [&str; 16] = [
    "Ann", "Robert", "Will", "Grace", "Miguel", "Lucía", "Mark", "Hope", "Tamara", "Joan", "Pat", "Young", "Dolores",
    "Ed", "Rose", "Noor",
];
const LAST: [&str; 16] = [
    "Ash", "Bell", "Carver", "Dunmore", "Estrada", "Field", "Grant", "Holloway", "Ibsen", "Judge", "King", "Lark",
    "Moreno", "Noble", "Page", "Reed",
];
const PLACES: [&str; 12] = [
    "Alder",
    "Birch",
    "Cedar",
    "Dogwood",
    "Elm",
    "Fir",
    "Gum Springs",
    "Hazel",
    "Ironwood",
    "Juniper",
    "Kapok Bay",
    "Larch",
];
const KINDS: [&str; 4] =
    ["County Board of Elections", "County Clerk", "City Elections Office", "Parish Registrar of Voters"];

/// Numbers by chance, from a seed (SplitMix64).
#[derive(Clone)]
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    pub(crate) fn below(&mut self, most: usize) -> usize {
        (self.next() % most.max(1) as u64) as usize
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    fn often(&mut self, of_100: usize) -> bool {
        self.below(100) < of_100
    }
}

/// An office and somebody in it.
#[derive(Clone)]
pub(crate) struct Recipient {
    pub(crate) office: String,
    pub(crate) domain: String,
    pub(crate) name: String,
    pub(crate) address: String,
}

/// `count` recipients in `offices` offices.
pub(crate) fn recipients(count: usize, offices: usize, chance: &mut Chance) -> Vec<Recipient> {
    let mut all = Vec::new();
    for at in 0..count {
        // Sizes differ: the first office has five.
        let number = if at < 5 || offices < 2 { 0 } else { 1 + (at - 5) % (offices - 1) };
        let place = PLACES[number % PLACES.len()];
        let office = format!("{place} {}", KINDS[(number / PLACES.len()) % KINDS.len()]);
        let domain = format!("{}{number}.example.org", place.to_lowercase().replace(' ', ""));
        let (first, last) = (chance.pick(&FIRST), chance.pick(&LAST));
        let name = format!("{first} {last}");
        let address = match chance.below(3) {
            0 => format!("{}.{}{at}@{domain}", first.to_lowercase(), last.to_lowercase()),
            1 => format!("{}{}{at}@{domain}", &first[..1].to_lowercase(), last.to_lowercase()),
            _ => format!("elections{at}@{domain}"),
        };
        all.push(Recipient { office, domain, name, address: address.replace('í', "i") });
    }
    all
}

/// A lure's text, read.
struct Lure<'a> {
    file: &'a str,
    from: &'a str,
    names: Vec<&'a str>,
    hosts: Vec<&'a str>,
    subject: &'a str,
    sentences: Vec<&'a str>,
}

fn lure(text: &str) -> Lure<'_> {
    let mut lines = text.lines();
    let mut head = || lines.next().and_then(|line| line.split_once(": ")).expect("a head of five lines").1;
    let (file, from, names, hosts, subject) = (head(), head(), head(), head(), head());
    let (names, hosts) = (names.split_whitespace().collect(), hosts.split_whitespace().collect());
    Lure { file, from, names, hosts, subject, sentences: lines.collect() }
}

/// One copy of a lure. Strength 1 varies names and tokens; 2 also subject, senders, HTML or plain, signature, day; 3 also order, a
/// dropped sentence and the file; 4 also words; 5 drops more, adds noise, changes letters and hosts; 6 changes the sender's name too.
pub(crate) fn copy(text: &str, to: &Recipient, strength: u8, at: usize, chance: &mut Chance) -> Vec<u8> {
    let lure = lure(text);
    let mut sentences = lure.sentences.clone();
    if strength >= 3 {
        for _ in 0..=usize::from(strength >= 5) {
            if chance.often(60) && sentences.len() > 4 {
                let drop = chance.below(sentences.len());
                if !sentences[drop].contains("{link}") {
                    sentences.remove(drop);
                }
            }
        }
        let turn = chance.below(sentences.len());
        if chance.often(50) {
            sentences.rotate_left(turn);
        }
    }
    let mut body = Vec::new();
    for sentence in sentences {
        body.push(fill(&spin(sentence, strength >= 4, chance), &lure, to, strength, chance));
    }
    if strength >= 5 && chance.often(40) {
        body.push(format!("Reference {} {}.", word(chance), word(chance)));
    }
    let subject = fill(&spin(lure.subject, strength >= 2, chance), &lure, to, strength, chance);
    let greeting = match chance.below(4) {
        0 => format!("Dear {},", to.name),
        1 => format!("Hello {},", to.name.split(' ').next().unwrap_or_default()),
        2 => format!("{},", to.name),
        _ => "Good morning,".to_owned(),
    };
    let closing = if strength >= 2 {
        chance.pick(&["Regards", "Sincerely", "Thank you", "Best regards", "Saludos"])
    } else {
        "Regards"
    };
    let signature = if strength >= 2 {
        format!("{} {}\nExt. {}", chance.pick(&FIRST), chance.pick(&LAST), chance.below(999))
    } else {
        lure.from.to_owned()
    };
    let is_html = strength >= 2 && chance.often(50);
    message(&lure, to, strength, at, &Written { subject, greeting, body, closing, signature, is_html }, chance)
}

struct Written<'a> {
    subject: String,
    greeting: String,
    body: Vec<String>,
    closing: &'a str,
    signature: String,
    is_html: bool,
}

fn message(
    lure: &Lure<'_>,
    to: &Recipient,
    strength: u8,
    at: usize,
    written: &Written<'_>,
    chance: &mut Chance,
) -> Vec<u8> {
    let variant = if strength >= 2 { chance.below(3) } else { 0 };
    let provider = ["gmail.com", "outlook.com", "mail-relay.test"][variant];
    let sender = lure.names[variant % lure.names.len()];
    let from =
        if strength >= 6 { format!("{} {}", chance.pick(&FIRST), chance.pick(&LAST)) } else { lure.from.to_owned() };
    let day = [27, 31, 32][if strength >= 2 { chance.below(3) } else { 0 }];
    let (day, month) = if day > 31 { (1, "Nov") } else { (day, "Oct") };
    // The first recipient gets it first.
    let (day, month) = if at == 0 { (27, "Oct") } else { (day, month) };
    let when = format!("{day} {month} 2016 {:02}:{:02}:00 +0000", 8 + chance.below(9), chance.below(60));
    let mut raw = format!(
        "Received: from mx.{provider} (mx.{provider} [198.51.100.{}]) by mail.{}; {when}\r\nDelivered-To: {}\r\nFrom: \"{from}\" <{sender}@{provider}>\r\n\
         To: \"{}\" <{}>\r\nSubject: {}\r\nDate: {when}\r\nMessage-ID: <{:x}@{provider}>\r\nMIME-Version: 1.0\r\n",
        chance.below(250) + 1,
        to.domain,
        to.address,
        to.name,
        to.address,
        written.subject,
        chance.next(),
    );
    let content = content(written);
    let kind = if written.is_html { "text/html" } else { "text/plain" };
    let body = format!("Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{content}\r\n");
    if lure.file == "-" {
        raw.push_str(&body);
        return raw.into_bytes();
    }
    let (ending, name) = lure.file.split_once(' ').expect("ending and name");
    let file = file(ending, to, strength, lure.from, chance);
    let name = if strength >= 3 {
        format!("{name}_{}_{}", to.name.replace(' ', ""), chance.below(9_999))
    } else {
        name.to_owned()
    };
    raw.push_str("Content-Type: multipart/mixed; boundary=\"b0\"\r\n\r\n--b0\r\n");
    raw.push_str(&body);
    let _ = write!(
        raw,
        "--b0\r\nContent-Type: application/octet-stream; name=\"{name}.{ending}\"\r\nContent-Disposition: attachment; filename=\"{name}.{ending}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    );
    let encoded = base64::engine::general_purpose::STANDARD.encode(file);
    for line in encoded.as_bytes().chunks(76) {
        raw.push_str(&String::from_utf8_lossy(line));
        raw.push_str("\r\n");
    }
    raw.push_str("--b0--\r\n");
    raw.into_bytes()
}

fn content(written: &Written<'_>) -> String {
    let Written { greeting, body, closing, signature, .. } = written;
    if written.is_html {
        let paragraphs: String = body.iter().map(|line| format!("<p>{}</p>", linked(line))).collect();
        return format!(
            "<html><body><p>{greeting}</p>{paragraphs}<p>{closing},<br>{}</p></body></html>",
            signature.replace('\n', "<br>")
        );
    }
    let wrapped: String = body.iter().map(|line| format!("{}\r\n\r\n", wrap(line))).collect();
    format!("{greeting}\r\n\r\n{wrapped}{closing},\r\n{signature}\r\n")
}

fn linked(line: &str) -> String {
    let link = line.split_whitespace().find(|word| word.starts_with("https://"));
    link.map_or_else(|| line.to_owned(), |link| line.replace(link, &format!("<a href=\"{link}\">Continue</a>")))
}

fn wrap(line: &str) -> String {
    let (mut out, mut width) = (String::new(), 0);
    for word in line.split_whitespace() {
        if width + word.len() > 70 {
            out.push_str("\r\n");
            width = 0;
        } else if width > 0 {
            out.push(' ');
        }
        out.push_str(word);
        width += word.len() + 1;
    }
    out
}

/// `{a|b|c}` becomes one of the three, the first unless it varies; slots of one word stay.
fn spin(text: &str, varies: bool, chance: &mut Chance) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (inner, after) = after.split_once('}').expect("closed");
        let choices: Vec<&str> = inner.split('|').collect();
        out.push_str(before);
        match (choices.len(), varies) {
            (1, _) => out.push_str(&format!("{{{inner}}}")),
            (_, false) => out.push_str(choices[0]),
            (more, true) => out.push_str(choices[chance.below(more)]),
        }
        rest = after;
    }
    out + rest
}

fn fill(text: &str, lure: &Lure<'_>, to: &Recipient, strength: u8, chance: &mut Chance) -> String {
    let host = lure.hosts.get(if strength >= 5 { chance.below(lure.hosts.len()) } else { 0 }).copied().unwrap_or("-");
    let link = format!("https://{host}/session/{:x}?u={:x}", chance.next(), chance.next());
    let number = (chance.below(90_000) + 1_000).to_string();
    let mut text = text.replace("{office}", &to.office).replace("{name}", &to.name).replace("{address}", &to.address);
    text = text.replace("{number}", &number).replace("{link}", &link);
    if strength >= 5 && chance.often(15) && !text.contains("://") {
        text = text.replace('o', "\u{43e}");
    }
    text
}

fn word(chance: &mut Chance) -> String {
    (0..5 + chance.below(4)).map(|_| char::from(b'a' + chance.below(26) as u8)).collect()
}
