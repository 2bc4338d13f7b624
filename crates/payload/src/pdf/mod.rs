//! PDF (ISO 32000-1): links, scripts, actions that start something, files packed inside, codes in pictures.
//!
//! The library reads whole files into objects, so files that would make too many are only searched ([`search`]), and so
//! are files that it can't read.

mod action;
mod image;
mod search;

use lopdf::{Dictionary, Document, LoadOptions, Object};

use crate::act::{ActKind, Audience};
use crate::examined::{Cause, Examined};
use crate::guard::guarded;
use crate::look::Look;

/// Longer files are only searched.
const LONGEST: usize = 40 << 20;
/// Words outside of streams; each becomes an object of some 100 bytes at worst.
const WORDS: usize = 400_000;
/// Bytes that all object streams together may unpack to.
const OBJECT_STREAMS: usize = 8 << 20;
/// What one may unpack to however many there are.
const ONE_STREAM: usize = 192 << 10;
/// Values within values that are visited.
const DEEPEST: usize = 40;

pub(crate) fn read(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    if bytes.len() > LONGEST || words(bytes) > WORDS {
        found.gap(Cause::TooLarge, "", "A very large PDF: only searched for links and actions.");
        return search::read(bytes, found, look);
    }
    let streams = memchr::memmem::find_iter(bytes, b"/ObjStm").count().max(1);
    let options = LoadOptions::with_max_decompressed_size((OBJECT_STREAMS / streams).max(ONE_STREAM));
    let document = match guarded(|| Document::load_mem_with_options(bytes, options)) {
        Some(Ok(document)) => document,
        // Without a password, or by a method that isn't known.
        Some(Err(_)) if memchr::memmem::find(bytes, b"/Encrypt").is_some() => return locked(found),
        _ => {
            found.gap(Cause::Unreadable, "", "A damaged PDF: only searched for links and actions.");
            return search::read(bytes, found, look);
        }
    };
    if document.is_encrypted() && !document.was_encrypted() {
        return locked(found);
    }
    if document.objects.is_empty() || document.catalog().is_err() {
        found.gap(Cause::Unreadable, "", "A damaged PDF: only searched for links and actions.");
        search::read(bytes, found, look);
    }
    if guarded(|| objects(&document, found, look)).is_none() {
        found.gap(Cause::Unreadable, "", "A damaged PDF: not read to its end.");
    }
}

fn locked(found: &mut Examined) {
    found.act(ActKind::EncryptedDocument, "", "");
    found.gap(Cause::Encrypted, "", "Encrypted: could not look inside.");
}

/// Words outside of streams, roughly.
fn words(bytes: &[u8]) -> usize {
    let (mut count, mut rest) = (0, bytes);
    while !rest.is_empty() {
        let end = memchr::memmem::find(rest, b"stream").unwrap_or(rest.len());
        let plain = &rest[..end];
        count += plain
            .windows(2)
            .filter(|pair| is_gap(pair[0]) && !is_gap(pair[1]) || matches!(pair[1], b'[' | b'<' | b'/' | b'('))
            .count();
        let after = &rest[end..];
        rest = memchr::memmem::find(after, b"endstream").map_or(&[], |at| &after[at + 9..]);
    }
    count
}

fn is_gap(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0
}

fn objects(document: &Document, found: &mut Examined, look: &mut Look<'_>) {
    action::at_start(document, found, look);
    for (id, object) in &document.objects {
        let place = format!("object {}", id.0);
        visit(document, object, &place, 0, found, look);
        if let Object::Stream(stream) = object {
            stream_of(document, stream, &place, found, look);
        }
    }
}

/// Every dictionary in an object; references are visited in their own turn.
fn visit(document: &Document, object: &Object, place: &str, depth: usize, found: &mut Examined, look: &mut Look<'_>) {
    if depth > DEEPEST {
        return;
    }
    match object {
        Object::Array(all) => all.iter().for_each(|one| visit(document, one, place, depth + 1, found, look)),
        Object::Dictionary(dictionary) => {
            dictionary_of(document, dictionary, place, found, look);
            dictionary.iter().for_each(|(_, one)| visit(document, one, place, depth + 1, found, look));
        }
        Object::Stream(stream) => {
            stream.dict.iter().for_each(|(_, one)| visit(document, one, place, depth + 1, found, look))
        }
        _ => {}
    }
}

