//! Who sends mail in the office's name, by DMARC reports in files and in messages.
//!
//! Anybody can mail a report. One in a message that nobody vouches for is kept apart; what reports say of other domains than the
//! office's own is left out.

use std::collections::HashSet;
use std::net::IpAddr;

use pollwarden_authentication::is_within;
use pollwarden_authentication::report::{self, Aggregate, Reading, Report, Row, summarise};
use pollwarden_core::{Complaint, Coverage, TableRows};
use pollwarden_intake::Input;

use crate::beside::bytes;
use crate::rows::{flag, joined, moment, number, rows, text};
use crate::tables::IN_OUR_NAME;

/// Reports, as they came.
pub(crate) struct Brought {
    /// The file or message that they came in.
    pub(crate) source: String,
    /// What they say.
    pub(crate) reading: Reading,
    /// Whether it is known who sent them: the message vouches for itself, or it is a file that the office keeps.
    pub(crate) is_vouched: bool,
}

/// One row of the table.
struct Line<'a> {
    brought: &'a Brought,
    address: Option<IpAddr>,
    sums: report::Source,
}

/// Who sent mail in the name of these domains.
pub(crate) fn in_our_name(
    inputs: &[&Input],
    domains: &[String],
    mut brought: Vec<Brought>,
    coverage: &mut Coverage,
) -> Option<TableRows> {
    brought.extend(inputs.iter().filter_map(|input| of_file(input, coverage)));
    for Brought { source, reading, .. } in &brought {
        for fault in &reading.complaints {
            let complaint = Complaint::about(source.as_str(), "a DMARC report", fault.to_string());
            coverage.dim(None, format!("A report was not read: {complaint}"));
        }
    }
    // A report that comes twice counts once (RFC 7489, 7.2.1.1): a stranger's copy doesn't take the place of the true one.
    brought.sort_by_key(|brought| !brought.is_vouched);
    let (mut seen, mut left_out) = (HashSet::new(), 0);
    let mut lines = Vec::new();
    for brought in &brought {
        let own: Vec<Report> = aggregates(&brought.reading)
            .filter(|report| report.id.is_empty() || seen.insert(key(report)))
            .map(|report| Report::Aggregate(of_own(report, domains, &mut left_out)))
            .collect();
        let sources = summarise(&own).sources;
        lines.extend(sources.into_iter().map(|(address, sums)| Line { brought, address, sums }));
    }
    tell(&brought, left_out, coverage);
    table(&lines)
}

fn of_file(input: &Input, coverage: &mut Coverage) -> Option<Brought> {
    let reading = report::read(input.name(), &bytes(input, "dmarc-report", coverage)?);
    if reading.reports.is_empty() || !reading.complaints.is_empty() {
        coverage
            .blind(None, format!("{} is no whole DMARC report: who sends in your name can't be told", input.name()));
    }
    Some(Brought { source: input.name().to_owned(), reading, is_vouched: true })
}

fn aggregates(reading: &Reading) -> impl Iterator<Item = &Aggregate> {
    reading.reports.iter().filter_map(|report| match report {
        Report::Aggregate(report) => Some(report),
        Report::Failure(_) | Report::Tls(_) => None,
    })
}

/// By what two copies of a report are told to be one.
fn key(report: &Aggregate) -> impl Eq + std::hash::Hash + use<> {
    let Aggregate { reporter, id, domain, begin, end, .. } = report;
    (reporter.clone(), id.clone(), domain.clone(), *begin, *end)
}

/// The report without rows about others than these domains, which are counted.
fn of_own(report: &Aggregate, domains: &[String], left_out: &mut u64) -> Aggregate {
    let own = |row: &Row| {
        let writer = if row.header_from.is_empty() { &report.domain } else { &row.header_from };
        let is_own = domains.iter().any(|domain| is_within(writer.trim_end_matches('.'), &domain.to_lowercase()));
        is_own.then(|| Row { header_from: writer.clone(), ..row.clone() })
    };
    let rows: Vec<Row> = report.rows.iter().filter_map(own).collect();
    *left_out += (report.rows.len() - rows.len()) as u64;
    Aggregate { rows, ..report.clone() }
}

