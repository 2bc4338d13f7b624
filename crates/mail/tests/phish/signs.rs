//! Each sign fires on what it is for, and not on its near miss.

use pollwarden_lookalike::{PartyKind, Strength};
use pollwarden_mail::phish::{Alignment, Evidence, score};
use pollwarden_mail::{Imitation, Letter};

use crate::written::{Written, html, plain};

const BODY: &str = "<p>Hello</p>";

fn check(id: &str, fires: &Written, near_miss: &Written) {
    assert!(fires.shows(id), "{id} should fire: {}", crate::written::told(&fires.score()));
    assert!(!near_miss.shows(id), "{id} should not: {}", crate::written::told(&near_miss.score()));
}

fn from(from: &str) -> Written {
    html(from, "Hello", BODY)
}

fn link(link: &str) -> Written {
    html("Ann <ann@riverside.example>", "Hello", link)
}

fn subject(subject: &str) -> Written {
    html("Ann <ann@riverside.example>", subject, BODY)
}

#[test]
fn who_writes() {
    check("who/no-domain", &from("Post <notice@package82>"), &from("Post <notice@riverside.example>"));
    check(
        "who/several-writers",
        &from("Winner, Team <a@riverside.example>"),
        &from("\"Winner, Team\" <a@riverside.example>"),
    );
    check(
        "who/several-from-fields",
        &from("Ann <ann@riverside.example>").with("From: Bob <bob@riverside.example>"),
        &from("Ann <ann@riverside.example>, Bob <bob@riverside.example>"),
    );
    check("who/random-domain", &from("A <a@xk7qz2vb.example>"), &from("A <a@countyclerks.example>"));
    check("who/random-local", &from("A <q7x2k9z@riverside.example>"), &from("A <a.miller2@riverside.example>"));
    check(
        "who/anybodys-domain",
        &from("A <noreply@prize-41.firebaseapp.com>"),
        &from("A <noreply@firebase.example.com>"),
    );
    check("who/odd-ending", &from("A <a@example.cyou>"), &from("A <a@riverside.example>"));
    check("who/service-at-free-mail", &from("Account Support <x1@gmail.com>"), &from("Ann Miller <x1@gmail.com>"));
    check(
        "who/name-elsewhere",
        &from("Parcel Service <noreply@gardenfurniture.example>"),
        &from("Garden Furniture <noreply@gardenfurniture.example>"),
    );
    check(
        "who/name-unlike",
        &from("Riverside <kx@gardenfurniture.example>"),
        &from("Riverside <desk@riverside.example>"),
    );
    check(
        "who/name-names-domain",
        &from("\"help@bigbank.example\" <a@riverside.example>"),
        &from("\"a@riverside.example\" <a@riverside.example>"),
    );
    check(
        "who/name-dressed",
        &from("Your Prize ##~~ <a@riverside.example>"),
        &from("O'Neil, Ann (Clerk) <a@riverside.example>"),
    );
    check("who/from-recipient", &from("<pat.clerk@county.example.gov>"), &from("<pat.other@county.example.gov>"));
}

#[test]
fn where_it_comes_from_and_goes_back_to() {
    let with = |field: &str| from("Ann <ann@riverside.example>").with(field);
    check("who/reply-elsewhere", &with("Reply-To: b@portal.test"), &with("Reply-To: office@mail.riverside.example"));
    check(
        "who/reply-at-free-mail",
        &with("Reply-To: b@gmail.com"),
        &from("Ann <ann@gmail.com>").with("Reply-To: b@gmail.com"),
    );
    check(
        "who/envelope-elsewhere",
        &with("Return-Path: <b@portal.test>"),
        &with("Return-Path: <b@bounce.riverside.example>"),
    );
    check("who/to-nobody", &from("Ann <ann@riverside.example>").to(""), &from("Ann <ann@riverside.example>"));
    check("who/free-mail-to-nobody", &from("Ann <ann@gmail.com>").to(""), &from("Ann <ann@gmail.com>"));
    let list = with("Reply-To: talk@lists.portal.test").to("talk@lists.portal.test");
    assert!(!list.shows("who/reply-elsewhere"), "a list has answers come to itself");
}

