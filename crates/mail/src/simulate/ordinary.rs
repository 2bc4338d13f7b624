//! An election office's ordinary mail: single messages and threads, received and sent, over days.

mod message;
mod threads;

use jiff::civil::Date;
use jiff::{Span, Zoned};

use super::Sent;
use super::dice::Dice;
use super::people::OfficeShape;
use super::template::{Template, templates};
use message::{Desk, Made};

/// The ordinary mail of this many days from a first day on, in order of time. A working day has the office's own number of
/// new threads, a day of the weekend a tenth of it; answers come on top.
pub fn ordinary(office: &OfficeShape, from: Date, days: u16, seed: u64) -> Vec<Sent> {
    let desk = Desk::new(office);
    let dates = (0..days).filter_map(|day| from.checked_add(Span::new().days(day)).ok());
    let threads = dates.flat_map(|date| (0..on(office, date)).map(move |n| (date, n)));
    let mut made: Vec<Made> = threads.flat_map(|(date, n)| thread(&desk, date, n, seed)).collect();
    made.sort_by_key(|made| made.draft.at.timestamp());
    made.into_iter().map(|made| made.sent(seed)).collect()
}

fn on(office: &OfficeShape, date: Date) -> u32 {
    if date.weekday().to_monday_zero_offset() < 5 { office.per_day } else { office.per_day.div_ceil(10) }
}

fn thread(desk: &Desk<'_>, date: Date, n: u32, seed: u64) -> Vec<Made> {
    let mut dice = Dice::of(seed, &format!("ordinary/{date}/{n}"));
    let weights: Vec<u64> = desk.openings.iter().map(Template::weight).collect();
    let Some(template) = desk.openings.get(dice.weighed(&weights)) else { return Vec::new() };
    let Some(at) = time(desk.office, date, template, &mut dice) else { return Vec::new() };
    let opening = desk.opening(template, at, &mut dice);
    desk.go_on(opening, template, &mut dice)
}

/// The public writes from morning to night, offices in office hours, machines at any time.
fn time(office: &OfficeShape, date: Date, template: &Template, dice: &mut Dice) -> Option<Zoned> {
    let (begin, length) = match template.field("from") {
        "voter" | "candidate" | "press" => (6 * 60, 17 * 60),
        "agency" | "parcel" | "bank" | "list" => (0, 24 * 60),
        _ => (7 * 60 + 30, 10 * 60),
    };
    let minute = begin + dice.below(length);
    let (hour, minute) = (i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?);
    date.at(hour.min(23), minute, i8::try_from(dice.below(60)).ok()?, 0).to_zoned(office.zone.clone()).ok()
}

/// All templates of ordinary mail.
pub(super) fn all() -> Vec<Template> {
    let files = [
        include_str!("templates/voters.txt"),
        include_str!("templates/partners.txt"),
        include_str!("templates/services.txt"),
        include_str!("templates/staff.txt"),
    ];
    files.into_iter().flat_map(templates).collect()
}
