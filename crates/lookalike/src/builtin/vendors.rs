//! Vendors of election systems in the United States, their products, their domains.

use super::Row;

#[rustfmt::skip]
pub(super) const VENDORS: &[Row] = &[
    // VR Elections was the name on the forged letterhead of 2016.
    ("VR Systems", &["VR Elections", "EViD", "VR"], &["vrsystems.com", "vrems.com", "voterfocus.com"]),
    ("Election Systems & Software", &["ES&S", "ESSVote", "ExpressVote", "DS200", "ExpressPoll", "Electionware"], &["essvote.com", "electionsystemsandsoftware.com"]),
    // Sold in 2025 and renamed; both names are met.
    ("Dominion Voting Systems", &["Dominion Voting", "Dominion", "ImageCast", "Liberty Vote"], &["dominionvoting.com", "libertyvote.com"]),
    ("Hart InterCivic", &["Hart Verity", "Hart", "Verity Voting"], &["hartintercivic.com", "hartic.com"]),
    ("Clear Ballot", &["Clear Ballot Group", "ClearVote", "ClearCount"], &["clearballot.com"]),
    ("Unisyn Voting Solutions", &["Unisyn", "OpenElect"], &["unisynvoting.com"]),
    ("MicroVote General Corporation", &["MicroVote", "Infinity voting panel"], &["microvote.com"]),
    ("KNOWiNK", &["Poll Pad", "ePulse", "TotalVote"], &["knowink.com", "knowink.zendesk.com"]),
    ("Tenex Software Solutions", &["Tenex", "Precinct Central", "Election Response"], &["tenexsolutions.com"]),
    ("Democracy Live", &["OmniBallot"], &["democracylive.com", "omniballot.us"]),
    ("Runbeck Election Services", &["Runbeck", "Sentio"], &["runbeck.net"]),
    ("VotingWorks", &["VxScan", "VxSuite", "Arlo"], &["voting.works"]),
    ("Smartmatic", &[], &["smartmatic.com"]),
    ("Konnech", &["PollChief"], &["konnech.com", "pollchief.com"]),
    ("Robis Elections", &["Robis", "AskED"], &["robis.net"]),
    ("BPro", &[], &["bpro.com", "bpro.net"]),
    ("Civix", &["Civix Elections", "PCC Technology"], &["gocivix.com"]),
    ("Quest Information Systems", &[], &["questis.com"]),
    ("SOE Software", &["Scytl", "Clarity Elections"], &["soesoftware.com", "scytl.com", "clarityelections.com", "enr.clarityelections.com"]),
    ("BallotTrax", &["i3logix"], &["ballottrax.com", "ballottrax.net", "ballottrax.us"]),
    ("Enhanced Voting", &[], &["enhancedvoting.com"]),
    ("Voatz", &[], &["voatz.com"]),
    ("Votem", &[], &["votem.com"]),
    ("BlueCrest", &["Relia-Vote"], &["bluecrestinc.com"]),
    ("K&H Integrated Print Solutions", &["K&H Election Services"], &["khprint.com"]),
    ("Phoenix Graphics", &[], &["phoenix-graphics.com"]),
    ("Fort Orange Press", &[], &["fortorangepress.com"]),
    ("Easy Vote Solutions", &["EasyVote"], &["easyvotesolutions.com"]),
    ("Inclusion Solutions", &[], &["inclusionsolutions.com"]),
    ("Adkins Election Services", &[], &["adkins-printing.com"]),
    ("Election Source", &["ElectionSource"], &["electionsource.com"]),
    ("Election Administrators", &[], &["electionadministrators.com"]),
    ("GovOS", &[], &["govos.com"]),
    ("Granicus", &["GovDelivery"], &["granicus.com", "govdelivery.com", "granicusideas.com", "service.govdelivery.com"]),
    ("CivicPlus", &["CivicEngage"], &["civicplus.com", "civicengage.com", "civiclive.com"]),
    ("Tyler Technologies", &["Tyler Tech"], &["tylertech.com", "tylerhost.net", "tylertech.cloud"]),
    ("Carahsoft", &[], &["carahsoft.com"]),
];
