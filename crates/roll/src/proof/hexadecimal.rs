//! Digests, keys and salts in JSON: two hexadecimal digits a byte. (The hex crate has this behind a feature that would have
//! the query engine, which uses hex too, built a second time.)

use serde::de::Error as _;
use serde::{Deserialize as _, Deserializer, Serializer};

pub(super) fn serialize<const N: usize, S: Serializer>(bytes: &[u8; N], to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&hex::encode(bytes))
}

pub(super) fn deserialize<'de, const N: usize, D: Deserializer<'de>>(from: D) -> Result<[u8; N], D::Error> {
    let digits = std::borrow::Cow::<str>::deserialize(from)?;
    let mut bytes = [0; N];
    hex::decode_to_slice(&*digits, &mut bytes)
        .map_err(|_| D::Error::custom(format_args!("expected {} hexadecimal digits, found {digits:?}", 2 * N)))?;
    Ok(bytes)
}
