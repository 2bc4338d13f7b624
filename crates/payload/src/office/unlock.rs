//! Locked documents. Excel tries one built-in password by itself before it asks, so a workbook locked with it opens
//! like any other, and attackers lock workbooks with it; such are opened here too. All others are a gap.
//!
//! Sources: [MS-OFFCRYPTO] 2.3.4 (ECMA-376 standard and agile encryption), 2.3.5 (RC4 CryptoAPI), 2.3.6 (RC4).

mod keys;
mod streams;

use crate::act::{ActKind, Audience};
use crate::examined::{Cause, Examined};
use crate::look::Look;

use super::ole::Compound;
use super::xls;

/// [MS-OFFCRYPTO] 2.3.7.2 names it; Excel has it for workbooks that are only protected against changes.
const BUILT_IN: &str = "VelvetSweatshop";

/// Notes a document that nobody could look into.
pub(crate) fn locked(found: &mut Examined) {
    found.act(ActKind::EncryptedDocument, "", "");
    found.gap(Cause::Encrypted, "", "Encrypted: could not look inside.");
}

/// A locked Open XML document: its package is a stream of a compound file.
pub(crate) fn package(file: &mut Compound<'_>, found: &mut Examined, look: &mut Look<'_>) {
    let info = file.stream("EncryptionInfo", found, look).unwrap_or_default();
    if !look.spend_unlock() {
        return locked(found);
    }
    let Some(key) = keys::of_package(&info, BUILT_IN) else { return locked(found) };
    let Some(content) = file.stream("EncryptedPackage", found, look) else { return locked(found) };
    match key.decrypt(&content) {
        Some(open) => {
            opened(found);
            look.spend(open.len() as u64);
            look.member(found, "unlocked content", &open);
        }
        None => locked(found),
    }
}

/// A locked binary workbook's stream, decrypted; `None` where another password is needed.
pub(crate) fn workbook(stream: &[u8], lock: &[u8], found: &mut Examined, look: &mut Look<'_>) -> Option<Vec<u8>> {
    if !look.spend_unlock() {
        return None;
    }
    let key = streams::of_workbook(lock, BUILT_IN)?;
    look.spend(stream.len() as u64);
    let mut open = stream.to_vec();
    key.apply(&mut open);
    // What is never encrypted is put back ([MS-XLS] 2.2.10).
    for record in xls::records(stream) {
        let plain = match record.id {
            id if xls::is_begin(id) || id == xls::FILE_PASS => record.body.len(),
            xls::BOUND_SHEET => record.body.len().min(4),
            _ => 0,
        };
        let (head, end) = (record.body_at - 4, record.body_at + plain);
        open[head..end].copy_from_slice(&stream[head..end]);
    }
    opened(found);
    Some(open)
}

fn opened(found: &mut Examined) {
    found.act_for(
        ActKind::EncryptedDocument,
        Audience::Analyst,
        "",
        "locked with Excel's built-in password, which hides it from scanners only",
    );
}
