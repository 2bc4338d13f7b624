//! One lure to many offices, varied from copy to copy as the 2016 vendor lure was: 122 recipients, five copies in one county,
//! prepared on 27 October, received on 31 October and 1 November.

use jiff::civil::{Date, date};

use super::Sent;
use super::dice::Dice;
use super::lures::{Case, Draws, compose};
use super::people::{OfficeShape, Person, at_work};

/// Somebody in an office who gets the lure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The office's name.
    pub office: String,
    /// The person's mail address; its domain is the office's.
    pub address: String,
    /// The person's name, first and last.
    pub name: String,
}

/// What differs from copy to copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variation {
    /// The subject, among those that the wording has.
    pub subject: bool,
    /// The recipient's name in the salutation.
    pub salutation: bool,
    /// The office's name in the text.
    pub office_name: bool,
    /// Which of the wording's phrases are taken.
    pub phrases: bool,
    /// The order of sentences.
    pub sentence_order: bool,
    /// Who signs.
    pub signature: bool,
    /// The token in the link.
    pub link_token: bool,
    /// The attachment's bytes, and so its hash.
    pub file_hash: bool,
    /// How many senders take turns.
    pub senders: u32,
    /// How subtle it is, from 1 to 4.
    pub grade: u8,
    /// The days on which it goes out.
    pub days: Vec<Date>,
}

impl Default for Variation {
    /// Everything differs, three senders, on the days of 2016.
    fn default() -> Self {
        Self { senders: 3, ..Self::none() }.with_all()
    }
}

impl Variation {
    /// Every copy the same but for whom it names as its receiver.
    pub fn none() -> Self {
        Self {
            subject: false,
            salutation: false,
            office_name: false,
            phrases: false,
            sentence_order: false,
            signature: false,
            link_token: false,
            file_hash: false,
            senders: 1,
            grade: 4,
            days: vec![date(2016, 10, 31), date(2016, 11, 1)],
        }
    }

    fn with_all(self) -> Self {
        Self {
            subject: true,
            salutation: true,
            office_name: true,
            phrases: true,
            sentence_order: true,
            signature: true,
            link_token: true,
            file_hash: true,
            ..self
        }
    }
}

/// The copies of a lure, one for each recipient, in order of time. `office` lends its vendors, contacts and time zone; name,
/// domain and person are each recipient's own. The campaign's id is the case's with the seed.
pub fn campaign(
    case: &'static Case,
    office: &OfficeShape,
    recipients: &[Recipient],
    variation: &Variation,
    seed: u64,
) -> Vec<Sent> {
    let id = format!("{}-{seed}", case.id);
    let mut copies: Vec<Sent> =
        recipients.iter().filter_map(|recipient| copy(case, office, recipient, variation, seed)).collect();
    copies.sort_by_key(|copy| copy.truth.at);
    copies.iter_mut().for_each(|copy| copy.truth.campaign = Some(id.clone()));
    copies
}

fn copy(
    case: &'static Case,
    office: &OfficeShape,
    recipient: &Recipient,
    variation: &Variation,
    seed: u64,
) -> Option<Sent> {
    let mut dice = Dice::of(seed, &format!("campaign/{}/{}", case.id, recipient.address));
    let minute = dice.below(9 * 60);
    let hour = i8::try_from(8 + minute / 60).ok()?;
    let day = dice.pick(&variation.days);
    let time = day.at(hour, i8::try_from(minute % 60).ok()?, i8::try_from(dice.below(60)).ok()?, 0);
    let at = time.to_zoned(office.zone.clone()).ok()?;
    let (office, to) = theirs(office, recipient, variation);
    let draws = draws(case, recipient, variation, seed, &mut dice);
    let mut sent = compose(case, variation.grade.clamp(1, 4), &office, &to, &at, draws);
    sent.truth.recipients = vec![recipient.address.clone()];
    Some(sent)
}

/// The office as the lure sees it.
fn theirs(office: &OfficeShape, recipient: &Recipient, variation: &Variation) -> (OfficeShape, Person) {
    let domain = recipient.address.split('@').nth(1).unwrap_or_default().to_owned();
    let named = |is_named, name: &str, other: &str| if is_named { name.to_owned() } else { other.to_owned() };
    let (first, last) = recipient.name.split_once(' ').unwrap_or((recipient.name.as_str(), ""));
    let to = Person {
        first: named(variation.salutation, first, "Colleague"),
        last: named(variation.salutation, last, ""),
        address: recipient.address.clone(),
    };
    let director =
        Person { first: "The".to_owned(), last: "Director".to_owned(), address: format!("director@{domain}") };
    let shape = OfficeShape {
        name: named(variation.office_name, &recipient.office, "your office"),
        county_domain: domain.clone(),
        domain,
        people: vec![director],
        ..office.clone()
    };
    (shape, to)
}

