//! Small ballots, manifests and rules of every kind, made from arbitrary bytes.

use libfuzzer_sys::arbitrary::{Result, Unstructured};
use pollwarden_count::tabulate::{Decimal, ElectionMode, OvervoteRule, Rules, TieRule};
use pollwarden_count::{BallotManifest, BatchKey, CardPlace, Choice, CvrBuilder, Cvrs, ManifestBatch, Mark, Votes};

pub const NAMES: [&str; 5] = ["Ada", "Ben", "Cyd", "Dot", "Eve"];
pub const CONTESTS: [&str; 2] = ["Mayor", "Clerk"];

/// Up to 64 cards of two contests with up to five choices.
pub fn cvrs(from: &mut Unstructured<'_>) -> Result<Cvrs> {
    let mut builder = CvrBuilder::default();
    for name in CONTESTS {
        let contest = builder.contest("", name);
        for name in &NAMES[..from.int_in_range(0..=5)?] {
            builder
                .choice(contest, Choice { name: (*name).to_owned(), write_in: from.ratio(1, 8)?, ..Choice::default() });
        }
        let about = builder.contest_mut(contest);
        about.votes_allowed = if from.arbitrary()? { Some(from.int_in_range(0..=3)?) } else { None };
        about.winners = if from.arbitrary()? { Some(from.int_in_range(0..=3)?) } else { None };
        about.ranks = from.int_in_range(0..=4)?;
    }
    let mut votes = Votes::default();
    for _ in 0..from.int_in_range(0..=64)? {
        card(from, &mut builder, &mut votes)?;
    }
    Ok(builder.finish())
}

fn card(from: &mut Unstructured<'_>, builder: &mut CvrBuilder, votes: &mut Votes) -> Result<()> {
    votes.clear();
    for name in CONTESTS {
        let contest = builder.contest("", name);
        let choices = builder.contest_mut(contest).choices.len() as u32;
        match from.int_in_range(0..=7)? {
            0 => continue,
            1 => votes.mark(contest, Mark::overvote(from.int_in_range(1..=3)?)),
            _ => votes.on_card(contest),
        }
        for _ in 0..if choices == 0 { 0 } else { from.int_in_range(0..=5)? } {
            let choice = from.int_in_range(0..=choices - 1)?;
            let rank = if from.ratio(1, 200)? { from.arbitrary()? } else { from.int_in_range(1..=5)? };
            let number = if from.ratio(1, 40)? { from.arbitrary()? } else { 1 };
            votes.mark(contest, Mark { rank, choice, votes: number });
        }
    }
    let (batch, record) = (from.int_in_range(1..=3)?.to_string(), from.int_in_range(0..=20)?.to_string());
    builder.card(CardPlace { tabulator: "T", batch: &batch, record: &record, ..CardPlace::default() }, votes);
    Ok(())
}

/// Up to four batches.
pub fn manifest(from: &mut Unstructured<'_>) -> Result<BallotManifest> {
    let mut manifest = BallotManifest::default();
    for _ in 0..from.int_in_range(0..=4)? {
        manifest.batches.push(ManifestBatch {
            key: BatchKey {
                jurisdiction: String::new(),
                tabulator: "T".to_owned(),
                batch: from.int_in_range(1..=4)?.to_string(),
            },
            cards: from.int_in_range(0..=40)?,
            has_cvrs: from.arbitrary()?,
            ..ManifestBatch::default()
        });
    }
    Ok(manifest)
}

/// Rules of which most go together.
pub fn rules(from: &mut Unstructured<'_>) -> Result<Rules> {
    use ElectionMode as Mode;
    let modes = [
        Mode::SingleWinnerMajority,
        Mode::OneWinnerPerRound,
        Mode::ManyWinnersPerRound,
        Mode::BottomsUp,
        Mode::BottomsUpByShare,
        Mode::MultiPass,
    ];
    let mode = *from.choose(&modes)?;
    let winners = match mode {
        Mode::SingleWinnerMajority => 1,
        Mode::BottomsUpByShare => 0,
        _ => from.int_in_range(2..=6)?,
    };
    let seed = from.arbitrary()?;
    let ties = [
        TieRule::Random { seed },
        TieRule::Ask,
        TieRule::EarlierRoundsThenRandom { seed },
        TieRule::EarlierRoundsThenAsk,
        TieRule::CandidateOrder,
        TieRule::DrawnOrder { seed },
    ];
    let overvotes = [OvervoteRule::AlwaysSkip, OvervoteRule::Exhaust, OvervoteRule::ExhaustIfSeveralContinue];
    let seldom = |from: &mut Unstructured<'_>| from.ratio(1, 4);
    Ok(Rules {
        mode,
        winners: if from.ratio(1, 50)? { from.arbitrary()? } else { winners },
        ties: *from.choose(&ties)?,
        overvotes: *from.choose(&overvotes)?,
        decimal_places: from.int_in_range(1..=20)?,
        share_percent: Some(Decimal::new(from.int_in_range(0..=10_000)?, from.int_in_range(0..=3)?)),
        max_skipped_ranks: if from.arbitrary()? { Some(from.int_in_range(0..=3)?) } else { None },
        fractional_threshold: seldom(from)?,
        first_round_sets_threshold: seldom(from)?,
        hare_quota: seldom(from)?,
        batch_elimination: seldom(from)?,
        cutoff_elimination: seldom(from)?,
        minimum_votes: if seldom(from)? { from.int_in_range(0..=20)? } else { 0 },
        until_two_remain: seldom(from)?,
        last_round: if seldom(from)? { Some(from.int_in_range(0..=4)?) } else { None },
        exhaust_on_duplicate: seldom(from)?,
    })
}
