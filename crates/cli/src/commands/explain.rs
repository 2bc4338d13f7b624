//! `pollwarden explain`: what a detector says of itself.

use std::io::Write as _;

use anyhow::{Result, bail};
use pollwarden_core::{About, Stability};

use crate::args::Explain;
use crate::exit::Exit;
use crate::show::Output;

pub(super) fn run(explain: &Explain) -> Result<Exit> {
    let mut out = Output::open(None)?;
    match &explain.detector {
        None => {
            for about in all() {
                writeln!(out, "{:24} {}", about.id, about.title)?;
            }
            writeln!(out, "\npollwarden explain DETECTOR says what it looks for, and what it cannot see.")?;
        }
        Some(id) => match all().find(|a| a.id == id) {
            Some(about) => out.write_all(text(about).as_bytes())?,
            None => bail!("there is no detector {id}. `pollwarden explain` lists them all"),
        },
    }
    out.done()?;
    Ok(Exit::NothingFound)
}

fn all() -> impl Iterator<Item = &'static About> {
    let asked = pollwarden_web::DETECTORS.iter().chain(pollwarden_roll::DETECTORS).map(|d| d.about());
    let asked = asked.chain(pollwarden_count::DETECTORS.iter().map(|d| d.about()));
    asked.chain(pollwarden_mail::DETECTORS.iter().map(|d| d.about()))
}

fn text(about: &About) -> String {
    let stability = match about.stability {
        Stability::Stable => "stable",
        Stability::Preview => "preview: its findings are shown to analysts",
    };
    let mut text = format!("{}: {} ({stability}, since {})\n\n", about.id, about.title, about.since);
    let parts = [
        ("It helps to answer", about.question.text()),
        ("Looks for", about.looks_for),
        ("Why", about.why),
        ("Cannot see", about.cannot_see),
        ("What to do", about.do_next),
        ("Tables", &about.tables.join(", ")),
        ("Techniques", &about.techniques.join(", ")),
    ];
    for (heading, said) in parts.iter().filter(|(_, said)| !said.is_empty()) {
        text.push_str(&format!("{heading}:\n  {said}\n\n"));
    }
    for reference in about.references {
        text.push_str(&format!("See {}, {}.\n", reference.title, reference.place));
    }
    text
}
