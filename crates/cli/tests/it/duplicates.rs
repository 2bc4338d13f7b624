//! `pollwarden roll duplicates`, from an extract to the list of pairs.

use std::collections::BTreeSet;
use std::fs;

use pollwarden_roll::simulate::{DoublesPlan, doubles};

use crate::support::{answer, measure, run, told};

#[test]
fn second_records_are_named_with_probabilities_and_a_warning() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let made = doubles(&DoublesPlan { seed: 11, people: 4_000, twice: 60 });
    fs::write(path("ncvoter_2026-09-05.txt"), &made.extract).unwrap();
    let (roll, out) = (path("ncvoter_2026-09-05.txt"), path("pairs.csv"));
    let (answer, code) = answer(&["roll", "duplicates", &roll, "--out", &out, "--threshold", "0.5"]);
    assert_eq!(code, 1, "{answer:#}");
    let finding = told(&answer)[0];
    assert_eq!(finding["detector"], "roll/duplicate-record");
    let text = finding.to_string();
    for said in ["must never be used to remove a voter", "are two people (95 % interval"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    for (one, _) in &made.pairs {
        assert!(!answer.to_string().contains(one), "an id in the answer: {one}");
    }
    let truth: BTreeSet<(String, String)> = made.pairs.iter().cloned().collect();
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_path(&out).unwrap().records().map(|row| row.unwrap()).collect();
    let right = rows.iter().filter(|row| truth.contains(&(row[0].to_owned(), row[1].to_owned()))).count();
    println!("{} of 60 second records found, {} pairs named", right, rows.len());
    assert!(right >= 50 && rows.len() <= 70, "{right} of {}", rows.len());
    let (low, estimate, high) = measure(finding, "pairs-of-one-person").unwrap();
    assert!(low <= estimate && estimate <= high && high <= rows.len() as f64);
    assert!(rows.iter().all(|row| row[4].parse::<f64>().unwrap() >= 0.5 && row[9].contains("not proof")));
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&out).unwrap().permissions()) & 0o777, 0o600);
}

#[test]
fn a_roll_of_strangers_has_none_and_bad_thresholds_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let roll = dir.path().join("roll_2026-09-05.csv").to_str().unwrap().to_owned();
    let first = ["ADA", "BENNO", "CLARA", "DAMON", "ELISE"];
    let rows: String = (0..100)
        .map(|n| {
            format!(
                "V{n},NAME{},{},{},{} OAK ST\n",
                (b'A' + n / 4) as char,
                first[usize::from(n) % 5],
                1940 + u32::from(n) % 50,
                n
            )
        })
        .collect();
    fs::write(&roll, format!("voter_id,last_name,first_name,birth_year,res_street_address\n{rows}")).unwrap();
    let (answer, code) = answer(&["roll", "duplicates", &roll]);
    assert_eq!(code, 3, "one extract alone can't tell whether anything changed: {answer:#}");
    assert!(answer["coverage"].to_string().contains("No pair has a probability of 0.5 or more"), "{answer:#}");
    let (output, code) = run(&["roll", "duplicates", &roll, "--threshold", "7"]);
    assert_eq!(code, 2);
    assert!(String::from_utf8_lossy(&output.stderr).contains("between 0.001 and 1"));
}

#[test]
fn a_damaged_extract_or_one_without_names_cannot_tell() {
    let dir = tempfile::tempdir().unwrap();
    let roll = dir.path().join("roll_2026-09-05.csv").to_str().unwrap().to_owned();
    let header = "voter_id,last_name,first_name,birth_year,party_cd\n";
    let rows: String = (0..30).map(|n| format!("A{n},NAME{n},ADA,{},X\n", 1940 + n)).collect();
    fs::write(&roll, format!("{header}{rows}A99,JONES\n")).unwrap();
    let (damaged, code) = answer(&["roll", "duplicates", &roll]);
    assert_eq!(code, 3, "{damaged:#}");
    assert!(damaged["coverage"].to_string().contains("1 rows of the extract could not be compared"), "{damaged:#}");
    fs::write(&roll, "voter_id,county_id,last_name,party_cd,status_cd\nA1,1,SMITH,X,A\nA2,1,SMITH,X,A\n").unwrap();
    assert_eq!(answer(&["roll", "duplicates", &roll]).1, 3);
}
