//! From a connection to a server that knows us: greeting, STARTTLS, capabilities, password or token (RFC 3501, sections 6.1 and
//! 6.2; RFC 4616; RFC 7628 and XOAUTH2).

use std::borrow::Cow;

use imap_codec::GreetingCodec;
use imap_codec::decode::Decoder as _;
use imap_codec::imap_types::auth::AuthMechanism;
use imap_codec::imap_types::command::CommandBody;
use imap_codec::imap_types::response::{GreetingKind, StatusKind};
use zeroize::Zeroizing;

use super::answer::{Answer, Outcome, capabilities_of_code};
use super::deadline::Deadline;
use super::settings::{ImapSettings, Tls};
use super::wire::{BESIDES, Wire};
use super::{Credential, MailboxError, encryption};
use crate::shown::{shown, shown_bytes};

/// Connects, encrypts, logs in.
pub(super) fn enter(settings: &ImapSettings) -> Result<Wire, MailboxError> {
    let secret = secret(&settings.credential)?;
    let deadline = Deadline::within(settings.limits.answer);
    let timed = encryption::connect(settings, &deadline)?;
    let wire = |stream| Wire::new(stream, encryption::at(settings), settings.limits.clone(), deadline.clone());
    let mut wire = match settings.tls {
        Tls::PlainOnThisMachine => wire(Box::new(timed)),
        Tls::Implicit => wire(Box::new(encryption::encrypt(timed, settings)?)),
        Tls::StartTls => {
            let plain =
                timed.again().map_err(|cause| MailboxError::Unreachable { at: encryption::at(settings), cause })?;
            start_tls(&mut wire(Box::new(plain)))?;
            // Whatever came in plain text behind the server's consent is left behind with the wire that read it.
            wire(Box::new(encryption::encrypt(timed, settings)?))
        }
    };
    match settings.tls {
        // What was said before TLS does not count, and no second greeting comes.
        Tls::StartTls => log_in(&mut wire, settings, &secret, None)?,
        Tls::Implicit | Tls::PlainOnThisMachine => be_let_in(&mut wire, settings, &secret)?,
    }
    Ok(wire)
}

/// A conversation over any stream: greeting and password, as over a connection.
pub(super) fn enter_over(mut wire: Wire, settings: &ImapSettings) -> Result<Wire, MailboxError> {
    let secret = secret(&settings.credential)?;
    be_let_in(&mut wire, settings, &secret)?;
    Ok(wire)
}

fn be_let_in(wire: &mut Wire, settings: &ImapSettings, secret: &str) -> Result<(), MailboxError> {
    let greeting = greet(wire)?;
    match greeting.is_logged_in {
        true => Ok(()),
        false => log_in(wire, settings, secret, greeting.capabilities),
    }
}

fn secret(credential: &Credential) -> Result<Zeroizing<String>, MailboxError> {
    match credential {
        Credential::Password(place) | Credential::Token(place) => place.read(),
    }
}

struct Greeting {
    is_logged_in: bool,
    capabilities: Option<Vec<String>>,
}

fn greet(wire: &mut Wire) -> Result<Greeting, MailboxError> {
    let bytes = wire.greeting()?;
    let Ok((_, greeting)) = GreetingCodec::default().decode(&bytes) else {
        return Err(wire.nonsense(format!("its greeting is: {}", shown_bytes(&bytes))));
    };
    match greeting.kind {
        GreetingKind::Bye => Err(wire.nonsense(format!("it hangs up: {}", shown(greeting.text.inner())))),
        kind => Ok(Greeting {
            is_logged_in: kind == GreetingKind::PreAuth,
            capabilities: capabilities_of_code(greeting.code.as_ref()),
        }),
    }
}

fn start_tls(wire: &mut Wire) -> Result<(), MailboxError> {
    let greeting = greet(wire)?;
    let refused = MailboxError::NoStartTls { at: wire.at.clone() };
    // Nobody can start TLS once logged in; a greeting that claims it would keep the connection plain.
    if greeting.is_logged_in {
        return Err(refused);
    }
    let capabilities = capabilities(wire, greeting.capabilities)?;
    if !has(&capabilities, "STARTTLS") {
        return Err(refused);
    }
    wire.send(CommandBody::StartTLS, "starting encryption", BESIDES)?;
    let outcome = wire.finish(&mut |_| {})?;
    if outcome.kind == StatusKind::Ok { Ok(()) } else { Err(refused) }
}

