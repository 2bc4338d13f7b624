//! Whether an element's text is seen: by its own style, and by what it takes over from the elements around it.
//!
//! Sources: CSS Cascading and Inheritance 4 (the last declaration holds, unless an earlier one is important; what can't be understood
//! is no declaration); CSS Fonts 4, 2.5 (`font-size` is taken over until an element sets its own); CSS Display 3, 4 and CSS 2, 11.2
//! (nothing within `display: none` is shown, but `visibility` may be set anew); HTML standard, 15.3.1 (`hidden` is no more than a
//! weak `display: none`).

use super::{StartTag, attribute};

/// Text of this size in pixels or less is not seen.
const UNSEEN: f32 = 1.0;
/// The size of text where nobody says another.
const MEDIUM: f32 = 16.0;

/// How text is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shown {
    /// Not text at all: a script, a style, a title.
    pub(super) is_apart: bool,
    /// Taken off the page with everything in it.
    is_gone: bool,
    is_invisible: bool,
    /// The size of its letters in pixels.
    size: f32,
    colour: Option<u32>,
    behind: Option<u32>,
    /// Whether an element set both colours, and alike.
    is_alike: bool,
}

impl Default for Shown {
    fn default() -> Self {
        Self {
            is_apart: false,
            is_gone: false,
            is_invisible: false,
            size: MEDIUM,
            colour: None,
            behind: None,
            is_alike: false,
        }
    }
}

impl Shown {
    /// Whether a reader does not see it.
    pub(super) fn is_hidden(self) -> bool {
        self.is_gone || self.is_invisible || self.size <= UNSEEN || self.is_alike
    }

    /// How an element's text is shown that lies in one shown so.
    pub(super) fn within(self, name: &str, tag: &StartTag) -> Self {
        let is_apart = self.is_apart || matches!(name, "script" | "style" | "title" | "template");
        let mut inner = Self { is_apart, ..self };
        let style = attribute(tag, "style").map(|style| Style::read(&style)).unwrap_or_default();
        let hidden = attribute(tag, "hidden");
        let is_weakly_gone = hidden.is_some_and(|kind| style.display.0.is_none() || kind == "until-found");
        inner.is_gone |= is_weakly_gone
            || style.display.0 == Some(false)
            || style.is_opaque.0 == Some(false)
            || style.has_height.0 == Some(false) && style.overflows.0 == Some(false);
        inner.is_invisible = style.visibility.0.map_or(self.is_invisible, |is_visible| !is_visible);
        inner.size = match (style.size.0, name) {
            (Some(size), _) => size.within(self.size),
            // Controls have letters of their own size, and so has a font whose size is a step.
            (None, "button" | "select" | "textarea") => MEDIUM,
            (None, "font") if attribute(tag, "size").is_some() => MEDIUM,
            (None, _) => self.size,
        };
        inner.colours(name, tag, &style);
        inner
    }

    fn colours(&mut self, name: &str, tag: &StartTag, style: &Style) {
        let attribute = |wanted: &str| attribute(tag, wanted).and_then(|value| colour(&value.to_ascii_lowercase()));
        let text = style.colour.0.or_else(|| (name == "font").then(|| attribute("color"))?);
        let behind = style.behind.0.or_else(|| attribute("bgcolor"));
        // A link has a colour of its own.
        let text_here = text.or_else(|| (name == "a").then(|| hashed("link")));
        (self.colour, self.behind) = (text_here.or(self.colour), behind.or(self.behind));
        let sets_both = text.is_some() && behind.is_some();
        self.is_alike = (self.is_alike || sets_both) && self.colour == self.behind;
    }
}

/// What a style says last, and whether that is important.
#[derive(Debug)]
struct Said<T>(Option<T>, bool);

impl<T> Default for Said<T> {
    fn default() -> Self {
        Self(None, false)
    }
}

