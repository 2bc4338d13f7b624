//! Every way to audit, end to end: an invented town's files are written, read, audited and answered.

use std::fmt::Write as _;
use std::fs;

use pollwarden_core::{Answer, Scope, Verdict};
use pollwarden_count::audit::{ContestAudit, Method, write_batch_sheet};
use pollwarden_count::{Evidence, answer, gather};
use pollwarden_intake::find;
use tempfile::TempDir;

#[path = "methods/batches.rs"]
mod batches;
#[path = "methods/by_hand.rs"]
mod by_hand;

/// Seven batches of a hundred cards each.
const BATCHES: usize = 7;
const CARDS: u64 = 100;
const CHOICES: [&str; 3] = ["Ada Zed", "Ben Yew", "Cy Xu"];

/// A card's fraction, from 0 up to 1: the same in every run.
fn fraction(batch: usize, position: u64) -> f64 {
    let mixed = (batch as u64 * CARDS + position).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 11) as f64 / (1u64 << 53) as f64
}

/// Sixty in a hundred for Ada, thirty for Ben, the rest for nobody.
fn clerk(batch: usize, position: u64) -> Option<usize> {
    match fraction(batch, position) {
        at if at < 0.6 => Some(0),
        at if at < 0.9 => Some(1),
        _ => None,
    }
}

fn cell(choice: Option<usize>) -> String {
    choice.map_or("blank", |at| CHOICES[at]).to_owned()
}

struct Town {
    dir: TempDir,
}

impl Town {
    fn new(settings: &str) -> Self {
        let town = Self { dir: tempfile::tempdir().expect("a folder") };
        town.write("audit.toml", &format!("risk_limit = 0.05\nseed = \"20501\"\n{settings}"));
        town.manifest(&[]);
        town
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.dir.path().join(name), text).expect("a file");
    }

    /// Batches named in `without` have no records.
    fn manifest(&self, without: &[usize]) {
        let rows =
            (0..BATCHES).map(|at| format!("T1,{},{CARDS},{}\n", at + 1, if without.contains(&at) { "N" } else { "Y" }));
        self.write(
            "manifest.csv",
            &format!("Tabulator,Batch Name,Number of Ballots,CVR\n{}", rows.collect::<String>()),
        );
    }

    /// Records in the shape of Dominion's CSV export; `None`: the contest is not on the card.
    fn records(&self, batches: &[usize], card: impl Fn(usize, u64) -> Option<Option<usize>>) {
        let lead = ",".repeat(8);
        let mut file = format!(
            "Invented Town,5.10.50.85{}\n{lead}{}\n{lead}{},Yes\n\
             CvrNumber,TabulatorNum,BatchId,RecordId,ImprintedId,CountingGroup,PrecinctPortion,BallotType,,,,\n",
            ",".repeat(10),
            ["Clerk (Vote For=1)"; 3].join(",") + ",Bond (Vote For=1)",
            CHOICES.join(","),
        );
        let mut number = 0;
        for at in batches {
            for position in 1..=CARDS {
                number += 1;
                let batch = at + 1;
                let marks = match card(*at, position) {
                    None => ",,".to_owned(),
                    Some(choice) => {
                        (0..3).map(|c| if choice == Some(c) { "1" } else { "0" }).collect::<Vec<_>>().join(",")
                    }
                };
                let _ = writeln!(file, "{number},T1,{batch},{position},T1-{batch}-{position},Mail,P,S,{marks},1");
            }
        }
        self.write("records.csv", &file);
    }

    fn results(&self) {
        let votes = |choice| every().filter(|(at, position)| clerk(*at, *position) == Some(choice)).count();
        let rows = (0..3).map(|at| format!("Clerk,{},{}\n", CHOICES[at], votes(at)));
        self.write("results.csv", &format!("contest,choice,votes\n{}", rows.collect::<String>()));
    }

    /// Reported totals of these batches.
    fn tallies(&self, batches: impl IntoIterator<Item = usize>) {
        let mut file = format!("Batch Name,{}\n", CHOICES.join(","));
        for at in batches {
            let votes = |choice| (1..=CARDS).filter(|position| clerk(at, *position) == Some(choice)).count();
            let _ = writeln!(file, "{},{},{},{}", at + 1, votes(0), votes(1), votes(2));
        }
        self.write("Town - Clerk - candidate totals by batch.csv", &file);
    }

    fn gathered(&self) -> (Evidence, Answer) {
        let (evidence, coverage) = gather(&find(self.dir.path()).inputs);
        let answer = answer(&evidence, coverage, Scope::unnamed(&[7; 32]), false);
        (evidence, answer)
    }

    /// Draws, has people read the drawn cards, and audits.
    fn audited(&self, read: impl Fn(usize, u64) -> String) -> (ContestAudit, Answer) {
        let (evidence, _) = self.gathered();
        let audit = evidence.audit.as_ref().expect("an audit");
        let mut cards: Vec<_> = audit.drawn.iter().filter_map(|drawn| audit.paper.position(drawn.card)).collect();
        cards.sort_unstable();
        cards.dedup();
        let rows =
            cards.iter().map(|at| format!("T1,{},{},,{}\n", at.batch + 1, at.position, read(at.batch, at.position)));
        self.write("board.csv", &format!("tabulator,batch,position,status,Clerk\n{}", rows.collect::<String>()));
        self.answered()
    }

    fn answered(&self) -> (ContestAudit, Answer) {
        let (evidence, answer) = self.gathered();
        let audit = evidence.audit.expect("an audit");
        (audit.contests.into_iter().next().expect("a contest"), answer)
    }

    /// Has people count the drawn batches, and audits.
    fn counted(&self, read: impl Fn(usize, &str) -> u64) -> (ContestAudit, Answer) {
        let (evidence, _) = self.gathered();
        let mut sheet = Vec::new();
        write_batch_sheet(evidence.audit.as_ref().expect("an audit"), &evidence.manifest, 0, &mut sheet)
            .expect("a sheet");
        let sheet = String::from_utf8(sheet).expect("text");
        let filled = sheet.lines().enumerate().map(|(nth, line)| {
            let cells: Vec<&str> = line.split(',').collect();
            if nth == 0 {
                format!("{line}\n")
            } else {
                format!("{line}{}\n", read(cells[2].parse::<usize>().expect("a batch") - 1, cells[5]))
            }
        });
        self.write("batches.csv", &filled.collect::<String>());
        self.answered()
    }
}