fn capabilities(wire: &mut Wire, known: Option<Vec<String>>) -> Result<Vec<String>, MailboxError> {
    if let Some(known) = known {
        return Ok(known);
    }
    wire.send(CommandBody::Capability, "asking what it offers", BESIDES)?;
    let mut all = Vec::new();
    let outcome = wire.finish(&mut |answer| {
        if let Answer::Capabilities(list) = answer {
            all = list;
        }
    })?;
    wire.accepted(outcome)?;
    Ok(all)
}

fn has(capabilities: &[String], name: &str) -> bool {
    capabilities.iter().any(|capability| capability == name)
}

fn log_in(
    wire: &mut Wire,
    settings: &ImapSettings,
    secret: &str,
    known: Option<Vec<String>>,
) -> Result<(), MailboxError> {
    let offered = capabilities(wire, known)?;
    let outcome = match settings.credential {
        Credential::Token(_) if has(&offered, "AUTH=XOAUTH2") => with_token(wire, &settings.user, secret)?,
        Credential::Token(_) => return Err(no_way_in(wire, "a token (XOAUTH2)", &offered)),
        Credential::Password(_) if has(&offered, "AUTH=PLAIN") => with_plain(wire, &settings.user, secret)?,
        Credential::Password(_) if !has(&offered, "LOGINDISABLED") => with_login(wire, &settings.user, secret)?,
        Credential::Password(_) => return Err(no_way_in(wire, "a password", &offered)),
    };
    match outcome.kind {
        StatusKind::Ok => Ok(()),
        _ => Err(MailboxError::WrongPassword {
            at: wire.at.clone(),
            user: shown(&settings.user),
            said: without(&outcome.said, secret),
        }),
    }
}

fn no_way_in(wire: &Wire, what: &'static str, offered: &[String]) -> MailboxError {
    MailboxError::NoWayIn { at: wire.at.clone(), what, offered: shown(&offered.join(" ")) }
}

const LOGGING_IN: &str = "logging in";

/// RFC 4616: takes a password in any alphabet.
fn with_plain(wire: &mut Wire, user: &str, password: &str) -> Result<Outcome, MailboxError> {
    wire.send(CommandBody::authenticate(AuthMechanism::Plain), LOGGING_IN, BESIDES)?;
    if let Some(refused) = wants_more(wire)? {
        return Ok(refused);
    }
    wire.send_secret(Zeroizing::new(format!("\0{user}\0{password}")).as_bytes())?;
    wire.finish(&mut |_| {})
}

/// Google's and Microsoft's way with a token. A refusal comes as a question first, which is answered with nothing.
fn with_token(wire: &mut Wire, user: &str, token: &str) -> Result<Outcome, MailboxError> {
    wire.send(CommandBody::authenticate(AuthMechanism::XOAuth2), LOGGING_IN, BESIDES)?;
    if let Some(refused) = wants_more(wire)? {
        return Ok(refused);
    }
    wire.send_secret(Zeroizing::new(format!("user={user}\u{1}auth=Bearer {token}\u{1}\u{1}")).as_bytes())?;
    match wants_more(wire)? {
        Some(outcome) => Ok(outcome),
        None => {
            wire.send_secret(b"")?;
            wire.finish(&mut |_| {})
        }
    }
}

/// `None` where the server waits for more, or how the command ended.
fn wants_more(wire: &mut Wire) -> Result<Option<Outcome>, MailboxError> {
    loop {
        match wire.next()? {
            Answer::Continue => return Ok(None),
            Answer::Done(outcome) => return Ok(Some(outcome)),
            _ => {}
        }
    }
}

fn with_login(wire: &mut Wire, user: &str, password: &str) -> Result<Outcome, MailboxError> {
    let login = CommandBody::login(user.as_bytes(), password.as_bytes());
    let login = login.map_err(|_| wire.nonsense("user or password have characters that IMAP can't say".to_owned()))?;
    wire.send(login, LOGGING_IN, BESIDES)?;
    wire.finish(&mut |_| {})
}

/// A server's words without the secret, should it repeat it.
fn without(said: &str, secret: &str) -> String {
    let parts: Vec<Cow<'_, str>> = said.split(secret).map(Cow::Borrowed).collect();
    parts.join("…")
}
