//! Judges the targets of many requests, and remembers those it has seen: most requests of a log ask for the same pages.

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::route::Route;

/// A power of two; at some 300 bytes each the whole fits a core's cache.
const SLOTS: usize = 1024;
/// Longer targets are rare, hardly repeat, and would fill the memory.
const LONGEST_KEPT: usize = 256;

/// What is known of a target.
#[derive(Debug, Default)]
pub(crate) struct JudgedTarget {
    /// Path and query, and their lengths; `None` while there is nothing here.
    key: String,
    parts: Option<(usize, Option<usize>)>,
    route: Route,
}

impl JudgedTarget {
    /// See [`Route::route`].
    pub(crate) fn route(&self) -> &str {
        self.route.route()
    }

    /// See [`Route::record`].
    pub(crate) fn record(&self) -> Option<&str> {
        self.route.record()
    }

    fn judge(&mut self, path: &str, query: Option<&str>) {
        self.route.read(path, query);
    }
}

/// Judges requests' targets.
#[derive(Debug)]
pub(crate) struct Judge {
    /// One slot per hash: a newer target takes the place of an older one.
    seen: Vec<JudgedTarget>,
    long: JudgedTarget,
}

impl Default for Judge {
    fn default() -> Self {
        Self {
            seen: std::iter::repeat_with(JudgedTarget::default).take(SLOTS).collect(),
            long: JudgedTarget::default(),
        }
    }
}

impl Judge {
    /// What a target says.
    pub(crate) fn target(&mut self, path: &str, query: Option<&str>) -> &JudgedTarget {
        if path.len() + query.map_or(0, str::len) > LONGEST_KEPT {
            self.long.judge(path, query);
            return &self.long;
        }
        let hash = xxh3_64_with_seed(path.as_bytes(), query.map_or(0, |q| xxh3_64_with_seed(q.as_bytes(), 1)));
        let slot = &mut self.seen[hash as usize % SLOTS];
        if !slot.is_of(path, query) {
            slot.take(path, query);
            slot.judge(path, query);
        }
        slot
    }
}

impl JudgedTarget {
    fn is_of(&self, path: &str, query: Option<&str>) -> bool {
        self.parts == Some((path.len(), query.map(str::len)))
            && self.key.starts_with(path)
            && query.is_none_or(|q| self.key.ends_with(q))
    }

    fn take(&mut self, path: &str, query: Option<&str>) {
        self.parts = Some((path.len(), query.map(str::len)));
        self.key.clear();
        self.key.push_str(path);
        self.key.push_str(query.unwrap_or_default());
    }
}
