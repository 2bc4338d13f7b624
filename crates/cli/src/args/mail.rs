//! `pollwarden mail`: what can be asked of messages.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Attacks, OfficeFile, Show};

#[derive(Debug, Subcommand)]
pub(crate) enum Mail {
    /// Read messages and say who was sent a lure or a threat, as whom, and who else got it
    #[command(after_help = SCAN)]
    Scan {
        /// Messages, mailboxes, folders or archives of them: .eml, mbox, Maildir, .msg, zip; logs, DMARC reports, a recorded DNS and
        /// other offices' sketches beside them are used
        #[arg(required = true, value_name = "MAIL")]
        mail: Vec<PathBuf>,
        /// Other offices' sketches were made with this key: a file that all of them hold
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,
        #[command(flatten)]
        office: OfficeFile,
        #[command(flatten)]
        show: Show,
    },
    /// Say whom a sender or a domain imitates
    #[command(after_help = IMITATES)]
    Imitates {
        /// Domains, addresses, or senders such as 'VR Systems <vr.elections@mail.example>'
        #[arg(required = true, value_name = "SENDER")]
        senders: Vec<String>,
        #[command(flatten)]
        office: OfficeFile,
    },
    /// Write sketches of messages, by which other offices can tell whether they got the same: no word of the mail is in them
    #[command(after_help = SKETCH)]
    Sketch {
        /// Messages, mailboxes, folders or archives of them
        #[arg(required = true, value_name = "MAIL")]
        mail: Vec<PathBuf>,
        /// The key that the offices share: a file with at least 32 random bytes
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// The name that other offices see
        #[arg(long, value_name = "NAME")]
        office_name: String,
        /// Where to write them
        #[arg(long, short, value_name = "OUT.jsonl")]
        output: PathBuf,
        #[command(flatten)]
        office: OfficeFile,
    },
    /// Fetch a mailbox over IMAP into a folder, to be scanned there; nothing changes in the mailbox
    #[command(after_help = FETCH)]
    Fetch(Fetch),
    /// Ask the DNS what a later check of these messages needs, and keep the answers; this one command asks the network
    #[command(after_help = RECORD)]
    Record(Record),
    /// Judge mail as it arrives: a milter for Postfix or Sendmail that tags it or sets it aside
    #[command(after_help = MILTER)]
    Milter(Milter),
    /// Say how small a campaign of lures would have been noticed in this very mail
    Limit {
        /// Messages, mailboxes, folders or archives of them
        #[arg(required = true, value_name = "MAIL")]
        mail: Vec<PathBuf>,
        #[command(flatten)]
        attacks: Attacks,
        #[command(flatten)]
        office: OfficeFile,
        #[command(flatten)]
        show: Show,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Fetch {
    /// The server
    #[arg(long, value_name = "HOST")]
    pub(crate) host: String,
    /// Its port [default: 993, or 143 with --starttls]
    #[arg(long, value_name = "PORT")]
    pub(crate) port: Option<u16>,
    /// Begin in the clear and turn to TLS before anything is said (STARTTLS)
    #[arg(long)]
    pub(crate) starttls: bool,
    /// A certificate authority of the office's own, as PEM
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
    /// The user
    #[arg(long, value_name = "NAME")]
    pub(crate) user: String,
    /// A file with the password, which only its owner can read [default: the variable POLLWARDEN_IMAP_PASSWORD]
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// The mailbox, such as "Reported phish"
    #[arg(long, default_value = "INBOX", value_name = "NAME")]
    pub(crate) folder: String,
    /// The folder to write messages into; a later run fetches what is new
    #[arg(long, value_name = "DIR")]
    pub(crate) into: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Record {
    /// Messages, mailboxes, folders or archives of them
    #[arg(required = true, value_name = "MAIL")]
    pub(crate) mail: Vec<PathBuf>,
    /// Where to keep the answers; what it holds already is not asked again
    #[arg(long, short, default_value = "dns.json", value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// Whom to ask, such as 9.9.9.9:53 [default: the system's resolver]
    #[arg(long, value_name = "IP:PORT")]
    pub(crate) resolver: Option<SocketAddr>,
    #[command(flatten)]
    pub(crate) office: OfficeFile,
}

#[derive(Debug, Args)]
pub(crate) struct Milter {
    /// Where the mail server finds it: 127.0.0.1:8899 or unix:/run/pollwarden/milter.sock
    #[arg(long, default_value = "127.0.0.1:8899", value_name = "WHERE")]
    pub(crate) listen: String,
    /// Set lures and threats aside (the server's hold queue) instead of tagging them
    #[arg(long)]
    pub(crate) quarantine: bool,
    /// The office's mail so far, from which it is learned whom the office writes with
    #[arg(long, value_name = "MAIL")]
    pub(crate) learn: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) office: OfficeFile,
}

const SCAN: &str = "\
Nothing is executed, fetched or asked of the network. Who vouches for a sender is taken from a recorded DNS (dns.json) where
there is one, else from what your own server wrote into the header (name it as mail.receivers in office.toml).

Examples:
  pollwarden mail scan ~/Maildir --office office.toml
  pollwarden mail scan reported.zip proxy.log --format html --output report.html";

const IMITATES: &str = "\
Looked up in reverse among all protected names: the office's own, its vendors and officials (office.toml), a list such as
CISA's of .gov domains (mail.names in office.toml), and services with log-in pages that are built in.

Example: pollwarden mail imitates vrsysterns.com 'VR Systems <vr.elections@gmail.com>'";

const SKETCH: &str = "\
A sketch says how alike two messages are, and nothing else, to whoever holds the key. Make a key once for all offices, and
hand it over in person or by telephone:
  head -c 32 /dev/urandom > circle.key

Example: pollwarden mail sketch ~/Maildir --key circle.key --office-name 'Example County' --output example.sketches.jsonl
Put other offices' files beside your mail (mail/ in the office's folder), and scan with the same key.";

const FETCH: &str = "\
Example: pollwarden mail fetch --host imap.county.example --user reported@county.example --password-file imap.password \\
           --folder 'Reported phish' --into office/mail/reported
Then: pollwarden mail scan office/mail/reported";

const RECORD: &str = "\
Senders change and delete their records: what was so on the day a message came can be shown later only where it was kept. Run
it daily; the answers go beside the mail. The office's own domains (office.toml) are asked as well: what do they publish?
The senders' name servers see that somebody asks, and when.

Example: pollwarden mail record office/mail/reported --office office/office.toml --output office/mail/dns.json
Then: pollwarden mail scan office/mail --office office/office.toml";

const MILTER: &str = "\
In Postfix's main.cf:
  smtpd_milters = inet:127.0.0.1:8899
  milter_default_action = accept
Messages get the header X-Pollwarden with the verdict and its reasons. A message that can't be judged is delivered, and says so.";
