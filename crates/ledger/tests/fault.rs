//! Each operation on the disk fails once, fails from then on, or is the last before a power cut: what was promised stays,
//! and the log goes on.

#![cfg(feature = "store")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may stop at a fault and says what it measured")]

mod disks;

use std::path::Path;
use std::sync::Arc;

use disks::office::{Office, Step};
use disks::{Fault, Kept, ModelDisk};
use pollwarden_ledger::store::{Disk, LogError};

const STEPS: [Step; 11] = [
    Step::Append(1),
    Step::Append(4),
    Step::Cosign,
    Step::Append(250),
    Step::Append(1),
    Step::Append(0),
    Step::Append(2),
    Step::Rotate,
    Step::Cosign,
    Step::Append(600),
    Step::Append(5),
];

/// The script on a disk that fails as given: whether it came to its end.
fn until(fault: Option<Fault>) -> (Arc<ModelDisk>, Office, Result<(), LogError>) {
    let disk = Arc::new(ModelDisk::new());
    if let Some(fault) = fault {
        disk.fail(fault);
    }
    let mut office = Office::new(Arc::clone(&disk) as Arc<dyn Disk>, Path::new("/office/ledger"));
    let ended = office.create().and_then(|()| office.run(&STEPS));
    (disk, office, ended)
}

fn operations() -> usize {
    let (disk, mut office, ended) = until(None);
    ended.unwrap();
    let operations = disk.operations();
    office.settle(&disk.seen());
    operations
}

#[test]
fn the_power_is_cut_at_each_operation() {
    let operations = operations();
    let all = [Kept::Nothing, Kept::All, Kept::Some(1), Kept::Some(2)];
    for at in 0..operations {
        for kept in all {
            let (disk, mut office, _) = until(Some(Fault { at, lasting: true, done: false }));
            office.log = None;
            disk.power_cut(kept);
            office.again();
            office.settle(&disk.seen());
        }
    }
    println!("{operations} operations, {} power cuts", operations * all.len());
}

/// Cut once more while the log is opened after the first cut.
#[test]
fn the_power_is_cut_again_while_the_log_recovers() {
    for at in (0..operations()).step_by(5) {
        for again in (0..60).step_by(3) {
            let (disk, mut office, _) = until(Some(Fault { at, lasting: true, done: false }));
            office.log = None;
            disk.power_cut(Kept::Some(at as u64));
            disk.fail(Fault { at: disk.operations() + again, lasting: true, done: false });
            let recovered = disks::office::open(&office.disk, &office.dir).is_ok();
            disk.power_cut(Kept::Some(again as u64));
            office.again();
            office.settle(&disk.seen());
            if recovered {
                break;
            }
        }
    }
}

#[test]
fn the_disk_is_full_at_each_operation() {
    let operations = operations();
    let (mut went_on, mut reopened) = (0, 0);
    for at in 0..operations {
        for (lasting, done) in [(false, false), (false, true), (true, false)] {
            let (disk, mut office, ended) = until(Some(Fault { at, lasting, done }));
            disk.mend();
            match ended {
                Err(LogError::Disk { .. }) if office.log.is_some() => went_on += 1,
                Err(LogError::Disk { .. } | LogError::Uncertain(_)) => {
                    if office.log.is_some() {
                        let refused = office.step(Step::Append(1)).unwrap_err();
                        assert!(matches!(refused, LogError::Uncertain(_)), "{refused}");
                    }
                    reopened += 1;
                    office.again();
                }
                Err(error) => panic!("{error}"),
                // What fails while files that are replaced are cleared away is mended later.
                Ok(()) => {}
            }
            office.settle(&disk.seen());
        }
    }
    println!("{operations} operations; the same log went on {went_on} times, {reopened} times it was opened again");
    assert!(went_on > operations && reopened > 0);
}

/// The model itself: it must forget, or these tests prove nothing.
#[test]
fn what_is_not_synced_is_forgotten() {
    let disk = ModelDisk::new();
    let [kept, unsynced, unnamed] = ["/kept", "/unsynced", "/unnamed"].map(Path::new);
    for path in [kept, unsynced] {
        disk.write(path, b"bytes").unwrap();
    }
    disk.sync_file(kept).unwrap();
    disk.sync_folder(Path::new("/")).unwrap();
    disk.write(unnamed, b"bytes").unwrap();
    disk.sync_file(unnamed).unwrap();
    disk.power_cut(Kept::Nothing);
    assert_eq!(disk.read(kept, 99).unwrap(), b"bytes");
    assert_eq!(disk.read(unsynced, 99).unwrap(), b"");
    assert!(disk.read(unnamed, 99).is_err());
}
