//! Drawn cards whose row nobody filled in.

use super::Audit;

impl Audit {
    /// Drawn cards that have a row without a word on a contest that they were drawn for, with the contest's name; in the order of
    /// the cards, each once for each contest. An entry sheet as it was printed has nothing else.
    pub fn unread(&self) -> Vec<(u64, &str)> {
        let each = self.contests.iter().flat_map(|contest| {
            let cards = contest.each_card().filter(|l| l.row.is_some() && l.read.is_none() && l.unknown_name.is_none());
            cards.map(move |looked| (looked.card, contest.name()))
        });
        let mut unread: Vec<(u64, &str)> = each.collect();
        unread.sort_unstable();
        unread
    }
}
