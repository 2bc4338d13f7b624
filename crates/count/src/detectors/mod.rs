//! What a count is looked at for: one file each, and one line in the list.

use pollwarden_core::{About, Findings, Reference};

use crate::Evidence;

/// Looks at a count for one thing. A count is arithmetic rather than search: there is no plan, only judging.
pub trait CountDetector: Send + Sync + 'static {
    /// What it is, in the words a clerk reads.
    fn about(&self) -> &'static About;
    /// Pure: no input, no output, no clock. Strange evidence becomes findings or gaps, never a panic.
    fn judge(&self, evidence: &Evidence, found: &mut Findings);
}

macro_rules! detectors {
    ($($module:ident :: $detector:ident),* $(,)?) => {
        $(mod $module;)*
        /// Every detector of this sensor, in the order they are asked and shown.
        pub static DETECTORS: &[&dyn CountDetector] = &[$(&$module::$detector),*];
    };
}

detectors! {
    wrong_outcome::WrongOutcome,
    more_votes_than_cards::MoreVotesThanCards,
    not_as_committed::NotAsCommitted,
    altered_batch::AlteredBatch,
    misreported_batch::MisreportedBatch,
    results_differ::ResultsDiffer,
    record_mismatch::RecordMismatch,
    contest_not_in_record::ContestNotInRecord,
    unaudited_card::UnauditedCard,
    stray_row::StrayRow,
    imprinted_mismatch::ImprintedMismatch,
    misread_card::MisreadCard,
    reported_changed::ReportedChanged,
    impossible_turnout::ImpossibleTurnout,
    parts_dont_add_up::PartsDontAddUp,
    repeated_counts::RepeatedCounts,
    batch_loaded_twice::BatchLoadedTwice,
    taken_back_votes::TakenBackVotes,
    uneven_last_digits::UnevenLastDigits,
}

pub(crate) use results_differ::not_compared;

const GENTLE: Reference = Reference {
    title: "Lindeman and Stark 2012, A Gentle Introduction to Risk-limiting Audits",
    place: "IEEE Security & Privacy 10(5)",
};
const ZOMBIES: Reference = Reference {
    title: "Bañuelos and Stark 2012, Limiting Risk by Turning Manifest Phantoms into Evil Zombies",
    place: "arXiv:1207.3413",
};
const SHANGRLA: Reference = Reference {
    title: "Stark 2020, Sets of Half-Average Nulls Generate Risk-Limiting Audits: SHANGRLA",
    place: "arXiv:1911.10035",
};
