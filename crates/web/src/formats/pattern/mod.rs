//! Formats of lines whose values stand between fixed texts, as nginx's `log_format` and Apache's `LogFormat` say them.
//!
//! A pattern is read from left to right without going back: each value ends where the text after it begins. So a line costs
//! no more than its length, whatever is in it.

mod apache;
mod nginx;
mod reader;

use memchr::memmem::Finder;

pub(crate) use self::reader::{Escape, PatternReader};

/// What a value means.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Time,
    /// By a format of `strftime`.
    FormattedTime(String),
    Client,
    ClientAndPort,
    /// X-Forwarded-For or its like.
    Forwarded,
    User,
    RequestLine,
    Method,
    /// Path and query.
    Target,
    Path,
    Query,
    Status,
    Bytes,
    /// In units of so many microseconds.
    Duration(f64),
    Referer,
    Agent,
    Host,
    Other,
}

/// Where a value ends.
#[derive(Debug, Clone)]
enum Until {
    /// Where this text begins.
    Text(Box<Finder<'static>>),
    /// Where a path begins: nothing stands between `$host$request_uri`.
    Slash,
    /// At the end of the line.
    End,
}

#[derive(Debug, Clone)]
struct Part {
    value: Value,
    /// In quotes, within which a quote may be escaped.
    quoted: bool,
    until: Until,
    /// What values look like, where they may hold the text that ends them: times have blanks.
    like: String,
}

/// A line's values and the texts between them.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    lead: String,
    parts: Vec<Part>,
    /// Whether more may follow: vendors add fields at the end of their lines.
    open_ended: bool,
}

/// Why a `log_format` can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// It has neither nginx's variables nor Apache's directives.
    #[error("log_format holds no variables. Give the text of nginx's log_format or of Apache's LogFormat")]
    NoVariables,
    /// Where the one ends and the other begins can't be told.
    #[error(
        "log_format has {0} and {1} side by side: where one ends can't be told. Put a blank or a comma between them"
    )]
    SideBySide(String, String),
    /// A directive or variable that is not closed.
    #[error("log_format breaks off in {0}")]
    Broken(String),
    /// A value without which there is no row.
    #[error("log_format has no {0}: without it a line can't be placed")]
    Lacks(&'static str),
    /// Two times that would have to be put together.
    #[error("log_format writes the time in several parts; write it as $time_iso8601 or %t")]
    TimeInParts,
}

/// A piece of a format as its author wrote it.
enum Piece {
    Text(String),
    Value(Value, String),
}

impl Pattern {
    /// From an office's `log_format`.
    pub(crate) fn configured(text: &str) -> Result<Self, PatternError> {
        let text = nginx::without_directive(text.trim());
        let has_variable = |sign: char| {
            let after =
                |(at, _)| text[at + 1..].chars().next().is_some_and(|c| c.is_ascii_alphabetic() || "{<>".contains(c));
            text.match_indices(sign).any(after)
        };
        let pieces = if has_variable('$') {
            nginx::pieces(&text)?
        } else if has_variable('%') {
            apache::pieces(&text)?
        } else {
            return Err(PatternError::NoVariables);
        };
        Self::of(pieces, false)
    }

    /// One of our own, in nginx's words; more may follow on a line.
    pub(crate) fn own(text: &str) -> Self {
        nginx::pieces(text).and_then(|pieces| Self::of(pieces, true)).expect("a pattern in the source is sound")
    }

