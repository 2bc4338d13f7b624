//! One request as the server saw it, and what is known of it that the log does not say.

use std::{borrow::Cow, net::IpAddr, ops::Range, sync::Arc};

use super::portal::Answer;

/// Microseconds since 1970.
pub(super) type Micros = i64;

pub(super) const SECOND: Micros = 1_000_000;

#[derive(Debug, Clone)]
pub(super) struct Hit {
    pub(super) at: Micros,
    pub(super) client: IpAddr,
    pub(super) user: Option<&'static str>,
    pub(super) method: &'static str,
    pub(super) target: String,
    pub(super) status: u16,
    pub(super) bytes: u64,
    /// Empty where there is none.
    pub(super) referer: Cow<'static, str>,
    pub(super) agent: Arc<str>,
    /// The attack it belongs to, as its place in the plan.
    pub(super) attack: Option<usize>,
    /// The voters whose whole record had left once this was answered.
    pub(super) left: Range<u64>,
}

impl Hit {
    /// A plain answered GET.
    pub(super) fn get(at: Micros, client: IpAddr, agent: &Arc<str>, target: impl Into<String>, bytes: u64) -> Self {
        Self {
            at,
            client,
            user: None,
            method: "GET",
            target: target.into(),
            status: 200,
            bytes,
            referer: Cow::Borrowed(""),
            agent: Arc::clone(agent),
            attack: None,
            left: 0..0,
        }
    }

    /// A GET with its answer.
    pub(super) fn answered(at: Micros, client: IpAddr, agent: &Arc<str>, target: String, answer: Answer) -> Self {
        Self::get(at, client, agent, target, answer.bytes).status(answer.status)
    }

    /// The same as a form.
    pub(super) fn posted(self) -> Self {
        Self { method: "POST", ..self }
    }

    pub(super) fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub(super) fn leaving(mut self, voters: Range<u64>) -> Self {
        self.left = voters;
        self
    }
}
