//! What a result rests on, where several things were found.

use crate::authenticated::{Basis, DkimCheck, DmarcCheck, SpfCheck, Unproven};
use crate::dkim::DkimResult;
use crate::dmarc::{AlignedBy, DmarcResult};
use crate::name;
use crate::spf::SpfResult;

/// A signature that covers the beginning of the body alone proves who wrote that beginning (RFC 6376 §8.2).
pub(crate) fn leave_open(check: &mut DkimCheck) {
    if check.body_may_grow && check.result.is(DkimResult::Pass) {
        check.basis = Basis::Unproven(Unproven::OpenBody);
    }
}

/// A receiver's pass of DMARC that nothing but such a signature can have brought about is worth no more.
pub(crate) fn rest_on_open(dmarc: &mut DmarcCheck, spf: &SpfCheck, dkim: &[DkimCheck]) {
    if !dmarc.result.is(DmarcResult::Pass) || !dmarc.aligned_by.is_empty() {
        return;
    }
    let author = dmarc.domain.as_deref().unwrap_or_default();
    let is_authors = |domain: &str| name::is_within(domain, author) || name::is_within(author, domain);
    let passes = || dkim.iter().filter(|check| check.result.is(DkimResult::Pass));
    let is_sent = spf.result.is(SpfResult::Pass) && is_authors(&spf.domain);
    let is_signed = passes().any(|check| !check.body_may_grow && check.domain.as_deref().is_some_and(is_authors));
    if !is_sent && !is_signed && passes().any(|check| check.body_may_grow) {
        dmarc.basis = Basis::Unproven(Unproven::OpenBody);
    }
}

/// A pass rests on what passed; anything else on whatever was weakest.
pub(crate) fn dmarc_basis(spf: &SpfCheck, dkim: &[DkimCheck], aligned: &[AlignedBy]) -> Basis {
    let vouching = |by: &AlignedBy| match by {
        AlignedBy::Spf(_) => Some(&spf.basis),
        AlignedBy::Dkim(domain) => {
            let passes = dkim.iter().filter(|c| c.result.is(DkimResult::Pass) && c.domain.as_ref() == Some(domain));
            passes.map(|c| &c.basis).min_by_key(|basis| weakness(basis))
        }
    };
    if !aligned.is_empty() {
        return aligned
            .iter()
            .filter_map(vouching)
            .min_by_key(|basis| weakness(basis))
            .cloned()
            .unwrap_or(Basis::Replayed);
    }
    // An open signature of somebody's, which anybody can add, doesn't weaken a failure.
    let counts = |basis: &&Basis| !matches!(basis, Basis::CannotTell(_) | Basis::Unproven(Unproven::OpenBody));
    let found = std::iter::once(&spf.basis).chain(dkim.iter().map(|check| &check.basis)).filter(counts);
    found.min_by_key(|basis| std::cmp::Reverse(weakness(basis))).cloned().unwrap_or(Basis::Replayed)
}

/// The smaller, the more it proves.
fn weakness(basis: &Basis) -> u8 {
    match basis {
        Basis::Replayed => 0,
        Basis::ReceiversWord { trusted: true, .. } => 1,
        Basis::Unproven(_) => 2,
        Basis::ReceiversWord { trusted: false, .. } => 3,
        Basis::CannotTell(_) => 4,
    }
}

pub(crate) fn overall(spf: &SpfCheck, dkim: &[DkimCheck], dmarc: &DmarcCheck) -> Basis {
    let all = std::iter::once(&dmarc.basis).chain([&spf.basis]).chain(dkim.iter().map(|check| &check.basis));
    let told = all.clone().find(|basis| !matches!(basis, Basis::CannotTell(_)));
    told.unwrap_or(&dmarc.basis).clone()
}
