//! Coverage and findings on one line of time: what was watched, what was not (hatched), and when something happened.

use jiff::Timestamp;
use pollwarden_core::{Answer, Interval};

use super::{Chart, Drawing, Key, WIDTHS, axis::TimeScale};
use crate::words;

const LEFT: f64 = 78.0;
const BAND: f64 = 22.0;
const WATCHED_AT: f64 = 6.0;
const FINDINGS_AT: f64 = 38.0;
const AXIS_AT: f64 = 70.0;
const HEIGHT: f64 = 92.0;

/// Nothing to draw where no time was watched and no gap has a time.
pub(in crate::html) fn coverage(answer: &Answer) -> Option<Chart> {
    let coverage = &answer.coverage;
    let gaps: Vec<Interval> = coverage.unwatched.iter().filter_map(|g| g.when).collect();
    let span = span(coverage.watched.iter().chain(&gaps))?;
    Some(Chart {
        id: format!("{}-coverage", answer.question.name()),
        title: "What was watched, and when something was found".into(),
        caption: caption(answer, span, &gaps),
        drawings: WIDTHS.map(|(width, class)| draw(answer, span, width, class)).into(),
        legend: legend(answer, &gaps),
        marks: Vec::new(),
    })
}

fn span<'a>(all: impl Iterator<Item = &'a Interval>) -> Option<Interval> {
    all.copied().reduce(|a, b| Interval { from: a.from.min(b.from), to: a.to.max(b.to) })
}

fn caption(answer: &Answer, span: Interval, gaps: &[Interval]) -> String {
    let gaps = match gaps.len() as u64 {
        0 => "no gap in time is known".into(),
        n => words::of(n, "stretch was not watched", "stretches were not watched"),
    };
    let rows = words::of(answer.coverage.rows, "row", "rows");
    format!("{}; {rows} read; {gaps}. All times are UTC.", words::stretch(span))
}

fn legend(answer: &Answer, gaps: &[Interval]) -> Vec<Key> {
    let key = |class: &str, label: &str| Key { class: class.into(), line: false, label: label.into() };
    let mut keys = vec![key("watched", "watched")];
    if !gaps.is_empty() {
        keys.push(key("gap", "not watched"));
    }
    if timed(answer).next().is_some() {
        keys.push(key("event", "finding"));
    }
    keys
}

fn draw(answer: &Answer, span: Interval, width: f64, class: &'static str) -> Drawing {
    let scale = TimeScale { span, left: LEFT, right: width - 8.0 };
    let mut drawing = Drawing::new(class, width, HEIGHT);
    drawing.text((0.0, WATCHED_AT + 15.0), "label", "Watched");
    drawing.text((0.0, FINDINGS_AT + 15.0), "label", "Findings");
    for at in [WATCHED_AT, FINDINGS_AT] {
        drawing.area((LEFT, at), (scale.right - LEFT, BAND), "band", String::new());
    }
    for part in joined(answer.coverage.watched.iter().copied(), &scale) {
        bar(&mut drawing, &scale, part, WATCHED_AT, "watched");
    }
    for part in joined(answer.coverage.unwatched.iter().filter_map(|g| g.when), &scale) {
        bar(&mut drawing, &scale, part, WATCHED_AT, "gap");
    }
    for part in joined(timed(answer), &scale) {
        bar(&mut drawing, &scale, part, FINDINGS_AT, "event");
    }
    ticks(&mut drawing, &scale, if width > 500.0 { 8 } else { 3 });
    drawing
}

fn timed(answer: &Answer) -> impl Iterator<Item = Interval> {
    words::for_clerk(answer).filter_map(|f| Some(Interval { from: f.first?, to: f.last.or(f.first)? }))
}

/// Stretches nearer than a pixel are drawn as one: a log may have thousands.
fn joined(stretches: impl Iterator<Item = Interval>, scale: &TimeScale) -> Vec<Interval> {
    let mut joined: Vec<Interval> = Vec::new();
    for next in Interval::union(stretches.collect()) {
        match joined.last_mut() {
            Some(last) if scale.x(next.from) - scale.x(last.to) < 1.0 => last.to = next.to,
            _ => joined.push(next),
        }
    }
    joined
}

fn bar(drawing: &mut Drawing, scale: &TimeScale, part: Interval, y: f64, class: &str) {
    let width = (scale.x(part.to) - scale.x(part.from)).max(3.0);
    let x = scale.x(part.from).min(scale.right - width);
    drawing.area((x, y), (width, BAND), class, words::stretch(part));
}

pub(super) fn ticks(drawing: &mut Drawing, scale: &TimeScale, most: usize) {
    drawing.line((scale.left, AXIS_AT), (scale.right, AXIS_AT), "axis");
    for (at, label) in scale.ticks(most) {
        tick(drawing, scale, at, label);
    }
}

fn tick(drawing: &mut Drawing, scale: &TimeScale, at: Timestamp, label: String) {
    let x = scale.x(at);
    drawing.line((x, AXIS_AT), (x, AXIS_AT + 4.0), "axis");
    drawing.text((x.min(scale.right - 14.0), AXIS_AT + 18.0), "tick", label);
}

#[cfg(test)]
mod tests {
    use super::*;
    use pollwarden_core::{Coverage, Question};

    fn interval(from: i64, to: i64) -> Interval {
        let at = |s| Timestamp::from_second(s).expect("a time");
        Interval { from: at(from), to: at(to) }
    }

    #[test]
    fn a_question_without_times_has_no_timeline() {
        assert!(coverage(&Answer::cannot_tell(Question::Mail, "no folder")).is_none());
    }

    #[test]
    fn a_gap_is_drawn_and_named() {
        let mut covered = Coverage { watched: vec![interval(0, 1000), interval(2000, 3000)], ..Coverage::default() };
        covered.blind(Some(interval(1000, 2000)), "silent");
        let chart = coverage(&Answer::new(Question::Web, covered, vec![])).expect("times");
        assert!(chart.caption.contains("1 stretch was not watched"));
        assert_eq!(chart.legend.len(), 2);
    }

    #[test]
    fn thousands_of_stretches_are_as_few_as_the_pixels() {
        let scale = TimeScale { span: interval(0, 1_000_000), left: 0.0, right: 100.0 };
        let many = (0..100_000).map(|i| interval(i * 10, i * 10 + 5));
        assert!(joined(many, &scale).len() <= 100);
    }
}
