//! The examination's course: what kind a file is, who reads it, and how much of everything is left.

use std::io::Read;

use crate::act::ActKind;
use crate::bounds::Bounds;
use crate::examined::{Cause, Examined, Link};
use crate::kind::{FileKind, sniff};
use crate::{archive, name, office, page, pdf, picture, program, text, unopened};

/// Of a member that is too large as a whole, so much is still looked at: enough to tell what it is. Programs are padded
/// with zeros to escape scanners.
const PREFIX: usize = 64 << 10;

/// Bytes of a plain text that are searched for links.
const LONGEST_TEXT: usize = 4 << 20;

/// How often a link that is kept is met, on average, before the rest is not compared any more.
const MENTIONS: usize = 50;

/// Hosts of XML namespaces: written into every document, visited by nobody.
const NAMESPACES: &[&str] =
    &["schemas.openxmlformats.org", "schemas.microsoft.com", "www.w3.org", "purl.org", "ns.adobe.com", "purl.oclc.org"];

fn is_namespace(url: &str) -> bool {
    let host = url.split_once("://").and_then(|(_, rest)| rest.split('/').next());
    host.is_some_and(|host| NAMESPACES.contains(&host))
}

/// One examination: its bounds and what is left of them.
pub(crate) struct Look<'b> {
    pub(crate) bounds: &'b Bounds,
    unpacked: u64,
    members: usize,
    pixels: u64,
    links: usize,
    /// Links that may still be met: each is compared with those that are kept.
    mentions: usize,
    unlocks: usize,
    depth: usize,
}

/// A member's bytes.
pub(crate) struct Unpacked {
    pub(crate) bytes: Vec<u8>,
    /// Whether these are all.
    pub(crate) whole: bool,
}

impl<'b> Look<'b> {
    pub(crate) fn new(bounds: &'b Bounds) -> Self {
        Self {
            bounds,
            unpacked: bounds.unpacked,
            members: bounds.members,
            pixels: bounds.all_pixels,
            links: bounds.links,
            mentions: bounds.links.saturating_mul(MENTIONS),
            unlocks: bounds.unlocks,
            depth: 0,
        }
    }

    pub(crate) fn whole(&mut self, name: &str, declared: Option<&str>, bytes: &[u8]) -> Examined {
        // A library's panic that was caught on the way out of an inner file left it counted.
        self.depth = 0;
        self.file(name, declared, bytes, name.to_owned())
    }

    fn file(&mut self, name: &str, declared: Option<&str>, bytes: &[u8], path: String) -> Examined {
        let kind = sniff(bytes, name, declared);
        let mut found = Examined::new(name, path, kind, bytes);
        self.read(bytes, &mut found);
        unopened::judge(&mut found);
        name::judge(name, declared, &mut found);
        found
    }

    /// Looks into a file within another and hangs it below.
    pub(crate) fn member(&mut self, outer: &mut Examined, name: &str, bytes: &[u8]) {
        if let Some(inner) = self.inner(outer, name, bytes) {
            outer.inner.push(inner);
        }
    }

    /// The same for a member that may not be all there.
    pub(crate) fn unpacked_member(&mut self, outer: &mut Examined, name: &str, unpacked: &Unpacked) {
        let Some(mut inner) = self.inner(outer, name, &unpacked.bytes) else { return };
        if !unpacked.whole {
            // A digest of a part would be nobody's.
            inner.digest.clear();
            inner.gap(Cause::TooLarge, "", "Only the beginning of this file was looked at.");
        }
        outer.inner.push(inner);
    }

    /// The same, but what tells nothing is not hung up: parts of documents that are neither files nor do anything.
    pub(crate) fn part(&mut self, outer: &mut Examined, name: &str, bytes: &[u8]) {
        let Some(inner) = self.inner(outer, name, bytes) else { return };
        let unread = matches!(inner.kind, FileKind::Unknown | FileKind::OtherPicture);
        let dull =
            unread || matches!(inner.kind, FileKind::Text | FileKind::Xml | FileKind::Empty) || inner.kind.is_picture();
        // That a part of a document is of no known kind is no news: printers' settings, fonts, previews.
        let gap = !unread && !inner.gaps.is_empty();
        let tells = gap || !inner.acts.is_empty() || !inner.links.is_empty() || !inner.codes.is_empty();
        if tells || !dull {
            outer.inner.push(inner);
        }
    }

    fn inner(&mut self, outer: &mut Examined, name: &str, bytes: &[u8]) -> Option<Examined> {
        if self.members == 0 {
            outer.gap(
                Cause::TooLarge,
                "",
                format!("More than {} files inside: the rest was not looked at.", self.bounds.members),
            );
            return None;
        }
        self.members -= 1;
        self.depth += 1;
        let name = name::shortened(name);
        let inner = self.file(&name, None, bytes, format!("{} › {name}", outer.path));
        self.depth -= 1;
        Some(inner)
    }

