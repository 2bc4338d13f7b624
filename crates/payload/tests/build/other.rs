//! PDFs, pictures, shortcuts, notebooks.

use std::io::Cursor;

use image::{DynamicImage, GrayImage, ImageFormat, Luma};

use super::{le2, le4, wide};

/// A PDF with these objects, numbered from 1; the first is the catalogue.
pub(crate) fn pdf(objects: &[&str]) -> Vec<u8> {
    let streams: Vec<Vec<u8>> = objects.iter().map(|object| object.as_bytes().to_vec()).collect();
    pdf_of(&streams)
}

pub(crate) fn pdf_of(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut all = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        places.push(all.len());
        all.extend(format!("{} 0 obj\n", number + 1).as_bytes());
        all.extend(object);
        all.extend(b"\nendobj\n");
    }
    let start = all.len();
    all.extend(format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).as_bytes());
    for place in places {
        all.extend(format!("{place:010} 00000 n \n").as_bytes());
    }
    all.extend(format!("trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1).as_bytes());
    all
}

/// A stream object.
pub(crate) fn stream(dictionary: &str, bytes: &[u8]) -> Vec<u8> {
    let mut all = format!("<<{dictionary}/Length {}>>\nstream\n", bytes.len()).into_bytes();
    all.extend(bytes);
    all.extend(b"\nendstream");
    all
}

/// A QR code with its quiet zone, each module `scale` pixels wide, on a wider picture.
pub(crate) fn code(text: &str, scale: u32) -> GrayImage {
    let code = qrcode::QrCode::new(text.as_bytes()).expect("a code");
    let width = u32::try_from(code.width()).expect("a width");
    let colors = code.to_colors();
    let side = (width + 8) * scale;
    GrayImage::from_fn(side + 60, side + 20, |x, y| {
        let module = |at: u32| (at / scale).checked_sub(4).filter(|at| *at < width);
        let dark =
            module(x).zip(module(y)).is_some_and(|(x, y)| colors[(y * width + x) as usize] == qrcode::Color::Dark);
        Luma([if dark { 20 } else { 240 }])
    })
}

pub(crate) fn encoded(picture: GrayImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    let picture = match format {
        ImageFormat::Gif | ImageFormat::WebP => DynamicImage::ImageRgba8(DynamicImage::ImageLuma8(picture).to_rgba8()),
        _ => DynamicImage::ImageRgb8(DynamicImage::ImageLuma8(picture).to_rgb8()),
    };
    picture.write_to(&mut out, format).expect("a picture");
    out.into_inner()
}

/// A picture without a code: rings and stripes, as logos have.
pub(crate) fn logo(width: u32, height: u32) -> GrayImage {
    GrayImage::from_fn(width, height, |x, y| {
        let (dx, dy) = (f64::from(x) - f64::from(width) / 2.0, f64::from(y) - f64::from(height) / 2.0);
        let ring = ((dx.hypot(dy) / 9.0) as u32).is_multiple_of(2);
        Luma([if ring ^ (x / 13 % 3 == 0) { 30 } else { 230 }])
    })
}

/// A Windows shortcut with a path and arguments.
pub(crate) fn lnk(path: &str, arguments: &str) -> Vec<u8> {
    let mut all = b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46".to_vec();
    all.extend(le4(0x08 | 0x20 | 0x80));
    all.resize(76, 0);
    for text in [path, arguments] {
        all.extend(le2(text.encode_utf16().count()));
        all.extend(wide(text));
    }
    all
}

/// A notebook with one file inside, and a name near it.
pub(crate) fn notebook(name: &str, content: &[u8]) -> Vec<u8> {
    let mut all = b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3".to_vec();
    all.extend([0; 48]);
    all.extend(wide(name));
    all.extend([0, 0]);
    all.extend(b"\xe7\x16\xe3\xbd\x65\x26\x11\x45\xa4\xc4\x8d\x4d\x0b\x7a\x9e\xac");
    all.extend((content.len() as u64).to_le_bytes());
    all.extend([0; 12]);
    all.extend(content);
    all
}

/// The head of a Windows program, and nothing that could run.
pub(crate) fn program() -> Vec<u8> {
    let mut all = b"MZ".to_vec();
    all.resize(128, 0);
    all
}
