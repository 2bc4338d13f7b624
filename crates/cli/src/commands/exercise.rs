//! `pollwarden exercise`: a whole invented office with a scripted campaign in it, and the truth beside it.
//!
//! `examples/county` is what it writes with its default seed.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use jiff::civil::date;
use pollwarden_count::exercise::{CountPlan, CountScenario};
use pollwarden_mail::exercise::{MailPlan, MailScenario};
use pollwarden_roll::simulate::{CountyPlan, CountyScenario, Manipulation, county};
use pollwarden_web::simulate::{PortalPlan, PortalTruth, write_log};
use serde_json::json;

use crate::args::Exercise;
use crate::exit::Exit;
use crate::office::FILE;
use crate::show;

/// zstd's level: small files matter more than the seconds it takes.
const LEVEL: i32 = 19;

const NAME: &str = "Example County Board of Elections";

const ABOUT: &str =
    "# An invented county. `pollwarden exercise` wrote this folder; truth.json says what was done in it.\n";

const KNOWN: &str = "
[ledger]
origin = \"county.example/ledger\"

[[web.known]]
address = \"192.0.2.10\"
as = \"office\"

[[web.known]]
address = \"192.0.2.200\"
as = \"monitor\"
";

pub(super) fn run(exercise: &Exercise) -> Result<Exit> {
    let dir = &exercise.dir;
    if fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some()) {
        bail!("{} is not empty. Name a folder that does not exist yet", dir.display());
    }
    for folder in ["web", "roll", "count", "mail"] {
        fs::create_dir_all(dir.join(folder)).with_context(|| format!("{} can't be made", dir.display()))?;
    }
    let portal = portal(dir, exercise.seed)?;
    let roll = roll(dir, exercise.seed)?;
    let count = count(dir, exercise.seed)?;
    let mail = mail(dir, exercise.seed)?;
    write(dir.join(FILE), settings(&mail).as_bytes())?;
    write(dir.join("truth.json"), truth(&portal, &roll, &count, &mail).as_bytes())?;
    show::say(&format!("Wrote {}. Now: pollwarden assess {}", dir.display(), dir.display()));
    Ok(Exit::NothingFound)
}

fn portal(dir: &Path, seed: u64) -> Result<PortalTruth> {
    let path = dir.join("web/portal-access.log.zst");
    let context = || format!("{} can't be written", path.display());
    let file = fs::File::create(&path).with_context(context)?;
    let mut out = zstd::Encoder::new(file, LEVEL).with_context(context)?;
    let truth = write_log(&PortalPlan { seed, ..PortalPlan::county_example() }, &mut out).with_context(context)?;
    out.finish().and_then(|mut file| file.flush()).with_context(context)?;
    Ok(truth)
}

fn roll(dir: &Path, seed: u64) -> Result<CountyScenario> {
    let scenario = county(&CountyPlan {
        seed,
        voters: 6_000,
        date_a: date(2026, 9, 5),
        date_b: date(2026, 10, 3),
        time_zone: "America/New_York".into(),
        manipulations: vec![
            (Manipulation::UnloggedRemoval, 40),
            (Manipulation::PrecinctWithoutOrder, 60),
            (Manipulation::NightParty, 45),
            (Manipulation::MailRedirect, 24),
            (Manipulation::BatchOverreach, 30),
        ],
    });
    for (name, bytes) in &scenario.files {
        let path = dir.join("roll").join(name);
        if name.starts_with("ncvoter_") {
            let packed = zstd::encode_all(bytes.as_slice(), LEVEL).context("compression failed")?;
            write(path.with_extension("txt.zst"), &packed)?;
        } else {
            write(path, bytes)?;
        }
    }
    Ok(scenario)
}

fn count(dir: &Path, seed: u64) -> Result<CountScenario> {
    let scenario = pollwarden_count::exercise::county(&CountPlan { seed, ..CountPlan::default() });
    for (name, text) in &scenario.files {
        write(dir.join("count").join(name), text.as_bytes())?;
    }
    Ok(scenario)
}

fn mail(dir: &Path, seed: u64) -> Result<MailScenario> {
    let scenario = pollwarden_mail::exercise::county(&MailPlan {
        seed,
        office: NAME.to_owned(),
        domain: "county.example".to_owned(),
        from: date(2026, 9, 28),
        days: 36,
        lures_on: vec![date(2026, 10, 27), date(2026, 10, 31), date(2026, 11, 1)],
    })?;
    for (name, bytes) in &scenario.files {
        let path = dir.join("mail").join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("{} can't be made", folder.display()))?;
        }
        if name.ends_with(".mbox") {
            let packed = zstd::encode_all(bytes.as_slice(), LEVEL).context("compression failed")?;
            write(path.with_extension("mbox.zst"), &packed)?;
        } else {
            write(path, bytes)?;
        }
    }
    Ok(scenario)
}

fn settings(mail: &MailScenario) -> String {
    format!("{ABOUT}name = \"{NAME}\"\ntime_zone = \"America/New_York\"\n{}{KNOWN}", mail.settings)
}

fn write(path: PathBuf, bytes: &[u8]) -> Result<()> {
    fs::write(&path, bytes).with_context(|| format!("{} can't be written", path.display()))
}

fn truth(portal: &PortalTruth, roll: &CountyScenario, count: &CountScenario, mail: &MailScenario) -> String {
    let planted = |p: &pollwarden_roll::simulate::Planted| json!({ "kind": p.manipulation.name(), "voters": p.voters });
    let truth = json!({
        "web": portal.to_json(),
        "roll": {
            "records_changed": roll.changed.len(),
            "manipulations": roll.planted.iter().map(planted).collect::<Vec<_>>(),
        },
        "count": {
            "contest": count.contest,
            "true_winner": count.true_winner,
            "reported_winner": count.reported_winner,
            "altered_batch": count.altered_batch,
            "altered_records": count.altered_records,
        },
        "mail": {
            "imitated": mail.imitated,
            "recipients": mail.recipients,
            "recipients_everywhere": mail.everywhere.0,
            "offices": mail.everywhere.1,
            "acted": mail.acted,
            "threatened": mail.threatened,
        },
    });
    format!("{truth:#}\n")
}
