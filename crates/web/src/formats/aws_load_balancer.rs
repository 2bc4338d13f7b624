//! AWS load balancers: Application Load Balancer (*Access logs for your Application Load Balancer*) and Classic Load Balancer.
//!
//! AWS adds fields at the end of its lines and asks readers to bear with it.

use std::sync::LazyLock;

use super::pattern::{Escape, Pattern, PatternReader};
use super::{LineFormat, Settings};

static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    vec![
        // Application Load Balancer. Times of the three legs are in seconds, -1 where one was not walked.
        Pattern::own(
            r#"$kind $time $elb $remote_addr_port $target $request_time $request_time $request_time $status $target_status $received $bytes_sent "$request" "$http_user_agent" $cipher $protocol $group "$trace" "$host""#,
        ),
        Pattern::own(
            r#"$kind $time $elb $remote_addr_port $target $request_time $request_time $request_time $status $target_status $received $bytes_sent "$request" "$http_user_agent" $cipher $protocol $group"#,
        ),
        // Classic Load Balancer.
        Pattern::own(
            r#"$time $elb $remote_addr_port $target $request_time $request_time $request_time $status $target_status $received $bytes_sent "$request" "$http_user_agent" $cipher $protocol"#,
        ),
    ]
});

const MEND: &str =
    "Check that the log is an AWS load balancer's access log as AWS delivers it, and that the line is whole.";

#[derive(Debug)]
pub(crate) struct AwsLoadBalancer;

impl LineFormat for AwsLoadBalancer {
    const NAME: &'static str = "aws-load-balancer";
    type Reader = PatternReader;

    fn reader(settings: &'static Settings) -> PatternReader {
        PatternReader::new(&PATTERNS, Escape::Backslash, settings, MEND)
    }
}
