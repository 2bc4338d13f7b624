//! Writes a lure: who it is from, what it says, where it leads, what the receiver's checks found.

use jiff::Zoned;
use pollwarden_core::{Digest, ObservableKind};

use super::super::blanks::blanks;
use super::super::dice::Dice;
use super::super::documents::logo;
use super::super::draft::{Coding, Draft, File, Style};
use super::super::people::{OfficeShape, Person, at_work, plain};
use super::super::route::{ALL_PASS, Checks, DOUBTFUL, FORGED, NOTHING, Route, SPF_ALONE};
use super::super::template::{Blanks, Template, fill, templates};
use super::super::twist::{Twist, look_alike};
use super::super::{Folder, Imitated, Kind, Lure, Sent, Truth};
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

/// The party that is imitated, and the person who seems to write.
struct Party {
    name: String,
    writes_from: String,
    person: Person,
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
    let blanks = fillings(case, grade, office, &party, &sender, to, at, &mut draws);
    let mut draft = text(case, grade, &blanks, at, &mut draws);
    draft.from = (shown(case.whom, &party), sender.clone());
    draft.to = receivers(grade, office, to);
    let domain = sender.split('@').nth(1).unwrap_or_default().to_owned();
    draft.message_id = format!("{}@mail.{domain}", draws.rest.hex(20));
    if case.wording == "thread-hijack" {
        draft.references = vec![format!("{}@mail.{}", draws.rest.hex(20), office.domain)];
    }
    if let Way::ReplyTo(twist) = case.way {
        let elsewhere = look_alike(&party.writes_from, twist, grade, &mut draws.sender);
        draft.reply_to = Some((draft.from.0.clone(), format!("accounts@{elsewhere}")));
    }
    let load = carried(case.payload, &draft, &blanks, at, &mut draws.file);
    draft.files = load.files;
    draft.picture = load.picture.or_else(|| copied_logo(&draft, &party, grade));
    let route = Route {
        envelope: &sender,
        domain: &domain,
        host: host(grade, &domain, &mut draws.rest),
        to: &to.address,
        office: &office.domain,
        checks: checks(case.way, grade),
        is_checked: true,
        at,
    };
    let (trace, ip) = route.fields(&mut draws.rest);
    draft.trace = trace;
    let indicators = indicators(&draft, &blanks, case, &ip, load.hosts);
    let imitated = Imitated { name: party.name, writes_from: party.writes_from };
    let lure = Lure { case: case.id, grade, imitated, techniques: case.techniques.to_vec(), indicators };
    let truth =
        Truth { kind: Kind::Lure(lure), campaign: None, recipients: vec![to.address.clone()], at: at.timestamp() };
    Sent { raw: draft.bytes(&mut draws.rest), truth, folder: Folder::Inbox }
}

fn party(whom: Whom, office: &OfficeShape, to: &Person, dice: &mut Dice) -> Party {
    let of = |name: &str, domain: &str, dice: &mut Dice| Party {
        name: name.to_owned(),
        writes_from: domain.to_owned(),
        person: at_work(dice, domain),
    };
    match whom {
        Whom::Vendor => {
            let vendor = office.vendor();
            let person = dice.pick(&vendor.people);
            Party { name: vendor.name, writes_from: vendor.domain, person }
        }
        Whom::Official => named(office.people.iter().find(|person| person.address != to.address)),
        Whom::Contact => named(office.contacts.get(dice.place(office.contacts.len()))),
        Whom::Office => Party { person: office.official(), ..of(&office.name, &office.domain, dice) },
        Whom::Google => of("Google", "google.com", dice),
        Whom::Microsoft => of("Microsoft", "microsoft.com", dice),
        Whom::Commission => of("U.S. Election Assistance Commission", "eac.gov", dice),
        Whom::Association => of("Association of Election Clerks", "electionclerks.example", dice),
        Whom::Advisory => of("Elections Sharing Center", "sharingcenter.example", dice),
        Whom::State => of("State Elections Division", "elections.state.example", dice),
    }
}

fn named(person: Option<&Person>) -> Party {
    let person = person.cloned().unwrap_or_default();
    Party { name: person.name(), writes_from: person.address.clone(), person }
}

