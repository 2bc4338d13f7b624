//! Writes a simulated portal log to standard output, for benches and for looking at.
//!
//! `portal_log --bytes 1000000000 [--clients 10000000] [--seed 1]` writes an ordinary log of that size, with that many
//! clients; `portal_log --county [--truth FILE]` writes the log of `examples/county`.

use std::{
    error::Error,
    fs,
    io::{self, Write},
};

use pollwarden_web::simulate::{PortalPlan, bulk, write_log};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut out = io::stdout().lock();
    if arguments.iter().any(|argument| argument == "--county") {
        let truth = write_log(&PortalPlan::county_example(), &mut out)?;
        if let Some(path) = value(&arguments, "--truth") {
            fs::write(path, format!("{:#}\n", truth.to_json()))?;
        }
    } else {
        let usage = "use --bytes N [--clients N] [--seed N] or --county [--truth FILE]";
        let bytes = value(&arguments, "--bytes").ok_or(usage)?;
        let clients = value(&arguments, "--clients").map(str::parse).transpose()?;
        let seed = value(&arguments, "--seed").unwrap_or("1");
        bulk(&mut out, bytes.parse()?, clients, seed.parse()?)?;
    }
    Ok(out.flush()?)
}

fn value<'a>(arguments: &'a [String], name: &str) -> Option<&'a str> {
    let place = arguments.iter().position(|argument| argument == name)?;
    arguments.get(place + 1).map(String::as_str)
}
