//! Authentication-Results (RFC 8601 §2.2), also as ARC and Microsoft write it.

use super::{MethodResult, ReceiversWord, WordField, pairs, split_comments, split_unquoted};

/// Results of one field that are kept.
const MAX_RESULTS: usize = 64;

/// Reads a field's value. What is not a result is left out.
pub(super) fn parse(field: WordField, text: &str) -> ReceiversWord {
    let mut segments = split_unquoted(text, ';').into_iter().peekable();
    if field == WordField::ArcAuthenticationResults
        && segments.peek().is_some_and(|first| first.trim_start().starts_with("i"))
    {
        // The instance comes first (RFC 8617 §4.1.1).
        segments.next_if(|first| first.contains('='));
    }
    let authserv_id = segments.next_if(|first| !is_result(first)).map(id).unwrap_or_default();
    let results = segments.filter_map(result).take(MAX_RESULTS).collect();
    ReceiversWord { field, authserv_id, trusted: false, results }
}

/// Microsoft leaves the authserv-id out: then the first segment is a result already.
fn is_result(segment: &str) -> bool {
    split_comments(segment).0.contains('=')
}

/// The authserv-id without its version.
fn id(segment: &str) -> String {
    split_comments(segment).0.split_whitespace().next().unwrap_or_default().trim_matches('"').to_ascii_lowercase()
}

fn result(segment: &str) -> Option<MethodResult> {
    let (plain, comments) = split_comments(segment);
    let mut pairs = pairs(&plain).into_iter();
    let (method, result) = pairs.next()?;
    // A version may follow the method: "dkim/1".
    let method = method.split('/').next().unwrap_or_default().to_owned();
    let mut found = MethodResult {
        method,
        result: result.to_ascii_lowercase(),
        reason: None,
        properties: Vec::new(),
        comment: comments.join("; "),
    };
    for (name, value) in pairs {
        match name.as_str() {
            "reason" => found.reason = Some(value),
            _ => found.properties.push((name, value)),
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> ReceiversWord {
        parse(WordField::AuthenticationResults, text)
    }

    #[test]
    fn the_examples_of_rfc_8601_appendix_b() {
        let none = read(" example.org 1; none");
        assert_eq!((none.authserv_id.as_str(), none.results.len()), ("example.org", 0));
        let word = read(
            "example.com;\r\n  auth=pass (cram-md5) smtp.auth=sender@example.net;\r\n  spf=pass smtp.mailfrom=example.net",
        );
        assert_eq!(word.results.len(), 2);
        assert_eq!(word.results[0].comment, "cram-md5");
        assert_eq!(word.results[1].property("smtp.mailfrom"), Some("example.net"));
        let commented = read(
            "foo.example.net (foobar) 1 (baz);\r\n dkim (Because I like it) / 1 (One yay) = (wait for it) fail\r\n \
             policy (A dot can go here) . (like that) expired\r\n (this surprised me) = (as I wasn't expecting it) 1362471462",
        );
        assert_eq!(commented.authserv_id, "foo.example.net");
        assert_eq!(commented.results[0].result, "fail");
    }

    #[test]
    fn quoted_reasons_and_odd_spacing() {
        let word = read("mx 2; SPF = Fail reason (BAH) = \"just; some (<>.%&! reason\" smtp.mailfrom=a@b.example");
        let result = &word.results[0];
        assert_eq!((result.method.as_str(), result.result.as_str()), ("spf", "fail"));
        assert_eq!(result.reason.as_deref(), Some("just; some (<>.%&! reason"));
        assert_eq!(result.property("smtp.mailfrom"), Some("a@b.example"));
    }

    #[test]
    fn microsoft_gives_no_name() {
        let word = read(
            "spf=fail (sender IP is 192.0.2.1)\r\n smtp.mailfrom=a.example; dkim=none (message not signed)\r\n \
             header.d=none;dmarc=fail action=none\r\n header.from=a.example;compauth=fail reason=001",
        );
        assert_eq!(word.authserv_id, "");
        let methods: Vec<&str> = word.results.iter().map(|r| r.method.as_str()).collect();
        assert_eq!(methods, ["spf", "dkim", "dmarc", "compauth"]);
        assert_eq!(word.results[2].property("action"), Some("none"));
    }

    #[test]
    fn a_sealers_word_begins_with_the_instance() {
        let word =
            parse(WordField::ArcAuthenticationResults, " i=1; lists.example.org;\r\n spf=pass smtp.mfrom=a@b.example");
        assert_eq!((word.authserv_id.as_str(), word.results.len()), ("lists.example.org", 1));
    }

    #[test]
    fn broken_fields_are_read_as_far_as_they_go() {
        for text in ["", ";", "=", "((((", "\"", "a; =b; c=", "a; b=\"\\", "\u{0}=;=;"] {
            read(text);
        }
    }
}
