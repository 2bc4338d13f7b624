//! One ordinary message.

use jiff::Zoned;

use super::super::blanks::blanks;
use super::super::body::quoted;
use super::super::dice::Dice;
use super::super::documents::{DOCX, Page, calendar_entry, document, logo, pdf, photo};
use super::super::draft::{Coding, Draft, File, Style};
use super::super::people::{FREE_MAIL, OfficeShape, Person};
use super::super::route::Route;
use super::super::senders::{Sender, sender};
use super::super::template::{Blanks, Template, fill};
use super::super::{Folder, Kind, Sent, Truth};

/// An office at work, with what is written there.
pub(super) struct Desk<'a> {
    pub(super) office: &'a OfficeShape,
    /// Templates that begin a thread.
    pub(super) openings: Vec<Template>,
    /// Templates that go on with one.
    pub(super) answers: Vec<Template>,
}

/// A message before it is bytes.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) draft: Draft,
    pub(super) from: Sender,
    pub(super) to: Person,
    pub(super) folder: Folder,
    pub(super) template: &'static str,
}

impl Made {
    pub(super) fn sent(self, seed: u64) -> Sent {
        let mut dice = Dice::of(seed, &self.draft.message_id);
        let truth = Truth {
            kind: Kind::Ordinary { template: self.template },
            campaign: None,
            recipients: vec![self.to.address],
            at: self.draft.at.timestamp(),
        };
        Sent { raw: self.draft.bytes(&mut dice), truth, folder: self.folder }
    }
}

impl<'a> Desk<'a> {
    pub(super) fn new(office: &'a OfficeShape) -> Self {
        let goes_on = |template: &Template| ["answer", "back", "away"].contains(&template.field("from"));
        let (answers, openings) = super::all().into_iter().partition(goes_on);
        Self { office, openings, answers }
    }

    /// A message that begins a thread.
    pub(super) fn opening(&self, template: &Template, at: Zoned, dice: &mut Dice) -> Made {
        let from = sender(template.field("from"), self.office, dice);
        let to = match template.field("to") {
            "" => self.receiver(dice),
            kind => sender(kind, self.office, dice).person,
        };
        self.message(template, (from, to), at, None, dice)
    }

    /// A message of this template, which may answer another.
    pub(super) fn message(
        &self,
        template: &Template,
        (from, to): (Sender, Person),
        at: Zoned,
        answers: Option<&Made>,
        dice: &mut Dice,
    ) -> Made {
        let mut blanks = blanks(self.office, &from.person, &to, &at, dice);
        thread_blanks(answers, &mut blanks);
        if template.field("subject").contains("{thread}") && answers.is_none() {
            self.invent_thread(&mut blanks, dice);
        }
        if template.field("from") == "vendor" {
            name_the_vendor(self.office, &from, &mut blanks);
        }
        let mut draft = self.text(template, &blanks, at, dice);
        draft.from = (from.shown.clone(), from.person.address.clone());
        draft.to =
            vec![(if dice.chance(70) { to.name().trim().to_owned() } else { String::new() }, to.address.clone())];
        draft.message_id = format!("{}@mail.{}", dice.hex(20), from.domain());
        draft.references = answers.map(references).unwrap_or_default();
        draft.files = files(template.field("attach"), &draft, &blanks, dice);
        self.list_fields(template, &from, &mut draft, dice);
        let folder = self.folder(&from, &to);
        if folder == Folder::Inbox {
            self.travel(template, &from, &to, &mut draft, dice);
        }
        Made { draft, from, to, folder, template: template.id }
    }

    fn text(&self, template: &Template, blanks: &Blanks, at: Zoned, dice: &mut Dice) -> Draft {
        let style = match template.field("style") {
            "html" => Style::Html,
            "both" => Style::Both,
            _ => Style::Plain,
        };
        let mut draft = Draft {
            subject: fill(template.field("subject"), blanks, dice),
            body: fill(template.body, blanks, dice),
            at,
            style,
            ..Draft::default()
        };
        draft.coding = Coding::usual(draft.body.is_ascii() && draft.subject.is_ascii(), dice);
        if let Some(mailer) = mailer(template.field("from"), dice) {
            draft.extra.push(("X-Mailer", mailer.to_owned()));
        }
        draft
    }

    /// Mostly a person, often the mailbox that all read.
    fn receiver(&self, dice: &mut Dice) -> Person {
        if dice.chance(40) {
            let name = |text: &str| text.to_owned();
            return Person { first: name("Elections"), last: name("Office"), address: self.office.shared_mailbox() };
        }
        dice.pick(&self.office.people)
    }

    /// What a forwarded message said, where it isn't among those made.
    fn invent_thread(&self, blanks: &mut Blanks, dice: &mut Dice) {
        let from_voters = self.openings.iter().filter(|template| template.field("from") == "voter");
        let template = dice.pick(&from_voters.cloned().collect::<Vec<_>>());
        blanks.insert("thread", fill(template.field("subject"), blanks, dice));
        blanks.insert("quoted", quoted(&fill(template.body, blanks, dice)));
    }

    fn folder(&self, from: &Sender, to: &Person) -> Folder {
        let own = |address: &str| address.ends_with(&format!("@{}", self.office.domain));
        if own(&from.person.address) && !own(&to.address) { Folder::Sent } else { Folder::Inbox }
    }

