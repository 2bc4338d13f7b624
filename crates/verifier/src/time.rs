//! Which time the evidence rests on, and whose clock that is.

use pollwarden_ledger::{Cosigned, VerifiedCheckpoint};

use crate::report::Report;
use crate::visible::visible;
use crate::words;

/// Clocks of honest signers differ by as much.
const TOLERANCE: u64 = 5 * 60;

/// Tells it; `entries`: whether the evidence is about entries.
pub(crate) fn tell(checkpoint: &VerifiedCheckpoint, now: Option<u64>, entries: bool, report: &mut Report) {
    let mut timed: Vec<(u64, &Cosigned)> = checkpoint
        .cosigned()
        .iter()
        .filter_map(|cosigned| Some((cosigned.time.filter(|time| *time > 0)?, cosigned)))
        .collect();
    timed.sort_by_key(|(time, _)| *time);
    let time = &mut report.time;
    if let Some(((first, by), later)) = timed.split_first() {
        let what = if entries { "These entries were in the log" } else { "This checkpoint was there" };
        let later = match checkpoint.agreed().filter(|agreed| agreed > first) {
            // One witness alone, with a clock that is slow or a will to deceive, can't move that.
            Some(agreed) => {
                let agreed = words::moment(agreed);
                time.push(format!(
                    "{what} no later than {agreed}: by then as many witnesses as you ask for had cosigned, as far as their clocks are right."
                ));
                timed.as_slice()
            }
            None => {
                let (first, by) = (words::moment(*first), visible(&by.witness));
                time.push(format!("{what} no later than {first}, as far as the clock of {by} is right."));
                later
            }
        };
        let later = later.iter().map(|(at, by)| (words::moment(*at), visible(&by.witness)));
        time.extend(later.map(|(at, by)| format!("{by} cosigned {at}, by its own clock.")));
        if entries {
            time.push(
                "How long before that they were entered is not proven, nor when anything in them happened.".into(),
            );
        }
    } else {
        time.push("No time is proven: no witness that you named states one.".into());
    }
    if let Some(stated) = checkpoint.stated().filter(|stated| *stated > 0) {
        time.push(format!("The log itself states {}: that is the office's own word.", words::moment(stated)));
        // Nobody can cosign what is not signed yet.
        if let Some((at, by)) = timed.first().filter(|(at, _)| at.saturating_add(TOLERANCE) < stated) {
            let (at, by) = (words::moment(*at), visible(&by.witness));
            time.push(format!(
                "{by} states {at}, before that: one of the two clocks is wrong, and the earlier time proves nothing."
            ));
        }
    }
    let all = timed.iter().map(|(at, _)| *at).chain(checkpoint.stated());
    time.extend(now.and_then(|now| age(now, all.max()?)));
}

fn age(now: u64, newest: u64) -> Option<String> {
    if newest > now.saturating_add(TOLERANCE) {
        return Some(format!(
            "By your clock it is {}, before the newest of these: one of the clocks is wrong.",
            words::moment(now)
        ));
    }
    let age = now.saturating_sub(newest);
    (age >= 48 * 3600).then(|| {
        format!("By your clock the newest of these is {} old: the log may have grown since.", words::length(age))
    })
}
