//! Where a password is: a file of the office's, or an environment variable. It is in no setting, message or log.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::MailboxError;

/// A longer secret is no secret but a wrong file.
const LONGEST: u64 = 64 << 10;

/// Where a secret is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretPlace {
    /// A file that only its owner may read. Line ends at its end do not count.
    File(PathBuf),
    /// An environment variable.
    Variable(String),
}

/// What proves that we may read a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// A password.
    Password(SecretPlace),
    /// A bearer token, which Microsoft 365 and Google ask for (XOAUTH2). Renewing it is left to others.
    Token(SecretPlace),
}

impl SecretPlace {
    /// The secret itself.
    pub(super) fn read(&self) -> Result<Zeroizing<String>, MailboxError> {
        let secret = match self {
            Self::File(path) => of_file(path)?,
            Self::Variable(name) => of_variable(name)?,
        };
        match secret.is_empty() || secret.contains(['\0', '\r', '\n', '\u{1}']) {
            true => Err(self.fault("it is empty or has line breaks. One line is expected")),
            false => Ok(secret),
        }
    }

    fn fault(&self, why: &str) -> MailboxError {
        let place = match self {
            Self::File(path) => format!("the file {}", path.display()),
            Self::Variable(name) => format!("the environment variable {name}"),
        };
        MailboxError::NoSecret { place, why: why.to_owned() }
    }
}

fn of_variable(name: &str) -> Result<Zeroizing<String>, MailboxError> {
    let secret = std::env::var(name).map(Zeroizing::new);
    secret.map_err(|_| SecretPlace::Variable(name.to_owned()).fault("it is not set, or not as UTF-8"))
}

fn of_file(path: &Path) -> Result<Zeroizing<String>, MailboxError> {
    let fault = |why: &str| SecretPlace::File(path.to_owned()).fault(why);
    let file = fs::File::open(path).map_err(|cause| fault(&format!("it can't be read: {cause}")))?;
    let kind = file.metadata().map_err(|cause| fault(&format!("it can't be read: {cause}")))?;
    if is_open_to_others(&kind) {
        return Err(fault("others on this machine may read it. Close it: chmod 600"));
    }
    let mut text = Zeroizing::new(String::new());
    file.take(LONGEST).read_to_string(&mut text).map_err(|cause| fault(&format!("it can't be read: {cause}")))?;
    Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}

#[cfg(unix)]
fn is_open_to_others(kind: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    kind.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_: &fs::Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_file_counts_only_where_nobody_else_may_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("password");
        fs::write(&path, "cork and lantern\r\n").expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("its mode");
        let error = SecretPlace::File(path.clone()).read().expect_err("open to a group").to_string();
        assert!(error.contains("chmod 600") && !error.contains("cork"), "{error}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("its mode");
        assert_eq!(SecretPlace::File(path).read().expect("a secret").as_str(), "cork and lantern");
    }

    #[test]
    fn a_variable_that_is_not_set_is_named() {
        let error = SecretPlace::Variable("POLLWARDEN_NO_SUCH".to_owned()).read().expect_err("not set").to_string();
        assert!(error.contains("POLLWARDEN_NO_SUCH"), "{error}");
    }
}