fn every() -> impl Iterator<Item = (usize, u64)> {
    (0..BATCHES).flat_map(|at| (1..=CARDS).map(move |position| (at, position)))
}

fn votes(batch: usize, choice: &str) -> u64 {
    let is = |position: &u64| clerk(batch, *position).is_some_and(|at| CHOICES[at] == choice);
    (1..=CARDS).filter(is).count() as u64
}

const LEFT: &str = "left_out = [\"Bond\"]\n";

/// Confirmed, with nothing else left open.
fn confirmed((contest, answer): &(ContestAudit, Answer)) {
    assert!(contest.risk() <= 0.05, "{:?} {:?}", contest.measured, answer.coverage);
    assert_eq!(answer.verdict(), Verdict::NothingFound, "{answer:#?}");
}

fn open((contest, answer): &(ContestAudit, Answer)) {
    assert!(contest.risk() > 0.05, "{:?}", contest.measured);
    assert_ne!(answer.verdict(), Verdict::NothingFound);
}

#[test]
fn rankings_without_records_are_audited_by_cards_alone() {
    let settings = |winner: &str| {
        format!(
            "rounds = [400]\n[[contest]]\nname = \"Clerk\"\nmethod = \"polling\"\nrule = \"irv\"\n\
             choices = [\"Ada Zed\", \"Ben Yew\", \"Cy Xu\"]\nreported_winners = [\"{winner}\"]\n"
        )
    };
    // Cy leads by first ranks, and loses when Ada's voters rank Ben next.
    let ranking = |batch, position| match fraction(batch, position) {
        at if at < 0.42 => "Cy Xu".to_owned(),
        at if at < 0.83 => "Ben Yew; Cy Xu".to_owned(),
        _ => "Ada Zed; Ben Yew".to_owned(),
    };
    let right = Town::new(&settings("Ben Yew")).audited(ranking);
    confirmed(&right);
    assert_eq!(right.0.risk_after(0), 1.0);
    open(&Town::new(&settings("Cy Xu")).audited(ranking));
    let missing = Town::new(&settings("Ben Yew")).audited(|batch, position| match position % 2 {
        0 => String::new(),
        _ => ranking(batch, position),
    });
    open(&missing);
}

