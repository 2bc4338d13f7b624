//! Values that are nothing but a probe: one condition, one broken quote, one comment, one name of a database's own.
//!
//! Each shape is about the whole value, since within a note the same marks say nothing: "ward 1 or 2", "the O'Briens'".

use std::sync::LazyLock;

use crate::request::decode::Decoded;
use crate::request::patterns::Patterns;

/// How sure one can be, from 0 to 1, that a value is such a probe.
pub(super) fn score(value: &Decoded) -> f32 {
    static QUOTED: LazyLock<Patterns> = LazyLock::new(|| Patterns::new(QUOTED_LIST));
    static WHOLE: LazyLock<Patterns> = LazyLock::new(|| Patterns::new(WHOLE_LIST));
    let lower = value.lower.trim();
    let quoted = if value.has(b"'\"") { QUOTED.score(lower) } else { 0.0 };
    let whole = if value.has(b"(;-/._ =$") { WHOLE.score(lower) } else { 0.0 };
    quoted.max(whole).max(lone_condition(lower)).max(spelt_in_hex(lower)).max(one_mark(lower))
}

/// `7'`, for a parameter that numbers something. Feet and inches are no numbers of anything.
pub(crate) fn broken_number(name: &str, lower: &str) -> f32 {
    let ends = ["id", "_no", "num", "number"].iter().any(|end| name.ends_with(end));
    let number = lower.trim_end_matches(['\'', '"', '\\', ')']);
    let breaks = number.len() < lower.len() && lower[number.len()..].contains(['\'', '"']);
    let digits = !number.is_empty() && number.len() <= 12 && number.bytes().all(|b| b.is_ascii_digit());
    if ends && breaks && digits { 0.5 } else { 0.0 }
}

/// Two literals and an operator: `1 or true`, `1 && 2`, `1 != 1`. "1 or 1" and "5 <> 10" are answers.
fn lone_condition(lower: &str) -> f32 {
    const ALWAYS: [&str; 14] = [
        "||",
        "&&",
        "<=>",
        "div",
        "xor",
        "sounds like",
        "or not",
        "and not",
        "or !",
        "and !",
        "collate",
        "binary",
        "natural join",
        "procedure",
    ];
    const EQUAL: [&str; 8] = ["like", "rlike", "regexp", "!=", "<>", "^", "<<", ">>"];
    let begins = lower.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '(' | '-'));
    if lower.len() > 40 || !(begins || lower.starts_with("true ") || lower.starts_with("null ")) {
        return 0.0;
    }
    // One space on each side, or parentheses, so that the gate knows it.
    if lower.contains("  ") && !lower.contains('(') {
        return 0.0;
    }
    let plain = lower.replace(['(', ')'], " ");
    let plain = plain.trim();
    let radix = plain.starts_with("0x") || plain.starts_with("0b");
    let left_length = match plain.as_bytes() {
        [b't', b'r', b'u', b'e', ..] | [b'n', b'u', b'l', b'l', ..] => 4,
        _ if radix => plain.bytes().take_while(u8::is_ascii_alphanumeric).count(),
        _ => plain.bytes().take_while(|b| b.is_ascii_digit() || *b == b'-').count(),
    };
    let right_length = plain.bytes().rev().take_while(u8::is_ascii_alphanumeric).count();
    if left_length == 0 || right_length == 0 || left_length + right_length >= plain.len() {
        return 0.0;
    }
    let (left, right) = (&plain[..left_length], &plain[plain.len() - right_length..]);
    let operator = plain[left_length..plain.len() - right_length].trim();
    let number = right.bytes().all(|b| b.is_ascii_digit());
    let constant = matches!(right, "true" | "false" | "null");
    let joins = (ALWAYS.contains(&operator) && (number || constant))
        || (matches!(operator, "or" | "and")
            && ((constant && left_length > 0 && !left.starts_with(['t', 'n']))
                || radix
                || number && left.starts_with(['t', 'n'])
                || lower.starts_with('(') && left == right))
        || (EQUAL.contains(&operator) && left == right);
    if joins { 0.5 } else { 0.0 }
}

