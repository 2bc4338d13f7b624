//! Envoy's default text format (Envoy, *Access logging*, "Default format string"), and Istio's, which is longer.
//!
//! Envoy's own names no peer: the client is then taken from the end of the forwarded addresses.

use std::sync::LazyLock;

use super::pattern::{Escape, Pattern, PatternReader};
use super::{LineFormat, Settings};

static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    vec![
        // Istio: with the peer's address.
        Pattern::own(
            r#"[$time] "$request" $status $flags $details $termination "$failure" $received $bytes_sent $request_milliseconds $upstream "$http_x_forwarded_for" "$http_user_agent" "$request_id" "$host" "$upstream_host" $cluster $upstream_local $local $remote_addr $server_name $route"#,
        ),
        Pattern::own(
            r#"[$time] "$request" $status $flags $received $bytes_sent $request_milliseconds $upstream "$http_x_forwarded_for" "$http_user_agent" "$request_id" "$host" "$upstream_host""#,
        ),
    ]
});

const MEND: &str = "Check that the log is in Envoy's default format, and that the line is whole; as JSON any format of Envoy's is read.";

#[derive(Debug)]
pub(crate) struct Envoy;

impl LineFormat for Envoy {
    const NAME: &'static str = "envoy";
    type Reader = PatternReader;

    fn reader(settings: &'static Settings) -> PatternReader {
        PatternReader::new(&PATTERNS, Escape::Backslash, settings, MEND)
    }
}
