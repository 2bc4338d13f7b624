//! What people would rather look at than read: data for charts, without any drawing.

use jiff::Timestamp;

/// One chart.
#[derive(Debug, Clone)]
pub enum Picture {
    /// Values over time, one line or area per series.
    Timeline {
        /// The heading.
        title: String,
        /// What the values count.
        unit: String,
        /// Lines, drawn in this order.
        series: Vec<Series>,
        /// Moments worth pointing at.
        marks: Vec<Mark>,
    },
    /// One bar per thing, longest first; each may be split into parts.
    Bars {
        /// The heading.
        title: String,
        /// What the values count.
        unit: String,
        /// The parts every bar is split into, such as explained and unexplained.
        parts: Vec<String>,
        /// A label and one value per part.
        bars: Vec<(String, Vec<f64>)>,
    },
    /// What chance is left that an audit has overlooked a wrong outcome, by the number of draws of cards or batches.
    Risk {
        /// The heading.
        title: String,
        /// The risk limit: above 0 and below 1.
        limit: f64,
        /// One line per contest.
        series: Vec<RiskCurve>,
    },
}

/// The measured risk of one contest.
#[derive(Debug, Clone)]
pub struct RiskCurve {
    /// The contest.
    pub name: String,
    /// Numbers of draws and the risk measured after them, in order of draws.
    pub points: Vec<(u64, f64)>,
}

/// One line of a timeline.
#[derive(Debug, Clone)]
pub struct Series {
    /// What it shows.
    pub name: String,
    /// Time and value, in order of time. A missing stretch is left out, never drawn as zero.
    pub points: Vec<(Timestamp, f64)>,
}

/// A moment on a timeline.
#[derive(Debug, Clone)]
pub struct Mark {
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub label: String,
}
