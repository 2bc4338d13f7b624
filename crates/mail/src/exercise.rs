//! Mail of the example county: ordinary mail of some weeks, a campaign of lures to many offices of which this one got five, what
//! the neighbours say of it, a log that shows that somebody acted, and a threat. With known truth.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::campaign::{GroupKey, OfficeSketches, OwnWords, Sketch, SketchError, campaigns};
use crate::letter::Letter;
use crate::simulate::{
    Folder, OfficeShape, Recipient, Sent, Variation, Vendor, campaign, case, mbox, ordinary, recipients, threats,
};

/// The case that the campaign is written after.
const CASE: &str = "vendor-letter-link";

/// What is to be made.
#[derive(Debug, Clone)]
pub struct MailPlan {
    /// The same seed makes the same mail.
    pub seed: u64,
    /// The office's name and domain.
    pub office: String,
    /// Its domain.
    pub domain: String,
    /// The first day of its mail.
    pub from: Date,
    /// How many days.
    pub days: u16,
    /// The days on which lures come.
    pub lures_on: Vec<Date>,
}

/// What was made.
#[derive(Debug)]
pub struct MailScenario {
    /// Files, by their names in the folder `mail/`.
    pub files: Vec<(String, Vec<u8>)>,
    /// What belongs into office.toml, after the office's name and time zone.
    pub settings: String,
    /// People of the office who got the lure.
    pub recipients: Vec<String>,
    /// Whom it imitates.
    pub imitated: String,
    /// All recipients of the campaign, and in how many offices.
    pub everywhere: (usize, usize),
    /// Who followed the lure's link.
    pub acted: String,
    /// Who was threatened.
    pub threatened: String,
}

/// A county's mail.
///
/// # Errors
/// Where sketches can't be made, which a plan does not cause.
pub fn county(plan: &MailPlan) -> Result<MailScenario, SketchError> {
    let shape = shape(plan);
    let mut sent = ordinary(&shape, plan.from, plan.days, plan.seed);
    let everybody = everybody(&shape, plan.seed);
    let variation =
        Variation { grade: 3, days: plan.lures_on.clone(), phrases: false, senders: 1, ..Variation::default() };
    let lures = case(CASE).map(|case| campaign(case, &shape, &everybody, &variation, plan.seed)).unwrap_or_default();
    let (own, others): (Vec<Sent>, Vec<Sent>) = lures.into_iter().partition(|lure| is_to(lure, &plan.domain));
    let key: Vec<u8> = (0..64_u64).map(|n| (plan.seed.wrapping_mul(n + 7) ^ (n * 97)) as u8).collect();
    let neighbours = neighbours(&others, &key, &shape.zone, plan)?;
    let mut files = vec![("circle.key".to_owned(), key), ("proxy.log".to_owned(), proxy(&own, plan).into_bytes())];
    files.push(("neighbours.zip".to_owned(), neighbours));
    let threat = threat(&shape, plan);
    let scenario = |files| MailScenario {
        files,
        settings: settings(&shape),
        recipients: own.iter().flat_map(|lure| lure.truth.recipients.clone()).collect(),
        imitated: shape.vendor().name,
        everywhere: (
            everybody.len(),
            others.iter().map(office_of).collect::<std::collections::BTreeSet<_>>().len() + 1,
        ),
        acted: clicker(&own),
        threatened: shape.official().name(),
    };
    sent.extend(own.iter().cloned().chain(threat));
    sent.sort_by_key(|sent| sent.truth.at);
    let (outgoing, incoming): (Vec<Sent>, Vec<Sent>) = sent.into_iter().partition(|sent| sent.folder == Folder::Sent);
    files.push(("inbox.mbox".to_owned(), mbox(&incoming)));
    files.push(("Sent.mbox".to_owned(), mbox(&outgoing)));
    Ok(scenario(files))
}

fn shape(plan: &MailPlan) -> OfficeShape {
    let mut shape = OfficeShape::example(plan.seed);
    shape.name.clone_from(&plan.office);
    for person in &mut shape.people {
        let local = person.address.split('@').next().unwrap_or_default();
        person.address = format!("{local}@{}", plan.domain);
    }
    (shape.domain, shape.county_domain) = (plan.domain.clone(), plan.domain.clone());
    shape.per_day = 14;
    shape
}

/// 122 people in 67 offices, five of them in this one, as in 2016.
fn everybody(shape: &OfficeShape, seed: u64) -> Vec<Recipient> {
    let mut all = recipients(122, 67, seed);
    let domain = |recipient: &Recipient| recipient.address.split('@').nth(1).unwrap_or_default().to_owned();
    let first = all.first().map(domain).unwrap_or_default();
    let people = shape.people.iter().cycle();
    for (recipient, person) in all.iter_mut().filter(|recipient| domain(recipient) == first).zip(people) {
        *recipient = Recipient { office: shape.name.clone(), address: person.address.clone(), name: person.name() };
    }
    all
}

