//! Disks that fail: one in memory that forgets at a power cut what was not synced, and that can be full.

#![allow(dead_code, clippy::unwrap_used, reason = "each test file uses a part, and may stop at a fault")]

pub(crate) mod children;
pub(crate) mod office;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::path::{Component, Path};
use std::sync::Mutex;

use pollwarden_ledger::store::{Access, Disk, Lock, Name};

/// When and how the disk fails. Operations that change something are counted, from 0.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fault {
    /// The operation that fails.
    pub(crate) at: usize,
    /// Whether all after it fail too.
    pub(crate) lasting: bool,
    /// Whether it is done although it fails.
    pub(crate) done: bool,
}

/// What a power cut leaves of what was not synced.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kept {
    /// Nothing.
    Nothing,
    /// Everything: only the process was killed.
    All,
    /// Some, by chance: each name and each file's bytes for themselves.
    Some(u64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Node {
    File(usize),
    Folder(usize),
}

#[derive(Debug, Clone, Default)]
struct File {
    now: Vec<u8>,
    safe: Vec<u8>,
}

#[derive(Debug, Clone, Default)]
struct Folder {
    now: BTreeMap<String, Node>,
    safe: BTreeMap<String, Node>,
}

#[derive(Debug, Default)]
struct State {
    files: Vec<File>,
    /// The first is the root.
    folders: Vec<Folder>,
    operations: usize,
    fault: Option<Fault>,
    /// Every checkpoint that anybody could see.
    seen: Vec<Vec<u8>>,
}

/// A disk in memory.
pub(crate) struct ModelDisk(Mutex<State>);

impl ModelDisk {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(State { folders: vec![Folder::default()], ..State::default() }))
    }

    pub(crate) fn fail(&self, fault: Fault) {
        self.0.lock().unwrap().fault = Some(fault);
    }

    pub(crate) fn mend(&self) {
        self.0.lock().unwrap().fault = None;
    }

    /// How many operations there were.
    pub(crate) fn operations(&self) -> usize {
        self.0.lock().unwrap().operations
    }

    /// Every checkpoint that was ever public.
    pub(crate) fn seen(&self) -> Vec<Vec<u8>> {
        self.0.lock().unwrap().seen.clone()
    }

    /// What is there when the power is back.
    pub(crate) fn power_cut(&self, kept: Kept) {
        let state = &mut *self.0.lock().unwrap();
        state.fault = None;
        let mut chance = Chance(if let Kept::Some(seed) = kept { seed } else { 0 });
        let mut keeps = || match kept {
            Kept::Nothing => false,
            Kept::All => true,
            Kept::Some(_) => chance.below(2) == 0,
        };
        for file in &mut state.files {
            if !keeps() {
                file.now = file.safe.clone();
            }
            file.safe = file.now.clone();
        }
        for folder in &mut state.folders {
            let names: Vec<String> = folder.now.keys().chain(folder.safe.keys()).cloned().collect();
            for name in names {
                if folder.now.get(&name) == folder.safe.get(&name) || keeps() {
                    continue;
                }
                match folder.safe.get(&name).copied() {
                    Some(node) => folder.now.insert(name, node),
                    None => folder.now.remove(&name),
                };
            }
            folder.safe = folder.now.clone();
        }
    }

    /// Changes a byte of a file.
    pub(crate) fn flip(&self, path: &Path, at: usize, mask: u8) {
        let state = &mut *self.0.lock().unwrap();
        let file = state.file(path).unwrap();
        state.files[file].now[at] ^= mask;
    }

    /// Does something that changes the disk, unless it fails now.
    fn change(&self, act: impl FnOnce(&mut State) -> io::Result<()>) -> io::Result<()> {
        let state = &mut *self.0.lock().unwrap();
        let number = state.operations;
        state.operations += 1;
        let Some(fault) = state.fault else { return act(state) };
        let fails = if fault.lasting { number >= fault.at } else { number == fault.at };
        if !fails {
            return act(state);
        }
        if fault.done {
            let _ = act(state);
        }
        Err(io::ErrorKind::StorageFull.into())
    }
}

