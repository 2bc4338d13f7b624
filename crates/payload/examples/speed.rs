//! How long it takes to look into what a mailbox is full of: `cargo run --release -p pollwarden-payload --example speed`.
#![allow(clippy::print_stdout, reason = "an example prints what it measured")]
#![allow(dead_code, reason = "the tests' files are built by the same code")]

#[path = "../tests/build/mod.rs"]
mod build;

use std::fs;

use build::*;
use image::ImageFormat::{Gif, Jpeg, Png};
use pollwarden_payload::{Bounds, examine};

fn main() {
    let page = format!(
        "<html><body>{}</body></html>",
        "<p>Dear voter, <a href=\"https://county.example/x\">vote</a></p>".repeat(200)
    );
    let photo =
        image::GrayImage::from_fn(1600, 1200, |x, y| image::Luma([((x * 7 + y * 3) % 200 + (x ^ y) % 50) as u8]));
    let words = "The board of elections meets on Tuesday. ".repeat(100);
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("text.txt", words.into_bytes()),
        ("pixel.gif", encoded(logo(1, 1), Gif)),
        ("logo.png", encoded(logo(150, 50), Png)),
        ("banner.png", encoded(logo(600, 200), Png)),
        ("photo.jpg", encoded(photo, Jpeg)),
        ("code.png", encoded(code("https://a.example/x", 5), Png)),
        ("news.html", page.into_bytes()),
        ("letter.docx", docx(&"<w:r><w:t>Dear voter</w:t></w:r>".repeat(500))),
        ("macro.docm", docm(&"Sub AutoOpen()\r\nShell \"calc\"\r\nEnd Sub\r\n".repeat(50))),
        ("old.doc", doc(&"Dear voter ".repeat(2_000), "", &[])),
        (
            "form.pdf",
            pdf(&[
                "<</Type/Catalog/Pages 2 0 R>>",
                "<</Type/Pages/Kids[]/Count 0>>",
                "<</S/URI/URI(https://county.example/)>>",
            ]),
        ),
    ];
    for (name, bytes) in files {
        let start = seconds();
        let mut times = 0;
        while seconds() - start < 0.3 && times < 100_000 {
            for _ in 0..10 {
                std::hint::black_box(examine(name, None, &bytes, &Bounds::default()));
            }
            times += 10;
        }
        println!("{name:<12} {:>8} bytes {:>10.1} µs", bytes.len(), (seconds() - start) * 1e6 / f64::from(times));
    }
}

/// Processor time of this thread, which other work on the machine doesn't count into.
fn seconds() -> f64 {
    let told = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    told.split_whitespace().next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or(f64::INFINITY) / 1e9
}
