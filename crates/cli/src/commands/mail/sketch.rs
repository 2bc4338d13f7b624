//! `pollwarden mail sketch`: sketches of lures, for other offices.

use std::path::Path;

use anyhow::{Context as _, Result};
use jiff::tz::TimeZone;
use pollwarden_core::Office;
use pollwarden_mail::{Gathered, sketches};

use crate::exit::Exit;
use crate::show;

pub(super) fn run(gathered: &Gathered, office: &Office, name: &str, output: &Path) -> Result<Exit> {
    let zone = office.time_zone.as_deref().and_then(|zone| TimeZone::get(zone).ok()).unwrap_or(TimeZone::UTC);
    let made = jiff::Timestamp::now().to_zoned(zone.clone()).date();
    let sketches = sketches(gathered, name, made, &zone)?;
    std::fs::write(output, sketches.write()).with_context(|| format!("{} can't be written", output.display()))?;
    show::say(&format!(
        "Wrote {}: sketches of {} lures. Whoever holds the key learns from them that you got these, and nothing else of your mail.",
        output.display(),
        sketches.len()
    ));
    Ok(if sketches.is_empty() { Exit::NothingFound } else { Exit::Found })
}
