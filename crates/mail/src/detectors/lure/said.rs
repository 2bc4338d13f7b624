//! What is said of a lure.

use std::collections::{BTreeMap, BTreeSet};

use pollwarden_payload::defang;

use super::Lure;

impl Lure {
    /// `5 messages` and to how many people.
    pub(in crate::detectors) fn count(&self) -> String {
        plural(self.messages, "message", "messages")
    }

    /// Who they came from, shortened.
    pub(in crate::detectors) fn senders(&self) -> String {
        listed(&self.senders, 2)
    }

    pub(in crate::detectors) fn to_whom(&self) -> String {
        match self.recipients.len() {
            0 => "an unnamed recipient".to_owned(),
            1 => self.recipients.iter().next().cloned().unwrap_or_default(),
            n => format!("{n} recipients"),
        }
    }

    /// Everything that was seen, in a clerk's words.
    pub(super) fn seen(&self) -> String {
        let mut seen = Vec::new();
        let to =
            if self.recipients.is_empty() { String::new() } else { format!(" to {}", listed(&self.recipients, 6)) };
        seen.push(format!("From {}{to}.", listed(&self.senders, 4)));
        if !self.subjects.is_empty() {
            seen.push(format!("Subject: {}.", listed(&self.subjects, 3)));
        }
        seen.extend(alike(&self.how).into_iter().take(4));
        seen.extend(self.armed.iter().take(4).map(|act| sentence(act)));
        seen.extend(self.reasons.iter().take(8).map(|reason| sentence(reason)));
        if !self.hosts.is_empty() {
            let hosts: BTreeSet<String> = self.hosts.iter().map(|host| defang(host)).collect();
            seen.push(format!("Its links lead to {}.", listed(&hosts, 4)));
        }
        seen.push(format!("Who vouches for the sender: {}.", listed(&self.vouched, 2)));
        if self.messages > 1 && !self.shared.is_empty() {
            seen.push(format!(
                "One mailing, by what its messages share: {}.",
                self.shared.iter().map(|shared| shared.trim_end_matches('.')).collect::<Vec<_>>().join("; ")
            ));
        }
        if self.junk > 0 {
            seen.push(format!("{} of them stood in a folder for junk.", self.junk));
        }
        if let Some(elsewhere) = self.elsewhere_said() {
            seen.push(elsewhere);
        }
        if self.acted.is_empty() && self.perhaps.is_empty() {
            seen.push("No record that was read shows that anybody acted on it.".to_owned());
        }
        seen.extend(self.acted.iter().take(6).map(|act| sentence(act)));
        let perhaps = |act: &String| format!("Perhaps an effect of it, or a filter's doing: {}", sentence(act));
        seen.extend(self.perhaps.iter().take(3).map(perhaps));
        seen.join(" ")
    }

    fn elsewhere_said(&self) -> Option<String> {
        let (offices, recipients, first) = self.elsewhere?;
        let first = first.map(|at| format!(", first seen {}", at.strftime("%-d %B %Y"))).unwrap_or_default();
        let count = |n: i64, one, many| plural(u64::try_from(n).unwrap_or_default(), one, many);
        Some(format!(
            "{} in {}{first}; yours were {}.",
            count(recipients, "recipient", "recipients"),
            count(offices, "office", "offices"),
            self.recipients.len()
        ))
    }
}

/// `1 message`, `5 messages`.
pub(in crate::detectors) fn plural(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// The first values, and how many more there are.
pub(in crate::detectors) fn listed(values: &BTreeSet<String>, most: usize) -> String {
    let named: Vec<&str> = values.iter().take(most).map(String::as_str).collect();
    match values.len().saturating_sub(most) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

/// Sentences about senders who do the same, said of the first of them, shortest first: what is said of a host before what is
/// said of all its senders.
fn alike(how: &BTreeSet<String>) -> Vec<String> {
    let mut by_deed: BTreeMap<&str, (&str, u64)> = BTreeMap::new();
    for one in how {
        let deed = one.split_once(": ").map_or(one.as_str(), |(_, deed)| deed);
        by_deed.entry(deed).or_insert((one, 0)).1 += 1;
    }
    let mut said: Vec<(&str, u64)> = by_deed.into_values().collect();
    said.sort_by_key(|(first, _)| first.len());
    let with_count = |(first, count): (&str, u64)| match count {
        1 => sentence(first),
        2 => format!("{} Another does so too.", sentence(first)),
        _ => format!("{} {} more do so too.", sentence(first), count - 1),
    };
    said.into_iter().map(with_count).collect()
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}
