//! What stands before a line that went through syslog (RFC 3164, RFC 5424, rsyslog's file format) or a container's log (CRI).

/// The line without such a header; all of it where there is none.
pub(crate) fn body(line: &str) -> &str {
    message(line).unwrap_or(line)
}

fn message(line: &str) -> Option<&str> {
    let (has_priority, rest) = match line.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
        Some((digits, rest)) if digits.len() <= 3 && digits.bytes().all(|b| b.is_ascii_digit()) => (true, rest),
        _ => (false, line),
    };
    if let Some(rest) = rest.strip_prefix("1 ").filter(|_| has_priority) {
        return rfc5424(rest);
    }
    let rest = after_time(rest)?;
    container(rest).or_else(|| after_tag(rest))
}

/// Time, host, application, process, message id, structured data; then the message.
fn rfc5424(rest: &str) -> Option<&str> {
    let rest = (0..5).try_fold(rest, |rest, _| Some(rest.split_once(' ')?.1))?;
    let message = match rest.strip_prefix("- ") {
        Some(message) => message,
        None => rest.strip_prefix('[')?.split_once("] ")?.1,
    };
    Some(message.trim_start_matches('\u{feff}'))
}

/// `Sep 15 16:13:46 `, or a time of RFC 3339.
fn after_time(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    if bytes.len() > 16 && [bytes[3], bytes[6], bytes[9], bytes[12], bytes[15]] == *b"  :: " {
        return text.get(16..);
    }
    let (time, rest) = text.split_once(' ')?;
    let is_time =
        time.len() >= 19 && time.as_bytes()[10] == b'T' && time.as_bytes()[..4].iter().all(u8::is_ascii_digit);
    is_time.then_some(rest)
}

/// Kubernetes' container runtime interface: `stdout F `, where P is a part of a line.
fn container(rest: &str) -> Option<&str> {
    let rest = rest.strip_prefix("stdout ").or_else(|| rest.strip_prefix("stderr "))?;
    rest.strip_prefix("F ").or_else(|| rest.strip_prefix("P "))
}

/// Host and `tag[4711]: `; the host may be missing.
fn after_tag(mut rest: &str) -> Option<&str> {
    for _ in 0..3 {
        let (word, after) = rest.split_once(' ')?;
        if word.ends_with(':') {
            return Some(after.trim_start_matches(' '));
        }
        rest = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::body;

    #[test]
    fn headers_are_taken_off() {
        for header in [
            "Sep 15 16:13:46 web1 nginx[2869]: ",
            "Apr  4 14:30:19 haproxy[1]: ",
            "<134>Apr  4 14:30:19 10.0.0.1 nginx: ",
            "2024-04-04T14:30:19.123456+02:00 web1 nginx[7]: ",
            "<171>1 2025-11-05T20:47:03.000000+00:00 fw.example nginx 77 - - ",
            "<171>1 2025-11-05T20:47:03Z 10.0.0.1 nginx - ID47 [a@1 b=\"c\"] ",
            "2024-04-04T14:30:19.123456789Z stdout F ",
        ] {
            assert_eq!(body(&format!("{header}192.0.2.7 - - rest: of it")), "192.0.2.7 - - rest: of it", "{header}");
        }
    }

    #[test]
    fn lines_without_one_stay_whole() {
        for line in [
            "192.0.2.7 - - [10/Oct/2016:13:55:36 -0700] \"GET /a: b\"",
            "2015-05-13T23:39:43.945958Z my-balancer 192.0.2.7:2817 10.0.0.1:80 0.1",
            "<x>",
            "",
            "été été été été: a b",
        ] {
            assert_eq!(body(line), line);
        }
    }
}
