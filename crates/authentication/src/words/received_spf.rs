//! Received-SPF (RFC 7208 §9.1): one receiver's SPF result, with what it was asked.

use super::{MethodResult, ReceiversWord, WordField, pairs, split_comments};
use crate::spf::SpfResult;

/// Reads a field's value; nothing where it does not begin with a result.
pub(super) fn parse(text: &str) -> Option<ReceiversWord> {
    let (plain, comments) = split_comments(text);
    let (word, rest) = plain.trim().split_once(|c: char| c.is_whitespace() || c == ';').unwrap_or((plain.trim(), ""));
    let result = SpfResult::from_word(word)?;
    let comment = comments.into_iter().next().unwrap_or_default();
    let properties = pairs(&rest.replace(';', " "));
    let of = |name: &str| properties.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let authserv_id = of("receiver").or_else(|| speaker(&comment)).unwrap_or_default().to_ascii_lowercase();
    let spf = MethodResult { method: "spf".into(), result: result.as_str().into(), reason: None, properties, comment };
    Some(ReceiversWord { field: WordField::ReceivedSpf, authserv_id, trusted: false, results: vec![spf] })
}

/// Large receivers put their own name at the head of the comment: "(mx.example.com: domain of …)".
fn speaker(comment: &str) -> Option<String> {
    let (name, _) = comment.split_once(':')?;
    (name.contains('.') && !name.contains(char::is_whitespace)).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_7208_section_9_1() {
        let word = parse(
            " pass (mybox.example.org: domain of myname@example.com designates 192.0.2.1 as permitted sender)\r\n \
             receiver=mybox.example.org; client-ip=192.0.2.1;\r\n envelope-from=\"myname@example.com\"; helo=foo.example.com;",
        )
        .expect("a word");
        assert_eq!(word.authserv_id, "mybox.example.org");
        assert_eq!(word.results[0].property("envelope-from"), Some("myname@example.com"));
        assert_eq!(word.results[0].property("client-ip"), Some("192.0.2.1"));
        let fail = parse("fail (mx.example.net: domain of a@b.example does not designate 192.0.2.9)").expect("a word");
        assert_eq!((fail.authserv_id.as_str(), fail.results[0].result.as_str()), ("mx.example.net", "fail"));
    }

    #[test]
    fn other_text_is_no_word() {
        assert!(parse("maybe (who knows)").is_none() && parse("").is_none());
    }
}
