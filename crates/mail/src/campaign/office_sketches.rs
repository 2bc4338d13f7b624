//! The file of sketches that an office gives to others, version 1: JSON, one object a line.
//!
//! ```text
//! {"format":"pollwarden-sketches","version":1,"office":"…","made":"2016-11-02","key":"<16 hex>"}
//! {"lure":0,"days":{"2016-10-27":3},"text":"<384 hex>","pairs":42,"files":"<128 hex>","pieces":90,"clues":[[10,"<16 hex>"]],"build":["<16 hex>",…4],"link":true,"automatic":false,"answer":false}
//! ```
//!
//! `lure` tells which lines are one campaign in that office: each has up to eight lines, of which the first holds `days`, the number
//! of recipients who first got it on that day. `text` and `files` are MinHash values (96 and 32 of 16 bits); `pairs` and `pieces` how
//! many things they were made of; `clues` kind and hash; `build` the hashes of subject, payload, attachments' names and shape. Where no
//! day is known it is `unknown`. All hashes are keyed; `key` only tells keys apart.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::alike::FEWEST_PAIRS;
use super::group::Campaign;
use super::minhash::MinHash;
use super::sketch::{KeyMark, Sketch};
use super::{SketchError, wire};

/// Sketches of one campaign that are given away: enough to show its variants.
pub(super) const MOST_EXAMPLES: usize = 8;
/// An office's name has no more characters.
pub(super) const LONGEST_NAME: usize = 200;

/// What one office gives to others.
#[derive(Debug, Clone, PartialEq)]
pub struct OfficeSketches {
    /// The office's name, or a pseudonym.
    pub office: String,
    /// The day it was made.
    pub made: Date,
    pub(super) key: u64,
    pub(super) lures: Vec<Sketched>,
}

/// One campaign, or a single message, of an office.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Sketched {
    /// Recipients by the day they first got it; those without a day under `None`.
    pub(super) days: BTreeMap<Option<Date>, u32>,
    pub(super) examples: Vec<Sketch>,
}

impl OfficeSketches {
    /// The sketches to give away: campaigns as [`super::campaigns`] found them in `sketches`, and each other message by itself. Days are
    /// those of the office's time zone. Give only what was judged a lure, if you can.
    ///
    /// # Errors
    /// Where sketches were made without a shared key or under several, or the name is empty, too long or has line breaks.
    pub fn of(
        office: &str,
        made: Date,
        zone: &TimeZone,
        sketches: &[Sketch],
        campaigns: &[Campaign],
    ) -> Result<Self, SketchError> {
        check_name(office)?;
        let key = one_key(sketches)?;
        let mut is_single = vec![true; sketches.len()];
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for campaign in campaigns {
            groups.push(campaign.members.iter().copied().filter(|at| *at < sketches.len()).collect());
        }
        groups.iter().flatten().for_each(|at| is_single[*at] = false);
        groups.extend((0..sketches.len()).filter(|at| is_single[*at]).map(|at| vec![at]));
        let lures = groups.iter().map(|members| sketched(sketches, members, zone)).collect();
        Ok(Self { office: office.to_owned(), made, key, lures })
    }

    /// How many campaigns and single messages it holds.
    pub fn len(&self) -> usize {
        self.lures.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.lures.is_empty()
    }

    /// The file's text.
    pub fn write(&self) -> String {
        wire::write(self)
    }

    /// Reads a file of sketches.
    ///
    /// # Errors
    /// With the line, what is expected there and what was found; nothing of the file is used then.
    pub fn read(bytes: &[u8]) -> Result<Self, SketchError> {
        wire::read(bytes)
    }
}

pub(super) fn check_name(office: &str) -> Result<(), SketchError> {
    let found = office.chars().count();
    if office.trim().is_empty() || found > LONGEST_NAME || office.chars().any(char::is_control) {
        return Err(SketchError::Text { what: "office's name", found, most: LONGEST_NAME });
    }
    Ok(())
}

fn one_key(sketches: &[Sketch]) -> Result<u64, SketchError> {
    let Some(first) = sketches.first() else { return Ok(0) };
    if sketches.iter().any(|sketch| !sketch.key.is_shared) {
        return Err(SketchError::NotShared);
    }
    if sketches.iter().any(|sketch| sketch.key != first.key) {
        return Err(SketchError::MixedKeys);
    }
    Ok(first.key.check)
}

fn sketched(sketches: &[Sketch], members: &[usize], zone: &TimeZone) -> Sketched {
    Sketched { days: days(sketches, members, zone), examples: examples(sketches, members) }
}

/// Recipients by the day they first got it.
fn days(sketches: &[Sketch], members: &[usize], zone: &TimeZone) -> BTreeMap<Option<Date>, u32> {
    let mut days: BTreeMap<Option<Date>, u32> = BTreeMap::new();
    let mut first: HashMap<u64, Option<Date>> = HashMap::new();
    for sketch in members.iter().map(|at| &sketches[*at]) {
        let day = sketch.at.map(|at| at.to_zoned(zone.clone()).date());
        if sketch.recipients.is_empty() {
            *days.entry(day).or_default() += 1;
        }
        for recipient in &sketch.recipients {
            let known = first.entry(*recipient).or_insert(day);
            *known = match (*known, day) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        }
    }
    first.into_values().for_each(|day| *days.entry(day).or_default() += 1);
    days
}

/// Members that differ, without what stays in the office.
fn examples(sketches: &[Sketch], members: &[usize]) -> Vec<Sketch> {
    let mut examples: Vec<Sketch> = Vec::new();
    let step = members.len().div_ceil(4 * MOST_EXAMPLES).max(1);
    for at in members.iter().step_by(step) {
        let example = disclosed(&sketches[*at]);
        if !examples.contains(&example) && examples.len() < MOST_EXAMPLES {
            examples.push(example);
        }
    }
    examples
}

/// A sketch as others may see it.
fn disclosed(sketch: &Sketch) -> Sketch {
    let is_short = sketch.text.count() < FEWEST_PAIRS;
    let text = if is_short { MinHash::of(&[]) } else { sketch.text.clone() };
    // A short subject could be guessed where the text could be.
    let build = if is_short { super::sketch::Build { subject: 0, ..sketch.build } } else { sketch.build };
    let key = KeyMark { is_shared: true, ..sketch.key };
    Sketch {
        at: None,
        text,
        build,
        recipients: Vec::new(),
        shown: None,
        key,
        files: sketch.files.clone(),
        clues: sketch.clues.clone(),
    }
}
