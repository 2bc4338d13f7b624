//! What of messages could not be looked at, counted by reason.

use std::collections::{BTreeMap, BTreeSet};

use pollwarden_core::Coverage;
use pollwarden_payload::Examined;

use crate::folder::Folder;
use crate::judged::Judged;

/// Reasons, with how many messages they hold of, and of how many of these the answer needs what is missing.
#[derive(Default)]
pub(crate) struct Gaps(BTreeMap<String, Count>);

#[derive(Default)]
struct Count {
    all: u64,
    needed: u64,
}

impl Gaps {
    pub(crate) fn note(&mut self, judged: &Judged) {
        let needed = needed(judged);
        for gap in &judged.gaps {
            let count = self.0.entry(gap.trim_end_matches('.').to_owned()).or_default();
            count.all += 1;
            count.needed += u64::from(needed.contains(gap.as_str()));
        }
    }

    pub(crate) fn tell(self, coverage: &mut Coverage) {
        let times = |count| if count == 1 { "once".to_owned() } else { format!("{count} times") };
        for (why, Count { all, needed }) in self.0 {
            if needed > 0 {
                let said = "in messages of strangers that nothing else was found of";
                coverage.blind(None, format!("Of messages, {}, {said}: {why}", times(needed)));
            }
            if all > needed {
                coverage.dim(None, format!("Of messages, {}: {why}", times(all - needed)));
            }
        }
    }
}

/// What could have hidden a lure: of a stranger's message that nobody is warned of, what lies beyond a bound, and archives and
/// documents that could not be opened. A locked attachment is itself a reason, and so is a lure; pictures of a rare kind and plain
/// files are ordinary.
fn needed(judged: &Judged) -> BTreeSet<&str> {
    let is_told = judged.lure.is_some_and(|lure| lure.is_sure) || !judged.acts.is_empty();
    if judged.is_known || is_told || judged.folder == Folder::Sent {
        return BTreeSet::new();
    }
    let unopened = judged.attachments.iter().flat_map(Examined::unopened).map(|gap| gap.reason.as_str());
    unopened.chain(judged.letter.unread.iter().map(String::as_str)).collect()
}

#[cfg(test)]
mod tests {
    use pollwarden_core::Office;

    use super::*;
    use crate::campaign::GroupKey;
    use crate::contacts::Contacts;
    use crate::desk::Desk;
    use crate::formats::Kept;
    use crate::judged::judge;

    /// Gaps that the answer needs, of a stranger's message with this attachment.
    fn gaps(name: &str, content: &str) -> usize {
        let raw = format!(
            "From: Ann Poe <ann@example.org>\r\nSubject: The hall\r\nDate: Thu, 28 Jun 2001 10:05:15 +0000\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nThe hall is free.\r\n\
             --b\r\nContent-Type: application/octet-stream; name=\"{name}\"\r\n\
             Content-Disposition: attachment; filename=\"{name}\"\r\n\r\n{content}\r\n--b--\r\n"
        );
        let desk = Desk::new(&Office::default(), Contacts::of(&[]), Default::default(), GroupKey::within_office());
        let kept = Kept { source: "inbox/1.eml".to_owned(), line: None, raw: raw.into_bytes(), is_cut: false };
        let mut coverage = Coverage::default();
        let mut gaps = Gaps::default();
        judge(&desk, &kept).iter().for_each(|judged| gaps.note(judged));
        gaps.tell(&mut coverage);
        coverage.unwatched.iter().filter(|gap| gap.needed).count()
    }

    #[test]
    fn a_strangers_archive_that_could_not_be_opened_leaves_the_question_open() {
        // Under a name that nobody clicks on, no clerk is told of it.
        assert_eq!(gaps("hall.bin", "`\u{1}-lh5- what nobody reads"), 1);
        assert_eq!(gaps("hall.docx", "PK\u{3}\u{4} and then nothing"), 1);
        // Of what a clerk is told, no more need be said.
        assert_eq!(gaps("hall.lzh", "`\u{1}-lh5- what nobody reads"), 0);
        // Pictures and plain files are ordinary.
        assert_eq!(gaps("hall.tif", "II*\0 a picture"), 0);
        assert_eq!(gaps("hall.dat", "\u{1}\u{2}\u{3}\u{4} data"), 0);
    }
}
