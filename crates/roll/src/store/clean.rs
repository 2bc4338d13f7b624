//! Removes what no kept snapshot has: files that a killed run left, and packs of snapshots that were forgotten.

use std::collections::BTreeSet;
use std::path::Path;

use super::head::Head;
use super::{Store, durable};
use crate::RollError;

/// The names of the kept snapshots.
pub(super) fn ids(heads: &Path) -> Result<Vec<String>, RollError> {
    Ok(names(heads)?.into_iter().filter_map(|name| name.strip_suffix(".json").map(str::to_owned)).collect())
}

/// Removes it. Where a head can't be read, nothing is: it may need any of the packs.
pub(super) fn clean(store: &Store) -> Result<(), RollError> {
    let (heads, packs) = (store.heads(), store.packs());
    let (mut lists, mut needed) = (BTreeSet::new(), BTreeSet::new());
    for id in ids(&heads)? {
        let Ok(head) = Head::read(&heads, &id) else { return Ok(()) };
        needed.extend(head.packs.into_iter().map(|number| format!("{number:010}.pack")));
        lists.extend([format!("{id}.list"), format!("{id}.marks")]);
    }
    remove_all(&heads, &|name| (name.ends_with(".list") || name.ends_with(".marks")) && !lists.contains(name))?;
    remove_all(&packs, &|name| name.ends_with(".pack") && !needed.contains(name))
}

/// The number of the next pack.
pub(super) fn next_pack(store: &Store) -> Result<u32, RollError> {
    let numbers = names(&store.packs())?.into_iter().filter_map(|name| name.strip_suffix(".pack")?.parse().ok());
    Ok(numbers.max().unwrap_or(0_u32).saturating_add(1))
}

fn remove_all(folder: &Path, needless: &dyn Fn(&str) -> bool) -> Result<(), RollError> {
    let all = names(folder)?;
    let left = all.iter().filter(|name| needless(name) || name.starts_with(durable::UNFINISHED));
    left.into_iter().try_for_each(|name| durable::remove(&folder.join(name)))
}

fn names(folder: &Path) -> Result<Vec<String>, RollError> {
    let failed = RollError::store(folder);
    match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        entries => {
            let names = entries.and_then(|all| all.map(|entry| Ok(entry?.file_name())).collect::<Result<Vec<_>, _>>());
            let mut names: Vec<String> =
                names.map_err(failed)?.into_iter().filter_map(|name| name.into_string().ok()).collect();
            names.sort();
            Ok(names)
        }
    }
}
