//! Reads and judges a folder of mail as `pollwarden mail scan` does, without asking the detectors: how many messages a second,
//! and what was found. `cargo run --release --example mail_speed -- FOLDER [THREADS] [DOMAIN]`.
#![allow(clippy::print_stdout, reason = "an example prints what it measured")]

use std::path::Path;
use std::time::Instant;

use arrow::array::AsArray as _;
use pollwarden_core::Office;
use pollwarden_intake::find;
use pollwarden_mail::campaign::GroupKey;
use pollwarden_mail::{CAMPAIGNS, MESSAGES, Wanted, gather};

/// As the command has.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = arguments.first().map_or(".", String::as_str);
    let threads = arguments.get(1).and_then(|n| n.parse().ok()).unwrap_or(2);
    let office = Office { domains: arguments.get(2).cloned().into_iter().collect(), ..Office::default() };
    let found = find(Path::new(folder));
    let (mut messages, mut lures, mut threats, begun) = (0, 0, 0, Instant::now());
    let mut sink = |(table, batch): pollwarden_core::TableRows| {
        let count = |name: &str| {
            let column = batch.column_by_name(name).map(|column| column.as_string::<i32>().clone());
            column.map_or(0, |column| column.iter().flatten().filter(|value| !value.is_empty()).count())
        };
        if table.name == MESSAGES.name {
            messages += batch.num_rows();
            threats += count("threat");
        } else if table.name == CAMPAIGNS.name {
            lures += count("lure");
        }
        Ok(())
    };
    let wanted = Wanted { office: &office, key: GroupKey::within_office(), threads };
    let gathered = gather(&found, wanted, &mut sink, &mut |_| {}).expect("rows are only counted");
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{messages} messages in {seconds:.2} s with {threads} threads: {:.0} a second. {lures} in lures, {threats} threats.",
        messages as f64 / seconds
    );
    for gap in &gathered.coverage.unwatched {
        println!("{}{}", if gap.needed { "needed: " } else { "" }, gap.why);
    }
}
