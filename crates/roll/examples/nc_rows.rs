//! Writes two snapshots of an invented roll in North Carolina's layout, for benches.
//!
//! `nc_rows --rows 2000000 --out-a A --out-b B [--seed 1]`: B differs from A in a few percent of its records, or in the
//! shares given: `[--changed 0.02] [--gone 0.004] [--new 0.006]`, or in about as many as said: `[--differing 10000]`, eight
//! in ten changed, one gone, one new.

use std::{error::Error, fs::File, io::BufWriter};

use pollwarden_roll::simulate::{BulkPlan, write_snapshot};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        let place = arguments.iter().position(|argument| argument == name)?;
        arguments.get(place + 1).map(String::as_str)
    };
    let usage =
        "use --rows N --out-a FILE --out-b FILE [--seed N] [--differing N | --changed SHARE --gone SHARE --new SHARE]";
    let share = |name: &str, usual: &str| value(name).unwrap_or(usual).parse::<f64>();
    let mut plan = BulkPlan {
        rows: value("--rows").ok_or(usage)?.parse()?,
        seed: value("--seed").unwrap_or("1").parse()?,
        // About a month between two extracts of a large county.
        changed: share("--changed", "0.02")?,
        gone: share("--gone", "0.004")?,
        new: share("--new", "0.006")?,
    };
    if let Some(differing) = value("--differing") {
        let share = differing.parse::<f64>()? / plan.rows as f64;
        (plan.changed, plan.gone, plan.new) = (0.8 * share, 0.1 * share, 0.1 * share);
    }
    for (name, newer) in [("--out-a", false), ("--out-b", true)] {
        let mut out = BufWriter::new(File::create(value(name).ok_or(usage)?)?);
        write_snapshot(&mut out, &plan, newer)?;
        out.into_inner()?.sync_all()?;
    }
    Ok(())
}
