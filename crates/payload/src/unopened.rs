//! Archives and documents that could not be opened, or not to their end: what runs may lie in them unseen.

use crate::act::{ActKind, Audience};
use crate::examined::{Cause, Examined, Gap};
use crate::kind::FileKind;
use crate::name::{ending, runs_by_name};

/// Where acts stand that are told by a member's name alone.
pub(crate) const BY_NAME: &str = "by its name";

/// Endings of archives that people open with a click or a program that many have.
const OPENED_BY_PEOPLE: &[&str] = &[
    "zip", "zipx", "rar", "7z", "arj", "lzh", "lha", "ace", "cab", "tar", "gz", "tgz", "bz2", "xz", "z", "uue", "iso",
    "img",
];

/// Notes an archive that nobody could look through. A clerk is told where people open such ones and either no name is known or
/// a name tells of a program.
pub(crate) fn judge(found: &mut Examined) {
    let unopened: Vec<&Gap> = found.unopened_here().collect();
    if !is_archive(found) || unopened.is_empty() {
        return;
    }
    let no_names = |gap: &&Gap| gap.place.is_empty() && gap.cause != Cause::TooLarge;
    // A single packed file is named after its archive.
    let is_single = matches!(found.kind, FileKind::Gzip | FileKind::Xz | FileKind::Bzip2);
    let is_unnamed = !is_single && unopened.iter().any(no_names);
    let runs = unopened.iter().any(|gap| runs_by_name(&gap.place)) || found.acts.iter().any(|act| act.place == BY_NAME);
    let is_for_clerks = OPENED_BY_PEOPLE.contains(&ending(&found.name).as_str()) && (is_unnamed || runs);
    let audience = if is_for_clerks { Audience::Clerk } else { ActKind::Unopened.audience() };
    let shown = unopened[0].reason.clone();
    found.act_for(ActKind::Unopened, audience, "", &shown);
}

/// By content, or by its name where the content is of no known kind.
fn is_archive(found: &Examined) -> bool {
    let by_name = found.kind == FileKind::Unknown && OPENED_BY_PEOPLE.contains(&ending(&found.name).as_str());
    found.kind.is_archive() || found.kind == FileKind::Tnef || by_name
}

impl Examined {
    /// What of it, and of the files within, could hold something that runs and was not looked at, other than what a password locks.
    /// Pictures and plain files are not among it.
    pub fn unopened(&self) -> impl Iterator<Item = &Gap> {
        self.walk().flat_map(Self::unopened_here)
    }

    fn unopened_here(&self) -> impl Iterator<Item = &Gap> {
        let is_archive = is_archive(self);
        let is_document = self.kind.is_office() || matches!(self.kind, FileKind::Compound | FileKind::OneNote);
        use FileKind::{Csv, Empty, Font, Media, Text, Unknown, Xml};
        let is_plain = matches!(self.kind, Text | Csv | Xml | Media | Font | Empty | Unknown);
        let is_deep = move |gap: &Gap| gap.cause == Cause::TooDeep && !is_plain;
        // Of a member that was looked at in part, its own gaps tell.
        let is_told_below = |gap: &Gap| !gap.place.is_empty() && self.inner.iter().any(|file| file.name == gap.place);
        self.gaps.iter().filter(move |gap| {
            let counts = is_archive || is_document && gap.place.is_empty() || is_deep(gap);
            counts && gap.cause != Cause::Encrypted && !is_told_below(gap)
        })
    }
}
