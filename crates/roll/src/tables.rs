//! The tables of sensor `roll`: what its formats and its comparison write, and its detectors ask.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use pollwarden_core::Table;

/// Every table of this sensor.
pub static TABLES: &[&Table] = &[
    &VOTERS,
    &CHANGES,
    &TRANSACTIONS,
    &BATCHES,
    &OPERATORS,
    &ORDERS,
    &RESEMBLANCES,
    &DUPLICATES,
    &GROUPS,
    &LOST,
    &UNTRACED,
    &VOTES,
];

/// Records of snapshots.
pub static VOTERS: Table = Table {
    name: "voters",
    about: "One row per record of a voter-roll extract.",
    day: Some("snapshot"),
    schema: voters,
};

/// Differences of two snapshots.
pub static CHANGES: Table = Table {
    name: "changes",
    about: "One row per field that differs between two voter-roll extracts, or per record that is new or gone, with its cause.",
    day: Some("snapshot"),
    schema: changes,
};

/// The transaction log.
pub static TRANSACTIONS: Table = Table {
    name: "transactions",
    about: "One row per entry of the registration system's transaction log, and whether it was authorised.",
    day: Some("time"),
    schema: transactions,
};

/// Batches.
pub static BATCHES: Table = Table {
    name: "batches",
    about: "One row per batch of list maintenance, with its authorised list and what ran under its name.",
    day: None,
    schema: batches,
};

/// Operators.
pub static OPERATORS: Table = Table {
    name: "operators",
    about: "One row per account that may change registrations.",
    day: None,
    schema: operators,
};

/// Board orders.
pub static ORDERS: Table = Table {
    name: "orders",
    about: "One row per order of the board that changes many records.",
    day: None,
    schema: orders,
};

/// New records that resemble old ones.
pub static RESEMBLANCES: Table = Table {
    name: "resemblances",
    about: "One row per pair of a new active record and an older active record elsewhere that may be the same person: a lead, never a proof.",
    day: None,
    schema: pairs,
};

/// Records of one roll that resemble each other.
pub static DUPLICATES: Table = Table {
    name: "duplicates",
    about: "One row per pair of records of one voter-roll extract that may be the same person, with a probability: a lead, never a proof.",
    day: None,
    schema: pairs,
};

/// Votes that the histories disagree about.
pub static VOTES: Table = Table {
    name: "votes",
    about: "One row per vote that the older history has and the newer one lacks while its voter stays on the roll, or that is newly \
            credited to somebody who was not registered by that election.",
    day: Some("snapshot"),
    schema: votes,
};

/// Who changed: groups, and their voters.
pub static GROUPS: Table = Table {
    name: "groups",
    about: "One row per group of voters (by county, precinct, party and so on) and kind of change that no person saw, with the \
            group's share of the roll; then one row per voter of the group, with its id. Period 0 is the one in question, 1 the one before it, and so on: \
            of those the groups alone.",
    day: None,
    schema: groups,
};

/// Entries of the log that did not reach the roll.
pub static LOST: Table = Table {
    name: "lost_entries",
    about: "One row per authorised entry of the transaction log whose new value the newer extract does not show; `shows` says what stands \
            there: nobody, the old value, or another. `of` counts the entries of that field that could be held against it.",
    day: None,
    schema: lost_entries,
};

/// Entries without a trace.
pub static UNTRACED: Table = Table {
    name: "untraced_entries",
    about: "One row per entry of the transaction log that nobody was allowed to make, of a voter whom both extracts show unchanged.",
    day: None,
    schema: untraced_entries,
};

fn text(name: &str) -> Field {
    Field::new(name, DataType::Utf8, true)
}

fn number(name: &str) -> Field {
    Field::new(name, DataType::UInt64, true)
}

fn flag(name: &str) -> Field {
    Field::new(name, DataType::Boolean, true)
}

fn time(name: &str) -> Field {
    Field::new(name, DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), true)
}

fn schema(fields: Vec<Field>) -> SchemaRef {
    Arc::new(Schema::new(fields))
}

