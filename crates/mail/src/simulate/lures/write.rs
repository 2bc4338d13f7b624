//! Writes a lure: who it is from, what it says, where it leads, what the receiver's checks found.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Zoned;
use pollwarden_core::{Digest, ObservableKind};

use super::super::blanks::blanks;
use super::super::dice::Dice;
use super::super::documents::logo;
use super::super::draft::{Coding, Draft, File, Style};
use super::super::people::{OfficeShape, Person};
use super::super::route::{ALL_PASS, Checks, DOUBTFUL, FORGED, NOTHING, Route, SPF_ALONE};
use super::super::template::{Blanks, Template, fill, templates};
use super::super::twist::{Twist, look_alike};
use super::super::{Folder, Imitated, Kind, Lure, Sent, Truth};
use super::party::{Party, address, party, shown};
use super::payload::carried;
use super::{Case, Link, Payload, Way, Whom};

/// A lure of this case and grade (1 to 4; others are taken as the nearest) to one of the office's people. The
/// same arguments give the same bytes.
pub fn write(case: &'static Case, grade: u8, office: &OfficeShape, to: &Person, at: &Zoned, seed: u64) -> Sent {
    let name = format!("lure/{}/{grade}/{}", case.id, to.address);
    compose(case, grade.clamp(1, 4), office, to, at, Draws::all(&Dice::of(seed, &name)))
}

/// Draws for each thing that may differ from copy to copy of a campaign.
pub(in super::super) struct Draws {
    pub(in super::super) subject: Dice,
    pub(in super::super) text: Dice,
    pub(in super::super) names: Dice,
    pub(in super::super) sender: Dice,
    pub(in super::super) token: Dice,
    pub(in super::super) file: Dice,
    pub(in super::super) rest: Dice,
    /// Whether the sentences of a paragraph change places.
    pub(in super::super) shuffles: bool,
}

impl Draws {
    fn all(dice: &Dice) -> Self {
        let of = |name: &str| Dice::of(dice.clone().below(u64::MAX), name);
        Self {
            subject: of("subject"),
            text: of("text"),
            names: of("names"),
            sender: of("sender"),
            token: of("token"),
            file: of("file"),
            rest: of("rest"),
            shuffles: false,
        }
    }
}

/// One lure in the making.
struct Scene<'a> {
    case: &'static Case,
    grade: u8,
    office: &'a OfficeShape,
    to: &'a Person,
    at: &'a Zoned,
    party: Party,
    sender: String,
}

pub(in super::super) fn compose(
    case: &'static Case,
    grade: u8,
    office: &OfficeShape,
    to: &Person,
    at: &Zoned,
    mut draws: Draws,
) -> Sent {
    let party = party(case.whom, office, to, &mut draws.names);
    let sender = address(case, grade, &party, &mut draws.sender);
    Scene { case, grade, office, to, at, party, sender }.sent(draws)
}

