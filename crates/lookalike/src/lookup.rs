//! Whom does a host pretend to be? Reverse lookup of one host among all protected names.
//!
//! Four ways are tried: the whole label nearly a protected one, the label with dots, a protected word among others, and
//! a genuine name in front of a stranger's domain. What each is worth is weighed in `weigh`.

use std::cell::OnceCell;

use crate::entry::{Entry, Form};
use crate::host::Host;
use crate::index::Protected;
use crate::lead::{Lead, Leads, Means};
use crate::letters;
use crate::slip::{Seen, Slips, aligned};
use crate::weigh;
use crate::words::is_restricted;
use crate::{Imitation, LookalikeClass, Strength};

/// A host as it is asked about, with what several ways need of it, worked out once.
pub(crate) struct Asked<'h> {
    pub host: &'h Host,
    /// The label in plain letters.
    pub plain: String,
    /// The label as it is compared.
    pub seen: Seen,
    made_of_words: OnceCell<bool>,
}

impl<'h> Asked<'h> {
    fn of(host: &'h Host) -> Self {
        let (plain, seen) = (letters::plain(host.label()), Seen::of(host.label()));
        Self { host, plain, seen, made_of_words: OnceCell::new() }
    }

    /// Whether the label is made of words of names alone.
    pub(crate) fn is_made_of_words(&self, index: &Protected) -> bool {
        *self.made_of_words.get_or_init(|| index.vocabulary.split(self.host.label()).unknown == 0)
    }
}

