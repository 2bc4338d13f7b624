//! What a scan tells of each message: `cargo run --release --example mail_told -- FOLDER [SEED]`. With a seed, at the desk of the
//! invented office whose mail `invented_mail FOLDER DAYS SEED` wrote.
//!
//! One line a message: the score's verdict, its points, what kind of lure a scan calls it, whether it is told to a clerk
//! (`sure`), and the file.
#![allow(clippy::print_stdout, reason = "the table is what it is for")]

use std::collections::BTreeMap;
use std::path::Path;

use arrow::array::{AsArray as _, RecordBatch};
use arrow::datatypes::{Float64Type, Int64Type};
use pollwarden_core::{MailSettings, Office, Official, TableRows, Vendor};
use pollwarden_intake::find;
use pollwarden_mail::campaign::GroupKey;
use pollwarden_mail::simulate::OfficeShape;
use pollwarden_mail::{CAMPAIGNS, MESSAGES, Wanted, gather};

fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = arguments.first().ok_or("say: FOLDER [SEED]")?;
    let seed = arguments.get(1).map(|seed| seed.parse::<u64>().map_err(|e| e.to_string())).transpose()?;
    let office = seed.map_or_else(Office::default, |seed| invented(&OfficeShape::example(seed)));
    let (mut scored, mut told) = (BTreeMap::new(), BTreeMap::new());
    let mut sink = |(table, batch): TableRows| {
        if table.name == MESSAGES.name {
            scored.extend(scores(&batch).ok_or("messages lack a column")?);
        } else if table.name == CAMPAIGNS.name {
            told.extend(lures(&batch).ok_or("campaigns lack a column")?);
        }
        Ok(())
    };
    let wanted = Wanted { office: &office, key: GroupKey::within_office(), threads: 2 };
    gather(&find(Path::new(folder)), wanted, &mut sink, &mut |_| {})?;
    for (message, (verdict, points, source)) in &scored {
        let (lure, is_sure) = told.get(message).cloned().unwrap_or_default();
        println!("{verdict}\t{points:.2}\t{lure}\t{}\t{source}", if is_sure { "sure" } else { "" });
    }
    Ok(())
}

/// A message's number: verdict, points, file.
type Told = (i64, (String, f64, String));

fn scores(batch: &RecordBatch) -> Option<Vec<Told>> {
    let numbers = batch.column_by_name("message")?.as_primitive_opt::<Int64Type>()?;
    let verdicts = batch.column_by_name("verdict")?.as_string_opt::<i32>()?;
    let points = batch.column_by_name("points")?.as_primitive_opt::<Float64Type>()?;
    let sources = batch.column_by_name("source")?.as_string_opt::<i32>()?;
    let row = |at| (numbers.value(at), (verdicts.value(at).to_owned(), points.value(at), sources.value(at).to_owned()));
    Some((0..batch.num_rows()).map(row).collect())
}

/// By the message's number: the kind of lure, and whether it is sure.
fn lures(batch: &RecordBatch) -> Option<Vec<(i64, (String, bool))>> {
    let numbers = batch.column_by_name("message")?.as_primitive_opt::<Int64Type>()?;
    let lures = batch.column_by_name("lure")?.as_string_opt::<i32>()?;
    let sure = batch.column_by_name("sure")?.as_boolean_opt()?;
    Some((0..batch.num_rows()).map(|at| (numbers.value(at), (lures.value(at).to_owned(), sure.value(at)))).collect())
}

/// The office as its office.toml would say it.
fn invented(shape: &OfficeShape) -> Office {
    let officials = shape.people.iter().map(|person| Official {
        name: person.name(),
        title: None,
        addresses: vec![person.address.clone()],
    });
    let vendors = shape.vendors.iter().map(|vendor| Vendor {
        name: vendor.name.clone(),
        aliases: vec![vendor.product.clone()],
        domains: vec![vendor.domain.clone()],
    });
    Office {
        name: shape.name.clone(),
        domains: vec![shape.domain.clone(), shape.county_domain.clone()],
        officials: officials.collect(),
        vendors: vendors.collect(),
        mail: MailSettings { receivers: vec![format!("mx1.{}", shape.domain)], ..MailSettings::default() },
        ..Office::default()
    }
}
