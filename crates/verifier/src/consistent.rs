//! Whether an assessment agrees with itself: whoever has the log's keys can enter a verdict that its own lists deny, and a reader
//! who sees the verdict alone would believe it.

use pollwarden_ledger::Hash;
use pollwarden_ledger::said::{Answer, Assessment};

use crate::contents::Contents;
use crate::report::Report;
use crate::words;

/// The verdicts, the most pressing last.
const VERDICTS: [&str; 3] = ["nothing-found", "cannot-tell", "found"];
const HEADLINE: &str = "What the office said contradicts itself.";

pub(crate) fn tell(contents: &Contents, report: &mut Report) {
    for (index, assessment) in &contents.assessments {
        let Some(assessment) = assessment else { continue };
        let answers = assessment.answers.iter().flat_map(|said| of_answer(said, contents));
        let all: Vec<String> = answers.chain(of_assessment(assessment)).collect();
        if !all.is_empty() {
            let place = words::count(*index);
            let why = all.iter().map(|what| format!("The assessment (entry {place}) contradicts itself: {what}"));
            report.lacks(HEADLINE, why.collect());
        }
    }
}

/// What an answer says against its own verdict.
pub(crate) fn of_answer(said: &Answer, contents: &Contents) -> Vec<String> {
    let because: &[(bool, &str)] = match said.verdict.as_str() {
        "nothing-found" => &[
            (said.unwatched.iter().any(|gap| gap.needed), "it names a gap beside which that can't be said."),
            (said.rows == 0 || said.sources.is_empty(), "nothing was read for it."),
            (
                said.findings.iter().any(|hash| is_for_clerk(hash, contents)),
                "it names a finding that a clerk must act on.",
            ),
        ],
        "found" => &[(said.findings.is_empty(), "it names no finding.")],
        _ => &[],
    };
    let held = because.iter().filter(|(holds, _)| *holds);
    held.map(|(_, why)| format!("the answer is \"{}\", and {why}", words::verdict(&said.verdict))).collect()
}

/// What the answers say against the verdict over all of them, which is the most pressing of theirs.
fn of_assessment(said: &Assessment) -> Option<String> {
    let rank = |code: &str| VERDICTS.iter().position(|verdict| *verdict == code);
    let ranks: Option<Vec<usize>> = said.answers.iter().map(|answer| rank(&answer.verdict)).collect();
    let Some((whole, ranks)) = rank(&said.verdict).zip(ranks) else {
        return Some("a verdict in it is none of found, nothing found and can't tell.".to_owned());
    };
    let most = ranks.into_iter().max().map_or("cannot-tell", |rank| VERDICTS[rank]);
    (VERDICTS[whole] != most).then(|| {
        let [whole, most] = [&said.verdict, most].map(words::verdict);
        format!("its verdict is \"{whole}\", and its answers come to \"{most}\".")
    })
}

fn is_for_clerk(hash: &str, contents: &Contents) -> bool {
    Hash::parse(hash).and_then(|hash| contents.findings.get(&hash)).is_some_and(|finding| finding.audience == "clerk")
}
