//! Addresses that a server is made to fetch: remote files for its own scripts (CWE-98) and requests into networks that only it
//! can reach (CWE-918).
//!
//! Pages pass addresses to each other all the time, so the parameter's name counts: `return=https://…` is ordinary,
//! `template=https://…` is not. What no page would pass is a sign anywhere: loopback in whatever notation, the metadata
//! services of clouds, schemes that only a fetching library knows.

use std::sync::LazyLock;

use super::decode::Decoded;
use super::patterns::Patterns;

/// How sure one can be, from 0 to 1, that a value is such an address. The name is in lower case; `None` outside parameters.
pub(crate) fn score(value: &Decoded, name: Option<&str>) -> f32 {
    static METADATA: LazyLock<Patterns> = LazyLock::new(|| Patterns::new(METADATA_LIST));
    let lower = value.lower.as_str();
    let known = if value.has(b".-:") { METADATA.score(lower) } else { 0.0 };
    let address = lower.trim_start_matches([' ', '\t', '"', '\'', '(']);
    let address = address.strip_prefix("url:").unwrap_or(address);
    let scheme = address.bytes().take(24).take_while(|b| b.is_ascii_alphanumeric() || b"+._-".contains(b)).count();
    let addressed = match (&address[..scheme], &address[scheme..]) {
        ("http" | "https", rest) if rest.starts_with(":/") || rest.starts_with(":\\") => web(&rest[1..], name),
        ("", rest) if rest.starts_with("//") && host(rest).contains('.') && name.is_some() => web(rest, name),
        ("", rest) if rest.starts_with("//") => odd_host(host(rest)),
        (scheme, rest) if scheme.len() > 1 && rest.starts_with(':') => other(scheme, &rest[1..], name),
        _ => 0.0,
    };
    known.max(addressed)
}

/// Hosts and paths by which clouds tell a machine its own secrets, and names that resolve to any address one likes or tell
/// their owner who asked.
const METADATA_LIST: &[(f32, &str)] = &[
    (
        0.8,
        r"169\.254\.(169\.254|170\.2)|\bmetadata\.(google|packet|platformequinix|oraclecloud|tencentyun|azure|nic\.in)|100\.100\.100\.200|192\.0\.0\.192|fd00:ec2::254|\brancher-metadata|\binstance-data\b|/latest/(meta-data|user-data|dynamic|api/token)|/computemetadata/v|/metadata/(v1|instance)|/openstack/latest|\bkubernetes\.default|\b2852039166\b|0xa9fea9fe",
    ),
    (
        0.75,
        r"\.(nip|sslip|xip)\.io\b|\b(localtest\.me|lvh\.me|vcap\.me|1u\.ms|rbndr\.us|lacolhost\.com|spoofed\.burpcollaborator\.net)\b|\b(burpcollaborator\.net|oastify\.com|oast\.(fun|live|me|online|pro|site)|interact\.sh|interactsh\.com|dnslog\.cn|ceye\.io|requestbin\.net|webhook\.site|pipedream\.net|canarytokens\.(com|org))\b",
    ),
    (0.7, r"\blocalhost:\d+"),
];

/// An address of the web, after its scheme.
fn web(rest: &str, name: Option<&str>) -> f32 {
    let odd = odd_host(host(rest));
    if odd > 0.0 {
        return odd;
    }
    let Some(name) = name else { return 0.0 };
    if takes_addresses(name) {
        return 0.0;
    }
    let trimmed = rest.trim_end();
    let path = trimmed.split(['?', '#']).next().unwrap_or_default().trim_start_matches(['/', '\\']);
    let file = path.split_once('/').map_or("", |(_, path)| path);
    let fetched = [
        ".txt", ".php", ".sh", ".pl", ".py", ".jsp", ".asp", ".aspx", ".inc", ".dat", ".exe", ".ps1", ".cgi", ".dtd",
        ".xsl",
    ];
    match trimmed.ends_with('?') || fetched.iter().any(|end| file.ends_with(end)) {
        true => 0.65,
        false if path.contains('.') && path.len() > 3 && !path.contains(' ') => 0.5,
        false => 0.0,
    }
}

/// The authority of an address, without its port; with the user named before it.
fn host(rest: &str) -> &str {
    let rest = rest.trim_start_matches(['/', '\\']);
    rest.split(['/', '?', '#', '\\', ' ', '&', '"', '\'', '<']).next().unwrap_or_default()
}

/// How odd a host is for a page to pass on: loopback and private addresses, numbers in place of names, users in front.
fn odd_host(authority: &str) -> f32 {
    let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    if host.starts_with('[') {
        return 0.75;
    }
    let host = host.split(':').next().unwrap_or_default().trim_end_matches('.');
    let local = ["localhost", "loopback", "ip6-localhost", "metadata", "kubernetes", "docker", "host.docker.internal"]
        .contains(&host)
        || [".internal", ".local", ".localhost", ".localdomain", ".svc", ".corp", ".lan"]
            .iter()
            .any(|end| host.ends_with(end));
    if local || is_numeric(host) {
        0.75
    } else if user.is_some_and(|user| !user.is_empty()) {
        0.6
    } else {
        0.0
    }
}

