//! Judged messages as rows of the sensor's tables.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use jiff::Timestamp;
use pollwarden_core::{Audience, Table, TableRows};

use crate::judged::Judged;
use crate::letter::{LinkPlace, registrable};
use crate::tables::{ATTACHMENTS, LINKS, MESSAGES};

/// Links and hosts of one message that are kept.
const MOST_LINKS: usize = 100;

/// Imitations of one message that are told.
const HOWS: usize = 2;

/// The rows of some messages; `number` is the first one's.
pub(crate) fn of_messages(judged: &[Judged], number: i64) -> Vec<TableRows> {
    let numbered: Vec<(i64, &Judged)> = (number..).zip(judged).collect();
    let links = numbered.iter().flat_map(|(n, judged)| links(*n, judged)).collect::<Vec<_>>();
    let attachments = numbered.iter().flat_map(|(n, judged)| attachments(*n, judged)).collect::<Vec<_>>();
    [messages(&numbered), links_rows(&links), attachment_rows(&attachments)].into_iter().flatten().collect()
}

/// Columns of a table, put together; columns that don't fit the table are a fault of this crate.
pub(crate) fn rows(table: &'static Table, columns: Vec<ArrayRef>) -> Option<TableRows> {
    let batch = RecordBatch::try_new((table.schema)(), columns).expect("columns are built after the table's schema");
    (batch.num_rows() > 0).then_some((table, batch))
}

/// A column of text.
pub(crate) fn text<'a, T, S: AsRef<str>>(rows: &'a [T], value: impl Fn(&'a T) -> S) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(rows.iter().map(value)))
}

/// A column of whole numbers.
pub(crate) fn number<T>(rows: &[T], value: impl Fn(&T) -> i64) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(rows.iter().map(value)))
}

/// A column of whole numbers that may be missing.
pub(crate) fn maybe_number<T>(rows: &[T], value: impl Fn(&T) -> Option<i64>) -> ArrayRef {
    Arc::new(rows.iter().map(value).collect::<Int64Array>())
}

/// A column of yes and no.
pub(crate) fn flag<T>(rows: &[T], value: impl Fn(&T) -> bool) -> ArrayRef {
    Arc::new(rows.iter().map(|row| Some(value(row))).collect::<BooleanArray>())
}

/// A column of moments that may be missing.
pub(crate) fn moment<T>(rows: &[T], value: impl Fn(&T) -> Option<Timestamp>) -> ArrayRef {
    let micros = rows.iter().map(|row| value(row).map(Timestamp::as_microsecond));
    Arc::new(micros.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
}

/// A line number as the tables hold it.
pub(crate) fn line(line: Option<u64>) -> Option<i64> {
    line.and_then(|line| i64::try_from(line).ok())
}

type Numbered<'a> = (i64, &'a Judged);

fn messages(all: &[Numbered<'_>]) -> Option<TableRows> {
    let vouched: Vec<[String; 5]> = all.iter().map(|(_, judged)| judged.vouched()).collect();
    let writer = |judged: &Judged| judged.letter.writer().cloned().unwrap_or_default();
    let imitated = |judged: &Judged| judged.imitations.first().cloned();
    let of_imitated = |value: &dyn Fn(&crate::Imitation) -> String| {
        text(all, |(_, judged)| imitated(judged).map(|found| value(&found)).unwrap_or_default())
    };
    let of_threat = |value: &dyn Fn(&crate::threat::Threat) -> String| {
        text(all, |(_, judged)| judged.threat.as_ref().map(value).unwrap_or_default())
    };
    let word = |at: usize| text(&vouched, move |words| words[at].clone());
    rows(
        &MESSAGES,
        vec![
            number(all, |(n, _)| *n),
            moment(all, |(_, judged)| judged.at),
            text(all, |(_, judged)| &judged.source),
            maybe_number(all, |(_, judged)| line(judged.line)),
            text(all, |(_, judged)| judged.folder.name()),
            text(all, |(_, judged)| judged.letter.digest.to_string()),
            text(all, |(_, judged)| writer(judged).name),
            text(all, |(_, judged)| writer(judged).address),
            text(all, |(_, judged)| registrable(writer(judged).domain()).to_owned()),
            text(all, |(_, judged)| joined(judged.letter.reply_to.iter().map(|mailbox| mailbox.address.clone()))),
            text(all, |(_, judged)| judged.letter.return_path.clone().unwrap_or_default()),
            text(all, |(_, judged)| joined(judged.letter.recipients())),
            number(all, |(_, judged)| i64::try_from(judged.letter.recipients().len()).unwrap_or(i64::MAX)),
            text(all, |(_, judged)| &judged.letter.subject),
            text(all, |(_, judged)| judged.letter.list_id.clone().unwrap_or_default()),
            text(all, |(_, judged)| &judged.letter.shape),
            text(all, |(_, judged)| joined(judged.letter.faults.iter().cloned())),
            word(0),
            word(1),
            word(2),
            word(3),
            word(4),
            flag(all, |(_, judged)| judged.is_known),
            text(all, |(_, judged)| verdict(judged)),
            Arc::new(Float64Array::from_iter_values(all.iter().map(|(_, judged)| judged.score.points))),
            text(all, |(_, judged)| joined(judged.score.reasons.iter().filter(|r| is_told(r)).map(reason))),
            of_imitated(&|found| found.party.clone()),
            of_imitated(&|found| found.kind.noun().to_owned()),
            of_imitated(&|found| found.genuine.clone()),
            of_imitated(&|found| found.seen.clone()),
            of_imitated(&|found| found.class.to_owned()),
            text(all, |(_, judged)| joined(judged.imitations.iter().take(HOWS).map(|found| found.why.clone()))),
            text(all, |(_, judged)| joined(judged.acts.iter().cloned())),
            text(all, |(_, judged)| joined(judged.hosts())),
            text(all, |(_, judged)| joined(judged.attachments.iter().map(|file| file.digest.clone()))),
            of_threat(&|threat| threat.kind.name().to_owned()),
            of_threat(&|threat| threat.severity.name().to_owned()),
            of_threat(&|threat| audience(threat).name().to_owned()),
            of_threat(&|threat| threat.title()),
            of_threat(&|threat| threat.excerpt.clone()),
            of_threat(&|threat| joined(threat.reasons.iter().map(|reason| reason.said.clone()))),
            of_threat(&|threat| threat.next_step()),
        ],
    )
}

/// Who passes on a threat, or writes about one, is no danger: advisories quote threats.
fn audience(threat: &crate::threat::Threat) -> Audience {
    if threat.is_reported { Audience::Analyst } else { threat.audience() }
}

fn verdict(judged: &Judged) -> &'static str {
    match judged.score.verdict {
        crate::phish::Verdict::Phish => "phish",
        crate::phish::Verdict::Doubtful => "doubtful",
        crate::phish::Verdict::Ordinary => "ordinary",
    }
}

