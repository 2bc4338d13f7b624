//! The tables of this sensor: what was read of each message, and what was judged of it.

use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use pollwarden_core::Table;

/// One row per message.
///
/// | column | what it holds |
/// | --- | --- |
/// | `message` | its number in this run, from 0 |
/// | `time` | when the office got it, in UTC; null where it has no date that can be read |
/// | `source`, `line` | where it is kept; `line` is null for a file of its own |
/// | `folder` | `received`, `sent` or `junk`; `reported` for one that was attached to a report |
/// | `digest` | SHA-256 of its bytes |
/// | `from_name`, `from_address`, `from_domain` | who it says wrote it; the domain is the registered one |
/// | `reply_to`, `return_path` | where answers and faults go |
/// | `recipients`, `recipient_count` | whom it went to, one a line |
/// | `subject`, `list_id`, `shape`, `faults` | its subject, its list, the kinds of its parts, where it breaks the rules |
/// | `spf`, `dkim`, `dmarc`, `arc`, `word` | who vouches for it, and by whose word |
/// | `known` | whether the office has written to this address before |
/// | `verdict`, `points`, `reasons` | `phish`, `doubtful` or `ordinary`; the score; its reasons, one a line |
/// | `imitated`, `imitated_kind`, `genuine`, `seen`, `class`, `how` | whom it imitates, how surely, and how that shows |
/// | `armed` | what its attachments could do, one a line |
/// | `hosts`, `hashes` | the hosts that its links lead to, and the SHA-256 of its attachments, one a line |
/// | `threat`, `threat_severity`, `threat_audience` | the kind of threat, how bad it is, who is shown it; empty where it threatens nobody |
/// | `threat_title`, `threat_words`, `threat_reasons`, `threat_next` | the same in words: what is threatened, its gravest sentence, why, what to do |
pub static MESSAGES: Table =
    Table { name: "messages", about: "One row per message.", day: Some("time"), schema: messages };

/// One row per link of a message that leads to a website: `text` is what its reader sees.
pub static LINKS: Table = Table { name: "links", about: "One row per link of a message.", day: None, schema: links };

/// One row per attachment, and per file within one: `acts` says what it could do, one a line.
pub static ATTACHMENTS: Table =
    Table { name: "attachments", about: "One row per attachment of a message.", day: None, schema: attachments };

/// Which messages are one mailing, and whether that is a lure.
///
/// | column | what it holds |
/// | --- | --- |
/// | `message`, `campaign` | a message and the number of its campaign |
/// | `lure` | `imitation`, `armed` or `phish` where the campaign is a lure; empty elsewhere |
/// | `sure` | whether it is plain enough for a clerk to act on |
/// | `shared` | what its messages share, one a line |
/// | `acted` | what somebody did after it, one a line; empty where no record shows anything |
/// | `perhaps` | what may be such a deed and may be none: a name looked up, as filters do, or a record without a time |
/// | `offices`, `offices_recipients`, `offices_first` | other offices that say they got the same; null where none says so |
pub static CAMPAIGNS: Table =
    Table { name: "campaigns", about: "Which messages are one mailing.", day: None, schema: campaigns };

/// What somebody did after a lure: `how` is `visited`, `entered`, `resolved`, `replied` or `file-on-machine`.
pub static ACTIONS: Table =
    Table { name: "actions", about: "What somebody did after a lure.", day: None, schema: actions };

/// Who sent mail in the office's name, by reports of those who received it (DMARC, RFC 7489): one row per file or message with
/// reports and sending address. `vouched` tells whether it is known who sent the report.
pub static IN_OUR_NAME: Table =
    Table { name: "in_our_name", about: "Who sent mail in the office's name.", day: None, schema: in_our_name };

/// What the office's own domains publish about their mail, and what is to be mended.
pub static POSTURE: Table =
    Table { name: "posture", about: "What the office's own domains publish.", day: None, schema: posture };

/// All of them.
pub static TABLES: &[&Table] = &[&MESSAGES, &LINKS, &ATTACHMENTS, &CAMPAIGNS, &ACTIONS, &IN_OUR_NAME, &POSTURE];

macro_rules! schema {
    ($name:ident: $($column:ident $kind:ident),* $(,)?) => {
        fn $name() -> SchemaRef {
            static SCHEMA: LazyLock<SchemaRef> =
                LazyLock::new(|| Arc::new(Schema::new(vec![$($kind(stringify!($column))),*])));
            Arc::clone(&SCHEMA)
        }
    };
}

schema!(messages:
    message number, time moment, source text, line maybe_number, folder text, digest text,
    from_name text, from_address text, from_domain text, reply_to text, return_path text,
    recipients text, recipient_count number, subject text, list_id text, shape text, faults text,
    spf text, dkim text, dmarc text, arc text, word text, known flag,
    verdict text, points real, reasons text,
    imitated text, imitated_kind text, genuine text, seen text, class text, how text,
    armed text, hosts text, hashes text, threat text, threat_severity text, threat_audience text,
    threat_title text, threat_words text, threat_reasons text, threat_next text,
);
schema!(links: message number, place text, text text, url text, host text, domain text);
schema!(attachments: message number, name text, declared text, kind text, bytes number, digest text, acts text, gaps text);
schema!(campaigns:
    message number, campaign number, lure text, sure flag, shared text, acted text, perhaps text,
    offices maybe_number, offices_recipients maybe_number, offices_first moment,
);
schema!(actions: campaign number, time moment, indicator text, how text, who text, source text, line maybe_number, before flag);
schema!(in_our_name:
    domain text, address text, messages number, aligned number, refused number, reporters text, first moment, last moment, source text,
    vouched flag,
);
schema!(posture: domain text, about text, severity text, said text, mend text, source text);

fn text(name: &str) -> Field {
    Field::new(name, DataType::Utf8, false)
}

fn flag(name: &str) -> Field {
    Field::new(name, DataType::Boolean, false)
}

fn number(name: &str) -> Field {
    Field::new(name, DataType::Int64, false)
}

fn maybe_number(name: &str) -> Field {
    Field::new(name, DataType::Int64, true)
}

fn real(name: &str) -> Field {
    Field::new(name, DataType::Float64, false)
}

fn moment(name: &str) -> Field {
    Field::new(name, DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), true)
}
