//! Values over time. A missing stretch breaks the line; series of very different size get a panel each.

use jiff::Timestamp;
use pollwarden_core::{Interval, Mark, Series};

use super::{Chart, Drawing, Key, WIDTHS, axis, axis::TimeScale, look};
use crate::{visible::visible, words};

/// Series whose greatest values differ more than this can't share an axis: the smaller would lie on the ground.
const SAME_SCALE: f64 = 3.0;
const LEFT: f64 = 58.0;
const MARKS_ROOM: f64 = 24.0;
const PANEL_GAP: f64 = 26.0;
const AXIS_ROOM: f64 = 28.0;

pub(super) fn draw(id: String, title: &str, unit: &str, series: &[Series], marks: &[Mark]) -> Option<Chart> {
    let span = span(series)?;
    let panels = panels(series);
    let marks: Vec<&Mark> = marks.iter().filter(|m| span.from <= m.at && m.at <= span.to).collect();
    Some(Chart {
        id,
        title: visible(title).into_owned(),
        caption: caption(series, unit, span, panels.len() > 1),
        drawings: WIDTHS.map(|(width, class)| drawing(&panels, &marks, span, width, class)).into(),
        legend: series.iter().enumerate().map(|(i, s)| key(i, s)).collect(),
        marks: marks.iter().map(|m| format!("{}: {}", words::moment(m.at), visible(&m.label))).collect(),
    })
}

struct Panel<'a> {
    /// Each series with its place in the legend.
    series: Vec<(usize, &'a Series)>,
    max: f64,
}

fn span(series: &[Series]) -> Option<Interval> {
    let times = || series.iter().flat_map(|s| &s.points).map(|(at, _)| *at);
    Some(Interval { from: times().min()?, to: times().max()? })
}

fn max(series: &Series) -> f64 {
    series.points.iter().map(|(_, v)| *v).filter(|v| v.is_finite()).fold(0.0, f64::max)
}

fn panels(series: &[Series]) -> Vec<Panel<'_>> {
    let greatest = series.iter().map(max).fold(0.0, f64::max);
    let least = series.iter().map(max).filter(|m| *m > 0.0).fold(f64::INFINITY, f64::min);
    let each: Vec<_> = series.iter().enumerate().collect();
    if greatest <= least * SAME_SCALE {
        return vec![Panel { series: each, max: greatest }];
    }
    each.into_iter().map(|(i, s)| Panel { series: vec![(i, s)], max: max(s) }).collect()
}

fn key(index: usize, series: &Series) -> Key {
    Key { class: format!("line s{}", look(index)), line: true, label: visible(&series.name).into_owned() }
}

fn caption(series: &[Series], unit: &str, span: Interval, apart: bool) -> String {
    let peaks = series.iter().filter_map(|s| {
        let (at, value) = s.points.iter().filter(|(_, v)| v.is_finite()).max_by(|a, b| a.1.total_cmp(&b.1))?;
        Some(format!("{} at most {} ({})", visible(&s.name), words::number(*value), words::moment(*at)))
    });
    let peaks: Vec<_> = peaks.collect();
    let scales = if apart { " Each panel has its own scale." } else { "" };
    format!("In {}; {}. {}.{scales}", visible(unit), words::stretch(span), peaks.join("; "))
}

