//! Audits of wrong outcomes stop no more often than the risk limit allows: a small run of the example `gate_polling`.

#![allow(clippy::print_stdout, reason = "a test says what it measured")]

#[path = "../../examples/gate_polling.rs"]
mod gate_polling;

#[test]
fn wrong_outcomes_are_seldom_confirmed() {
    let outcomes = gate_polling::gate(200);
    let beyond: Vec<&str> = outcomes.iter().filter(|cell| !cell.within()).map(|cell| cell.cell.as_str()).collect();
    println!("{} of {} cells within the risk limit", outcomes.len() - beyond.len(), outcomes.len());
    assert!(beyond.is_empty(), "{beyond:#?}");
    // A gate that nothing ever passes would say nothing.
    assert!(outcomes.iter().any(|cell| cell.stopped > 0));
}
