//! The Public Suffix List's own tests.

use pollwarden_lookalike::registrable;
use pollwarden_testkit::zst;

use crate::parties::file;

#[test]
fn registrable_parts_are_those_of_the_list() {
    let Some(path) = file("psl-tests.txt") else { return };
    let text = String::from_utf8(zst(path)).expect("text");
    let (mut right, mut wrong) = (0, Vec::new());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")) {
        let (host, want) = line.split_once(' ').expect("a host and its domain");
        let host = host.to_lowercase();
        let got = registrable(&host).filter(|_| host != "null");
        if got == Some(want) || got.is_none() && want == "null" {
            right += 1;
        } else {
            wrong.push(format!("{host}: {got:?}, want {want}"));
        }
    }
    println!("Public Suffix List: {right} of {} tests", right + wrong.len());
    assert!(wrong.is_empty(), "{wrong:?}");
}
