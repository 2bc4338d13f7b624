//! Look-alikes made by others, names of published incidents and genuine names, found by walking the shared data's folder.
//!
//! Two figures are told where `.gov` names are asked: with an index that may lack real offices, which keeps silent on what may
//! be one, and with one that is told that it holds every `.gov` name (`Protected::knowing_every`).
//!
//! Each test prints the figures it reaches. Names are found with the right party and at the strength of an alarm
//! (`Strength::Moderate` or more) unless a figure says otherwise.
#![expect(clippy::print_stdout, reason = "the figures reached are printed")]

#[path = "published/dnstwist.rs"]
mod dnstwist;
#[path = "published/generated.rs"]
mod generated;
#[path = "published/genuine.rs"]
mod genuine;
#[path = "published/incidents.rs"]
mod incidents;
#[path = "published/parties.rs"]
mod parties;
#[path = "published/strangers.rs"]
mod strangers;
#[path = "published/suffixes.rs"]
mod suffixes;
