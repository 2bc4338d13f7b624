//! Audits and counts. What people write (entry sheets, audit.toml, RCTab's configurations) as arbitrary text; small ballots
//! counted by arbitrary rules: every count ends and loses no vote; audits of them end, and no risk is beyond 0 to 1.

#![no_main]

use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use pollwarden_core::{Coverage, Scope};
use pollwarden_count::audit::{Audit, AuditSettings, BoardRecords, Files, read_entry_sheet};
use pollwarden_count::tabulate::{Ballots, Candidate, Config, Counts, Decimal, Outcome, SourceRecords, from_config};
use pollwarden_count::tabulate::{plurality, ranked};
use pollwarden_count::{Cvrs, Evidence, answer};

mod ballots;

/// More places than any count has.
const PLACES: u8 = 20;

/// Between what people write and what ballots are made from.
const END: u8 = 0x1d;

fuzz_target!(|bytes: &[u8]| {
    let at = bytes.iter().position(|b| *b == END).unwrap_or(bytes.len());
    let _ = run(&bytes[..at], &mut Unstructured::new(&bytes[(at + 1).min(bytes.len())..]));
});

fn run(text: &[u8], from: &mut Unstructured<'_>) -> Result<()> {
    match text.first() {
        None => {
            let cvrs = ballots::cvrs(from)?;
            count(from, &cvrs)
        }
        Some(b'{') => by_config(text, from),
        Some(_) => audit(&String::from_utf8_lossy(text), from),
    }
}

fn count(from: &mut Unstructured<'_>, cvrs: &Cvrs) -> Result<()> {
    let Some((id, contest)) = cvrs.contests().next() else { return Ok(()) };
    if let Ok(count) = plurality::count(cvrs, id) {
        assert_eq!(count.cards, cvrs.cards_with(id));
    }
    let rules = ballots::rules(from)?;
    let mut candidates = Vec::new();
    for choice in &contest.choices {
        candidates.push(Candidate { name: choice.name.clone(), aliases: Vec::new(), excluded: from.ratio(1, 8)? });
    }
    let mut ballots = Ballots::new(candidates, from.arbitrary()?, &[]);
    let source = SourceRecords {
        write_ins_are_marked: from.arbitrary()?,
        cut_ranks: from.arbitrary()?,
        ..SourceRecords::new(cvrs, id)
    };
    if ballots.add(&source).is_ok()
        && let Ok(outcomes) = ranked(&rules, &ballots)
    {
        outcomes.iter().for_each(|outcome| no_vote_is_lost(outcome, ballots.cards()));
    }
    Ok(())
}

fn by_config(text: &[u8], from: &mut Unstructured<'_>) -> Result<()> {
    let Ok(config) = Config::read(text) else { return Ok(()) };
    let cvrs = &ballots::cvrs(from)?;
    let found: Vec<_> = config.sources.iter().filter_map(|s| s.contest_in(cvrs).ok()).map(|id| (cvrs, id)).collect();
    if found.len() == config.sources.len()
        && let Ok(outcomes) = from_config(&config, &found)
    {
        let cards = found.iter().map(|(cvrs, id)| cvrs.cards_with(*id)).sum();
        outcomes.iter().for_each(|outcome| no_vote_is_lost(outcome, cards));
    }
    Ok(())
}

fn no_vote_is_lost(outcome: &Outcome, cards: u64) {
    let all = Decimal::whole(cards as i64).units(PLACES).expect("few cards");
    for round in &outcome.rounds {
        let residual = round.residual_surplus.units(PLACES).expect("few cards");
        assert_eq!(votes(&round.counts) + residual, all, "votes are lost or made: {outcome:?}");
        assert!(round.counts.votes.iter().flatten().all(|votes| *votes >= Decimal::whole(0)));
    }
    let mut winners = outcome.winners.clone();
    winners.sort_unstable();
    winners.dedup();
    assert_eq!(winners.len(), outcome.winners.len(), "someone wins twice: {outcome:?}");
}

fn votes(counts: &Counts) -> i128 {
    let inactive = &counts.inactive;
    let others = [
        inactive.overvotes,
        inactive.skipped_rankings,
        inactive.exhausted_choices,
        inactive.repeated_rankings,
        inactive.no_rankings,
        counts.final_round_surplus,
    ];
    counts.votes.iter().flatten().chain(&others).map(|votes| votes.units(PLACES).expect("few cards")).sum()
}

fn audit(text: &str, from: &mut Unstructured<'_>) -> Result<()> {
    let (settings, sheet) = text.split_once('\u{1c}').unwrap_or((text, ""));
    let mut board = BoardRecords::default();
    if read_entry_sheet("board.csv", sheet.as_bytes(), &mut board).is_err() {
        board = BoardRecords::default();
    }
    let Ok(settings) = AuditSettings::parse("audit.toml", settings) else { return Ok(()) };
    let (cvrs, manifest) = (ballots::cvrs(from)?, ballots::manifest(from)?);
    let files = Files { cvrs: &cvrs, manifest: &manifest, results: &[], board: &board };
    let Ok(audit) = Audit::run(&settings, files) else { return Ok(()) };
    for contest in &audit.contests {
        let risks = (0..=contest.looked.len()).map(|draws| contest.risk_after(draws));
        assert!(risks.into_iter().all(|risk| (0.0..=1.0).contains(&risk)), "a risk beyond 0 to 1");
        let measured = contest.measured.iter().flatten();
        assert!(measured.into_iter().all(|m| (0.0..=1.0).contains(&m.doubt) && !m.margin.is_nan()));
    }
    let evidence = Evidence { cvrs, manifest, board, audit: Some(audit), ..Evidence::default() };
    let _ = answer(&evidence, Coverage::default(), Scope::unnamed(&[7; 32]), false);
    Ok(())
}
