//! Published results and the vectors of other programs, found by walking the shared data's folders.

#[path = "published/draws.rs"]
mod draws;
