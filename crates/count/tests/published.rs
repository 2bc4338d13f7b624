//! Published files with known truth, found by walking the shared data's folders.

#[path = "published/rctab.rs"]
mod rctab;
#[path = "published/vendors.rs"]
mod vendors;
