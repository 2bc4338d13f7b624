//! What is told by its form alone: constructs of single dialects, comments and numbers as ways round filters, probes that are
//! nothing but quotes.
//!
//! After the manuals of MySQL 8 (9.7 comments, 14 functions), PostgreSQL 16, Oracle 19c, SQL Server 2022 and SQLite.

use std::sync::LazyLock;

use crate::request::decode::Decoded;
use crate::request::patterns::Patterns;

/// How sure one can be, from 0 to 1, that a value is SQL by such a form.
pub(super) fn score(value: &Decoded) -> f32 {
    static WORDS: LazyLock<Patterns> = LazyLock::new(|| Patterns::new(WORD_LIST));
    static MARKED: LazyLock<Patterns> = LazyLock::new(|| Patterns::new(MARKED_LIST));
    let lower = value.lower.as_str();
    let words = if value.has(b"_( ") || lower.contains("unions") || lower.contains("unionall") {
        WORDS.score(lower)
    } else {
        0.0
    };
    let marked = if value.has(b"*'\"`.-;:@=<>)") { MARKED.score(lower).max(only_quotes(lower)) } else { 0.0 };
    words.max(marked)
}

const WORD_LIST: &[(f32, &str)] = &[
    (0.7, r"\bmatch\b[\s(a-z0-9_.,\x60]*\)?\s*against\s*\(|\bexecute\s+immediate\s|\bmerge\b.*\busing\s*\("),
    (
        0.6,
        r"\b(sp_(exec|pass|make|oa[a-z]|prep|conf|add|start|help|repl|sqle|drop|unre|link|att|detach)[a-z]*|xp_[a-z]{4,}|dbms_(java|pipe|lock|xml|ldap|export|sql|scheduler|cdc|metadata|obfuscation)[a-z_]*|utl_(file|http|inaddr|smtp|tcp|url)|autonomous_transaction|open(rowset|query|datasource)\s*\(|open_rowset|user_lock\.|sys\.(user_objects|tab|login_history|database)[a-z_]*)",
    ),
    (
        0.7,
        r"\b(a|r)?like\s+binary\b|\bin\s+boolean\s+mode\b|\bcollate\s+(utf8|latin|nocase|binary)[a-z0-9_]*|\bregexp_(like|substr|instr|replace)\s*\(|\bload\s+(data|xml)\s+(local\s+)?infile\b|\bcreate\s+(or\s+replace\s+)?(function|procedure)\b.*\b(returns|soname|as)\b",
    ),
    (
        0.7,
        r"\bshutdown\s+with\s+nowait|\bwaitfor\s+time\s+\x27|\bdeclare\s+[a-z_][a-z0-9_]*\s+cursor\b|\bcreate\s+or\s+replace\s+(function|procedure|trigger|package|view)\b|\bbulk\s+insert\s+[a-z0-9_.]+\s+from\b|\balter\b.{1,60}\bchar(acter)?\s+set\b|\bgrant\s+(all|select|execute|insert|update)(\s+privileges)?\s+on\s+\S+\s+to\s|\bexec(ute)?\s+(master|sp_|xp_)|\bwith\s+recursive\s+[a-z_]+\s*(\(|as\b)|\bmerge\s+into\s+\S+\s+using\b|\bbegin\s+declare\s+@|\block\s+in\s+share\s+mode|\bdeallocate\s+prepare\b|\bprepare\s+[a-z_]+\s+from\s+[\x22\x27@]|\bselect\s*\{",
    ),
    (
        0.65,
        r"\bcast\s*\([^()]{1,60}\sas\s+(n?(var)?char|int|integer|bigint|signed|unsigned|decimal|numeric|text|date|datetime|float|binary|json|real|xml)\b|\bconvert\s*\(\s*(int|n?(var)?char|date|xml)\b|\bfrom\s+dual\s*($|[\x22\x27)#;-]|where\b|union\b)|\b(tempdb|msdb)\.|\bmsys(objects|aces|queries|relationships)\b",
    ),
    (
        0.55,
        r"\b(rlike|regexp)\s*[\x22\x27(0-9]|[0-9]\s+xor\s+[0-9(]|^\s*[0-9]+\s+(not\s+)?between\s+[0-9]+\s+and\s+[0-9]+\s*$",
    ),
    (
        0.55,
        r"(^|;)\s*(show\s+(databases|processlist|variables|columns\s+from|tables\s*($|from|like))|handler\s+[a-z_]+\s+(open|read\s+(first|next))\b|lock\s+tables\s+[a-z_]+\s+(read|write)|order\s+by\s+[0-9]+(\s*,\s*[0-9]+|\s+(asc|desc)\b)|set\s+(global|session)\s+\S+\s*=)",
    ),
    // Quoted text as the argument, at once: `lower('a')`.
    (
        0.5,
        r"\b(len|length|lower|upper|bin|password|encrypt|translate|stuff|datalength|instr|quote|format|md5|unistr|initcap|reverse|trim|ascii|typeof)\([\x22\x27][^\x22\x27]*[\x22\x27][,)]|\b(abs|ceil|rand|oct|bin|cot|log2|log10)\(-?[0-9.]+\)",
    ),
    // Blanks that a filter took away.
    (0.6, r"union(all|distinct)?select"),
    // Of whichever language: a database's, PHP's, Ruby's.
    (0.7, r"\b(pg_|u|nano)?sleep\s*\(\s*\(?[0-9]"),
    // Arguments without a space between them; "left(blue, green)" is text.
    (
        0.5,
        r"\b(left|right|mid|replace|insert|repeat|round|truncate|format|field|mod|power|pow|log|convert|if|position|trim|reverse)\(([a-z0-9_.@]+|[\x22\x27][^\x22\x27]*[\x22\x27]|[a-z0-9_]+\([^()]*\)),[a-z0-9_\x22\x27(@.]+[,)]",
    ),
];

