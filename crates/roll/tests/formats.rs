//! Every layout of an extract is told by its content and read as its golden says, with the drift that is known of it; no bytes
//! make any of them panic.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use arrow::util::display::array_value_to_string;
use pollwarden_core::{Columns, RollLayout, RollSettings};
use pollwarden_intake::{Block, Format, Parsed, Sample};
use pollwarden_roll::{FORMATS, Layout, Role, layout_of};
use pollwarden_testkit::check_golden;
use proptest::prelude::*;

#[test]
fn samples_are_read_as_their_goldens_say() {
    for format in FORMATS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/formats").join(format.name());
        let samples = samples(&folder);
        assert!(!samples.is_empty(), "{} has no samples", folder.display());
        for path in samples {
            let bytes = std::fs::read(&path).expect("the sample can be read");
            let sample = sample(&path, &bytes);
            let chosen = pollwarden_intake::choose(FORMATS, &sample).map(Format::name);
            assert_eq!(chosen, Some(format.name()), "{}", path.display());
            let layout = layout_of(&sample, &RollSettings::default()).expect("a layout");
            assert_eq!(layout.name, format.name());
            check_golden(path.with_extension("golden"), &format!("{}\n{}", told(&layout), rows(*format, &sample)));
        }
    }
}

/// The columns that states publish, as others have collected them.
#[test]
fn published_columns_are_recognised() {
    let facts = pollwarden_testkit::data_root().map(|root| root.join("roll/layouts.json"));
    let Some(facts) = facts.filter(|path| path.exists()) else {
        say("skipped: there is no shared data");
        return;
    };
    let facts: serde_json::Value =
        serde_json::from_slice(&std::fs::read(facts).expect("a file")).expect("layouts as JSON");
    for (state, facts) in facts.as_object().expect("states") {
        let (Some(columns), Some(true)) = (facts["columns"].as_array(), facts["header"].as_bool()) else { continue };
        let delimiter = match facts["delimiter"].as_str() {
            Some("tab") => "\t",
            Some("pipe") => "|",
            _ => ",",
        };
        let header = columns.iter().filter_map(|c| c.as_str()).collect::<Vec<_>>().join(delimiter) + "\n";
        let layout = layout_of(&sample(Path::new("roll.txt"), header.as_bytes()), &RollSettings::default());
        let layout = layout.unwrap_or_else(|| panic!("{state} is not recognised"));
        assert_eq!(Some(layout.columns[layout.key].name.as_str()), facts["key"].as_str(), "{state}");
        assert_eq!(layout.columns.len(), columns.len(), "{state}");
        let unknown = layout.columns.iter().filter(|c| c.role == Role::Other).count();
        say(&format!("{state}: {}, {} columns, {unknown} of no known role", layout.name, columns.len()));
    }
}

#[allow(clippy::print_stdout, reason = "the figures are what this test is run for")]
fn say(text: &str) {
    println!("{text}");
}

#[test]
fn the_office_describes_a_layout_of_its_own() {
    let given = RollLayout {
        columns: ["number", "surname", "born", "where"].map(str::to_owned).to_vec(),
        widths: vec![4, 10, 4, 8],
        roles: [("number", "voter-id"), ("born", "birth"), ("where", "precinct")]
            .map(|(column, role)| (column.to_owned(), role.to_owned()))
            .to_vec(),
        ..RollLayout::default()
    };
    let settings = RollSettings { layout: Some(given), ..RollSettings::default() };
    let bytes = b"0001ALDERBROOK1956P01     \n0002OKAFOR    2001P02\n";
    let sample = sample(Path::new("roll.txt"), bytes);
    let layout = layout_of(&sample, &settings).expect("a layout");
    let formats = pollwarden_roll::formats(&settings);
    let format = pollwarden_intake::choose(&formats, &sample).expect("a format");
    assert_eq!(format.name(), "office.toml");
    let rows = rows(format, &sample);
    assert!(rows.contains("last_name: OKAFOR\nbirth: 2001\nprecinct: P02\n") && !rows.contains("rejected"), "{rows}");
    assert_eq!((layout.above, layout.key, layout.columns.len()), (0, 0, 4));
    assert_eq!(pollwarden_roll::check_layout(&settings), Ok(()));
}

