//! Measured risk by draws, of cards or of batches: a scale of powers of ten, since a risk falls by factors.

use pollwarden_core::RiskCurve;

use super::{Chart, Drawing, Key, WIDTHS, axis, look};
use crate::{visible::visible, words};

/// Room for `0.0001 %`.
const LEFT: f64 = 76.0;
const TOP: f64 = 12.0;
const HEIGHT: f64 = 190.0;
const AXIS_ROOM: f64 = 40.0;
/// Risks below are drawn on the ground: nobody acts on a smaller one.
const LEAST: f64 = 1e-6;

/// Nothing to show where nothing was drawn.
pub(super) fn draw(id: String, title: &str, limit: f64, series: &[RiskCurve]) -> Option<Chart> {
    let most = series.iter().filter_map(|s| s.points.last()).map(|(draws, _)| *draws).max().filter(|most| *most > 0)?;
    let line = |(i, s): (usize, &RiskCurve)| Key {
        class: format!("line s{}", look(i)),
        line: true,
        label: visible(&s.name).into_owned(),
    };
    let limit_key = Key { class: "mark".into(), line: true, label: format!("the risk limit, {}", share(limit)) };
    Some(Chart {
        id,
        title: visible(title).into_owned(),
        caption: caption(limit, series),
        drawings: WIDTHS.map(|(width, class)| drawing(limit, series, most, width, class)).into(),
        legend: series.iter().enumerate().map(line).chain([limit_key]).collect(),
        marks: Vec::new(),
    })
}

fn caption(limit: f64, series: &[RiskCurve]) -> String {
    let each = series.iter().filter_map(|s| {
        let (draws, risk) = s.points.last()?;
        Some(format!("{}: {} after {}", visible(&s.name), share(*risk), words::of(*draws, "draw", "draws")))
    });
    let each = each.collect::<Vec<_>>().join("; ");
    format!("A contest is confirmed once its line falls below {}. {each}.", share(limit))
}

/// `5 %`, `0.012 %`.
fn share(risk: f64) -> String {
    let percent = risk * 100.0;
    match percent {
        p if !p.is_finite() => "not known".to_owned(),
        p if p >= 1.0 || p == 0.0 => format!("{} %", words::number(p)),
        p if p >= 1e-4 => format!("{p:.4}").trim_end_matches('0').trim_end_matches('.').to_owned() + " %",
        _ => "under 0.0001 %".to_owned(),
    }
}

fn drawing(limit: f64, series: &[RiskCurve], most: u64, width: f64, class: &'static str) -> Drawing {
    let (right, floor) = (width - 12.0, TOP + HEIGHT);
    let decades = lowest(limit, series);
    let x = |draws: u64| LEFT + (right - LEFT) * draws as f64 / most as f64;
    let y = |risk: f64| TOP + HEIGHT * (-risk.clamp(LEAST, 1.0).log10() / f64::from(decades)).clamp(0.0, 1.0);
    let mut drawing = Drawing::new(class, width, floor + AXIS_ROOM);
    for decade in 0..=decades {
        let risk = 10_f64.powi(-decade);
        drawing.line((LEFT, y(risk)), (right, y(risk)), if decade == decades { "axis" } else { "grid" });
        drawing.text((LEFT - 8.0, y(risk) + 4.0), "value end", share(risk));
    }
    for draws in axis::values(most as f64).into_iter().filter(|draws| *draws <= most as f64) {
        drawing.line((x(draws as u64), floor), (x(draws as u64), floor + 4.0), "axis");
        drawing.text((x(draws as u64).min(width - 24.0), floor + 19.0), "tick", words::count(draws as u64));
    }
    drawing.text((right, floor + 34.0), "value end", "draws".to_owned());
    drawing.line((LEFT, y(limit)), (right, y(limit)), "mark");
    for (i, curve) in series.iter().enumerate() {
        let start = [(x(0), y(1.0))];
        let known = curve.points.iter().filter(|(_, risk)| risk.is_finite());
        let points: Vec<_> = start.into_iter().chain(known.map(|(draws, risk)| (x(*draws), y(*risk)))).collect();
        drawing.path(&points, &format!("line s{}", look(i)));
    }
    drawing
}

/// How many powers of ten the scale needs below 1: at least one below the limit.
fn lowest(limit: f64, series: &[RiskCurve]) -> i32 {
    let all = series.iter().flat_map(|s| &s.points).map(|(_, risk)| *risk).filter(|risk| risk.is_finite());
    let least = all.fold(limit, f64::min).clamp(LEAST, 1.0);
    (-least.log10()).ceil().max(1.0) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caption_says_what_the_lines_show() {
        let curve = RiskCurve { name: "Clerk".into(), points: vec![(10, 0.5), (120, 0.021)] };
        let chart = draw("c".into(), "Risk", 0.05, &[curve]).expect("a chart");
        assert!(chart.caption.contains("Clerk: 2.1 % after 120 draws"), "{}", chart.caption);
        assert!(draw("c".into(), "Risk", 0.05, &[]).is_none());
    }

    #[test]
    fn shares_read_well() {
        assert_eq!(
            [0.05, 1.0, 0.009_999_9, 0.00012, 1e-9, f64::NAN].map(share),
            ["5 %", "100 %", "1 %", "0.012 %", "under 0.0001 %", "not known"]
        );
    }
}
