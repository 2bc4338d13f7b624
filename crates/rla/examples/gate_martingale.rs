//! How often each test of a mean lets a wrong outcome stand, over simulated audits: `gate_martingale [AUDITS]`, 10,000 a cell
//! if not said. A cell is over where its share exceeds the risk limit by three standard errors.
#![allow(clippy::print_stdout, reason = "an example that prints a table")]

#[path = "simulated/martingale.rs"]
mod simulated;

fn main() {
    let audits = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(10_000);
    println!("{audits} audits a cell");
    let mut cells = (0, 0);
    simulated::gate(audits, |cell| {
        let way = if cell.without_replacement { "without" } else { "with" };
        let over = if cell.is_over(3.0) { "OVER" } else { "" };
        println!("{:38} {way:8} {:20} limit {:.2}  {:.4} {over}", cell.contest, cell.test, cell.limit, cell.share());
        cells.0 += 1;
        cells.1 += usize::from(cell.is_over(3.0));
    });
    println!("{} cells, {} over", cells.0, cells.1);
}
