//! What a server says, as far as it matters here (RFC 3501, section 7). The grammar is imap-codec's; nothing else in this crate
//! sees its types of answers.

use imap_codec::ResponseCodec;
use imap_codec::decode::Decoder as _;
use imap_codec::imap_types::core::Vec1;
use imap_codec::imap_types::fetch::{MessageDataItem, Section};
use imap_codec::imap_types::flag::FlagNameAttribute;
use imap_codec::imap_types::mailbox::Mailbox;
use imap_codec::imap_types::response::{
    Capability, Code, CommandContinuationRequest, Data, Response, Status, StatusBody, StatusKind,
};

use super::FolderName;
use crate::shown::shown;

/// One answer.
#[derive(Debug)]
pub(super) enum Answer {
    /// `+`: the server waits for more.
    Continue,
    /// What the server can do.
    Capabilities(Vec<String>),
    /// A folder, and whether it can be opened.
    Folder(FolderName, bool),
    /// How many messages the folder has.
    Exists(u32),
    /// The number that changes where the server numbers its messages anew.
    UidValidity(u32),
    /// The UID that the next message will get.
    UidNext(u32),
    /// Something of a message.
    Item(Item),
    /// The server hangs up.
    Bye(String),
    /// The end of a command.
    Done(Outcome),
    /// Something that does not matter here.
    Other,
    /// Something that can't be read.
    Unreadable,
}

/// Something of a message.
#[derive(Debug, Default)]
pub(super) struct Item {
    pub(super) uid: Option<u32>,
    pub(super) size: Option<u32>,
    /// Seconds since 1970, UTC.
    pub(super) received: Option<i64>,
    pub(super) bytes: Option<Vec<u8>>,
}

/// How a command ended.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) tag: String,
    pub(super) kind: StatusKind,
    /// The server's words.
    pub(super) said: String,
}

/// Reads one answer. `literal` is where the answer's only literal stands, if it has just one.
pub(super) fn read(bytes: &[u8], literal: Option<(usize, usize)>) -> Answer {
    if let Ok((_, response)) = ResponseCodec::default().decode(bytes) {
        return of_response(response, None);
    }
    // A NUL in a message is forbidden, and there are messages with one. The rest of the answer is read without it, and the
    // message comes as it stands.
    let Some((start, end)) = literal else { return Answer::Unreadable };
    let Some(exact) = bytes.get(start..end) else { return Answer::Unreadable };
    let mut copy = bytes.to_vec();
    copy.iter_mut().take(end).skip(start).filter(|byte| **byte == 0).for_each(|byte| *byte = b'?');
    match ResponseCodec::default().decode(&copy) {
        Ok((_, response)) => of_response(response, Some(exact)),
        Err(_) => Answer::Unreadable,
    }
}

/// The end of a command whose text can't be read otherwise: its first two words.
pub(super) fn read_bare_end(bytes: &[u8]) -> Option<Outcome> {
    let text = String::from_utf8_lossy(bytes.get(..500).unwrap_or(bytes));
    let (tag, rest) = text.split_once(' ')?;
    let word = rest.split([' ', '\r', '\n']).next()?;
    let kind = match word.to_ascii_uppercase().as_str() {
        "OK" => StatusKind::Ok,
        "NO" => StatusKind::No,
        "BAD" => StatusKind::Bad,
        _ => return None,
    };
    Some(Outcome { tag: tag.to_owned(), kind, said: shown(rest) })
}

fn of_response(response: Response<'_>, exact: Option<&[u8]>) -> Answer {
    match response {
        Response::CommandContinuationRequest(
            CommandContinuationRequest::Basic(_) | CommandContinuationRequest::Base64(_),
        ) => Answer::Continue,
        Response::Data(data) => of_data(data, exact),
        Response::Status(Status::Untagged(body)) => of_untagged(&body),
        Response::Status(Status::Bye(bye)) => Answer::Bye(shown(bye.text.inner())),
        Response::Status(Status::Tagged(tagged)) => Answer::Done(Outcome {
            tag: tagged.tag.inner().to_owned(),
            kind: tagged.body.kind,
            said: said(&tagged.body),
        }),
    }
}

