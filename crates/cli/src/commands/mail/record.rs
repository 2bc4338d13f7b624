//! `pollwarden mail record`: what the DNS says today of the senders of some mail, kept for later checks.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use pollwarden_authentication::dns::Recorder;
use pollwarden_authentication::{DnsSnapshot, Settings, authenticate};
use pollwarden_intake::Found;
use pollwarden_mail::formats::{Kept, kind, messages};

use crate::args::Record;
use crate::exit::Exit;
use crate::progress::Progress;
use crate::{office, read, show};

pub(super) fn run(asked: &Record, progress: &Progress) -> Result<Exit> {
    let office = office::read_or_default(asked.office.office.as_deref())?;
    let settings = Settings { own_receivers: office.mail.receivers.clone(), ..Settings::default() };
    let mut known = known(&asked.output)?;
    let recorder = match asked.resolver {
        Some(server) => Recorder::at(server),
        None => Recorder::system(),
    }?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let bar = progress.working("asking the DNS");
    let (mut count, mut questions) = (0_u64, 0);
    let mut selectors: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut record = |kept: Kept| {
        let asking = recorder.record_message(&kept.raw, None, &mut known, None, &settings);
        questions += runtime.block_on(asking);
        for check in authenticate(&kept.raw, None, &known, None, &settings).dkim {
            if let (Some(domain), Some(selector)) = (check.domain, check.selector) {
                selectors.entry(domain).or_default().insert(selector);
            }
        }
        count += 1;
        bar.set_message(format!("{count} messages, {questions} questions to the DNS"));
    };
    let unread = each_message(&read::inputs(&asked.mail), &mut record);
    for domain in &office.domains {
        let selectors: Vec<String> = selectors.get(domain).into_iter().flatten().cloned().collect();
        questions += runtime.block_on(recorder.record_posture(domain, &selectors, &mut known));
    }
    bar.finish_and_clear();
    fs::write(&asked.output, known.to_json())
        .with_context(|| format!("{} can't be written", asked.output.display()))?;
    show::say(&format!(
        "Asked {questions} questions for {count} messages; {} now holds {} answers. Keep it beside the mail.",
        asked.output.display(),
        known.len()
    ));
    unread.iter().for_each(|why| show::say(&format!("Not read: {why}")));
    Ok(if unread.is_empty() { Exit::NothingFound } else { Exit::CannotTell })
}

/// What an earlier run kept.
fn known(path: &Path) -> Result<DnsSnapshot> {
    if !path.exists() {
        return Ok(DnsSnapshot::new());
    }
    let bytes = fs::read(path).with_context(|| format!("{} can't be read", path.display()))?;
    Ok(DnsSnapshot::from_json(&path.display().to_string(), &bytes)?)
}

/// Gives every message; what could not be read is said.
fn each_message(found: &Found, take: &mut dyn FnMut(Kept)) -> Vec<String> {
    let mut unread: Vec<String> = found.complaints.iter().map(ToString::to_string).collect();
    for input in &found.inputs {
        let kind = kind(input);
        if kind.holds_messages()
            && let Err(complaint) = messages(input, kind, take)
        {
            unread.push(complaint.to_string());
        }
    }
    unread
}
