//! The detectors of this sensor: one file and one line each.

mod lure;

pollwarden_core::detectors! {
    impersonation::Impersonation,
    armed_attachment::ArmedAttachment,
    phish::Phish,
    threat::Threat,
    sent_in_our_name::SentInOurName,
    open_to_forgery::OpenToForgery,
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_list_is_the_folder() {
        pollwarden_testkit::assert_list_is_folder(env!("CARGO_MANIFEST_DIR"), "mail", super::DETECTORS, &["lure"]);
    }
}
