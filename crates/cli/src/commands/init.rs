//! `pollwarden init`: looks at an office's folder and writes office.toml.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use pollwarden_core::Question;

use crate::args::Init;
use crate::exit::Exit;
use crate::office::FILE;
use crate::{read, show};

pub(super) fn run(init: &Init) -> Result<Exit> {
    if !init.dir.is_dir() {
        bail!(
            "{} is no folder. Give the folder that holds the office's files, with subfolders such as web/ and roll/",
            init.dir.display()
        );
    }
    let path = init.dir.join(FILE);
    if path.exists() && !init.force {
        bail!("{} is there already. `--force` replaces it", path.display());
    }
    let text = settings(&init.dir);
    std::fs::write(&path, &text).with_context(|| format!("{} can't be written", path.display()))?;
    show::say(&format!(
        "Wrote {}. Read it, mend it where it is wrong, then: pollwarden assess {}",
        path.display(),
        init.dir.display()
    ));
    Ok(Exit::NothingFound)
}

fn settings(dir: &Path) -> String {
    let name = dir.canonicalize().ok().and_then(|d| d.file_name().map(|n| n.to_string_lossy().into_owned()));
    let name = toml::Value::String(name.unwrap_or_else(|| "Our office".to_owned()));
    let zone = jiff::tz::TimeZone::system();
    let zone = toml::Value::String(zone.iana_name().unwrap_or("UTC").to_owned());
    let found: String = Question::ALL.into_iter().map(|q| format!("#   {}\n", line(dir, q))).collect();
    format!(
        "# What Pollwarden found in this folder:\n{found}\
         \n# The office's name, as reports show it.\nname = {name}\n\
         \n# The time zone of office hours and of the transaction log.\ntime_zone = {zone}\n\
         \n# The domains that your people write from: whoever imitates them is looked for in mail.\n# domains = [\"county.example\"]\n\
         \n[web]\n# Your own proxies and load balancers: what they say of where a request came from is believed, and no one else.\n\
         # trusted_proxies = [\"10.0.0.0/8\"]\n\
         \n# The format of access logs that are not read by themselves: nginx's log_format or Apache's LogFormat.\n\
         # log_format = '$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent'\n\
         \n# A folder of Sigma rules for web servers and proxies, beside this file.\n# sigma = \"rules/\"\n\
         \n# Addresses that you know, so that they are reported as such and never as strangers. `as` is one of office,\n\
         # monitor, export, authorised-scanner.\n\
         # [[web.known]]\n# address = \"192.0.2.0/24\"\n# as = \"office\"\n\
         \n# Your officials and vendors: whoever imitates them is looked for in mail.\n\
         # [[officials]]\n# name = \"Pat Example\"\n# title = \"Supervisor of Elections\"\n# addresses = [\"pat@county.example\"]\n\
         # [[vendors]]\n# name = \"Example Voting\"\n# aliases = [\"ExamplePad\"]\n# domains = [\"vendor.example\"]\n\
         \n# [mail]\n# Your own mail servers, as they name themselves in Received and Authentication-Results: their word is believed.\n\
         # receivers = [\"mx.county.example\"]\n\
         # A list of names to protect, such as CISA's current-full.csv of .gov domains, beside this file.\n# names = \"current-full.csv\"\n\
         # Endings of which that list holds every name, if you keep it fresh: names nearly like one then count in full.\n# names_hold_all = [\"gov\"]\n\
         # The key that offices share to compare sketches of lures (`pollwarden mail sketch --help`).\n# key = \"circle.key\"\n\
         \n[roll]\n# The database that holds the roll, of which each assessment takes an extract: PostgreSQL or SQLite, only ever read. The\n\
         # password is looked for in password_file (beside this file, mode 600), PGPASSWORD and ~/.pgpass.\n\
         # source = \"postgres://clerk@db.example/registration\"\n# table = \"voters\"\n# password_file = \"database.password\"\n\
         \n# The column with the voter's id, where it can't be told from the header.\n# key = \"voter_id\"\n\
         \n# The columns of extracts that are not read by themselves: what stands between fields, the columns' names where the\n\
         # file has no header, how many bytes each has where lines are of fixed width, and what columns say of a voter.\n\
         # [roll.layout]\n# delimiter = \"|\"\n# columns = [\"number\", \"surname\", \"born\"]\n# widths = [10, 30, 8]\n\
         # roles = {{ number = \"voter-id\", surname = \"last-name\", born = \"birth\" }}\n\
         \n# Columns of the transaction log, and fields it names, where their words are none that are known.\n\
         # [roll.log.columns]\n# voter-id = \"Registrant Nbr\"\n# field = \"Item\"\n# old = \"Was\"\n# new = \"Is\"\n# user = \"Who\"\n# time = \"Logged\"\n\
         # [roll.log.fields]\n# \"Polit. Party\" = \"party_cd\"\n\
         \n# The day of an extract whose name doesn't tell.\n# [roll.dates]\n# \"extract.txt\" = \"2026-10-03\"\n\
         \n# The log that whatever is said is entered in, so that outsiders can check it. Its name goes with it for good: an address of\n\
         # the office's without https://. Witnesses, other offices, are asked to cosign it: they get its size and root, nothing else.\n\
         # [ledger]\n# origin = \"county.example/ledger\"\n\
         # [[ledger.witnesses]]\n# url = \"https://witness.example\"\n# keys = [\"witness.example/w1+…\"]\n"
    )
}

fn line(dir: &Path, question: Question) -> String {
    let name = question.name();
    if question == Question::Across {
        return format!("{name:10} needs no folder of its own");
    }
    if !dir.join(name).is_dir() {
        return format!("{name:10} no folder {name}/: put {} there", question.reads());
    }
    match read::inputs_of(dir, name).inputs.len() {
        0 => format!("{name:10} the folder is empty: put {} there", question.reads()),
        1 => format!("{name:10} 1 file"),
        n => format!("{name:10} {n} files"),
    }
}
