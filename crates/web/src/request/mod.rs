//! What a single request says of the one who sent it: its page, the records it names, and whether it is an attack.
//!
//! A request is taken apart as the application behind the server would (path, parameters, headers, body), each part is
//! decoded, and each class of attack gives it a score by its own rules. `Judge` does the same for the requests of a log,
//! many a second.

mod decode;
mod gate;
mod judge;
mod lines;
mod parts;
mod patterns;
mod rce;
mod route;
mod scanner;
mod signs;
mod sql_tokens;
mod sqli;
mod traversal;
mod xss;

pub(crate) use judge::Judge;
pub use lines::{ClassifyError, classify_lines};
pub(crate) use route::is_asset;
pub use signs::{Class, Evidence, Signs};

/// A request to be classified.
#[derive(Debug, Clone, Copy, Default)]
pub struct Request<'a> {
    /// Its method.
    pub method: &'a str,
    /// Path and query as they were sent.
    pub target: &'a str,
    /// Names and values of its headers.
    pub headers: &'a [(&'a str, &'a str)],
    /// Its body; empty where there is none or it was not logged.
    pub body: &'a str,
}

/// A query or path as the application behind the server reads it.
pub(crate) fn decoded(text: &str) -> String {
    decode::decode(text, true).text.to_string()
}

/// Says what a request is a sign of.
pub fn classify(request: &Request<'_>) -> Signs {
    let mut signs = Signs::default();
    let (path, query) = match request.target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (request.target, None),
    };
    if gate::target(path, query) {
        parts::target(path, query, &mut signs);
    }
    for (name, value) in request.headers {
        parts::header(name, value, &mut signs);
    }
    if !request.body.is_empty() {
        parts::body(request.body, &mut signs);
    }
    signs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn classes(target: &str) -> Vec<&'static str> {
        let signs = classify(&Request { method: "GET", target, ..Request::default() });
        Class::ALL.into_iter().filter(|c| signs.has(*c)).map(Class::name).collect()
    }

    #[test]
    fn each_class_is_told_from_the_others() {
        assert_eq!(classes("/voter?id=7%27%20or%20%271%27=%271"), ["sqli"]);
        assert_eq!(classes("/voter/7%20union%20select%20null,null--"), ["sqli"]);
        assert_eq!(classes("/search?q=%3Cscript%3Ego()%3C/script%3E"), ["xss"]);
        assert_eq!(classes("/form?file=../../../etc/passwd"), ["traversal"]);
        assert_eq!(classes("/ping?host=127.0.0.1;id"), ["rce"]);
        assert_eq!(classes("/wp-login.php"), ["scanner"]);
        assert_eq!(classes("/voter/lookup?lastName=O%27Brien&dob=08%2F07%2F1956&street=12+SELECT+DR+%23A"), [""; 0]);
    }

    #[test]
    fn headers_and_bodies_count() {
        let headers = [("User-Agent", "sqlmap/1.7"), ("Referer", "/a?id=1' and sleep(5)-- ")];
        let signs =
            classify(&Request { method: "POST", target: "/", headers: &headers, body: "a=1&b=%3Csvg/onload=go()%3E" });
        assert!(signs.has(Class::Scanner) && signs.has(Class::Sqli) && signs.has(Class::Xss));
        assert!(signs.evidence.iter().any(|e| e.place == "body b"), "{:?}", signs.evidence);
        let json = r#"{"a":[{"b":"1 union select null,null"}]}"#;
        assert!(classify(&Request { body: json, ..Request::default() }).has(Class::Sqli));
    }

    /// Pieces that attacks and addresses are made of.
    fn piece() -> impl Strategy<Value = String> {
        prop_oneof![
            prop::sample::select(vec![
                "'",
                "\"",
                "(",
                ")",
                "--",
                "#",
                "/*",
                "*/",
                ";",
                "or",
                "and",
                "union",
                "select",
                "from",
                "1",
                "=",
                "null",
                "a",
                "order by",
                "like",
                "in",
                "is",
                "not",
                "sleep",
                "../",
                "etc/passwd",
                "<",
                "script",
                ">",
                "|",
                "cat",
                "id",
                "{{",
                "}}",
                "http://",
                ".",
                "/",
                "&",
                "%27",
                "%2e",
                "+",
                " ",
                "wp-admin",
                ".git",
                "1or1",
                "having",
                "limit",
                "case",
                "when",
                "then",
                "where",
                "between",
                "ping -c 1",
                "drop",
                "table",
                "call",
                "use",
                "sess",
                "file:",
                "on",
                "env",
            ])
            .prop_map(str::to_owned),
            "[a-z0-9 ./_-]{1,6}",
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_is_judged_a_sign_passes_the_gate(pieces in prop::collection::vec(piece(), 1..7), place in 0..3) {
            let text = pieces.concat();
            let (path, query) = match place {
                0 => (format!("/{text}"), None),
                1 => ("/a".to_owned(), Some(format!("b={text}"))),
                _ => ("/a".to_owned(), Some(text)),
            };
            let mut signs = Signs::default();
            parts::target_without_gate(&path, query.as_deref(), &mut signs);
            if signs.classes != 0 {
                prop_assert!(gate::target(&path, query.as_deref()), "{} {:?}: {:?}", path, query, signs.evidence);
                let mut gated = Signs::default();
                parts::target(&path, query.as_deref(), &mut gated);
                prop_assert_eq!(gated, signs);
            }
        }

        #[test]
        fn any_bytes_are_classified(target in ".{0,80}", body in ".{0,80}", agent in ".{0,40}") {
            let headers = [("user-agent", agent.as_str())];
            let signs = classify(&Request { method: "GET", target: &target, headers: &headers, body: &body });
            prop_assert!((0.0..=1.0).contains(&signs.score));
            prop_assert_eq!(signs.classes == 0, signs.evidence.is_empty());
        }
    }
}
