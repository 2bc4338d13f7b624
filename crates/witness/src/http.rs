//! Requests to a witness or a published log: no redirect is followed, and bytes, time and tries are bounded.

use std::io::Read as _;
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use flate2::read::GzDecoder;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};
use ureq::{Agent, Body};
use url::Url;

const TRIES: u32 = 3;
const FIRST_WAIT: Duration = Duration::from_millis(300);
const CONNECT: Duration = Duration::from_secs(10);
/// A whole answer; a large tile of entries over a slow line takes some.
const WHOLE: Duration = Duration::from_secs(60);

/// A place on the network, and how to reach it.
pub(crate) struct Http {
    base: String,
    agent: Agent,
}

/// Why an address can't be one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not of the form of one.
    #[error("{0:?} is no address such as https://witness.example/ledger: http or https, a host, and no ? or # or user")]
    Form(String),
    /// The system trusts nobody.
    #[error("this system has no certificates to trust, and {0} can't be checked without: install its CA certificates")]
    NoCertificates(String),
}

/// What came back.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) form: String,
    pub(crate) body: Vec<u8>,
}

impl Http {
    pub(crate) fn new(address: &str) -> Result<Self, AddressError> {
        let url = Url::parse(address).ok().filter(is_plain).ok_or_else(|| AddressError::Form(address.to_owned()))?;
        let mut config = Agent::config_builder()
            .max_redirects(0)
            .http_status_as_error(false)
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(WHOLE))
            .user_agent(concat!("pollwarden/", env!("CARGO_PKG_VERSION")))
            .accept_encoding("gzip");
        if url.scheme() == "https" {
            config = config.tls_config(tls().ok_or_else(|| AddressError::NoCertificates(address.to_owned()))?);
        }
        if is_local(&url) {
            config = config.proxy(None);
        }
        Ok(Self { base: url.as_str().trim_end_matches('/').to_owned(), agent: config.build().into() })
    }

    pub(crate) fn address(&self) -> &str {
        &self.base
    }

    pub(crate) fn get(&self, path: &str, most: usize) -> Result<Reply, String> {
        let url = format!("{}/{path}", self.base);
        tried(|| read(self.agent.get(&url).call(), most))
    }

    pub(crate) fn post(&self, path: &str, body: &str, most: usize) -> Result<Reply, String> {
        let url = format!("{}/{path}", self.base);
        tried(|| read(self.agent.post(&url).content_type("text/plain; charset=utf-8").send(body), most))
    }
}

impl Reply {
    /// The other side's words, short and without what could play with a terminal.
    pub(crate) fn words(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        let words: String = text.trim().chars().take(300).map(|c| if c.is_control() { ' ' } else { c }).collect();
        if words.is_empty() { "without a word".to_owned() } else { words }
    }
}

/// A failure that another try may mend, or not.
enum Failure {
    Passing(String),
    Lasting(String),
}

/// What fails on the way, and what a server says of itself, may pass.
fn tried(mut once: impl FnMut() -> Result<Reply, Failure>) -> Result<Reply, String> {
    let mut wait = FIRST_WAIT;
    for _ in 1..TRIES {
        match once() {
            Ok(reply) if !matches!(reply.status, 429 | 502..=504) => return Ok(reply),
            Err(Failure::Lasting(why)) => return Err(why),
            Ok(_) | Err(Failure::Passing(_)) => sleep(wait),
        }
        wait *= 3;
    }
    once().map_err(|failure| match failure {
        Failure::Passing(why) | Failure::Lasting(why) => why,
    })
}

fn read(reply: Result<ureq::http::Response<Body>, ureq::Error>, most: usize) -> Result<Reply, Failure> {
    let mut reply = reply.map_err(|error| Failure::Passing(error.to_string()))?;
    let header = |name| reply.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let (form, encoding, location) = (header("content-type"), header("content-encoding"), header("location"));
    let status = reply.status().as_u16();
    if (300..400).contains(&status) {
        return Err(Failure::Lasting(format!(
            "it leads elsewhere, to {location:?}: give that address if you trust it"
        )));
    }
    let read = reply.body_mut().with_config().limit(most as u64).read_to_vec();
    let body = read.map_err(|error| match error {
        ureq::Error::BodyExceedsLimit(_) => Failure::Lasting(too_long(most)),
        error => Failure::Passing(error.to_string()),
    })?;
    let body = match encoding.as_str() {
        "" | "identity" => body,
        "gzip" => unzip(&body, most).map_err(Failure::Lasting)?,
        other => return Err(Failure::Lasting(format!("it is encoded as {other:?}, which was not asked for"))),
    };
    Ok(Reply { status, form, body })
}

fn unzip(bytes: &[u8], most: usize) -> Result<Vec<u8>, String> {
    let mut plain = Vec::new();
    let read = GzDecoder::new(bytes).take(most as u64 + 1).read_to_end(&mut plain);
    read.map_err(|error| format!("it is no sound gzip: {error}"))?;
    if plain.len() > most { Err(too_long(most)) } else { Ok(plain) }
}

fn too_long(most: usize) -> String {
    format!("it is longer than the {most} bytes that it can have")
}

fn is_plain(url: &Url) -> bool {
    let bare =
        url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    matches!(url.scheme(), "http" | "https") && url.host().is_some() && bare
}

/// No proxy stands before this machine itself.
fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn tls() -> Option<TlsConfig> {
    let found = rustls_native_certs::load_native_certs().certs;
    let roots: Vec<Certificate<'static>> = found.iter().map(|found| Certificate::from_der(found).to_owned()).collect();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = TlsConfig::builder().provider(TlsProvider::Rustls).unversioned_rustls_crypto_provider(provider);
    (!roots.is_empty()).then(|| config.root_certs(RootCerts::new_with_certs(&roots)).build())
}
