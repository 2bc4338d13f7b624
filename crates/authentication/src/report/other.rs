//! Failure reports (RFC 5965, RFC 6591) and TLS reports (RFC 8460), as far as the office needs them. Of a failed mail
//! nothing is kept but where it came from and why it failed.

use std::net::IpAddr;

use jiff::Timestamp;
use mail_auth::report::tlsrpt::TlsReport as WireReport;
use mail_auth::report::{AuthFailureType, Feedback, FeedbackType};
use serde_json::Value;

/// One mail that failed, or that someone complained of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailureReport {
    /// What kind: `auth-failure`, `abuse`, `fraud`, `virus`, `not-spam` or `other`.
    pub kind: &'static str,
    /// Which check failed: `dmarc`, `spf`, `signature` and others.
    pub failed: Option<&'static str>,
    /// The address that sent.
    pub source_ip: Option<IpAddr>,
    /// Domains reported on.
    pub domains: Vec<String>,
    /// When the mail arrived.
    pub arrived: Option<Timestamp>,
    /// Who reports.
    pub reporter: Option<String>,
    /// How many mails the report stands for.
    pub incidents: u32,
}

impl From<&Feedback<'_>> for FailureReport {
    fn from(feedback: &Feedback<'_>) -> Self {
        Self {
            kind: kind(feedback.feedback_type()),
            failed: failed(feedback.auth_failure()),
            source_ip: feedback.source_ip(),
            domains: feedback.reported_domain().iter().map(|domain| domain.to_lowercase()).collect(),
            arrived: feedback.arrival_date().and_then(|second| Timestamp::from_second(second).ok()),
            reporter: feedback.reporting_mta().map(str::to_owned),
            incidents: feedback.incidents(),
        }
    }
}

fn kind(kind: FeedbackType) -> &'static str {
    match kind {
        FeedbackType::Abuse => "abuse",
        FeedbackType::AuthFailure => "auth-failure",
        FeedbackType::Fraud => "fraud",
        FeedbackType::NotSpam => "not-spam",
        FeedbackType::Virus => "virus",
        FeedbackType::Other => "other",
    }
}

fn failed(failure: AuthFailureType) -> Option<&'static str> {
    Some(match failure {
        AuthFailureType::Adsp => "adsp",
        AuthFailureType::BodyHash => "bodyhash",
        AuthFailureType::Revoked => "revoked",
        AuthFailureType::Signature => "signature",
        AuthFailureType::Spf => "spf",
        AuthFailureType::Dmarc => "dmarc",
        AuthFailureType::Unspecified => return None,
    })
}

/// Connections to one of the office's domains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsPolicy {
    /// The domain.
    pub domain: String,
    /// Connections that were encrypted as the policy wants.
    pub succeeded: u64,
    /// Connections that were not.
    pub failed: u64,
    /// Why, in the words of RFC 8460 §4.3, with how often.
    pub reasons: Vec<(String, u64)>,
}

/// A report about encryption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsReport {
    /// Who reports.
    pub reporter: String,
    /// The reporter's number of the report.
    pub id: String,
    /// From when.
    pub begin: Option<Timestamp>,
    /// To when.
    pub end: Option<Timestamp>,
    /// By policy.
    pub policies: Vec<TlsPolicy>,
}

impl TlsReport {
    /// Reads the JSON of a report.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        let mut json: Value = serde_json::from_slice(bytes).map_err(|why| why.to_string())?;
        single_texts_to_lists(&mut json);
        let wire: WireReport = serde_json::from_str(&json.to_string()).map_err(|why| why.to_string())?;
        let time = |date: &mail_parser::DateTime| Timestamp::from_second(date.to_timestamp()).ok();
        Ok(Self {
            reporter: wire.organization_name.clone().unwrap_or_default(),
            id: wire.report_id.clone(),
            begin: time(&wire.date_range.start_datetime),
            end: time(&wire.date_range.end_datetime),
            policies: wire.policies.iter().map(policy).collect(),
        })
    }
}

/// RFC 8460 §4.4 makes these lists; its own example, and reporters after it, give a single text.
fn single_texts_to_lists(json: &mut Value) {
    let policies = json.get_mut("policies").and_then(Value::as_array_mut).into_iter().flatten();
    for policy in policies.filter_map(|policy| policy.get_mut("policy")) {
        for field in ["mx-host", "policy-string"] {
            if let Some(text @ Value::String(_)) = policy.get_mut(field) {
                *text = Value::Array(vec![text.take()]);
            }
        }
    }
}

fn policy(wire: &mail_auth::report::tlsrpt::Policy) -> TlsPolicy {
    let reason = |details: &mail_auth::report::tlsrpt::FailureDetails| {
        let word = serde_json::to_value(details.result_type).ok().and_then(|v| v.as_str().map(str::to_owned));
        (word.unwrap_or_else(|| "other".into()), details.failed_session_count.into())
    };
    TlsPolicy {
        domain: wire.policy.policy_domain.to_lowercase(),
        succeeded: wire.summary.total_success.into(),
        failed: wire.summary.total_failure.into(),
        reasons: wire.failure_details.iter().map(reason).collect(),
    }
}
