//! Detection limits as curves: how many of 100 attacks are found, by size, with the interval as a band; a panel each.

use pollwarden_core::{Answer, Limit, PowerPoint};

use super::{Chart, Drawing, Key, WIDTHS, fit};
use crate::{visible::visible, words};

const PANEL_HEIGHT: f64 = 168.0;
const PLOT_TOP: f64 = 44.0;
const PLOT_HEIGHT: f64 = 84.0;
const LEFT: f64 = 34.0;
const GAP: f64 = 24.0;

/// Nothing to draw where no limit was measured.
pub(in crate::html) fn power(answer: &Answer) -> Option<Chart> {
    let limits: Vec<&Limit> = answer.limits.iter().filter(|l| !l.curve.is_empty()).collect();
    if limits.is_empty() {
        return None;
    }
    let key = |class: &str, line, label: &str| Key { class: class.into(), line, label: label.into() };
    Some(Chart {
        id: format!("{}-limits", answer.question.name()),
        title: "How many of 100 attacks are found, by their size".into(),
        caption: caption(&limits),
        drawings: WIDTHS.map(|(width, class)| draw(&limits, width, class)).into(),
        legend: vec![
            key("line s0", true, "found, of 100"),
            key("fill s0", false, "95 % confidence interval"),
            key("mark", true, "the detection limit: found at least 95 times of 100"),
        ],
        marks: Vec::new(),
    })
}

fn caption(limits: &[&Limit]) -> String {
    let each = limits.iter().map(|limit| {
        let threat = limit.threat();
        let (name, unit) = (visible(&threat), visible(&limit.unit));
        match limit.at() {
            Some(point) => format!("{name}: {} {unit}", words::count(point.size)),
            None => format!("{name}: none of the sizes tried"),
        }
    });
    format!("Smallest sizes found at least 95 times of 100. {}.", each.collect::<Vec<_>>().join("; "))
}

fn draw(limits: &[&Limit], width: f64, class: &'static str) -> Drawing {
    let columns = if width > 500.0 { 3 } else { 1 };
    let room = (width - GAP * (columns - 1) as f64) / columns as f64;
    let mut drawing = Drawing::new(class, width, PANEL_HEIGHT * limits.len().div_ceil(columns) as f64);
    for (i, limit) in limits.iter().enumerate() {
        let corner = ((i % columns) as f64 * (room + GAP), (i / columns) as f64 * PANEL_HEIGHT);
        Panel::of(limit, corner, room).draw(limit, &mut drawing);
    }
    drawing
}

/// Where one limit is drawn; sizes are on a scale of powers.
struct Panel {
    left: f64,
    right: f64,
    top: f64,
    smallest: f64,
    largest: f64,
}

impl Panel {
    fn of(limit: &Limit, (x, y): (f64, f64), room: f64) -> Self {
        let sizes = || limit.curve.iter().map(|point| (point.size.max(1)) as f64);
        let (smallest, largest) = (sizes().fold(f64::INFINITY, f64::min), sizes().fold(1.0, f64::max));
        // A single size lies in the middle.
        let (smallest, largest) =
            if smallest < largest { (smallest, largest) } else { (smallest / 2.0, largest * 2.0) };
        Self { left: x + LEFT, right: x + room - 6.0, top: y + PLOT_TOP, smallest, largest }
    }

    fn x(&self, size: u64) -> f64 {
        let part = (size.max(1) as f64 / self.smallest).ln() / (self.largest / self.smallest).ln();
        self.left + part * (self.right - self.left)
    }

    fn y(&self, share: f64) -> f64 {
        self.top + PLOT_HEIGHT * (1.0 - share.clamp(0.0, 1.0))
    }

    fn draw(&self, limit: &Limit, drawing: &mut Drawing) {
        let letters = self.right - self.left + LEFT;
        drawing.text((self.left - LEFT, self.top - 28.0), "label", fit(&visible(&limit.attack), letters));
        drawing.text((self.left - LEFT, self.top - 12.0), "value", fit(&visible(&limit.manner), letters));
        for share in [0.0, 0.5, 1.0] {
            let y = self.y(share);
            drawing.line((self.left, y), (self.right, y), if share == 0.0 { "axis" } else { "grid" });
            drawing.text((self.left - 6.0, y + 4.0), "value end", words::number(share * 100.0));
        }
        let line = |share: fn(&PowerPoint) -> f64| limit.curve.iter().map(move |p| (self.x(p.size), self.y(share(p))));
        let band: Vec<_> = line(|p| p.high).chain(line(|p| p.low).rev()).collect();
        drawing.path(&band, "fill s0");
        drawing.path(&line(PowerPoint::power).collect::<Vec<_>>(), "line s0");
        line(PowerPoint::power).for_each(|at| drawing.dot(at, 2.2, "line s0"));
        self.sizes(limit, drawing);
    }

    /// The smallest and largest size tried, and the limit.
    fn sizes(&self, limit: &Limit, drawing: &mut Drawing) {
        let below = self.y(0.0) + 16.0;
        let ends = [limit.curve.first(), limit.curve.last()];
        if let Some(point) = limit.at() {
            let x = self.x(point.size);
            drawing.line((x, self.top - 4.0), (x, self.y(0.0)), "mark");
            drawing.text((x, below), "tick", words::count(point.size));
        }
        for end in ends.into_iter().flatten() {
            let far = limit.at().is_none_or(|point| (self.x(point.size) - self.x(end.size)).abs() > 46.0);
            if far {
                drawing.text(
                    (self.x(end.size).clamp(self.left + 8.0, self.right - 14.0), below),
                    "tick",
                    words::count(end.size),
                );
            }
        }
        drawing.text((self.right, below + 15.0), "value end", visible(&limit.unit).into_owned());
    }
}

#[cfg(test)]
mod tests {
    use pollwarden_core::{Coverage, Question, Untouched};

    use super::*;

    fn limit(curve: &[(u64, u32)], reached: Option<usize>) -> Limit {
        let point = |&(size, found): &(u64, u32)| PowerPoint { size, found, trials: 20, low: 0.1, high: 0.9 };
        Limit {
            name: "x".into(),
            attack: "a theft of".into(),
            unit: "records".into(),
            manner: "by <one>".into(),
            curve: curve.iter().map(point).collect(),
            reached,
            how: String::new(),
            seed: 1,
            untouched: Untouched::default(),
        }
    }

    fn drawn(limits: Vec<Limit>) -> Option<Chart> {
        let mut answer = Answer::new(Question::Web, Coverage::default(), vec![]);
        answer.limits = limits;
        power(&answer)
    }

    #[test]
    fn every_point_lies_on_the_drawing() {
        let chart =
            drawn(vec![limit(&[(1, 0), (10, 10), (1_000_000, 20)], Some(2)), limit(&[(5, 3)], None)]).expect("drawn");
        assert!(chart.caption.contains("1,000,000 records") && chart.caption.contains("none of the sizes tried"));
        for drawing in &chart.drawings {
            for shape in &drawing.shapes {
                if let super::super::Shape::Dot { x, y, .. } = shape {
                    assert!((0.0..=drawing.width).contains(x) && (0.0..=drawing.height).contains(y), "{x} {y}");
                }
            }
        }
    }

    #[test]
    fn nothing_measured_is_not_drawn() {
        assert!(drawn(Vec::new()).is_none());
    }
}
