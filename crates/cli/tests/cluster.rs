//! A cluster of real processes on this machine: a scheduler and two workers answer as one process does, byte for byte, and
//! go on where a worker is killed in the middle of its work.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, reason = "tests")]

#[path = "it/support.rs"]
#[allow(dead_code, reason = "shared with the other tests")]
mod support;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use support::{lines, pollwarden, root, run, text};

/// A process that ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a server, and gives the line that it says when it is ready.
fn start(args: &[&str]) -> (Server, String) {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("pollwarden"));
    let mut child = command.args(args).stderr(Stdio::piped()).spawn().expect("a process");
    let mut said = BufReader::new(child.stderr.take().expect("its standard error"));
    let mut line = String::new();
    said.read_line(&mut line).expect("a line");
    // What it says later must not fill the pipe.
    std::thread::spawn(move || said.lines().map_while(Result::ok).for_each(|line| eprintln!("{line}")));
    (Server(child), line)
}

struct Cluster {
    _scheduler: Server,
    address: String,
    workers: Vec<(Server, PathBuf)>,
    _folder: tempfile::TempDir,
}

/// A port that is free, and the one after it.
fn free_port() -> u16 {
    let listen = |port: u16| TcpListener::bind(("127.0.0.1", port)).ok();
    let pair = || {
        let first = listen(0)?;
        let port = first.local_addr().ok()?.port();
        listen(port.checked_add(1)?).map(|_| port)
    };
    (0..100).find_map(|_| pair()).expect("two free ports in a row")
}

fn cluster(workers: usize) -> Cluster {
    let folder = tempfile::tempdir().expect("a folder");
    let (scheduler, said) = start(&["scheduler", "--listen", "127.0.0.1:0"]);
    let address = said.split_whitespace().find(|word| word.starts_with("df://")).expect("its address").to_owned();
    let workers = (0..workers)
        .map(|number| {
            let (listen, rows) = (format!("127.0.0.1:{}", free_port()), folder.path().join(number.to_string()));
            let args = ["worker", &address, "--listen", &listen, "--threads", "1", "--folder", rows.to_str().unwrap()];
            let (worker, said) = start(&args);
            assert!(said.contains(&listen), "{said}");
            (worker, rows)
        })
        .collect();
    Cluster { _scheduler: scheduler, address, workers, _folder: folder }
}

/// Two extracts of so many invented voters: one in a thousand is changed, gone or new.
fn extracts(folder: &Path, voters: u32) {
    fs::create_dir_all(folder).unwrap();
    let header = "voter_id,last_name,first_name,birth_date,status,precinct,street\n";
    let row = |id: u32, precinct: u32| {
        let (last, first) = (char::from(b'A' + (id % 23) as u8), char::from(b'A' + (id % 19) as u8));
        let birth = format!("19{}-0{}-1{}", 30 + id % 67, 1 + id % 9, id % 10);
        format!("{id},{last}ARLSTONE,{first}DELIA,{birth},A,P{precinct},{} ELM ST\n", id % 900)
    };
    let before: String = (0..voters).map(|id| row(id, id % 40)).collect();
    let after: String = (0..voters + voters / 3000)
        .filter(|id| id % 3000 != 17)
        .map(|id| row(id, if id % 2000 == 5 { 99 } else { id % 40 }))
        .collect();
    fs::write(folder.join("roll_2026-09-05.csv"), format!("{header}{before}")).unwrap();
    fs::write(folder.join("roll_2026-10-03.csv"), format!("{header}{after}")).unwrap();
}

