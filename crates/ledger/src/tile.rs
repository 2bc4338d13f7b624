//! Tiles (C2SP tlog-tiles): a log as files that any web server can publish.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

use crate::{Hash, root};

/// Hashes of a full tile, and entries of a full bundle.
pub const TILE_WIDTH: u64 = 256;
/// How many tiles are kept while proofs are made from them.
const KEPT: usize = 256;

/// A tile of hashes: of leaves at level 0, of full tiles of the level below above that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    /// The level, from 0.
    pub level: u8,
    /// The place in its level, from 0.
    pub index: u64,
    /// How many hashes it has: 1 to 256.
    pub width: u16,
}

/// Where the public files of a log come from: a folder, a web server, memory.
pub trait Resources {
    /// The bytes under a path such as `tile/0/x001/234.p/5`.
    ///
    /// # Errors
    /// Where there are none, with the reason.
    fn read(&self, path: &str) -> Result<Vec<u8>, Missing>;
}

/// Why a public file could not be had, in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {why}")]
pub struct Missing {
    /// Its path.
    pub path: String,
    /// Why not.
    pub why: String,
}

/// Why a tile or a bundle of entries is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// It is not there.
    #[error(transparent)]
    Missing(#[from] Missing),
    /// Another length than its width asks for.
    #[error("{path} has {found} bytes, and {needed} were expected: it was cut off or altered")]
    Length {
        /// Its path.
        path: String,
        /// How many bytes there are.
        found: usize,
        /// How many there must be.
        needed: usize,
    },
    /// Entries that don't fill the bundle.
    #[error("{path} does not hold {needed} entries, each behind its length in two bytes: it was cut off or altered")]
    Entries {
        /// Its path.
        path: String,
        /// How many entries there must be.
        needed: u16,
    },
    /// A part that no tree has.
    #[error("the log of {size} entries has no entry {index}")]
    Outside {
        /// The place asked for.
        index: u64,
        /// The size.
        size: u64,
    },
}

impl Tile {
    /// The tile at a level that the log of `size` entries has at `index`; `None` where it has none there.
    pub fn of(level: u8, index: u64, size: u64) -> Option<Self> {
        let hashes = size.checked_shr(8 * u32::from(level)).unwrap_or(0);
        let width = hashes.saturating_sub(index.checked_mul(TILE_WIDTH)?).min(TILE_WIDTH);
        (width > 0).then_some(Self { level, index, width: width as u16 })
    }

    /// Reads its hashes.
    ///
    /// # Errors
    /// Where the bytes are not as many as its width asks for.
    pub fn parse(&self, bytes: &[u8]) -> Result<Vec<Hash>, TileError> {
        let needed = usize::from(self.width) * 32;
        if bytes.len() != needed {
            return Err(TileError::Length { path: self.to_string(), found: bytes.len(), needed });
        }
        let (hashes, _) = bytes.as_chunks::<32>();
        Ok(hashes.iter().map(|hash| Hash(*hash)).collect())
    }

    fn full(self) -> Self {
        Self { width: TILE_WIDTH as u16, ..self }
    }
}

impl fmt::Display for Tile {
    /// Its path below the log's address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tile/{}/{}", self.level, path(self.index, self.width))
    }
}

/// The path of a bundle of entries below the log's address; `width` is 1 to 256.
pub fn entries_path(index: u64, width: u16) -> String {
    format!("tile/entries/{}", path(index, width))
}

/// `x001/x234/067`, and `.p/W` where it is partial.
fn path(index: u64, width: u16) -> String {
    let mut path = format!("{:03}", index % 1000);
    let mut above = index / 1000;
    while above > 0 {
        path = format!("x{:03}/{path}", above % 1000);
        above /= 1000;
    }
    if u64::from(width) < TILE_WIDTH { format!("{path}.p/{width}") } else { path }
}