#[test]
fn where_links_lead() {
    check(
        "link/shows-another",
        &link("<a href='https://evil.test/a'>www.bigbank.example</a>"),
        &link("<a href='https://count.test/?to=https%3A%2F%2Fwww.bigbank.example'>www.bigbank.example</a>"),
    );
    check(
        "link/strangers",
        &link("<a href='https://portal.test/'>Open</a>"),
        &link("<a href='https://www.riverside.example/'>Open</a>"),
    );
    check(
        "link/one-target",
        &link("<a href='https://portal.test/a'>A</a><a href='https://portal.test/b'>B</a>"),
        &link("<a href='https://portal.test/a'>A</a><a href='https://other.test/b'>B</a>"),
    );
    check(
        "link/number",
        &link("<a href='http://203.0.113.7/a'>Open</a>"),
        &link("<a href='http://riverside.example/203.0.113.7'>Open</a>"),
    );
    check(
        "link/punycode",
        &link("<a href='https://xn--pypal-4ve.example/'>Open</a>"),
        &link("<a href='https://xn.riverside.example/'>Open</a>"),
    );
    check(
        "link/shortened",
        &link("<a href='https://bit.ly/3x'>Open</a>"),
        &link("<a href='https://orbit.ly.riverside.example/'>Open</a>"),
    );
    check(
        "link/anybodys-site",
        &link("<a href='https://a.web.app/'>Open</a>"),
        &link("<a href='https://web.app.riverside.example/'>Open</a>"),
    );
    check(
        "link/odd-ending",
        &link("<a href='https://example.icu/'>Open</a>"),
        &link("<a href='https://icu.example/'>Open</a>"),
    );
    check(
        "link/random-host",
        &link("<a href='https://xk7qz2vb.example/'>Open</a>"),
        &link("<a href='https://mail24.example/'>Open</a>"),
    );
    check(
        "link/host-within",
        &link("<a href='https://bigbank.com.login.portal.test/'>Open</a>"),
        &link("<a href='https://login.bigbank.example/'>Open</a>"),
    );
    check(
        "link/user-info",
        &link("<a href='https://bigbank.example@portal.test/'>Open</a>"),
        &link("<a href='https://portal.test/@bigbank'>Open</a>"),
    );
    check(
        "link/carries-page",
        &link("<a href='data:text/html;base64,PGI+'>Open</a>"),
        &link("<img src='data:image/png;base64,iVBOR'>"),
    );
    check(
        "link/redirects",
        &link("<a href='https://portal.test/go?u=https%3A%2F%2Fother.test'>Open</a>"),
        &link("<a href='https://portal.test/go?u=1'>Open</a>"),
    );
    check(
        "link/broken-into",
        &link("<a href='https://portal.test/wp-content/x.html'>Open</a>"),
        &link("<a href='https://portal.test/content/x.html'>Open</a>"),
    );
    check(
        "link/odd-port",
        &link("<a href='https://portal.test:8443/'>Open</a>"),
        &link("<a href='https://portal.test:443/'>Open</a>"),
    );
}

#[test]
fn a_link_that_tells_who_clicked() {
    let to = |url: &str| link(&format!("<a href='{url}'>Open</a>"));
    for url in [
        "https://portal.test/?e=pat.clerk@county.example.gov",
        "https://portal.test/?e=pat.clerk%40county.example.gov",
        "https://portal.test/#cGF0LmNsZXJrQGNvdW50eS5leGFtcGxlLmdvdg==",
    ] {
        check("link/names-recipient", &to(url), &to("https://portal.test/?e=somebody.else@example.com"));
    }
}

#[test]
fn how_it_looks() {
    let picture = "<a href='https://portal.test/'><img src='https://portal.test/a.png'></a>";
    let reading = format!("{picture}<p>{}</p>", "There is more to read here today. ".repeat(12));
    check("look/picture-only", &link(picture), &link(&reading));
    let hidden = format!("<p>Open it</p><div style='display:none'>{}</div>", "weather and garden ".repeat(40));
    let preview = format!("<div style='display:none'>Read our news</div><p>{}</p>", "Shown to all ".repeat(40));
    check("look/hidden-text", &link(&hidden), &link(&preview));
    check(
        "look/broken-words",
        &link("<p>ac\u{200b}count pass\u{200b}word ver\u{200b}ify</p>"),
        &link("<p>account \u{200c} \u{200c} \u{200c} password</p>"),
    );
    check(
        "look/mixed-scripts",
        &subject("Micr\u{43e}soft notice"),
        &subject("\u{43f}\u{440}\u{438}\u{432}\u{435}\u{442} Ann"),
    );
    check(
        "look/asks-password",
        &link("<form action='https://portal.test/'><input type=password></form>"),
        &link("<form action='https://riverside.example/'><input type=text></form>"),
    );
    check(
        "look/false-answer",
        &subject("Re: your order"),
        &subject("Re: your order").with("In-Reply-To: <1@riverside.example>"),
    );
    check("look/subject-code", &subject("Notice #QX-81240"), &subject("Minutes of 5 March 2024"));
    check("look/address-in-subject", &subject("pat.clerk, a last notice"), &subject("Pat, a last notice"));
    check("look/disguised-words", &subject("Your pássw\u{f6}rd"), &subject("Your password — caf\u{e9}"));
    check("look/subject-shouts", &subject("LAST NOTICE FOR YOU"), &subject("Last notice of the EAC"));
    check("look/subject-sum", &subject("Your $500 waits"), &subject("Your 500 pages"));
}