impl Scene<'_> {
    fn sent(self, mut draws: Draws) -> Sent {
        let blanks = self.blanks(&mut draws);
        let mut draft = text(self.case, self.grade, &blanks, self.at, &mut draws);
        self.addressed(&mut draft, &mut draws);
        let load = carried(self.case.payload, &draft, &blanks, self.at, &mut draws.file);
        draft.files = load.files;
        draft.picture = load.picture.or_else(|| copied_logo(&draft, &self.party, self.grade));
        let (trace, ip) = self.trace(&mut draws.rest);
        draft.trace = trace;
        let indicators = indicators(&draft, &blanks, self.case, &ip, load.hosts);
        let (recipients, at) = (vec![self.to.address.clone()], self.at.timestamp());
        let truth = Truth { kind: Kind::Lure(self.lure(indicators)), campaign: None, recipients, at };
        Sent { raw: draft.bytes(&mut draws.rest), truth, folder: Folder::Inbox }
    }

    fn lure(self, indicators: Vec<(ObservableKind, String)>) -> Lure {
        let imitated = Imitated { name: self.party.name, writes_from: self.party.writes_from };
        let techniques = self.case.techniques.to_vec();
        Lure { case: self.case.id, grade: self.grade, imitated, techniques, indicators }
    }

    fn domain(&self) -> &str {
        self.sender.split('@').nth(1).unwrap_or_default()
    }

    fn addressed(&self, draft: &mut Draft, draws: &mut Draws) {
        draft.from = (shown(self.case.whom, &self.party), self.sender.clone());
        draft.to = receivers(self.grade, self.office, self.to);
        draft.message_id = format!("{}@mail.{}", draws.rest.hex(20), self.domain());
        if self.case.wording == "thread-hijack" {
            draft.references = vec![format!("{}@mail.{}", draws.rest.hex(20), self.office.domain)];
        }
        if let Way::ReplyTo(twist) = self.case.way {
            let elsewhere = look_alike(&self.party.writes_from, twist, self.grade, &mut draws.sender);
            draft.reply_to = Some((draft.from.0.clone(), format!("accounts@{elsewhere}")));
        }
        if draws.rest.chance(30) {
            draft.extra.push(("X-Mailer", "Microsoft Outlook 16.0".to_owned()));
        }
    }

    fn trace(&self, dice: &mut Dice) -> (Vec<(&'static str, String)>, String) {
        let route = Route {
            envelope: &self.sender,
            domain: self.domain(),
            host: host(self.grade, self.domain(), dice),
            to: &self.to.address,
            office: &self.office.domain,
            checks: checks(self.case.way, self.grade),
            is_checked: true,
            at: self.at,
        };
        route.fields(dice)
    }

    fn blanks(&self, draws: &mut Draws) -> Blanks {
        let writer = Person { address: self.sender.clone(), ..self.party.person.clone() };
        let mut blanks = blanks(self.office, &writer, self.to, self.at, &mut draws.names);
        let vendor = self.office.vendor();
        let first_word = vendor.name.split_whitespace().next().unwrap_or_default().to_owned();
        let threads = ["Booths for the primary", "Clerks' call", "Poll worker list"];
        blanks.extend([
            ("vendor", vendor.name),
            ("product", vendor.product),
            ("vendor-person", self.party.person.name()),
            // The 2016 mail got the vendor's name wrong in this way.
            ("vendor-wrong", format!("{first_word} Elections")),
            ("imitated", self.party.name.clone()),
            ("link", self.link(draws)),
            ("thread", draws.subject.pick(&threads).to_owned()),
            ("quoted", "Could you send me the list once more? Thanks!".to_owned()),
        ]);
        blanks
    }

    fn link(&self, draws: &mut Draws) -> String {
        let token = draws.token.token(16);
        let scheme = if self.grade == 1 { "http" } else { "https" };
        let mut host = |twist| self.link_host(twist, &mut draws.sender);
        match self.case.link {
            Link::None => String::new(),
            // No shortener gives out a name that begins with a point.
            Link::Shortener if self.grade > 1 => format!("https://bit.ly/.{}", &token[..7]),
            Link::Shortener => format!("{scheme}://{}/account?continue={token}", host(Twist::AddedWord)),
            Link::LookAlike(twist) => format!("{scheme}://{}/session/{token}", host(twist)),
            Link::Coded(twist) => {
                let address = URL_SAFE_NO_PAD.encode(&self.to.address);
                format!("{scheme}://{}/adfs/ls/?wa=wsignin1.0&id={address}&s={token}", host(twist))
            }
        }
    }

    /// Crude ones lead to a bare address or a host without a name; better ones to a look-alike.
    fn link_host(&self, twist: Twist, dice: &mut Dice) -> String {
        let (domain, writes_from) = (self.domain(), &self.party.writes_from);
        let true_domain = writes_from.split('@').next_back().unwrap_or_default();
        match self.grade {
            1 => format!("198.51.100.{}", 1 + dice.below(254)),
            2 => format!("{}.web-pages.example", dice.hex(8)),
            _ if domain.ends_with(".example") && domain != true_domain => domain.to_owned(),
            _ => look_alike(true_domain, twist, self.grade, dice),
        }
    }
}

