//! Writes an office's invented mail to a folder: `invented_mail FOLDER DAYS SEED`. Ordinary mail, one lure of each case and
//! grade, threats, and a campaign; beside them `truth.tsv`.

use std::path::Path;

use pollwarden_mail::simulate::{
    GRADES, OfficeShape, Sent, Variation, campaign, case, eml, lures, ordinary, recipients, threats, truth_table, write,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, days, seed] = arguments.as_slice() else { return Err("say: FOLDER DAYS SEED".into()) };
    let sent = everything(days.parse()?, seed.parse()?)?;
    let folder = Path::new(folder);
    for (path, bytes) in eml(&sent) {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
        std::fs::write(path, bytes)?;
    }
    std::fs::write(folder.join("truth.tsv"), truth_table(&sent))?;
    Ok(())
}

fn everything(days: u16, seed: u64) -> Result<Vec<Sent>, Box<dyn std::error::Error>> {
    let office = OfficeShape::example(seed);
    let mut sent = ordinary(&office, jiff::civil::date(2016, 10, 17), days, seed);
    let at = jiff::civil::date(2016, 11, 1).at(8, 0, 0, 0).to_zoned(office.zone.clone())?;
    let to = office.people.get(1).cloned().unwrap_or_default();
    for grade in GRADES {
        sent.extend(lures().iter().map(|case| write(case, grade, &office, &to, &at, seed)));
        sent.extend((0..10).map(|n| threats(grade, &office, &office.official(), &at, seed + n)));
    }
    let of_2016 = case("vendor-free-mail-macro").ok_or("no such case")?;
    sent.extend(campaign(of_2016, &office, &recipients(122, 67, seed), &Variation::default(), seed));
    Ok(sent)
}
