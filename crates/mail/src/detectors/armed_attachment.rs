//! `mail/armed-attachment`: attachments that can run a program, fetch one, or show a false page, from strangers.

use arrow::array::RecordBatch;
use pollwarden_core::{
    About, Detector, DetectorError, Findings, Plan, Question, Reference, Scope, Severity, Stability, Tables,
};

use super::lure::{self, Lure, Words};

pub(super) struct ArmedAttachment;

static ABOUT: About = About {
    id: "mail/armed-attachment",
    title: "Attachment that can run a program",
    question: Question::Mail,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &["messages", "campaigns"],
    looks_for: "Documents with macros (VBA, XLM), DDE or templates fetched from elsewhere; scripts, shortcuts, disk images and programs, also within archives; HTML files that put a file together or ask for a password; in mail of people that the office has not written to.",
    why: "The file sent to Florida's counties in 2016 was a Word document whose macro started PowerShell.",
    cannot_see: "Files behind a password; faults in programs that a document exploits without any macro; files that a link leads to.",
    do_next: "Don't open the file. Ask everybody named whether they did. If somebody did, take the machine off the network. Keep the message with its header.",
    techniques: &["T1566.001", "T1204.002"],
    references: &[Reference { title: "Office VBA file format [MS-OVBA]", place: "Microsoft Open Specifications" }],
};

impl Detector for ArmedAttachment {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, tables: &Tables, _: &Scope) -> Result<Plan, DetectorError> {
        lure::ask(tables, "armed")
    }

    fn judge(&self, rows: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        lure::judge(rows, found, &words, &ABOUT);
    }
}

fn words(lure: &Lure) -> Words {
    let verb = if lure.messages == 1 { "carries" } else { "carry" };
    let title = format!(
        "{} from {} to {} {verb} an attachment that can run a program",
        lure.count(),
        lure.senders(),
        lure.to_whom()
    );
    let expected = "Strangers send text, pictures and documents without macros.".to_owned();
    Words { title, severity: Severity::High, expected }
}