/// What a command prints, and the file that it writes.
fn said(args: &[&str], file: Option<&Path>) -> (String, i32, String) {
    let (output, code) = run(args);
    assert!(code != 2, "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    (text(&output), code, file.map(|file| fs::read_to_string(file).unwrap()).unwrap_or_default())
}

#[test]
fn a_cluster_answers_as_one_process_does() {
    let dir = tempfile::tempdir().unwrap();
    let office = dir.path().to_str().unwrap();
    extracts(&dir.path().join("roll"), 6_000);
    fs::create_dir(dir.path().join("web")).unwrap();
    let attack = support::line(3_000, "/lookup?id=1%27%20UNION%20SELECT%20name,ssn%20FROM%20voters--");
    fs::write(dir.path().join("web/access.log"), lines(20_000) + &attack).unwrap();
    fs::copy(root().join("examples/county/office.toml"), dir.path().join("office.toml")).unwrap();
    said(&["assess", office, "--no-limit"], None);

    let cluster = cluster(2);
    let archive = dir.path().join(".pollwarden");
    let changes = dir.path().join("changes.csv");
    let (archive, changes_at) = (archive.to_str().unwrap(), changes.to_str().unwrap());
    let query =
        "SELECT client, count(*) AS n, max(bytes) AS most FROM requests GROUP BY client ORDER BY n DESC, client";
    let diff = ["roll", "diff", "2026-09-05", "2026-10-03", "--archive", archive, "--changes", changes_at];
    let with = |args: &[&str], more: &[&'static str]| {
        args.iter().copied().chain(more.iter().copied()).map(str::to_owned).collect::<Vec<_>>()
    };
    for (args, file) in [
        (with(&["query", query, "--from", office], &["--format", "csv"]), None),
        (with(&diff, &["--format", "json"]), Some(changes.as_path())),
        (with(&["assess", office, "--no-limit"], &["--format", "json"]), None),
    ] {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let alone = said(&args, file);
        let together = said(&[&args[..], &["--cluster", &cluster.address]].concat(), file);
        assert!(alone.0.len() + alone.2.len() > 500, "{args:?} says next to nothing: {}", alone.0);
        assert!(alone == together, "{args:?}:\n{}\n{}", alone.0, together.0);
    }
    let work = |(_, rows): &(Server, PathBuf)| files(rows) > 0;
    assert!(cluster.workers.iter().all(work), "a worker did nothing");
    let left: Vec<_> = fs::read_dir(archive).unwrap().filter_map(|e| e.ok()?.file_name().into_string().ok()).collect();
    assert!(!left.iter().any(|name| name.starts_with("run-")), "{left:?}");
}

/// How many files there are under a folder.
fn files(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries.flatten().map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { 1 }).sum()
}

#[test]
fn a_worker_that_is_killed_midway_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    extracts(dir.path(), 60_000);
    let archive = dir.path().join("archive");
    let archive = archive.to_str().unwrap();
    let [old, new] = ["roll_2026-09-05.csv", "roll_2026-10-03.csv"].map(|name| dir.path().join(name));
    said(&["roll", "keep", old.to_str().unwrap(), new.to_str().unwrap(), "--archive", archive], None);
    let changes = dir.path().join("changes.csv");
    let diff = ["roll", "diff", "2026-09-05", "2026-10-03", "--archive", archive, "--format", "json"];
    let diff = [&diff[..], &["--changes", changes.to_str().unwrap()]].concat();
    let alone = said(&diff, Some(&changes));
    fs::remove_file(&changes).unwrap();

    let mut cluster = cluster(2);
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("pollwarden"));
    command.args(&diff).args(["--no-progress", "--cluster", &cluster.address]).stdout(Stdio::piped());
    let mut running = command.spawn().unwrap();
    let (begun, (mut worker, rows)) = (Instant::now(), cluster.workers.remove(0));
    while files(&rows) == 0 {
        assert!(begun.elapsed() < Duration::from_secs(60), "the worker got no task");
        assert!(running.try_wait().unwrap().is_none(), "the run ended before the worker had done anything");
        std::thread::sleep(Duration::from_millis(1));
    }
    worker.0.kill().unwrap();
    assert!(running.try_wait().unwrap().is_none(), "the run ended before the worker was killed");
    let output = running.wait_with_output().unwrap();
    let together = (text(&output), output.status.code().unwrap(), fs::read_to_string(&changes).unwrap());
    assert!(alone == together, "{}\n{}", alone.0, together.0);
    println!("killed after its first rows; the whole took {:.1} s", begun.elapsed().as_secs_f64());
}

#[test]
fn an_address_that_others_reach_must_be_asked_for() {
    let (output, code) = run(&["scheduler", "--listen", "0.0.0.0:0"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(code == 2 && said.contains("--trusted-network"), "{said}");
}

#[test]
fn what_is_no_schedulers_address_is_refused() {
    for bad in ["127.0.0.1:50050", "df://:50050", "df://host", "df://host:0", "df://host:70000", "df://a b:1"] {
        let (output, code) = run(&["worker", bad]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(code == 2 && said.contains("df://HOST:PORT"), "{said}");
    }
}

#[test]
fn without_a_scheduler_the_run_fails_and_says_so() {
    let dir = tempfile::tempdir().unwrap();
    extracts(dir.path(), 3_000);
    let [old, new] = ["roll_2026-09-05.csv", "roll_2026-10-03.csv"].map(|name| dir.path().join(name));
    let archive = dir.path().join("archive");
    said(&["roll", "keep", old.to_str().unwrap(), new.to_str().unwrap(), "--archive", archive.to_str().unwrap()], None);
    let nobody = format!("df://127.0.0.1:{}", free_port());
    let args =
        ["roll", "diff", "2026-09-05", "2026-10-03", "--archive", archive.to_str().unwrap(), "--cluster", &nobody];
    let output = pollwarden(&args).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && said.contains(&nobody), "{said}");
    let (output, code) = run(&["roll", "diff", old.to_str().unwrap(), new.to_str().unwrap(), "--cluster", &nobody]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(code == 2 && said.contains("archive"), "{said}");
}
