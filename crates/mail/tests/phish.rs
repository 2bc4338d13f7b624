//! The score for phish and scams: figures over published corpora, and examples of every kind in English and Spanish.

#[path = "phish/corpora.rs"]
mod corpora;
#[path = "phish/desk.rs"]
mod desk;
#[path = "phish/genuine.rs"]
mod genuine;
#[path = "phish/lures.rs"]
mod lures;
#[path = "phish/lures_of_people.rs"]
mod lures_of_people;
#[path = "phish/rewritten.rs"]
mod rewritten;
#[path = "phish/signs.rs"]
mod signs;
#[path = "phish/written.rs"]
mod written;