#[test]
fn batches_without_records_are_pools() {
    let settings = format!("rounds = [80]\n{LEFT}[[contest]]\nname = \"Clerk\"\n");
    let town = Town::new(&settings);
    town.manifest(&[5, 6]);
    town.records(&[0, 1, 2, 3, 4], |at, position| Some(clerk(at, position)));
    town.results();
    let phantoms = town.audited(|at, position| cell(clerk(at, position)));
    town.tallies([5, 6]);
    let pools = town.answered();
    confirmed(&pools);
    assert_eq!(pools.0.method, Method::Comparison);
    let lead = |audit: &(ContestAudit, Answer)| audit.0.measured.clone().map(|m| (m[0].margin * 700.0).round());
    assert_eq!((lead(&phantoms), lead(&pools)), (Ok(307.0 - 140.0), Ok(435.0 - 193.0)));
    assert_eq!(pools.0.recorded_winners, Some(Ok(vec![0])));
    let wrong = |at, position| if at > 4 { CHOICES[1].to_owned() } else { cell(clerk(at, position)) };
    open(&town.audited(wrong));
}

#[test]
fn strata_are_put_together() {
    let settings =
        format!("rounds = [150]\nreplacement = true\n{LEFT}[[contest]]\nname = \"Clerk\"\nmethod = \"stratified\"\n");
    let town = Town::new(&settings);
    town.manifest(&[5, 6]);
    town.records(&[0, 1, 2, 3, 4], |at, position| Some(clerk(at, position)));
    town.results();
    confirmed(&town.audited(|at, position| cell(clerk(at, position))));
    open(&town.audited(|at, position| if at > 3 { CHOICES[1].to_owned() } else { cell(clerk(at, position)) }));
    town.write("audit.toml", &format!("risk_limit = 0.05\nseed = \"1\"\n{}", settings.replace("true", "false")));
    assert!(town.gathered().0.audit.is_none(), "without replacement it is refused");
}

#[test]
fn cards_are_drawn_by_style() {
    let settings =
        format!("rounds = [25]\nstyle = true\n{LEFT}[[contest]]\nname = \"Clerk\"\nreported_winners = [\"Ada Zed\"]\n");
    let town = Town::new(&format!("{settings}cards = 140\n"));
    let held = |at: usize, position: u64| position.is_multiple_of(5).then(|| clerk(at, position));
    town.records(&[0, 1, 2, 3, 4, 5, 6], held);
    let read = |at, position| held(at, position).map_or("not on card".to_owned(), cell);
    let styled = town.audited(read);
    confirmed(&styled);
    assert_eq!(styled.0.draws(), 25);
    assert!(styled.0.looked.iter().all(|looked| looked.card % 5 == 4));
    // Nobody but the records says how many cards hold it.
    town.write("audit.toml", &format!("risk_limit = 0.05\nseed = \"20501\"\n{settings}"));
    let trusting = town.audited(read);
    assert_eq!((trusting.0.risk(), trusting.1.verdict()), (styled.0.risk(), Verdict::CannotTell));
    // Twenty cards more could hold it: some of the draws are of phantoms, and the risk is higher.
    town.write("audit.toml", &format!("risk_limit = 0.05\nseed = \"20501\"\n{settings}cards = 160\n"));
    let phantoms = town.audited(read);
    assert!(phantoms.0.looked.iter().any(|looked| looked.card >= 700) && phantoms.0.risk() > styled.0.risk());
    // A card without a record: nobody knows what is on it.
    town.manifest(&[]);
    town.records(&[0, 1, 2, 3, 4, 5], held);
    let (contest, _) = town.answered();
    assert!(
        contest.measured.as_ref().is_err_and(|why| why.contains("100 of 700 cards have none")),
        "{:?}",
        contest.measured
    );
}

#[test]
fn whole_batches_are_counted() {
    for rule in ["arlo", "consistent"] {
        let settings = format!(
            "draw = \"{rule}\"\nrounds = [3, 3]\n[[contest]]\nname = \"Clerk\"\nmethod = \"batch-comparison\"\n"
        );
        let town = Town::new(&settings);
        town.tallies(0..BATCHES);
        let right = town.counted(votes);
        let batches = right.0.batches.clone().expect("batches");
        assert_eq!((batches.drawn.len(), right.0.risk_after(6) < right.0.risk_after(3)), (6, true));
        assert!(right.0.risk() < 0.4 && batches.not_counted.is_empty(), "{rule}: {:?}", right.0.measured);
        let wrong = town.counted(|batch, choice| {
            votes(
                batch,
                match choice {
                    "Ada Zed" => "Ben Yew",
                    "Ben Yew" => "Ada Zed",
                    other => other,
                },
            )
        });
        assert_eq!(wrong.0.risk(), 1.0, "{rule}");
        town.write("batches.csv", "tabulator,batch,status,contest,choice,votes\nT1,99,,Clerk,Ada Zed,1\n");
        let (contest, answer) = town.answered();
        let batches = contest.batches.expect("batches");
        assert_eq!((batches.unmappable.len(), contest.measured.map(|m| m[0].risk_now())), (1, Ok(1.0)));
        assert!(!batches.not_counted.is_empty() && answer.verdict() == Verdict::CannotTell);
    }
}

