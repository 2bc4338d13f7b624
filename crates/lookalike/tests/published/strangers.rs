//! Ordinary senders and link hosts of ordinary mail: how many are taken for imitations of anybody?

use std::collections::BTreeSet;
use std::path::Path;

use pollwarden_lookalike::{Protected, Strength, builtin};
use pollwarden_testkit::{data_root, folders};

use crate::parties::{gov_names, offices, vendors};

const MAIL: [&str; 2] = ["ham", "hardham"];

#[test]
fn ordinary_strangers_stay_mostly_quiet() {
    let Some(root) = corpus() else { return };
    let mut parties = builtin();
    let known = Protected::new(parties.clone());
    parties.extend(vendors().into_iter().filter(|vendor| vendor.domains.iter().all(|own| known.owner(own).is_none())));
    let gov = gov_names();
    let strange: Vec<_> = gov.into_iter().filter(|name| known.owner(&name.domain).is_none()).collect();
    parties.extend(offices(&strange));
    let index = Protected::new(parties);
    let (hosts, senders) = strangers(&root);
    let told: Vec<_> = hosts.iter().filter_map(|host| index.lookalike(host)).collect();
    told.iter().for_each(|imitation| println!("  {}", imitation.why));
    println!("ordinary hosts: {} asked, {} false alarms", hosts.len(), told.len());
    let mut alarms = 0;
    for (name, address) in &senders {
        let found = index.sender(name, address);
        if let Some(best) = found.first().filter(|best| best.strength >= Strength::Moderate) {
            alarms += 1;
            println!("  {}", best.why);
        }
    }
    println!("ordinary senders: {} asked, {alarms} false alarms", senders.len());
    // Not a promise of the field: a guard that a change doesn't make strangers loud.
    assert!(told.len() * 100 <= hosts.len() && alarms * 100 <= senders.len());
}

fn corpus() -> Option<std::path::PathBuf> {
    let beside = std::env::var_os("POLLWARDEN_MAIL").map(std::path::PathBuf::from);
    let root = beside.or_else(|| Some(data_root()?.join("mail")))?.join("spamassassin-2002/spamassassin-2002");
    if root.is_dir() {
        return Some(root);
    }
    println!("skipped: no unpacked mail/spamassassin-2002 (folder in POLLWARDEN_MAIL)");
    None
}

/// The hosts of links and senders, and the senders, each once.
fn strangers(root: &Path) -> (BTreeSet<String>, BTreeSet<(String, String)>) {
    let (mut hosts, mut senders) = (BTreeSet::new(), BTreeSet::new());
    for file in MAIL.iter().flat_map(|kind| folders(root.join(kind))) {
        let bytes = std::fs::read(&file).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        hosts.extend(links(&text));
        if let Some((name, address)) = text.lines().find_map(|line| line.strip_prefix("From: ")).and_then(parts) {
            hosts.extend(address.rsplit_once('@').map(|(_, host)| host.to_owned()));
            senders.insert((name, address));
        }
    }
    hosts.retain(|host| host.contains('.') && host.parse::<std::net::Ipv4Addr>().is_err());
    (hosts, senders)
}

fn links(text: &str) -> Vec<String> {
    let after = text.split("://").skip(1);
    let host = |rest: &str| {
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')).collect::<String>()
    };
    after.map(host).map(|host| host.trim_matches(['.', '-']).to_lowercase()).collect()
}

/// Display name and address of a From line, as far as it is written plainly.
fn parts(line: &str) -> Option<(String, String)> {
    let (name, rest) = line.split_once('<').unwrap_or(("", line));
    let address = rest.split(['>', ' ']).next()?.trim().to_lowercase();
    address.contains('@').then(|| (name.trim().trim_matches('"').to_owned(), address))
}
