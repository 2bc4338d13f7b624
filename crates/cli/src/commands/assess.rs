//! `pollwarden assess`: every question, from one office's folder.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use pollwarden_archive::Archive;
use pollwarden_core::{Answer, Assessment, Coverage, Office, Question, Scope, Source, Table, VoterKeyer};
use pollwarden_database::Database;
use pollwarden_engine::{Engine, EngineOptions};
use pollwarden_intake::{Format, REJECTED};
use pollwarden_roll::VOTERS;
use pollwarden_web::{REQUESTS, SIGNS};

use super::{count, mail, roll, threads, web};
use crate::args::{Assess, Cli};
use crate::exit::Exit;
use crate::ledger::{self, ARCHIVE, Desk};
use crate::limits::{self, Wanted};
use crate::progress::Progress;
use crate::trials::Measured;
use crate::{office, read, remembered, show};

/// The report that every assessment leaves beside the archive.
const PAGE: &str = "report.html";
/// The archive's tables.
const TABLES: [&Table; 4] = [&REQUESTS, &SIGNS, &VOTERS, &REJECTED];

pub(super) fn run(assess: &Assess, cli: &Cli, progress: &Progress) -> Result<Exit> {
    let dir = &assess.dir;
    if !dir.is_dir() {
        bail!(
            "{} is no folder. Give the folder that holds the office's files, with subfolders such as web/ and roll/",
            dir.display()
        );
    }
    let office = settings(dir)?;
    let at = assess.archive.clone().unwrap_or_else(|| dir.join(ARCHIVE));
    let mut archive = Archive::open(&at).with_context(|| {
        format!("the archive in {} can't be opened. --archive DIR keeps it elsewhere", at.display())
    })?;
    let options = assess.on.options(&cli.limits, Some(&at))?;
    let office = Folder {
        dir,
        office,
        at: &at,
        measures: !assess.no_limit,
        enter: assess.show.enter.as_deref(),
        archive: &mut archive,
        options,
        progress,
    };
    let mut assessment = office.assess()?;
    let entered = enter(&mut assessment, assess);
    show::assessment(&assessment, &assess.show, cli)?;
    leave_page(&assessment, &at);
    entered.context("the answers above were given, but could not be entered in the office's ledger")?;
    Ok(assessment.verdict().into())
}

/// Enters the answers in the office's ledger, unless that is not wanted.
fn enter(assessment: &mut Assessment, assess: &Assess) -> Result<()> {
    if assess.no_ledger {
        return Ok(());
    }
    let mut desk = match &assess.show.enter {
        Some(office) => Desk::open(office, None)?,
        None => Desk::open(&assess.dir, assess.archive.as_deref())?,
    };
    let options = if assess.no_limit { vec!["--no-limit".to_owned()] } else { Vec::new() };
    let parameters = ledger::parameters(Some(&assess.dir), options);
    assessment.receipt = Some(desk.enter_assessment(assessment, parameters)?);
    Ok(())
}

fn settings(dir: &Path) -> Result<Office> {
    let file = dir.join(office::FILE);
    if file.exists() {
        return office::read(&file);
    }
    show::say(&format!("There is no {}; `pollwarden init {}` writes one.", file.display(), dir.display()));
    let name = dir.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Office { name, ..Office::default() })
}

/// The same answers as a page, for whoever would rather look than read.
fn leave_page(assessment: &Assessment, at: &Path) {
    let page = at.join(PAGE);
    match std::fs::write(&page, show::page(assessment)) {
        Ok(()) => show::say(&format!("The same as a page: {}", page.display())),
        Err(error) => show::say(&format!("{} could not be written: {error}", page.display())),
    }
}

/// What an assessment has at hand.
struct Folder<'a> {
    dir: &'a Path,
    office: Office,
    /// Where the archive is.
    at: &'a Path,
    /// Whether detection limits are measured.
    measures: bool,
    /// Another office in whose ledger the answers are entered.
    enter: Option<&'a Path>,
    archive: &'a mut Archive,
    options: EngineOptions,
    progress: &'a Progress,
}

