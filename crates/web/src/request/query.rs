//! Injection into queries that are not SQL (CWE-90, 643, 943): filters of LDAP (RFC 4515), XPath, operators of MongoDB.

use std::sync::LazyLock;

use super::decode::Decoded;
use super::patterns::Patterns;

/// How sure one can be, from 0 to 1, that a value would change such a query.
pub(crate) fn score(value: &Decoded) -> f32 {
    static FILTERS: LazyLock<Patterns> = LazyLock::new(|| Patterns::new(FILTER_LIST));
    static OPERATORS: LazyLock<Patterns> = LazyLock::new(|| Patterns::new(OPERATOR_LIST));
    let filter = if value.has(b"()") { FILTERS.score(&value.lower) } else { 0.0 };
    if value.has(b"$") || value.lower.contains("::") { filter.max(OPERATORS.score(&value.lower)) } else { filter }
}

const FILTER_LIST: &[(f32, &str)] = &[
    (
        0.6,
        r"^\(([&|!]\s*)?\(?(cn|uid|sn|ou|dc|mail|givenname|objectclass|samaccountname|memberof|userpassword|member)\s*([~<>]|:[^=]*:)?=|\)\s*\((cn|uid|sn|ou|dc|mail|givenname|memberof|userpassword|member)\s*([~<>]|:[^=]*:)?=|[a-z0-9]\*\)\s*\(",
    ),
    (
        0.75,
        r"\)\s*[&|!]\s*\(\s*[a-z][a-z0-9.;-]*\s*[<>~]?=|\)\s*\(\s*[|&!]\s*(\)|\(|[a-z])|\)\([a-z][a-z0-9.;-]*[<>~]?=[^\s=)]*(\)|$|\*)",
    ),
    (
        0.75,
        r"\*\s*\)\s*\(|\*\)\)|\*\(\||\)\s*\(\s*[|&!]|\)\s*\)\s*\(\s*[|&!]|(^|[^|&])[|&]\s*\([a-z][a-z0-9.;-]*=\*?\)",
    ),
    (0.7, r"\b(objectclass|samaccountname|userprincipalname|useraccountcontrol)\s*[<>~]?="),
];

const OPERATOR_LIST: &[(f32, &str)] = &[
    (
        0.7,
        r"[\[{.\x22,\x27]\s*\$(where|ne|gt|lt|gte|lte|regex|nin|exists|or|and|nor|in|eq|not|expr|function|elemmatch|size|type|mod|all|accumulator|slice|text|jsonschema|comment)\b\s*[\x22\x27\]:=]",
    ),
    (
        0.75,
        r"\b(child|parent|ancestor|ancestor-or-self|descendant|descendant-or-self|following|following-sibling|preceding|preceding-sibling|self|attribute|namespace)::(\*|node\(\)|text\(\)|[a-z]+\()",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::decode::decode;

    #[test]
    fn filters_and_text() {
        for value in [
            "*)(uid=*",
            "x)(|(cn=*))",
            "val)&(cn=admin",
            "val)|(uid=*",
            "a*))%00",
            "[$ne]",
            "{\"$gt\":\"\"}",
            "x)(!(cn=a",
            "child::node()",
        ] {
            assert!(score(&decode(value, false)) >= 0.5, "{value}");
        }
        for value in [
            "(a) (b)",
            "(555) 010-0199",
            "(cell)(home)",
            "$5",
            "(ward=3) and (party='x')",
            "a & (b)",
            "Smith (&) Sons",
            "$filter",
            "a::b",
            "polygon((30 10, 40 40, 20 40, 30 10))",
            "(rear) (ext = 4)",
        ] {
            assert!(score(&decode(value, false)) < 0.5, "{value}: {}", score(&decode(value, false)));
        }
    }
}