#[test]
fn counting_every_batch_decides() {
    let settings = "rounds = [7]\n[[contest]]\nname = \"Clerk\"\nmethod = \"batch-comparison\"\n";
    let town = Town::new(settings);
    town.tallies(0..BATCHES);
    let right = town.counted(votes);
    confirmed(&right);
    assert_eq!((right.0.hand_counted, right.0.measured.map(|m| m[0].risk_now())), (Some(Ok(vec![0])), Ok(0.0)));
    let wrong = town.counted(|_, choice| if choice == "Ben Yew" { 60 } else { 5 });
    assert_eq!((wrong.0.hand_counted.clone(), wrong.0.risk()), (Some(Ok(vec![1])), 1.0));
    // Batches by their records, where no file has their totals.
    let town = Town::new(&format!("{LEFT}{settings}reported_winners = [\"Ada Zed\"]\n"));
    town.records(&[0, 1, 2, 3, 4, 5, 6], |at, position| Some(clerk(at, position)));
    confirmed(&town.counted(votes));
}

#[test]
fn a_full_hand_count_decides() {
    let settings = format!("rounds = [10]\n{LEFT}[[contest]]\nname = \"Clerk\"\n");
    let town = Town::new(&format!("{settings}hand_count = {{ \"Ada Zed\" = 420, \"Ben Yew\" = 210 }}\n"));
    town.records(&[0, 1, 2, 3, 4, 5, 6], |at, position| Some(clerk(at, position)));
    town.results();
    let stands = town.audited(|at, position| cell(clerk(at, position)));
    confirmed(&stands);
    assert!(stands.0.risk_after(10) > 0.05, "ten cards alone confirm nothing");
    let town = Town::new(&settings);
    town.records(&[0, 1, 2, 3, 4, 5, 6], |at, position| Some(clerk(at, position)));
    town.results();
    let rows = |read: fn(Option<usize>) -> Option<usize>| {
        let row = |(at, position)| format!("T1,{},{position},,{}\n", at + 1, cell(read(clerk(at, position))));
        format!("tabulator,batch,position,status,Clerk\n{}", every().map(row).collect::<String>())
    };
    town.write("board.csv", &rows(|choice| choice));
    let every_card = town.answered();
    confirmed(&every_card);
    assert_eq!(every_card.0.hand_counted, Some(Ok(vec![0])));
    town.write("board.csv", &rows(|choice| choice.map(|at| 1 - at)));
    let wrong = town.answered();
    open(&wrong);
    assert_eq!((wrong.0.hand_counted.clone(), wrong.0.risk()), (Some(Ok(vec![1])), 1.0));
}

#[test]
fn rounds_are_measured_as_wholes() {
    for rule in ["bravo", "minerva", "providence"] {
        let settings = format!(
            "rounds = [30, 90]\n[[contest]]\nname = \"Clerk\"\nmethod = \"polling\"\npolling_rule = \"{rule}\"\n"
        );
        let town = Town::new(&settings);
        town.results();
        let right = town.audited(|at, position| cell(clerk(at, position)));
        let contest = &right.0;
        assert_eq!((contest.risk_after(29), contest.risk_after(30) < 1.0), (1.0, true), "{rule}");
        assert_eq!(contest.risk_after(119), contest.risk_after(30), "{rule}");
        confirmed(&right);
        open(&town.audited(|_, position| CHOICES[(position % 2) as usize].to_owned()));
    }
}

#[test]
fn a_supermajority_that_was_not_reached_is_audited() {
    let settings = |share: f64| {
        format!("rounds = [300]\n[[contest]]\nname = \"Clerk\"\nrule = \"supermajority\"\nshare = {share}\n")
    };
    let town = Town::new(&settings(0.8));
    town.results();
    let right = town.audited(|at, position| cell(clerk(at, position)));
    confirmed(&right);
    assert_eq!(right.0.decided.winners, [0u32; 0]);
    open(&town.audited(|_, position| CHOICES[usize::from(position % 8 == 0)].to_owned()));
}

#[test]
fn records_of_no_card_add_nothing_to_the_margin() {
    let margin = |batches: &[usize]| {
        let town = Town::new(&format!("{LEFT}rounds = [60]\n[[contest]]\nname = \"Clerk\"\n"));
        // The last batch is none of the manifest's, and all its records are the winner's.
        town.records(batches, |at, position| Some(if at == BATCHES { Some(0) } else { clerk(at, position) }));
        let (contest, _) = town.audited(|at, position| cell(clerk(at, position)));
        contest.measured.expect("assertions").iter().map(|m| m.margin).fold(1.0, f64::min)
    };
    let batches: Vec<usize> = (0..=BATCHES).collect();
    assert_eq!(margin(&batches[..BATCHES]), margin(&batches));
}

