//! Pictures in a PDF, made ready for the reader of QR codes (ISO 32000-1, 8.9).

use image::GrayImage;
use lopdf::{Document, Object, Stream};

use crate::examined::{Cause, Examined};
use crate::kind::{FileKind, sniff};
use crate::look::Look;
use crate::picture;

use super::{content, get};

pub(crate) fn read(document: &Document, stream: &Stream, place: &str, found: &mut Examined, look: &mut Look<'_>) {
    let number = |key: &[u8]| {
        get(document, &stream.dict, key)
            .and_then(|value| value.as_i64().ok())
            .and_then(|value| u32::try_from(value).ok())
    };
    let (Some(width), Some(height)) = (number(b"Width"), number(b"Height")) else { return };
    // As for pictures that stand alone: smaller ones hold no code.
    if width.min(height) < 21 {
        return;
    }
    let filters = stream.filters().unwrap_or_default();
    match filters.last().copied() {
        Some(b"DCTDecode") => jpeg(stream, filters.len(), place, found, look),
        Some(b"JPXDecode" | b"JBIG2Decode" | b"CCITTFaxDecode") => {
            found.gap(Cause::NotOpened, "pictures", "Pictures of a rare format: not searched for QR codes.");
        }
        _ => plain(document, stream, (width, height), number(b"BitsPerComponent").unwrap_or(1), place, found, look),
    }
}

fn jpeg(stream: &Stream, filters: usize, place: &str, found: &mut Examined, look: &mut Look<'_>) {
    let unpacked = if filters > 1 { content(stream, place, found, look) } else { None };
    let bytes = unpacked.as_deref().unwrap_or(&stream.content);
    if sniff(bytes, "", None) != FileKind::Jpeg {
        return;
    }
    let mut inner = Examined::new("", String::new(), FileKind::Jpeg, b"");
    picture::read(bytes, &mut inner, look);
    for act in inner.acts {
        found.act_for(act.kind, act.audience, place, &act.shown);
    }
    found.links.extend(inner.links);
    found.codes.extend(inner.codes);
    found.gaps.extend(inner.gaps);
}

/// Rows of samples, as many bits each as the picture says.
fn plain(
    document: &Document,
    stream: &Stream,
    size: (u32, u32),
    bits: u32,
    place: &str,
    found: &mut Examined,
    look: &mut Look<'_>,
) {
    let (width, height) = size;
    if !look.spend_pixels(u64::from(width) * u64::from(height)) {
        found.gap(Cause::TooLarge, place, "A very large picture: not searched for QR codes.");
        return;
    }
    let Some(samples) = content(stream, place, found, look) else { return };
    let palette = palette(document, stream, place, found, look);
    let Some(picture) = greys(&samples, width as usize, height as usize, bits, palette.as_deref()) else { return };
    if let Some(picture) = GrayImage::from_raw(width, height, picture) {
        picture::codes(&enlarged(picture), place, found, look);
    }
}

/// One module a pixel is common in files written by programs; the reader of codes wants more.
fn enlarged(picture: GrayImage) -> GrayImage {
    let (width, height) = picture.dimensions();
    if width.max(height) > 180 {
        return picture;
    }
    let mut framed = GrayImage::from_pixel(width + 8, height + 8, image::Luma([255]));
    image::imageops::replace(&mut framed, &picture, 4, 4);
    image::imageops::resize(&framed, (width + 8) * 4, (height + 8) * 4, image::imageops::FilterType::Nearest)
}

fn greys(samples: &[u8], width: usize, height: usize, bits: u32, palette: Option<&[u8]>) -> Option<Vec<u8>> {
    let pixels = width.checked_mul(height)?;
    if bits == 1 {
        let row = width.div_ceil(8);
        let bit = |x: usize, y: usize| samples.get(y * row + x / 8).map(|byte| byte >> (7 - x % 8) & 1);
        let shade = |bit: u8| palette.and_then(|palette| palette.get(usize::from(bit)).copied()).unwrap_or(bit * 255);
        return (0..pixels).map(|at| bit(at % width, at / width).map(shade)).collect();
    }
    if bits != 8 {
        return None;
    }
    if let Some(palette) = palette {
        return samples
            .get(..pixels)
            .map(|all| all.iter().map(|index| palette.get(usize::from(*index)).copied().unwrap_or(0)).collect());
    }
    let components = samples.len() / pixels;
    match components {
        0 => None,
        // The green of RGB is near enough to its brightness to tell black from white; CMYK counts ink.
        4 => Some(
            samples
                .chunks_exact(4)
                .take(pixels)
                .map(|ink| 255 - ink[..3].iter().max().copied().unwrap_or(0).max(ink[3]))
                .collect(),
        ),
        _ => Some(samples.chunks_exact(components).take(pixels).map(|pixel| pixel[components / 2]).collect()),
    }
}

/// The greys of an indexed colour space: its base, highest number, colours.
fn palette(
    document: &Document,
    stream: &Stream,
    place: &str,
    found: &mut Examined,
    look: &mut Look<'_>,
) -> Option<Vec<u8>> {
    let space = get(document, &stream.dict, b"ColorSpace")?.as_array().ok()?;
    if space.first()?.as_name().ok()? != b"Indexed" {
        return None;
    }
    let highest = usize::try_from(document.dereference(space.get(2)?).ok()?.1.as_i64().ok()?).ok()?.min(255);
    let colours = match document.dereference(space.get(3)?).ok()?.1 {
        Object::String(bytes, _) => bytes.clone(),
        Object::Stream(stream) => content(stream, place, found, look)?,
        _ => return None,
    };
    let components = (colours.len() / (highest + 1)).max(1);
    Some(colours.chunks_exact(components).map(|colour| colour[components / 2]).collect())
}