fn said(body: &StatusBody<'_>) -> String {
    match &body.code {
        Some(Code::Other(code)) => shown(&format!("{} [{}]", body.text.inner(), String::from_utf8_lossy(code.inner()))),
        _ => shown(body.text.inner()),
    }
}

fn of_untagged(body: &StatusBody<'_>) -> Answer {
    match &body.code {
        Some(Code::UidValidity(value)) => Answer::UidValidity(value.get()),
        Some(Code::UidNext(value)) => Answer::UidNext(value.get()),
        Some(Code::Capability(list)) => Answer::Capabilities(names(list)),
        _ => Answer::Other,
    }
}

pub(super) fn capabilities_of_code(code: Option<&Code<'_>>) -> Option<Vec<String>> {
    match code {
        Some(Code::Capability(list)) => Some(names(list)),
        _ => None,
    }
}

fn names(list: &Vec1<Capability<'_>>) -> Vec<String> {
    list.as_ref().iter().map(|capability| capability.to_string().to_ascii_uppercase()).collect()
}

fn of_data(data: Data<'_>, exact: Option<&[u8]>) -> Answer {
    match data {
        Data::Capability(list) => Answer::Capabilities(names(&list)),
        Data::Exists(count) => Answer::Exists(count),
        Data::List { items, mailbox, .. } => of_folder(&items, &mailbox),
        Data::Fetch { items, .. } => of_items(items.as_ref(), exact).map_or(Answer::Unreadable, Answer::Item),
        _ => Answer::Other,
    }
}

fn of_folder(attributes: &[FlagNameAttribute<'_>], mailbox: &Mailbox<'_>) -> Answer {
    let name = match mailbox {
        Mailbox::Inbox => "INBOX".to_owned(),
        Mailbox::Other(other) => match std::str::from_utf8(other.inner().as_ref()) {
            Ok(name) => name.to_owned(),
            Err(_) => return Answer::Unreadable,
        },
    };
    // \NonExistent (RFC 5258) implies \Noselect.
    let shut = |attribute: &FlagNameAttribute<'_>| {
        let name = attribute.to_string();
        name.eq_ignore_ascii_case("\\Noselect") || name.eq_ignore_ascii_case("\\NonExistent")
    };
    Answer::Folder(FolderName::from_wire(&name), !attributes.iter().any(shut))
}

/// `None` where the server gives NIL for a message: it has one there and can't read it.
fn of_items(items: &[MessageDataItem<'_>], exact: Option<&[u8]>) -> Option<Item> {
    let mut read = Item::default();
    for item in items {
        match item {
            MessageDataItem::Uid(uid) => read.uid = Some(uid.get()),
            MessageDataItem::Rfc822Size(size) => read.size = Some(*size),
            MessageDataItem::InternalDate(date) => read.received = Some(date.as_ref().timestamp()),
            MessageDataItem::BodyExt { section: None | Some(Section::Header(None)), data, .. } => {
                let octets = data.0.as_ref()?.as_ref();
                read.bytes = Some(exact.unwrap_or(octets).to_vec());
            }
            _ => {}
        }
    }
    Some(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_with_a_nul_comes_as_it_stands() {
        let bytes = b"* 1 FETCH (UID 7 BODY[]<0> {5}\r\na\0b\r\n)\r\n";
        let start = bytes.iter().position(|byte| *byte == b'}').expect("a literal") + 3;
        let Answer::Item(item) = read(bytes, Some((start, start + 5))) else { panic!("an item") };
        assert_eq!((item.uid, item.bytes.as_deref()), (Some(7), Some(&b"a\0b\r\n"[..])));
    }

    #[test]
    fn an_end_is_understood_whatever_follows() {
        let end = read_bare_end(b"a4 NO [X (] odd\xff\r\n").expect("an end");
        assert_eq!((end.tag.as_str(), end.kind), ("a4", StatusKind::No));
        assert!(read_bare_end(b"a4 MAYBE\r\n").is_none());
    }
}