#[test]
fn what_is_attached() {
    let attached = |name: &str, text: &str| {
        let raw = format!(
            "From: Ann <ann@riverside.example>\r\nTo: pat.clerk@county.example.gov\r\nSubject: x\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n{text}\r\n--b\r\n\
             Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\r\nx\r\n--b--\r\n"
        );
        let score = score(&Letter::read(raw.as_bytes()), &Evidence::default());
        score.reasons.iter().any(|reason| reason.id == "look/bare-attachment")
    };
    assert!(attached("invoice.html", "See attached."));
    assert!(!attached("photo.png", "See attached."));
    assert!(!attached("minutes.pdf", &"These are the minutes of our meeting last week. ".repeat(8)));
}

#[test]
fn what_others_found() {
    let letter = from("Ann <ann@riverside.example>").letter();
    let points = |evidence: &Evidence<'_>| score(&letter, evidence).points;
    let none = points(&Evidence::default());
    let imitated = |strength| Imitation {
        party: "Example Vendor".into(),
        kind: PartyKind::Vendor,
        genuine: "votingvendor.example".into(),
        seen: "votingvemdor.example".into(),
        class: "slip",
        why: "a letter was swapped".into(),
        strength,
        is_sender: true,
    };
    let of = |strength| points(&Evidence { imitations: &[imitated(strength)], ..Evidence::default() });
    assert!(of(Strength::Strong) > none + 4.0 && of(Strength::Strong) > of(Strength::Weak));
    assert!(points(&Evidence { acts: &["runs a macro".into()], ..Evidence::default() }) > none + 2.0);
    assert!(points(&Evidence { qr_codes: vec!["portal.test"], ..Evidence::default() }) > none + 1.0);
    assert!(
        points(&Evidence { alignment: Some(Alignment::Disowned("SPF fails")), ..Evidence::default() }) > none + 1.0
    );
    assert!(points(&Evidence { alignment: Some(Alignment::Silent), ..Evidence::default() }) > none);
    let vouched = |is_trusted| Evidence { alignment: Some(Alignment::Vouched), is_trusted, ..Evidence::default() };
    assert!(points(&vouched(true)) < points(&vouched(false)) && points(&vouched(false)) < none);
    assert!(points(&Evidence { is_answer: true, ..Evidence::default() }) < none - 2.0);
    // An address alone can be borrowed.
    let known = |evidence| points(&Evidence { is_known: true, ..evidence });
    assert!(known(vouched(true)) < none - 4.0);
    assert!(known(Evidence::default()) > none - 3.0);
    let disowned = Evidence { alignment: Some(Alignment::Disowned("DMARC fails")), ..Evidence::default() };
    assert_eq!(known(disowned.clone()), points(&disowned));
}

#[test]
fn a_service_that_has_no_part_in_it() {
    let wish = "<p>Your account is suspended. Please confirm your password.</p>";
    check(
        "who/speaks-for",
        &html("Ann <ann@riverside.example>", "Your PayPal account is limited", wish),
        &html("PayPal <service@paypal.com>", "Your PayPal account is limited", wish),
    );
    assert!(
        !plain("Ann <ann@riverside.example>", "PayPal at the fair", "Shall we take PayPal at the fair?")
            .shows("who/speaks-for")
    );
}

#[test]
fn every_reason_says_what_was_seen() {
    let score = html("Prize Team <x@gmail.com>", "Claim your reward", "<a href='https://bit.ly/3x'>here</a>").score();
    assert!(score.reasons.len() > 3);
    assert!(score.reasons.iter().all(|reason| reason.said.len() > 15 && reason.weight != 0.0));
    let sum: f64 = score.reasons.iter().map(|reason| reason.weight).sum();
    assert!((sum - score.points).abs() < 1e-9);
}
