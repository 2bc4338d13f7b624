//! One bar per thing, split into parts that differ in colour and pattern.

use super::{Chart, Drawing, Key, WIDTHS, fit, look};
use crate::{visible::visible, words};

/// Longest first: what is left out is the least.
const BARS_SHOWN: usize = 30;
const BAR: f64 = 16.0;

pub(super) fn draw(
    id: String,
    title: &str,
    unit: &str,
    parts: &[String],
    bars: &[(String, Vec<f64>)],
) -> Option<Chart> {
    let bars: Vec<Bar> = bars.iter().map(Bar::of).collect();
    let longest = bars.iter().map(Bar::total).fold(0.0, f64::max);
    if longest <= 0.0 {
        return None;
    }
    Some(Chart {
        id,
        title: visible(title).into_owned(),
        caption: caption(&bars, unit),
        drawings: WIDTHS.map(|(width, class)| drawing(&bars, parts, longest, width, class)).into(),
        legend: parts.iter().enumerate().map(|(i, part)| key(i, part)).collect(),
        marks: Vec::new(),
    })
}

struct Bar {
    label: String,
    values: Vec<f64>,
}

impl Bar {
    /// Parts that are no length are drawn as none.
    fn of((label, values): &(String, Vec<f64>)) -> Self {
        let values = values.iter().map(|v| if v.is_finite() { v.max(0.0) } else { 0.0 }).collect();
        Self { label: visible(label).into_owned(), values }
    }

    fn total(&self) -> f64 {
        self.values.iter().sum()
    }
}

fn key(index: usize, part: &str) -> Key {
    Key { class: format!("part s{}", look(index)), line: false, label: visible(part).into_owned() }
}

fn caption(bars: &[Bar], unit: &str) -> String {
    let total: f64 = bars.iter().map(Bar::total).sum();
    let mut said = format!("{} {} in all", words::number(total), visible(unit));
    // Of equal bars, the first.
    if let Some(longest) = bars.iter().rev().max_by(|a, b| a.total().total_cmp(&b.total())) {
        said.push_str(&format!("; the longest bar is {} with {}", longest.label, words::number(longest.total())));
    }
    if bars.len() > BARS_SHOWN {
        let rest: f64 = bars[BARS_SHOWN..].iter().map(Bar::total).sum();
        let more = words::of((bars.len() - BARS_SHOWN) as u64, "more bar", "more bars");
        said.push_str(&format!("; {more} with {} in all are not drawn", words::number(rest)));
    }
    said.push('.');
    said
}

fn drawing(bars: &[Bar], parts: &[String], longest: f64, width: f64, class: &'static str) -> Drawing {
    let narrow = width < 500.0;
    let (left, row) = if narrow { (0.0, 2.0 * BAR + 8.0) } else { (220.0, BAR + 8.0) };
    let shown = &bars[..bars.len().min(BARS_SHOWN)];
    let mut drawing = Drawing::new(class, width, row * shown.len() as f64 + 4.0);
    let scale = (width - left - 70.0) / longest;
    for (i, bar) in shown.iter().enumerate() {
        let top = row * i as f64;
        let y = if narrow { top + BAR } else { top + 2.0 };
        let label_room = if narrow { width } else { left - 12.0 };
        let label_at = if narrow { (0.0, top + 12.0) } else { (left - 10.0, y + 12.5) };
        drawing.text(label_at, if narrow { "label" } else { "label end" }, fit(&bar.label, label_room));
        split(&mut drawing, bar, parts, (left, y), scale);
        drawing.text((left + bar.total() * scale + 6.0, y + 12.5), "value", words::number(bar.total()));
    }
    drawing
}

fn split(drawing: &mut Drawing, bar: &Bar, parts: &[String], (left, y): (f64, f64), scale: f64) {
    let mut x = left;
    for (i, value) in bar.values.iter().enumerate().filter(|(_, v)| **v > 0.0) {
        let part = parts.get(i).map(|p| visible(p)).unwrap_or_default();
        let says = format!("{}: {part} {}", bar.label, words::number(*value));
        drawing.area((x, y), ((value * scale).max(1.0), BAR), &format!("part s{}", look(i)), says);
        x += value * scale;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_drawn_is_said() {
        let bars: Vec<_> = (0..40).map(|i| (format!("Precinct {i}"), vec![f64::from(50 - i), 1.0])).collect();
        let chart = draw("b".into(), "By precinct", "changes", &["a".into(), "b".into()], &bars).expect("bars");
        assert!(chart.caption.contains("10 more bars with"), "{}", chart.caption);
        assert!(chart.caption.contains("the longest bar is Precinct 0 with 51"));
    }

    #[test]
    fn strange_values_are_drawn_as_none() {
        let bars = vec![("x".to_owned(), vec![f64::NAN, -3.0, f64::INFINITY])];
        assert!(draw("b".into(), "t", "u", &[], &bars).is_none());
    }
}
