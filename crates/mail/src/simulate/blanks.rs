//! What fills a message's blanks: names, days, numbers and places, drawn once for each message.

use jiff::{Span, Zoned};

use super::dice::Dice;
use super::people::{OfficeShape, Person, plain, words};
use super::template::Blanks;

/// Blanks that every text can use.
pub(super) fn blanks(office: &OfficeShape, from: &Person, to: &Person, at: &Zoned, dice: &mut Dice) -> Blanks {
    let mut blanks = Blanks::new();
    parties(office, from, to, dice, &mut blanks);
    times(at, dice, &mut blanks);
    things(dice, &mut blanks);
    blanks
}

fn parties(office: &OfficeShape, from: &Person, to: &Person, dice: &mut Dice, blanks: &mut Blanks) {
    let vendor = dice.pick(&office.vendors);
    let domain = from.address.split('@').nth(1).unwrap_or_default();
    blanks.extend([
        ("office", office.name.clone()),
        ("county", office.county.clone()),
        ("domain", office.domain.clone()),
        ("county-domain", office.county_domain.clone()),
        ("official", office.official().name()),
        ("vendor", vendor.name.clone()),
        ("vendor-domain", vendor.domain),
        ("product", vendor.product),
        ("sender-first", from.first.clone()),
        ("sender-last", from.last.clone()),
        ("sender-domain", domain.to_owned()),
        ("to-first", to.first.clone()),
        ("to-name", to.name()),
        ("to-address", to.address.clone()),
    ]);
    // What the office itself writes speaks of itself and the other.
    blanks.extend([
        ("self-first", from.first.clone()),
        ("self-last", from.last.clone()),
        ("other-first", to.first.clone()),
    ]);
}

fn times(at: &Zoned, dice: &mut Dice, blanks: &mut Blanks) {
    let days = |days: i64| at.checked_add(Span::new().days(days)).unwrap_or_else(|_| at.clone());
    let then = days(1 + dice.below(20) as i64);
    let past = days(-1 - dice.below(30) as i64);
    let english = |day: &Zoned| day.strftime("%B %-d").to_string();
    let hour = dice.pick(&["8", "9", "10", "11", "1", "2", "3", "4", "5"]);
    let half = if hour.len() == 2 || hour > "7" { "am" } else { "pm" };
    blanks.extend([
        ("weekday", then.strftime("%A").to_string()),
        ("weekday-es", of_list(&DAYS_ES, then.weekday().to_monday_zero_offset())),
        ("date", english(&then)),
        ("today", english(at)),
        ("past", english(&past)),
        ("past-es", format!("{} de {}", past.day(), of_list(&MONTHS_ES, past.month() - 1))),
        ("month", then.strftime("%B").to_string()),
        ("time", format!("{hour}:{} {half}", dice.pick(&["00", "00", "15", "30", "45"]))),
    ]);
}

const DAYS_ES: [&str; 7] = ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"];
const MONTHS_ES: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];

fn of_list(list: &[&str], at: i8) -> String {
    list.get(usize::from(at.unsigned_abs())).copied().unwrap_or_default().to_owned()
}

fn things(dice: &mut Dice, blanks: &mut Blanks) {
    let (streets, places) = (words("street"), words("place"));
    let races = ["County Commission", "School Board", "Sheriff", "Township Trustee", "Clerk of Courts"];
    blanks.extend([
        ("street", dice.pick(&streets).to_owned()),
        ("street2", dice.pick(&streets).to_owned()),
        ("place", dice.pick(&places).replace('_', " ")),
        ("race", format!("{}, District {}", dice.pick(&races), 1 + dice.below(9))),
        ("precinct", format!("Precinct {}", 1 + dice.below(64))),
        ("number", (101 + dice.below(9_899)).to_string()),
        ("small", (2 + dice.below(28)).to_string()),
        ("ext", (1_000 + dice.below(9_000)).to_string()),
        ("money", format!("{}.{:02}", 40 + dice.below(9_000), dice.below(100))),
        ("version", format!("{}.{}.{}", 2 + dice.below(7), dice.below(12), dice.below(30))),
        ("ticket", format!("{}{}", dice.pick(&["CS", "SP", "TK", "RQ"]), 10_000 + dice.below(89_999))),
        ("password", format!("{}{}", plain(dice.pick(&streets)), 10 + dice.below(90))),
        ("ip", format!("{}.{}", dice.pick(&["192.0.2", "198.51.100", "203.0.113"]), 1 + dice.below(254))),
        ("token", dice.token(12)),
        ("token2", dice.token(22)),
        ("token3", dice.token(16)),
        ("hash", dice.hex(64)),
    ]);
}
