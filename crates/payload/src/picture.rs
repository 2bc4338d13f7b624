//! QR codes in pictures. Most pictures hold none, and a mailbox holds many pictures: so size and shape are asked first,
//! then whether any row has the pattern that every code's corners have, and only then is a code looked for.
//!
//! ISO/IEC 18004: a code is 21 to 177 modules wide, with three corners of 1:1:3:1:1.

mod corners;

use std::io::Cursor;

use image::{GrayImage, ImageFormat, ImageReader, Limits};
use rqrr::PreparedImage;

use crate::act::{ActKind, Audience};
use crate::examined::{Cause, Examined};
use crate::guard::guarded;
use crate::kind::FileKind;
use crate::look::Look;
use crate::text::urls;

use corners::Bits;

/// Narrower pictures hold no code that a phone could read: 21 modules at two pixels each.
const SMALLEST: u32 = 42;
/// Codes of one picture that are read.
const CODES: usize = 10;
/// Corners of codes that are tried against each other; a code has three.
const CORNERS: usize = 30;
/// Pixels that are enough to find a code.
const ENOUGH: u32 = 2_500_000;

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
    let (dark, light) = promises(picture);
    if !dark && !light {
        return;
    }
    let small = reduced(picture);
    let picture = small.as_ref().unwrap_or(picture);
    let mut texts = if dark && has_corner(picture) { decode(picture, place, found) } else { Vec::new() };
    // Light codes on dark ground are read by phones too.
    if texts.is_empty() && light {
        let mut negative = picture.clone();
        image::imageops::invert(&mut negative);
        texts = if has_corner(&negative) { decode(&negative, place, found) } else { texts };
    }
    for text in texts {
        let leads = urls(&text).next().is_some();
        found.act_for(ActKind::QrCode, if leads { Audience::Analyst } else { Audience::Examiner }, place, &text);
        look.links_of_text(found, &text, "QR code");
        found.codes.push(text);
    }
}

/// Large pictures are looked at smaller: a code that a phone can read from a page needs no more.
fn reduced(picture: &GrayImage) -> Option<GrayImage> {
    let (width, height) = picture.dimensions();
    let pixels = f64::from(width) * f64::from(height);
    let share = (f64::from(ENOUGH) / pixels).sqrt();
    let side = |length: u32| ((f64::from(length) * share) as u32).max(1);
    (share < 1.0).then(|| image::imageops::thumbnail(picture, side(width), side(height)))
}

fn decode(picture: &GrayImage, place: &str, found: &mut Examined) -> Vec<String> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let grey = picture.as_raw();
    let read = || {
        let mut prepared = PreparedImage::prepare_from_greyscale(width, height, |x, y| grey[y * width + x]);
        let dark = (0..width * height).map(|at| u8::from(prepared.get_pixel_at(at % width, at / width)) == 1).collect();
        match corners::count(&Bits { width, dark }, CORNERS) {
            0..3 => Some(Vec::new()),
            3..=CORNERS => {
                let grids = prepared.detect_grids();
                Some(grids.iter().take(CODES).filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect())
            }
            _ => None,
        }
    };
    let Some(texts) = guarded(read).unwrap_or_default() else {
        found.gap(Cause::TooLarge, place, "A picture with more code-like corners than are tried.");
        return Vec::new();
    };
    texts
}

/// Whether there is one whole corner at least, by one threshold for the whole picture. The library's own threshold follows
/// the light and is dearer.
fn has_corner(picture: &GrayImage) -> bool {
    let Some(middle) = middle(picture) else { return false };
    let dark = picture.as_raw().iter().map(|grey| *grey < middle).collect();
    corners::count(&Bits { width: picture.width() as usize, dark }, 0) > 0
}

/// Half way between the darkest and the lightest; `None` where there is hardly a difference.
fn middle(picture: &GrayImage) -> Option<u8> {
    let (least, most) =
        picture.as_raw().iter().fold((255, 0), |(least, most): (u8, u8), grey| (least.min(*grey), most.max(*grey)));
    (most.saturating_sub(least) >= 40).then(|| least + (most - least) / 2)
}

/// Whether rows cross a corner's 1:1:3:1:1, dark on light, and light on dark: one cheap look before the dear one. Every
/// second or fourth row is asked; the core of a corner wide enough to read is at least six rows high.
fn promises(picture: &GrayImage) -> (bool, bool) {
    let grey = picture.as_raw();
    let Some(middle) = middle(picture) else { return (false, false) };
    let step = if picture.height() < 300 { 2 } else { 4 };
    let (mut dark, mut light) = (0, 0);
    let mut row = Vec::new();
    for pixels in grey.chunks_exact(picture.width() as usize).step_by(step) {
        row.clear();
        row.extend(pixels.iter().map(|grey| *grey < middle));
        dark += corners::crossings(&row).count();
        row.iter_mut().for_each(|pixel| *pixel = !*pixel);
        light += corners::crossings(&row).count();
        if dark > 2 && light > 2 {
            break;
        }
    }
    (dark > 2, light > 2)
}
