//! The page in a real browser: it logs no error, asks for nothing, and holds the verdicts.
//!
//! Prints "skipped" where no Chromium is installed. Continuous integration installs Debian's package.

mod invented;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{fs, thread};

use pollwarden_report::html;

const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
const PATIENCE: Duration = Duration::from_secs(120);

/// What the browser made of a page.
struct Seen {
    dom: String,
    /// What pages wrote to the console, breaches of the content security policy included.
    console: Vec<String>,
}

fn browser() -> Option<&'static str> {
    let runs = |name: &&str| {
        Command::new(name)
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|s| s.success())
    };
    NAMES.into_iter().find(runs)
}

fn open(browser: &str, page: &str) -> Seen {
    let folder = tempfile::tempdir().expect("a folder");
    let [file, dom, log] = ["report.html", "dom", "log"].map(|name| folder.path().join(name));
    fs::write(&file, page).expect("a file");
    let mut running = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"])
        .args(["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"])
        .args(["--enable-logging=stderr", "--v=0", "--dump-dom"])
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("file://{}", file.display()))
        .stdout(fs::File::create(&dom).expect("a file"))
        .stderr(fs::File::create(&log).expect("a file"))
        .spawn()
        .expect("the browser starts");
    let begun = Instant::now();
    while running.try_wait().expect("the browser can be waited for").is_none() {
        if begun.elapsed() > PATIENCE {
            let _ = running.kill();
            panic!("the browser did not end");
        }
        thread::sleep(Duration::from_millis(50));
    }
    let read = |path: &Path| String::from_utf8_lossy(&fs::read(path).expect("a file")).into_owned();
    let console = read(&log).lines().filter(|line| line.contains("CONSOLE")).map(str::to_owned).collect();
    Seen { dom: read(&dom), console }
}

#[test]
fn the_page_holds_the_verdicts_and_logs_no_error() {
    let Some(browser) = browser() else { return skipped() };
    let seen = open(browser, &html(&invented::assessment(), invented::at("2026-11-05T09:30:00Z")));
    assert_eq!(seen.console, [""; 0]);
    for (text, times) in [("Found", 5), ("Nothing found", 2), ("Cannot tell", 8)] {
        // Once among the verdicts and once at the question; the whole assessment's stands at the top.
        let chips = seen.dom.matches(&format!("</b>{text}</span>")).count();
        assert_eq!(chips, times, "{text}");
    }
    assert!(seen.dom.contains("12,345"));
    assert!(seen.dom.contains("at least 11,902, at most 13,001"));
    // What a request said is text, not markup: the browser has parsed it as such.
    assert!(seen.dom.contains("&lt;script&gt;alert(\"1\")&lt;/script&gt;"));
    assert!(!seen.dom.contains("<script"));
    assert!(!seen.dom.contains("<img"));
}

/// The test above could not fail if a breach were not seen.
#[test]
fn a_page_that_breaks_its_policy_is_noticed() {
    let Some(browser) = browser() else { return skipped() };
    let page = html(&invented::assessment(), invented::at("2026-11-05T09:30:00Z"));
    let broken = page.replace("</head>", "<style>p{color:red}</style></head>");
    assert_ne!(page, broken);
    assert!(open(browser, &broken).console.iter().any(|line| line.contains("Content Security Policy")));
}

#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn skipped() {
    eprintln!("skipped: no Chromium is installed");
}
