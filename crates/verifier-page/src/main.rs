//! Writes the page around a module: `pollwarden-verifier-page MODULE.wasm PAGE.html`. No example, since those are built with
//! all that tests need.

use std::error::Error;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(module), Some(page)) = (arguments.next(), arguments.next()) else {
        return Err("usage: pollwarden-verifier-page MODULE.wasm PAGE.html".into());
    };
    fs::write(page, pollwarden_verifier_page::page(&fs::read(module)?, None))?;
    Ok(())
}
