//! DMARC, failure and TLS reports: mail-auth's with the truth beside each, and parsedmarc's samples.

use pollwarden_authentication::report::{Aggregate, Report, read, summarise};
use serde_json::Value;

use super::archive::archive;

#[test]
fn mail_auth_reports() {
    let Some(files) = archive("mail-auth reports", "dkim-arc-dkim2-mail-auth-vectors.tar.zst") else { return };
    let (mut right, mut total, mut wrong) = (0, 0, Vec::new());
    for (path, truth) in files.iter().filter(|(path, _)| path.ends_with(".json")) {
        let folder = path.split('/').rev().nth(1).unwrap_or_default();
        let inputs = [".xml", ".eml"].map(|ending| path.replace(".json", ending));
        let input = inputs.iter().find_map(|input| files.get(input));
        // A TLS report may be there as JSON alone: then it is its own truth.
        let (true, input) = (["dmarc-feedback", "arf", "tlsrpt"].contains(&folder), input.unwrap_or(truth)) else {
            continue;
        };
        let truth: Value = serde_json::from_slice(truth).unwrap();
        let reading = read(path, input);
        let agrees = match reading.reports.as_slice() {
            [Report::Aggregate(report)] => aggregate_agrees(report, &truth),
            [Report::Failure(report)] => {
                report.source_ip.map(|ip| ip.to_string()).as_deref() == truth["source_ip"].as_str()
            }
            [Report::Tls(report)] => report.policies.len() == truth["policies"].as_array().map_or(0, Vec::len),
            _ => false,
        };
        total += 1;
        if agrees && reading.complaints.is_empty() {
            right += 1;
        } else {
            wrong.push(format!("{path}: {reading:?}"));
        }
    }
    println!("mail-auth reports: {right} of {total} as the truth beside them");
    assert!(wrong.is_empty() && total > 0, "{wrong:#?}");
}

fn aggregate_agrees(report: &Aggregate, truth: &Value) -> bool {
    let records = truth["record"].as_array().unwrap();
    let rows = report.rows.iter().zip(records).all(|(row, record)| {
        let evaluated = &record["row"]["policy_evaluated"];
        row.source_ip.map(|ip| ip.to_string()).as_deref() == record["row"]["source_ip"].as_str()
            && Some(row.count) == record["row"]["count"].as_u64()
            && row.dkim_aligned == (evaluated["dkim"] == "Pass")
            && row.spf_aligned == (evaluated["spf"] == "Pass")
            && Some(row.header_from.as_str()) == record["identifiers"]["header_from"].as_str()
            && row.dkim.len() == record["auth_results"]["dkim"].as_array().map_or(0, Vec::len)
            && row.spf.len() == record["auth_results"]["spf"].as_array().map_or(0, Vec::len)
    });
    let metadata = &truth["report_metadata"];
    let second = |time: Option<jiff::Timestamp>| time.map(jiff::Timestamp::as_second);
    rows && report.rows.len() == records.len()
        && Some(report.reporter.as_str()) == metadata["org_name"].as_str()
        && Some(report.domain.as_str()) == truth["policy_published"]["domain"].as_str()
        && second(report.begin) == metadata["date_range"]["begin"].as_i64()
        && second(report.end) == metadata["date_range"]["end"].as_i64()
}

#[test]
fn parsedmarc_samples() {
    let Some(files) = archive("parsedmarc samples", "dmarc-report-samples.tar.zst") else { return };
    let (mut all, mut unread) = (Vec::new(), 0);
    for (path, content) in &files {
        let reading = read(path, content);
        for complaint in &reading.complaints {
            println!("{complaint}");
        }
        unread += usize::from(reading.reports.is_empty());
        assert!(!reading.reports.is_empty() || !reading.complaints.is_empty(), "{path}: dropped without a word");
        all.extend(reading.reports);
    }
    let senders = summarise(&all);
    println!(
        "parsedmarc samples: {} files, {} reports, {unread} files without one; {} mails from {} addresses, {} aligned, \
         {} failure reports, {} TLS reports, {} records unread, {} came twice",
        files.len(),
        all.len(),
        senders.messages,
        senders.sources.len(),
        senders.aligned,
        senders.failure_reports,
        senders.tls_reports,
        senders.unread,
        senders.duplicates
    );
    assert!(!all.is_empty());
}