    fn of(pieces: Vec<Piece>, open_ended: bool) -> Result<Self, PatternError> {
        let mut pattern = Self { lead: String::new(), parts: Vec::new(), open_ended };
        let mut text = String::new();
        let mut last = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(more) => text += &more,
                Piece::Value(value, name) => {
                    pattern.end_last(std::mem::take(&mut text), Some((&value, &last, &name)))?;
                    let quoted = pattern.text_before().ends_with('"');
                    let like = match &value {
                        Value::FormattedTime(format) => format.clone(),
                        _ if name == "$time_local" => "01/Jan/1970:00:00:00 +0000".to_owned(),
                        _ => String::new(),
                    };
                    pattern.parts.push(Part { value, quoted, until: Until::End, like });
                    last = name;
                }
            }
        }
        pattern.end_last(text, None)?;
        pattern.check()?;
        Ok(pattern)
    }

    /// Ends the value before with the text that followed it, or with what the next value begins with.
    fn end_last(&mut self, text: String, next: Option<(&Value, &str, &str)>) -> Result<(), PatternError> {
        let Some(part) = self.parts.last_mut() else {
            self.lead = text;
            return Ok(());
        };
        part.until = match next {
            _ if !text.is_empty() => Until::Text(Box::new(Finder::new(&text).into_owned())),
            None => Until::End,
            Some((Value::Target | Value::Path, ..)) => Until::Slash,
            Some((_, last, name)) => return Err(PatternError::SideBySide(last.to_owned(), name.to_owned())),
        };
        let closes = matches!(&part.until, Until::Text(text) if text.needle().first() == Some(&b'"'));
        part.quoted &= closes;
        Ok(())
    }

    fn text_before(&self) -> &str {
        match self.parts.last().map(|part| &part.until) {
            None => &self.lead,
            Some(Until::Text(text)) => std::str::from_utf8(text.needle()).unwrap_or_default(),
            Some(_) => "",
        }
    }

    fn check(&self) -> Result<(), PatternError> {
        let has = |wanted: &dyn Fn(&Value) -> bool| self.parts.iter().any(|part| wanted(&part.value));
        let is_time = |value: &Value| matches!(value, Value::Time | Value::FormattedTime(_));
        match self.parts.iter().filter(|part| is_time(&part.value)).count() {
            0 => return Err(PatternError::Lacks("time ($time_local, $time_iso8601, $msec, %t)")),
            1 => {}
            // A whole time counts; the parts beside it are left alone.
            _ if has(&|v| *v == Value::Time) => {}
            _ => return Err(PatternError::TimeInParts),
        }
        if !has(&|v| matches!(v, Value::RequestLine | Value::Target | Value::Path)) {
            return Err(PatternError::Lacks("request ($request, $request_uri, %r, %U)"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(format: &str) -> String {
        Pattern::configured(format).expect_err("is no format").to_string()
    }

    #[test]
    fn formats_of_both_servers_and_whole_directives_are_understood() {
        for format in [
            r#"$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent"#,
            r#"${remote_addr}|${msec}|$request_method|$scheme://$host$request_uri|$status"#,
            r#"$remote_addr [$time_iso8601] "$request_method $uri$is_args$args" $status"#,
            r#"%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %D"#,
            r#"%v:%p %{c}a %{%Y-%m-%dT%H:%M:%S%z}t "%m %U%q %H" %!200{X}i %<s %O %{ms}T"#,
            "log_format main escape=default '$remote_addr [$time_local] \"$request\" '\n  '$status';",
            r#"LogFormat "%h %l %u %t \"%r\" %>s %b" common"#,
        ] {
            let read = Pattern::configured(format);
            assert!(read.is_ok(), "{format}: {:?}", read.err());
        }
    }

    #[test]
    fn formats_that_can_not_be_read_say_why() {
        assert!(error("combined").contains("no variables"));
        assert!(error("100 % pure").contains("no variables"));
        assert!(error("$remote_addr$status $time_local $request").contains("$remote_addr and $status side by side"));
        assert!(error("$remote_addr $request").contains("no time"));
        assert!(error("$remote_addr $time_local").contains("no request"));
        assert!(error("$remote_addr ${time_local").contains("breaks off"));
        assert!(error("%h %t %r %{Referer").contains("breaks off"));
        assert!(error("%h %{%d}t %{%T}t %r").contains("several parts"));
    }
}
