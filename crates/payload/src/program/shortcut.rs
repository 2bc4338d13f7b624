//! Windows shortcuts ([MS-SHLLINK] 2.1 to 2.4): what is started, with which arguments.
//!
//! Own code: a fixed head and five counted texts. The library for it brings six others along.

use crate::act::ActKind;
use crate::examined::{Cause, Examined};
use crate::look::Look;
use crate::text::{ansi, wide};

const HAS_ID_LIST: u32 = 0x01;
const HAS_LINK_INFO: u32 = 0x02;
const IS_UNICODE: u32 = 0x80;
/// In the order in which their texts stand.
const TEXTS: &[(u32, &str)] = &[(0x04, "name"), (0x08, "path"), (0x10, "folder"), (0x20, "arguments"), (0x40, "icon")];

pub(crate) fn read(bytes: &[u8], found: &mut Examined, look: &mut Look<'_>) {
    let Some(command) = command(bytes) else {
        found.act(ActKind::Shortcut, "", "");
        found.gap(Cause::Unreadable, "", "A damaged shortcut: what it starts can't be read.");
        return;
    };
    found.act(ActKind::Shortcut, "", &command);
    look.links_of_text(found, &command, "arguments");
}

fn command(bytes: &[u8]) -> Option<String> {
    let flags = u32::from_le_bytes(bytes.get(20..24)?.try_into().ok()?);
    let mut rest = bytes.get(76..)?;
    let mut base = String::new();
    if flags & HAS_ID_LIST != 0 {
        rest = rest.get(2 + two(rest)?..)?;
    }
    if flags & HAS_LINK_INFO != 0 {
        let length = u32::from_le_bytes(rest.get(..4)?.try_into().ok()?) as usize;
        base = local_path(rest.get(..length)?).unwrap_or_default();
        rest = rest.get(length..)?;
    }
    let mut said = Vec::new();
    for (flag, name) in TEXTS.iter().filter(|(flag, _)| flags & flag != 0) {
        let letters = two(rest)?;
        let length = if flags & IS_UNICODE != 0 { 2 * letters } else { letters };
        let raw = rest.get(2..2 + length).unwrap_or(rest.get(2..)?);
        let text = if flags & IS_UNICODE != 0 { wide(raw) } else { ansi(raw) };
        rest = rest.get(2 + length..).unwrap_or(&[]);
        // Blanks push the arguments out of the window in which Windows shows them.
        if matches!(flag, 0x08 | 0x20) {
            said.push(text.split_whitespace().collect::<Vec<_>>().join(" "));
        } else if *flag == 0x40 && text.contains("\\\\") {
            said.push(format!("({name} from {text})"));
        }
    }
    if !base.is_empty() {
        said.insert(0, base);
    }
    Some(said.join(" "))
}

fn two(bytes: &[u8]) -> Option<usize> {
    Some(usize::from(u16::from_le_bytes(bytes.get(..2)?.try_into().ok()?)))
}

/// 2.3: where the target lies, on this machine or on a share.
fn local_path(info: &[u8]) -> Option<String> {
    let four = |at: usize| info.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize);
    let flags = four(8)?;
    if flags & 1 != 0 {
        return info.get(four(16)?..).map(ansi);
    }
    let network = info.get(four(20)?..)?;
    let name = network.get(8..12).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize)?;
    Some(format!("{}\\{}", ansi(network.get(name..)?), ansi(info.get(four(24)?..)?)))
}
