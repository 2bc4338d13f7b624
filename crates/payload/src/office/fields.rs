//! Word's fields: `{ DDEAUTO c:\\windows\\… }`, `{ INCLUDEPICTURE "https://…" }`, `{ HYPERLINK "…" }`.
//!
//! A field's code may be cut into many runs, and fields may stand within fields; [`Fields`] puts the code together as
//! Word does before it acts. Sources: ECMA-376 part 1, 17.16; [MS-DOC] 2.8.25.

use crate::act::{ActKind, Audience};
use crate::examined::Examined;
use crate::look::Look;

use super::reach::Reach;

/// Letters of one field's code that are kept.
const LONGEST: usize = 8_000;
/// Fields within fields.
const DEEPEST: usize = 60;

/// Fields as they open and close.
#[derive(Default)]
pub(crate) struct Fields {
    open: Vec<Open>,
    done: Vec<String>,
}

#[derive(Default)]
struct Open {
    code: String,
    in_result: bool,
}

impl Fields {
    pub(crate) fn begin(&mut self) {
        if self.open.len() < DEEPEST {
            self.open.push(Open::default());
        }
    }

    /// A piece of code. Outside of any field it starts one of its own.
    pub(crate) fn code(&mut self, piece: &str) {
        if self.open.is_empty() {
            self.begin();
        }
        if let Some(top) = self.open.last_mut()
            && !top.in_result
            && top.code.len() < LONGEST
        {
            top.code.push_str(piece);
        }
    }

