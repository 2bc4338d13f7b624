//! The tags that a DKIM-Signature and an ARC-Message-Signature share (RFC 6376 §3.5, RFC 8617 §4.1.2).

use mail_auth::common::crypto::{Algorithm, HashAlgorithm};
use mail_auth::dkim::Canonicalization;

use crate::message::{Field, Message};
use crate::name;
use crate::tags::{TagList, base64, without_signature};

/// Names in an `h=` beyond this are refused: each costs a walk over the fields.
const MAX_SIGNED: usize = 500;

/// A signature's tags.
#[derive(Debug)]
pub(crate) struct SignatureTags<'a> {
    pub(crate) algorithm: Algorithm,
    pub(crate) domain: String,
    pub(crate) selector: String,
    pub(crate) signature: Vec<u8>,
    pub(crate) body_hash: Vec<u8>,
    pub(crate) header_form: Canonicalization,
    body_form: Canonicalization,
    pub(crate) signed: Vec<&'a str>,
    /// `l=`: octets of the body that are signed.
    pub(crate) length: Option<u64>,
    pub(crate) expires: Option<u64>,
}

/// Reads a signing domain and its selector.
pub(crate) fn signer(tags: &TagList<'_>) -> Result<(String, String), String> {
    let named = |tag| {
        let value = name::canonical(tags.needed(tag)?);
        if name::fits_dns(&value) {
            Ok(value.into_owned())
        } else {
            Err(format!("the tag {tag}= is no name that the DNS can hold"))
        }
    };
    Ok((named("d")?, named("s")?))
}

/// `a=`; values are case-sensitive (RFC 6376 §3.2).
pub(crate) fn algorithm(tags: &TagList<'_>) -> Result<Algorithm, String> {
    match tags.needed("a")? {
        "rsa-sha256" => Ok(Algorithm::RsaSha256),
        "rsa-sha1" => Ok(Algorithm::RsaSha1),
        "ed25519-sha256" => Ok(Algorithm::Ed25519Sha256),
        _ => Err("its algorithm is unknown".into()),
    }
}

impl<'a> SignatureTags<'a> {
    pub(crate) fn read(tags: &TagList<'a>) -> Result<Self, String> {
        let (domain, selector) = signer(tags)?;
        let (header_form, body_form) = forms(tags.get("c"))?;
        let signed: Vec<&str> = tags.get("h").unwrap_or_default().split(':').map(str::trim_ascii).collect();
        if signed.len() > MAX_SIGNED {
            return Err(format!("it names more than {MAX_SIGNED} header fields"));
        }
        let (signed_at, expires) = (tags.number("t")?, tags.number("x")?);
        if signed_at.zip(expires).is_some_and(|(t, x)| x < t) {
            return Err("it ends before it begins (x= before t=)".into());
        }
        Ok(Self {
            algorithm: algorithm(tags)?,
            domain,
            selector,
            signature: base64(tags.needed("b")?).ok_or("its signature is not base64")?,
            body_hash: base64(tags.needed("bh")?).ok_or("its body hash is not base64")?,
            header_form,
            body_form,
            signed,
            length: tags.number("l")?,
            expires,
        })
    }

    /// The same signature over the relaxed forms.
    pub(crate) fn relaxed(self) -> Self {
        Self { header_form: Canonicalization::Relaxed, body_form: Canonicalization::Relaxed, ..self }
    }

    /// Whether the From field is signed, as it must be (RFC 6376 §5.4).
    pub(crate) fn signs_from(&self) -> bool {
        self.signed.iter().any(|name| name.eq_ignore_ascii_case("from"))
    }

    /// The signed header fields in canonical form, the signature's own last.
    pub(crate) fn header_data(&self, message: &Message<'_>, own: &Field<'_>) -> Vec<u8> {
        let stripped = without_signature(own.value);
        let mut data = Vec::with_capacity(1024);
        let fields = select(&message.fields, &self.signed);
        let chain = fields.into_iter().map(|f| (f.name, f.value)).chain([(own.name, stripped.as_slice())]);
        self.header_form.canonicalize_headers(chain, &mut data);
        data
    }
}

/// The hashes of one body, each made once. A message may carry many signatures over the same body.
#[derive(Debug)]
pub(crate) struct BodyHashes<'a> {
    body: &'a [u8],
    known: Vec<(Canonicalization, Option<u64>, Vec<u8>)>,
}

