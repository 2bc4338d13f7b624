//! Logs that grow, rotate, are copied and truncated, and runs in between, in any order: each line is in the archive once.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may stop at a fault and says what it measured")]

mod common;

use std::{fs, io::Write as _, path::PathBuf};

use common::{Logs, take_in_all};
use pollwarden_archive::Archive;
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Step {
    /// A log gets lines, under a heading that all logs share if it is new and `headed`.
    Grow {
        log: u8,
        lines: usize,
        headed: bool,
    },
    /// A line is half written when the next step comes.
    Half {
        log: u8,
    },
    /// `n.log` → `n.log.1` → `n.log.2.gz` → …
    Rotate {
        log: u8,
    },
    /// `n.log` is copied to `n.log.1`, then emptied.
    CopyTruncate {
        log: u8,
    },
    /// A copy is kept of a log as it was just taken in.
    Copy {
        log: u8,
    },
    TakeIn,
    Compact,
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    let log = || 0..2u8;
    prop_oneof![
        5 => (log(), 1..40usize, any::<bool>()).prop_map(|(log, lines, headed)| Step::Grow { log, lines, headed }),
        1 => log().prop_map(|log| Step::Half { log }),
        2 => log().prop_map(|log| Step::Rotate { log }),
        1 => log().prop_map(|log| Step::CopyTruncate { log }),
        1 => log().prop_map(|log| Step::Copy { log }),
        4 => Just(Step::TakeIn),
        1 => Just(Step::Compact),
        1 => Just(Step::Reopen),
    ]
}

struct Office {
    logs: Logs,
    /// Ends of lines half written, by log.
    rest: [String; 2],
    archive: Option<Archive>,
    dir: PathBuf,
    copies: usize,
}

impl Office {
    fn path(&self, log: u8, age: usize) -> PathBuf {
        self.logs.dir.join(match age {
            0 => format!("{log}.log"),
            1 => format!("{log}.log.1"),
            age => format!("{log}.log.{age}.gz"),
        })
    }

    fn take_in(&mut self) {
        take_in_all(&self.logs.dir, self.archive.as_mut().unwrap());
    }

    fn end_line(&mut self, log: u8) {
        let rest = std::mem::take(&mut self.rest[usize::from(log)]);
        self.logs.write(&format!("{log}.log"), rest.as_bytes());
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Grow { log, lines, headed } => self.grow(log, lines, headed),
            Step::Half { log } => self.half(log),
            Step::Rotate { log } => self.rotate(log),
            Step::CopyTruncate { log } => self.copy_truncate(log),
            Step::Copy { log } => self.copy(log),
            Step::TakeIn => self.take_in(),
            Step::Compact => drop(self.archive.as_mut().unwrap().compact().unwrap()),
            Step::Reopen => {
                drop(self.archive.take());
                self.archive = Some(Archive::open(&self.dir).unwrap());
            }
        }
    }

    fn grow(&mut self, log: u8, lines: usize, headed: bool) {
        self.end_line(log);
        let new = fs::metadata(self.path(log, 0)).is_ok_and(|file| file.len() == 0);
        if headed && new {
            self.logs.write(&format!("{log}.log"), b"#Fields: number time text\n");
        }
        self.logs.grow(&format!("{log}.log"), lines);
    }

    fn half(&mut self, log: u8) {
        self.end_line(log);
        let line = self.logs.line();
        let (begun, rest) = line.split_at(line.len() / 2);
        self.logs.write(&format!("{log}.log"), begun.as_bytes());
        self.rest[usize::from(log)] = rest.to_owned();
    }

    fn shift(&self, log: u8) {
        for age in (2..30).rev().filter(|age| self.path(log, *age).exists()) {
            fs::rename(self.path(log, age), self.path(log, age + 1)).unwrap();
        }
        if let Ok(bytes) = fs::read(self.path(log, 1)) {
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            gzip.write_all(&bytes).unwrap();
            fs::write(self.path(log, 2), gzip.finish().unwrap()).unwrap();
            fs::remove_file(self.path(log, 1)).unwrap();
        }
    }

    fn rotate(&mut self, log: u8) {
        self.end_line(log);
        self.shift(log);
        fs::rename(self.path(log, 0), self.path(log, 1)).unwrap();
        fs::write(self.path(log, 0), b"").unwrap();
    }

    fn copy_truncate(&mut self, log: u8) {
        self.end_line(log);
        self.shift(log);
        fs::copy(self.path(log, 0), self.path(log, 1)).unwrap();
        fs::write(self.path(log, 0), b"").unwrap();
    }

    fn copy(&mut self, log: u8) {
        self.end_line(log);
        self.take_in();
        self.copies += 1;
        fs::copy(self.path(log, 0), self.logs.dir.join(format!("copy{}", self.copies))).unwrap();
        self.take_in();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn each_line_once(steps in prop::collection::vec(step(), 1..40)) {
        let dir = tempfile::tempdir().unwrap();
        let (logs, archive) = (Logs::new(dir.path().join("web")), dir.path().join("archive"));
        for log in 0..2 {
            logs.write(&format!("{log}.log"), b"");
        }
        let rest = Default::default();
        let mut office = Office { logs, rest, archive: Some(Archive::open(&archive).unwrap()), dir: archive, copies: 0 };
        steps.iter().for_each(|step| office.step(step));
        (0..2).for_each(|log| office.end_line(log));
        office.take_in();
        let archive = office.archive.as_ref().unwrap();
        office.logs.all_in(archive);
        let rows = archive.files("lines").iter().map(|file| file.rows).sum::<u64>();
        prop_assert_eq!(rows, office.logs.next);
    }
}
