//! Writes an invented roll of households in which some people stand twice, and the pairs, for benches.
//!
//! `nc_doubles --people 30000 --twice 300 --out ROLL --pairs PAIRS.csv [--seed 1]`

use std::error::Error;
use std::fs;

use pollwarden_roll::simulate::{DoublesPlan, doubles};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        let place = arguments.iter().position(|argument| argument == name)?;
        arguments.get(place + 1).map(String::as_str)
    };
    let usage = "use --people N --twice N --out FILE --pairs FILE [--seed N]";
    let made = doubles(&DoublesPlan {
        seed: value("--seed").unwrap_or("1").parse()?,
        people: value("--people").ok_or(usage)?.parse()?,
        twice: value("--twice").ok_or(usage)?.parse()?,
    });
    fs::write(value("--out").ok_or(usage)?, &made.extract)?;
    let rows: String = made.pairs.iter().map(|(one, two)| format!("{one},{two}\n")).collect();
    fs::write(value("--pairs").ok_or(usage)?, format!("voter_id,other_id\n{rows}"))?;
    Ok(())
}