impl<T> Said<T> {
    fn say(&mut self, value: Option<T>, is_important: bool) {
        if value.is_some() && (is_important || !self.1) {
            *self = Self(value, is_important);
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Size {
    Pixels(f32),
    /// Of the size around it.
    Times(f32),
}

impl Size {
    fn within(self, around: f32) -> f32 {
        match self {
            Self::Pixels(size) => size,
            Self::Times(times) => times * around,
        }
    }
}

/// What a style attribute declares, as far as it hides text. `mso-hide` is not among it: only Outlook knows it, everybody else sees
/// the text.
#[derive(Debug, Default)]
struct Style {
    display: Said<bool>,
    visibility: Said<bool>,
    is_opaque: Said<bool>,
    has_height: Said<bool>,
    overflows: Said<bool>,
    size: Said<Size>,
    colour: Said<u32>,
    behind: Said<u32>,
}

impl Style {
    fn read(style: &str) -> Self {
        let style = without_comments(style).to_ascii_lowercase();
        let mut read = Self::default();
        for (name, value) in style.split(';').filter_map(|declared| declared.split_once(':')) {
            let value = value.trim();
            let (value, is_important) = match value.strip_suffix("important").map(str::trim_end) {
                Some(before) if before.ends_with('!') => (before[..before.len() - 1].trim_end(), true),
                _ => (value, false),
            };
            read.declare(name.trim(), value, is_important);
        }
        read
    }

    fn declare(&mut self, name: &str, value: &str, is_important: bool) {
        match name {
            "display" => self.display.say(display(value), is_important),
            "visibility" => {
                let is_visible = ["hidden", "collapse", "visible", "initial"].iter().position(|known| *known == value);
                self.visibility.say(is_visible.map(|at| at > 1), is_important);
            }
            "opacity" => self.is_opaque.say(amount(value).map(|(amount, _)| amount > 0.0), is_important),
            "max-height" => {
                let is_none = value == "none" || value == "initial";
                let height = amount(value).map(|(amount, _)| amount > 0.0);
                self.has_height.say(height.or_else(|| is_none.then_some(true)), is_important);
            }
            "overflow" => {
                let is_known = ["hidden", "clip", "visible", "auto", "scroll", "initial"].contains(&value);
                self.overflows.say(is_known.then_some(!matches!(value, "hidden" | "clip")), is_important);
            }
            "font-size" => self.size.say(size(value), is_important),
            // `font: italic 0/0 a`: the size is the first word that is one; numbers alone are weights.
            "font" => {
                let words = value.split_ascii_whitespace().map(|word| word.split('/').next().unwrap_or(word));
                let mut sizes = words.filter(|word| word.parse::<f32>().map_or(true, |number| number == 0.0));
                self.size.say(sizes.find_map(size), is_important);
            }
            "color" => self.colour.say(colour(value), is_important),
            "background" | "background-color" => self.behind.say(colour(value), is_important),
            _ => {}
        }
    }
}

fn without_comments(style: &str) -> String {
    let mut rest = style;
    let mut kept = String::with_capacity(style.len());
    while let Some((before, after)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    kept + rest
}

/// Whether it is shown, where that is a value that browsers know.
fn display(value: &str) -> Option<bool> {
    let known = ["block", "inline", "flex", "grid", "table", "contents", "flow", "list", "ruby", "initial", "inherit"];
    let first = value.split([' ', '-']).next().unwrap_or_default();
    match value {
        "none" => Some(false),
        _ => (known.contains(&first) || value.starts_with("-webkit-")).then_some(true),
    }
}

/// A number and its unit.
fn amount(value: &str) -> Option<(f32, &str)> {
    let end = value.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '+' | '-'))).unwrap_or(value.len());
    let unit = value.get(end..)?;
    let is_unit = unit == "%" || unit.bytes().all(|byte| byte.is_ascii_lowercase());
    Some((value.get(..end)?.parse().ok().filter(|_| is_unit)?, unit))
}

/// Numbers without a unit are pixels, as browsers have it for old pages.
fn size(value: &str) -> Option<Size> {
    let steps = ["xx-small", "x-small", "small", "medium", "large", "x-large", "xx-large", "xxx-large", "initial"];
    if steps.contains(&value) {
        return Some(Size::Pixels(MEDIUM));
    }
    if matches!(value, "inherit" | "unset" | "smaller" | "larger") {
        return Some(Size::Times(1.0));
    }
    let (amount, unit) = amount(value).filter(|(amount, _)| *amount >= 0.0)?;
    Some(match unit {
        "%" => Size::Times(amount / 100.0),
        "em" | "ex" | "ch" => Size::Times(amount),
        "rem" | "vw" | "vh" | "vmin" | "vmax" | "pc" | "in" | "cm" => Size::Pixels(amount * MEDIUM),
        // What a clerk's screen shows in a point is more than a pixel, but no letter.
        "" | "px" | "pt" | "mm" | "q" => Size::Pixels(amount),
        _ => return None,
    })
}

/// A colour, so that two ways of writing it are one; `None` where it is that of what is around.
fn colour(value: &str) -> Option<u32> {
    if matches!(value, "" | "inherit" | "initial" | "unset" | "transparent" | "none" | "currentcolor") {
        return None;
    }
    let hex = match value {
        "white" => "ffffff",
        "black" => "000000",
        _ => value.strip_prefix('#').unwrap_or(value),
    };
    let is_hex = hex.len() <= 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    match hex.len() {
        6 if is_hex => u32::from_str_radix(hex, 16).ok(),
        3 if is_hex => u32::from_str_radix(hex, 16).ok().map(|rgb| {
            let part = |shift: u32| ((rgb >> shift) & 0xf) * 0x11;
            part(8) << 16 | part(4) << 8 | part(0)
        }),
        _ => Some(rgb(value).unwrap_or_else(|| hashed(value))),
    }
}

/// `rgb(255, 255, 255)`
fn rgb(value: &str) -> Option<u32> {
    let mut parts = value.strip_prefix("rgb(")?.strip_suffix(')')?.split(',').map(|part| part.trim().parse::<u8>());
    let (red, green, blue) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    Some(u32::from_be_bytes([0, red, green, blue]))
}

/// Other words are told apart by a number above all colours (FNV-1a).
fn hashed(value: &str) -> u32 {
    let hash = value.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash | 0xff00_0000
}
