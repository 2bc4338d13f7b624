//! What a section says, read from its JSON. Keys that this version does not know are passed over, but told.

use pollwarden_ledger::Section;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::case::Item;
use crate::visible::name;

/// Of a longer key, so many characters are shown.
const KEY: usize = 60;

/// A section as it could be read.
pub(crate) enum Opened<T> {
    /// It is not opened here.
    Closed,
    /// It is opened, and not of the form that its kind has.
    Strange,
    /// What it says, and the keys that were passed over.
    Read(T, Vec<String>),
}

pub(crate) fn read<T: Serialize + DeserializeOwned>(item: &Item, section: Section) -> Opened<T> {
    let Some(opening) = item.opening(section) else { return Opened::Closed };
    let Ok(said) = serde_json::from_str::<T>(&opening.value) else { return Opened::Strange };
    let whole = serde_json::from_str(&opening.value).unwrap_or(Value::Null);
    let known = serde_json::to_value(&said).unwrap_or(Value::Null);
    let mut unknown = Vec::new();
    collect(&whole, &known, &mut unknown);
    Opened::Read(said, unknown)
}

fn collect(whole: &Value, known: &Value, unknown: &mut Vec<String>) {
    match (whole, known) {
        (Value::Object(whole), Value::Object(known)) => {
            for (key, value) in whole {
                match known.get(key) {
                    Some(known) => collect(value, known, unknown),
                    None => unknown.push(name(key, KEY)),
                }
            }
        }
        (Value::Array(whole), Value::Array(known)) => {
            whole.iter().zip(known).for_each(|(whole, known)| collect(whole, known, unknown));
        }
        _ => {}
    }
}
