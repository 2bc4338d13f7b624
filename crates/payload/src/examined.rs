//! What was found in a file, and in the files within it.

use sha2::{Digest, Sha256};
use url::{Host, Url};

use crate::act::{Act, ActKind, Audience};
use crate::defang::excerpt;
use crate::kind::FileKind;

/// Acts listed per file.
const MOST_ACTS: usize = 60;

/// A file that was looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// Its name, as given.
    pub name: String,
    /// The files it lies in and itself, from outside in, joined by ` › `.
    pub path: String,
    /// What it is, by content.
    pub kind: FileKind,
    /// SHA-256 of its bytes, in hexadecimal.
    pub digest: String,
    /// Its length in bytes.
    pub size: u64,
    /// What it could do.
    pub acts: Vec<Act>,
    /// Links it carries.
    pub links: Vec<Link>,
    /// Texts of QR codes in it.
    pub codes: Vec<String>,
    /// Files within: members of archives, embedded objects, parts that are files of their own.
    pub inner: Vec<Examined>,
    /// What could not be looked into.
    pub gaps: Vec<Gap>,
}

/// A link in a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Link {
    /// As written. [`crate::defang`] it before it is shown.
    pub url: String,
    /// Where: a part, a page, `text`, `QR code`, `form` …
    pub place: String,
}

/// Something that could not be looked into.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Gap {
    /// Why not.
    pub cause: Cause,
    /// Where; empty where it is the whole file.
    pub place: String,
    /// The same in words.
    pub reason: String,
}

/// Why something could not be looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// It needs a password.
    Encrypted,
    /// It lies too deep.
    TooDeep,
    /// There is too much of it.
    TooLarge,
    /// It is damaged, or written against its specification.
    Unreadable,
    /// There is no reader for it.
    NotOpened,
}

/// What other offices can look for: each once, sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Indicators {
    /// Links.
    pub urls: Vec<String>,
    /// Host names and addresses of the links, lower case.
    pub domains: Vec<String>,
    /// SHA-256 of the file and of every file within.
    pub digests: Vec<String>,
}

impl Link {
    /// The host that a browser would go to, lower case, in its ASCII form. `None` where the link has none.
    pub fn host(&self) -> Option<String> {
        let url = Url::parse(self.url.trim()).ok()?;
        match url.host()? {
            Host::Domain(name) => Some(name.to_ascii_lowercase()),
            Host::Ipv4(address) => Some(address.to_string()),
            Host::Ipv6(address) => Some(address.to_string()),
        }
    }
}

impl Examined {
    pub(crate) fn new(name: &str, path: String, kind: FileKind, bytes: &[u8]) -> Self {
        Self {
            name: name.to_owned(),
            path,
            kind,
            digest: hex::encode(Sha256::digest(bytes)),
            size: bytes.len() as u64,
            acts: Vec::new(),
            links: Vec::new(),
            codes: Vec::new(),
            inner: Vec::new(),
            gaps: Vec::new(),
        }
    }

    /// Itself and every file within, from outside in.
    pub fn walk(&self) -> impl Iterator<Item = &Examined> {
        let mut waiting = vec![self];
        std::iter::from_fn(move || {
            let next = waiting.pop()?;
            waiting.extend(next.inner.iter().rev());
            Some(next)
        })
    }

    /// Every act, in files within too.
    pub fn all_acts(&self) -> impl Iterator<Item = &Act> {
        self.walk().flat_map(|file| &file.acts)
    }

    /// Every gap, in files within too.
    pub fn all_gaps(&self) -> impl Iterator<Item = &Gap> {
        self.walk().flat_map(|file| &file.gaps)
    }

    /// Every link, in files within too.
    pub fn all_links(&self) -> impl Iterator<Item = &Link> {
        self.walk().flat_map(|file| &file.links)
    }

    /// Whether it, or a file within, could do this.
    pub fn has(&self, kind: ActKind) -> bool {
        self.all_acts().any(|act| act.kind == kind)
    }