/// `0x61646d696e`: text as a hexadecimal number, which MySQL takes for the text. Random digits hardly ever spell letters.
fn spelt_in_hex(lower: &str) -> f32 {
    let Some(digits) = lower.strip_prefix("0x") else { return 0.0 };
    if digits.len() < 8 || !digits.len().is_multiple_of(2) {
        return 0.0;
    }
    let byte = |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|p| u8::from_str_radix(p, 16).ok());
    let spells = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'\'' | b'"' | b'=' | b'_' | b'/' | b'.');
    if digits.as_bytes().chunks(2).all(|pair| byte(pair).is_some_and(spells)) { 0.5 } else { 0.0 }
}

/// `''''''`, `;;;;;;`: one mark of SQL, and nothing else.
fn one_mark(lower: &str) -> f32 {
    let Some(first) = lower.bytes().next() else { return 0.0 };
    if lower.len() >= 6 && b"'\"(;{[|^`\\".contains(&first) && lower.bytes().all(|b| b == first) { 0.5 } else { 0.0 }
}

const QUOTED_LIST: &[(f32, &str)] = &[
    (
        0.5,
        r"^[\x22\x27][^\x22\x27]{0,20}[\x22\x27]?\s*(\|\||(like|rlike|regexp|sounds\s+like)\s)\s*[\x22\x27(][^\x22\x27]{0,20}[\x22\x27)]?$",
    ),
    // An operator between the value's own quotes, or one after which the statement would go on
    (0.5, r"^[^\s\x22\x27]{0,30}[\x22\x27]\)*\s*(or|and|having|union|xor|like|is\s+(not\s+)?null)$"),
    (0.5, r"^[\x22\x27]\s*[-+*/%^|&<>=!][^\x22\x27]{0,20}[-+*/%^|&]+\s*[\x22\x27]$|^[\x22\x27][-+*/%^|&]+[\x22\x27]$"),
    (
        0.6,
        r"^[^\s\x22\x27]*[\x22\x27]\)*\s*;\s*(drop|select|insert|delete|update|alter|create|exec(ute)?|declare|truncate|shutdown|grant|begin|waitfor|if|while|print|call|set)\s|^[\x22\x27]\s*;\s*[a-z]{1,12}$",
    ),
    // Texts of a type of their own
    (0.5, r"^(_(utf8(mb[34])?|latin1|binary|ascii|ucs2|utf16|utf32)\s*|[nxb])\x27[^\x27]*\x27$"),
    // Half a letter of two bytes, which swallows the backslash put before the quote (CVE-2006-2314)
    (0.55, r"\xef\xbf\xbd[\x22\x27]\s*($|or\b|and\b|--|#|;|union\b)"),
    (0.55, r"[a-z0-9_)\x22\x27]->>?\x27|[\x22\x27]\s*(<@|@>)\s*[\x22\x27]"),
];

