//! Every RCTab configuration of the data sets, counted and compared with RCTab's own reports, round by round.

#[path = "rctab/compare.rs"]
mod compare;

use std::path::{Path, PathBuf};

use pollwarden_count::CvrBuilder;
use pollwarden_count::formats::{self, Layout};
use pollwarden_count::tabulate::{Config, Outcome, SliceBy, from_config};
use pollwarden_intake::Input;
use pollwarden_testkit::{data_root, folders};

use compare::{Figures, against_csv, against_json, slice_of_csv};

#[test]
fn rctab_reports_are_reproduced() {
    let Some(root) = data_root().map(|root| root.join("count/formats/rctab")) else {
        println!("skipped: no data sets");
        return;
    };
    let mut figures = Figures::default();
    for folder in folders(&root).into_iter().filter(|path| path.is_dir()) {
        for config in folders(&folder).into_iter().filter(|path| name(path).ends_with("_config.json")) {
            count_folder(&folder, &config, &mut figures);
        }
    }
    println!("{figures}");
    assert!(figures.faults.is_empty(), "{}", figures.faults.join("\n"));
}

/// A city's sheet is read within seconds (a debug build on a busy machine has a minute).
#[test]
fn a_large_sheet_is_read_quickly() {
    let root = data_root().map(|root| root.join("count/formats/rctab/_shared"));
    let Some(sheet) = root.map(|root| root.join("2013_minneapolis_park_cvr.xlsx.zst")).filter(|path| path.exists())
    else {
        println!("skipped: no large sheet");
        return;
    };
    let layout = Layout { first_vote_column: 1, first_vote_row: 1, ..Layout::default() };
    let mut builder = CvrBuilder::default();
    let start = std::time::Instant::now();
    let input = Input::file("park.xlsx", &sheet);
    formats::ess_xlsx::read_by_layout(&input, &layout, "Park", &mut builder).unwrap_or_else(|fault| panic!("{fault}"));
    println!("{} cards of {} in {:?}", builder.cards(), sheet.display(), start.elapsed());
    assert!(builder.cards() > 10_000);
    assert!(start.elapsed().as_secs() < 60);
}

fn count_folder(folder: &Path, path: &Path, figures: &mut Figures) {
    let test = name(folder);
    let prefix = name(path).trim_end_matches("_config.json").to_owned();
    let reports = reports(folder);
    let expects = reports.iter().any(|report| name(report).contains("_expected_"));
    if !expects {
        figures.without_reports += 1;
        return;
    }
    match outcomes(folder, path) {
        Ok(outcomes) => {
            figures.counted += 1;
            let numbered = outcomes.len() > 1;
            for (at, outcome) in outcomes.iter().enumerate() {
                let part = if numbered { format!("{prefix}_{}", at + 1) } else { prefix.clone() };
                compare_all(&test, &part, &reports, outcome, figures);
            }
        }
        Err(fault) => figures.faults.push(format!("{test}: {fault}")),
    }
}

/// Reports in the folder and in its folders of slices.
fn reports(folder: &Path) -> Vec<PathBuf> {
    let (folders_in, files): (Vec<_>, Vec<_>) = folders(folder).into_iter().partition(|path| path.is_dir());
    files.into_iter().chain(folders_in.iter().flat_map(folders)).collect()
}

fn compare_all(test: &str, part: &str, reports: &[PathBuf], outcome: &Outcome, figures: &mut Figures) {
    for report in reports {
        let file = name(report).trim_end_matches(".zst").to_owned();
        let Some(rest) = file.strip_prefix(&format!("{part}_expected_")) else { continue };
        let bytes = pollwarden_testkit::zst(report);
        let by = [("_precinct_", SliceBy::Precinct), ("_batch_", SliceBy::Batch)];
        let by = by.into_iter().find(|(mark, _)| rest.contains(mark)).map(|(_, by)| by);
        let slice = match (by, rest.rsplit_once('.')) {
            (None, _) => None,
            (Some(by), Some((_, "csv"))) => Some((by, slice_of_csv(&bytes))),
            (Some(by), _) => Some((by, compare::slice_of_json(&bytes))),
        };
        let what = format!("{test}/{file}");
        let whole = slice.as_ref().is_none();
        let at = slice.map(|(by, id)| outcome.slices.iter().find(|slice| slice.by == by && slice.id == id).ok_or(id));
        match at.transpose() {
            Err(id) => figures.faults.push(format!("{what}: no slice “{id}”")),
            Ok(slice) => match rest {
                _ if rest.ends_with("detailed_report.json") => against_json(&what, &bytes, outcome, slice, figures),
                _ if rest.ends_with("report.csv") => against_csv(&what, &bytes, outcome, slice, figures),
                _ if whole && rest.contains("cdf_cvr") => figures.other_reports += 1,
                _ => figures.other_reports += 1,
            },
        }
    }
}

/// The counts of a configuration.
fn outcomes(folder: &Path, path: &Path) -> Result<Vec<Outcome>, String> {
    let config = Config::read(&pollwarden_testkit::zst(path)).map_err(|fault| fault.to_string())?;
    let mut records = Vec::new();
    for source in &config.sources {
        let Some(found) = resolve(folder, &source.path) else { return Err(format!("{} is not there", source.path)) };
        let (cvrs, _) = source.read(&found).map_err(|fault| fault.to_string())?;
        let contest = source.contest_in(&cvrs).map_err(|fault| fault.to_string())?;
        records.push((cvrs, contest));
    }
    let records: Vec<_> = records.iter().map(|(cvrs, contest)| (cvrs, *contest)).collect();
    from_config(&config, &records).map_err(|fault| fault.to_string())
}

/// The file or folder of a source: as the configuration says, compressed, or of the same name in a neighbouring folder (data
/// sets were rearranged).
fn resolve(folder: &Path, path: &str) -> Option<PathBuf> {
    let there = |path: PathBuf| {
        let mut packed = path.clone().into_os_string();
        packed.push(".zst");
        [path, packed.into()].into_iter().find(|path| path.exists())
    };
    there(folder.join(path)).or_else(|| {
        let file = Path::new(path).file_name()?;
        let beside = folders(folder.parent()?).into_iter().filter(|path| path.is_dir());
        beside.into_iter().find_map(|folder| there(folder.join(file)))
    })
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
