//! QR codes in pictures. Most pictures hold none, and a mailbox holds many pictures: so size and shape are asked first,
//! then whether any row has the pattern that every code's corners have, and only then is a code looked for.
//!
//! ISO/IEC 18004: a code is 21 to 177 modules wide, with three corners of 1:1:3:1:1.

use std::io::Cursor;

use image::{GrayImage, ImageFormat, ImageReader, Limits};
use rqrr::PreparedImage;

use crate::act::{ActKind, Audience};
use crate::examined::{Cause, Examined};
use crate::guard::guarded;
use crate::kind::FileKind;
use crate::look::Look;
use crate::text::urls;

/// Narrower pictures hold no code that a phone could read: 21 modules at two pixels each.
const SMALLEST: u32 = 42;
/// Codes of one picture that are read.
const CODES: usize = 8;

pub(crate) fn read(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    let Some(format) = format(found.kind) else { return };
    let Some((width, height)) =
        guarded(|| ImageReader::with_format(Cursor::new(bytes), format).into_dimensions().ok()).flatten()
    else {
        found.gap(Cause::Unreadable, "", "A picture that can't be read: not searched for QR codes.");
        return;
    };
    if width.min(height) < SMALLEST {
        return;
    }
    if !look.spend_pixels(u64::from(width) * u64::from(height)) {
        found.gap(Cause::TooLarge, "", "A very large picture: not searched for QR codes.");
        return;
    }
    let picture = guarded(|| {
        let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
        reader.limits(limits(look.bounds.pixels));
        reader.decode().ok().map(|picture| flatten(&picture))
    });
    match picture.flatten() {
        Some(picture) => codes(&picture, "", found, look),
        None => found.gap(Cause::Unreadable, "", "A picture that can't be read: not searched for QR codes."),
    }
}

fn limits(pixels: u64) -> Limits {
    let mut limits = Limits::default();
    // Eight bytes a pixel is what the deepest formats take.
    limits.max_alloc = Some(pixels * 8);
    limits
}

fn format(kind: FileKind) -> Option<ImageFormat> {
    Some(match kind {
        FileKind::Png => ImageFormat::Png,
        FileKind::Jpeg => ImageFormat::Jpeg,
        FileKind::Gif => ImageFormat::Gif,
        FileKind::WebP => ImageFormat::WebP,
        FileKind::Bmp => ImageFormat::Bmp,
        _ => return None,
    })
}

/// Greys, with what is transparent as white.
fn flatten(picture: &image::DynamicImage) -> GrayImage {
    if !picture.color().has_alpha() {
        return picture.to_luma8();
    }
    let greys = picture.to_luma_alpha8();
    GrayImage::from_fn(greys.width(), greys.height(), |x, y| {
        let [grey, alpha] = greys.get_pixel(x, y).0;
        let white = 255 - u16::from(alpha);
        image::Luma([u8::try_from((u16::from(grey) * u16::from(alpha)) / 255 + white).unwrap_or(255)])
    })
}

/// Notes the codes in a picture.
pub(crate) fn codes(picture: &GrayImage, place: &str, found: &mut Examined, look: &mut Look<'_>) {
    let (dark, light) = corners(picture);
    let mut texts = if dark { decode(picture) } else { Vec::new() };
    // Light codes on dark ground are read by phones too.
    if texts.is_empty() && light {
        let mut negative = picture.clone();
        image::imageops::invert(&mut negative);
        texts = decode(&negative);
    }
    for text in texts {
        let leads = urls(&text).next().is_some();
        found.act_for(ActKind::QrCode, if leads { Audience::Analyst } else { Audience::Examiner }, place, &text);
        look.links_of_text(found, &text, "QR code");
        found.codes.push(text);
    }
}

fn decode(picture: &GrayImage) -> Vec<String> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let read = || {
        let mut prepared = PreparedImage::prepare_from_greyscale(width, height, |x, y| picture.as_raw()[y * width + x]);
        let grids = prepared.detect_grids();
        grids.iter().take(CODES).filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect()
    };
    guarded(read).unwrap_or_default()
}

/// Whether rows cross a corner's 1:1:3:1:1: dark on light, and light on dark. Every fourth row is asked; a corner of a
/// code wide enough to read is at least seven rows high.
fn corners(picture: &GrayImage) -> (bool, bool) {
    let (least, most) =
        picture.as_raw().iter().fold((255, 0), |(least, most): (u8, u8), grey| (least.min(*grey), most.max(*grey)));
    if most - least < 40 {
        return (false, false);
    }
    let middle = least + (most - least) / 2;
    let step = if picture.height() < 300 { 2 } else { 4 };
    let mut hits = [0_usize; 2];
    for row in picture.as_raw().chunks_exact(picture.width() as usize).step_by(step) {
        crossings(row, middle, &mut hits);
        if hits.iter().all(|hits| *hits >= 2) {
            break;
        }
    }
    (hits[0] >= 2, hits[1] >= 2)
}

fn crossings(row: &[u8], middle: u8, hits: &mut [usize; 2]) {
    let mut runs = [0_u32; 5];
    let mut dark = row.first().is_some_and(|grey| *grey < middle);
    for grey in row.iter().map(Some).chain([None]) {
        let now = grey.map(|grey| *grey < middle);
        if now == Some(dark) {
            runs[4] += 1;
            continue;
        }
        // The run that ended is the fifth of its kind: dark-light-dark-light-dark, or the reverse.
        if is_corner(runs) {
            hits[usize::from(!dark)] += 1;
        }
        runs.rotate_left(1);
        runs[4] = 1;
        dark = now.unwrap_or(dark);
    }
}

fn is_corner([a, b, c, d, e]: [u32; 5]) -> bool {
    let whole = a + b + c + d + e;
    if a == 0 || whole < 7 {
        return false;
    }
    // A module's width may be off by two thirds: blur, and perspective.
    let near = |run: u32, modules: u32| (7 * run).abs_diff(modules * whole) <= whole * 2 / 3 * modules.min(2);
    near(a, 1) && near(b, 1) && near(c, 3) && near(d, 1) && near(e, 1)
}
