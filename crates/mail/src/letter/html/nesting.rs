//! Which elements lie in which: end tags that pages leave out, and text that a table does not hold. As far as it decides whether
//! text is shown; where a browser's rules go further than these, text counts as shown.
//!
//! Source: the HTML standard, 13.2.6 (tree construction).

use super::Element;
use super::shown::Shown;

/// What an element is to the rules below, one bit each: pages nest deeply, and each tag asks of all that is open.
pub(super) type Marks = u16;

const TABLE: Marks = 1;
/// What end tags do not reach beyond ("in scope"), tables aside.
const WALL: Marks = 1 << 1;
const LIST: Marks = 1 << 2;
const SELECT: Marks = 1 << 3;
const BUTTON: Marks = 1 << 4;
const P: Marks = 1 << 5;
const LI: Marks = 1 << 6;
const DD: Marks = 1 << 7;
const CELL: Marks = 1 << 8;
const ROW: Marks = 1 << 9;
const ROWS: Marks = 1 << 10;
const OPTION: Marks = 1 << 11;
const OPTIONS: Marks = 1 << 12;
const ANCHOR: Marks = 1 << 13;
const FORM: Marks = 1 << 14;
const HEADING: Marks = 1 << 15;
const SCOPE: Marks = TABLE | WALL;

/// The marks of an element.
pub(super) fn marks(name: &str) -> Marks {
    match name {
        "table" => TABLE,
        "td" | "th" | "caption" => CELL | WALL,
        "template" => WALL,
        "colgroup" => CELL,
        "tr" => ROW,
        "tbody" | "thead" | "tfoot" => ROWS,
        "ul" | "ol" | "menu" | "dir" | "dl" => LIST,
        "select" => SELECT,
        "button" => BUTTON,
        "p" => P,
        "li" => LI,
        "dd" | "dt" => DD,
        "option" => OPTION,
        "optgroup" => OPTIONS,
        "a" => ANCHOR,
        "form" => FORM,
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => HEADING,
        _ => 0,
    }
}

/// From which open element on a start tag closes all, since their end tags were left out.
pub(super) fn closed_by(start: &str, open: &[Element]) -> Option<usize> {
    let paragraph = || outermost(open, P, SCOPE | BUTTON);
    match start {
        "li" => outermost(open, LI, SCOPE | LIST).or_else(paragraph),
        "dd" | "dt" => outermost(open, DD, SCOPE | LIST).or_else(paragraph),
        "td" | "th" => outermost(open, CELL, TABLE),
        "tr" => outermost(open, CELL | ROW, TABLE),
        "tbody" | "thead" | "tfoot" | "caption" | "colgroup" => outermost(open, CELL | ROW | ROWS, TABLE),
        "option" => outermost(open, OPTION, SCOPE | SELECT),
        "optgroup" => outermost(open, OPTION | OPTIONS, SCOPE | SELECT),
        "select" => outermost(open, SELECT, SCOPE),
        "a" => outermost(open, ANCHOR, SCOPE),
        "button" => outermost(open, BUTTON, SCOPE),
        _ if ends_paragraph(start) => paragraph(),
        _ => None,
    }
}

/// From which open element on an end tag closes all.
pub(super) fn ended_by(end: &str, open: &[Element]) -> Option<usize> {
    let bounds = match end {
        "table" | "template" | "body" | "html" => 0,
        _ if is_of_table(end) => TABLE,
        _ => SCOPE,
    };
    let heading = marks(end) & HEADING;
    let at = open.iter().rposition(|it| it.name == end || it.marks & (heading | bounds) != 0)?;
    (open[at].name == end || open[at].marks & heading != 0).then_some(at)
}

/// Start tags that open nothing: parts of a table outside of any, a form within a form. What follows is not theirs.
pub(super) fn is_ignored(start: &str, open: &[Element]) -> bool {
    let is_open = |mark: Marks| open.iter().any(|element| element.marks & mark != 0);
    match start {
        "head" => true,
        "form" => is_open(FORM),
        _ => is_of_table(start) && !is_open(TABLE),
    }
}

/// How what comes next is shown by what lies around it: an element, or a text where `start` is `None`. What stands within a table
/// but in no cell is shown before the table ("foster parenting"), and so whether or not the table is hidden.
pub(super) fn around(start: Option<&str>, open: &[Element]) -> Shown {
    let top = open.last();
    let is_in_rows = top.is_some_and(|e| matches!(e.name.as_str(), "table" | "tbody" | "thead" | "tfoot" | "tr"));
    let stays = start.is_some_and(|name| is_of_table(name) || matches!(name, "script" | "style" | "template"));
    if !is_in_rows || stays {
        return top.map_or_else(Shown::default, |element| element.shown);
    }
    let table = open.iter().rposition(|element| element.marks & TABLE != 0).unwrap_or_default();
    open[..table].last().map_or_else(Shown::default, |element| element.shown)
}

/// Elements that never hold anything.
pub(super) fn is_void(name: &str) -> bool {
    let now = ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];
    let once = ["basefont", "bgsound", "frame", "image", "keygen", "param"];
    now.contains(&name) || once.contains(&name)
}

/// The outermost element of these marks that is open above the nearest of `bounds`.
fn outermost(open: &[Element], wanted: Marks, bounds: Marks) -> Option<usize> {
    let is = |marks: Marks| move |element: &Element| element.marks & marks != 0;
    let inside = open.iter().rposition(is(bounds)).map_or(0, |at| at + 1);
    open[inside..].iter().position(is(wanted)).map(|at| inside + at)
}

fn is_of_table(name: &str) -> bool {
    matches!(name, "caption" | "col" | "colgroup" | "tbody" | "thead" | "tfoot" | "tr" | "td" | "th")
}

#[rustfmt::skip]
fn ends_paragraph(start: &str) -> bool {
    matches!(
        start,
        "address" | "article" | "aside" | "blockquote" | "center" | "details" | "dialog" | "dir" | "div" | "dl" | "fieldset"
            | "figcaption" | "figure" | "footer" | "form" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "header" | "hgroup" | "hr"
            | "listing" | "main" | "menu" | "nav" | "ol" | "p" | "plaintext" | "pre" | "search" | "section" | "summary"
            | "table" | "ul" | "xmp"
    )
}
