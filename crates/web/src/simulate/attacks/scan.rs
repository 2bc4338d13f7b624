//! A vulnerability scanner: other people's paths by the hundred, then every kind of payload at the portal's own forms.

use std::sync::Arc;

use jiff::Timestamp;

use super::{
    super::{
        chance::Chance,
        hit::{Hit, SECOND},
        micros,
        payload::Injection,
        site::{ERROR_BYTES, FORBIDDEN_BYTES, LOOKUP, NO_MATCH_BYTES, NOT_FOUND_BYTES, POLLING_PLACE, STATUS},
    },
    Stage, spacing,
};

/// A vulnerability scanner tries everything it knows and takes nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Scan {
    /// The first request.
    pub begin: Timestamp,
    /// Its requests.
    pub requests: u64,
    /// Requests a second.
    pub per_second: f64,
}

const FOLDERS: &[&str] =
    &["admin", "backup", "old", "test", "api", "cgi-bin", "portal", "db", "private", "upload", "tmp", "inc"];
const FILES: &[&str] =
    &["index", "login", "config", "setup", "dump", "users", "shell", "debug", "readme", "status", "install"];
const ENDINGS: &[&str] = &[".php", ".asp", ".aspx", ".jsp", ".bak", ".sql", ".zip", ".old", "~", "/", ".txt", ".cfg"];

pub(super) fn hits(attack: Scan, stage: Stage) -> Box<dyn Iterator<Item = Hit>> {
    let mut chance = stage.chance("scan");
    let agent: Arc<str> = Arc::from("Mozilla/5.0 (compatible; SiteSurveyor/9.4)");
    let mut at = micros(attack.begin);
    let mean = spacing(attack.per_second) as f64 / SECOND as f64;
    let client = stage.address(0);
    Box::new((0..attack.requests).map(move |number| {
        at += chance.wait(mean);
        // Scanners look for files first and try forms with what they found.
        if number * 10 < attack.requests * 6 {
            let target = format!("/{}/{}{}", chance.pick(FOLDERS), chance.pick(FILES), chance.pick(ENDINGS));
            return Hit::get(at, client, &agent, target, NOT_FOUND_BYTES).status(404);
        }
        let (status, bytes) =
            chance.pick(&[(200, NO_MATCH_BYTES), (500, ERROR_BYTES), (403, FORBIDDEN_BYTES), (400, 166)]);
        Hit::get(at, client, &agent, form_target(&mut chance), bytes).status(status)
    }))
}

fn form_target(chance: &mut Chance) -> String {
    let (page, parameter) = chance.pick(&[(LOOKUP.0, "last"), (STATUS.0, "ref"), (POLLING_PLACE.0, "address")]);
    let number = chance.within(100, 9_999);
    let payload = match chance.below(5) {
        0 => format!("%3Cscript%3Ealert({number})%3C%2Fscript%3E"),
        1 => format!("{}etc%2Fpasswd", "..%2F".repeat(chance.within(3, 8) as usize)),
        2 => format!("%3Bexpr%20{number}%20%2B%201"),
        3 => format!("%22%3E%3Csvg%20onload%3Dprompt({number})%3E"),
        _ => Injection::choose(chance).probe(chance),
    };
    format!("{page}?{parameter}={payload}")
}
