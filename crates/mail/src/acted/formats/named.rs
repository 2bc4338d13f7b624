//! What named fields say, whoever names them: columns of a table, keys of an object.

use super::hashes::is_sha256;
use super::squid::visit;
use super::{Event, Seen};
use crate::acted::clock::Clock;

/// What a field says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Role {
    Date,
    Time,
    Client,
    User,
    Machine,
    Method,
    Url,
    Scheme,
    Host,
    Path,
    Question,
    Sha256,
    Hashes,
    Action,
}

/// Names are compared in lower case, without marks between their words. Of several fields of a role, the first name counts.
const NAMES: [(Role, &[&str]); 14] = [
    (Role::Date, &["date"]),
    (
        Role::Time,
        &[
            "ts",
            "timestamp",
            "time",
            "datetime",
            "utctime",
            "eventtime",
            "starttime",
            "timegenerated",
            "timecreated",
            "atimestamp",
            "lasttime",
            "systemtime",
            "when",
            "accessed",
            "created",
        ],
    ),
    (
        Role::Client,
        &[
            "cip",
            "idorigh",
            "clientip",
            "client",
            "srcip",
            "sourceip",
            "src",
            "source",
            "clientaddress",
            "remoteaddr",
            "internalip",
            "sip",
            "txhosts",
            "sourceaddress",
        ],
    ),
    (
        Role::User,
        &[
            "csusername",
            "user",
            "username",
            "login",
            "account",
            "accountname",
            "email",
            "upn",
            "csauthuser",
            "initiatinguser",
        ],
    ),
    (
        Role::Machine,
        &[
            "computer",
            "computername",
            "machine",
            "devicename",
            "hostname",
            "agenthostname",
            "hostnamefull",
            "endpoint",
            "systemname",
            "device",
            "workstation",
            "deviceid",
        ],
    ),
    (Role::Method, &["csmethod", "method", "requestmethod", "httpmethod", "httprequestmethod", "verb"]),
    (
        Role::Url,
        &[
            "url",
            "csuri",
            "uri",
            "requesturl",
            "urloriginal",
            "urlfull",
            "destinationurl",
            "remoteurl",
            "eurl",
            "fullurl",
        ],
    ),
    (Role::Scheme, &["csurischeme", "scheme"]),
    (
        Role::Host,
        &[
            "cshost",
            "host",
            "urldomain",
            "desthost",
            "destinationhost",
            "dhost",
            "destinationdomain",
            "sni",
            "servername",
            "csxhost",
        ],
    ),
    (Role::Path, &["csuristem", "csuripath", "path", "uripath", "urlpath"]),
    (
        Role::Question,
        &[
            "query",
            "domain",
            "dnsquestionname",
            "queryname",
            "qname",
            "question",
            "dnsquery",
            "requesteddomain",
            "dnsrrname",
            "name",
        ],
    ),
    (
        Role::Sha256,
        &[
            "sha256",
            "hash",
            "filesha256",
            "filehashsha256",
            "processhashsha256",
            "filehash",
            "sha256hash",
            "hashsha256",
        ],
    ),
    (Role::Hashes, &["hashes"]),
    (Role::Action, &["action", "scfilterresult", "saction", "disposition", "result", "policyaction", "verdict"]),
];

/// What a field's name says; with the place of the name in its list, which is its rank.
pub(super) fn role(name: &str) -> Option<(Role, usize)> {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let plain = plain.as_str();
    let bare =
        ["eventdata", "event", "winlogeventdata", "data", "source"].iter().find_map(|front| plain.strip_prefix(front));
    let of = |plain: &str| {
        NAMES.iter().find_map(|(role, names)| names.iter().position(|name| *name == plain).map(|rank| (*role, rank)))
    };
    of(plain).or_else(|| bare.and_then(of).map(|(role, rank)| (role, rank + 100)))
}

/// A line's fields by role.
#[derive(Debug, Default)]
pub(super) struct Named<'a> {
    fields: Vec<(Role, usize, &'a str)>,
}

impl<'a> Named<'a> {
    pub(super) fn add(&mut self, role: (Role, usize), value: &'a str) {
        let value = value.trim();
        if !value.is_empty() && value != "-" && value != "(empty)" {
            self.fields.push((role.0, role.1, value));
        }
    }

    fn get(&self, role: Role) -> Option<&'a str> {
        let of_role = self.fields.iter().filter(|(known, _, _)| *known == role);
        of_role.min_by_key(|(_, rank, _)| *rank).map(|(_, _, value)| *value)
    }

    /// What the fields tell; `is_utc` where date and time are in UTC by the format's rule.
    pub(super) fn event(&self, clock: &mut Clock, is_utc: bool) -> Option<Event> {
        let mut seen = Vec::new();
        seen.extend(self.visit());
        if seen.is_empty() {
            seen.extend(self.get(Role::Question).map(|name| Seen::Lookup(name.to_owned())));
        }
        seen.extend(self.hash().map(|hash| Seen::File(hash.to_ascii_lowercase())));
        let who = [Role::User, Role::Client, Role::Machine].into_iter().find_map(|role| self.get(role));
        let of_file = [Role::Machine, Role::User, Role::Client].into_iter().find_map(|role| self.get(role));
        let is_file = seen.iter().all(|seen| matches!(seen, Seen::File(_)));
        let who = if is_file { of_file } else { who }.unwrap_or_default().to_owned();
        (!seen.is_empty()).then(|| Event { when: self.when(clock, is_utc), who, seen })
    }

    fn when(&self, clock: &mut Clock, is_utc: bool) -> Option<jiff::Timestamp> {
        let time = self.get(Role::Time)?;
        match self.get(Role::Date) {
            Some(date) if is_utc => clock.utc(date, time),
            Some(date) => clock.civil(date, time),
            None => clock.read(time),
        }
    }

    fn visit(&self) -> Option<Seen> {
        let method = self.get(Role::Method).unwrap_or_default();
        let blocked = ["block", "den", "drop", "refus", "sinkhole"];
        let action = self.get(Role::Action).unwrap_or_default().to_ascii_lowercase();
        let is_blocked = blocked.iter().any(|word| action.contains(word));
        let whole = self.get(Role::Url).filter(|url| !url.starts_with('/'));
        if let Some(url) = whole {
            return Some(visit(method, url, is_blocked));
        }
        let host = self.get(Role::Host)?;
        let path = self.get(Role::Path).or_else(|| self.get(Role::Url)).filter(|path| path.starts_with('/'));
        let url = format!("{}://{host}{}", self.get(Role::Scheme).unwrap_or("http"), path.unwrap_or("/"));
        match visit(method, &url, is_blocked) {
            Seen::Visit { url, has_path, how } => Some(Seen::Visit { url, has_path: has_path && path.is_some(), how }),
            other => Some(other),
        }
    }

    /// A SHA-256, alone or among others as Sysmon writes them: `SHA1=…,SHA256=…`.
    fn hash(&self) -> Option<&'a str> {
        if let Some(hash) = self.get(Role::Sha256).filter(|hash| is_sha256(hash)) {
            return Some(hash);
        }
        let each = self.get(Role::Hashes)?.split([',', ';', ' ']);
        let mut named =
            each.filter_map(|one| one.split_once('=')).filter(|(name, _)| name.eq_ignore_ascii_case("sha256"));
        named.next().map(|(_, hash)| hash).filter(|hash| is_sha256(hash))
    }
}
