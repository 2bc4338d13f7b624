//! Attachments: parts of a message that are no body.

/// A part.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Part {
    /// Its file name; empty where it has none.
    pub name: String,
    /// The type that it is said to have, such as `application/pdf`.
    pub declared: String,
    /// Whether it is shown within the body, as pictures are.
    pub is_inline: bool,
    /// What it holds, decoded.
    pub bytes: Vec<u8>,
}
