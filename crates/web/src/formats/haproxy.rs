//! HAProxy's HTTP log format (HAProxy, *Configuration Manual*, section 8.2.3).
//!
//! Times are the server's own, without a zone. A long request is cut, its closing quote included.

use std::sync::LazyLock;

use super::pattern::{Escape, Pattern, PatternReader};
use super::{LineFormat, Settings};

static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    vec![
        // The last of the five timers is the whole, in milliseconds. Captured headers, in braces, may stand before the request.
        Pattern::own(
            r#"$remote_addr_port [$time] $frontend $backend/$server $t1/$t2/$t3/$t4/$request_milliseconds $status $bytes_sent $cookie $cookie2 $termination $connections $queues "$request""#,
        ),
    ]
});

const MEND: &str = "Check that HAProxy writes `option httplog`, and that the line is whole.";

#[derive(Debug)]
pub(crate) struct HaProxy;

impl LineFormat for HaProxy {
    const NAME: &'static str = "haproxy";
    type Reader = PatternReader;

    fn reader(settings: &'static Settings) -> PatternReader {
        PatternReader::new(&PATTERNS, Escape::Hash, settings, MEND)
    }
}