/// Different parts of a body (`l=`) that are hashed, at most.
const MAX_HASHES: usize = 8;

impl<'a> BodyHashes<'a> {
    pub(crate) fn new(body: &'a [u8]) -> Self {
        Self { body, known: Vec::new() }
    }

    /// Whether the body is the one that was signed; the error says why that can't be judged.
    pub(crate) fn fits(&mut self, signature: &SignatureTags<'_>) -> Result<bool, String> {
        let (form, length) = (signature.body_form, signature.length);
        if let Some((.., hash)) = self.known.iter().find(|(f, l, _)| *f == form && *l == length) {
            return Ok(*hash == signature.body_hash);
        }
        if self.known.len() == MAX_HASHES {
            return Err("too many signatures over different parts of the body".into());
        }
        let hash = self.hash(form, length).ok_or("it signs more body than there is (l=)")?;
        let fits = hash == signature.body_hash;
        self.known.push((form, length, hash));
        Ok(fits)
    }

    fn hash(&self, form: Canonicalization, length: Option<u64>) -> Option<Vec<u8>> {
        let canonical = form.canonical_body(self.body, 0);
        let Some(length) = length else { return Some(HashAlgorithm::Sha256.hash(canonical).as_ref().to_vec()) };
        // l= counts octets of the canonical body (RFC 6376 §3.5); mail-auth counts those of the body as it came.
        let mut whole = Vec::with_capacity(self.body.len());
        mail_auth::common::headers::Writable::write(canonical, &mut whole);
        let part = whole.get(..usize::try_from(length).ok()?)?;
        Some(HashAlgorithm::Sha256.hash(part).as_ref().to_vec())
    }
}

/// `c=` (RFC 6376 §3.5).
fn forms(value: Option<&str>) -> Result<(Canonicalization, Canonicalization), String> {
    let form = |word| match word {
        "simple" => Ok(Canonicalization::Simple),
        "relaxed" => Ok(Canonicalization::Relaxed),
        _ => Err("its canonical form (c=) is unknown".to_owned()),
    };
    let Some(value) = value else { return Ok((Canonicalization::Simple, Canonicalization::Simple)) };
    let (header, body) = value.split_once('/').unwrap_or((value, "simple"));
    Ok((form(header)?, form(body)?))
}

/// Fields by name, each occurrence once, from the bottom (RFC 6376 §5.4.2). Names that are not there count as empty.
fn select<'m>(fields: &'m [Field<'m>], names: &[&str]) -> Vec<&'m Field<'m>> {
    let mut next: Vec<(&str, usize)> = Vec::new();
    let mut selected = Vec::with_capacity(names.len());
    for name in names {
        let slot = next.iter().position(|(known, _)| known.eq_ignore_ascii_case(name)).unwrap_or_else(|| {
            next.push((name, fields.len()));
            next.len() - 1
        });
        let below = next[slot].1;
        let at = fields[..below].iter().rposition(|field| field.is(name));
        next[slot].1 = at.unwrap_or(0);
        selected.extend(at.map(|at| &fields[at]));
    }
    selected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_names_take_fields_from_the_bottom() {
        let message = Message::split(b"A: 1\r\nB: 2\r\na: 3\r\n\r\n");
        let values: Vec<&[u8]> = select(&message.fields, &["A", "a", "A", "b", "c"]).iter().map(|f| f.value).collect();
        assert_eq!(values, [&b" 3\r\n"[..], b" 1\r\n", b" 2\r\n"]);
    }

    #[test]
    fn the_length_counts_the_canonical_body() {
        let text = "a=rsa-sha256; d=example.org; s=s; b=YQ==; bh=YQ==; h=from; c=relaxed/relaxed; l=";
        // Relaxed, "a  b \r\n" is "a b\r\n": five octets.
        let mut hashes = BodyHashes::new(b"a  b \r\nmore\r\n");
        let whole = format!("{text}5");
        let mut tags = SignatureTags::read(&TagList::parse(whole.as_bytes()).expect("tags")).expect("a signature");
        tags.body_hash = HashAlgorithm::Sha256.hash(&b"a b\r\n"[..]).as_ref().to_vec();
        assert_eq!(hashes.fits(&tags), Ok(true));
        let beyond = format!("{text}500");
        let tags = SignatureTags::read(&TagList::parse(beyond.as_bytes()).expect("tags")).expect("a signature");
        assert!(hashes.fits(&tags).is_err());
    }
}
