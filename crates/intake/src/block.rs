//! Blocks of whole lines, numbered, with their place in the input.

/// How an input is cut into blocks.
#[derive(Debug, Clone, Copy)]
pub struct BlockOptions {
    /// About how many bytes a block holds.
    pub size: usize,
    /// The longest line; a longer one is rejected without being held in memory.
    pub longest_line: usize,
    /// With a quote character, a line ends only where quotes are balanced (RFC 4180).
    pub quote: Option<u8>,
}

impl Default for BlockOptions {
    fn default() -> Self {
        Self { size: 1 << 20, longest_line: 1 << 20, quote: None }
    }
}

/// Some whole lines of an input.
#[derive(Debug, Clone, Default)]
pub struct Block {
    /// The input's name.
    pub source: std::sync::Arc<str>,
    /// The lines, with their line ends. The input's last line may lack one.
    pub bytes: Vec<u8>,
    /// The number of the first line, from 1, counting line feeds.
    pub first_line: u64,
    /// Where `bytes` begins in the decompressed input.
    pub offset: u64,
}
