//! Python's `repr` of a text. Arlo draws by ids that are Python tuples, so that the draw depends on how Python writes a name:
//! "The Python Language Reference", 2.4.1, and `str.isprintable` of the standard library for what is written as it is.

use std::fmt::{self, Display, Formatter, Write};

use super::python_printable::is_printable;

/// Displays a text as Python's `repr` of it: `'Ward 7'`, `"O'Hara"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PythonStr<'a>(pub &'a str);

impl Display for PythonStr<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let quote = if self.0.contains('\'') && !self.0.contains('"') { '"' } else { '\'' };
        let mut written = 0;
        out.write_char(quote)?;
        for (at, letter) in self.0.char_indices().filter(|(_, letter)| is_escaped(*letter, quote)) {
            out.write_str(&self.0[written..at])?;
            write_escaped(letter, out)?;
            written = at + letter.len_utf8();
        }
        out.write_str(&self.0[written..])?;
        out.write_char(quote)
    }
}

fn is_escaped(letter: char, quote: char) -> bool {
    letter == quote || letter == '\\' || !is_printable(letter)
}

fn write_escaped(letter: char, out: &mut Formatter<'_>) -> fmt::Result {
    match letter {
        '\t' => out.write_str("\\t"),
        '\n' => out.write_str("\\n"),
        '\r' => out.write_str("\\r"),
        '\\' | '\'' | '"' => write!(out, "\\{letter}"),
        _ => match u32::from(letter) {
            code @ 0..=0xff => write!(out, "\\x{code:02x}"),
            code @ 0x100..=0xffff => write!(out, "\\u{code:04x}"),
            code => write!(out, "\\U{code:08x}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_are_written_as_python_3_11_writes_them() {
        for (text, expected) in WRITTEN {
            assert_eq!(PythonStr(text).to_string(), expected);
        }
    }

    /// Texts and what `repr` of Python 3.11.7 gave for them.
    #[rustfmt::skip]
    const WRITTEN: [(&str, &str); 55] = [
        ("", "''"),
        ("Ward 7", "'Ward 7'"),
        ("O'Hara", "\"O'Hara\""),
        ("say \"hi\"", "'say \"hi\"'"),
        ("both ' and \"", "'both \\' and \"'"),
        ("back\\slash", "'back\\\\slash'"),
        ("tab\u{9}here", "'tab\\there'"),
        ("line\u{a}feed", "'line\\nfeed'"),
        ("cr\u{d}ret", "'cr\\rret'"),
        ("nul\u{0}", "'nul\\x00'"),
        ("bell\u{7}", "'bell\\x07'"),
        ("del\u{7f}", "'del\\x7f'"),
        ("nbsp\u{a0}x", "'nbsp\\xa0x'"),
        ("soft\u{ad}hyphen", "'soft\\xadhyphen'"),
        ("\u{3a9}mega", "'\u{3a9}mega'"),
        ("\u{6f22}\u{5b57}", "'\u{6f22}\u{5b57}'"),
        ("\u{e9}", "'\u{e9}'"),
        ("e\u{301}", "'e\u{301}'"),
        ("\u{301}", "'\u{301}'"),
        ("emoji \u{1f5f3}", "'emoji \u{1f5f3}'"),
        ("family \u{1f469}\u{200d}\u{1f467}", "'family \u{1f469}\\u200d\u{1f467}'"),
        ("zero\u{200b}width", "'zero\\u200bwidth'"),
        ("rtl\u{202e}mark", "'rtl\\u202emark'"),
        ("line\u{2028}sep", "'line\\u2028sep'"),
        ("para\u{2029}sep", "'para\\u2029sep'"),
        ("thin\u{2009}space", "'thin\\u2009space'"),
        ("ideographic\u{3000}space", "'ideographic\\u3000space'"),
        ("bom\u{feff}", "'bom\\ufeff'"),
        ("private\u{e000}use", "'private\\ue000use'"),
        ("unassigned\u{378}", "'unassigned\\u0378'"),
        ("astral private \u{f0000}", "'astral private \\U000f0000'"),
        ("tag \u{e0041}", "'tag \\U000e0041'"),
        ("hangul filler \u{3164}", "'hangul filler \u{3164}'"),
        ("replacement \u{fffd}", "'replacement \u{fffd}'"),
        ("nonchar \u{ffff}", "'nonchar \\uffff'"),
        ("\u{10ffff}", "'\\U0010ffff'"),
        ("\u{1faf8} later", "'\\U0001faf8 later'"),
        ("\u{ff}\u{80}\u{9f}", "'\u{ff}\\x80\\x9f'"),
        ("'", "\"'\""),
        ("\"", "'\"'"),
        ("'\"", "'\\'\"'"),
        ("\\'", "\"\\\\'\""),
        ("\\\"", "'\\\\\"'"),
        ("\u{16a0} ogham\u{1680}space", "'\u{16a0} ogham\\u1680space'"),
        ("\u{2d30}", "'\u{2d30}'"),
        ("\u{10000}", "'\u{10000}'"),
        ("\u{1d518}", "'\u{1d518}'"),
        ("\u{61c} arabic mark", "'\\u061c arabic mark'"),
        ("\u{600} number sign", "'\\u0600 number sign'"),
        ("\u{180e} mongolian", "'\\u180e mongolian'"),
        ("\u{100}\u{17f}K", "'\u{100}\u{17f}K'"),
        ("variation\u{fe0f}", "'variation\u{fe0f}'"),
        ("\u{34f} joiner", "'\u{34f} joiner'"),
        ("control\u{1b}[0m", "'control\\x1b[0m'"),
        ("\u{ce}le-de-l'\u{c9}tang \"Nord\"", "'\u{ce}le-de-l\\'\u{c9}tang \"Nord\"'"),
    ];

    proptest! {
        #[test]
        fn what_is_written_reads_back(text in any::<String>()) {
            prop_assert_eq!(read(&PythonStr(&text).to_string()), text);
        }
    }

    /// Reads a Python literal of a text.
    fn read(literal: &str) -> String {
        let mut letters = literal[1..literal.len() - 1].chars();
        let mut text = String::new();
        while let Some(letter) = letters.next() {
            text.push(if letter == '\\' { escaped(&mut letters) } else { letter });
        }
        text
    }

    fn escaped(letters: &mut std::str::Chars<'_>) -> char {
        match letters.next().expect("an escape") {
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'x' => coded(letters, 2),
            'u' => coded(letters, 4),
            'U' => coded(letters, 8),
            itself => itself,
        }
    }

    fn coded(letters: &mut std::str::Chars<'_>, digits: usize) -> char {
        let code: String = letters.take(digits).collect();
        u32::from_str_radix(&code, 16).ok().and_then(char::from_u32).expect("a character's code")
    }
}
