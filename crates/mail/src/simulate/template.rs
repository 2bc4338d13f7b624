//! Templates: texts with choices `[one|other]` and blanks `{name}`, kept in `templates/`.
//!
//! A template begins with `%% id`, has fields of the form `key: value`, a blank line, and a body. `\[`, `\|` and `\]` stand
//! for themselves.

use std::collections::BTreeMap;

use super::dice::Dice;

/// What fills blanks.
pub(super) type Blanks = BTreeMap<&'static str, String>;

/// A template.
#[derive(Debug, Clone, Default)]
pub(super) struct Template {
    pub(super) id: &'static str,
    fields: BTreeMap<&'static str, &'static str>,
    pub(super) body: &'static str,
}

impl Template {
    /// A field; empty where it isn't given.
    pub(super) fn field(&self, key: &str) -> &'static str {
        self.fields.get(key).copied().unwrap_or_default()
    }

    pub(super) fn weight(&self) -> u64 {
        self.field("weight").parse().unwrap_or(1)
    }
}

/// The templates of a file.
pub(super) fn templates(file: &'static str) -> Vec<Template> {
    file.split("\n%% ").skip(1).map(template).collect()
}

fn template(text: &'static str) -> Template {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let id = lines.next().unwrap_or_default().trim();
    let fields = lines.filter_map(|line| line.split_once(": ")).map(|(key, value)| (key, value.trim())).collect();
    Template { id, fields, body: body.trim() }
}

/// Decides the choices and fills the blanks. A blank that nothing fills stays as it is, which a test looks for.
pub(super) fn fill(text: &str, blanks: &Blanks, dice: &mut Dice) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['[', '{', '\\']) {
        filled.push_str(&rest[..at]);
        let mark = rest.as_bytes()[at];
        rest = &rest[at + 1..];
        rest = match mark {
            b'[' => choose(rest, blanks, dice, &mut filled),
            b'{' => blank(rest, blanks, &mut filled),
            _ => escaped(rest, &mut filled),
        };
    }
    filled.push_str(rest);
    filled
}

fn choose<'a>(text: &'a str, blanks: &Blanks, dice: &mut Dice, filled: &mut String) -> &'a str {
    let (options, rest) = options(text);
    let chosen = dice.pick(&options);
    filled.push_str(&fill(chosen, blanks, dice));
    rest
}

/// The options up to the closing bracket, and what follows it.
fn options(text: &str) -> (Vec<&str>, &str) {
    let (mut options, mut begin, mut depth, mut escaped) = (Vec::new(), 0, 0_u32, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'[' => depth += 1,
            b']' if depth > 0 => depth -= 1,
            b'|' if depth == 0 => {
                options.push(&text[begin..at]);
                begin = at + 1;
            }
            b']' => {
                options.push(&text[begin..at]);
                return (options, &text[at + 1..]);
            }
            _ => {}
        }
    }
    options.push(&text[begin..]);
    (options, "")
}

fn blank<'a>(text: &'a str, blanks: &Blanks, filled: &mut String) -> &'a str {
    let Some((name, rest)) = text.split_once('}') else {
        filled.push('{');
        return text;
    };
    match blanks.get(name) {
        Some(value) => filled.push_str(value),
        None => filled.push_str(&format!("{{{name}}}")),
    }
    rest
}

fn escaped<'a>(text: &'a str, filled: &mut String) -> &'a str {
    let mut chars = text.chars();
    filled.extend(chars.next());
    chars.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_nest_and_blanks_are_filled() {
        let blanks = Blanks::from([("name", "Ada".to_owned())]);
        let mut dice = Dice::of(1, "template");
        let mut seen = std::collections::BTreeSet::new();
        (0..50).for_each(|_| {
            seen.insert(fill(r"\[x\] [Hi|Dear [Ms. |]{name}]", &blanks, &mut dice));
        });
        let expected = ["[x] Dear Ada", "[x] Dear Ms. Ada", "[x] Hi"];
        assert_eq!(seen.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn unbalanced_marks_do_no_harm() {
        let mut dice = Dice::of(1, "template");
        for text in ["[a|b", "{a", "\\", "a]b", "{unknown}"] {
            assert!(!fill(text, &Blanks::new(), &mut dice).is_empty() || text == "\\");
        }
    }
}
