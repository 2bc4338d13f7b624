//! Where a milter listens: `inet:127.0.0.1:8891` or `unix:/run/pollwarden/milter`, written as Postfix writes it.
//!
//! The protocol knows no passwords and no encryption, so only this machine may connect unless something else is said.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs as _};
use std::time::Duration;

#[cfg(unix)]
use std::os::unix::net::{UnixListener, UnixStream};
#[cfg(unix)]
use std::path::{Path, PathBuf};

/// Who may connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Only this machine.
    ThisMachine,
    /// Anybody who reaches the address: whoever does can have messages judged, and reads the answers.
    Network,
}

/// A place where a milter listens.
#[derive(Debug)]
pub enum Listener {
    /// A port.
    Tcp(TcpListener),
    /// A socket in the file system; it goes with the listener.
    #[cfg(unix)]
    Unix(UnixListener, PathBuf),
}

impl Listener {
    /// Listens at `inet:HOST:PORT` or `unix:PATH`. A socket may be used by its owner and group: put the mail server's user
    /// into that group, or give the socket's folder to it.
    ///
    /// # Errors
    /// Where the address is none, reaches further than it may, is taken, or can't be made.
    pub fn bind(address: &str, reach: Reach) -> io::Result<Self> {
        match address.split_once(':') {
            Some(("inet", at)) => Ok(Self::Tcp(tcp(at, reach)?)),
            #[cfg(unix)]
            Some(("unix" | "local", path)) => unix(Path::new(path)),
            _ => {
                Err(invalid(format!("{address:?} is no address of a milter: inet:HOST:PORT or unix:PATH is expected")))
            }
        }
    }

    /// The address, as Postfix's `smtpd_milters` takes it.
    ///
    /// # Errors
    /// Where the system doesn't know it.
    pub fn address(&self) -> io::Result<String> {
        match self {
            Self::Tcp(listener) => Ok(format!("inet:{}", listener.local_addr()?)),
            #[cfg(unix)]
            Self::Unix(_, path) => Ok(format!("unix:{}", path.display())),
        }
    }

    pub(super) fn accept(&self) -> io::Result<Connection> {
        match self {
            Self::Tcp(listener) => Ok(Connection::Tcp(listener.accept()?.0)),
            #[cfg(unix)]
            Self::Unix(listener, _) => Ok(Connection::Unix(listener.accept()?.0)),
        }
    }

    /// Wakes whoever waits in [`Self::accept`].
    pub(super) fn waker(&self) -> io::Result<Waker> {
        match self {
            Self::Tcp(listener) => Ok(Waker::Tcp(listener.local_addr()?)),
            #[cfg(unix)]
            Self::Unix(_, path) => Ok(Waker::Unix(path.clone())),
        }
    }
}

#[cfg(unix)]
impl Drop for Listener {
    fn drop(&mut self) {
        if let Self::Unix(_, path) = self {
            let _ = std::fs::remove_file(path);
        }
    }
}

fn tcp(at: &str, reach: Reach) -> io::Result<TcpListener> {
    let addresses: Vec<SocketAddr> = at.to_socket_addrs()?.collect();
    let is_here = addresses.iter().all(|address| address.ip().is_loopback());
    if reach == Reach::ThisMachine && !is_here {
        return Err(invalid(format!(
            "{at} can be reached from elsewhere, and whoever reaches it needs no password. Use 127.0.0.1 or a unix socket"
        )));
    }
    TcpListener::bind(addresses.as_slice())
}

/// A socket that nobody listens on any more is replaced; a file that is none stays.
#[cfg(unix)]
fn unix(path: &Path) -> io::Result<Listener> {
    use std::fs;
    use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
    let is_left_over = fs::symlink_metadata(path).is_ok_and(|kind| kind.file_type().is_socket());
    if is_left_over && UnixStream::connect(path).is_err() {
        fs::remove_file(path)?;
    }
    let listener = UnixListener::bind(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o660))?;
    Ok(Listener::Unix(listener, path.to_owned()))
}

fn invalid(why: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, why)
}

/// See [`Listener::waker`].
#[derive(Debug)]
pub(super) enum Waker {
    Tcp(SocketAddr),
    #[cfg(unix)]
    Unix(PathBuf),
}

impl Waker {
    /// Whether that went well: a socket's file may be gone.
    pub(super) fn wake(&self) -> bool {
        match self {
            Self::Tcp(address) => TcpStream::connect_timeout(address, Duration::from_secs(1)).is_ok(),
            #[cfg(unix)]
            Self::Unix(path) => UnixStream::connect(path).is_ok(),
        }
    }
}

/// A connection of the mail server's.
#[derive(Debug)]
pub(super) enum Connection {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

impl Connection {
    pub(super) fn limit(&self, silence: Duration) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => {
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(silence))?;
                stream.set_write_timeout(Some(silence))
            }
            #[cfg(unix)]
            Self::Unix(stream) => {
                stream.set_read_timeout(Some(silence))?;
                stream.set_write_timeout(Some(silence))
            }
        }
    }

    pub(super) fn again(&self) -> io::Result<Self> {
        match self {
            Self::Tcp(stream) => stream.try_clone().map(Self::Tcp),
            #[cfg(unix)]
            Self::Unix(stream) => stream.try_clone().map(Self::Unix),
        }
    }

    pub(super) fn hang_up(&self) {
        let _ = match self {
            Self::Tcp(stream) => stream.shutdown(Shutdown::Both),
            #[cfg(unix)]
            Self::Unix(stream) => stream.shutdown(Shutdown::Both),
        };
    }
}

impl Read for Connection {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.read(into),
            #[cfg(unix)]
            Self::Unix(stream) => stream.read(into),
        }
    }
}

impl Write for Connection {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.write(bytes),
            #[cfg(unix)]
            Self::Unix(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_let_in_unless_told_otherwise() {
        let error = Listener::bind("inet:0.0.0.0:0", Reach::ThisMachine).expect_err("refused").to_string();
        assert!(error.contains("127.0.0.1"), "{error}");
        assert!(Listener::bind("inet:0.0.0.0:0", Reach::Network).is_ok());
        let here = Listener::bind("inet:127.0.0.1:0", Reach::ThisMachine).expect("a port");
        assert!(here.address().expect("its address").starts_with("inet:127.0.0.1:"));
        for odd in ["", "8891", "inet:", "ftp:x", "inet:127.0.0.1"] {
            assert!(Listener::bind(odd, Reach::ThisMachine).is_err(), "{odd}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_socket_that_was_left_over_is_replaced_and_another_file_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("milter");
        let address = format!("unix:{}", path.display());
        drop(UnixListener::bind(&path).expect("a socket"));
        let listener = Listener::bind(&address, Reach::ThisMachine).expect("a socket");
        assert!(Listener::bind(&address, Reach::ThisMachine).is_err(), "it is in use");
        drop(listener);
        assert!(!path.exists());
        std::fs::write(&path, "a file").expect("a file");
        assert!(Listener::bind(&address, Reach::ThisMachine).is_err());
        assert!(path.exists());
    }
}