fn checks(way: Way, grade: u8) -> Checks {
    match (way, grade) {
        (Way::Own, _) | (_, 4) | (Way::FreeMail, 3) => ALL_PASS,
        (Way::ReplyTo(_), 3) | (Way::FreeMail, 1 | 2) => DOUBTFUL,
        (_, 1) | (Way::ReplyTo(_), _) => FORGED,
        (_, 2) => NOTHING,
        _ => SPF_ALONE,
    }
}

fn host(grade: u8, domain: &str, dice: &mut Dice) -> String {
    match grade {
        1 | 2 => format!("vps{}.hosting.example", 100 + dice.below(900)),
        _ => format!("out{}.{domain}", 1 + dice.below(9)),
    }
}

fn receivers(grade: u8, office: &OfficeShape, to: &Person) -> Vec<(String, String)> {
    let mut receivers = vec![(to.name().trim().to_owned(), to.address.clone())];
    if grade == 1 {
        let others = office.people.iter().filter(|person| person.address != to.address).take(3);
        receivers.extend(others.map(|person| (String::new(), person.address.clone())));
    }
    receivers
}

fn text(case: &Case, grade: u8, blanks: &Blanks, at: &Zoned, draws: &mut Draws) -> Draft {
    let id = format!("{}/{}", case.wording, if grade < 3 { "crude" } else { "fine" });
    let template: Template =
        templates(include_str!("../templates/lures.txt")).into_iter().find(|t| t.id == id).unwrap_or_default();
    let body = fill(template.body, blanks, &mut draws.text);
    let writes_plain = matches!(case.whom, Whom::Official | Whom::Contact) && case.link == Link::None;
    let style = match (writes_plain, case.payload, grade) {
        (true, ..) => Style::Plain,
        (_, Payload::CodePicture, _) | (_, _, 1 | 2) => Style::Html,
        _ => Style::Both,
    };
    let coding = Coding::usual(body.is_ascii(), &mut draws.rest);
    Draft {
        subject: fill(template.field("subject"), blanks, &mut draws.subject),
        body: if draws.shuffles { shuffled(&body, &mut draws.text) } else { body },
        at: at.clone(),
        style,
        coding,
        ..Draft::default()
    }
}

/// Sentences of a paragraph in another order; salutation and signature are one sentence or several lines, and stay.
fn shuffled(body: &str, dice: &mut Dice) -> String {
    let paragraph = |text: &str| {
        let sentences: Vec<&str> = text.split_inclusive(". ").collect();
        if sentences.len() < 2 || text.contains('\n') || text.contains("((") {
            return text.to_owned();
        }
        let mut sentences: Vec<&str> = sentences.into_iter().map(str::trim).collect();
        (1..sentences.len()).for_each(|at| sentences.swap(at, dice.place(at + 1)));
        sentences.join(" ")
    };
    body.split("\n\n").map(paragraph).collect::<Vec<_>>().join("\n\n")
}

/// The party's logo: true from grade 3 on, before that a bad copy.
fn copied_logo(draft: &Draft, party: &Party, grade: u8) -> Option<File> {
    let has_one = draft.style != Style::Plain && !party.writes_from.contains('@');
    has_one.then(|| File { name: "logo.png".to_owned(), kind: "image/png", bytes: logo(&party.writes_from, grade < 3) })
}

fn indicators(
    draft: &Draft,
    blanks: &Blanks,
    case: &Case,
    ip: &str,
    hosts: Vec<String>,
) -> Vec<(ObservableKind, String)> {
    let mut found = vec![(ObservableKind::Ip, ip.trim_start_matches("IPv6:").to_owned())];
    found.push((ObservableKind::EmailAddress, draft.from.1.clone()));
    found.extend(draft.reply_to.iter().map(|(_, address)| (ObservableKind::EmailAddress, address.clone())));
    if let Way::LookAlike(_) = case.way {
        found.extend(draft.from.1.split('@').nth(1).map(|domain| (ObservableKind::Domain, domain.to_owned())));
    }
    if case.link != Link::None {
        found.extend(blanks.get("link").map(|link| (ObservableKind::Url, link.clone())));
    }
    found.extend(hosts.into_iter().map(|host| (ObservableKind::Domain, host)));
    found.extend(draft.files.iter().map(|file| (ObservableKind::FileHash, Digest::of(&file.bytes).to_string())));
    found
}