fn tell(brought: &[Brought], left_out: u64, coverage: &mut Coverage) {
    if left_out > 0 {
        let why = format!("DMARC reports hold {left_out} rows about other domains than your own; they were left out");
        coverage.dim(None, why);
    }
    let strangers = brought.iter().filter(|brought| !brought.is_vouched).count();
    if strangers > 0 {
        let why = format!(
            "{strangers} messages with DMARC reports came from senders whom nobody vouches for: anybody may have written them. \
             What they say is shown to analysts alone"
        );
        coverage.dim(None, why);
    }
}

fn table(all: &[Line<'_>]) -> Option<TableRows> {
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    rows(
        &IN_OUR_NAME,
        vec![
            text(all, |line| line.sums.header_from.iter().cloned().collect::<Vec<_>>().join(", ")),
            text(all, |line| line.address.map_or_else(|| "an unnamed address".to_owned(), |ip| ip.to_string())),
            number(all, |line| count(line.sums.messages)),
            number(all, |line| count(line.sums.aligned)),
            number(all, |line| count(line.sums.turned_away)),
            text(all, |line| joined(line.sums.reporters.iter().cloned())),
            moment(all, |line| line.sums.first),
            moment(all, |line| line.sums.last),
            text(all, |line| &line.brought.source),
            flag(all, |line| line.brought.is_vouched),
        ],
    )
}

#[cfg(test)]
mod tests {
    use arrow::array::AsArray as _;

    use super::*;

    fn report(id: &str, rows: &[(&str, &str)]) -> Reading {
        let row = |(from, ip): &(&str, &str)| {
            format!(
                "<record><row><source_ip>{ip}</source_ip><count>20</count><policy_evaluated><disposition>none</disposition>\
                 <dkim>fail</dkim><spf>fail</spf></policy_evaluated></row><identifiers><header_from>{from}</header_from>\
                 </identifiers></record>"
            )
        };
        let rows: String = rows.iter().map(row).collect();
        let xml = format!(
            "<?xml version=\"1.0\"?><feedback><report_metadata><org_name>Receiver</org_name><report_id>{id}</report_id>\
             <date_range><begin>1792800000</begin><end>1792886399</end></date_range></report_metadata>\
             <policy_published><domain>county.example</domain></policy_published>{rows}</feedback>"
        );
        report::read("report.xml", xml.as_bytes())
    }

    fn brought(source: &str, reading: Reading, is_vouched: bool) -> Brought {
        Brought { source: source.to_owned(), reading, is_vouched }
    }

    fn told(brought: Vec<Brought>) -> (Vec<String>, String) {
        let mut coverage = Coverage::default();
        let (_, batch) = in_our_name(&[], &["County.example".to_owned()], brought, &mut coverage).expect("rows");
        let columns = pollwarden_core::Columns::of(&batch);
        let cell = |name: &str, row| columns.text(name).or_empty(row).to_owned();
        let rows = (0..batch.num_rows()).map(|row| {
            let vouched = batch.column_by_name("vouched").expect("a column").as_boolean().value(row);
            format!("{} {} {} {vouched}", cell("source", row), cell("address", row), cell("domain", row))
        });
        (rows.collect(), format!("{coverage:?}"))
    }

    #[test]
    fn rows_of_other_domains_are_left_out_and_counted() {
        let rows =
            [("county.example", "192.0.2.1"), ("mail.county.example", "192.0.2.2"), ("ycounty.example", "192.0.2.3")];
        let (rows, said) = told(vec![brought("a.eml", report("1", &rows), true)]);
        assert_eq!(rows, ["a.eml 192.0.2.1 county.example true", "a.eml 192.0.2.2 mail.county.example true"]);
        assert!(said.contains("1 rows about other domains"), "{said}");
    }

    #[test]
    fn each_row_names_the_file_that_holds_it_and_a_strangers_copy_does_not_count() {
        let row = |ip| [("county.example", ip)];
        let (rows, said) = told(vec![
            brought("stranger.eml", report("1", &row("192.0.2.66")), false),
            brought("a.eml", report("1", &row("192.0.2.1")), true),
            brought("b.eml", report("2", &row("192.0.2.2")), true),
            brought("other.eml", report("3", &row("192.0.2.67")), false),
        ]);
        let wanted = [
            "a.eml 192.0.2.1 county.example true",
            "b.eml 192.0.2.2 county.example true",
            "other.eml 192.0.2.67 county.example false",
        ];
        assert_eq!(rows, wanted);
        assert!(said.contains("2 messages with DMARC reports came from senders whom nobody vouches for"), "{said}");
    }
}
