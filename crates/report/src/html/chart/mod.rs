//! Charts as shapes with coordinates; the template writes them as SVG.
//!
//! Every chart is drawn for a wide and for a narrow screen. What a colour says, a pattern, a dash or a word says too.

mod axis;
mod bars;
mod coverage;
mod drawing;
mod power;
mod risk;
mod timeline;

use pollwarden_core::{Answer, Picture};

pub(super) use coverage::coverage;
pub(super) use drawing::{Drawing, Shape};
pub(super) use power::power;

/// Width of the drawing for screens and paper, and for telephones.
const WIDTHS: [(f64, &str); 2] = [(960.0, "wide"), (340.0, "narrow")];

/// A chart with everything around it.
pub(super) struct Chart {
    /// Unique on the page.
    pub(super) id: String,
    pub(super) title: String,
    /// What it shows, for those who can't see it; also printed as its caption.
    pub(super) caption: String,
    pub(super) drawings: Vec<Drawing>,
    pub(super) legend: Vec<Key>,
    /// Numbered moments.
    pub(super) marks: Vec<String>,
}

/// One entry of a legend.
pub(super) struct Key {
    pub(super) class: String,
    /// Whether it is a line rather than an area.
    pub(super) line: bool,
    pub(super) label: String,
}

/// An answer's pictures, drawn. One without any value is left out.
pub(super) fn pictures(answer: &Answer) -> Vec<Chart> {
    let drawn = answer.pictures.iter().enumerate().filter_map(|(i, picture)| {
        let id = format!("{}-chart-{i}", answer.question.name());
        match picture {
            Picture::Timeline { title, unit, series, marks } => timeline::draw(id, title, unit, series, marks),
            Picture::Bars { title, unit, parts, bars } => bars::draw(id, title, unit, parts, bars),
            Picture::Risk { title, limit, series } => risk::draw(id, title, *limit, series),
        }
    });
    drawn.collect()
}

/// Series and parts beyond these share the last look; nobody tells more apart.
fn look(index: usize) -> usize {
    index.min(4)
}

/// A text that fits into `room` units at the charts' letter size.
fn fit(text: &str, room: f64) -> String {
    const LETTER: f64 = 7.0;
    let letters = (room / LETTER).max(1.0) as usize;
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    text.chars().take(letters.saturating_sub(1)).chain(['…']).collect()
}
