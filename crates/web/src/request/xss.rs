//! Cross-site scripting: whether a value, put into a page, would run as script there.
//!
//! After OWASP's *Cross Site Scripting Prevention Cheat Sheet*: markup that runs or loads script, event attributes, script
//! addresses, and JavaScript that breaks out of a string. libinjection's parser of HTML is a second opinion.

use std::sync::LazyLock;

use super::decode::Decoded;
use super::patterns::Patterns;

/// How sure one can be, from 0 to 1, that a value is script.
pub(crate) fn score(value: &Decoded) -> f32 {
    static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| Patterns::new(PATTERN_LIST));
    let lower = value.lower.as_str();
    let mut best = PATTERNS.score(lower);
    // Browsers skip white space and control characters within the name of a scheme.
    if lower.bytes().any(|b| b < b' ') {
        let joined: String = lower.chars().filter(|c| !c.is_control()).collect();
        best = best.max(PATTERNS.score(&joined));
    }
    if best < 0.9 && lower.contains(['<', '=']) && libinjectionrs::detect_xss(lower.as_bytes()).is_injection() {
        best = 1.0 - (1.0 - best) * if lower.contains('<') { 0.3 } else { 0.7 };
    }
    best
}

const PATTERN_LIST: &[(f32, &str)] = &[
    (
        0.95,
        r"</?(script|iframe|object|embed|applet|svg|math|meta|base|frameset|frame|isindex|layer|ilayer|bgsound|xml|xss|template|portal)\b",
    ),
    (
        0.8,
        r"</?(style|link|img|image|body|html|form|input|button|textarea|video|audio|source|details|marquee|table|td|div|span|a|b|i|p|br|h1|select|option|title|noscript|plaintext|listing|keygen|animate|set|area|map)\b[\s/>\x22\x27:=]",
    ),
    (0.55, r"<[a-z/!?][^<>]{0,200}>"),
    (0.55, r"<[a-z]{1,12}\s[^<>]{0,80}="),
    (0.9, r"<[^<>]{1,300}[\s/\x22\x27`]on[a-z]{3,24}\s*="),
    (0.75, r"[\x22\x27`]\s*/?\s*on[a-z]{3,24}\s*="),
    (
        0.6,
        r"(^|[\s/;])on(error|load|click|mouse[a-z]{2,6}|focus|blur|key[a-z]{2,5}|submit|change|toggle|begin|end|pointer[a-z]{2,6}|animation[a-z]{3,9}|wheel|drag[a-z]{0,5}|drop|copy|cut|paste)\s*=\s*\S",
    ),
    (0.9, r"(java|vb|live)script\s*:"),
    (0.85, r"data:\s*(text/(html|xml|javascript)|image/svg|[^,;]{0,40};base64)"),
    (0.8, r"style\s*=[^<>]{0,200}(expression\s*\(|url\s*\(|behaviou?r\s*:|-moz-binding)"),
    (0.6, r"(expression\s*\(|-moz-binding|@import\b|<!\[cdata\[|<!entity|<!--)"),
    (0.6, r"\b(alert|prompt|confirm)\s*(\(|`|/\*)"),
    (
        0.55,
        r"\b(document\s*\.\s*(cookie|domain|location|write|body|forms|createelement|getelement|url|referrer)|document\[)",
    ),
    (0.5, r"\b(window|self|top|parent|frames)\s*(\.\s*(location|name|open|alert|eval|onerror)|\[)"),
    (0.55, r"\bstring\s*\.\s*fromcharcode\b"),
    (0.5, r"\b(settimeout|setinterval|eval|atob|unescape)\s*(\(|`|\.call)"),
    (0.5, r"\b(fetch|xmlhttprequest|import|importscripts)\s*\(\s*[\x22\x27`]?(https?:)?//"),
    (0.5, r"(constructor|\[\s*\]|self|this)\s*(\.|\[)[^=]{0,60}(\.call|\.constructor|\.sort|\.map|\.filter|\.find)\b"),
    (0.5, r"`\s*\$\s*\{|\$\s*\{\s*[a-z]{3,20}\s*(\(|\})[^}]{0,40}`"),
    (0.5, r"(^|[\x22\x27;])\s*;?\s*(location|name|src)\s*=\s*[\x22\x27`]?(java|http|//)"),
    (0.45, r"\b(location\s*(\.\s*(href|hash|replace|assign))?\s*=|\.innerhtml\b|\.src\s*=)"),
    (0.5, r"[\x22\x27]\s*[-+*;,]\s*[a-z_$]{2,20}\s*(\(|`)[^)]{0,60}(\)|`)\s*[-+*;,/]"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::decode::decode;

    #[test]
    fn script_and_what_is_none() {
        for value in [
            "<script>x()</script>",
            "\"><img src=x onerror=go()>",
            "' onmouseover='go()",
            "java\tscript:go()",
            "<svg/onload=go()>",
            "%3Cscript%3E",
            "&#x3c;script&#x3e;",
            "<a href=\"data:text/html;base64,AAAA\">",
        ] {
            assert!(score(&decode(value, false)) >= 0.5, "{value}");
        }
        for value in ["a < b and c > d", "I <3 voting", "on = yes", "Javier's script: act 2", "onward=1", "x=\"1\""] {
            assert!(score(&decode(value, false)) < 0.5, "{value}: {}", score(&decode(value, false)));
        }
    }
}