impl State {
    fn find(&self, path: &Path) -> io::Result<Node> {
        let names =
            path.components().filter_map(|part| if let Component::Normal(name) = part { Some(name) } else { None });
        names.into_iter().try_fold(Node::Folder(0), |node, name| {
            let Node::Folder(folder) = node else { return Err(io::ErrorKind::NotADirectory.into()) };
            self.folders[folder].now.get(text(name)).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
        })
    }

    fn file(&self, path: &Path) -> io::Result<usize> {
        if let Node::File(file) = self.find(path)? { Ok(file) } else { Err(io::Error::other("a folder")) }
    }

    fn folder(&self, path: &Path) -> io::Result<usize> {
        if let Node::Folder(folder) = self.find(path)? { Ok(folder) } else { Err(io::ErrorKind::NotADirectory.into()) }
    }

    /// The names of the folder above a path, and the path's last name.
    fn names(&mut self, path: &Path) -> io::Result<(&mut BTreeMap<String, Node>, String)> {
        let above = self.folder(path.parent().unwrap())?;
        Ok((&mut self.folders[above].now, text(path.file_name().unwrap()).to_owned()))
    }
}

impl Disk for ModelDisk {
    fn read(&self, path: &Path, most: u64) -> io::Result<Vec<u8>> {
        let state = self.0.lock().unwrap();
        let bytes = state.files[state.file(path)?].now.clone();
        if bytes.len() as u64 > most { Err(io::Error::other("too long")) } else { Ok(bytes) }
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<Name>> {
        let state = self.0.lock().unwrap();
        let names = &state.folders[state.folder(folder)?].now;
        Ok(names
            .iter()
            .map(|(name, node)| Name { name: name.clone(), folder: matches!(node, Node::Folder(_)) })
            .collect())
    }

    fn create_folder(&self, path: &Path, _access: Access) -> io::Result<()> {
        self.change(|state| {
            let new = Node::Folder(state.folders.len());
            let (names, name) = state.names(path)?;
            if names.contains_key(&name) {
                return Ok(());
            }
            names.insert(name, new);
            state.folders.push(Folder::default());
            Ok(())
        })
    }

    /// A write that fails leaves the half of it.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let put = |state: &mut State, bytes: &[u8]| {
            let new = Node::File(state.files.len());
            let (names, name) = state.names(path)?;
            if names.contains_key(&name) {
                return Err(io::Error::from(io::ErrorKind::AlreadyExists));
            }
            names.insert(name, new);
            state.files.push(File { now: bytes.to_vec(), safe: Vec::new() });
            Ok(())
        };
        let written = self.change(|state| put(state, bytes));
        let state = &mut *self.0.lock().unwrap();
        if written.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::StorageFull) && state.find(path).is_err()
        {
            put(state, &bytes[..bytes.len() / 2])?;
        }
        written
    }

    fn sync_file(&self, path: &Path) -> io::Result<()> {
        self.change(|state| {
            let file = state.file(path)?;
            state.files[file].safe = state.files[file].now.clone();
            Ok(())
        })
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.change(|state| {
            let folder = state.folder(path)?;
            state.folders[folder].safe = state.folders[folder].now.clone();
            Ok(())
        })
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.change(|state| {
            let (names, name) = state.names(from)?;
            let node = names.remove(&name).ok_or(io::ErrorKind::NotFound)?;
            let (names, name) = state.names(to)?;
            names.insert(name, node);
            if let (Node::File(file), true) = (node, to.ends_with("public/checkpoint")) {
                state.seen.push(state.files[file].now.clone());
            }
            Ok(())
        })
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.change(|state| {
            state.file(path)?;
            let (names, name) = state.names(path)?;
            names.remove(&name);
            Ok(())
        })
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.change(|state| {
            let folder = state.folder(path)?;
            if !state.folders[folder].now.is_empty() {
                return Err(io::ErrorKind::DirectoryNotEmpty.into());
            }
            let (names, name) = state.names(path)?;
            names.remove(&name);
            Ok(())
        })
    }

    /// There is but one process here.
    fn lock(&self, _path: &Path) -> io::Result<Lock> {
        Ok(Lock::Ours(Box::new(())))
    }
}

fn text(name: &OsStr) -> &str {
    name.to_str().unwrap()
}

/// Numbers that look random and are the same at each run (Steele et al. 2014, SplitMix64).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % most
    }
}