impl Folder<'_> {
    fn assess(mut self) -> Result<Assessment> {
        let mut answers = Vec::new();
        for question in Question::ALL {
            answers.push(match question {
                Question::Web => self.web()?,
                Question::Roll => self.roll()?,
                Question::Count => self.count(),
                Question::Mail => self.mail()?,
                _ => Answer::cannot_tell(question, self.unanswered(question)),
            });
        }
        Ok(Assessment { office: self.office.name, answers, receipt: None })
    }

    fn scope(&self) -> Scope {
        Scope { window: None, office: self.office.clone(), keyer: VoterKeyer::new(&self.archive.key()) }
    }

    fn unanswered(&self, question: Question) -> String {
        let name = question.name();
        let there = self.dir.join(name).is_dir();
        match question {
            Question::Across => "This release does not join findings across offices yet".to_owned(),
            _ if there => {
                format!("This release does not read {} yet; the files in {name}/ were not looked at", question.reads())
            }
            _ => format!("This release does not read {} yet, and there is no folder {name}/", question.reads()),
        }
    }

    fn web(&mut self) -> Result<Answer> {
        let formats = pollwarden_web::formats(&self.office.web)?;
        let coverage = self.take_in(Question::Web, &formats)?;
        if coverage.rows == 0 && coverage.unwatched.is_empty() {
            return Ok(Answer::cannot_tell(Question::Web, missing(self.dir, Question::Web)));
        }
        let mut engine = Engine::new(&self.options)?;
        add_archive(&mut engine, self.archive)?;
        web::derive(&mut engine, &self.options, self.progress)?;
        let mut answer = web::answer(&engine, self.scope(), coverage, self.progress);
        if self.measures && answer.coverage.rows > 0 {
            let measured = self.limits(&engine, &answer)?;
            answer.limits = measured.limits;
            answer.coverage.notes.extend(measured.notes);
        }
        Ok(answer)
    }

    /// Measured where nothing is remembered of these very sources.
    fn limits(&self, engine: &Engine, answer: &Answer) -> Result<Measured> {
        let wanted = Wanted::by_assessment(threads(&self.options));
        let key = remembered::key(&answer.coverage, &(&self.office.web, wanted.in_words()));
        if let Some(measured) = remembered::recall(self.at, Question::Web, &key) {
            return Ok(measured);
        }
        let measured = limits::measure(engine, &self.scope(), answer, &wanted, self.progress)?;
        remembered::remember(self.at, Question::Web, &key, &measured);
        Ok(measured)
    }

    fn roll(&mut self) -> Result<Answer> {
        let database = self.database()?;
        let folder = self.roll_folder(database.is_some());
        if !folder.is_dir() && database.is_none() {
            return Ok(Answer::cannot_tell(Question::Roll, missing(self.dir, Question::Roll)));
        }
        let (scope, archive) = (self.scope(), (&mut *self.archive, self.at));
        roll::of_office(&folder, archive, database.as_ref(), scope, self.measures, &self.options, self.progress)
    }

    fn count(&self) -> Answer {
        if !self.dir.join(Question::Count.name()).is_dir() {
            return Answer::cannot_tell(Question::Count, missing(self.dir, Question::Count));
        }
        let office = count::OfOffice { dir: self.dir, archive: self.at, enter: self.enter };
        count::of_office(&office, self.scope(), self.measures, self.progress)
    }

    fn mail(&self) -> Result<Answer> {
        if !self.dir.join(Question::Mail.name()).is_dir() {
            return Ok(Answer::cannot_tell(Question::Mail, missing(self.dir, Question::Mail)));
        }
        mail::of_office(self.dir, self.scope(), self.measures, &self.options, self.progress)
    }

    /// The folder roll/; where the office's folder has no folder for any question, and names no database, the files in it may be
    /// the roll's.
    fn roll_folder(&self, in_database: bool) -> PathBuf {
        let is_sorted = Question::ALL.into_iter().any(|question| self.dir.join(question.name()).is_dir());
        let holds_files = || read::inputs(&[self.dir.to_owned()]).inputs.iter().any(|input| input.name != office::FILE);
        if !in_database && !is_sorted && holds_files() {
            self.dir.to_owned()
        } else {
            self.dir.join(Question::Roll.name())
        }
    }

    /// The database that office.toml names for the roll.
    fn database(&self) -> Result<Option<Database>> {
        let file = self.dir.join(office::FILE);
        if file.exists() { office::database(&file) } else { Ok(None) }
    }

    /// Takes a sensor's folder into the archive. Sources of earlier runs count too, although their files may be gone.
    fn take_in(&mut self, question: Question, formats: &[&'static dyn Format]) -> Result<Coverage> {
        let found = read::inputs_of(self.dir, question.name());
        let mut coverage = if self.dir.join(question.name()).is_dir() {
            read::all(&found, formats, self.archive, self.progress)?
        } else {
            Coverage::default()
        };
        let archived = self.archive.sources().into_iter().filter(|s| formats.iter().any(|f| f.name() == s.format));
        let gone: Vec<Source> = archived
            .map(|s| Source {
                digest: s.digest.unwrap_or(Source::named("").digest),
                length: s.length.unwrap_or(s.offset),
                format: s.format,
                rows: s.rows,
                rejected: s.rejected,
                ..Source::named(s.name)
            })
            .filter(|s| !coverage.sources.iter().any(|c| c.name == s.name || c.digest == s.digest))
            .collect();
        for source in gone {
            coverage.rows += source.rows;
            coverage.rejected += source.rejected;
            coverage.notes.push(format!("{} was read in an earlier run and is no longer in the folder.", source.name));
            coverage.sources.push(source);
        }
        Ok(coverage)
    }
}

fn missing(dir: &Path, question: Question) -> String {
    let folder = dir.join(question.name());
    let what = if folder.is_dir() { "is empty" } else { "is not there" };
    format!("{} {what}: put {} into it", folder.display(), question.reads())
}

/// The archive's tables, for detectors and queries.
pub(super) fn add_archive(engine: &mut Engine, archive: &Archive) -> Result<()> {
    for table in TABLES {
        let files: Vec<PathBuf> = archive.files(table.name).into_iter().map(|f| f.path).collect();
        engine.add_parquet(table, &files)?;
    }
    Ok(())
}
