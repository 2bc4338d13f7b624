//! A sensor's list of detectors against its folder.

use std::collections::BTreeSet;
use std::path::Path;

use pollwarden_core::Detector;

/// Panics unless `src/detectors/` of a crate holds one file for each detector of its list, named as the detector is, and
/// nothing else but `mod.rs` and the files named in `beside`.
///
/// # Panics
/// Where list and folder differ, or a detector's id does not begin with the sensor's name.
pub fn assert_list_is_folder(crate_dir: &str, sensor: &str, detectors: &[&'static dyn Detector], beside: &[&str]) {
    let folder = Path::new(crate_dir).join("src/detectors");
    let files: BTreeSet<String> = std::fs::read_dir(&folder)
        .unwrap_or_else(|e| panic!("{} can't be read: {e}", folder.display()))
        .map(|entry| entry.expect("an entry").path().file_stem().expect("a name").to_string_lossy().into_owned())
        .filter(|name| name != "mod" && !beside.contains(&name.as_str()))
        .collect();
    let listed: BTreeSet<String> = detectors.iter().map(|d| file_of(d.about().id, sensor)).collect();
    assert_eq!(listed, files, "the list of detectors (left) is not the folder (right)");
    assert_eq!(listed.len(), detectors.len(), "two detectors share an id");
}

fn file_of(id: &str, sensor: &str) -> String {
    let name = id.strip_prefix(sensor).and_then(|rest| rest.strip_prefix('/'));
    name.unwrap_or_else(|| panic!("{id} does not begin with {sensor}/")).replace('-', "_")
}
