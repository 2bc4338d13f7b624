//! A VBA project, after MS-OVBA: the compressed `dir` and module streams within a compound file (MS-CFB).
//!
//! Only what a reader needs is there: no performance cache, so an Office program would compile the source anew.

use std::io::{Cursor, Write as _};

use cfb::CompoundFile;

/// The bytes of `vbaProject.bin` with one module of this source.
pub(super) fn project(module: &str, source: &str) -> std::io::Result<Vec<u8>> {
    let mut file = CompoundFile::create(Cursor::new(Vec::new()))?;
    file.create_storage("/VBA")?;
    let text = format!("Attribute VB_Name = \"{module}\"\r\n{source}");
    let streams = [
        ("/VBA/dir".to_owned(), compressed(&directory(module))),
        (format!("/VBA/{module}"), compressed(text.as_bytes())),
        // MS-OVBA 2.3.4.1: version 0xFFFF says that there is no performance cache.
        ("/VBA/_VBA_PROJECT".to_owned(), vec![0xcc, 0x61, 0xff, 0xff, 0x00, 0x00, 0x00]),
        ("/PROJECT".to_owned(), properties(module).into_bytes()),
    ];
    for (path, bytes) in streams {
        file.create_stream(path)?.write_all(&bytes)?;
    }
    for path in ["/", "/VBA"] {
        // The library writes the present time; the same seed has to give the same bytes.
        let epoch = std::time::SystemTime::UNIX_EPOCH;
        file.set_created_time(path, epoch)?;
        file.set_modified_time(path, epoch)?;
    }
    file.flush()?;
    Ok(file.into_inner().into_inner())
}

/// MS-OVBA 2.3.1.
fn properties(module: &str) -> String {
    format!(
        "ID=\"{{00000000-0000-0000-0000-000000000000}}\"\r\nModule={module}\r\nName=\"Project\"\r\nHelpContextID=\"0\"\r\n\
         VersionCompatible32=\"393222000\"\r\n\r\n[Host Extender Info]\r\n&H00000001={{3832D640-CF90-11CF-8E43-00A0C911005A}};VBE;&H00000000\r\n"
    )
}

/// The `dir` stream (MS-OVBA 2.3.4.2), before compression.
fn directory(module: &str) -> Vec<u8> {
    let mut stream = Stream::default();
    stream.record(0x01, &3_u32.to_le_bytes()); // 64 bit
    stream.record(0x02, &0x0409_u32.to_le_bytes());
    stream.record(0x14, &0x0409_u32.to_le_bytes());
    stream.record(0x03, &1252_u16.to_le_bytes());
    stream.record(0x04, b"Project");
    stream.twice(0x05, 0x40, "");
    stream.record(0x06, b"");
    stream.record(0x3d, b"");
    stream.record(0x07, &0_u32.to_le_bytes());
    stream.record(0x08, &0_u32.to_le_bytes());
    // PROJECTVERSION says 4 where it has 6 bytes.
    stream.0.extend([0x09, 0, 4, 0, 0, 0, 1, 0, 0, 0, 1, 0]);
    stream.twice(0x0c, 0x3c, "");
    stream.record(0x0f, &1_u16.to_le_bytes());
    stream.record(0x13, &0xffff_u16.to_le_bytes());
    stream.module(module);
    stream.record(0x10, b"");
    stream.0
}

#[derive(Default)]
struct Stream(Vec<u8>);

impl Stream {
    fn record(&mut self, id: u16, bytes: &[u8]) {
        self.0.extend(id.to_le_bytes());
        self.0.extend((bytes.len() as u32).to_le_bytes());
        self.0.extend(bytes);
    }

    /// A text in the code page, then in UTF-16.
    fn twice(&mut self, id: u16, wide_id: u16, text: &str) {
        self.record(id, text.as_bytes());
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        self.record(wide_id, &wide);
    }

    /// A MODULE record (2.3.4.2.3.2).
    fn module(&mut self, name: &str) {
        self.twice(0x19, 0x47, name);
        self.twice(0x1a, 0x32, name);
        self.twice(0x1c, 0x48, "");
        self.record(0x31, &0_u32.to_le_bytes());
        self.record(0x1e, &0_u32.to_le_bytes());
        self.record(0x2c, &0xffff_u16.to_le_bytes());
        self.record(0x21, b"");
        self.record(0x2b, b"");
    }
}

/// A compressed container (MS-OVBA 2.4.1) of literal tokens and, where three bytes or more come again, copy tokens.
fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut container = vec![1];
    for chunk in bytes.chunks(4096) {
        let tokens = tokens(chunk);
        // Incompressible chunks would have to be stored; text never is.
        let header = 0xb000_u16 | (tokens.len() as u16).saturating_sub(1) & 0x0fff;
        container.extend(header.to_le_bytes());
        container.extend(tokens);
    }
    container
}

fn tokens(chunk: &[u8]) -> Vec<u8> {
    let (mut tokens, mut at) = (Vec::new(), 0);
    while at < chunk.len() {
        let flags = tokens.len();
        tokens.push(0);
        for bit in 0..8 {
            if at >= chunk.len() {
                break;
            }
            match repeated(chunk, at) {
                Some((token, length)) => {
                    tokens[flags] |= 1 << bit;
                    tokens.extend(token.to_le_bytes());
                    at += length;
                }
                None => {
                    tokens.push(chunk[at]);
                    at += 1;
                }
            }
        }
    }
    tokens
}

/// The longest earlier likeness of what stands here, as a copy token (2.4.1.3.19) and its length.
fn repeated(chunk: &[u8], at: usize) -> Option<(u16, usize)> {
    let bits = (4..12).find(|bits| 1_usize << bits >= at).unwrap_or(12);
    let most = (0xffff_usize >> bits) + 3;
    let alike = |from: usize| chunk[from..].iter().zip(&chunk[at..]).take(most).take_while(|(a, b)| a == b).count();
    let from = (0..at).max_by_key(|from| alike(*from))?;
    let length = alike(from);
    let token = ((at - from - 1) << (16 - bits)) | length.checked_sub(3)?;
    Some((token as u16, length))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_published_reader_reads_the_module() {
        let line = "  s = s & \"one more line of an invented macro\"\r\n";
        let source = format!("Sub AutoOpen()\r\n{}End Sub\r\n", line.repeat(200));
        let project = ovba::open_project(super::project("NewMacros", &source).unwrap()).unwrap();
        assert_eq!(project.modules.len(), 1);
        assert!(project.module_source("NewMacros").unwrap().ends_with(&source));
    }

    #[test]
    fn the_same_source_gives_the_same_bytes() {
        let bytes = || super::project("M", "Sub A()\r\nEnd Sub\r\n").unwrap();
        assert_eq!(bytes(), bytes());
    }
}