    fn list_fields(&self, template: &Template, from: &Sender, draft: &mut Draft, dice: &mut Dice) {
        let domain = from.domain();
        if template.field("list") == "yes" {
            let (name, token) = (from.person.address.split('@').next().unwrap_or_default(), dice.token(14));
            draft.extra.push(("List-Id", format!("<{name}.{domain}>")));
            draft
                .extra
                .push(("List-Unsubscribe", format!("<https://click.{domain}/u/{token}>, <mailto:leave@{domain}>")));
            draft.extra.push(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
            draft.extra.push(("Precedence", "bulk".to_owned()));
        }
        let shows_logo =
            draft.style != Style::Plain && !["voter", "candidate", "press"].contains(&template.field("from"));
        if shows_logo && dice.chance(40) {
            draft.picture = Some(File { name: "logo.png".to_owned(), kind: "image/png", bytes: logo(domain, false) });
        }
    }

    fn travel(&self, template: &Template, from: &Sender, to: &Person, draft: &mut Draft, dice: &mut Dice) {
        let domain = from.domain().to_owned();
        let envelope = match template.field("list") {
            "yes" => format!("bounce-{}@{domain}", dice.hex(10)),
            _ => from.person.address.clone(),
        };
        let route = Route {
            envelope: &envelope,
            domain: &domain,
            host: format!("out{}.{domain}", 1 + dice.below(9)),
            to: &to.address,
            office: &self.office.domain,
            checks: from.checks,
            is_checked: dice.chance(92),
            at: &draft.at,
        };
        draft.trace = route.fields(dice).0;
    }
}

fn references(answered: &Made) -> Vec<String> {
    let mut ids = answered.draft.references.clone();
    ids.push(answered.draft.message_id.clone());
    ids
}

fn thread_blanks(answers: Option<&Made>, blanks: &mut Blanks) {
    let Some(answered) = answers else { return };
    let subject = answered.draft.subject.trim_start_matches("Re: ").trim_start_matches("RE: ");
    blanks.insert("thread", subject.to_owned());
    blanks.insert("quoted", quoted(&answered.draft.body));
}

/// The vendor that writes is the one that it speaks of.
fn name_the_vendor(office: &OfficeShape, from: &Sender, blanks: &mut Blanks) {
    let Some(vendor) = office.vendors.iter().find(|vendor| vendor.domain == from.domain()) else { return };
    let values = [("vendor", &vendor.name), ("product", &vendor.product), ("vendor-domain", &vendor.domain)];
    blanks.extend(values.map(|(key, value)| (key, value.clone())));
}

fn mailer(kind: &str, dice: &mut Dice) -> Option<&'static str> {
    let mailers = match kind {
        "voter" | "candidate" | "pollworker" => ["iPhone Mail", "Apple Mail", "", "", ""],
        _ => ["Microsoft Outlook 16.0", "Mailing 4", "", "", ""],
    };
    Some(dice.pick(&mailers)).filter(|mailer| !mailer.is_empty())
}

fn files(attach: &str, draft: &Draft, blanks: &Blanks, dice: &mut Dice) -> Vec<File> {
    let blank = |name: &str| blanks.get(name).cloned().unwrap_or_default();
    let lines: Vec<String> =
        std::iter::once(draft.subject.clone()).chain(draft.body.lines().map(str::to_owned)).collect();
    let file = |name: String, kind, bytes| vec![File { name, kind, bytes }];
    let link = format!("https://{}/", blank("sender-domain"));
    match attach {
        "pdf" => {
            let is_free_mail = FREE_MAIL.contains(&blank("sender-domain").as_str());
            let link = (!is_free_mail && dice.chance(30)).then_some(link.as_str());
            file(format!("{}-{}.pdf", named(draft), blank("number")), "application/pdf", pdf(&Page { lines, link }))
        }
        "scan" => {
            let lines = vec![format!("Scan {}", dice.hex(8)), blank("street"), blank("date")];
            file(format!("{}.pdf", dice.hex(12)), "application/pdf", pdf(&Page { lines, link: None }))
        }
        "docx" => file(format!("{} {}.docx", named(draft), blank("number")), DOCX, document(&lines)),
        "csv" => file(format!("export-{}.csv", blank("number")), "text/csv", table(dice)),
        "picture" => file(format!("IMG_{}.png", blank("ext")), "image/png", photo(dice)),
        "ics" => {
            let id = format!("{}@{}", dice.hex(16), blank("sender-domain"));
            let bytes = calendar_entry(&id, &draft.subject, &blank("place"), &draft.from.1, &draft.at);
            file("invite.ics".to_owned(), "text/calendar", bytes)
        }
        _ => Vec::new(),
    }
}

/// The subject's first words, as a file name.
fn named(draft: &Draft) -> String {
    let letters = draft.subject.chars().filter(|c| c.is_ascii_alphanumeric() || *c == ' ').collect::<String>();
    letters.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}

fn table(dice: &mut Dice) -> Vec<u8> {
    let rows: String =
        (0..5 + dice.below(20)).map(|n| format!("{n},V{},{}\r\n", dice.hex(7), dice.below(999))).collect();
    format!("row,voter,code\r\n{rows}").into_bytes()
}