/// The entries of a bundle.
///
/// # Errors
/// Where the bytes are not `width` entries, each behind its length.
pub fn entries(index: u64, width: u16, bytes: &[u8]) -> Result<Vec<&[u8]>, TileError> {
    let broken = || TileError::Entries { path: entries_path(index, width), needed: width };
    let mut rest = bytes;
    let mut entries = Vec::with_capacity(usize::from(width));
    for _ in 0..width {
        let (length, behind) = rest.split_first_chunk::<2>().ok_or_else(broken)?;
        let (entry, behind) = behind.split_at_checked(u16::from_be_bytes(*length).into()).ok_or_else(broken)?;
        entries.push(entry);
        rest = behind;
    }
    if rest.is_empty() { Ok(entries) } else { Err(broken()) }
}

/// The tree of a log of given size, read from its tiles. What comes out is not checked: proofs made from it are, against
/// the checkpoint's root.
pub struct Tiles<'r> {
    from: &'r dyn Resources,
    size: u64,
    kept: RefCell<Kept>,
}

/// Tiles by level and place.
type Kept = HashMap<(u8, u64), Rc<Vec<Hash>>>;

impl<'r> Tiles<'r> {
    /// The tree of `size` entries.
    pub fn new(from: &'r dyn Resources, size: u64) -> Self {
        Self { from, size, kept: RefCell::default() }
    }

    /// How many entries it has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// A tile's hashes, as many as the tree of this size has there. Where the partial tile is gone, the full one has them too.
    ///
    /// # Errors
    /// Where the tree has no such tile, or it can't be read.
    pub fn tile(&self, level: u8, index: u64) -> Result<Rc<Vec<Hash>>, TileError> {
        if let Some(kept) = self.kept.borrow().get(&(level, index)) {
            return Ok(Rc::clone(kept));
        }
        let tile = Tile::of(level, index, self.size).ok_or(TileError::Outside { index, size: self.size })?;
        let hashes = Rc::new(self.read(tile)?);
        let mut kept = self.kept.borrow_mut();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert((level, index), Rc::clone(&hashes));
        Ok(hashes)
    }

    fn read(&self, tile: Tile) -> Result<Vec<Hash>, TileError> {
        let missing = match self.from.read(&tile.to_string()) {
            Ok(bytes) => return tile.parse(&bytes),
            Err(missing) => missing,
        };
        if tile == tile.full() {
            return Err(missing.into());
        }
        let full = self.from.read(&tile.full().to_string()).map_err(|_| missing)?;
        let mut hashes = tile.full().parse(&full)?;
        hashes.truncate(tile.width.into());
        Ok(hashes)
    }

    /// The entries of a bundle, each copied out.
    ///
    /// # Errors
    /// Where the log has no such bundle, or it can't be read.
    pub fn entries(&self, index: u64) -> Result<Vec<Vec<u8>>, TileError> {
        let tile = Tile::of(0, index, self.size).ok_or(TileError::Outside { index, size: self.size })?;
        let (bytes, width) = self.bundle(tile)?;
        let all = entries(index, width, &bytes)?;
        Ok(all.into_iter().take(tile.width.into()).map(<[u8]>::to_vec).collect())
    }

    /// The bundle of entries below a tile, and how many it has: more than the tree, where the log has grown and the partial
    /// file is gone.
    pub(crate) fn bundle(&self, tile: Tile) -> Result<(Vec<u8>, u16), Missing> {
        let missing = match self.from.read(&entries_path(tile.index, tile.width)) {
            Ok(bytes) => return Ok((bytes, tile.width)),
            Err(missing) if tile == tile.full() => return Err(missing),
            Err(missing) => missing,
        };
        let full = tile.full().width;
        Ok((self.from.read(&entries_path(tile.index, full)).map_err(|_| missing)?, full))
    }

    /// The hash of the full part of `2^level` entries that is the `index`-th of its level.
    pub(crate) fn node(&self, level: u32, index: u64) -> Result<Hash, TileError> {
        let within = level % 8;
        let first = index << within;
        let tile = self.tile((level / 8) as u8, first / TILE_WIDTH)?;
        let place = (first % TILE_WIDTH) as usize;
        let hashes = tile.get(place..place + (1 << within));
        Ok(root(hashes.ok_or(TileError::Outside { index, size: self.size })?))
    }
}
