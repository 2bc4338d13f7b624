//! Several jurisdictions in one folder, whose files name their batches alike and don't name the jurisdiction.
//!
//! Where there are several ballot manifests, a file belongs to the jurisdiction that its folder is named after, one manifest to a
//! folder; or, with all manifests in one folder, to the one that its name begins with, before “ - ”, as Arlo's users name them
//! (“Siletz - ballot manifest.csv”).

use crate::kind::last;
use std::collections::BTreeSet;

use crate::read::folder;

/// What files belong to.
#[derive(Debug, Default)]
pub(crate) struct Jurisdictions {
    by: By,
    names: BTreeSet<String>,
}

#[derive(Debug, Default, Clone, Copy)]
enum By {
    #[default]
    Folder,
    Beginning,
}

impl Jurisdictions {
    /// By the names of all ballot manifests: none where there is one only, or their names don't tell them apart.
    pub(crate) fn new<'a>(manifests: impl Iterator<Item = &'a str> + Clone) -> Self {
        let count = manifests.clone().count();
        let told_apart = |by: By| {
            let names: BTreeSet<String> = manifests.clone().map(|name| by.name(name).to_owned()).collect();
            (count > 1 && names.len() == count && !names.contains("")).then_some(Self { by, names })
        };
        told_apart(By::Folder).or_else(|| told_apart(By::Beginning)).unwrap_or_default()
    }

    /// The jurisdiction of files that are read together; empty where they are not of one.
    pub(crate) fn of<'a>(&'a self, mut files: impl Iterator<Item = &'a str>) -> &'a str {
        let first = files.next().map_or("", |file| self.by.name(file));
        let known = self.names.contains(first) && files.all(|file| self.by.name(file) == first);
        if known { first } else { "" }
    }
}

impl By {
    fn name(self, file: &str) -> &str {
        match self {
            Self::Folder => last(folder(file)),
            Self::Beginning => last(file).split_once(" - ").map_or("", |(before, _)| before.trim()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_apart_by_the_manifests() {
        let of = |manifests: &[&str], files: &[&'static str]| {
            let all = Jurisdictions::new(manifests.iter().copied());
            all.of(files.iter().copied()).to_owned()
        };
        let folders = ["x/Elm/m.csv", "x/Ash/m.csv"];
        assert_eq!(of(&folders, &["x/Elm/cvr.csv"]), "Elm");
        assert_eq!(of(&folders, &["x/results.csv"]), "");
        let names = ["x/Elm - ballot manifest.csv", "x/Ash - ballot manifest.csv"];
        assert_eq!(of(&names, &["x/Ash - cvrs.csv"]), "Ash");
        assert_eq!(of(&names, &["x/Ash - cvrs.csv", "x/Elm - cvrs.csv"]), "");
        assert_eq!(of(&["x/Elm/m.csv"], &["x/Elm/cvr.csv"]), "");
        assert_eq!(of(&["x/m1.csv", "x/m2.csv"], &["x/cvr.csv"]), "");
    }
}