fn drawing(panels: &[Panel<'_>], marks: &[&Mark], span: Interval, width: f64, class: &'static str) -> Drawing {
    let panel_height = if panels.len() > 1 { 110.0 } else { 180.0 };
    let top = if marks.is_empty() { 10.0 } else { MARKS_ROOM };
    let floor = top + panels.len() as f64 * (panel_height + PANEL_GAP) - PANEL_GAP;
    let scale = TimeScale { span, left: LEFT, right: width - 12.0 };
    let mut drawing = Drawing::new(class, width, floor + AXIS_ROOM);
    for (i, panel) in panels.iter().enumerate() {
        let top = top + i as f64 * (panel_height + PANEL_GAP);
        draw_panel(&mut drawing, panel, &scale, (top, top + panel_height));
    }
    for (at, label) in scale.ticks(if width > 500.0 { 8 } else { 3 }) {
        drawing.line((scale.x(at), floor), (scale.x(at), floor + 4.0), "axis");
        drawing.text((scale.x(at).min(width - 24.0), floor + 19.0), "tick", label);
    }
    draw_marks(&mut drawing, marks, &scale, (top, floor));
    drawing
}

fn draw_panel(drawing: &mut Drawing, panel: &Panel<'_>, scale: &TimeScale, (top, floor): (f64, f64)) {
    let values = axis::values(panel.max);
    let highest = values.last().copied().unwrap_or(1.0);
    let y = |value: f64| floor - (value.clamp(0.0, highest) / highest) * (floor - top);
    for value in &values {
        let class = if *value == 0.0 { "axis" } else { "grid" };
        drawing.line((scale.left, y(*value)), (scale.right, y(*value)), class);
        drawing.text((scale.left - 8.0, y(*value) + 4.0), "value end", words::number(*value));
    }
    for (index, series) in &panel.series {
        for part in unbroken(&series.points) {
            let points: Vec<_> = columns(part, scale).iter().map(|(at, value)| (scale.x(*at), y(*value))).collect();
            if panel.series.len() == 1 {
                fill(drawing, &points, floor, *index);
            }
            drawing.path(&points, &format!("line s{}", look(*index)));
        }
    }
}

fn fill(drawing: &mut Drawing, points: &[(f64, f64)], floor: f64, index: usize) {
    if let [(first, _), .., (last, _)] = points {
        let around: Vec<_> =
            [(*first, floor)].into_iter().chain(points.iter().copied()).chain([(*last, floor)]).collect();
        drawing.path(&around, &format!("fill s{}", look(index)));
    }
}

/// At most the least and the greatest value of every pixel column, in order of time: peaks stay, the page stays small.
fn columns(points: &[(Timestamp, f64)], scale: &TimeScale) -> Vec<(Timestamp, f64)> {
    let points: Vec<_> = points.iter().copied().filter(|(_, value)| value.is_finite()).collect();
    let by_column = points.chunk_by(|a, b| scale.x(a.0) as i64 == scale.x(b.0) as i64);
    by_column.flat_map(extremes).collect()
}

fn extremes(column: &[(Timestamp, f64)]) -> impl Iterator<Item = (Timestamp, f64)> + use<> {
    let by_value = |a: &&(Timestamp, f64), b: &&(Timestamp, f64)| a.1.total_cmp(&b.1);
    let mut kept: Vec<_> =
        [column.iter().min_by(by_value), column.iter().max_by(by_value)].into_iter().flatten().copied().collect();
    kept.sort_by_key(|(at, _)| *at);
    kept.dedup();
    kept.into_iter()
}

/// Splits where more than one and a half of the usual steps are missing.
fn unbroken(points: &[(Timestamp, f64)]) -> impl Iterator<Item = &[(Timestamp, f64)]> {
    let longest = usual_step(points) * 1.5;
    points.chunk_by(move |a, b| (b.0.as_millisecond() - a.0.as_millisecond()) as f64 <= longest)
}

/// The median step in milliseconds.
fn usual_step(points: &[(Timestamp, f64)]) -> f64 {
    let mut steps: Vec<i64> = points.windows(2).map(|w| w[1].0.as_millisecond() - w[0].0.as_millisecond()).collect();
    steps.sort_unstable();
    steps.get(steps.len() / 2).map_or(f64::INFINITY, |step| *step as f64)
}

/// Numbered; where numbers would lie on each other, only the first is written and the line says the rest.
fn draw_marks(drawing: &mut Drawing, marks: &[&Mark], scale: &TimeScale, (top, floor): (f64, f64)) {
    let mut free_from = f64::NEG_INFINITY;
    for (i, mark) in marks.iter().enumerate() {
        let x = scale.x(mark.at);
        drawing.line((x, top - 4.0), (x, floor), "mark");
        let x = x.max(free_from);
        if x <= scale.right + 4.0 {
            drawing.dot((x, top - 12.0), 9.0, "badge");
            drawing.text((x, top - 8.0), "badge-text", (i + 1).to_string());
            free_from = x + 20.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    fn series(name: &str, seconds: impl Iterator<Item = i64>, value: f64) -> Series {
        Series { name: name.into(), points: seconds.map(|s| (at(s), value)).collect() }
    }

    #[test]
    fn a_missing_stretch_breaks_the_line() {
        let hours = (0..10).chain(20..30).map(|h| h * 3600);
        let requests = series("requests", hours, 5.0);
        assert_eq!(unbroken(&requests.points).map(<[_]>::len).collect::<Vec<_>>(), [10, 10]);
    }

    #[test]
    fn series_of_different_size_get_their_own_panels() {
        let few = series("records", 0..10, 3.0);
        let many = series("requests", 0..10, 3000.0);
        assert_eq!(panels(&[many.clone(), few]).len(), 2);
        assert_eq!(panels(&[many.clone(), many]).len(), 1);
    }

    #[test]
    fn a_peak_survives_any_number_of_points() {
        let mut long = series("requests", 0..500_000, 1.0);
        long.points[250_000].1 = 999.0;
        let span = span(std::slice::from_ref(&long)).expect("points");
        let kept = columns(&long.points, &TimeScale { span, left: 0.0, right: 900.0 });
        assert!(kept.len() <= 1802, "{}", kept.len());
        assert!(kept.iter().any(|(_, v)| *v == 999.0));
    }

    #[test]
    fn nothing_to_draw_is_no_chart() {
        assert!(draw("t".into(), "t", "u", &[], &[]).is_none());
        assert!(draw("t".into(), "t", "u", &[series("x", 0..1, f64::NAN)], &[]).is_some());
    }
}
