//! Published results and the vectors of other programs, found by walking the shared data's folders.

#[path = "published/polling.rs"]
mod polling;

#[path = "published/gate_polling.rs"]
mod gate_polling;
