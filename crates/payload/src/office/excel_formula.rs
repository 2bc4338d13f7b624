//! What a formula of an Excel 4 macro sheet calls ([MS-XLS] 2.2.2 and 2.5.198): enough to show, not to compute.

/// Functions of macro sheets by number ([MS-XLS] 2.5.198.17), those that macros use to reach out.
const FUNCTIONS: &[(u16, &str)] = &[
    (53, "GOTO"),
    (54, "HALT"),
    (55, "RETURN"),
    (96, "FORMULA"),
    (108, "SET.VALUE"),
    (110, "EXEC"),
    (111, "CHAR"),
    (118, "ALERT"),
    (132, "FOPEN"),
    (133, "FCLOSE"),
    (135, "FREADLN"),
    (136, "FREAD"),
    (137, "FWRITELN"),
    (138, "FWRITE"),
    (149, "REGISTER"),
    (150, "CALL"),
    (185, "GET.CELL"),
    (186, "GET.WORKSPACE"),
    (188, "GET.WORKBOOK"),
];

/// The functions and texts of a formula, in its order; `None` where there is none of either.
pub(crate) fn described(mut tokens: &[u8], is_new: bool) -> Option<String> {
    let mut words = Vec::new();
    while let Some((word, rest)) = token(tokens, is_new) {
        words.extend(word);
        tokens = rest;
        if words.len() == 12 {
            break;
        }
    }
    (!words.is_empty()).then(|| words.join(" "))
}

/// The next token: what it says, and what comes after it.
fn token(tokens: &[u8], is_new: bool) -> Option<(Option<String>, &[u8])> {
    let (id, rest) = tokens.split_first()?;
    // Operands come in three classes, 0x20 apart.
    let id = if *id >= 0x40 { (id & 0x1f) | 0x20 } else { *id };
    let by_age = |new: usize, old: usize| if is_new { new } else { old };
    let length = match id {
        0x17 => return text(rest, is_new),
        0x21 => return function(rest, 0),
        0x22 => return function(rest, 1),
        0x19 => return attribute(rest),
        0x01 | 0x02 => 4,
        0x03..=0x16 => 0,
        0x1c | 0x1d => 1,
        0x1e | 0x29 => 2,
        0x1f => 8,
        0x20 => 7,
        0x23 => by_age(4, 14),
        0x24 | 0x2a | 0x2c => by_age(4, 3),
        0x25 | 0x2b | 0x2d => by_age(8, 6),
        0x26..=0x28 => 6,
        0x39 => by_age(6, 24),
        0x3a | 0x3c => by_age(6, 17),
        0x3b | 0x3d => by_age(10, 20),
        _ => return None,
    };
    Some((None, rest.get(length..)?))
}

fn text(rest: &[u8], is_new: bool) -> Option<(Option<String>, &[u8])> {
    let length = usize::from(*rest.first()?);
    let (start, width) = match (is_new, rest.get(1)?) {
        (true, flags) => (2, 1 + usize::from(flags & 1)),
        (false, _) => (1, 1),
    };
    let end = start + length * width;
    let raw = rest.get(start..end)?;
    let text = if width == 2 { crate::text::wide(raw) } else { crate::text::ansi(raw) };
    Some((Some(format!("\"{text}\"")), &rest[end..]))
}

fn function(rest: &[u8], before: usize) -> Option<(Option<String>, &[u8])> {
    let number = u16::from_le_bytes([*rest.get(before)?, *rest.get(before + 1)?]);
    let name = FUNCTIONS.iter().find(|(id, _)| *id == number).map(|(_, name)| (*name).to_owned());
    Some((name, &rest[before + 2..]))
}

/// An attribute is three bytes long; CHOOSE has its jumps behind it.
fn attribute(rest: &[u8]) -> Option<(Option<String>, &[u8])> {
    let kind = *rest.first()?;
    let count = usize::from(u16::from_le_bytes([*rest.get(1)?, *rest.get(2)?]));
    let jumps = if kind & 4 != 0 { 2 * (count + 1) } else { 0 };
    Some((None, rest.get(3 + jumps..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_and_texts_are_told() {
        let tokens = [0x17, 4, 0, b'c', b'a', b'l', b'c', 0x42, 1, 110, 0];
        assert_eq!(described(&tokens, true).as_deref(), Some("\"calc\" EXEC"));
        let old = [0x17, 4, b'c', b'a', b'l', b'c', 0x41, 110, 0];
        assert_eq!(described(&old, false).as_deref(), Some("\"calc\" EXEC"));
        assert_eq!(described(&[0x24, 0, 0, 1, 0], true), None);
        assert_eq!(described(&[0x17, 200, 0, 1], true), None);
    }
}
