//! A log read from the web server that publishes it (C2SP tlog-tiles).

use std::fmt;

use pollwarden_ledger::{MAX_NOTE, Missing, Resources};

use crate::http::{AddressError, Http};

/// A full bundle: 256 entries, each at most 65535 bytes behind its length.
const MAX_ENTRIES: usize = 256 * (2 + 65_535);

/// The public files of a log below an address.
pub struct Remote {
    http: Http,
}

impl Remote {
    /// A log published at `address`. Nothing is asked yet.
    ///
    /// # Errors
    /// Where it can't be an address.
    pub fn new(address: &str) -> Result<Self, AddressError> {
        Ok(Self { http: Http::new(address)? })
    }
}

impl Resources for Remote {
    fn read(&self, path: &str) -> Result<Vec<u8>, Missing> {
        let missing = |why| Missing { path: format!("{}/{path}", self.http.address()), why };
        let most = if path.starts_with("tile/entries/") { MAX_ENTRIES } else { MAX_NOTE };
        let reply = self.http.get(path, most).map_err(missing)?;
        match reply.status {
            200 => Ok(reply.body),
            404 | 410 => Err(missing("it is not there".to_owned())),
            status => Err(missing(format!("the server answers {status}, {}", reply.words()))),
        }
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Remote").field(&self.http.address()).finish()
    }
}
