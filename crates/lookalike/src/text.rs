//! Which parties does a text name? For a message's subject, wording and signature: who it claims to come from. That a text names
//! a party is no imitation; it is, together with a sender or link that is not the party's.

use crate::Party;
use crate::display::Display;
use crate::index::{Protected, hash};
use crate::words::is_common;

/// How much of a text is read, in bytes.
const LONGEST: usize = 64 * 1024;
/// How many parties one text is answered with.
const MOST: usize = 32;

/// A party that a text names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention<'a> {
    /// Who is named.
    pub party: &'a Party,
    /// The name as it was read, in plain lower-case words.
    pub phrase: String,
    /// How often.
    pub times: usize,
    /// How many parties bear this name; above one, the text may mean any of them.
    pub bearers: usize,
}

impl Protected {
    /// The organisations that a text names, most often named first; at most 32, from the first 64 KiB. Names of one common or
    /// short word ("Hart", "VR") are left out: in running text they mean something else.
    pub fn named_in(&self, text: &str) -> Vec<Mention<'_>> {
        let display = Display::of_text(text, LONGEST);
        let mut found: Vec<Mention<'_>> = Vec::new();
        for (phrase, ids) in display.phrases(|phrase| self.phrases.get(&hash(phrase))) {
            if !phrase.contains(' ') && (is_common(&phrase) || phrase.chars().count() <= 4) {
                continue;
            }
            if let Some(known) = found.iter_mut().find(|mention| mention.phrase == phrase) {
                known.times += 1;
            } else if let Some(first) = ids.first().filter(|_| found.len() < MOST) {
                let party = &self.parties[*first as usize];
                found.push(Mention { party, phrase, times: 1, bearers: ids.len() });
            }
        }
        found.sort_by_key(|mention| std::cmp::Reverse(mention.times));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PartyKind;

    #[test]
    fn a_text_names_its_parties() {
        let vendor =
            Party::new(PartyKind::Vendor, "Moss Ballot Works, Inc.", &["mossballot.example"]).known_as(&["Hart"]);
        let index = Protected::new([vendor]);
        let found =
            index.named_in("Dear customer,\nMoss Ballot Works has new guides.\n-- \nMoss Ballot Works, Inc.\nMr. Hart");
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.iter().all(|mention| mention.party.name == "Moss Ballot Works, Inc."));
        assert!(index.named_in("").is_empty());
    }
}
