//! Long lists cut to what a reader takes in. JSON is never cut.

use pollwarden_core::{Finding, ObservableKind};

use crate::{visible::visible, words};

/// One kind of observable with the values that are shown.
pub(crate) struct Shown {
    /// The kind, as a reader calls it.
    pub(crate) kind: &'static str,
    /// The first values.
    pub(crate) values: Vec<String>,
    /// How many more there are.
    pub(crate) more: usize,
}

impl Shown {
    /// `and 287 more; the JSON report has all`; `None` where all are shown.
    pub(crate) fn rest(&self) -> Option<String> {
        rest(self.more)
    }
}

/// What is said of those not shown.
pub(crate) fn rest(more: usize) -> Option<String> {
    (more > 0).then(|| format!("and {} more; the JSON report has all", words::count(more as u64)))
}

/// Observables by kind, in order of first appearance, at most `max` values of each.
pub(crate) fn observables(finding: &Finding, max: usize) -> Vec<Shown> {
    let mut shown: Vec<(ObservableKind, Shown)> = Vec::new();
    for observable in &finding.observables {
        let at = shown.iter().position(|(kind, _)| *kind == observable.kind).unwrap_or_else(|| {
            shown.push((observable.kind, Shown { kind: kind_words(observable.kind), values: Vec::new(), more: 0 }));
            shown.len() - 1
        });
        let group = &mut shown[at].1;
        if group.values.len() < max {
            group.values.push(visible(&observable.value).into_owned());
        } else {
            group.more += 1;
        }
    }
    shown.into_iter().map(|(_, group)| group).collect()
}

fn kind_words(kind: ObservableKind) -> &'static str {
    match kind {
        ObservableKind::Ip => "Address",
        ObservableKind::Domain => "Domain",
        ObservableKind::EmailAddress => "Mail address",
        ObservableKind::Url => "Page",
        ObservableKind::FileHash => "File (SHA-256)",
        ObservableKind::Account => "Account",
        ObservableKind::UserAgent => "Browser or tool",
        ObservableKind::VoterKey => "Voter key",
        ObservableKind::Field => "Field",
        ObservableKind::Document => "Document",
        ObservableKind::Place => "Place",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pollwarden_core::{Confidence, Severity};

    #[test]
    fn a_long_list_says_how_much_is_left_out() {
        let mut draft = Finding::new("roll/x", "t", Severity::Low, Confidence::Low).at("roll.txt", 1);
        for i in 0..300 {
            draft = draft.observable(ObservableKind::VoterKey, format!("{i:032x}"));
        }
        let finding = draft.observable(ObservableKind::Ip, "192.0.2.1").done().expect("has a site");
        let shown = observables(&finding, 13);
        assert_eq!((shown[0].values.len(), shown[0].more), (13, 287));
        assert_eq!(shown[0].rest().as_deref(), Some("and 287 more; the JSON report has all"));
        assert_eq!((shown[1].kind, shown[1].rest()), ("Address", None));
    }
}