    /// Reads a member to its end, at most as far as the bounds go. `packed` is its packed length in bytes. `None` where
    /// nothing of it can be read.
    pub(crate) fn unpack(
        &mut self,
        found: &mut Examined,
        place: &str,
        packed: u64,
        reader: impl Read,
    ) -> Option<Unpacked> {
        let by_ratio = packed.saturating_mul(self.bounds.ratio).max(1 << 20);
        let limit = by_ratio.min(self.bounds.member).min(self.unpacked);
        let mut bytes = Vec::new();
        let end = reader.take(limit + 1).read_to_end(&mut bytes);
        self.unpacked = self.unpacked.saturating_sub(bytes.len() as u64);
        if bytes.len() as u64 > limit {
            self.too_large(found, place, bytes.len() as u64 / packed.max(1));
            bytes.truncate(PREFIX);
            bytes.shrink_to_fit();
            return Some(Unpacked { bytes, whole: false });
        }
        let Err(error) = end else { return Some(Unpacked { bytes, whole: true }) };
        found.gap(Cause::Unreadable, place, format!("Damaged: {error}."));
        (!bytes.is_empty()).then_some(Unpacked { bytes, whole: false })
    }

    /// `ratio`: how many times its packed length it had become when it was given up.
    fn too_large(&self, found: &mut Examined, place: &str, ratio: u64) {
        if ratio >= self.bounds.bomb {
            found.act(ActKind::CompressionBomb, place, place);
        }
        found.gap(Cause::TooLarge, place, "Unpacks to more than is looked at.");
    }

    /// Whether there is anything left to unpack.
    pub(crate) fn is_spent(&self) -> bool {
        self.unpacked == 0 || self.members == 0
    }

    /// Bytes that may still be unpacked.
    pub(crate) fn left(&self) -> u64 {
        self.unpacked
    }

    /// Takes bytes that a library unpacked by itself.
    pub(crate) fn spend(&mut self, bytes: u64) {
        self.unpacked = self.unpacked.saturating_sub(bytes);
    }

    /// Takes a picture's pixels; `false` where there are not as many left.
    pub(crate) fn spend_pixels(&mut self, pixels: u64) -> bool {
        let enough = pixels <= self.bounds.pixels && pixels <= self.pixels;
        self.pixels -= if enough { pixels } else { 0 };
        enough
    }

    /// Takes one try with a built-in password; `false` where none is left.
    pub(crate) fn spend_unlock(&mut self) -> bool {
        let enough = self.unlocks > 0;
        self.unlocks -= usize::from(enough);
        enough
    }

    /// Notes a link, once per file.
    pub(crate) fn link(&mut self, found: &mut Examined, url: &str, place: &str) {
        let url = url.trim();
        if url.is_empty() || url.len() > 4_000 || is_namespace(url) {
            return;
        }
        self.mentions = self.mentions.saturating_sub(1);
        if self.links == 0 || self.mentions == 0 {
            found.gap(
                Cause::TooLarge,
                "links",
                format!("More than {} links: the rest is not listed.", self.bounds.links),
            );
            return;
        }
        if found.links.iter().any(|link| link.url == url) {
            return;
        }
        self.links -= 1;
        found.links.push(Link { url: url.to_owned(), place: place.to_owned() });
    }

    /// Notes the links in running text.
    pub(crate) fn links_of_text(&mut self, found: &mut Examined, text: &str, place: &str) {
        let mut count = 0;
        for url in text::urls(text) {
            self.link(found, url, place);
            count += 1;
        }
        if count == text::MOST_URLS {
            found.gap(Cause::TooLarge, "links", "A text of very many links: the rest is not listed.");
        }
    }

    fn plain(&mut self, bytes: &[u8], found: &mut Examined) {
        if bytes.len() > LONGEST_TEXT {
            found.gap(Cause::TooLarge, "text", "A very long text: only its beginning was searched for links.");
        }
        self.links_of_text(found, &text::decode(&bytes[..bytes.len().min(LONGEST_TEXT)]), "text");
    }

    fn unknown(&mut self, bytes: &[u8], found: &mut Examined) {
        office::biff_alone(bytes, found, self);
        if found.kind == FileKind::Unknown {
            found.gap(Cause::NotOpened, "", "A file of an unknown kind: not looked into.");
        }
    }

    fn read(&mut self, bytes: &[u8], found: &mut Examined) {
        use FileKind::*;
        if self.depth > self.bounds.depth && !found.kind.is_picture() {
            found.gap(
                Cause::TooDeep,
                "",
                "Lies too deep: files within files within files were not looked into any further.",
            );
            return;
        }
        match found.kind {
            Zip => archive::zip::read(bytes, found, self),
            SevenZip | Rar | Tar | Gzip | Xz | Bzip2 | Cabinet | OtherArchive | DiskImage | Tnef => {
                archive::read(bytes, found, self)
            }
            Compound => office::ole::read(bytes, found, self),
            Rtf => office::rtf::read(bytes, found, self),
            OfficeXml => office::flat::read(bytes, found, self),
            ActiveMime => office::active_mime::read(bytes, found, self),
            Sylk => office::sylk::read(bytes, found, self),
            Csv => office::csv::read(bytes, found, self),
            WebQuery => office::csv::web_query(bytes, found, self),
            OneNote => office::onenote::read(bytes, found, self),
            Pdf => pdf::read(bytes, found, self),
            Png | Jpeg | Gif | WebP | Bmp => picture::read(bytes, found, self),
            Html | Svg => page::read(bytes, found, self),
            Message => page::message::read(bytes, found, self),
            WindowsProgram | ElfProgram | MacProgram | HelpFile | JavaArchive | Shortcut | WebShortcut | Script => {
                program::read(bytes, found, self);
            }
            Text | Xml => self.plain(bytes, found),
            Unknown => self.unknown(bytes, found),
            OtherPicture => found.gap(Cause::NotOpened, "", "A picture of a rare format: not searched for QR codes."),
            _ => {}
        }
    }
}
