//! Makes a Dominion JSON export of a given size (invented: 20 contests, one of them ranked) and says how fast it is read.
//!
//! `dominion_speed [MEGABYTES]` makes, reads and removes one; `dominion_speed read DIR` reads one that is there, for profiles. On Linux.

#![allow(clippy::print_stdout, reason = "it says what it measured")]

use std::fmt::Write as _;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::time::Instant;
use std::{env, fs, io};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const CONTESTS: u64 = 20;
const CANDIDATES: u64 = 6;
const RANKED: u64 = 20;

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [read, folder] = arguments.as_slice()
        && read == "read"
    {
        return read_export(Path::new(folder), 0);
    }
    let megabytes = arguments.first().and_then(|n| n.parse().ok()).unwrap_or(500);
    let folder = env::temp_dir().join(format!("dominion-speed-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let written = write_export(&folder, megabytes << 20).and_then(|bytes| read_export(&folder, bytes));
    fs::remove_dir_all(&folder)?;
    written
}

fn read_export(folder: &Path, bytes: u64) -> io::Result<()> {
    let (before, began) = (cpu_seconds(), Instant::now());
    let records = pollwarden_count::read(folder);
    let (cpu, wall) = (cpu_seconds() - before, began.elapsed().as_secs_f64());
    let mb = bytes as f64 / 1e6;
    println!("{mb:.0} MB, {} cards, complaints: {:?}", records.cvrs.cards(), records.complaints);
    println!("{cpu:.2} s of CPU, {wall:.2} s: {:.0} MB/s of CPU time, {:.0} MB/s", mb / cpu, mb / wall);
    println!("peak memory {}", peak_memory());
    Ok(())
}

fn write_export(folder: &Path, at_least: u64) -> io::Result<u64> {
    manifests(folder)?;
    let mut file = BufWriter::new(fs::File::create(folder.join("CvrExport.json"))?);
    let mut chance = ChaCha8Rng::seed_from_u64(7);
    let (mut text, mut bytes, mut session) = (String::new(), 0, 0);
    text.push_str(r#"{"Version":"5.10.50.85","ElectionId":"Invented","Sessions":["#);
    while bytes < at_least {
        if session > 0 {
            text.push(',');
        }
        one_session(&mut text, session, &mut chance);
        file.write_all(text.as_bytes())?;
        bytes += text.len() as u64;
        text.clear();
        session += 1;
    }
    file.write_all(b"]}")?;
    file.flush()?;
    Ok(bytes)
}

fn one_session(text: &mut String, session: u64, chance: &mut ChaCha8Rng) {
    let (batch, record) = (session / 200 + 1, session % 200 + 1);
    let _ = write!(
        text,
        r#"{{"TabulatorId":21,"BatchId":{batch},"RecordId":{record},"CountingGroupId":2,"ImageMask":"D:\\NAS\\Invented County General\\Results\\Tabulator00021\\Batch{batch:03}\\Images\\00021_{batch:05}_{record:06}*.*","SessionType":"ScannedVote","VotingSessionIdentifier":"","UniqueVotingIdentifier":"","Original":{{"PrecinctPortionId":{},"BallotTypeId":{},"IsCurrent":true,"Cards":[{{"Id":{session},"KeyInId":{session},"PaperIndex":0,"Contests":["#,
        chance.random_range(1..300),
        chance.random_range(1..30),
    );
    for contest in 1..=CONTESTS {
        one_contest(text, contest, chance);
    }
    text.push_str(r#"],"OutstackConditionIds":[]}]}}"#);
}

fn one_contest(text: &mut String, contest: u64, chance: &mut ChaCha8Rng) {
    let marks = if contest == RANKED { chance.random_range(0..5) } else { u64::from(chance.random_bool(0.9)) };
    let comma = if contest > 1 { "," } else { "" };
    let undervotes = u8::from(marks == 0);
    let _ = write!(
        text,
        r#"{comma}{{"Id":{contest},"ManifestationId":{},"Undervotes":{undervotes},"Overvotes":0,"OutstackConditionIds":[],"Marks":["#,
        59_657 + contest
    );
    for rank in 1..=marks {
        let candidate = contest * 10 + chance.random_range(0..CANDIDATES);
        let comma = if rank > 1 { "," } else { "" };
        let _ = write!(
            text,
            r#"{comma}{{"CandidateId":{candidate},"ManifestationId":{},"PartyId":0,"Rank":{rank},"MarkDensity":{},"IsAmbiguous":false,"IsVote":{},"OutstackConditionIds":[]}}"#,
            223_064 + candidate,
            chance.random_range(30..100),
            rank == 1,
        );
    }
    text.push_str("]}");
}

fn manifests(folder: &Path) -> io::Result<()> {
    let list = |name: &str, lines: Vec<String>| {
        let text = format!(r#"{{"Version":"5.10.50.85","List":[{}]}}"#, lines.join(","));
        fs::write(folder.join(name), text)
    };
    let named = |n: u64| (1..=n).map(|id| format!(r#"{{"Description":"Number {id}","Id":{id}}}"#)).collect();
    let contest = |id| {
        let ranks = if id == RANKED { 5 } else { 0 };
        format!(r#"{{"Description":"Contest {id}","Id":{id},"VoteFor":1,"NumOfRanks":{ranks},"Disabled":0}}"#)
    };
    let candidate = |id: u64| {
        let contest = id / 10;
        format!(r#"{{"Description":"Candidate {id}","Id":{id},"ContestId":{contest},"Type":"Regular"}}"#)
    };
    list("ContestManifest.json", (1..=CONTESTS).map(contest).collect())?;
    let ids = (1..=CONTESTS).flat_map(|contest| (0..CANDIDATES).map(move |at| contest * 10 + at));
    list("CandidateManifest.json", ids.map(candidate).collect())?;
    list("PrecinctPortionManifest.json", named(300))?;
    list("BallotTypeManifest.json", named(30))?;
    list("CountingGroupManifest.json", named(2))
}

/// Time of all threads, user and system (proc(5): fields 14 and 15, in hundredths of a second).
fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|n| n.parse::<f64>().ok()).unwrap_or(f64::NAN);
    (ticks(11) + ticks(12)) / 100.0
}

fn peak_memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.unwrap_or("unknown").trim().to_owned()
}
