//! The page: template, style, script and the WebAssembly module put into one file.
//!
//! Its content security policy (W3C CSP Level 3) allows the style and the scripts that are in it, by their hashes, and WebAssembly.
//! It allows no connection of any kind, so that what a reader checks can't leave their computer.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

const TEMPLATE: &str = include_str!("../page/page.html");
const STYLE: &str = include_str!("../page/style.css");
const SCRIPT: &str = include_str!("../page/page.js");

/// The page around a module. `further` is a script that runs behind its own: a test's.
pub fn page(module: &[u8], further: Option<&str>) -> String {
    let scripts: Vec<&str> = [SCRIPT].into_iter().chain(further).collect();
    let tags: String = scripts.iter().map(|script| format!("<script>{script}</script>\n")).collect();
    let parts = [
        ("{{policy}}", policy(&scripts)),
        ("{{version}}", env!("CARGO_PKG_VERSION").to_owned()),
        ("{{style}}", STYLE.to_owned()),
        ("{{module}}", STANDARD.encode(module)),
        ("{{scripts}}", tags),
    ];
    let mut page = String::new();
    let mut rest = TEMPLATE;
    for (name, part) in &parts {
        let (before, after) = rest.split_once(name).expect("the template names each part once, in this order");
        page.push_str(before);
        page.push_str(part);
        rest = after;
    }
    page + rest
}

fn policy(scripts: &[&str]) -> String {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    let scripts: Vec<String> = scripts.iter().map(|script| hash(script)).collect();
    format!(
        "default-src 'none'; script-src {} 'wasm-unsafe-eval'; style-src {}; base-uri 'none'; form-action 'none'",
        scripts.join(" "),
        hash(STYLE)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_in_the_page_and_nothing_is_fetched() {
        let page = page(b"\0asm", Some("further()"));
        for part in [STYLE, SCRIPT, "AGFzbQ==", "<script>further()</script>"] {
            assert!(page.contains(part));
        }
        assert!(!page.contains("{{"));
        for fetched in ["src=", "href=", "url(", "http:", "https:", "import ", "fetch(", "innerHTML", "style="] {
            assert!(!page.contains(fetched), "{fetched}");
        }
    }
}
