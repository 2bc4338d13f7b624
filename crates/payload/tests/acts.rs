//! Each kind of act on a file that has it, and on a near miss that has not.

#[path = "build/mod.rs"]
mod build;

#[path = "acts/archive.rs"]
mod archive;
#[path = "acts/document.rs"]
mod document;
#[path = "acts/old_document.rs"]
mod old_document;
#[path = "acts/page.rs"]
mod page;
#[path = "acts/pdf.rs"]
mod pdf;
#[path = "acts/picture.rs"]
mod picture;
#[path = "acts/program.rs"]
mod program;

use pollwarden_payload::{ActKind, Audience, Bounds, Examined, examine};

fn look(name: &str, bytes: &[u8]) -> Examined {
    examine(name, None, bytes, &Bounds::default())
}

/// Looks, and requires these kinds for a clerk.
fn fires(name: &str, bytes: &[u8], kinds: &[ActKind]) -> Examined {
    let found = look(name, bytes);
    for kind in kinds {
        let told = found.all_acts().any(|act| act.kind == *kind && act.audience == Audience::Clerk);
        assert!(told, "{name}: no {} in {:#?}", kind.name(), found);
    }
    found
}

/// Looks, and requires that a clerk is told nothing and nothing was left out.
fn quiet(name: &str, bytes: &[u8]) -> Examined {
    let found = look(name, bytes);
    assert!(found.audience() != Some(Audience::Clerk) && !found.bears_macro(), "{name}: {found:#?}");
    assert!(!found.has_gap(), "{name}: {found:#?}");
    found
}
