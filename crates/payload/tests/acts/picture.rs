//! QR codes in pictures.

use image::ImageFormat::{Bmp, Gif, Jpeg, Png, WebP};
use pollwarden_payload::{ActKind::*, Audience, Bounds, Cause, examine};

use crate::build::*;
use crate::{look, quiet};

#[test]
fn codes_are_read_in_every_format() {
    for format in [Png, Jpeg, Gif, WebP, Bmp] {
        let found = look("a", &encoded(code("https://a.example/x", 5), format));
        assert_eq!(found.codes, ["https://a.example/x"], "{format:?}");
        assert_eq!(found.audience(), Some(Audience::Analyst));
        assert_eq!(found.indicators().domains, ["a.example"]);
    }
}

#[test]
fn light_codes_on_dark_ground_are_read() {
    let mut picture = code("https://a.example/x", 5);
    image::imageops::invert(&mut picture);
    assert_eq!(look("a.png", &encoded(picture, Png)).codes, ["https://a.example/x"]);
}

#[test]
fn small_and_long_codes_are_read() {
    let long = format!("https://a.example/{}", "x".repeat(300));
    assert_eq!(look("a.png", &encoded(code(&long, 3), Png)).codes, [long]);
    assert_eq!(look("a.png", &encoded(code("HTTPS://A.EXAMPLE", 2), Png)).codes.len(), 1);
}

#[test]
fn pictures_without_a_code_are_quiet() {
    for (width, height) in [(30, 30), (160, 60), (500, 400)] {
        let found = quiet("logo.png", &encoded(logo(width, height), Png));
        assert!(found.acts.is_empty() && found.codes.is_empty());
    }
}

#[test]
fn enormous_pictures_are_not_unpacked() {
    let bounds = Bounds { pixels: 1_000, ..Bounds::default() };
    let found = examine("a.png", None, &encoded(logo(160, 60), Png), &bounds);
    assert_eq!(found.gaps[0].cause, Cause::TooLarge);
    assert!(!found.has(QrCode));
}
