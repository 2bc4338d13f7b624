//! Line ends that would begin a new header, a second request or response, or another command of a mail server (CWE-93, 113,
//! 444). Notes have line ends too: only what follows them tells.

use std::sync::LazyLock;

use super::decode::Decoded;
use super::patterns::Patterns;

/// How sure one can be, from 0 to 1, that a value splits what it is put into.
pub(crate) fn score(value: &Decoded) -> f32 {
    static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| Patterns::new(PATTERN_LIST));
    if value.has(b"\r\n") {
        let request = if value.lower.contains("http/") { status_line(&value.lower) } else { 0.0 };
        PATTERNS.score(&value.lower).max(request)
    } else if value.lower.contains(CUT_LINE_END) {
        0.7
    } else if value.has(b"/") && value.lower.contains("http/") {
        status_line(&value.lower)
    } else {
        0.0
    }
}

/// U+560A and U+560D, of which servers that write only the low byte make a line's end.
pub(crate) const CUT_LINE_END: &str = "\u{560a}\u{560d}";

/// The same of a parameter's name: no form has a line's end there.
pub(crate) fn name(name: &Decoded) -> f32 {
    if name.text.trim().contains(['\r', '\n']) { score(name).max(0.6) } else { 0.0 }
}

/// `HTTP/1.1 200 OK` within a value.
fn status_line(lower: &str) -> f32 {
    let version = |after: &str| after.starts_with(|c: char| ('0'..='3').contains(&c));
    if lower.split("http/").skip(1).any(version) { 0.6 } else { 0.0 }
}

const PATTERN_LIST: &[(f32, &str)] = &[
    // Where nothing stands before the line's end, it is there to end the line before: a header, a command of POP3 or IMAP
    (
        0.6,
        r"^[\r\n]+\s*((user|pass)\s+\S+|stat|help|list|noop|quit|last|rset|data|turn|capa|stls|[a-z]{1,8}[0-9]{1,8}\s+(create|delete|rename|subscribe|unsubscribe|list|lsub|status|append|check|close|search|store|copy|expunge|idle|namespace)\b.*)\s*$|^[\r\n]+\s*(location|refresh|host|cookie|via|status|link|server|etag|origin|referer|pragma|connection|authorization|expect|upgrade|vary|allow)\s*:",
    ),
    (
        0.6,
        r"[\r\n]\s*(refresh\s*:\s*[0-9]|authorization\s*:\s*(basic|bearer|digest|\S{4,}\s*$)|expect\s*:\s*100|connection\s*:\s*(close|keep))",
    ),
    (
        0.85,
        r"[\r\n]\W*0?(set-cookie2?|content-(type|length|disposition|encoding|language|location|security-policy)|x-[a-z-]+|transfer-encoding|access-control-[a-z-]+|remote-(ip|addr)|originating-ip|forwarded-(for|host|server)|www-authenticate|proxy-[a-z-]+|user-agent|accept-[a-z-]+|cache-control|last-modified|strict-transport-security|if-[a-z-]+|keep-alive)\s*:",
    ),
    (
        0.8,
        r"[\r\n]\s*(location|refresh|referer|via|host|cookie|link|etag|age|server|origin|bcc|cc|mime-version|return-path)\s*:\s*([a-z]+://|/[a-z]|\d+;|\S+@\S+|\S+=\S|\S+\.[a-z]{2,}\s*([\r\n]|$))",
    ),
    (
        0.9,
        r"[\r\n]\s*(get|post|head|put|delete|options|connect|trace|patch|propfind|search|debug)\s+\S+\s+http/[0-9]|[\r\n]\s*http/[0-9](\.[0-9])?\s|\bhttp/[0-9]\.[0-9]\s+[0-9]{3}\b",
    ),
    (0.75, r"[\r\n]{2,}\s*<(html|meta|script|body|!doctype|iframe)"),
    // SMTP (RFC 5321), POP3 (RFC 1939), IMAP (RFC 9051)
    (
        0.75,
        r"[\r\n]\s*(mail from\b|rcpt to\b|(ehlo|helo|vrfy|expn|etrn|atrn|saml from|soml from|send from)\b|auth\s+(plain|login|cram-md5|digest-md5|ntlm|gssapi)\b|starttls\b|bdat\s+[0-9]|(quit|rset|noop|data|turn)\s*([\r\n]|$)|help\s+(postmaster|mail|rcpt|data|helo|ehlo|rset|vrfy|expn|quit|noop)\b|size=[0-9]+\s*([\r\n]|$))",
    ),
    (
        0.75,
        r"[\r\n]\s*((retr|dele|uidl|xtnd|apop|stls|capa|rpop)\b|(list\s+[0-9]+|top\s+[0-9]+\s+[0-9]+)\s*([\r\n]|$)|user\s+\S+[\r\n]+\s*pass\s)",
    ),
    (
        0.75,
        r"[\r\n]\s*[a-z]+[0-9]+\s+(capability|noop|logout|starttls|authenticate|login|select|examine|lsub|expunge|fetch|uid|getquota|setacl)\b|[\r\n]\s*[a-z]+[0-9]{3,}\s+(create|delete|rename|subscribe|unsubscribe|list|status|append|check|close|search|store|copy)\b",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::decode::decode;

    #[test]
    fn headers_and_notes() {
        for value in [
            "a\r\nSet-Cookie: x=1",
            "a\nLocation: https://x.example/",
            "x\r\n\r\n<html>",
            "x\r\nHTTP/1.1 200 OK",
            "x\r\nRemote-Addr\r: y",
            "x\nGET /a HTTP/1.1",
            "a\r\nMAIL FROM:<x@example.org>",
            "a\r\nRETR 1",
            "a\r\nA001 SELECT INBOX",
            "a\r\nX-Forwarded-For: x",
        ] {
            assert!(score(&decode(value, false)) >= 0.5, "{value:?}");
        }
        for value in [
            "Moved.\r\nPhone: 555-0100",
            "Please note\nLocation: Town Hall",
            "Host: my sister\nFrom: here",
            "a\r\nb",
            "line one\n\nline two",
            "1\r\n12 Select Dr",
            "yes\r\nList me as independent",
            "name\nUser 12",
            "Top\r\nTop 10",
            "via\nvia: mail",
        ] {
            assert!(score(&decode(value, false)) < 0.5, "{value:?}: {}", score(&decode(value, false)));
        }
    }
}
