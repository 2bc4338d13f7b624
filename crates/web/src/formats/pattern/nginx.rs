//! nginx's `log_format` (nginx, *Module ngx_http_log_module*): text with variables, `$name` or `${name}`.

use super::{PatternError, Piece, Value};

/// The format within a whole directive as copied from a configuration: `log_format main escape=default '…' '…';` or
/// `LogFormat "…" combined`. Text that is no directive stays as it is.
pub(super) fn without_directive(text: &str) -> String {
    let is_directive = |name: &str| text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    if !["log_format", "LogFormat", "CustomLog"].into_iter().any(is_directive) {
        return text.to_owned();
    }
    let mut format = String::new();
    let mut rest = text;
    while let Some(open) = rest.find(['\'', '"']) {
        let quote = rest.as_bytes()[open] as char;
        let mut escaped = false;
        let body = &rest[open + 1..];
        let end = body.find(|c| {
            let closes = c == quote && !escaped;
            escaped = c == '\\' && !escaped;
            closes
        });
        let end = end.unwrap_or(body.len());
        format += &body[..end].replace("\\\"", "\"").replace("\\'", "'");
        rest = body.get(end + 1..).unwrap_or_default();
    }
    format
}

pub(super) fn pieces(text: &str) -> Result<Vec<Piece>, PatternError> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(dollar) = rest.find('$') {
        pieces.push(Piece::Text(rest[..dollar].to_owned()));
        let (name, after) = name(&rest[dollar + 1..]).ok_or_else(|| PatternError::Broken(rest[dollar..].to_owned()))?;
        rest = after;
        pieces.push(Piece::Value(value(name), format!("${name}")));
    }
    pieces.push(Piece::Text(rest.to_owned()));
    Ok(joined(pieces))
}

fn name(text: &str) -> Option<(&str, &str)> {
    if let Some(rest) = text.strip_prefix('{') {
        return rest.split_once('}').filter(|(name, _)| !name.is_empty());
    }
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// `$uri$is_args$args` is a target.
fn joined(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut whole: Vec<Piece> = Vec::new();
    for piece in pieces {
        let Piece::Value(_, name) = &piece else {
            match piece {
                Piece::Text(text) if text.is_empty() => {}
                piece => whole.push(piece),
            }
            continue;
        };
        match (whole.last_mut(), name.as_str()) {
            (Some(Piece::Value(value @ (Value::Path | Value::Target), _)), "$is_args" | "$args" | "$query_string") => {
                *value = Value::Target;
            }
            _ => whole.push(piece),
        }
    }
    whole
}

fn value(name: &str) -> Value {
    match name {
        "time_local" | "time_iso8601" | "msec" | "time" => Value::Time,
        "remote_addr" | "realip_remote_addr" | "binary_remote_addr" | "remote_host" => Value::Client,
        // Ours: with a port always, before which an IPv6 address may stand without brackets.
        "remote_addr_port" => Value::ClientAndPort,
        "http_x_forwarded_for" | "proxy_add_x_forwarded_for" | "http_forwarded" => Value::Forwarded,
        "remote_user" => Value::User,
        "request" => Value::RequestLine,
        "request_method" => Value::Method,
        "request_uri" => Value::Target,
        "uri" | "document_uri" => Value::Path,
        "args" | "query_string" => Value::Query,
        "status" => Value::Status,
        "body_bytes_sent" | "bytes_sent" => Value::Bytes,
        "request_time" => Value::Duration(1e6),
        // Ours: milliseconds, for servers that log them.
        "request_milliseconds" => Value::Duration(1e3),
        "http_referer" => Value::Referer,
        "http_user_agent" => Value::Agent,
        "host" | "http_host" | "server_name" => Value::Host,
        _ => Value::Other,
    }
}
