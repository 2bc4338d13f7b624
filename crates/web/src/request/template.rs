//! Expressions that templates and loggers evaluate (CWE-917, 1336): `{{7*7}}`, `${jndi:ldap://…}`, `<%= … %>`.
//!
//! A bare name in braces is what pages show that were never rendered, and crawlers ask for: it is a sign only together with
//! something to evaluate.

use std::sync::LazyLock;

use super::decode::Decoded;
use super::patterns::Patterns;

/// How sure one can be, from 0 to 1, that a value would be evaluated.
pub(crate) fn score(value: &Decoded) -> f32 {
    static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| Patterns::new(PATTERN_LIST));
    if value.has(b"{%#[@<") && value.has(b"{(<[") { PATTERNS.score(&value.lower) } else { 0.0 }
}

const PATTERN_LIST: &[(f32, &str)] = &[
    // Look-ups of Log4j, also spelt letter by letter (CVE-2021-44228)
    (
        0.97,
        r"\$\{\s*(jndi|lower|upper|env|sys|java|ctx|date|main|k8s|script|dns|url|base64|bundle|docker|spring|web|log4j|marker|event|map|sd|const|urlencoder|urldecoder|xml|file|resourcebundle|sys|localhost|properties)\s*:|\$\{[^}]*\$\{|\$\{::?-|\$\{[^}]{0,8}:-",
    ),
    (0.85, r"\bjndi\s*:\s*(ldaps?|rmi|dns|iiop|corba|nds|nis|https?)\b"),
    // An operator, call, string or index within the braces
    (
        0.8,
        r"\{\{[^}]*([0-9]\s*[*+/-]\s*[\x22\x270-9]|[(\[|\x22\x27\x60=]|__)|\{\{\s*(config|self|request|settings|cycler|lipsum|namespace|joiner|constructor|this|_self|dump|app)\b",
    ),
    (0.8, r"\{%-?\s*[a-z]|\{php\}|\{\s*system\s|\{\{\{|\{#[^}]*[(*]|\{\{\s*[#/]\s*[a-z]"),
    (
        0.8,
        r"[#%*@~]\{[^}]*([0-9]\s*[*+/-]\s*[0-9]|[(\[\x22\x27\x60=.])|\$\{[^}]*([0-9]\s*[*+/-]\s*[\x22\x270-9]|[(\[\x22\x27\x60=])",
    ),
    (
        0.8,
        r"\$\{\s*(t\(|new\s|#|applicationscope|pagecontext|sessionscope|param\.|header\.|class|runtime|facescontext|self\.)",
    ),
    (
        0.8,
        r"<%[=@!\s]*[^%]*([0-9]\s*[*+-]\s*[0-9]|[(\x22\x27\x60]|system|exec)|<%[=@!]|<#(assign|list|if|include|import|macro|setting)\b|#(set|include|parse|evaluate|define|macro)\s*\(|\[#(assign|if|list)|\[=[^\]]*[*(]",
    ),
    (
        0.8,
        r"\[\[\s*\$?\{|\[\(\s*\$\{|\|\s*(safe|attr|system|exec|passthru|map|filter|reduce|sort)\s*\(|@\([0-9a-z]+\s*[*+(.]",
    ),
    (0.55, r"\{\s*[0-9]+\s*\*\s*[0-9]+\s*\}"),
    // Left unrendered or evaluated: both look alike
    (0.5, r"\$\{[a-z_][a-z0-9_.]*\}|\$\{\s*[^}\s]{2,}\s*\}"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::decode::decode;

    #[test]
    fn expressions_and_names_left_in_braces() {
        for value in [
            "{{7*7}}",
            "${jndi:ldap://x/a}",
            "${${::-j}ndi:x}",
            "${${lower:j}ndi}",
            "{{config}}",
            "{{''.__class__}}",
            "{% if x %}",
            "#{7*7}",
            "%{(#a=1)}",
            "*{T(java.lang.Runtime)}",
            "<%= 7*7 %>",
            "#set($x=1)",
            "${T(x).y()}",
            "<#assign x=1>",
            "${7*7}",
            "@(1+2)",
            "[[${7*7}]]",
            "{{constructor.constructor('x')()}}",
        ] {
            assert!(score(&decode(value, false)) >= 0.5, "{value}");
        }
        for value in [
            "{{user.name}}",
            "{{ item }}",
            "#{name}",
            "{a}",
            "100% {sure}",
            "[x] yes",
            "#5 {rear}",
            "{\"a\":{\"b\":1}}",
            "Apt #(4)",
            "[[1,2],[3,4]]",
            "{7c1e-22}",
            "50%(about)",
        ] {
            assert!(score(&decode(value, false)) < 0.5, "{value}: {}", score(&decode(value, false)));
        }
    }
}