fn voters() -> SchemaRef {
    let mut fields = vec![time("snapshot"), text("source"), number("line")];
    fields.extend(VOTER_TEXTS.iter().map(|name| text(name)));
    schema(fields)
}

/// The text columns of table `voters`, in order.
pub(crate) const VOTER_TEXTS: [&str; 16] = [
    "voter_id",
    "county",
    "last_name",
    "first_name",
    "middle_name",
    "birth",
    "sex",
    "status",
    "status_reason",
    "party",
    "precinct",
    "street",
    "city",
    "zip",
    "registered",
    "phone",
];

fn changes() -> SchemaRef {
    schema(vec![
        time("snapshot"),
        text("voter_id"),
        text("field"),
        text("class"),
        text("old"),
        text("new"),
        text("verdict"),
        text("cause"),
        text("cause_kind"),
        text("county"),
        text("precinct"),
        text("target"),
        number("transaction"),
        time("logged"),
        text("operator"),
        text("ip"),
        text("log_source"),
        text("batch"),
        text("document"),
        flag("seen_by_person"),
        flag("off_hours"),
        text("log"),
        number("log_line"),
        text("source"),
        number("line"),
        text("old_source"),
        number("old_line"),
    ])
}

fn transactions() -> SchemaRef {
    schema(vec![
        time("time"),
        number("seq"),
        text("operator"),
        text("ip"),
        text("log_source"),
        text("batch"),
        text("county"),
        text("voter_id"),
        text("field"),
        text("old"),
        text("new"),
        text("document"),
        text("fault"),
        text("source"),
        number("line"),
    ])
}

fn batches() -> SchemaRef {
    schema(vec![
        text("batch"),
        text("kind"),
        text("authorised_by"),
        time("approved"),
        time("run"),
        number("planned"),
        number("listed"),
        number("touched"),
        number("beyond_list"),
        text("fault"),
        text("source"),
        number("line"),
    ])
}

fn operators() -> SchemaRef {
    schema(vec![text("operator"), text("county"), text("office_hours"), text("source"), number("line")])
}

fn orders() -> SchemaRef {
    schema(vec![
        text("order"),
        text("kind"),
        text("scope"),
        text("field"),
        text("old"),
        text("new"),
        text("effective"),
        text("source"),
        number("line"),
    ])
}

fn votes() -> SchemaRef {
    schema(vec![
        time("snapshot"),
        text("kind"),
        text("voter_id"),
        text("county"),
        text("election"),
        number("credited"),
        text("source"),
        number("line"),
    ])
}

fn lost_entries() -> SchemaRef {
    schema(vec![
        text("voter_id"),
        text("field"),
        text("class"),
        text("shows"),
        number("of"),
        text("logged_value"),
        text("now"),
        time("logged"),
        text("operator"),
        text("ip"),
        text("log_source"),
        text("county"),
        text("log"),
        number("log_line"),
        text("source"),
        number("line"),
    ])
}

fn untraced_entries() -> SchemaRef {
    schema(vec![
        text("fault"),
        text("operator"),
        text("batch"),
        text("county"),
        text("voter_id"),
        text("field"),
        time("logged"),
        text("log"),
        number("log_line"),
    ])
}

fn groups() -> SchemaRef {
    schema(vec![
        number("period"),
        time("snapshot"),
        text("kind"),
        text("by"),
        text("county"),
        text("value"),
        number("voters"),
        number("of"),
        Field::new("share", DataType::Float64, true),
        number("sampled"),
        number("bearers"),
        text("voter_id"),
        text("fields"),
        text("source"),
        number("line"),
    ])
}

fn pairs() -> SchemaRef {
    schema(vec![
        text("voter_id"),
        text("other_id"),
        text("county"),
        text("other_county"),
        Field::new("probability", DataType::Float64, true),
        text("agree_on"),
        text("differ_on"),
        text("source"),
        number("line"),
        text("other_source"),
        number("other_line"),
    ])
}
