//! Servers of the tests' own, and how to reach them.

#![allow(dead_code, reason = "each test uses a part")]

pub(crate) mod imap_server;
pub(crate) mod mail_server;

use pollwarden_exchange::imap::{Credential, ImapSettings, Limits, SecretPlace, Tls};
use pollwarden_testkit::dovecot::{Dovecot, USER};

/// How to reach a Dovecot, with TLS from the first byte.
pub(crate) fn reach(dovecot: &Dovecot) -> ImapSettings {
    ImapSettings {
        host: "localhost".to_owned(),
        port: dovecot.tls_port,
        tls: Tls::Implicit,
        user: USER.to_owned(),
        credential: Credential::Password(SecretPlace::File(dovecot.path("password"))),
        ca_file: Some(dovecot.path("authority.pem")),
        limits: Limits::default(),
    }
}

/// How to reach it otherwise.
pub(crate) fn reach_with(dovecot: &Dovecot, tls: Tls) -> ImapSettings {
    ImapSettings { tls, port: dovecot.plain_port, ..reach(dovecot) }
}
