//! What the server answers to a request.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::header::{CONNECTION, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use pollwarden_ledger::{MAX_REQUEST, Refusal, Witness, WitnessError};
use tokio::time::timeout;

use crate::server::DEADLINE;

const TEXT: &str = "text/plain; charset=utf-8";
/// The form of a size in an answer (C2SP tlog-witness).
pub(crate) const SIZE: &str = "text/x.tlog.size";

/// What all connections share.
pub(crate) struct Desk {
    pub(crate) witness: Arc<Witness>,
    pub(crate) prefix: String,
    pub(crate) told: Box<dyn Fn(&str) + Send + Sync>,
}

/// An answer in parts.
struct Answer {
    status: u16,
    form: &'static str,
    body: String,
    /// The rest of the request is not read.
    close: bool,
}

/// What a request asks for.
enum Asked {
    AddCheckpoint,
    SignSubtree,
    Latest(String),
    Health,
    OtherMethod,
    Nothing,
}

pub(crate) async fn answer(desk: Arc<Desk>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let answer = match asked(&desk.prefix, request.method(), request.uri().path()) {
        Asked::AddCheckpoint => with_body(desk, request, add_checkpoint).await,
        Asked::SignSubtree => with_body(desk, request, sign_subtree).await,
        // Behind a checkpoint that is being written, it waits for the disk too.
        Asked::Latest(hash) => judged(move || latest(&desk.witness, &hash)).await,
        Asked::Health => Answer::text(200, "ok"),
        Asked::OtherMethod => Answer::text(405, "it is asked for in another way: submissions by POST, the rest by GET"),
        Asked::Nothing => Answer::text(404, "there is nothing here"),
    };
    Ok(answer.into())
}

fn asked(prefix: &str, method: &Method, path: &str) -> Asked {
    let Some(path) = path.strip_prefix(prefix) else { return Asked::Nothing };
    let hash = path.strip_prefix('/').and_then(|path| path.strip_suffix("/checkpoint"));
    let (asked, needs) = match (path, hash) {
        ("/add-checkpoint", _) => (Asked::AddCheckpoint, Method::POST),
        ("/sign-subtree", _) => (Asked::SignSubtree, Method::POST),
        ("/healthz", _) => (Asked::Health, Method::GET),
        (_, Some(hash)) => (Asked::Latest(hash.to_owned()), Method::GET),
        _ => return Asked::Nothing,
    };
    if *method == needs { asked } else { Asked::OtherMethod }
}

/// Reads the body within its bounds, and judges it where waiting for the disk holds up nobody.
async fn with_body(desk: Arc<Desk>, request: Request<Incoming>, judge: fn(&Desk, &[u8]) -> Answer) -> Answer {
    let body = request.into_body();
    if body.size_hint().lower() > MAX_REQUEST as u64 {
        return Answer::too_long();
    }
    let body = match timeout(DEADLINE, Limited::new(body, MAX_REQUEST).collect()).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Answer::too_long(),
        Ok(Err(_)) => return Answer { close: true, ..Answer::text(400, "the request was cut off") },
        Err(_) => return Answer { close: true, ..Answer::text(408, "the request took too long to arrive") },
    };
    judged(move || judge(&desk, &body)).await
}

async fn judged(judge: impl FnOnce() -> Answer + Send + 'static) -> Answer {
    let judged = tokio::task::spawn_blocking(judge).await;
    judged.unwrap_or_else(|_| Answer::text(500, "this witness failed; its operator can see why"))
}

fn add_checkpoint(desk: &Desk, body: &[u8]) -> Answer {
    let error = match desk.witness.add_checkpoint(body, now()) {
        Ok(lines) => return Answer { status: 200, form: TEXT, body: lines, close: false },
        Err(error) => error,
    };
    let status = error.status();
    (desk.told)(&format!("add-checkpoint: {status}: {error}"));
    match &error {
        WitnessError::Refused(Refusal::Stale(size)) => Answer { form: SIZE, ..Answer::text(409, &size.to_string()) },
        WitnessError::Refused(_) | WitnessError::Clock { .. } => Answer::text(status, &error.to_string()),
        // Where the witness keeps what is nobody else's matter.
        _ => Answer::text(status, "this witness can't keep the checkpoint, and so does not cosign it"),
    }
}

fn sign_subtree(desk: &Desk, body: &[u8]) -> Answer {
    match desk.witness.sign_subtree(body) {
        Ok(lines) => Answer { status: 200, form: TEXT, body: lines, close: false },
        Err(error) => {
            (desk.told)(&format!("sign-subtree: {}: {error}", error.status()));
            Answer::text(error.status(), &error.to_string())
        }
    }
}

fn latest(witness: &Witness, hash: &str) -> Answer {
    match witness.latest(hash) {
        Some(note) => Answer { status: 200, form: TEXT, body: note, close: false },
        None => Answer::text(404, "this witness has cosigned no checkpoint of such a log"),
    }
}

/// A clock before 1970 reads 0, at which no witness cosigns.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

impl Answer {
    fn text(status: u16, line: &str) -> Self {
        Self { status, form: TEXT, body: format!("{line}\n"), close: false }
    }

    fn too_long() -> Self {
        Self { close: true, ..Self::text(413, "the request is longer than any") }
    }
}

impl From<Answer> for Response<Full<Bytes>> {
    fn from(answer: Answer) -> Self {
        let mut response = Self::new(Full::from(answer.body));
        *response.status_mut() = StatusCode::from_u16(answer.status).expect("it is one of a few statuses");
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(answer.form));
        if answer.close {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}
