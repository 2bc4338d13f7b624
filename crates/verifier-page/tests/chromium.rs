//! The page in a real browser: every case of the verifier's is told as the library tells it, and nothing breaks the page's policy.
//!
//! Takes the module of the page that `POLLWARDEN_PAGE` names, or builds one; prints "skipped" where there is no Chromium or no target
//! wasm32-unknown-unknown.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test may stop at a fault and says what it skipped")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use pollwarden_testkit::{Case, cases};
use pollwarden_verifier::{Asked, Held, Policy, verify};
use pollwarden_verifier_page::page;
use serde_json::{Value, json};

const CRATE: &str = env!("CARGO_MANIFEST_DIR");
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
const PATIENCE: Duration = Duration::from_secs(180);

/// What the browser made of a page.
struct Seen {
    dom: String,
    /// What pages wrote to the console, breaches of the content security policy included.
    console: Vec<String>,
}

fn browser() -> Option<&'static str> {
    let quiet = |name: &str| Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    NAMES.into_iter().find(|name| quiet(name).is_ok_and(|status| status.success()))
}

/// The module of the page in `POLLWARDEN_PAGE`, which must be of these sources; without one it is built, in a folder of its
/// own: cargo holds the other one while tests run.
fn module() -> Option<Vec<u8>> {
    let Some(path) = env::var_os("POLLWARDEN_PAGE") else { return build() };
    let given = fs::read_to_string(path).unwrap();
    let (_, behind) = given.split_once("id=\"module\">").unwrap();
    let module = STANDARD.decode(behind.split_once('<').unwrap().0).unwrap();
    assert!(page(&module, None) == given, "the page is not of these sources: build.sh makes it anew");
    Some(module)
}

fn build() -> Option<Vec<u8>> {
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("page");
    let arguments = ["build", "--quiet", "--locked", "--offline", "--package", "pollwarden-verifier-page", "--lib"];
    let built = Command::new(env!("CARGO"))
        .args(arguments)
        .args(["--target", "wasm32-unknown-unknown", "--profile", "page"])
        .current_dir(CRATE)
        .env("CARGO_TARGET_DIR", &target)
        .output()
        .unwrap();
    let complaint = String::from_utf8_lossy(&built.stderr);
    if complaint.contains("target may not be installed") {
        return None;
    }
    assert!(built.status.success(), "{complaint}");
    Some(fs::read(target.join("wasm32-unknown-unknown/page/pollwarden_verifier_page.wasm")).unwrap())
}

