//! How much of a file is looked at. What is beyond is reported as a gap.

/// Bounds of one examination, everything inside a file counted together, or inside all files of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes unpacked in all.
    pub unpacked: u64,
    /// Bytes unpacked from one member.
    pub member: u64,
    /// How many times larger than its packed form a member above one MiB may become. Deflate can't exceed 1,032.
    pub ratio: u64,
    /// From this ratio on, a member that is too large is called a bomb. Office documents stay below it.
    pub bomb: u64,
    /// Files within files.
    pub depth: usize,
    /// Files within, in all.
    pub members: usize,
    /// Pixels of one picture.
    pub pixels: u64,
    /// Pixels in all.
    pub all_pixels: u64,
    /// Links kept in all.
    pub links: usize,
    /// Files in all that are tried with Excel's built-in password; each try takes some 50 ms by the format's design.
    pub unlocks: usize,
    /// Passwords to try on archives, such as those that the message itself names.
    pub passwords: Vec<String>,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            unpacked: 48 << 20,
            member: 24 << 20,
            ratio: 250,
            bomb: 100,
            depth: 6,
            members: 1_000,
            pixels: 8_000_000,
            all_pixels: 24_000_000,
            links: 2_000,
            unlocks: 3,
            passwords: Vec::new(),
        }
    }
}