    pub(crate) fn separate(&mut self) {
        if let Some(top) = self.open.last_mut() {
            top.in_result = true;
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    pub(crate) fn end(&mut self) {
        let Some(field) = self.open.pop() else { return };
        let value = value(&field.code);
        if let Some(outer) = self.open.last_mut()
            && !outer.in_result
            && outer.code.len() < LONGEST
        {
            outer.code.push_str(&value);
        }
        if !field.code.trim().is_empty() && self.done.len() < 5_000 {
            self.done.push(field.code);
        }
    }

    /// A field that is written whole.
    pub(crate) fn simple(&mut self, code: &str) {
        self.begin();
        self.code(code);
        self.end();
    }

    /// All codes; what was still open counts too.
    pub(crate) fn finish(mut self) -> Vec<String> {
        while self.is_open() {
            self.end();
        }
        self.done
    }
}

/// What a field within a field's code becomes: `QUOTE 68 68 69` is `DDE`, any other is its own code.
fn value(code: &str) -> String {
    let trimmed = code.trim();
    let Some((word, rest)) = trimmed.split_once(char::is_whitespace) else { return format!(" {trimmed} ") };
    if !word.eq_ignore_ascii_case("QUOTE") {
        return format!(" {trimmed} ");
    }
    let letters: Option<String> = rest.split_whitespace().map(letter).collect();
    letters.filter(|text| !text.is_empty()).unwrap_or_else(|| rest.replace('"', ""))
}

fn letter(number: &str) -> Option<char> {
    let number = number.trim_matches('"');
    let code = match number.strip_prefix("0x").or_else(|| number.strip_prefix("0X")) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    char::from_u32(code.ok()?)
}

/// Notes what a document's fields do.
pub(crate) fn judge(fields: Fields, place: &str, found: &mut Examined, look: &mut Look<'_>) {
    for code in fields.finish() {
        judge_one(&code, place, found, look);
    }
}

fn judge_one(code: &str, place: &str, found: &mut Examined, look: &mut Look<'_>) {
    let whole = value(code);
    let mut words = whole.split_whitespace();
    let first = words.next().unwrap_or("").trim_matches('"').to_ascii_uppercase();
    let dde = |word: &str| word.trim_matches('"').eq_ignore_ascii_case("DDEAUTO");
    match first.as_str() {
        "DDE" | "DDEAUTO" => found.act(ActKind::Dde, place, &whole),
        "HYPERLINK" => hyperlink(&whole, place, found, look),
        "INCLUDEPICTURE" | "INCLUDETEXT" | "IMPORT" | "RD" | "LINK" | "DATABASE" => {
            outside(&first, &whole, place, found)
        }
        "MACROBUTTON" => found.act_for(ActKind::AutoRun, Audience::Analyst, place, &whole),
        _ if words.any(dde) => found.act(ActKind::Dde, place, &whole),
        _ => {}
    }
}

fn hyperlink(code: &str, place: &str, found: &mut Examined, look: &mut Look<'_>) {
    if let Some(target) = targets(code).into_iter().find(|target| !target.starts_with('\\')) {
        look.link(found, &target.replace("\\\\", "\\"), place);
    }
}

/// A field that fetches something. Pictures from the web are everyday work: pages pasted into Word carry them.
fn outside(word: &str, code: &str, place: &str, found: &mut Examined) {
    let reach =
        targets(code).iter().map(|target| Reach::of(&target.replace("\\\\", "\\"))).find(|reach| reach.is_elsewhere());
    let Some(reach) = reach else { return };
    let audience = match (word, reach) {
        ("INCLUDEPICTURE", Reach::Web) => Audience::Analyst,
        _ => reach.audience(),
    };
    found.act_for(ActKind::ExternalLink, audience, place, code);
}

/// What stands in quotes, else the words after the first.
fn targets(code: &str) -> Vec<String> {
    let quoted: Vec<String> = code.split('"').skip(1).step_by(2).map(str::to_owned).collect();
    if quoted.is_empty() { code.split_whitespace().skip(1).map(str::to_owned).collect() } else { quoted }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bounds::Bounds;
    use crate::kind::FileKind;

    fn judged(fields: Fields) -> Examined {
        let bounds = Bounds::default();
        let mut found = Examined::new("a", "a".to_owned(), FileKind::WordOoxml, b"");
        judge(fields, "", &mut found, &mut Look::new(&bounds));
        found
    }

    #[test]
    fn code_in_pieces_is_one_code() {
        let mut fields = Fields::default();
        fields.begin();
        ["D", "DE", "AUTO c:\\\\windows\\\\system32\\\\cmd.exe"].iter().for_each(|piece| fields.code(piece));
        fields.separate();
        fields.code("result");
        fields.end();
        let found = judged(fields);
        assert!(found.has(ActKind::Dde) && !found.acts[0].shown.contains("result"));
    }

    #[test]
    fn numbers_are_letters() {
        let mut fields = Fields::default();
        fields.begin();
        fields.simple(" QUOTE 68 68 69 65 85 84 79 ");
        fields.code(" excel");
        fields.end();
        assert!(judged(fields).has(ActKind::Dde));
    }

    #[test]
    fn ordinary_fields_are_quiet() {
        let mut fields = Fields::default();
        for code in [
            "PAGE",
            "TOC \\o \"1-3\"",
            "HYPERLINK \"https://county.example/dde\"",
            "REF ddeauto_note",
            "DATE \\@ \"d MMMM\"",
        ] {
            fields.simple(code);
        }
        let found = judged(fields);
        assert!(found.acts.is_empty());
        assert_eq!(found.links[0].url, "https://county.example/dde");
    }

    #[test]
    fn fetching_is_told_by_where_it_leads() {
        for (code, audience) in [
            ("INCLUDEPICTURE \"https://a.example/x.png\" \\d", Some(Audience::Analyst)),
            ("INCLUDEPICTURE \"\\\\\\\\files.example\\\\x.png\"", Some(Audience::Clerk)),
            ("LINK Word.Document.8 \"https://a.example/x.doc\"", Some(Audience::Clerk)),
            ("LINK Excel.Sheet.12 \"C:\\\\Plan.xlsx\"", None),
        ] {
            let mut fields = Fields::default();
            fields.simple(code);
            assert_eq!(judged(fields).audience(), audience, "{code}");
        }
    }
}
