//! Logging in: SCRAM-SHA-256 (RFC 7677), MD5, or a plain password where nobody can listen.

use fallible_iterator::FallibleIterator as _;
use postgres_protocol::authentication::md5_hash;
use postgres_protocol::authentication::sasl::{ChannelBinding, SCRAM_SHA_256, ScramSha256};
use postgres_protocol::message::backend::{AuthenticationSaslBody, Message, ParameterStatusBody};
use postgres_protocol::message::frontend;

use super::wire::Wire;
use crate::address::Server;
use crate::{DatabaseError, password};

/// What the server says of itself.
#[derive(Debug, Default)]
pub(super) struct About {
    encoding: String,
}

impl About {
    /// Whether its texts can be turned into UTF-8. SQL_ASCII means bytes of any encoding.
    pub(super) fn knows_encoding(&self) -> bool {
        self.encoding != "SQL_ASCII"
    }

    fn note(&mut self, status: &ParameterStatusBody) {
        if status.name().is_ok_and(|name| name == "server_encoding") {
            self.encoding = status.value().unwrap_or_default().to_owned();
        }
    }
}

/// Logs in. Texts, dates and times come in one form whatever the server's own habits are: two extracts must not differ by them.
pub(super) fn log_in(wire: &mut Wire, server: &Server) -> Result<About, DatabaseError> {
    let parameters = [
        ("user", server.user.as_str()),
        ("database", &server.database),
        ("application_name", "pollwarden"),
        ("client_encoding", "UTF8"),
        ("DateStyle", "ISO, MDY"),
        ("TimeZone", "UTC"),
    ];
    wire.send(|buffer| frontend::startup_message(parameters, buffer))?;
    authenticate(wire, server)?;
    let mut about = About::default();
    loop {
        match wire.next()? {
            Message::ParameterStatus(status) => about.note(&status),
            Message::BackendKeyData(_) => {}
            Message::ReadyForQuery(_) => return Ok(about),
            _ => return Err(wire.broken("an answer that has no place in a login")),
        }
    }
}

fn authenticate(wire: &mut Wire, server: &Server) -> Result<(), DatabaseError> {
    loop {
        match wire.next()? {
            Message::AuthenticationOk => return Ok(()),
            Message::AuthenticationCleartextPassword => {
                let password = unheard(wire, server)?;
                wire.send(|buffer| frontend::password_message(password.as_bytes(), buffer))?;
            }
            Message::AuthenticationMd5Password(body) => {
                let password = unheard(wire, server)?;
                let hash = md5_hash(server.user.as_bytes(), password.as_bytes(), body.salt());
                wire.send(|buffer| frontend::password_message(hash.as_bytes(), buffer))?;
            }
            Message::AuthenticationSasl(body) => scram(wire, server, &body)?,
            _ => {
                let why = "it asks for a kind of login that is not supported here: use a password (scram-sha-256)";
                return Err(DatabaseError::Unproven { at: wire.at(), why: why.to_owned() });
            }
        }
    }
}

fn known(wire: &Wire, server: &Server) -> Result<String, DatabaseError> {
    password::find(server)?.ok_or_else(|| DatabaseError::NoPassword { at: wire.at() })
}

/// The password, where nobody between can read what is sent.
fn unheard(wire: &Wire, server: &Server) -> Result<String, DatabaseError> {
    if wire.is_encrypted() || server.is_here() {
        return known(wire, server);
    }
    let why = "it asks for the password in a form that others on the network could read; it was not sent. \
               Use TLS (sslmode=verify-full), or scram-sha-256 in pg_hba.conf";
    Err(DatabaseError::Unproven { at: wire.at(), why: why.to_owned() })
}

fn scram(wire: &mut Wire, server: &Server, body: &AuthenticationSaslBody) -> Result<(), DatabaseError> {
    let offered = body.mechanisms().any(|name| Ok(name == SCRAM_SHA_256));
    if !offered.map_err(|cause| wire.cut_off(cause))? {
        return Err(wire.broken("it offers no login by SCRAM-SHA-256"));
    }
    let password = known(wire, server)?;
    let mut scram = ScramSha256::new(password.as_bytes(), ChannelBinding::unsupported());
    wire.send(|buffer| frontend::sasl_initial_response(SCRAM_SHA_256, scram.message(), buffer))?;
    let Message::AuthenticationSaslContinue(body) = wire.next()? else {
        return Err(wire.broken("an answer that has no place in SCRAM"));
    };
    scram.update(body.data()).map_err(|cause| wire.cut_off(cause))?;
    wire.send(|buffer| frontend::sasl_response(scram.message(), buffer))?;
    let Message::AuthenticationSaslFinal(body) = wire.next()? else {
        return Err(wire.broken("an answer that has no place in SCRAM"));
    };
    scram.finish(body.data()).map_err(|cause| wire.cut_off(cause))
}
