//! The risk limits of comparison and stratified audits, on wrong outcomes; `cargo run --example gate_comparison` does more.
#![allow(clippy::print_stdout, reason = "tests say how near the limit audits came")]

#[path = "../../examples/gate_comparison/simulate.rs"]
mod simulate;

#[test]
fn super_simple_audits_limit_the_risk() {
    let largest = check(&simulate::super_simple(1_000, 1_000));
    assert!(largest > 0.2, "audits that never stop would pass as well");
}

#[test]
fn suite_audits_limit_the_risk() {
    check(&simulate::suite(300));
    let stopped = simulate::suite_of_right_outcomes(50);
    assert!(stopped > 0.5, "right outcomes are confirmed, not only wrong ones refused: {stopped}");
}

/// The largest share of audits that stopped, in parts of the limit.
fn check(cells: &[simulate::Cell]) -> f64 {
    for cell in cells.iter().filter(|cell| cell.share() > cell.limit) {
        println!("{} of {} stopped: {}", cell.stopped, cell.audits, cell.name);
    }
    let worst = cells.iter().map(|cell| cell.share() / cell.limit).fold(0.0, f64::max);
    println!("{} kinds of wrong outcomes, at most {worst:.2} of the limit", cells.len());
    for cell in cells {
        assert!(cell.holds(), "{cell:?}");
    }
    worst
}
