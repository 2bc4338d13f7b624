//! Published results and the vectors of other programs, found by walking the shared data's folders.

#[path = "published/comparison.rs"]
mod comparison;
#[path = "published/draws.rs"]
mod draws;
#[path = "published/gate_comparison.rs"]
mod gate_comparison;
#[path = "published/irv.rs"]
mod irv;
#[path = "published/martingale.rs"]
mod martingale;
#[path = "published/polling.rs"]
mod polling;

#[path = "published/polling_gate.rs"]
mod polling_gate;