fn open(browser: &str, page: &str) -> Seen {
    let folder = tempfile::tempdir().unwrap();
    let [file, dom, log] = ["verify.html", "dom", "log"].map(|name| folder.path().join(name));
    fs::write(&file, page).unwrap();
    let mut running = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"])
        .args(["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"])
        .args(["--enable-logging=stderr", "--v=0", "--virtual-time-budget=100000000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("file://{}", file.display()))
        .stdout(fs::File::create(&dom).unwrap())
        .stderr(fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while running.try_wait().unwrap().is_none() {
        if begun.elapsed() > PATIENCE {
            let _ = running.kill();
            panic!("the browser did not end");
        }
        thread::sleep(Duration::from_millis(50));
    }
    let read = |path: &Path| String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
    let console = read(&log).lines().filter(|line| line.contains("CONSOLE")).map(str::to_owned).collect();
    Seen { dom: read(&dom), console }
}

/// Goes through the page as a reader does, question by question, and leaves what it then shows.
const DRIVER: &str = r#"
// Without a timer to come, the browser's clock jumps to its end while files are still read.
const ticking = setInterval(() => {}, 1);
(async () => {
  const asked = JSON.parse(QUESTIONS);
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const hold = (id, file) => {
    const held = new DataTransfer();
    if (file !== null) held.items.add(new File([bytes(file)], "given"));
    field(id).files = held.files;
  };
  const shown = [];
  for (const question of asked) {
    hold("evidence", question.evidence);
    hold("held", question.held);
    field("log").value = question.log;
    field("log").dispatchEvent(new Event("input", { bubbles: true }));
    if (!field("result").hidden) throw new Error("an old result stands beside new evidence");
    await check();
    const texts = (select) => [...field("result").querySelectorAll(select)].map((found) => found.textContent);
    shown.push({
      verdict: texts(".verdict .chip")[0], headline: texts(".verdict")[0], why: texts(".why li"), proven: texts(".proven li"),
      open: texts(".open li"), office: texts(".said"), entries: texts("summary"), lines: texts(".question dd"),
      colour: field("result").className,
    });
  }
  const left = document.createElement("pre");
  left.id = "left";
  left.textContent = btoa(unescape(encodeURIComponent(JSON.stringify(shown))));
  document.body.append(left);
})().catch((error) => console.error(String(error))).finally(() => clearInterval(ticking));
"#;

struct Question {
    name: String,
    evidence: Vec<u8>,
    policy: String,
    held: Option<Vec<u8>>,
}

fn questions() -> Vec<Question> {
    let verifier = Path::new(CRATE).parent().unwrap().join("verifier");
    let of = |case: &Case, held: Option<&[u8]>| Question {
        name: format!("{}{}", case.name, if held.is_some() { ", and a file" } else { "" }),
        evidence: fs::read(case.path("evidence")).unwrap(),
        policy: case.text("policy"),
        held: held.map(<[u8]>::to_vec),
    };
    let all = cases(verifier, "");
    let court = all.iter().find(|case| case.name == "court").unwrap();
    let with_file = of(court, Some(b"another file"));
    all.iter().map(|case| of(case, None)).chain([with_file]).collect()
}

fn driver(questions: &[Question]) -> String {
    let asked = questions.iter().map(|question| {
        let held = question.held.as_ref().map(|bytes| STANDARD.encode(bytes));
        json!({ "evidence": STANDARD.encode(&question.evidence), "log": question.policy, "held": held })
    });
    let asked = json!(asked.collect::<Vec<Value>>()).to_string();
    DRIVER.replace("QUESTIONS", &serde_json::to_string(&asked).unwrap().replace('<', "\\u003c"))
}

/// What the page should show, from the library on this machine.
fn expected(question: &Question) -> Value {
    let asked = Asked { now: None, file: question.held.as_deref().map(Held::of) };
    let report = match verify(&question.evidence, &Policy::parse(&question.policy).unwrap(), &asked) {
        Ok(report) => report,
        Err(why) => {
            return json!({ "headline": "?Can't be read The evidence can't be read.", "why": [why.to_string()], "proven": [],
                "open": [], "office": [], "entries": [], "lines": [] });
        }
    };
    let mark = match report.verdict() {
        "Verified" => "✓",
        "Cannot tell" => "?",
        _ => "!",
    };
    let office = report.said.iter().map(|said| {
        let mark = match said.verdict.as_str() {
            "Found" => "!",
            "Nothing found" => "✓",
            _ => "?",
        };
        format!("{mark}{} {}", said.verdict, said.heading)
    });
    let lines = report.said.iter().filter(|said| said.question).flat_map(|said| &said.lines).map(|(_, text)| text);
    let entries = report.statements.iter().map(|shown| format!("Entry {}: {}", shown.index, shown.kind));
    json!({
        "headline": format!("{mark}{} {}", report.verdict(), report.headline),
        "why": report.why, "proven": report.proven, "open": report.not_proven,
        "office": office.collect::<Vec<_>>(), "entries": entries.collect::<Vec<_>>(), "lines": lines.collect::<Vec<_>>(),
    })
}

fn left(seen: &Seen) -> Vec<Value> {
    let (_, behind) = seen.dom.split_once("<pre id=\"left\">").unwrap_or_else(|| panic!("{:?}", seen.console));
    let (text, _) = behind.split_once('<').unwrap();
    serde_json::from_slice(&STANDARD.decode(text).unwrap()).unwrap()
}

#[test]
fn a_browser_shows_what_the_library_says() {
    let Some(browser) = browser() else { return skipped("no Chromium is installed") };
    let Some(module) = module() else { return skipped("the target wasm32-unknown-unknown is not installed") };
    let questions = questions();
    let seen = open(browser, &page(&module, Some(&driver(&questions))));
    assert_eq!(seen.console, [""; 0]);
    let shown = left(&seen);
    assert_eq!(shown.len(), questions.len());
    for (question, shown) in questions.iter().zip(&shown) {
        let expected = expected(question);
        for (key, expected) in expected.as_object().unwrap() {
            assert_eq!(&shown[key], expected, "{}: {key}", question.name);
        }
    }
    let verdicts: std::collections::BTreeSet<&str> =
        shown.iter().filter_map(|shown| shown["verdict"].as_str()).collect();
    assert_eq!(verdicts.len(), 5, "{verdicts:?}");
}

/// The test above could not fail if a breach were not seen.
#[test]
fn a_page_that_breaks_its_policy_is_noticed() {
    let Some(browser) = browser() else { return skipped("no Chromium is installed") };
    for breach in
        ["fetch('data:,x').catch(() => 0)", "document.body.append(Object.assign(new Image(), { src: 'data:,x' }))"]
    {
        let seen = open(browser, &page(b"", Some(breach)));
        assert!(
            seen.console.iter().any(|line| line.contains("Content Security Policy")),
            "{breach}: {:?}",
            seen.console
        );
    }
}

fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}