#[test]
fn a_log_beside_extracts_of_a_described_layout_is_no_extract() {
    let roles = [("number", "voter-id"), ("surname", "last-name")].map(|(c, r)| (c.to_owned(), r.to_owned())).to_vec();
    let layout = RollLayout { roles, ..RollLayout::default() };
    let settings = RollSettings { layout: Some(layout), ..RollSettings::default() };
    let is_extract = |text: &[u8]| layout_of(&sample(Path::new("x.csv"), text), &settings).is_some();
    assert!(is_extract(b"number;surname;born\n1;OKAFOR;2001\n"));
    let given = RollLayout { delimiter: Some(b'^'), ..settings.layout.clone().expect("a layout") };
    let caret = RollSettings { layout: Some(given), ..RollSettings::default() };
    let layout = layout_of(&sample(Path::new("x.csv"), b"number^surname^born\n1^OKAFOR, JR^2001\n"), &caret);
    assert_eq!(layout.expect("a layout").columns.len(), 3);
    assert!(!is_extract(
        b"seq,ts,operator,voter_id,field,old_value,new_value\n1,2026-09-08T10:00:00,OP1,1,party,A,B\n"
    ));
}

#[test]
fn what_is_wrong_with_a_described_layout_is_said() {
    let wrong = |layout: RollLayout| {
        let settings = RollSettings { layout: Some(layout), ..RollSettings::default() };
        pollwarden_roll::check_layout(&settings).expect_err("a mistake")
    };
    let columns = vec!["number".to_owned(), "surname".to_owned()];
    let roles = vec![("number".to_owned(), "voterid".to_owned())];
    assert!(wrong(RollLayout { roles, ..RollLayout::default() }).contains("expected one of voter-id, county"));
    assert!(
        wrong(RollLayout { columns: columns.clone(), widths: vec![3], ..RollLayout::default() }).contains("as many")
    );
    assert!(wrong(RollLayout { columns, ..RollLayout::default() }).contains("voter's id"));
}

proptest! {
    #[test]
    fn no_bytes_make_a_layout_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000), head in 0_usize..12) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/formats");
        let all: Vec<PathBuf> = FORMATS.iter().flat_map(|f| samples(&folder.join(f.name()))).collect();
        let begun = all.get(head).map(|path| std::fs::read(path).expect("a sample")).unwrap_or_default();
        let bytes = [&begun[..], &bytes].concat();
        let sample = sample(Path::new("x"), &bytes);
        for format in FORMATS {
            format.sniff(&sample);
            rows(*format, &sample);
        }
    }
}

fn samples(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e != "golden"));
    paths.sort();
    paths
}

fn sample(path: &Path, bytes: &[u8]) -> Sample {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Sample { name, bytes: bytes.to_vec(), whole: true }
}

/// A layout's columns, a line each: name, role, and the code that it puts into words.
fn told(layout: &Layout) -> String {
    let mut text = format!("{}, key {}\n", layout.name, layout.columns[layout.key].name);
    for column in &layout.columns {
        let code = column.describes.map(|code| format!(", says {}", layout.columns[code].name)).unwrap_or_default();
        writeln!(text, "  {}: {:?}{code}", column.name, column.role).expect("text");
    }
    text
}

/// The rows of table `voters`, a paragraph each.
fn rows(format: &dyn Format, sample: &Sample) -> String {
    let mut parsed = Parsed::default();
    let block = Block { source: sample.name.as_str().into(), bytes: sample.bytes.clone(), first_line: 1, offset: 0 };
    format.begin(sample, None).parse(&block, &mut parsed);
    let mut text = String::new();
    for batch in &parsed.batches {
        let snapshot = Columns::of(batch).times("snapshot");
        for row in 0..batch.num_rows() {
            writeln!(text, "snapshot: {:?}", snapshot.get(row)).expect("text");
            let columns = batch.schema_ref().fields().iter().zip(batch.columns()).skip(1);
            for (field, column) in columns.filter(|(_, column)| column.is_valid(row)) {
                let value = array_value_to_string(column, row).expect("a value");
                writeln!(text, "{}: {value}", field.name()).expect("text");
            }
            text.push('\n');
        }
    }
    parsed.complaints.iter().for_each(|complaint| writeln!(text, "rejected: {complaint}").expect("text"));
    text
}
