//! PDF pages, pictures and calendar entries. PDF is written by `pdf-writer`, PNG by `png`, codes by `qrcode`.

use jiff::{Span, Zoned};
use pdf_writer::types::{ActionType, AnnotationType};
use pdf_writer::{Content, Finish as _, Name, Pdf, Rect, Ref, Str};
use qrcode::{Color, QrCode};

use super::super::dice::Dice;

/// A page.
pub(in super::super) struct Page<'a> {
    pub(in super::super) lines: Vec<String>,
    /// Where a click on it leads.
    pub(in super::super) link: Option<&'a str>,
}

/// A PDF of one page in letter size.
pub(in super::super) fn pdf(page: &Page<'_>) -> Vec<u8> {
    let [catalog, pages, only, font, content, note] = [1, 2, 3, 4, 5, 6].map(Ref::new);
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(pages);
    pdf.pages(pages).kids([only]).count(1);
    let mut sheet = pdf.page(only);
    sheet.media_box(Rect::new(0.0, 0.0, 612.0, 792.0)).parent(pages).contents(content);
    sheet.resources().fonts().pair(Name(b"F1"), font);
    if page.link.is_some() {
        sheet.annotations([note]);
    }
    sheet.finish();
    if let Some(link) = page.link {
        let mut annotation = pdf.annotation(note);
        annotation.subtype(AnnotationType::Link).rect(Rect::new(60.0, 680.0, 560.0, 760.0));
        annotation.action().action_type(ActionType::Uri).uri(Str(link.as_bytes()));
    }
    pdf.type1_font(font).base_font(Name(b"Helvetica"));
    pdf.stream(content, &written(&page.lines));
    pdf.finish()
}

fn written(lines: &[String]) -> Vec<u8> {
    let mut content = Content::new();
    content.begin_text().set_font(Name(b"F1"), 12.0).set_leading(16.0).next_line(72.0, 720.0);
    for line in lines {
        let line: String = line.chars().filter(char::is_ascii).collect();
        content.show(Str(line.as_bytes())).next_line_using_leading();
    }
    content.end_text();
    content.finish().into_vec()
}

/// A picture with a code that holds this text.
pub(in super::super) fn code_picture(text: &str) -> Vec<u8> {
    const DOTS: usize = 6;
    // A code needs a margin of four modules (ISO/IEC 18004).
    const MARGIN: usize = 4;
    let Ok(code) = QrCode::new(text) else { return Vec::new() };
    let (width, colors) = (code.width(), code.to_colors());
    let side = (width + 2 * MARGIN) * DOTS;
    let dark = |x: usize, y: usize| {
        let inside = |n: usize| (n / DOTS).checked_sub(MARGIN).filter(|n| *n < width);
        inside(x).zip(inside(y)).is_some_and(|(x, y)| colors[y * width + x] == Color::Dark)
    };
    let pixels: Vec<u8> =
        (0..side * side).flat_map(|at| [if dark(at % side, at / side) { 0 } else { 255 }; 3]).collect();
    png(side, &pixels)
}

/// A block of colours in the place of a party's logo. The same party has the same one; a bad copy of it differs.
pub(in super::super) fn logo(party: &str, is_copy: bool) -> Vec<u8> {
    const SIDE: usize = 48;
    let mut dice = Dice::of(u64::from(is_copy) * 7, party);
    let palette: Vec<Vec<u8>> = (0..4).map(|_| dice.bytes(3)).collect();
    let cells: Vec<usize> = (0..16).map(|_| dice.place(4)).collect();
    let cell = |at: usize| cells[(at / SIDE / 12) * 4 + at % SIDE / 12];
    let pixels: Vec<u8> = (0..SIDE * SIDE).flat_map(|at| palette[cell(at)].clone()).collect();
    png(SIDE, &pixels)
}

/// A picture as a telephone takes one: gradients.
pub(in super::super) fn photo(dice: &mut Dice) -> Vec<u8> {
    const SIDE: usize = 96;
    let (a, b) = (1 + dice.place(3), 1 + dice.place(3));
    let pixel = |at: usize| [(at % SIDE * a) as u8, (at / SIDE * b) as u8, ((at % SIDE + at / SIDE) / 2) as u8];
    png(SIDE, &(0..SIDE * SIDE).flat_map(pixel).collect::<Vec<u8>>())
}

fn png(side: usize, pixels: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side as u32, side as u32);
    encoder.set_color(png::ColorType::Rgb);
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(pixels));
    if written.is_err() { Vec::new() } else { bytes }
}

/// An invitation (RFC 5545, 5546).
pub(in super::super) fn calendar_entry(id: &str, summary: &str, place: &str, organizer: &str, at: &Zoned) -> Vec<u8> {
    let stamp = |days: i64, hours: i64| {
        let then = at.checked_add(Span::new().days(days).hours(hours)).unwrap_or_else(|_| at.clone());
        then.timestamp().strftime("%Y%m%dT%H0000Z").to_string()
    };
    let text = |text: &str| text.replace('\\', "\\\\").replace(',', "\\,").replace(';', "\\;");
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Meet//EN\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:{id}\r\nDTSTAMP:{}\r\n\
         DTSTART:{}\r\nDTEND:{}\r\nSUMMARY:{}\r\nLOCATION:{}\r\nORGANIZER:mailto:{organizer}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        stamp(0, 0),
        stamp(3, 2),
        stamp(3, 3),
        text(summary),
        text(place),
    )
    .into_bytes()
}