/// The name that mail programs show: of the person where a person is imitated, else of the party.
fn shown(whom: Whom, party: &Party) -> String {
    match whom {
        Whom::Official | Whom::Contact => party.person.name(),
        Whom::Association | Whom::State => format!("{} ({})", party.person.name(), party.name),
        Whom::Vendor => format!("{} Support", party.name),
        _ => party.name.clone(),
    }
}

fn address(case: &Case, grade: u8, party: &Party, dice: &mut Dice) -> String {
    let local = |party: &Party| party.person.address.split('@').next().unwrap_or_default().to_owned();
    match case.way {
        // With a hyphen, since the provider gives no account that has one.
        Way::FreeMail => format!("{}{}@gmail.com", hyphened(&party.name), number(grade, dice)),
        Way::Own | Way::ReplyTo(_) => party.person.address.clone(),
        Way::LookAlike(twist) => {
            let domain = look_alike(&party.writes_from, twist, grade, dice);
            match case.whom {
                Whom::Google | Whom::Microsoft | Whom::Office | Whom::Commission => {
                    format!("{}@{domain}", dice.pick(&["no-reply", "notice", "account-security"]))
                }
                _ => format!("{}@{domain}", local(party)),
            }
        }
    }
}

fn hyphened(name: &str) -> String {
    let name = name.split_whitespace().map(plain).collect::<Vec<_>>().join("-");
    if name.contains('-') { name } else { format!("{name}-elections") }
}

fn number(grade: u8, dice: &mut Dice) -> String {
    if grade < 3 { (100 + dice.below(900)).to_string() } else { String::new() }
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

#[expect(clippy::too_many_arguments, reason = "everything that a text may name")]
fn fillings(
    case: &Case,
    grade: u8,
    office: &OfficeShape,
    party: &Party,
    sender: &str,
    to: &Person,
    at: &Zoned,
    draws: &mut Draws,
) -> Blanks {
    let writer = Person { address: sender.to_owned(), ..party.person.clone() };
    let mut blanks = blanks(office, &writer, to, at, &mut draws.names);
    let vendor = office.vendor();
    let first_word = vendor.name.split_whitespace().next().unwrap_or_default().to_owned();
    blanks.extend([
        ("vendor", vendor.name),
        ("product", vendor.product),
        ("vendor-person", party.person.name()),
        // The 2016 mail got the vendor's name wrong in this way.
        ("vendor-wrong", format!("{first_word} Elections")),
        ("imitated", party.name.clone()),
        ("link", link(case.link, grade, party, sender, to, draws)),
        ("thread", draws.subject.pick(&["Booths for the primary", "Clerks' call", "Poll worker list"]).to_owned()),
        ("quoted", "Could you send me the list once more? Thanks!".to_owned()),
    ]);
    blanks
}

fn link(link: Link, grade: u8, party: &Party, sender: &str, to: &Person, draws: &mut Draws) -> String {
    let domain = sender.split('@').nth(1).unwrap_or_default();
    let token = draws.token.token(16);
    let true_domain = party.writes_from.split('@').next_back().unwrap_or_default();
    let mut host = |twist: Twist| match grade {
        1 => format!("198.51.100.{}", 1 + draws.sender.below(254)),
        2 => format!("{}.web-pages.example", draws.sender.hex(8)),
        _ if domain.ends_with(".example") && domain != true_domain => domain.to_owned(),
        _ => look_alike(true_domain, twist, grade, &mut draws.sender),
    };
    let scheme = if grade == 1 { "http" } else { "https" };
    match link {
        Link::None => String::new(),
        // No shortener gives out a name that begins with a point.
        Link::Shortener if grade > 1 => format!("https://bit.ly/.{}", &token[..7]),
        Link::Shortener => format!("{scheme}://{}/account?continue={token}", host(Twist::AddedWord)),
        Link::LookAlike(twist) => format!("{scheme}://{}/{}/{token}", host(twist), "session"),
        Link::Coded(twist) => {
            use base64::Engine as _;
            let address = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&to.address);
            format!("{scheme}://{}/adfs/ls/?wa=wsignin1.0&id={address}&s={token}", host(twist))
        }
    }
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
