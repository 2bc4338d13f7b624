//! Messages with all dates, years and mail programs changed: what a score must not rest on.

/// Fields that name the program that wrote a message.
const AGENTS: &[&str] = &[
    "x-mailer",
    "user-agent",
    "x-mimeole",
    "x-newsreader",
    "mail-user-agent",
    "x-msmail-priority",
    "x-mailer-version",
    "x-originating-client",
];

/// The same message as if it had been written in another year, with another program.
pub(crate) fn rewritten(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let (mut is_header, mut field) = (true, String::new());
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        is_header &= !line.trim_ascii().is_empty();
        if is_header && !line.starts_with(b" ") && !line.starts_with(b"\t") {
            let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
            field = String::from_utf8_lossy(name).to_ascii_lowercase();
        }
        out.extend(if is_header { header(line, &field) } else { years(line) });
    }
    out
}

fn header(line: &[u8], field: &str) -> Vec<u8> {
    match field {
        "date" if line.to_ascii_lowercase().starts_with(b"date:") => {
            b"Date: Mon, 14 Jun 2010 10:20:30 +0000\r\n".to_vec()
        }
        "date" => Vec::new(),
        agent if AGENTS.contains(&agent) => format!("{agent}: Example Mail 1.0\r\n").into_bytes(),
        "received" => years(&dated(line)),
        _ => years(line),
    }
}

/// A hop's time, which stands after the last semicolon.
fn dated(line: &[u8]) -> Vec<u8> {
    match line.iter().rposition(|byte| *byte == b';') {
        Some(at) if line.len() > at + 10 => [&line[..=at], b" Mon, 14 Jun 2010 10:20:30 +0000\r\n"].concat(),
        _ => line.to_vec(),
    }
}

/// Every year of the last and this century that stands by itself.
fn years(line: &[u8]) -> Vec<u8> {
    let mut out = line.to_vec();
    // Long lines without spaces are encoded: no reader sees a year there.
    if line.len() > 60 && !line.trim_ascii().contains(&b' ') {
        return out;
    }
    for at in 0..line.len().saturating_sub(3) {
        let is_year = (line[at..].starts_with(b"19") || line[at..].starts_with(b"20"))
            && line[at..at + 4].iter().all(u8::is_ascii_digit);
        let is_alone = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
        if is_year && is_alone(at.checked_sub(1).and_then(|before| line.get(before))) && is_alone(line.get(at + 4)) {
            out[at..at + 4].copy_from_slice(b"2010");
        }
    }
    out
}

#[test]
fn dates_years_and_programs_are_changed() {
    let raw = b"Received: by a.example; Thu, 22 Aug 2002 12:00:00 +0000\r\nDate: Thu, 22 Aug 2002 12:00:00 +0000\r\nX-Mailer: Old 5.5\r\nSubject: Plans of 2002\r\n\r\nSince 1999, see x20021.\r\n";
    let told = String::from_utf8(rewritten(raw)).expect("text");
    assert_eq!(
        told,
        "Received: by a.example; Mon, 14 Jun 2010 10:20:30 +0000\r\nDate: Mon, 14 Jun 2010 10:20:30 +0000\r\nx-mailer: Example Mail 1.0\r\nSubject: Plans of 2010\r\n\r\nSince 2010, see x20021.\r\n"
    );
}