#[test]
fn jurisdictions_are_told_apart_by_folders_or_by_names_of_files() {
    for name in ["{}/manifest.csv", "{} - manifest.csv"] {
        let dir = tempfile::tempdir().expect("a folder");
        let settings = "risk_limit = 0.05\nseed = \"20501\"\nrounds = [2]\n[[contest]]\nname = \"Clerk\"\nmethod = \"batch-comparison\"\n";
        fs::write(dir.path().join("audit.toml"), settings).expect("a file");
        for (town, votes) in [("Elm", 30), ("Ash", 60)] {
            let at = |name: &str| dir.path().join(name.replace("{}", town));
            fs::create_dir_all(at(name).parent().expect("a folder")).expect("a folder");
            let manifest =
                format!("Container,Tabulator,Batch Name,Number of Ballots\n{town},T1,1,100\n{town},T1,2,80\n");
            fs::write(at(name), manifest).expect("a file");
            let tallies = format!("Batch Name,Ada Zed,Ben Yew\n1,{votes},9\n2,{votes},5\n");
            fs::write(at(&name.replace("manifest", "Clerk - candidate totals by batch")), tallies).expect("a file");
        }
        let (evidence, coverage) = gather(&find(dir.path()).inputs);
        assert_eq!(coverage.complaints, []);
        let audit = evidence.audit.as_ref().expect("an audit");
        assert_eq!(audit.paper.faults, []);
        let contest = &audit.contests[0];
        assert_eq!((contest.reported.clone(), contest.draws()), (vec![180, 28], 2), "{name}: {:?}", contest.measured);
        let towns: Vec<&str> = evidence.manifest.batches.iter().map(|b| b.key.jurisdiction.as_str()).collect();
        assert_eq!(towns, ["Ash", "Ash", "Elm", "Elm"], "{name}");
    }
}

#[test]
fn records_of_several_jurisdictions_find_their_cards() {
    let dir = tempfile::tempdir().expect("a folder");
    for town in ["Elm", "Ash"] {
        let of_town = Town::new("");
        // The same bytes twice would be one file and its copy.
        let shift = town.len() as u64 + u64::from(town == "Ash");
        of_town.records(&[0, 1, 2, 3, 4, 5, 6], |at, position| Some(clerk(at, position + shift)));
        let folder = dir.path().join(town);
        fs::create_dir(&folder).expect("a folder");
        for file in ["manifest.csv", "records.csv"] {
            fs::copy(of_town.dir.path().join(file), folder.join(file)).expect("a file");
        }
    }
    fs::write(dir.path().join("audit.toml"), "risk_limit = 0.05\n").expect("a file");
    let audit = gather(&find(dir.path()).inputs).0.audit.expect("an audit");
    assert_eq!((audit.paper.faults.clone(), audit.paper.with_record(), audit.paper.cards()), (vec![], 1400, 1400));
    assert_ne!(audit.paper.record(0), audit.paper.record(700));
}

/// Arlo's small election: five jurisdictions, whose batches have the same names.
#[test]
fn a_published_election_of_several_jurisdictions_is_put_together() {
    let shared = pollwarden_testkit::data_root().map(|root| root.join("count/formats/arlo/small-election"));
    let Some(files) = shared.and_then(|folder| fs::read_dir(folder).ok()) else { return };
    let dir = tempfile::tempdir().expect("a folder");
    for file in
        files.map(|file| file.expect("a file").path()).filter(|path| path.extension().is_some_and(|e| e == "csv"))
    {
        fs::copy(&file, dir.path().join(file.file_name().expect("a name"))).expect("a copy");
    }
    fs::write(dir.path().join("audit.toml"), "risk_limit = 0.1\n").expect("a file");
    let (evidence, _) = gather(&find(dir.path()).inputs);
    let Some(audit) = evidence.audit.as_ref().filter(|_| !evidence.cvrs.is_empty()) else { return };
    let doubled = audit
        .paper
        .faults
        .iter()
        .filter(|fault| matches!(fault, pollwarden_count::audit::PaperFault::SameBatch { .. }));
    assert_eq!(
        (doubled.count(), audit.paper.with_record()),
        (0, evidence.cvrs.len() as u64),
        "{:?}",
        audit.paper.faults
    );
}