fn dictionary_of(document: &Document, dictionary: &Dictionary, place: &str, found: &mut Examined, look: &mut Look<'_>) {
    action::judge(document, dictionary, place, found, look);
    if let Some(form) = get(document, dictionary, b"XFA") {
        scripted_form(document, form, place, found, look);
    }
    if let Some(packed) = get(document, dictionary, b"EF").and_then(|packed| packed.as_dict().ok()) {
        embedded(document, dictionary, packed, place, found, look);
    }
}

/// A form in XML (12.7.8): a stream, or pairs of name and stream. Its scripts are told to an analyst: such forms have them.
fn scripted_form(document: &Document, form: &Object, place: &str, found: &mut Examined, look: &mut Look<'_>) {
    let parts = match form {
        Object::Array(parts) => parts.as_slice(),
        one => std::slice::from_ref(one),
    };
    for part in parts.iter().take(40).filter_map(|part| document.dereference(part).ok()) {
        let Object::Stream(stream) = part.1 else { continue };
        let text = crate::text::decode(&content(stream, place, found, look).unwrap_or_default()).into_owned();
        if let Some(at) = text.find("<script") {
            found.act_for(ActKind::PdfJavaScript, Audience::Analyst, place, &text[at..]);
        }
        look.links_of_text(found, &text, place);
    }
}

/// A file packed inside (7.11.4).
fn embedded(
    document: &Document,
    spec: &Dictionary,
    packed: &Dictionary,
    place: &str,
    found: &mut Examined,
    look: &mut Look<'_>,
) {
    let name = [b"UF".as_slice(), b"F"]
        .iter()
        .find_map(|key| get(document, spec, key))
        .map_or("embedded file".to_owned(), text);
    found.act(ActKind::PdfEmbeddedFile, place, &name);
    let stream = [b"F".as_slice(), b"UF"]
        .iter()
        .find_map(|key| get(document, packed, key))
        .and_then(|stream| stream.as_stream().ok());
    match stream.and_then(|stream| content(stream, place, found, look)) {
        Some(bytes) => look.member(found, &name, &bytes),
        None => found.gap(Cause::Unreadable, place, "A packed file that can't be unpacked."),
    }
}

/// A stream's bytes, unpacked within bounds.
fn content(stream: &lopdf::Stream, place: &str, found: &mut Examined, look: &mut Look<'_>) -> Option<Vec<u8>> {
    if stream.dict.get(b"Filter").is_err() {
        look.spend(stream.content.len() as u64);
        return Some(stream.content.clone());
    }
    let packed = stream.content.len() as u64;
    let most = look.left().min(look.bounds.member).min(packed.saturating_mul(look.bounds.ratio).max(1 << 20));
    match guarded(|| stream.decompressed_content_with_limit(usize::try_from(most).unwrap_or(usize::MAX))) {
        Some(Ok(bytes)) => {
            look.spend(bytes.len() as u64);
            Some(bytes)
        }
        Some(Err(lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. }))) => {
            look.spend(most);
            found.gap(Cause::TooLarge, place, "Unpacks to more than is looked at.");
            None
        }
        _ => None,
    }
}

fn stream_of(document: &Document, stream: &lopdf::Stream, place: &str, found: &mut Examined, look: &mut Look<'_>) {
    let is =
        |key: &[u8], wanted: &[u8]| stream.dict.get(key).and_then(Object::as_name).is_ok_and(|name| name == wanted);
    if is(b"Subtype", b"Image") {
        image::read(document, stream, place, found, look);
    }
    if is(b"Type", b"EmbeddedFile") && found.inner.is_empty() && !found.has(ActKind::PdfEmbeddedFile) {
        // Packed, but no list names it.
        found.act(ActKind::PdfEmbeddedFile, place, "");
    }
}

/// A value, its reference followed.
fn get<'a>(document: &'a Document, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    dictionary.get(key).ok().and_then(|value| document.dereference(value).ok()).map(|(_, value)| value)
}

/// A text: UTF-16 with its mark, else one byte a letter (7.9.2.2).
fn text(object: &Object) -> String {
    match object {
        Object::String(bytes, _) if bytes.starts_with(&[0xfe, 0xff]) => {
            encoding_rs::UTF_16BE.decode(bytes).0.into_owned()
        }
        Object::String(bytes, _) | Object::Name(bytes) => crate::text::decode(bytes).into_owned(),
        _ => String::new(),
    }
}
