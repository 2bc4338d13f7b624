//! Published results and the vectors of other programs, found by walking the shared data's folders.

#[path = "published/polling.rs"]
mod polling;

#[path = "published/polling_gate.rs"]
mod polling_gate;
