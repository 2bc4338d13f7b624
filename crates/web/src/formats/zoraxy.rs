//! The reverse proxy Zoraxy's log. It holds no sizes, and its times are the server's own, without a zone.

use std::sync::LazyLock;

use super::pattern::{Escape, Pattern, PatternReader};
use super::{LineFormat, Settings};

static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    vec![Pattern::own(
        r#"$written [$time] [router:$router] [origin:$host] [client: $remote_addr] [useragent: $http_user_agent] $request_method $request_uri $status"#,
    )]
});

const MEND: &str = "Check that the line is one of Zoraxy's requests, and that it is whole.";

#[derive(Debug)]
pub(crate) struct Zoraxy;

impl LineFormat for Zoraxy {
    const NAME: &'static str = "zoraxy";
    type Reader = PatternReader;

    fn reader(settings: &'static Settings) -> PatternReader {
        PatternReader::new(&PATTERNS, Escape::Backslash, settings, MEND)
    }
}
