//! An assessment and everything it rests on.

use pollwarden_core::{About, Answer, Assessment, Gap, Limit, Question, Source};

use super::finding::finding;
use super::words::{measure, time};
use super::{Draft, Salts, once};
use crate::said::{self, kind};

/// Who answered, and how.
pub struct Program<'p> {
    /// The program and its version.
    pub version: &'p str,
    /// The detectors that were asked for a question.
    pub detectors: &'p dyn Fn(Question) -> Vec<&'static About>,
    /// What they were asked with.
    pub parameters: said::Parameters,
}

/// The entries of an assessment: its sources, its findings, and last the assessment itself, which names them all.
pub fn assessment(said: &Assessment, program: &Program<'_>, salts: &Salts) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let answers = said.answers.iter().map(|given| answer(given, program, salts, &mut drafts)).collect();
    let public = said::Assessment {
        office: said.office.clone(),
        program: program.version.to_owned(),
        verdict: said.verdict().name().to_owned(),
        answers,
    };
    let notes = said.answers.iter().flat_map(|answer| answer.coverage.notes.iter().cloned());
    let mut parameters = program.parameters.clone();
    parameters.notes.extend(notes);
    let gaps = |answer: &'_ Answer| {
        answer.coverage.unwatched.iter().map(|gap| reason(answer.question, gap)).collect::<Vec<_>>()
    };
    parameters.gaps.extend(said.answers.iter().flat_map(gaps));
    drafts.push(salts.draft(kind::ASSESSMENT, &public, &said::Nothing {}, &parameters));
    once(drafts)
}

fn answer(answer: &Answer, program: &Program<'_>, salts: &Salts, drafts: &mut Vec<Draft>) -> said::Answer {
    let mut enter = |draft: Draft| {
        let leaf = draft.leaf().to_string();
        drafts.push(draft);
        leaf
    };
    let coverage = &answer.coverage;
    said::Answer {
        question: answer.question.name().to_owned(),
        text: answer.question.text().to_owned(),
        verdict: answer.verdict().name().to_owned(),
        rows: coverage.rows,
        rejected: coverage.rejected,
        watched: coverage.watched.iter().map(|interval| [time(interval.from), time(interval.to)]).collect(),
        unwatched: coverage.unwatched.iter().map(gap).collect(),
        measures: answer.measures.iter().map(measure).collect(),
        limits: answer.limits.iter().filter_map(limit).collect(),
        detectors: (program.detectors)(answer.question).into_iter().map(detector).collect(),
        sources: coverage.sources.iter().map(|read| enter(source(answer.question, read, salts))).collect(),
        findings: answer.findings.iter().map(|found| enter(finding(found, salts))).collect(),
    }
}

fn source(question: Question, source: &Source, salts: &Salts) -> Draft {
    let public = said::Source {
        question: question.name().to_owned(),
        format: source.format.clone(),
        rows: source.rows,
        rejected: source.rejected,
    };
    let court = said::Bytes { name: source.name.clone(), sha256: source.digest.to_string(), bytes: source.length };
    salts.draft(kind::SOURCE, &public, &said::Nothing {}, &court)
}

fn gap(gap: &Gap) -> said::Gap {
    said::Gap {
        from: gap.when.map(|interval| time(interval.from)),
        to: gap.when.map(|interval| time(interval.to)),
        needed: gap.needed,
    }
}

fn reason(question: Question, gap: &Gap) -> said::Reason {
    said::Reason {
        question: question.name().to_owned(),
        from: gap.when.map(|interval| time(interval.from)),
        to: gap.when.map(|interval| time(interval.to)),
        why: gap.why.clone(),
    }
}

fn limit(limit: &Limit) -> Option<said::Limit> {
    let point = limit.at().or(limit.most())?;
    Some(said::Limit {
        threat: limit.threat(),
        size: point.size,
        unit: limit.unit.clone(),
        reached: limit.reached.is_some(),
        found: point.found,
        trials: point.trials,
        low: point.low,
        high: point.high,
    })
}

fn detector(about: &About) -> said::Detector {
    said::Detector { id: about.id.to_owned(), since: about.since.to_owned() }
}