fn office_of(sent: &Sent) -> String {
    let to = sent.truth.recipients.first().map(String::as_str).unwrap_or_default();
    to.split('@').nth(1).unwrap_or_default().to_owned()
}

fn is_to(sent: &Sent, domain: &str) -> bool {
    office_of(sent) == domain
}

/// The other offices' sketches, a file each, in one archive.
fn neighbours(others: &[Sent], key: &[u8], zone: &TimeZone, plan: &MailPlan) -> Result<Vec<u8>, SketchError> {
    let key = GroupKey::of_file(key)?;
    let mut by_office: BTreeMap<String, Vec<Sketch>> = BTreeMap::new();
    for sent in others {
        let office = office_of(sent);
        let own = OwnWords::new(&office, [office.as_str()], []);
        by_office.entry(office).or_default().push(Sketch::of(&Letter::read(&sent.raw), &own, &key));
    }
    let made = plan.lures_on.last().copied().unwrap_or(plan.from);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (n, sketches) in by_office.values().enumerate() {
        let file = OfficeSketches::of(&format!("Neighbour {}", n + 1), made, zone, sketches, &campaigns(sketches))?;
        // In memory, nothing can fail but the archive's own bounds, which 66 small files don't reach.
        let begun = archive.start_file(format!("{:02}.sketches.jsonl", n + 1), SimpleFileOptions::default());
        let _ = begun.map(|()| archive.write_all(file.write().as_bytes()));
    }
    Ok(archive.finish().map(Cursor::into_inner).unwrap_or_default())
}

fn threat(shape: &OfficeShape, plan: &MailPlan) -> Option<Sent> {
    let at = plan.lures_on.last()?.at(21, 14, 3, 0).to_zoned(shape.zone.clone()).ok()?;
    Some(threats(4, shape, &shape.official(), &at, plan.seed))
}

fn clicker(own: &[Sent]) -> String {
    own.first().and_then(|lure| lure.truth.recipients.first().cloned()).unwrap_or_default()
}

/// The office's web proxy (Squid's own format): ordinary visits, and one to the lure's link by whom it was sent to.
fn proxy(own: &[Sent], plan: &MailPlan) -> String {
    let mut lines = Vec::new();
    let begin = plan.from.at(7, 30, 0, 0).to_zoned(TimeZone::UTC).map_or(0, |at| at.timestamp().as_second());
    let sites = ["www.county.example", "news.example.org", "weather.example.net", "www.example.com"];
    for n in 0..i64::from(plan.days) * 40 {
        let at = begin + n * 2_160;
        let site = sites[usize::try_from(n * 7 % 4).unwrap_or(0)];
        lines.push((
            at,
            format!(
                "{at}.{:03}    {} 192.0.2.{} TCP_TUNNEL/200 {} CONNECT {site}:443 - HIER_DIRECT/198.51.100.9 -",
                n % 1_000,
                80 + n % 300,
                20 + n % 6,
                4_000 + n % 9_000
            ),
        ));
    }
    if let Some(lure) = own.first() {
        let at = lure.truth.at.as_second() + 11 * 60;
        let letter = Letter::read(&lure.raw);
        if let Some(link) = letter.links.iter().find(|link| link.is_web()) {
            let user = clicker(own).split('@').next().unwrap_or_default().to_owned();
            lines.push((
                at,
                format!(
                    "{at}.417    512 192.0.2.23 TCP_MISS/200 18230 GET {} {user} HIER_DIRECT/203.0.113.80 text/html",
                    link.url
                ),
            ));
        }
    }
    lines.sort();
    lines.into_iter().map(|(_, line)| line + "\n").collect()
}

fn settings(shape: &OfficeShape) -> String {
    let mut text = format!("domains = [\"{}\"]\n\n", shape.domain);
    let official = shape.official();
    text.push_str(&format!(
        "[[officials]]\nname = \"{}\"\ntitle = \"Director of Elections\"\naddresses = [\"{}\"]\n\n",
        official.name(),
        official.address
    ));
    for Vendor { name, product, domain, .. } in &shape.vendors {
        text.push_str(&format!(
            "[[vendors]]\nname = \"{name}\"\naliases = [\"{product}\"]\ndomains = [\"{domain}\"]\n\n"
        ));
    }
    text.push_str(&format!("[mail]\nreceivers = [\"{}\"]\nkey = \"mail/circle.key\"\n", shape.domain));
    text
}
