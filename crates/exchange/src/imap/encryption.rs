//! The connection and its encryption (RFC 8314).

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use super::deadline::{Deadline, Timed};
use super::settings::{ImapSettings, Tls};
use super::{MailboxError, trust};

/// What bytes go over.
pub(super) trait Stream: Read + Write + Send {}

impl<T: Read + Write + Send> Stream for T {}

/// Host and port, as messages show them.
pub(super) fn at(settings: &ImapSettings) -> String {
    crate::shown::shown(&format!("{}:{}", settings.host, settings.port))
}

/// Connects, to the first of the server's addresses that answers.
pub(super) fn connect(settings: &ImapSettings, deadline: &Deadline) -> Result<Timed, MailboxError> {
    let unreachable = |cause| MailboxError::Unreachable { at: at(settings), cause };
    let addresses = addresses(settings).map_err(unreachable)?;
    if settings.tls == Tls::PlainOnThisMachine && !addresses.iter().all(|address| address.ip().is_loopback()) {
        return Err(MailboxError::PlainElsewhere { at: at(settings) });
    }
    let silence = settings.limits.silence;
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in addresses {
        match TcpStream::connect_timeout(&address, silence) {
            Ok(tcp) => return timed(tcp, settings, deadline).map_err(unreachable),
            Err(cause) => last = cause,
        }
    }
    Err(unreachable(last))
}

fn addresses(settings: &ImapSettings) -> io::Result<Vec<SocketAddr>> {
    // A name with more addresses than this is no mail server's.
    const MOST: usize = 16;
    Ok((settings.host.as_str(), settings.port).to_socket_addrs()?.take(MOST).collect())
}

fn timed(tcp: TcpStream, settings: &ImapSettings, deadline: &Deadline) -> io::Result<Timed> {
    tcp.set_nodelay(true)?;
    Ok(Timed { tcp, silence: settings.limits.silence, deadline: deadline.clone() })
}

/// Encrypts a connection, once the server has proved who it is.
pub(super) fn encrypt(
    mut timed: Timed,
    settings: &ImapSettings,
) -> Result<StreamOwned<ClientConnection, Timed>, MailboxError> {
    let mut connection = client(settings)?;
    while connection.is_handshaking() {
        connection.complete_io(&mut timed).map_err(|cause| refusal(cause, settings))?;
    }
    Ok(StreamOwned::new(connection, timed))
}

fn client(settings: &ImapSettings) -> Result<ClientConnection, MailboxError> {
    let config: Arc<ClientConfig> = trust::client(settings.ca_file.as_deref())?;
    let unproven = |why: String| MailboxError::Certificate { at: at(settings), why };
    let name = ServerName::try_from(settings.host.clone())
        .map_err(|_| unproven("the host's name is none that a certificate can be for".to_owned()))?;
    ClientConnection::new(config, name).map_err(|cause| unproven(cause.to_string()))
}

fn refusal(cause: io::Error, settings: &ImapSettings) -> MailboxError {
    let fault = cause.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let complaint = fault.and_then(|fault| trust::complaint(fault, &settings.host, settings.ca_file.as_deref()));
    match complaint {
        Some(why) => MailboxError::Certificate { at: at(settings), why },
        None if is_slow(&cause) => MailboxError::TooSlow { at: at(settings), doing: ENCRYPTING },
        None => MailboxError::Broken { at: at(settings), doing: ENCRYPTING, cause },
    }
}

const ENCRYPTING: &str = "agreeing on encryption";

/// Whether a fault is that of a connection that was silent too long.
pub(super) fn is_slow(cause: &io::Error) -> bool {
    matches!(cause.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}
