//! What could this attachment do? A file's bytes are looked into, and into what is inside them: documents, archives,
//! pictures, pages, programs. Nothing is ever run, no file is opened, nothing is asked over a network.
//!
//! [`examine`] names the file's kind by its content, says what it could do ([`Act`]), which links it carries
//! ([`Link`]), and just as plainly what could not be looked into ([`Gap`]). Sizes, depth, counts and pixels are bounded
//! ([`Bounds`]); what is beyond a bound is a gap, never silence.
//!
//! What it leaves to others: whether a link is a lure, whether the sender is genuine, what a message says.

mod act;
mod archive;
mod bounds;
mod defang;
mod examined;
mod guard;
mod kind;
mod look;
mod name;
mod office;
mod page;
mod pdf;
mod picture;
mod program;
mod tamed;
mod text;
mod unopened;
mod xml;

pub use act::{Act, ActKind, Audience};
pub use bounds::Bounds;
pub use defang::defang;
pub use examined::{Cause, Examined, Gap, Indicators, Link};
pub use kind::FileKind;
pub use tamed::tamed;

/// Looks into a file: its name as given, its declared media type where there is one, its bytes.
///
/// Never panics, and never takes more than `bounds` allow. The same bytes give the same answer.
///
/// ```
/// use pollwarden_payload::{ActKind, Bounds, examine};
///
/// let found = examine("Invoice.pdf.js", None, b"new ActiveXObject('WScript.Shell')", &Bounds::default());
/// assert!(found.has(ActKind::Script) && found.has(ActKind::DoubleExtension));
/// assert!(!found.bears_macro());
/// ```
pub fn examine(name: &str, declared_type: Option<&str>, bytes: &[u8], bounds: &Bounds) -> Examined {
    Examination::new(bounds).file(name, declared_type, bytes)
}

/// Looks into several files within the same bounds: a message of many small attachments takes no more time and memory than
/// one large attachment does. What comes after the bounds are spent is looked at from outside, and that is a gap.
pub struct Examination<'b>(look::Look<'b>);

impl<'b> Examination<'b> {
    /// Nothing is spent yet.
    pub fn new(bounds: &'b Bounds) -> Self {
        Self(look::Look::new(bounds))
    }

    /// Looks into the next file, as [`examine`] does.
    pub fn file(&mut self, name: &str, declared_type: Option<&str>, bytes: &[u8]) -> Examined {
        self.0.whole(name, declared_type, bytes)
    }
}
