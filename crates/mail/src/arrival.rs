//! A message that is on its way in, as a mail server's milter sees it.

use std::borrow::Cow;
use std::net::IpAddr;

use jiff::Timestamp;
use pollwarden_authentication::{Envelope, Settings, is_public};

/// What the mail server itself knows of a message that arrives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arrival {
    /// Who brings it and under which name; nothing where that is a machine of one's own.
    pub envelope: Option<Envelope>,
    /// When.
    pub at: Option<Timestamp>,
}

impl Arrival {
    /// As a milter is told. What a private address brings was received elsewhere before: SPF has nothing to say of it.
    pub fn new(client_ip: Option<IpAddr>, helo: &str, mail_from: &str, at: Timestamp) -> Self {
        let envelope = client_ip.filter(|ip| is_public(*ip)).map(|client_ip| Envelope {
            client_ip,
            helo: helo.to_owned(),
            mail_from: mail_from.to_owned(),
        });
        Self { envelope, at: Some(at) }
    }

    /// Whom to believe about a message: on its way in, nobody's word within it.
    pub(crate) fn whom_to_believe<'a>(arrival: Option<&Self>, settings: &'a Settings) -> Cow<'a, Settings> {
        match arrival {
            Some(_) => Cow::Owned(Settings { is_arriving: true, ..settings.clone() }),
            None => Cow::Borrowed(settings),
        }
    }
}
