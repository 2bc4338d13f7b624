//! The members of archives.
use crate::Found;
use std::{io, path::Path};

/// Archives.
#[derive(Default)]
pub(crate) struct Archives;
impl Archives {
    pub(crate) fn members(&mut self, _name: &str, _path: &Path, _found: &mut Found) -> io::Result<bool> {
        Ok(false)
    }
}
