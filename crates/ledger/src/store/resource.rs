//! The paths that a log publishes, read back: which file of a log a path names, and how long it can be.

use crate::tile::{TILE_WIDTH, Tile, entries_path};
use crate::{MAX_ENTRY, MAX_NOTE};

/// A public file of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resource {
    Checkpoint,
    Tile(Tile),
    /// Entries; the tile is that of their hashes.
    Entries(Tile),
}

/// How a public file stands to the checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// The log has it.
    Covered,
    /// Of entries that the checkpoint does not cover.
    Beyond,
    /// A partial file whose full one is there.
    Replaced,
}

impl Resource {
    /// The file that a path names; `None` for any other text than the one form of such a path.
    pub(super) fn parse(path: &str) -> Option<Self> {
        if path == "checkpoint" {
            return Some(Self::Checkpoint);
        }
        let (level, place) = path.strip_prefix("tile/")?.split_once('/')?;
        let (index, width) = place_of(place)?;
        let resource = match level {
            "entries" => Self::Entries(Tile { level: 0, index, width }),
            level => Self::Tile(Tile { level: level.parse().ok().filter(|level| *level < 64)?, index, width }),
        };
        (resource.path() == path).then_some(resource)
    }

    fn path(self) -> String {
        match self {
            Self::Checkpoint => "checkpoint".to_owned(),
            Self::Tile(tile) => tile.to_string(),
            Self::Entries(tile) => entries_path(tile.index, tile.width),
        }
    }

    /// The most bytes that it can have.
    pub(super) fn most(self) -> u64 {
        match self {
            Self::Checkpoint => MAX_NOTE as u64,
            Self::Tile(tile) => u64::from(tile.width) * 32,
            Self::Entries(tile) => u64::from(tile.width) * (2 + MAX_ENTRY as u64),
        }
    }

    /// How it stands to a checkpoint of `size` entries.
    pub(super) fn standing(self, size: u64) -> Standing {
        let (Self::Tile(tile) | Self::Entries(tile)) = self else { return Standing::Covered };
        let full = |width: u16| u64::from(width) == TILE_WIDTH;
        match Tile::of(tile.level, tile.index, size) {
            Some(covered) if full(covered.width) && !full(tile.width) => Standing::Replaced,
            Some(covered) if covered.width >= tile.width => Standing::Covered,
            _ => Standing::Beyond,
        }
    }
}

/// `x001/x234/067.p/5` as 1234067 and 5. Other texts may also give a place: the caller compares.
fn place_of(place: &str) -> Option<(u64, u16)> {
    let (index, width) = match place.split_once(".p/") {
        Some((index, width)) => (index, width.parse().ok().filter(|width| (1..TILE_WIDTH as u16).contains(width))?),
        None => (place, TILE_WIDTH as u16),
    };
    let index = index.split('/').try_fold(0_u64, |above, part| {
        let below: u64 = part.trim_start_matches('x').parse().ok().filter(|below| *below < 1000)?;
        above.checked_mul(1000)?.checked_add(below)
    })?;
    Some((index, width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_form() {
        for path in ["tile/0/000", "tile/63/x001/x234/067.p/5", "tile/entries/x999/999", "tile/entries/000.p/255"] {
            assert_eq!(Resource::parse(path).unwrap().path(), path);
        }
        for path in [
            "",
            "checkpoint/",
            "/checkpoint",
            "tile/64/000",
            "tile/00/000",
            "tile/0/00",
            "tile/0/001/000",
            "tile/0/x000/000",
            "tile/0/xx01/000",
            "tile/0/000.p/256",
            "tile/0/000.p/0",
            "tile/0/000.p/01",
            "tile/0/000.p/+1",
            "tile/0/../../../private/writer.lock",
            "tile/0/000/..",
            "tile/entries/x99999999999999999999/000",
        ] {
            assert_eq!(Resource::parse(path), None, "{path}");
        }
    }

    #[test]
    fn what_a_checkpoint_covers() {
        let of = |path: &str, size| Resource::parse(path).unwrap().standing(size);
        assert_eq!(of("tile/0/000.p/5", 5), Standing::Covered);
        assert_eq!(of("tile/0/000.p/5", 4), Standing::Beyond);
        assert_eq!(of("tile/0/000.p/5", 255), Standing::Covered);
        assert_eq!(of("tile/0/000.p/5", 256), Standing::Replaced);
        assert_eq!(of("tile/0/000", 255), Standing::Beyond);
        assert_eq!(of("tile/1/000.p/1", 256), Standing::Covered);
        assert_eq!(of("tile/2/000.p/1", 65_535), Standing::Beyond);
        assert_eq!(of("tile/entries/001", 512), Standing::Covered);
    }
}
