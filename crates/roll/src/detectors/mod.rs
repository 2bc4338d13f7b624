//! The detectors of this sensor: each a plan over its tables and a judgement of the rows.

pollwarden_core::detectors! {
    unexplained_change::UnexplainedChange,
    mass_edit::MassEdit,
    duplicate_registration::DuplicateRegistration,
    duplicate_record::DuplicateRecord,
    returned_voter::ReturnedVoter,
    impossible_status::ImpossibleStatus,
    identity_swap::IdentitySwap,
    altered_log::AlteredLog,
    lost_entry::LostEntry,
    untraced_entry::UntracedEntry,
    concentration::Concentration,
    altered_value::AlteredValue,
    made_up_registration::MadeUpRegistration,
    vanished_history::VanishedHistory,
    vote_without_registration::VoteWithoutRegistration,
}
