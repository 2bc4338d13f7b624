//! Asks the DNS and writes down what it says (feature `record`). This is the one place that reaches a network, and it
//! does so only when called: asking for a sender's names tells the sender's name servers that someone looks.

use std::net::SocketAddr;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig, ResolverOpts};
use hickory_resolver::lookup::Lookup;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData, RecordType as WireType};
use jiff::Timestamp;
use thiserror::Error;

use super::{Answer, DnsSnapshot, Entry, Question, Record, RecordType};
use crate::authenticate::questions;
use crate::posture::posture;
use crate::settings::Settings;
use crate::trace::Envelope;

/// Rounds of questions for one message: SPF may lead from name to name.
const MAX_ROUNDS: usize = 30;
/// Records of one answer that are kept.
const MAX_RECORDS: usize = 100;

/// Why no recorder can be made.
#[derive(Debug, Error)]
pub enum RecordError {
    /// The system's resolver can't be read, or none can be started.
    #[error("no DNS resolver can be used: {0}")]
    Resolver(#[from] NetError),
}

/// A resolver that is written down.
#[derive(Debug)]
pub struct Recorder {
    resolver: TokioResolver,
    name: String,
}

impl Recorder {
    /// Asks one resolver, which the snapshot then names.
    ///
    /// # Errors
    /// Where it can't be started.
    pub fn at(server: SocketAddr) -> Result<Self, RecordError> {
        let port = |mut connection: ConnectionConfig| {
            connection.port = server.port();
            connection
        };
        let connections = vec![port(ConnectionConfig::udp()), port(ConnectionConfig::tcp())];
        let config = ResolverConfig::from_name_servers(vec![NameServerConfig::new(server.ip(), true, connections)]);
        let builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        Self::build(builder.with_options(options()), server.ip().to_string())
    }

    /// Asks the resolver that the system is set up with.
    ///
    /// # Errors
    /// Where there is none.
    pub fn system() -> Result<Self, RecordError> {
        let mut builder = TokioResolver::builder_tokio()?;
        let given = options();
        let kept = builder.options_mut();
        (kept.timeout, kept.attempts, kept.ndots) = (given.timeout, given.attempts, given.ndots);
        Self::build(builder, "the system's resolver".into())
    }

    fn build(
        builder: hickory_resolver::ResolverBuilder<TokioRuntimeProvider>,
        name: String,
    ) -> Result<Self, RecordError> {
        Ok(Self { resolver: builder.build()?, name })
    }

    /// Asks questions, one after the other. Failures are answers too. Needs a Tokio runtime.
    pub async fn record(&self, questions: &[Question]) -> DnsSnapshot {
        let mut snapshot = DnsSnapshot::new();
        for question in questions {
            snapshot.insert(question, self.ask(question).await);
        }
        snapshot
    }

    /// Asks everything that the check of one message needs and `known` does not hold yet, and adds it. How many questions
    /// that took.
    pub async fn record_message(
        &self,
        raw: &[u8],
        envelope: Option<&Envelope>,
        known: &mut DnsSnapshot,
        at: Option<Timestamp>,
        settings: &Settings,
    ) -> usize {
        self.add(known, |known| questions(raw, envelope, known, at, settings)).await
    }

    /// Asks what a domain publishes about its own mail, with these DKIM selectors, as [`record_message`](Self::record_message)
    /// does.
    pub async fn record_posture(&self, domain: &str, selectors: &[String], known: &mut DnsSnapshot) -> usize {
        self.add(known, |known| posture(domain, selectors, known).not_recorded).await
    }

    async fn add(&self, known: &mut DnsSnapshot, missing: impl Fn(&DnsSnapshot) -> Vec<Question>) -> usize {
        let mut asked = 0;
        for _ in 0..MAX_ROUNDS {
            let missing = missing(known);
            if missing.is_empty() {
                break;
            }
            asked += missing.len();
            known.merge(self.record(&missing).await);
        }
        asked
    }

