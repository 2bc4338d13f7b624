//! Published files and figures with known truth, found by walking the shared data.

#[path = "published/nist.rs"]
mod nist;
