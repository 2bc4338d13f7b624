//! Output made the same on every machine and day.

use std::env;
use std::sync::LazyLock;

use regex::Regex;

static TIME: LazyLock<Regex> = LazyLock::new(|| {
    let months = "January|February|March|April|May|June|July|August|September|October|November|December";
    let spoken = format!(r"\d{{1,2}} (?:{months}) \d{{4}}, \d\d:\d\d:\d\d UTC");
    pattern(&format!(r"\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)|{spoken}"))
});
static TEMPORARY: LazyLock<Regex> = LazyLock::new(|| {
    let folder = regex::escape(env::temp_dir().to_string_lossy().trim_end_matches(['/', '\\']));
    pattern(&format!(r#"{folder}[/\\]\.?[A-Za-z0-9_.-]+"#))
});
static DURATION: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b\d+(?:\.\d+)?\s?(?:ms|µs|ns|s)\b"));

/// Replaces folders below the system's temporary folder by `[TMP]`, moments (RFC 3339, and as reports write them) by
/// `[TIME]`, and durations by `[DURATION]`.
pub fn scrub(text: &str) -> String {
    let text = TEMPORARY.replace_all(text, "[TMP]");
    let text = TIME.replace_all(&text, "[TIME]");
    DURATION.replace_all(&text, "[DURATION]").into_owned()
}

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is written correctly")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_between_runs_is_replaced_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let text =
            format!("{}/web/access.log read in 1.25 s at 2026-11-03T04:05:06.5Z, 12 rows", folder.path().display());
        assert_eq!(scrub(&text), "[TMP]/web/access.log read in [DURATION] at [TIME], 12 rows");
        assert_eq!(scrub("Made 3 November 2026, 04:05:06 UTC."), "Made [TIME].");
        assert_eq!(scrub("2026-11-03T04:05:06-05:00"), "[TIME]");
        assert_eq!(scrub("s1 at 5 of 12 sources"), "s1 at 5 of 12 sources");
    }
}
