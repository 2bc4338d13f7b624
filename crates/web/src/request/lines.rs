//! Requests as JSON lines in, judgements as JSON lines out: what `pollwarden web classify` does.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{BufRead, Write};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Class, Request, classify};

/// Reading or writing failed. A line that is no request is answered, and is no error.
#[derive(Debug, thiserror::Error)]
pub enum ClassifyError {
    /// The requests could not be read.
    #[error("the requests could not be read")]
    Read(#[source] std::io::Error),
    /// The answers could not be written.
    #[error("the answers could not be written")]
    Write(#[source] std::io::Error),
}

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(default)]
    id: Value,
    #[serde(default, borrow)]
    method: Option<Cow<'a, str>>,
    #[serde(borrow)]
    target: Cow<'a, str>,
    #[serde(default)]
    headers: BTreeMap<String, Value>,
    #[serde(default, borrow)]
    body: Option<Cow<'a, str>>,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a Value,
    classes: Vec<&'static str>,
    score: f32,
    evidence: Vec<Part<'a>>,
}

#[derive(Serialize)]
struct Part<'a> {
    place: &'a str,
    class: &'static str,
    score: f32,
    decoded: &'a str,
}

#[derive(Serialize)]
struct Refusal {
    id: Value,
    error: String,
}

/// Reads one request a line (`id`, `method`, `target`, `headers`, `body`; only `target` is needed) and writes one answer a
/// line (`id`, `classes`, `score`, `evidence`). A line that is no request is answered by `{"id":null,"error":…}`.
///
/// # Errors
/// Where reading or writing fails.
pub fn classify_lines(mut requests: impl BufRead, mut answers: impl Write) -> Result<(), ClassifyError> {
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        if requests.read_until(b'\n', &mut line).map_err(ClassifyError::Read)? == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        answer(&line, number, &mut answers).map_err(ClassifyError::Write)?;
    }
    answers.flush().map_err(ClassifyError::Write)
}

fn answer(line: &[u8], number: u64, out: &mut impl Write) -> std::io::Result<()> {
    let text = String::from_utf8_lossy(line);
    match serde_json::from_str::<Line<'_>>(&text) {
        Ok(request) => write_signs(&request, &mut *out)?,
        Err(error) => {
            let error = format!("line {number} is no request: {error}; expected an object with a text named target");
            serde_json::to_writer(&mut *out, &Refusal { id: Value::Null, error })?;
        }
    }
    out.write_all(b"\n")
}

fn write_signs(line: &Line<'_>, out: impl Write) -> serde_json::Result<()> {
    let headers: Vec<(&str, &str)> =
        line.headers.iter().filter_map(|(name, value)| Some((name.as_str(), header_text(value)?))).collect();
    let signs = classify(&Request {
        method: line.method.as_deref().unwrap_or_default(),
        target: &line.target,
        headers: &headers,
        body: line.body.as_deref().unwrap_or_default(),
    });
    let answer = Answer {
        id: &line.id,
        classes: Class::ALL.into_iter().filter(|c| signs.has(*c)).map(Class::name).collect(),
        score: signs.score,
        evidence: signs
            .evidence
            .iter()
            .map(|e| Part { place: &e.place, class: e.class.name(), score: e.score, decoded: &e.decoded })
            .collect(),
    };
    serde_json::to_writer(out, &answer)
}

/// A header's value; of several, the first.
fn header_text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        Value::Array(values) => values.first().and_then(Value::as_str),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn answers(input: &[u8]) -> Vec<Value> {
        let mut out = Vec::new();
        classify_lines(input, &mut out).expect("memory can be read and written");
        out.split(|b| *b == b'\n')
            .filter(|l| !l.is_empty())
            .map(|l| serde_json::from_slice(l).expect("is JSON"))
            .collect()
    }

    #[test]
    fn every_line_is_answered() {
        let input =
            br#"{"id":"a","method":"GET","target":"/x?id=1%20union%20select%20null,null--","headers":{},"body":""}
not json
{"id":7,"target":"/","headers":{"user-agent":["sqlmap/1.7"]}}
"#;
        let answers = answers(input);
        assert_eq!(answers.len(), 3);
        assert_eq!((&answers[0]["id"], &answers[0]["classes"]), (&Value::from("a"), &serde_json::json!(["sqli"])));
        assert_eq!(answers[0]["evidence"][0]["place"], "query id");
        assert!(answers[1]["id"].is_null() && answers[1]["error"].as_str().is_some_and(|e| e.contains("line 2")));
        assert_eq!((&answers[2]["id"], &answers[2]["classes"]), (&Value::from(7), &serde_json::json!(["scanner"])));
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(input in prop::collection::vec(any::<u8>(), 0..300)) {
            let lines = input.split(|b| *b == b'\n').filter(|l| !l.trim_ascii().is_empty()).count();
            prop_assert_eq!(answers(&input).len(), lines);
        }
    }
}
