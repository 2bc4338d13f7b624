//! Federal bodies and associations that election offices hear from.

use super::Row;

#[rustfmt::skip]
pub(super) const BODIES: &[Row] = &[
    ("Election Assistance Commission", &["U.S. Election Assistance Commission", "US Election Assistance Commission", "EAC"], &["eac.gov"]),
    ("Cybersecurity and Infrastructure Security Agency", &["CISA"], &["cisa.gov", "cisa.dhs.gov", "us-cert.gov", "mail.cisa.dhs.gov"]),
    ("Department of Homeland Security", &["DHS"], &["dhs.gov"]),
    ("Federal Election Commission", &["FEC"], &["fec.gov"]),
    ("Federal Bureau of Investigation", &["FBI", "Internet Crime Complaint Center", "IC3"], &["fbi.gov", "ic3.gov"]),
    ("Department of Justice", &["U.S. Department of Justice"], &["usdoj.gov", "justice.gov"]),
    ("Social Security Administration", &[], &["ssa.gov"]),
    ("Internal Revenue Service", &["IRS"], &["irs.gov"]),
    ("Federal Voting Assistance Program", &["FVAP"], &["fvap.gov"]),
    ("United States Senate", &["U.S. Senate", "US Senate"], &["senate.gov"]),
    ("House of Representatives", &["U.S. House of Representatives"], &["house.gov"]),
    ("White House", &["The White House"], &["whitehouse.gov"]),
    ("Department of Veterans Affairs", &[], &["va.gov"]),
    ("National Association of Secretaries of State", &["NASS"], &["nass.org"]),
    ("National Association of State Election Directors", &["NASED"], &["nased.org"]),
    ("Center for Internet Security", &["EI-ISAC", "MS-ISAC", "CIS"], &["cisecurity.org", "msisac.org"]),
    ("Election Center", &["National Association of Election Officials"], &["electioncenter.org"]),
    ("National Conference of State Legislatures", &["NCSL"], &["ncsl.org"]),
    ("National Association of Counties", &["NACo"], &["naco.org"]),
    ("Electronic Registration Information Center", &["ERIC"], &["ericstates.org"]),
    ("Verified Voting", &[], &["verifiedvoting.org"]),
    ("Brennan Center for Justice", &["Brennan Center"], &["brennancenter.org"]),
    ("Center for Tech and Civic Life", &["CTCL"], &["techandciviclife.org"]),
    ("National Institute of Standards and Technology", &["NIST"], &["nist.gov"]),
    ("General Services Administration", &["login.gov"], &["gsa.gov", "login.gov", "sam.gov", "get.gov"]),
];
