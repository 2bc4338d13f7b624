//! Letters of any script as the ASCII letters that a reader takes them for (Unicode NFKD, confusables of Unicode TS 39, and a
//! list of our own).

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Letters that neither decomposition nor the confusables of Unicode TS 39 lead to ASCII, or lead elsewhere than readers see.
const BEYOND: &[(&str, &str)] = &[
    ("a", "ɑəᴀ"),
    ("b", "ƅʙɓьв"),
    ("c", "ᴄƈ"),
    ("d", "ɖɗđԁᴅ"),
    ("e", "ɇᴇ"),
    ("f", "ƒꜰ"),
    ("g", "ɡǥɢԍ"),
    ("h", "ɦħⱨһʜн"),
    ("i", "ɩɪɨı"),
    ("j", "ʝɉ"),
    ("k", "ĸⱪᴋк"),
    ("l", "łɫӏʟ"),
    ("m", "ᴍɱм"),
    ("n", "ꞑŋɴ"),
    ("o", "ᴏø"),
    ("p", "ƿƥᴘ"),
    ("q", "ʠԛ"),
    ("r", "ʀɍɾɽɼ"),
    ("s", "ꜱʂѕ"),
    ("t", "ƫŧтᴛ"),
    ("u", "ᴜʉư"),
    ("v", "ᶌᴠⱴⱱѵ"),
    ("w", "ᴡⱳԝ"),
    ("x", "х"),
    ("y", "ʏɏƴỿу"),
    ("z", "ƶⱬᴢʐ"),
    ("ae", "æ"),
    ("oe", "œ"),
    ("ss", "ß"),
    ("2", "ƻ"),
    ("3", "ʒ"),
    ("5", "ƽ"),
];

/// Blocks that nearly all foreign letters of host names are from: Latin with marks, Greek, Cyrillic.
const USUAL: [(u32, u32); 2] = [(0x80, 0x600), (0x1e00, 0x2000)];

/// For each letter of them, the one or two ASCII letters that it is taken for, the second one nought where it is one; both where
/// it is neither.
static READ: LazyLock<Vec<[u8; 2]>> = LazyLock::new(|| {
    let letters = USUAL.iter().flat_map(|(from, to)| *from..*to);
    letters.map(|code| char::from_u32(code).map_or([0, 0], as_two)).collect()
});

fn as_two(c: char) -> [u8; 2] {
    let mut plain = String::new();
    work_out(c, &mut plain);
    match *plain.as_bytes() {
        [one] if one.is_ascii() => [one, 0],
        [one, two] if one.is_ascii() && two.is_ascii() => [one, two],
        _ => [0, 0],
    }
}

/// Appends the ASCII letters that a reader takes `c` for; `c` itself where there are none.
pub(crate) fn push_plain(c: char, out: &mut String) {
    if c.is_ascii() {
        return out.push(c.to_ascii_lowercase());
    }
    let [(low, low_end), (high, high_end)] = USUAL;
    let code = c as u32;
    let at = match code {
        _ if code < low_end => code - low,
        _ if (high..high_end).contains(&code) => code - high + (low_end - low),
        _ => return work_out(c, out),
    };
    match READ[at as usize] {
        [0, _] => work_out(c, out),
        [one, 0] => out.push(char::from(one)),
        [one, two] => out.extend([char::from(one), char::from(two)]),
    }
}

fn work_out(c: char, out: &mut String) {
    let c = c.to_lowercase().next().unwrap_or(c);
    if let Some((plain, _)) = BEYOND.iter().find(|(_, like)| like.contains(c)) {
        return out.push_str(plain);
    }
    for part in std::iter::once(c).nfkd().filter(|part| !is_combining_mark(*part)) {
        push_confusable(part, out);
    }
}

fn push_confusable(c: char, out: &mut String) {
    if c.is_ascii() {
        return out.push(c.to_ascii_lowercase());
    }
    if let Some((plain, _)) = BEYOND.iter().find(|(_, like)| like.contains(c)) {
        return out.push_str(plain);
    }
    let mut buffer = [0; 4];
    let like: String = unicode_security::skeleton(c.encode_utf8(&mut buffer)).collect();
    // TS 39 has `l` for I and `rn` for m: only single letters are taken over.
    match like.chars().next() {
        Some(first) if first.is_ascii() && like.len() == 1 => out.push(first.to_ascii_lowercase()),
        _ => out.push(c),
    }
}
