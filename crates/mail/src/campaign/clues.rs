//! Where a message comes from and where it leads: what the copies of a lure share though their texts differ.
//!
//! Domains are those that somebody registered (Public Suffix List). Hosts that many unrelated people use (free mail, shorteners,
//! shared storage) are no clue by themselves.

use std::net::IpAddr;

use super::fold::folded;
use super::key::GroupKey;
use super::own::OwnWords;
use super::shared_hosts::{FREE_MAIL, SHARED_HOSTS, is_shared};
use crate::letter::{Letter, Link, registrable};

/// More clues of one message are not kept.
const MOST_CLUES: usize = 24;
/// Links are looked at up to here.
const MOST_LINKS: usize = 60;

/// Kinds of clues, from those that many messages share to those that few do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(super) enum Kind {
    /// The network of the host that handed the message over.
    Network = 1,
    /// The domain that faults in delivery go to.
    Envelope,
    /// The name that the sender shows.
    SenderName,
    /// The letters of an address on free mail, at whichever provider.
    FreeMailName,
    /// A path at a host that many use.
    SharedHostPath,
    /// The sender's domain, where it is not free mail.
    SenderDomain,
    /// A domain that links lead to.
    LinkDomain,
    /// Such a domain with the path, without tokens.
    LinkPath,
    /// Where answers go, where that is elsewhere.
    ReplyAddress,
    /// The sender's address.
    SenderAddress,
}

impl Kind {
    pub(super) const ALL: [Self; 10] = [
        Self::Network,
        Self::Envelope,
        Self::SenderName,
        Self::FreeMailName,
        Self::SharedHostPath,
        Self::SenderDomain,
        Self::LinkDomain,
        Self::LinkPath,
        Self::ReplyAddress,
        Self::SenderAddress,
    ];

    /// How much it says that two messages share it: 0 next to nothing, 1 something, 2 much.
    pub(super) fn weight(self) -> u8 {
        match self {
            Self::Network | Self::Envelope => 0,
            Self::SenderName | Self::FreeMailName | Self::SharedHostPath => 1,
            Self::SenderDomain | Self::LinkDomain | Self::LinkPath | Self::ReplyAddress | Self::SenderAddress => 2,
        }
    }
}

/// Something that messages may share, keyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Clue {
    pub(super) kind: Kind,
    pub(super) hash: u64,
}

/// A message's clues, in order.
pub(super) fn clues(letter: &Letter, own: &OwnWords, key: &GroupKey) -> Vec<Clue> {
    let mut found: Vec<(Kind, String)> = Vec::new();
    sender(letter, own, &mut found);
    links(letter, own, &mut found);
    if let Some(network) = network(letter) {
        found.push((Kind::Network, network));
    }
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.dedup();
    found.truncate(MOST_CLUES);
    let keyed = |(kind, what): &(Kind, String)| Clue { kind: *kind, hash: key.hash(&[*kind as u8], what.as_bytes()) };
    let mut clues: Vec<Clue> = found.iter().map(keyed).collect();
    clues.sort_unstable();
    clues
}

fn sender(letter: &Letter, own: &OwnWords, found: &mut Vec<(Kind, String)>) {
    let Some(writer) = letter.writer() else { return };
    let domain = registrable(writer.domain());
    if !writer.address.is_empty() {
        found.push((Kind::SenderAddress, writer.address.clone()));
    }
    let letters: String = folded(writer.local()).chars().filter(|c| c.is_alphabetic()).collect();
    if is_shared(FREE_MAIL, domain) && letters.len() >= 5 {
        found.push((Kind::FreeMailName, letters));
    } else if !domain.is_empty() && !is_shared(FREE_MAIL, domain) && !own.owns(domain) {
        found.push((Kind::SenderDomain, domain.to_owned()));
    }
    let name: String = folded(&writer.name).chars().filter(|c| c.is_alphabetic()).collect();
    if name.len() >= 4 && !writer.name.contains('@') {
        found.push((Kind::SenderName, name));
    }
    if let Some(reply) = letter.reply_to.first().filter(|reply| reply.address != writer.address) {
        found.push((Kind::ReplyAddress, reply.address.clone()));
    }
    let envelope = letter.return_path.as_deref().and_then(|path| path.rsplit_once('@')).map(|(_, domain)| domain);
    if let Some(envelope) =
        envelope.map(registrable).filter(|envelope| !own.owns(envelope) && !is_shared(FREE_MAIL, envelope))
    {
        found.push((Kind::Envelope, envelope.to_owned()));
    }
}