/// `192.0.2.1`, and what `inet_aton` takes for an address too: fewer parts, octal, hexadecimal.
fn is_numeric(host: &str) -> bool {
    let is_number = |part: &str| match part.strip_prefix("0x") {
        Some(hex) => !hex.is_empty() && hex.bytes().all(|b| b.is_ascii_hexdigit()),
        None => !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()),
    };
    !host.is_empty() && host.split('.').count() <= 4 && host.split('.').all(is_number)
}

/// Addresses of other schemes.
fn other(scheme: &str, rest: &str, name: Option<&str>) -> f32 {
    const FETCHED: &str = " gopher dict ldap ldaps ftps sftp tftp jar netdoc rmi smb imap imaps pop3 pop3s smtp smtps svn svn+ssh mysql \
        redis memcached memcache rediss mongodb postgresql amqp nfs cups chrome ms-its ms-settings view-source res s3 gs vnc finger \
        rtsp rtmp telnet ssh ssh2 unix jdbc hdfs afp cifs nntp gluster expect php phar zlib zip glob ";
    let slashes = rest.starts_with("//");
    if FETCHED.contains(&format!(" {scheme} "))
        && (slashes || matches!(scheme, "jar" | "unix" | "jdbc" | "view-source" | "ms-its"))
    {
        return if scheme == "unix" && !rest.contains('/') { 0.0 } else { 0.75 };
    }
    match scheme {
        "ftp" if slashes => 0.65_f32.max(odd_host(host(rest))),
        "data" if rest.contains(',') && !rest.starts_with(' ') && rest.split(',').next().is_some_and(is_media_type) => {
            0.6
        }
        // An application's own scheme, where a page may well name it.
        _ if slashes
            && name.is_some_and(|name| !takes_addresses(name))
            && !matches!(scheme, "file" | "http" | "https") =>
        {
            0.55
        }
        _ => 0.0,
    }
}

fn is_media_type(text: &str) -> bool {
    text.is_empty() || text.contains('/') || text.starts_with(';')
}

/// Whether a parameter of this name is one that pages pass addresses in, or that people write text into.
fn takes_addresses(name: &str) -> bool {
    const PARTS: [&str; 62] = [
        "url",
        "uri",
        "link",
        "href",
        "ref",
        "return",
        "redir",
        "next",
        "back",
        "continue",
        "dest",
        "goto",
        "forward",
        "callback",
        "service",
        "site",
        "origin",
        "source",
        "location",
        "domain",
        "issuer",
        "realm",
        "openid",
        "relaystate",
        "wctx",
        "wreply",
        "feed",
        "image",
        "photo",
        "avatar",
        "logo",
        "icon",
        "home",
        "success",
        "cancel",
        "login",
        "logout",
        "signin",
        "signout",
        "search",
        "query",
        "note",
        "comment",
        "message",
        "remark",
        "descr",
        "subject",
        "title",
        "share",
        "media",
        "schema",
        "xmlns",
        "profile",
        "geometr",
        "layer",
        "tile",
        "audience",
        "resource",
        "utm_",
        "address",
        "website",
        "webpage",
    ];
    const NAMES: [&str; 40] = [
        "",
        "u",
        "r",
        "q",
        "s",
        "p",
        "to",
        "go",
        "out",
        "from",
        "text",
        "body",
        "msg",
        "via",
        "map",
        "wms",
        "wfs",
        "wmts",
        "sld",
        "iss",
        "aud",
        "state",
        "scope",
        "id",
        "dl",
        "dr",
        "dp",
        "loc",
        "src",
        "img",
        "target",
        "host",
        "page",
        "web",
        "client_id",
        "srsname",
        "crs",
        "after",
        "exit",
        "reply",
    ];
    NAMES.contains(&name) || PARTS.iter().any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::decode::decode;

    fn score_of(value: &str, name: &str) -> f32 {
        score(&decode(value, false), Some(name))
    }

    #[test]
    fn odd_addresses_count_anywhere() {
        for value in [
            "http://192.0.2.1/x.txt?",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0177.0.0.1",
            "http://127.1/a",
            "https://[::1]/",
            "http://localhost:8080/admin",
            "http://169.254.169.254/latest/meta-data/",
            "gopher://x:70/_a",
            "dict://x:11211/",
            "ldap://x/a",
            "ftp://files.example/a",
            "http://metadata.google.internal/",
            "http://user@evil.example/",
            "jar:http://x!/a",
            "//127.0.0.1/a",
            "http://①②⑦.⓪.⓪.①/",
        ] {
            assert!(score_of(value, "url") >= 0.5, "{value}");
        }
    }

    #[test]
    fn addresses_count_where_no_page_passes_them() {
        for value in ["https://evil.example/", "http://a.example/shell.txt?", "https://a.example:8443/x", "zz_file://x"]
        {
            assert!(score_of(value, "template") >= 0.5, "{value}");
            for name in ["return_to", "redirect_uri", "utm_source", "ref", "next", "url", "notes", "continue"] {
                assert!(score_of(value, name) < 0.5, "{name} {value}");
            }
        }
        for value in [
            "https",
            "http: yes",
            "mailto:ann@example.org",
            "tel:5550100",
            "see https://vote.example/x",
            "Note: call",
            "a://",
        ] {
            assert!(score_of(value, "notes") < 0.5, "{value}");
        }
    }
}
