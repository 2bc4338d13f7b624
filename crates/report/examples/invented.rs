//! Writes the invented office's report to look at: `cargo run -p pollwarden-report --example invented -- html > report.html`.
//! Formats: plain, colour, json, html.

#[path = "../tests/invented/mod.rs"]
mod invented;

use std::io::{self, Write as _};

use pollwarden_core::Audience;
use pollwarden_report::{PlainOptions, html, json_v1, plain};

fn main() -> io::Result<()> {
    let assessment = invented::assessment();
    let mut out = io::stdout().lock();
    match std::env::args().nth(1).as_deref() {
        Some("html") => out.write_all(html(&assessment, invented::at("2026-11-05T09:30:00Z")).as_bytes()),
        Some("json") => out.write_all(json_v1(&assessment).as_bytes()),
        Some("colour") => plain(&assessment, &PlainOptions { colour: true, audience: Audience::Examiner }, &mut out),
        _ => plain(&assessment, &PlainOptions::default(), &mut out),
    }
}
