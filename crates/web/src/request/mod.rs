//! What a single request says of the one who sent it: its page, the records it names, and whether it is an attack.

mod judge;
mod route;

pub(crate) use judge::Judge;
