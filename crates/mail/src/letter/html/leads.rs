//! Where a page leads: its links, forms and jumps.

use url::Url;

use super::super::links::{Link, LinkPlace, MOST_LINKS, cut};
use super::{Reader, StartTag, attribute};

/// Anchors without a word or a picture.
const MOST_SILENT: usize = 300;

/// An anchor that is open.
pub(super) struct Anchor {
    pub(super) target: String,
    /// What is shown of it so far.
    pub(super) text: String,
    pub(super) has_picture: bool,
}

impl Reader {
    pub(super) fn anchor(&mut self, tag: &StartTag) {
        self.close_anchor();
        if let Some(target) = attribute(tag, "href") {
            self.anchor = Some(Anchor { target, text: String::new(), has_picture: false });
        }
    }

    pub(super) fn close_anchor(&mut self) {
        if let Some(Anchor { target, text, has_picture }) = self.anchor.take() {
            let text = text.trim();
            let is_clickable = has_picture || !text.is_empty();
            self.link(text, &target, LinkPlace::Anchor, is_clickable);
        }
    }

    /// A part of a picture that is a link.
    pub(super) fn area(&mut self, tag: &StartTag) {
        if let Some(target) = attribute(tag, "href") {
            let text = attribute(tag, "alt").unwrap_or_default();
            self.link(cut(text.trim(), 200), &target, LinkPlace::Anchor, true);
        }
    }

    /// Links that nobody can click on are counted apart, so that any number of them leaves room for the one that matters.
    pub(super) fn link(&mut self, text: &str, target: &str, place: LinkPlace, is_clickable: bool) {
        let (count, most) =
            if is_clickable { (&mut self.clickable, MOST_LINKS) } else { (&mut self.silent, MOST_SILENT) };
        if *count < most {
            *count += 1;
            self.body.links.push(Link::new(text.to_owned(), target, place));
        } else {
            self.left_out("It has more links than are followed.");
        }
    }

    pub(super) fn leads_to(&mut self, target: Option<String>, place: LinkPlace) {
        if let Some(target) = target {
            self.link("", &target, place, true);
        }
    }

    pub(super) fn base(&mut self, tag: &StartTag) {
        let parsed = attribute(tag, "href").and_then(|base| Url::parse(base.trim()).ok());
        if self.base.is_none() {
            self.base = parsed.filter(|base| !base.cannot_be_a_base());
        }
    }

    /// Relative targets lead where the base says; without one, to nowhere but a place in the message.
    pub(super) fn resolve(&mut self) {
        let Some(base) = &self.base else {
            return self.body.links.retain(|link| !link.url.starts_with('#'));
        };
        let absolute = |target: &str| Url::parse(target).is_err().then(|| base.join(target).ok()).flatten();
        for link in &mut self.body.links {
            if let Some(url) = absolute(&link.url) {
                *link = Link::new(std::mem::take(&mut link.text), url.as_str(), link.place);
            }
        }
        for picture in self.body.pictures.iter_mut().filter(|picture| !picture.source.is_empty()) {
            if let Some(url) = absolute(&picture.source) {
                picture.source = cut(url.as_str(), 300).to_owned();
            }
        }
    }
}

/// Where `<meta http-equiv="refresh" content="0; url=…">` goes.
pub(super) fn refresh(tag: &StartTag) -> Option<String> {
    let is_refresh = attribute(tag, "http-equiv").is_some_and(|kind| kind.eq_ignore_ascii_case("refresh"));
    let content = attribute(tag, "content").filter(|_| is_refresh)?;
    let at = content.to_ascii_lowercase().find("url=")?;
    Some(content[at + 4..].trim_matches(['"', '\'', ' ']).to_owned())
}