const MARKED_LIST: &[(f32, &str)] = &[
    // Comments next to a word; `image/*,*/*` and `a/*/b` are none. `/*!` and `/*+` speak to the server.
    (0.55, r"[a-z0-9_\x22\x27\x60)]\s*/\*[^*/,;=]{0,60}\*/|/\*!|/\*\+\s*[a-z]|^/\*[a-z0-9_\s.-]{0,60}\*/[^\s]"),
    (
        0.55,
        r"[\x22\x27];(drop|select|insert|delete|update|alter|create|exec|declare|truncate|shutdown|grant)\b|\binto\s+@[a-z]|@[a-z0-9_]+\s*:=",
    ),
    (0.7, r"[0-9\x22\x27)]\s+union\s+(all\s+)?table\s"),
    // MySQL reads `1.e(` as a number and a parenthesis.
    (0.7, r"\b[0-9]+\.e[()]|\b[0-9]+\.[0-9]+e\("),
    // A statement that ends at once, with the rest as a comment.
    (0.6, r"[\x22\x27\x60]\)*\s*;\s*(--|#|/\*)|^[^\s\x22\x27]{1,30}[\x22\x27]\)+;\s*$|^-?[0-9]{1,9}\)*\s*;\s*(--|/\*)"),
    (
        0.5,
        r"^[a-z0-9]{1,30}[\x22\x27];\s*$|^-?[0-9]{1,9}[\x22\x27)]*--[\s+-]?$|^\x60[a-z0-9_.]+\x60$|^[0-9]+(!=|<>|<=>)[0-9]+$|^\([0-9]+\)=\([0-9]+\)|^\x27?[0-9]{1,6}\x27?=\x27[0-9]{1,6}\x27?$",
    ),
    (
        0.6,
        r"[a-z0-9_)\x22\x27]::(int[0-9]?|integer|text|varchar|numeric|bytea|bool(ean)?|date|jsonb?|oid|regclass|regtype|float[48]?|inet|uuid|xml)\b",
    ),
    (0.55, r"\b[xn]\x27([0-9a-f]{2}){2,}\x27|\bb\x27[01]{4,}\x27|->>\s*\x27[^\x27]*\x27"),
    // Script that a database runs (MongoDB's `$where`).
    (
        0.65,
        r"[\x22\x27]\s*;\s*(return|var|let|const|while|sleep|function|throw)\b\s*[^\s.,]|\bthis\.[a-z_]+\s*(\.(match|test|search|indexof)\s*\(|[=!]=)|\bdb\.[a-z_]+\.(find|findone|drop|insert|update|remove|delete|aggregate|count|mapreduce|distinct|save|group)[a-z]*\s*\(",
    ),
];

/// `'''`, `';`, `\'`: what is sent to see whether a statement breaks. Empty texts of JSON are none, nor are faces.
fn only_quotes(lower: &str) -> f32 {
    let marks = lower.len() >= 2 && lower.bytes().all(|b| b"'\"`\\;)(,-#".contains(&b));
    if marks && lower.contains(['\'', '"']) && !matches!(lower, "''" | "\"\"" | ";'(" | ";')") { 0.5 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::decode::decode;

    #[test]
    fn forms_and_text() {
        for value in [
            "1/**/or/**/1",
            "7/*x*/",
            "/*!50000select*/",
            "1.e(x)",
            "admin';--",
            "a';",
            "'''",
            "\\'",
            "x'414243'",
            "shutdown with nowait",
            "declare c cursor",
            "create or replace function",
            "cast(x as int)",
            "convert(int,x)",
            "left(x,1)",
            "1 xor 1",
            "1 regexp 1",
            "';return true;var a='",
            "' && this.password.match(/.*/)//",
            "db.users.find()",
            "data->>'x'",
            "1--",
            "`id`",
        ] {
            assert!(score(&decode(value, false)) >= 0.5, "{value}");
        }
        for value in [
            "image/*,*/*",
            "a/*/b",
            "left(blue, green)",
            "left (north)",
            "the Smiths'; the Lees'",
            "no 'yes'; only 'no'",
            "''",
            "12 -- rear",
            "cast (as expected)",
            "replace(d)",
            "from dual language",
            ";)",
            "5 - 4 between 3rd and 4th",
        ] {
            assert!(score(&decode(value, false)) < 0.5, "{value}: {}", score(&decode(value, false)));
        }
    }
}