    async fn ask(&self, question: &Question) -> Entry {
        let answer = match Name::from_ascii(format!("{}.", question.name)) {
            Ok(name) => match self.resolver.lookup(name, wire_type(question.record_type)).await {
                Ok(lookup) => answer(&lookup, question.record_type),
                Err(error) => failure(&error),
            },
            Err(why) => Answer::Failure(format!("this is no name that the DNS can hold: {why}")),
        };
        Entry { answer, recorded: Some(Timestamp::now()), resolver: Some(self.name.clone()) }
    }
}

fn options() -> ResolverOpts {
    let mut options = ResolverOpts::default();
    options.timeout = Duration::from_secs(5);
    options.attempts = 2;
    // A name is asked for as it is: no search list.
    options.ndots = 0;
    options.cache_size = 0;
    options
}

fn wire_type(record_type: RecordType) -> WireType {
    match record_type {
        RecordType::A => WireType::A,
        RecordType::Aaaa => WireType::AAAA,
        RecordType::Mx => WireType::MX,
        RecordType::Txt => WireType::TXT,
        RecordType::Ptr => WireType::PTR,
    }
}

/// The records of the type asked for, aliases followed by the resolver.
fn answer(lookup: &Lookup, record_type: RecordType) -> Answer {
    let wanted = wire_type(record_type);
    let of_type = lookup.answers().iter().map(|record| &record.data).filter(|data| data.record_type() == wanted);
    let records: Vec<Record> = of_type.filter_map(record).take(MAX_RECORDS).collect();
    if records.is_empty() { Answer::NoData } else { Answer::Records(records) }
}

fn record(data: &RData) -> Option<Record> {
    Some(match data {
        RData::A(address) => Record::Address(address.0.into()),
        RData::AAAA(address) => Record::Address(address.0.into()),
        RData::MX(mx) => Record::Exchange(mx.preference, bare(&mx.exchange)),
        RData::TXT(text) => Record::Text(text.txt_data.iter().flat_map(|part| part.iter().copied()).collect()),
        RData::PTR(name) => Record::Name(bare(&name.0)),
        _ => return None,
    })
}

fn bare(name: &Name) -> String {
    let text = name.to_lowercase().to_ascii();
    text.strip_suffix('.').map_or_else(|| text.clone(), str::to_owned)
}

fn failure(error: &NetError) -> Answer {
    match error {
        NetError::Dns(DnsError::NoRecordsFound(none)) => match none.response_code {
            ResponseCode::NXDomain => Answer::NoSuchName,
            ResponseCode::NoError => Answer::NoData,
            code => Answer::Failure(code.to_string()),
        },
        other => Answer::Failure(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::net::UdpSocket;

    use hickory_resolver::proto::op::{Message, MessageType, OpCode};
    use hickory_resolver::proto::rr::Record as WireRecord;
    use hickory_resolver::proto::rr::rdata::TXT;

    use super::*;

    /// A name server on this machine: one text, one name that is not there, and a failure for all else.
    fn serve() -> SocketAddr {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
        let address = socket.local_addr().expect("its number");
        std::thread::spawn(move || {
            let mut buffer = [0; 1500];
            while let Ok((length, from)) = socket.recv_from(&mut buffer) {
                let Ok(query) = Message::from_vec(&buffer[..length]) else { continue };
                let reply = reply(&query).to_vec().expect("a reply");
                socket.send_to(&reply, from).expect("sent");
            }
        });
        address
    }

    fn reply(query: &Message) -> Message {
        let mut reply = Message::new(query.metadata.id, MessageType::Response, OpCode::Query);
        reply.queries.clone_from(&query.queries);
        reply.metadata.recursion_desired = true;
        reply.metadata.recursion_available = true;
        let name = query.queries[0].name().clone();
        reply.metadata.response_code = match name.to_ascii().as_str() {
            "example.org." => {
                let text = TXT::new(vec!["v=spf1 ".into(), "-all".into()]);
                reply.add_answer(WireRecord::from_rdata(name, 60, RData::TXT(text)));
                ResponseCode::NoError
            }
            "gone.example.org." | "_dmarc.example.org." | "_dmarc.org." => ResponseCode::NXDomain,
            _ => ResponseCode::ServFail,
        };
        reply
    }

    fn run<T>(task: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .worker_threads(1)
            .build()
            .expect("a runtime")
            .block_on(task)
    }

    #[test]
    fn what_the_resolver_says_is_written_down() {
        let recorder = Recorder::at(serve()).expect("a recorder");
        let ask = ["example.org", "gone.example.org", "broken.example.org"].map(|n| Question::new(n, RecordType::Txt));
        let snapshot = run(recorder.record(&ask));
        let answers = ask.map(|q| snapshot.entry(&q.name, q.record_type).expect("an answer").clone());
        assert_eq!(answers[0].answer, Answer::Records(vec![Record::Text(b"v=spf1 -all".to_vec())]));
        assert_eq!(answers[1].answer, Answer::NoSuchName);
        assert!(matches!(answers[2].answer, Answer::Failure(_)), "{:?}", answers[2]);
        assert_eq!(answers[0].resolver.as_deref(), Some("127.0.0.1"));
        assert!(answers[0].recorded.is_some());
    }

    #[test]
    fn everything_that_a_message_needs_is_asked() {
        let recorder = Recorder::at(serve()).expect("a recorder");
        let envelope = Envelope {
            client_ip: "192.0.2.1".parse().expect("an address"),
            helo: "mail.example.org".into(),
            mail_from: "a@example.org".into(),
        };
        let raw = b"From: a@example.org\r\n\r\n";
        let (mut snapshot, settings) = (DnsSnapshot::new(), Settings::default());
        let mut record = || run(recorder.record_message(raw, Some(&envelope), &mut snapshot, None, &settings));
        assert!(record() > 0);
        assert_eq!(record(), 0, "what is known is not asked again");
        let seen = crate::authenticate(raw, Some(&envelope), &snapshot, None, &settings);
        assert!(seen.not_recorded.is_empty());
        assert!(seen.spf.result.is(crate::SpfResult::Fail) && seen.dmarc.result.is(crate::DmarcResult::None));
    }
}
