//! No test of a mean stops more audits of wrong outcomes than its risk limit allows. The example of the same name runs more.

#[path = "../examples/simulated/martingale.rs"]
mod simulated;

#[test]
fn wrong_outcomes_are_caught() {
    let mut cells = 0;
    let mut over = Vec::new();
    simulated::gate(50, |cell| {
        cells += 1;
        if cell.is_over(4.0) {
            over.push(format!(
                "{}, {}, without replacement {}, limit {}: {}",
                cell.contest,
                cell.test,
                cell.without_replacement,
                cell.limit,
                cell.share()
            ));
        }
    });
    assert!(cells > 500, "only {cells} cells");
    assert!(over.is_empty(), "{over:#?}");
}
