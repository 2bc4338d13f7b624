//! Reads a folder of Sigma rules: every `.yml` and `.yaml` in it and below.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use pollwarden_core::RuleFile;

/// A longer file is no rule.
const LONGEST: u64 = 1 << 20;
/// SigmaHQ's whole collection has some 4,000.
const MOST: usize = 20_000;
/// Folders in folders deeper than this are a loop or a mistake.
const DEEPEST: usize = 8;

/// The files in order of their names. One that can't be read says why, and stops no other.
pub(crate) fn read(folder: &Path) -> Result<Vec<RuleFile>> {
    let mut paths = Vec::new();
    gather(folder, DEEPEST, &mut paths)?;
    if paths.is_empty() {
        bail!("{} holds no .yml or .yaml: expected a folder of Sigma rules", folder.display());
    }
    paths.sort();
    let name = |path: &Path| path.strip_prefix(folder).unwrap_or(path).display().to_string();
    Ok(paths.iter().map(|path| RuleFile { name: name(path), text: text(path) }).collect())
}

fn gather(folder: &Path, depth: usize, paths: &mut Vec<PathBuf>) -> Result<()> {
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("{} can't be read: expected a folder of Sigma rules", folder.display()))?;
    for entry in entries {
        let path = entry.with_context(|| format!("{} can't be read", folder.display()))?.path();
        if path.is_dir() && depth > 0 {
            gather(&path, depth - 1, paths)?;
        } else if is_rule(&path) && path.is_file() {
            paths.push(path);
        }
        if paths.len() > MOST {
            bail!("{} holds more than {MOST} files: expected a folder of Sigma rules", folder.display());
        }
    }
    Ok(())
}

fn is_rule(path: &Path) -> bool {
    let extension = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    ["yml", "yaml"].iter().any(|rule| rule.eq_ignore_ascii_case(extension))
}

fn text(path: &Path) -> Result<String, String> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| error.to_string())?;
    file.take(LONGEST + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > LONGEST {
        return Err("it is longer than 1 MiB".to_owned());
    }
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
}
