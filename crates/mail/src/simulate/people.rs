//! Invented people, offices and those who write to them.

use jiff::tz::TimeZone;

use super::dice::Dice;

/// A person with a mail address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// First name.
    pub first: String,
    /// Last name.
    pub last: String,
    /// Mail address.
    pub address: String,
}

impl Person {
    /// First and last name.
    pub fn name(&self) -> String {
        format!("{} {}", self.first, self.last)
    }
}

/// A vendor of the office.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vendor {
    /// Its name, such as `Pollbook Systems`.
    pub name: String,
    /// What the office has of it.
    pub product: String,
    /// The domain it writes from.
    pub domain: String,
    /// Who answers the office's questions.
    pub people: Vec<Person>,
}

/// An election office, as far as its mail shows it.
#[derive(Debug, Clone)]
pub struct OfficeShape {
    /// Its name, such as `Aldermere County Elections`.
    pub name: String,
    /// The county's name alone.
    pub county: String,
    /// The domain of its mail.
    pub domain: String,
    /// The county's own domain, whose service desk and payroll write to the office.
    pub county_domain: String,
    /// Its staff; the first is the official in charge.
    pub people: Vec<Person>,
    /// Its vendors; lures in a vendor's name take the first.
    pub vendors: Vec<Vendor>,
    /// Those with whom it exchanges mail again and again: other offices, mostly.
    pub contacts: Vec<Person>,
    /// Where it is.
    pub zone: TimeZone,
    /// How many messages come on a working day.
    pub per_day: u32,
}

impl OfficeShape {
    /// An invented office of six people with two vendors.
    pub fn example(seed: u64) -> Self {
        let mut dice = Dice::of(seed, "office");
        let domain = "elections.aldermere.example";
        let vendors = [
            ("Pollbook Systems", "EasyCheck", "pollbooksystems.example"),
            ("Millstone Tabulation", "ClearScan", "millstonetabulation.example"),
        ];
        Self {
            name: "Aldermere County Elections".to_owned(),
            county: "Aldermere".to_owned(),
            domain: domain.to_owned(),
            county_domain: "aldermere.example".to_owned(),
            people: (0..6).map(|_| at_work(&mut dice, domain)).collect(),
            vendors: vendors.map(|(name, product, domain)| vendor(name, product, domain, &mut dice)).to_vec(),
            contacts: (0..8).map(|n| at_work(&mut dice, &format!("elections.county{n}.example"))).collect(),
            zone: TimeZone::get("America/New_York").unwrap_or(TimeZone::UTC),
            per_day: 60,
        }
    }

    /// The official in charge.
    pub fn official(&self) -> Person {
        self.people.first().cloned().unwrap_or_default()
    }

    /// The vendor whom lures imitate.
    pub fn vendor(&self) -> Vendor {
        self.vendors.first().cloned().unwrap_or_default()
    }

    /// The address that the public writes to.
    pub fn shared_mailbox(&self) -> String {
        format!("elections@{}", self.domain)
    }
}

fn vendor(name: &str, product: &str, domain: &str, dice: &mut Dice) -> Vendor {
    let people = (0..3).map(|_| at_work(dice, domain)).collect();
    Vendor { name: name.to_owned(), product: product.to_owned(), domain: domain.to_owned(), people }
}

/// A person with an address of this domain.
pub(super) fn at_work(dice: &mut Dice, domain: &str) -> Person {
    let person = person(dice);
    Person { address: format!("{}.{}@{domain}", plain(&person.first), plain(&person.last)), ..person }
}

/// Free-mail providers. None of them allows a hyphen in a name, so that a name with one can't be anybody's.
pub(super) const FREE_MAIL: [&str; 3] = ["gmail.com", "yahoo.com", "aol.com"];

/// A person with an account of a free-mail provider, most of them of the first.
pub(super) fn at_home(dice: &mut Dice) -> Person {
    let person = person(dice);
    let provider = FREE_MAIL[dice.weighed(&[3, 1, 1])];
    let number = if dice.chance(60) { dice.below(99).to_string() } else { String::new() };
    Person { address: format!("{}-{}{number}@{provider}", plain(&person.first), plain(&person.last)), ..person }
}

fn person(dice: &mut Dice) -> Person {
    let last = format!("{}{}", dice.pick(&words("stem")), dice.pick(&words("end")));
    Person { first: dice.pick(&words("first")).to_owned(), last, address: String::new() }
}

/// A list of words by its name.
pub(super) fn words(list: &str) -> Vec<&'static str> {
    let line = include_str!("templates/names.txt").lines().find_map(|line| line.strip_prefix(list)?.strip_prefix(':'));
    line.unwrap_or_default().split_whitespace().collect()
}

/// A name as an address writes it: small letters without accents.
pub(super) fn plain(name: &str) -> String {
    let letter = |c: char| match c {
        'á' | 'Á' => 'a',
        'é' | 'É' | 'ë' => 'e',
        'í' => 'i',
        'ó' | 'ö' => 'o',
        'ú' => 'u',
        'ñ' => 'n',
        _ => c.to_ascii_lowercase(),
    };
    name.chars().map(letter).filter(|c| c.is_ascii_alphanumeric()).collect()
}