fn draws(case: &Case, recipient: &Recipient, variation: &Variation, seed: u64, dice: &mut Dice) -> Draws {
    let turn = dice.below(u64::from(variation.senders.max(1)));
    let of = |varies: bool, what: &str| {
        let whose = if varies { recipient.address.as_str() } else { "" };
        Dice::of(seed, &format!("campaign/{}/{what}/{whose}", case.id))
    };
    Draws {
        subject: of(variation.subject, "subject"),
        text: of(variation.phrases || variation.sentence_order, "text"),
        names: of(variation.signature, "names"),
        sender: Dice::of(seed, &format!("campaign/{}/sender/{turn}", case.id)),
        token: of(variation.link_token, "token"),
        file: of(variation.file_hash, "file"),
        rest: of(true, "rest"),
        shuffles: variation.sentence_order,
    }
}

/// Invented recipients, as many as asked, in as many offices: one office has five, as one county did in 2016, the others
/// about the same number each.
pub fn recipients(people: usize, offices: usize, seed: u64) -> Vec<Recipient> {
    let mut dice = Dice::of(seed, "recipients");
    let place = |n: usize| {
        if n < offices {
            n
        } else if n < offices + 4 {
            0
        } else {
            1 + (n - offices - 4) % offices.max(2).saturating_sub(1)
        }
    };
    let recipient = |n: usize| {
        let office = place(n);
        let county = super::people::words("stem").get(office % 40).copied().unwrap_or_default();
        let person = at_work(&mut dice, &format!("elections.{}{office}.example", super::people::plain(county)));
        Recipient {
            office: format!("{county} County {} Elections", office + 1),
            name: person.name(),
            address: person.address,
        }
    };
    (0..people).map(recipient).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Letter;
    use crate::simulate::{case, truth_table};
    use std::collections::BTreeSet;

    fn copies(variation: &Variation) -> Vec<Letter> {
        let lure = case("vendor-free-mail-macro").unwrap();
        let sent = campaign(lure, &OfficeShape::example(1), &recipients(122, 67, 1), variation, 1);
        assert_eq!(truth_table(&sent).lines().count(), 123);
        sent.iter().map(|sent| Letter::read(&sent.raw)).collect()
    }

    fn document(letter: &Letter) -> Vec<u8> {
        letter.parts.iter().find(|part| part.name.ends_with(".docm")).unwrap().bytes.clone()
    }

    fn kinds<T: Ord>(letters: &[Letter], of: impl Fn(&Letter) -> T) -> usize {
        letters.iter().map(of).collect::<BTreeSet<T>>().len()
    }

    #[test]
    fn people_and_offices_are_as_many_as_asked() {
        let people = recipients(122, 67, 1);
        let domain = |recipient: &Recipient| recipient.address.split('@').nth(1).unwrap().to_owned();
        assert_eq!(people.iter().map(domain).collect::<BTreeSet<_>>().len(), 67);
        assert_eq!(people.iter().map(|recipient| &recipient.address).collect::<BTreeSet<_>>().len(), 122);
        let first = domain(&people[0]);
        assert_eq!(people.iter().filter(|recipient| domain(recipient) == first).count(), 5);
    }

    #[test]
    fn a_varied_campaign_differs_in_all_that_it_may() {
        let letters = copies(&Variation::default());
        assert_eq!(kinds(&letters, document), 122);
        let senders = kinds(&letters, |letter| letter.from[0].address.clone());
        assert!((2..=3).contains(&senders), "{senders}");
        assert!(kinds(&letters, |letter| letter.subject.clone()) >= 3);
        assert!(kinds(&letters, |letter| letter.text.clone()) > 100);
        let days = kinds(&letters, |letter| letter.date.unwrap().strftime("%F").to_string());
        assert!((2..=3).contains(&days), "{days}");
    }

    #[test]
    fn links_and_senders_differ_where_the_case_has_them() {
        let sent = campaign(
            case("vendor-letter-link").unwrap(),
            &OfficeShape::example(1),
            &recipients(60, 30, 1),
            &Variation::default(),
            2,
        );
        let letters: Vec<Letter> = sent.iter().map(|sent| Letter::read(&sent.raw)).collect();
        assert_eq!(kinds(&letters, |letter| letter.links.iter().map(|link| link.url.clone()).collect::<Vec<_>>()), 60);
        assert!(kinds(&letters, |letter| letter.from[0].address.clone()) >= 2);
    }

    #[test]
    fn an_unvaried_one_says_the_same_to_all() {
        let letters = copies(&Variation::none());
        assert_eq!(kinds(&letters, document), 1);
        assert_eq!(kinds(&letters, |letter| letter.subject.clone()), 1);
        assert_eq!(kinds(&letters, |letter| letter.text.clone()), 1);
    }
}