    /// Whether it, or a file within, carries a macro or something that works like one: VBA, Excel 4, DDE, or a template
    /// fetched from elsewhere. `false` says nothing about what lies in a gap.
    pub fn bears_macro(&self) -> bool {
        use ActKind::{Dde, StompedVba, TemplateInjection, VbaMacro, XlmMacro};
        let macros = [VbaMacro, StompedVba, XlmMacro, Dde, TemplateInjection];
        self.all_acts().any(|act| act.audience == Audience::Clerk && macros.contains(&act.kind))
    }

    /// The widest audience that any act asks for; `None` where there is no act.
    pub fn audience(&self) -> Option<Audience> {
        self.all_acts().map(|act| act.audience).max()
    }

    /// Whether something in it could not be looked into.
    pub fn has_gap(&self) -> bool {
        self.all_gaps().next().is_some()
    }

    /// Links, hosts and digests, each once.
    pub fn indicators(&self) -> Indicators {
        let mut all = Indicators {
            urls: self.all_links().map(|link| link.url.clone()).collect(),
            domains: self.all_links().filter_map(Link::host).collect(),
            digests: self.walk().map(|file| file.digest.clone()).collect(),
        };
        for list in [&mut all.urls, &mut all.domains, &mut all.digests] {
            list.sort_unstable();
            list.dedup();
        }
        all
    }

    /// Notes an act for its usual audience.
    pub(crate) fn act(&mut self, kind: ActKind, place: &str, shown: &str) {
        self.act_for(kind, kind.audience(), place, shown);
    }

    /// Notes an act. The same act of the same place is said once; a louder one replaces a quieter.
    pub(crate) fn act_for(&mut self, kind: ActKind, audience: Audience, place: &str, shown: &str) {
        let shown = excerpt(shown);
        let known = self.acts.iter_mut().find(|act| act.kind == kind && act.shown == shown && act.place == place);
        if let Some(known) = known {
            known.audience = known.audience.max(audience);
            return;
        }
        if self.acts.len() == MOST_ACTS {
            self.gap(Cause::TooLarge, "acts", format!("More than {MOST_ACTS} acts: the rest is not listed."));
            return;
        }
        self.acts.push(Act { kind, audience, place: place.to_owned(), shown, why: kind.why().to_owned() });
    }

    /// Notes a gap, once per cause and place.
    pub(crate) fn gap(&mut self, cause: Cause, place: &str, reason: impl Into<String>) {
        const GAPS: usize = 100;
        if self.gaps.len() < GAPS && !self.gaps.iter().any(|gap| gap.cause == cause && gap.place == place) {
            self.gaps.push(Gap { cause, place: place.to_owned(), reason: reason.into() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> Examined {
        Examined::new(name, name.to_owned(), FileKind::Text, b"x")
    }

    #[test]
    fn the_walk_goes_from_outside_in() {
        let mut outer = file("a");
        let mut middle = file("b");
        middle.inner.push(file("c"));
        outer.inner.extend([middle, file("d")]);
        let names: Vec<_> = outer.walk().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["a", "b", "c", "d"]);
    }

    #[test]
    fn acts_are_said_once_and_at_their_loudest() {
        let mut one = file("a");
        one.act_for(ActKind::ExternalLink, Audience::Analyst, "p", "x");
        one.act(ActKind::ExternalLink, "p", "x");
        assert_eq!((one.acts.len(), one.audience()), (1, Some(Audience::Clerk)));
        assert!(!one.bears_macro());
    }

    #[test]
    fn indicators_are_what_a_browser_would_visit() {
        let mut one = file("a");
        for url in ["https://A.example.com@b.example/x", "http://192.0.2.7/", "not a link", "http://192.0.2.7/"] {
            one.links.push(Link { url: url.to_owned(), place: "text".to_owned() });
        }
        assert_eq!(one.indicators().domains, ["192.0.2.7", "b.example"]);
        assert_eq!(one.indicators().urls.len(), 3);
    }
}
