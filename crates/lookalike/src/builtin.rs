//! Parties that nearly every office needs: services whose log-in pages are imitated, vendors of election systems, federal
//! bodies. Facts from general knowledge, as of 2026; an office adds its own vendors, contacts and neighbours.
//!
//! A genuine domain that is missing here makes a false alarm, so the lists of domains are rather too long than too short.

mod bodies;
mod services;
mod vendors;

use crate::{Party, PartyKind};

/// One party as the lists have it: name, aliases, domains.
type Row = (&'static str, &'static [&'static str], &'static [&'static str]);

/// All built-in parties.
pub fn builtin() -> Vec<Party> {
    let of_kind = |kind, rows: &'static [Row]| {
        rows.iter().map(move |(name, aliases, domains)| Party::new(kind, name, domains).known_as(aliases))
    };
    of_kind(PartyKind::Service, services::SERVICES)
        .chain(of_kind(PartyKind::Vendor, vendors::VENDORS))
        .chain(of_kind(PartyKind::Office, bodies::BODIES))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Protected, Strength};

    #[test]
    fn no_domain_has_two_owners() {
        let parties = builtin();
        let mut domains: Vec<&String> = parties.iter().flat_map(|party| &party.domains).collect();
        domains.sort_unstable();
        let twice = domains.windows(2).find(|pair| pair[0] == pair[1]);
        assert_eq!(twice, None);
    }

    #[test]
    fn built_in_parties_do_not_imitate_each_other() {
        let index = Protected::new(builtin());
        for party in index.parties() {
            for domain in party.domains.iter().filter(|domain| !crate::is_free_mail(domain)) {
                let found = index.sender(&party.name, &format!("info@{domain}"));
                let alarm = found.iter().find(|imitation| imitation.strength > Strength::Weak);
                assert_eq!(alarm, None, "{domain}");
            }
        }
    }

    #[test]
    fn services_are_found_behind_their_look_alikes() {
        let index = Protected::new(builtin());
        for (host, party) in [
            ("office365-onedrive.com", "Microsoft"),
            ("paypa1.com", "PayPal"),
            ("secure-paypal-login.com", "PayPal"),
            ("docusign-documents.net", "DocuSign"),
            ("accounts-google.tk", "Google"),
            ("vrsysterns.com", "VR Systems"),
            ("vr-elections.com", "VR Systems"),
        ] {
            let found = index.lookalike(host);
            assert_eq!(found.map(|imitation| imitation.party.name.as_str()), Some(party), "{host}");
        }
        for host in ["dominionenergy.com", "hart.com", "verity.org", "zoominfo.com", "appleton.org", "chaseworld.com"] {
            assert_eq!(index.lookalike(host), None, "{host}");
        }
    }
}
