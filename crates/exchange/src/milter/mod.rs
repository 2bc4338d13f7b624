//! Answers a mail server that asks about each message before it is delivered: the milter protocol, version 6, of Sendmail
//! (libmilter's `mfapi.h` and `mfdef.h`; Postfix's MILTER_README).
//!
//! A message is delivered with headers, or held; it is never refused. It is also delivered, and says so in a header, where nobody could
//! judge it: judging failed, took too long, or there was too much to do. Headers of our own names that came with the message are
//! removed first, so that nobody can write our answer for us.
//!
//! Written here because the one complete library for it, indymilter, may not be handed on by everyone (GPL), and miltr-server has no
//! bounds of time, and gives headers without the spaces that a DKIM signature may count. What a message means is left to the [`Judge`].

mod address;
mod collected;
mod command;
mod encoded;
mod fault;
mod judge;
mod judging;
mod negotiation;
mod packet;
mod reply;
mod server;
mod session;
mod settings;
mod tally;

pub use address::{Listener, Reach};
pub use fault::Fault;
pub use judge::{Envelope, Judge, JudgeError, Judgement, Message, Tag};
pub use server::{Milter, serve};
pub use session::converse;
pub use settings::{MilterSettings, Report, Reporter, TooLarge, Unjudged};
pub use tally::Tally;
