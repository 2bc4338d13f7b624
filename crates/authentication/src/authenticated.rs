//! What `authenticate` answers.

use std::net::IpAddr;

use jiff::Timestamp;

use crate::arc::{ArcInstance, ArcResult};
use crate::dkim::DkimResult;
use crate::dmarc::{AlignedBy, DmarcPolicy, DmarcResult};
use crate::dns::Question;
use crate::spf::SpfResult;
use crate::trace::{Envelope, EnvelopeSource};
use crate::verdict::Judged;
use crate::words::ReceiversWord;

/// What a result rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// Checked again, from the message and the recorded DNS answers.
    Replayed,
    /// A receiver said so in a header field.
    ReceiversWord {
        /// Whose word it is; empty where the field does not say.
        authserv_id: String,
        /// Whether one of the office's own machines wrote it. If not, anyone may have.
        trusted: bool,
    },
    /// Checked again in the same way, over something that proves less than it seems to.
    Unproven(Unproven),
    /// On nothing: why.
    CannotTell(String),
}

/// Why a check that was made again proves little.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unproven {
    /// Who delivered the message stands in fields that its sender may have written.
    Envelope,
    /// The signature leaves the end of the body to anybody (`l=`, RFC 6376 §8.2).
    OpenBody,
}

impl std::fmt::Display for Unproven {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Envelope => "who delivered it is told by fields that its sender may have written",
            Self::OpenBody => "the signature lets anybody add to the text (l=)",
        })
    }
}

impl Basis {
    /// Whether a pass is more than what anybody may have written into the message.
    pub fn is_trusted(&self) -> bool {
        matches!(self, Self::Replayed | Self::ReceiversWord { trusted: true, .. })
    }
}

/// Which name SPF was asked about (RFC 7208 §2.3, §2.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpfIdentity {
    /// The domain of the reverse path.
    MailFrom,
    /// The HELO name, because the reverse path is empty.
    Helo,
}

/// The SPF check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpfCheck {
    /// The result.
    pub result: Judged<SpfResult>,
    /// The domain asked about; empty where it is not known.
    pub domain: String,
    /// Which identity that is.
    pub identity: SpfIdentity,
    /// The address that delivered, where it is known.
    pub client_ip: Option<IpAddr>,
    /// Why, in a sentence.
    pub why: String,
    /// What the domain itself tells a refused sender (`exp=`). It may hold anything: show it as a quotation.
    pub explanation: Option<String>,
    /// What the result rests on.
    pub basis: Basis,
}

/// The check of one DKIM signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DkimCheck {
    /// The signing domain (`d=`), where it can be read.
    pub domain: Option<String>,
    /// The selector (`s=`).
    pub selector: Option<String>,
    /// The result.
    pub result: Judged<DkimResult>,
    /// Why, in a sentence.
    pub why: String,
    /// Text could be added to the body without breaking the signature (`l=`, RFC 6376 §8.2).
    pub body_may_grow: bool,
    /// The domain marks the key as a test (`t=y`).
    pub testing: bool,
    /// What the result rests on.
    pub basis: Basis,
}

/// The DMARC check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DmarcCheck {
    /// The result.
    pub result: Judged<DmarcResult>,
    /// The domain in From that was judged; nothing where there is none or more than one.
    pub domain: Option<String>,
    /// What the domain asks to be done with mail that fails.
    pub policy: Option<DmarcPolicy>,
    /// The domain at which the record was found.
    pub record_at: Option<String>,
    /// What passed and belongs to the domain in From.
    pub aligned_by: Vec<AlignedBy>,
    /// Why, in a sentence.
    pub why: String,
    /// What the result rests on.
    pub basis: Basis,
}

/// The check of the ARC chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArcCheck {
    /// The state of the chain.
    pub result: Judged<ArcResult>,
    /// The sealers, oldest first.
    pub instances: Vec<ArcInstance>,
    /// Why, in a sentence.
    pub why: String,
}

/// The envelope that was used and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvelopeFacts {
    /// The envelope, where there is one.
    pub envelope: Option<Envelope>,
    /// Where it comes from.
    pub source: EnvelopeSource,
    /// The time at which the message is judged: the caller's, or that of the receiving hop.
    pub at: Option<Timestamp>,
}

/// Everything found about one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticated {
    /// SPF.
    pub spf: SpfCheck,
    /// DKIM, one for each signature from the top; empty where the message is not signed and nobody says otherwise.
    pub dkim: Vec<DkimCheck>,
    /// DMARC.
    pub dmarc: DmarcCheck,
    /// ARC.
    pub arc: ArcCheck,
    /// What the answer as a whole rests on: that of DMARC where it has one.
    pub basis: Basis,
    /// The envelope.
    pub envelope: EnvelopeFacts,
    /// How many From fields it has: one is allowed (RFC 5322 §3.6).
    pub from_fields: usize,
    /// The domains in From, canonical.
    pub from_domains: Vec<String>,
    /// What receivers say in the message, trusted or not.
    pub words: Vec<ReceiversWord>,
    /// Every question to the DNS that the checks had.
    pub questions: Vec<Question>,
    /// Those of them that the snapshot does not hold.
    pub not_recorded: Vec<Question>,
    /// What could not be looked at, in sentences.
    pub gaps: Vec<String>,
}
