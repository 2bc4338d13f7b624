//! The detectors of this sensor: each a plan over its tables and a judgement of the rows.

pollwarden_core::detectors! {
    unexplained_change::UnexplainedChange,
    mass_edit::MassEdit,
    duplicate_registration::DuplicateRegistration,
    returned_voter::ReturnedVoter,
    vanished_history::VanishedHistory,
    vote_without_registration::VoteWithoutRegistration,
}
