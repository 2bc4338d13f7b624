//! nginx formats that begin with the time, as Nginx Proxy Manager and its like configure them.

use std::sync::LazyLock;

use super::pattern::{Escape, Pattern, PatternReader};
use super::{LineFormat, Settings};

static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    vec![
        // Nginx Proxy Manager, "proxy": cache and upstream status stand before the status.
        Pattern::own(
            r#"[$time_local] $cache $upstream_status $status - $request_method $scheme $host "$request_uri" [Client $remote_addr] [Length $body_bytes_sent] [Gzip $gzip "$http_user_agent" "$http_referer""#,
        ),
        // Nginx Proxy Manager, "standard".
        Pattern::own(
            r#"[$time_local] $status - $request_method $scheme $host "$request_uri" [Client $remote_addr] [Length $body_bytes_sent] [Gzip $gzip "$http_user_agent" "$http_referer""#,
        ),
        // With the host, the client and the duration before the request.
        Pattern::own(
            r#"[$time_local] $host $remote_addr $request_time "$request" $status $body_bytes_sent $request_length $http_referer $http_user_agent"#,
        ),
    ]
});

const MEND: &str = "Check that the line is whole. A format of your own can be given as log_format in office.toml.";

#[derive(Debug)]
pub(crate) struct TimeFirst;

impl LineFormat for TimeFirst {
    const NAME: &'static str = "nginx-time-first";
    type Reader = PatternReader;

    fn reader(settings: &'static Settings) -> PatternReader {
        PatternReader::new(&PATTERNS, Escape::Backslash, settings, MEND)
    }
}
