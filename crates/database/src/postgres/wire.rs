//! Messages to and from a server (PostgreSQL's manual, "Frontend/Backend Protocol", version 3.0), in bounded memory and time.

use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use postgres_protocol::IsNull;
use postgres_protocol::message::backend::{Header, Message};
use postgres_protocol::message::frontend;

use super::socket::Socket;
use super::{proof, refused};
use crate::address::{Proof, Server};
use crate::{Database, DatabaseError};

/// No message may be longer: a row of a roll has a few hundred bytes.
const LONGEST_MESSAGE: usize = 64 << 20;
/// How long a server may take to answer before any query, and how long after the query's own time it is still listened to.
const SHORT: Duration = Duration::from_secs(20);
/// Bytes asked for at once.
const CHUNK: usize = 64 << 10;

trait Stream: Read + Write {}
impl<S: Read + Write> Stream for S {}

pub(super) struct Wire {
    stream: Box<dyn Stream>,
    socket: Socket,
    encrypted: bool,
    received: BytesMut,
    until: Instant,
    /// How long the query may take.
    longest: Duration,
    /// The database, as it may be shown.
    at: String,
}

impl Wire {
    /// Connects, with TLS where the address asks for it or the server has it.
    pub(super) fn to(server: &Server, asked: &Database) -> Result<Self, DatabaseError> {
        let (at, longest) = (asked.name(), asked.longest);
        let short = SHORT.min(longest);
        let unreachable = |cause| DatabaseError::Unreachable { at: at.clone(), cause };
        let mut socket = Socket::to(server, short).map_err(unreachable)?;
        let again = socket.again().map_err(unreachable)?;
        let encrypted = wants_tls(server) && offers_tls(&mut socket).map_err(unreachable)?;
        if !encrypted && !matches!(server.proof, Proof::Disable | Proof::Prefer) {
            let why = format!(
                "the server has no TLS, and sslmode={} asks for it. Switch it on there; or, where the network between is the office's own, put sslmode=disable into the address",
                server.proof.name()
            );
            return Err(DatabaseError::Unproven { at, why });
        }
        let stream: Box<dyn Stream> =
            if encrypted { Box::new(proof::shake_hands(socket, server, &at)?) } else { Box::new(socket) };
        let until = Instant::now() + short * 3;
        Ok(Self { stream, socket: again, encrypted, received: BytesMut::new(), until, longest, at })
    }

    pub(super) fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    pub(super) fn at(&self) -> String {
        self.at.clone()
    }

    /// From now on, all further answers together may take as long as the query: the server itself ends it then.
    pub(super) fn patience(&mut self) -> Result<(), DatabaseError> {
        let time = self.longest + SHORT;
        self.until = Instant::now() + time;
        self.socket.patience(time).map_err(|cause| self.cut_off(cause))
    }

    /// Runs statements that give no rows.
    pub(super) fn query(&mut self, sql: &str) -> Result<(), DatabaseError> {
        self.send(|buffer| frontend::query(sql, buffer))?;
        loop {
            match self.next()? {
                Message::ReadyForQuery(_) => return Ok(()),
                Message::CommandComplete(_) | Message::ParameterStatus(_) => {}
                _ => return Err(self.broken("an answer that has no place here")),
            }
        }
    }

    /// Begins to run one statement; several are refused.
    pub(super) fn ask_one(&mut self, sql: &str) -> Result<(), DatabaseError> {
        const NO_VALUES: [(); 0] = [];
        self.send(|buffer| {
            frontend::parse("", sql, [], buffer)?;
            frontend::bind("", "", [], NO_VALUES, |(), _| Ok(IsNull::Yes), [], buffer)
                .map_err(|_| io::Error::other("a statement without values could not be bound"))?;
            frontend::execute("", 0, buffer)?;
            frontend::sync(buffer);
            Ok(())
        })
    }

    pub(super) fn send(&mut self, write: impl FnOnce(&mut BytesMut) -> io::Result<()>) -> Result<(), DatabaseError> {
        let mut buffer = BytesMut::new();
        let sent = write(&mut buffer).and_then(|()| self.stream.write_all(&buffer)).and_then(|()| self.stream.flush());
        sent.map_err(|cause| self.cut_off(cause))
    }

    /// The next message that matters. A refusal is an error.
    pub(super) fn next(&mut self) -> Result<Message, DatabaseError> {
        loop {
            match self.parsed().map_err(|cause| self.cut_off(cause))? {
                Some(Message::ErrorResponse(body)) => return Err(refused::refused(&body, self.at(), self.longest)),
                Some(Message::NoticeResponse(_) | Message::NotificationResponse(_)) => {}
                Some(message) => return Ok(message),
                None => self.receive()?,
            }
        }
    }

    /// Says goodbye; the server ends the transaction, which changed nothing. It does not matter whether it hears it.
    pub(super) fn goodbye(&mut self) {
        let mut buffer = BytesMut::new();
        frontend::terminate(&mut buffer);
        let _ = self.stream.write_all(&buffer).and_then(|()| self.stream.flush());
    }

    pub(super) fn broken(&self, why: &str) -> DatabaseError {
        self.cut_off(io::Error::new(io::ErrorKind::InvalidData, why))
    }

    pub(super) fn cut_off(&self, cause: io::Error) -> DatabaseError {
        match cause.kind() {
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => {
                let cause = io::Error::new(io::ErrorKind::TimedOut, "it took too long to answer");
                DatabaseError::Broken { at: self.at(), cause }
            }
            _ => DatabaseError::Broken { at: self.at(), cause },
        }
    }

    /// A message, once it is there whole. Its length is looked at before room is made for it.
    fn parsed(&mut self) -> io::Result<Option<Message>> {
        let longer = |header: Header| usize::try_from(header.len()).is_ok_and(|length| length > LONGEST_MESSAGE);
        if Header::parse(&self.received)?.is_some_and(longer) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a message of more than 64 MiB"));
        }
        Message::parse(&mut self.received)
    }

    fn receive(&mut self) -> Result<(), DatabaseError> {
        if Instant::now() >= self.until {
            return Err(self.cut_off(io::ErrorKind::TimedOut.into()));
        }
        let mut chunk = [0; CHUNK];
        match self.stream.read(&mut chunk) {
            Ok(0) => Err(self.cut_off(io::Error::new(io::ErrorKind::UnexpectedEof, "the connection was closed"))),
            Ok(length) => {
                self.received.extend_from_slice(&chunk[..length]);
                Ok(())
            }
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => Ok(()),
            Err(cause) => Err(self.cut_off(cause)),
        }
    }
}

/// Sockets of this machine have no TLS.
fn wants_tls(server: &Server) -> bool {
    server.proof != Proof::Disable && !server.is_socket()
}

/// Asks whether the server has TLS. Only its one byte is read: what comes after it unencrypted is nobody's word.
fn offers_tls(socket: &mut Socket) -> io::Result<bool> {
    let mut buffer = BytesMut::new();
    frontend::ssl_request(&mut buffer);
    socket.write_all(&buffer)?;
    let mut answer = [0];
    socket.read_exact(&mut answer)?;
    match &answer {
        b"S" => Ok(true),
        b"N" => Ok(false),
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, "what answers there is no PostgreSQL server")),
    }
}