impl Protected {
    /// The most likely imitation, if it is one that ordinary strangers' names rarely are (at least
    /// [`Strength::Moderate`]). A party's own hosts imitate nobody.
    pub fn lookalike(&self, host: &str) -> Option<Imitation<'_>> {
        let host = Host::read(host)?;
        if let Some(gov) = self.government_in_front(&host) {
            let leads = self.leads(&host).ranked(self);
            let better = leads.first().filter(|lead| lead.strength >= gov.strength);
            return Some(better.map_or(gov, |lead| lead.told(self, &host)));
        }
        let leads = self.leads(&host).ranked(self);
        let best = leads.first().filter(|lead| lead.strength >= Strength::Moderate)?;
        Some(best.told(self, &host))
    }

    /// Everybody whom the host may imitate, likeliest first, weak likenesses included; at most eight.
    pub fn candidates(&self, host: &str) -> Vec<Imitation<'_>> {
        Host::read(host).map(|host| self.candidates_of(&host)).unwrap_or_default()
    }

    pub(crate) fn candidates_of(&self, host: &Host) -> Vec<Imitation<'_>> {
        let leads = self.leads(host).ranked(self);
        let mut told: Vec<_> = leads.iter().map(|lead| lead.told(self, host)).collect();
        told.extend(self.government_in_front(host));
        told.sort_by_key(|imitation| std::cmp::Reverse(imitation.strength));
        told
    }

    fn leads(&self, host: &Host) -> Leads<'_> {
        let mut leads = Leads::default();
        if self.owner_of(host).is_some() {
            return leads;
        }
        let asked = Asked::of(host);
        self.whole_label(&asked, &mut leads);
        self.dotted_label(host, &mut leads);
        self.words_within(&asked, &mut leads);
        self.in_front(host, &mut leads);
        leads
    }

    fn whole_label<'a>(&'a self, asked: &Asked<'_>, leads: &mut Leads<'a>) {
        let short = self.short_near(&asked.plain, asked.host);
        for entry in self.near(&asked.plain).into_iter().chain(short) {
            let Some(slips) = aligned(&entry.letters, &asked.seen) else { continue };
            if let Some(lead) = self.label_lead(entry, asked, slips) {
                leads.add(lead);
            }
        }
        self.label_with_suffix(&asked.plain.replace('-', ""), leads);
    }

    fn label_lead<'a>(&'a self, entry: &'a Entry, asked: &Asked<'_>, slips: Slips) -> Option<Lead<'a>> {
        let host = asked.host;
        if entry.form == Form::Name {
            return name_lead(entry, slips);
        }
        let distance = slips.cost + if *entry.suffix == *host.suffix() { 0 } else { 4 };
        if slips.list.is_empty() {
            let strength = weigh::other_suffix(self, entry, host)?;
            let class = LookalikeClass::TldSwap;
            return Some(Lead { entry, class, strength, distance, means: Means::OtherSuffix });
        }
        let strength = weigh::slips(self, entry, asked, &slips)?;
        let class = match *entry.suffix == *host.suffix() {
            true => weigh::class_of(&slips, host.label()),
            false => LookalikeClass::Combination,
        };
        Some(Lead { entry, class, strength, distance, means: Means::Slips(slips) })
    }

    fn label_with_suffix<'a>(&'a self, word: &str, leads: &mut Leads<'a>) {
        for entry in self.exactly(word).filter(|entry| entry.form == Form::LabelWithSuffix) {
            let strength = weigh::written_suffix(entry);
            let (class, means) = (LookalikeClass::Various, Means::SuffixWritten);
            leads.add(Lead { entry, class, strength, distance: 4, means });
        }
    }

    /// `vr.systems.com`: the labels before the suffix, written together, are a protected one.
    fn dotted_label<'a>(&'a self, host: &Host, leads: &mut Leads<'a>) {
        if host.subdomains().is_empty() {
            return;
        }
        let word: String =
            [host.subdomains(), host.label()].concat().chars().filter(|c| !matches!(c, '.' | '-')).collect();
        for entry in self.exactly(&word).filter(|entry| entry.form == Form::Label) {
            let same = *entry.suffix == *host.suffix();
            let strength = if same && entry.len() >= 4 { Strength::Moderate } else { Strength::Weak };
            let distance = if same { 5 } else { 9 };
            leads.add(Lead { entry, class: LookalikeClass::Subdomain, strength, distance, means: Means::Dots });
        }
    }

    /// `vrsystems.com.mail-login.example`, and `vrsystems.mail-login.example` more weakly.
    fn in_front<'a>(&'a self, host: &Host, leads: &mut Leads<'a>) {
        let labels: Vec<&str> = host.subdomains().split('.').filter(|label| !label.is_empty()).take(12).collect();
        for from in 0..labels.len() {
            for to in from + 1..=labels.len().min(from + 4) {
                self.genuine_in_front(&labels[from..to].join("."), leads);
            }
            self.label_in_front(labels[from], host, leads);
        }
    }

    fn genuine_in_front<'a>(&'a self, name: &str, leads: &mut Leads<'a>) {
        if !name.contains('.') || self.owner_exactly(name).is_none() {
            return;
        }
        let Some(front) = Host::read(name) else { return };
        let word = front.label().replace('-', "");
        for entry in self.exactly(&word).filter(|entry| *entry.genuine == *name) {
            let (class, means) = (LookalikeClass::GenuineAsSubdomain, Means::InFront);
            leads.add(Lead { entry, class, strength: Strength::Strong, distance: 0, means });
        }
    }

    fn label_in_front<'a>(&'a self, label: &str, host: &Host, leads: &mut Leads<'a>) {
        let word = letters::plain(label).replace('-', "");
        for entry in self.exactly(&word) {
            let Some(strength) = weigh::label_in_front(entry, host) else { continue };
            let (class, means) = match entry.form {
                Form::LabelWithSuffix => (LookalikeClass::GenuineAsSubdomain, Means::InFront),
                Form::Label | Form::Name => (LookalikeClass::BrandWord, Means::LabelInFront),
            };
            leads.add(Lead { entry, class, strength, distance: 6, means });
        }
    }

    /// `gov.court-notices.com`: a stranger in a public body's dress, whichever.
    fn government_in_front(&self, host: &Host) -> Option<Imitation<'_>> {
        if is_restricted(host.suffix()) || self.owner_of(host).is_some() {
            return None;
        }
        let dress = host.subdomains().split('.').find(|label| matches!(*label, "gov" | "mil"))?;
        Some(Imitation {
            party: &self.government,
            genuine: format!(".{dress}"),
            seen: host.text.clone(),
            class: LookalikeClass::GenuineAsSubdomain,
            strength: Strength::Moderate,
            why: crate::explain::government(&host.text, dress, host.registrable()),
            distance: 8,
        })
    }
}

/// `vrelections.com`, `expressv0te.com`: a name of the party as somebody's label.
fn name_lead(entry: &Entry, slips: Slips) -> Option<Lead<'_>> {
    let strength = weigh::name_as_domain(entry, &slips)?;
    let (class, distance) = (LookalikeClass::NameAsDomain, slips.cost + 5);
    let means = if slips.list.is_empty() { Means::Name } else { Means::Slips(slips) };
    Some(Lead { entry, class, strength, distance, means })
}