/// Whom it imitates is said by itself.
fn is_told(reason: &crate::phish::Reason) -> bool {
    reason.weight > 0.0 && reason.id != "who/imitates"
}

fn reason(reason: &crate::phish::Reason) -> String {
    format!("{} (weight {:.2})", reason.said.trim_end_matches('.'), reason.weight)
}

/// Values one a line; line ends within them are spaces.
pub(crate) fn joined(values: impl IntoIterator<Item = String>) -> String {
    let lines: Vec<String> = values.into_iter().map(|value| value.replace(['\n', '\r'], " ")).collect();
    lines.join("\n")
}

struct LinkRow {
    message: i64,
    place: &'static str,
    text: String,
    url: String,
    host: String,
}

fn links(message: i64, judged: &Judged) -> Vec<LinkRow> {
    let of_web = judged.letter.links.iter().filter(|link| link.is_web()).take(MOST_LINKS).map(|link| LinkRow {
        message,
        place: match link.place {
            LinkPlace::Anchor => "anchor",
            LinkPlace::Form => "form",
            LinkPlace::Text => "text",
            LinkPlace::Refresh => "refresh",
        },
        text: link.text.clone(),
        url: link.url.clone(),
        host: link.host.clone(),
    });
    let within = judged.attachments.iter().flat_map(|file| file.all_links()).take(MOST_LINKS);
    let within = within.filter_map(|link| {
        let host = link.host()?;
        Some(LinkRow { message, place: "attachment", text: link.place.clone(), url: link.url.clone(), host })
    });
    of_web.chain(within).collect()
}

fn links_rows(all: &[LinkRow]) -> Option<TableRows> {
    rows(
        &LINKS,
        vec![
            number(all, |link| link.message),
            text(all, |link| link.place),
            text(all, |link| &link.text),
            text(all, |link| &link.url),
            text(all, |link| &link.host),
            text(all, |link| registrable(&link.host)),
        ],
    )
}

type AttachmentRow<'a> = (i64, &'a str, &'a pollwarden_payload::Examined);

fn attachments(message: i64, judged: &Judged) -> Vec<AttachmentRow<'_>> {
    let mut all = Vec::new();
    for (at, file) in judged.attachments.iter().enumerate() {
        let declared = judged.letter.parts.get(at).map_or("", |part| part.declared.as_str());
        all.extend(
            file.walk().enumerate().map(|(depth, file)| (message, if depth == 0 { declared } else { "" }, file)),
        );
    }
    all
}

fn attachment_rows(all: &[AttachmentRow<'_>]) -> Option<TableRows> {
    rows(
        &ATTACHMENTS,
        vec![
            number(all, |(message, _, _)| *message),
            text(all, |(_, _, file)| if file.path.is_empty() { &file.name } else { &file.path }),
            text(all, |(_, declared, _)| *declared),
            text(all, |(_, _, file)| format!("{:?}", file.kind)),
            number(all, |(_, _, file)| i64::try_from(file.size).unwrap_or(i64::MAX)),
            text(all, |(_, _, file)| &file.digest),
            text(all, |(_, _, file)| joined(file.acts.iter().map(|act| format!("{}: {}", act.kind.name(), act.why)))),
            text(all, |(_, _, file)| joined(file.gaps.iter().map(|gap| gap.reason.clone()))),
        ],
    )
}

impl Judged {
    /// The hosts that it leads to, in its text and in its attachments, without the writer's own.
    pub(crate) fn hosts(&self) -> Vec<String> {
        let own = self.letter.writer().map_or("", |writer| registrable(writer.domain()));
        let of_text = self.letter.links.iter().filter(|link| link.is_web()).map(|link| link.host.clone());
        let within = self.attachments.iter().flat_map(|file| file.all_links()).filter_map(|link| link.host());
        let hosts: BTreeSet<String> = of_text.chain(within).filter(|host| registrable(host) != own).collect();
        hosts.into_iter().take(MOST_LINKS).collect()
    }
}