/// Below what a list sends stand links to the list, whoever wrote.
fn list_domain(letter: &Letter) -> String {
    let id = letter.list_id.as_deref().unwrap_or_default();
    let id = id.rsplit_once('<').map_or(id, |(_, id)| id).trim_end_matches('>');
    registrable(&id.to_lowercase()).to_owned()
}

fn links(letter: &Letter, own: &OwnWords, found: &mut Vec<(Kind, String)>) {
    let list = list_domain(letter);
    for link in letter.links.iter().filter(|link| link.is_web()).take(MOST_LINKS) {
        let domain = registrable(&link.host);
        let path = path_shape(link);
        if is_shared(SHARED_HOSTS, domain) {
            if path.len() > 1 {
                found.push((Kind::SharedHostPath, format!("{}{path}", link.host)));
            }
        } else if !own.owns(domain) && domain != list {
            found.push((Kind::LinkDomain, domain.to_owned()));
            found.push((Kind::LinkPath, format!("{domain}{path}")));
        }
    }
}

/// A target's path with `*` for tokens, and the names of its parameters.
fn path_shape(link: &Link) -> String {
    let after_host = link.url.split_once("://").map_or(link.url.as_str(), |(_, rest)| rest);
    let path = after_host.split_once('/').map_or("", |(_, path)| path);
    let (path, query) = path.split('#').next().unwrap_or_default().split_once('?').unwrap_or((path, ""));
    let mut shape = String::new();
    for segment in path.split('/').filter(|segment| !segment.is_empty()).take(6) {
        shape.push('/');
        shape.push_str(if is_token(segment) { "*" } else { segment });
    }
    let mut names: Vec<&str> =
        query.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, _)| name).take(8).collect();
    names.sort_unstable();
    names.iter().filter(|name| name.len() <= 16).for_each(|name| {
        shape.push('&');
        shape.push_str(name);
    });
    shape
}

fn is_token(segment: &str) -> bool {
    segment.len() > 16
        || segment
            .bytes()
            .any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase() || byte == b'@' || byte == b'%')
}

/// The network (/24 or /48) of the last host before the office's own that has a public address.
fn network(letter: &Letter) -> Option<String> {
    letter.came_from.map(|address| match address {
        IpAddr::V4(v4) => format!("{:?}", &v4.octets()[..3]),
        IpAddr::V6(v6) => format!("{:?}", &v6.segments()[..3]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(url: &str) -> String {
        let text = format!("From: a@example.org\nSubject: s\nContent-Type: text/html\n\n<a href=\"{url}\">x</a>");
        path_shape(&Letter::read(text.as_bytes()).links[0])
    }

    #[test]
    fn tokens_of_recipients_are_no_part_of_a_path() {
        assert_eq!(shape("https://login.example.net/adfs/ls/?u=aGk&c=1"), "/adfs/ls&c&u");
        assert_eq!(shape("https://login.example.net/r/a8f93c/view"), "/r/*/view");
        assert_eq!(shape("https://login.example.net"), "");
    }

    #[test]
    fn a_senders_clues() {
        let letter = Letter::read(b"From: VR Helpdesk <vr.help22@gmail.com>\nReply-To: x@example.net\nReturn-Path: <b@example.test>\n\nhi http://a.example.net/q");
        let kinds: Vec<Kind> =
            clues(&letter, &OwnWords::default(), &GroupKey::within_office()).iter().map(|clue| clue.kind).collect();
        assert_eq!(
            kinds,
            [
                Kind::Envelope,
                Kind::SenderName,
                Kind::FreeMailName,
                Kind::LinkDomain,
                Kind::LinkPath,
                Kind::ReplyAddress,
                Kind::SenderAddress
            ]
        );
    }

    #[test]
    fn the_offices_own_domain_is_no_clue() {
        let letter = Letter::read(b"From: IT <it@county.example.org>\n\nsee https://www.example.org/a");
        let own = OwnWords::new("County", ["county.example.org"], []);
        let kinds: Vec<Kind> = clues(&letter, &own, &GroupKey::within_office()).iter().map(|clue| clue.kind).collect();
        assert_eq!(kinds, [Kind::SenderAddress]);
    }
}
