//! What a single request says of the one who sent it: its page, the records it names, and whether it is an attack.
//!
//! A request is taken apart as the application behind the server would (path, parameters, headers, body), each part is
//! decoded, and each class of attack gives it a score by its own rules. `Judge` does the same for the requests of a log,
//! many a second.

mod base64;
mod code;
mod decode;
mod gate;
mod judge;
mod lines;
mod numbers;
mod parts;
mod patterns;
mod php;
mod query;
mod remote;
mod route;
mod scanner;
mod session;
mod shell;
mod signs;
mod splitting;
mod sqli;
mod template;
mod traversal;
mod webshell;
mod xss;

pub(crate) use judge::{Judge, Judgement};
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
    let (path, query) = match memchr::memchr(b'?', request.target.as_bytes()) {
        Some(at) => (&request.target[..at], Some(&request.target[at + 1..])),
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
mod tests;
