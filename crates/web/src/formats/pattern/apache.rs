//! Apache's `LogFormat` (Apache, *Module mod_log_config*, "Custom Log Formats"): text with directives, `%h` or `%{name}i`.

use super::{PatternError, Piece, Value};

pub(super) fn pieces(text: &str) -> Result<Vec<Piece>, PatternError> {
    let (mut pieces, mut plain) = (Vec::new(), String::new());
    // As configurations write it, within their own quotes.
    let text = text.replace("\\\"", "\"").replace("\\t", "\t");
    let mut rest = text.as_str();
    while let Some(percent) = rest.find('%') {
        plain += &rest[..percent];
        let directive = &rest[percent + 1..];
        if let Some(after) = directive.strip_prefix('%') {
            plain.push('%');
            rest = after;
            continue;
        }
        let (value, after) =
            directive_value(directive).ok_or_else(|| PatternError::Broken(rest[percent..].to_owned()))?;
        // Apache puts brackets around its own form of the time.
        let is_common_time = value == Value::Time && rest[percent..].len() - after.len() == 2;
        plain.push_str(if is_common_time { "[" } else { "" });
        pieces.push(Piece::Text(std::mem::take(&mut plain)));
        let name = rest[percent..rest.len() - after.len()].to_owned();
        push(&mut pieces, value, name);
        plain.push_str(if is_common_time { "]" } else { "" });
        rest = after;
    }
    plain += rest;
    pieces.push(Piece::Text(plain));
    Ok(pieces)
}

/// `%U%q` is a target: `%q` begins with its own question mark.
fn push(pieces: &mut Vec<Piece>, value: Value, name: String) {
    if let [.., Piece::Value(path @ Value::Path, _), Piece::Text(between)] = pieces.as_mut_slice()
        && value == Value::Query
        && between.is_empty()
    {
        *path = Value::Target;
        return;
    }
    pieces.push(Piece::Value(value, name));
}

/// The value of a directive and what follows it. Conditions on the status (`%!200,304{Referer}i`) and `<`, `>` say which
/// request is meant, not what is logged.
fn directive_value(text: &str) -> Option<(Value, &str)> {
    let text = text.trim_start_matches(|c: char| c.is_ascii_digit() || "!,<>".contains(c));
    let (argument, text) = match text.strip_prefix('{') {
        Some(rest) => rest.split_once('}')?,
        None => ("", text),
    };
    let letter = text.chars().next().filter(char::is_ascii_alphabetic)?;
    // `%^ti` and its like stand for trailers, which are Other; no letter follows the sign directly.
    Some((value(letter, argument), &text[1..]))
}

fn value(letter: char, argument: &str) -> Value {
    match letter {
        't' => time(argument),
        'h' | 'a' => Value::Client,
        'u' => Value::User,
        'r' => Value::RequestLine,
        'm' => Value::Method,
        'U' => Value::Path,
        'q' => Value::Query,
        's' => Value::Status,
        'b' | 'B' | 'O' => Value::Bytes,
        'D' => Value::Duration(1.0),
        'T' => Value::Duration(match argument {
            "ms" => 1e3,
            "us" => 1.0,
            _ => 1e6,
        }),
        'v' | 'V' => Value::Host,
        'i' => header(argument),
        _ => Value::Other,
    }
}

fn time(format: &str) -> Value {
    let format = format.strip_prefix("begin:").or_else(|| format.strip_prefix("end:")).unwrap_or(format);
    match format {
        "" | "sec" | "msec" | "usec" => Value::Time,
        "msec_frac" | "usec_frac" => Value::Other,
        _ => Value::FormattedTime(format.to_owned()),
    }
}

fn header(name: &str) -> Value {
    match name.to_ascii_lowercase().as_str() {
        "referer" => Value::Referer,
        "user-agent" => Value::Agent,
        "host" => Value::Host,
        "x-forwarded-for" | "forwarded" => Value::Forwarded,
        _ => Value::Other,
    }
}
