//! That what was said stands in a log which the office can't rewrite unseen.

/// Where an assessment was entered. Whoever has the evidence can check it without the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The log's origin.
    pub origin: String,
    /// The entry's place, from 0.
    pub index: u64,
    /// The entry's hash (RFC 6962), in base64.
    pub leaf: String,
    /// How many entries the log has under `root`.
    pub size: u64,
    /// The root that the log signed, in base64.
    pub root: String,
    /// Witnesses that cosigned that root.
    pub cosigned: Vec<String>,
    /// Witnesses that were asked to and did not, with the reason of each.
    pub refused: Vec<String>,
    /// The file with the evidence for anybody, and the one with the log's public keys.
    pub evidence: Option<(String, String)>,
}
