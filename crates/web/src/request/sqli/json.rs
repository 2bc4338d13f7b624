//! SQL on JSON: its operators and casts are as good as `1=1` for those whose filters know only the classic forms.
//!
//! After PostgreSQL's manual, section 9.16 (JSON functions and operators), and MySQL's `->` and `->>`.

use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::request::decode::Decoded;

/// How sure one can be, from 0 to 1, that a value compares JSON within a statement.
pub(super) fn operator(value: &Decoded) -> f32 {
    static OPERATOR: LazyLock<Regex> = LazyLock::new(|| {
        let json = r#"['"`]\s*[\[{][^'`]*[\]}]\s*['"`]"#;
        let operator = r"(<@|@>|->>?|#>>?|#-|\?[|&]?|@\?|@@|::\s*jsonb?|[<>=!]{1,2}\s*['\x22\x60\d]|is\b|\|\||in\s*\()";
        let path = r#"(->>?|#>>?|@\?|@@)\s*['"`]?\s*[$\[{]"#;
        Regex::new(&format!(r"(?-u){json}\s*\)?\s*{operator}|(?-u){operator}\s*{json}|(?-u)['\x22\x60\w\])]\s*{path}"))
            .expect("the pattern is part of the program and tested")
    });
    if value.has(b"{[$") && OPERATOR.is_match(value.lower.as_bytes()) { 0.8 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::decode::decode;

    #[test]
    fn operators_on_json_and_json_itself() {
        for value in [
            r#"1' or '{"a":1}'::jsonb <@ '{"a":1,"b":2}'::jsonb --"#,
            r#"' and data->>'$.name' = 'x"#,
            r#"x' or '[1,2]' @> '[1]"#,
            r#"1" or "{}"="{}"#,
            r#"7 or '{"a":7}' ? 'a'"#,
        ] {
            assert!(operator(&decode(value, false)) > 0.5, "{value}");
        }
        for value in [
            r#"{"xmin":-78.9,"ymin":35.8,"spatialreference":{"wkid":4326}}"#,
            r#"[{"name":"o'brien","ward":3},{"name":"lee","ward":4}]"#,
            r#"[["state","=","nc"],"and",["ward",">",3]]"#,
            "it's [sic] what 'they' said",
            r#"[{"statistictype":"count","onstatisticfield":"objectid","outstatisticfieldname":"n"}]"#,
            "2 -> 3, 'a' -> b",
        ] {
            assert_eq!(operator(&decode(value, false)), 0.0, "{value}");
        }
    }
}