const WHOLE_LIST: &[(f32, &str)] = &[
    // Statements and clauses that no sentence has
    (
        0.6,
        r"^drop\s+(procedure|trigger|index|view|role|sequence|type)\s+\S+$|\bcreate\s+trigger\s+\S+\s+(before|after|instead)\b|\bcreate\s+(unique\s+)?index\s+\S+\s+on\b|\bcreate\s+user\s+\S+\s+(identified|with|for)\b|^(optimize|analyze|repair)\s+table\s+\S+$|^flush\s+(privileges|tables|hosts|logs)$|^start\s+transaction$|\bvacuum\s+into\b|\bpragma\s+[a-z_]+\s*[(=]|\braise_application_error\b|\bfor xml (path|raw|auto|explicit)\b|\bover\s*\(\s*(partition|order)\s+by\b|\bcursor\s+for\s+select\b|^call\s+[a-z_.]+\([^)]*\)$|\binsert\s+[a-z_]+\s+values\s*\(|^restore\s+database\s+\S+$|\bselect[\t\x0b\x0c]+\S",
    ),
    (0.55, r"\bsys\.fn_|^rownum\s*[=<>]|^rowid\s*=|^do\s+\$\$|^-?[0-9]+(e[0-9]+|\.[0-9]*)union$"),
    (0.5, r"^-?[0-9]{1,10}\)*\s*(--\s*[-a-z]?|/\*[a-z0-9]{0,10}|;\s*(#|--).{0,6})$|^/\*[a-z0-9]*\*/$"),
    // A number at whose end a word begins
    (0.55, r"^-?[0-9]+(\.[0-9]*(e[0-9]*)?|e[0-9]+)(or|and|xor|union|select|having|order|group|limit|div|from)\b\s*\S"),
    (0.5, r"^[0-9]+\.e[.(]|^-?[0-9]+\s+limit\s+[0-9]+$|^having\s+[0-9]+$|\bunion\s+(all\s+|distinct\s+)?select$"),
    // What databases call their own tables and parts
    (
        0.55,
        r"\b(sys\.(tables|objects|schemas?|columns|views|procedures|sql_[a-z]+|syslogins|server_principals)|msys(objects|aces|access(objects|storage|xml)|modules2?|queries|relationships)|pg_(toast|temp)|sysaux|all_objects|schema\(\s*\))|^(tempdb|northwind|msdb)$",
    ),
    (
        0.55,
        r"\bst_[a-z]+\(|\bjsonb?_[a-z_]+\(|\b(geometrycollection|multi(point|linestring|polygon)|linestring|polygon)\s*\(+\s*[a-z@]",
    ),
    // Called with a column, and nothing around it; "quote(s)" is a plural
    (
        0.5,
        r"^\W*(length|hex|reverse|instr|locate|len|lower|upper|strcmp|quote|mid|typeof|datalength|trim|count|avg|sum|floor|concat)\(([a-rt-z]|[a-z]+[_.,@][a-z0-9_.,@]*)\)\W*$",
    ),
    (
        0.6,
        r"\bgrant\s+(all(\s+privileges)?|select|insert|update|delete|execute|usage|dba|super)\s+(on|to)\s|\bbulk\s+insert\s+\S|^;\s*(begin|commit|rollback|declare|exec|execute|drop|insert|delete|update|select|if|while|print|kill|set|call|use)\b",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::decode::decode;

    #[test]
    fn probes_and_answers() {
        for value in [
            "1 != 1",
            "(1)or(1)",
            "1 && 2",
            "1 or true",
            "1||1",
            "' or",
            "x') and",
            "'-0-'",
            "'; exec x --",
            "n'x'",
            "1-- -",
            "1/*",
            "/**/",
            "1.0or 1",
            "1.e.x",
            "sys.tables",
            "0x61646d696e",
            "((((((",
            "length(x)",
            ";begin",
        ] {
            assert!(score(&decode(value, false)) >= 0.5, "{value}");
        }
        for value in [
            "1 or 1",
            "5 <> 10",
            "2^3",
            "/* none */",
            "1 or 2",
            "1-2",
            "2 and 3",
            "the O'Briens' or",
            "5'10\"",
            "quote(s)",
            "0xff0000",
            "----",
            "....",
            "12 -- rear",
            "(1) or (2)",
            "trim(ed)",
            "4 like 5",
            "image/*,*/*",
            "; thanks",
            "$$$$$$",
            "limit 5",
            "3.5 or more",
            "true or false",
        ] {
            assert!(score(&decode(value, false)) < 0.5, "{value}: {}", score(&decode(value, false)));
        }
        assert!(broken_number("voterid", "12'") >= 0.5 && broken_number("height", "6'") < 0.5);
    }
}
