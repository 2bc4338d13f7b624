//! Programs, scripts, shortcuts, notebooks.

use pollwarden_payload::{ActKind::*, Audience};

use crate::build::*;
use crate::{fires, look, quiet};

#[test]
fn programs_of_every_system() {
    for start in [
        program(),
        b"\x7fELF\x02\x01".to_vec(),
        b"\xcf\xfa\xed\xfe\x07\0\0\x01".to_vec(),
        b"\xca\xfe\xba\xbe\0\0\0\x02".to_vec(),
        b"ITSF\x03".to_vec(),
    ] {
        fires("a", &start, &[Executable]);
    }
    let jar = zipped(&[("META-INF/MANIFEST.MF", b"Main-Class: A"), ("A.class", b"\xca\xfe\xba\xbe\0\0\0\x34")]);
    fires("a.jar", &jar, &[Executable]);
}

#[test]
fn scripts_by_their_name() {
    for name in ["a.js", "a.VBS", "a.wsf", "a.hta", "a.ps1", "a.bat", "a.cmd"] {
        let found = fires(name, b"powershell -c x", &[Script]);
        assert!(found.acts.iter().any(|act| act.kind == RiskyCall));
    }
    quiet("notes.txt", b"powershell is a program; see https://county.example/");
    quiet("table.json", b"{\"a\": 1}");
}

#[test]
fn shortcuts_say_what_they_start() {
    let found =
        fires("Ballot.lnk", &lnk("C:\\Windows\\System32\\cmd.exe", "/c    curl https://a.example/x"), &[Shortcut]);
    assert_eq!(found.acts[0].shown, "C:\\Windows\\System32\\cmd.exe /c curl hxxps://a[.]example/x");
    assert_eq!(found.links[0].url, "https://a.example/x");
    let page = look("a.url", b"[InternetShortcut]\r\nURL=https://county.example/\r\n");
    assert_eq!(page.audience(), Some(Audience::Analyst));
    fires("a.url", b"[InternetShortcut]\r\nURL=file://files.example/x.exe\r\n", &[Shortcut]);
}

#[test]
fn files_that_connect_by_themselves() {
    fires("a.rdp", b"full address:s:rdp.a.example\r\n", &[Script, Shortcut]);
    fires(
        "a.library-ms",
        b"<?xml version=\"1.0\"?><libraryDescription><url>\\\\files.example\\x</url></libraryDescription>",
        &[ExternalLink],
    );
}

#[test]
fn notebooks_with_programs() {
    fires(
        "a.one",
        &notebook("Open.hta", b"<html><script>new ActiveXObject('WScript.Shell')</script></html>"),
        &[OneNoteFile],
    );
    fires("a.one", &notebook("x", &program()), &[OneNoteFile, Executable]);
    quiet("a.one", &notebook("picture.png", &encoded(logo(50, 50), image::ImageFormat::Png)));
    quiet("a.one", &notebook("see county.example.com", b"plain text"));
}
