//! The detectors of this sensor: one file and one line each.

mod actors;
mod evidence;
mod readers;
mod together;

pollwarden_core::detectors! {
    silence::Silence,
    sql_injection::SqlInjection,
    record_harvest::RecordHarvest,
    credential_stuffing::CredentialStuffing,
    hidden_payload::HiddenPayload,
    flood::Flood,
    vulnerability_scan::VulnerabilityScan,
    sigma_rule::SigmaRule,
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_list_is_the_folder() {
        pollwarden_testkit::assert_list_is_folder(
            env!("CARGO_MANIFEST_DIR"),
            "web",
            super::DETECTORS,
            &["actors", "evidence", "readers", "together"],
        );
    }
}
