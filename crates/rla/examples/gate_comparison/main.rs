//! How often comparison and stratified audits let a wrong outcome stand: `gate_comparison AUDITS` for each kind of wrong outcome.
#![allow(clippy::print_stdout, reason = "an example prints what it measured")]

mod simulate;

/// After a tenth of the cards all are counted.
const CARDS_DRAWN: u64 = 1_000;

fn main() {
    let audits = std::env::args().nth(1).and_then(|audits| audits.parse().ok()).unwrap_or(10_000);
    let mut cells = simulate::super_simple(audits, CARDS_DRAWN);
    cells.extend(simulate::suite(audits));
    for cell in &cells {
        let verdict = if cell.holds() { "holds" } else { "FAILS" };
        println!("{verdict}  limit {:.2}  stopped {:.4} of {}  {}", cell.limit, cell.share(), cell.audits, cell.name);
    }
    let failed = cells.iter().filter(|cell| !cell.holds()).count();
    println!("{} cells, {failed} above the limit", cells.len());
    std::process::exit(i32::from(failed > 0));
}
