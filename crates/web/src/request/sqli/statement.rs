//! Statements put into or after a statement: `union select`, `; drop table`, `(select …)`, and what goes at its end.

use super::call::is_short_ending;
use super::shape::{Tokens, after_close, follows_value, is_call, is_literal, is_operand, is_word, past_openings};
use super::tokens::{Context, Token, Word};

pub(super) fn union_select(tokens: Tokens<'_, '_>, at: usize, context: Context) -> f32 {
    if !is_word(tokens, at, Word::Union) {
        return 0.0;
    }
    let next = past_openings(tokens, at + 1);
    if is_word(tokens, next, Word::Values) && matches!(tokens.get(next + 1), Some(Token::Open)) {
        return 0.8;
    }
    if !is_word(tokens, next, Word::Select) {
        return if is_word(tokens, at + 1, Word::All) { 0.15 } else { 0.0 };
    }
    let operand = past_openings(tokens, next + 1);
    let what = tokens.get(operand);
    let listed = matches!(tokens.get(operand + 1), Some(Token::Comma)) && (context != Context::Bare || at > 0);
    let goes_on = listed
        || matches!(tokens.get(operand + 1), Some(Token::Open | Token::Tail(_)))
        || is_word(tokens, operand + 1, Word::From);
    // `except`, `minus` and `intersect` are everyday words.
    let everyday = !matches!(tokens[at], Token::Word(_, "union"));
    if everyday && !is_literal(what) && !is_call(tokens, operand) && !is_word(tokens, operand + 1, Word::From) {
        return 0.0;
    }
    if is_literal(what) || matches!(what, Some(Token::Arithmetic(b'*'))) || is_call(tokens, operand) || goes_on {
        return 0.97;
    }
    if context != Context::Bare || is_word(tokens, at + 1, Word::All) || (at > 0 && follows_value(tokens, at)) {
        return 0.8;
    }
    if is_word(tokens, at + 1, Word::Select) { 0.45 } else { 0.6 }
}

/// `; drop table …`
pub(super) fn stacked(tokens: Tokens<'_, '_>, at: usize, _: Context) -> f32 {
    if !matches!(tokens[at], Token::Semicolon) {
        return 0.0;
    }
    whole_statement(tokens, at + 1)
}

/// A value that is a statement by itself.
pub(super) fn leading_statement(tokens: Tokens<'_, '_>, context: Context) -> f32 {
    if context == Context::Bare { 0.8 * whole_statement(tokens, 0) } else { 0.0 }
}

/// How many tokens of a statement are looked at for the words that belong to its first.
const WITHIN: usize = 200;

/// How surely a statement of SQL begins at `at`.
fn whole_statement(tokens: Tokens<'_, '_>, at: usize) -> f32 {
    let at = past_openings(tokens, at);
    let Some(Token::Word(word, text)) = tokens.get(at) else { return 0.0 };
    let next = at + 1;
    let later = |word| (next..tokens.len().min(next + WITHIN)).any(|i| is_word(tokens, i, word));
    match (word, *text) {
        (Word::Select, _) if is_call(tokens, next) || is_literal(tokens.get(next)) => 0.9,
        (Word::Select, _) if matches!(tokens.get(next), Some(Token::Arithmetic(b'*'))) => 0.9,
        (Word::Select, _)
            if matches!(tokens.get(next), Some(Token::Arithmetic(b'-' | b'~' | b'+') | Token::Not))
                && is_literal(tokens.get(next + 1)) =>
        {
            0.8
        }
        (Word::Select, _) if is_word(tokens, next, Word::All) && is_literal(tokens.get(next + 1)) => 0.8,
        (Word::Select, _) if selects_columns(tokens, next) => 0.8,
        (Word::Select, _) if matches!(tokens.get(next + 1), Some(Token::Semicolon | Token::Open)) => 0.7,
        (Word::Select, _) if selects_distinct(tokens, next) => 0.8,
        // "Insert into envelope", "delete from the list, please", "create table tents"
        (Word::Statement, "insert" | "merge" | "replace") if is_word(tokens, next, Word::Into) => {
            if later(Word::Values)
                || later(Word::Select)
                || later(Word::Set)
                || matches!(tokens.get(next + 2), Some(Token::Open))
            {
                0.9
            } else {
                0.5
            }
        }
        (Word::Statement, "update") if later(Word::Set) && later_compare(tokens, next) => 0.9,
        (Word::Statement, "delete") if is_word(tokens, next, Word::From) => match tokens.get(next + 2) {
            _ if later(Word::Where) && later_compare(tokens, next) => 0.9,
            None | Some(Token::Semicolon | Token::Tail(_)) => 0.7,
            _ => 0.4,
        },
        (Word::Statement, "create") if is_word(tokens, next, Word::Object) => {
            if later_open(tokens, next) || later(Word::As) { 0.9 } else { 0.5 }
        }
        (Word::Statement, "drop" | "alter" | "truncate" | "rename") if is_word(tokens, next, Word::Object) => 0.9,
        (Word::Statement, "copy") if copies(tokens, next) => 0.9,
        (Word::Statement, "drop" | "truncate" | "use")
            if matches!(tokens.get(next + 1), Some(Token::Semicolon | Token::Tail(_))) =>
        {
            0.7
        }
        (Word::Statement, "shutdown") if matches!(tokens.get(next), None | Some(Token::Semicolon | Token::Tail(_))) => {
            0.6
        }
        (Word::Statement, "begin" | "grant" | "backup" | "attach" | "copy" | "call")
            if later_compare(tokens, next) || later(Word::Object) =>
        {
            0.7
        }
        (Word::Declare, _) if matches!(tokens.get(next), Some(Token::Variable(_))) => 0.97,
        (Word::Set, _) if matches!(tokens.get(next), Some(Token::Variable(_))) => 0.9,
        (Word::Execute, _)
            if matches!(
                tokens.get(next),
                Some(Token::Word(Word::RareFunction, _) | Token::Open | Token::Variable(_))
            ) =>
        {
            0.95
        }
        (Word::Execute, _) if later(Word::RareFunction) => 0.9,
        (Word::Waitfor, _) if is_word(tokens, next, Word::Delay) => 0.97,
        (Word::Function, _) if matches!(tokens.get(next + 1), Some(Token::Word(Word::Plain, _))) => 0.0,
        (Word::RareFunction, _) if is_short_ending(&tokens[(next + 1).min(tokens.len())..]) => 0.0,
        (Word::RareFunction, _) if matches!(tokens.get(next), Some(Token::Open)) => 0.6,
        (Word::Function, _) if matches!(tokens.get(next), Some(Token::Open)) => 0.1,
        (Word::Function, "if") => 0.3,
        _ => 0.0,
    }
}

/// `a, b from t`, `a from t where …`, `a from t --`: English selects from things too, but not so.
fn selects_columns(tokens: Tokens<'_, '_>, first: usize) -> bool {
    let column = |at| is_operand(tokens.get(at)) || matches!(tokens.get(at), Some(Token::Variable(_)));
    let mut at = first;
    while column(at) && matches!(tokens.get(at + 1), Some(Token::Comma)) {
        at += 2;
    }
    if !column(at) || !is_word(tokens, at + 1, Word::From) {
        return false;
    }
    let ends = matches!(tokens.get(at + 3), Some(Token::Tail(_) | Token::Semicolon | Token::Close | Token::Comma));
    at > first
        || ends
        || is_word(tokens, at + 2, Word::Catalogue)
        || (is_word(tokens, at + 3, Word::Where) && later_compare(tokens, at + 3))
}

/// `top 1 x from y`, `distinct x from y`
fn selects_distinct(tokens: Tokens<'_, '_>, first: usize) -> bool {
    let top = matches!(tokens.get(first..), Some([Token::Word(_, "top"), Token::Number(_) | Token::Open, ..]));
    let distinct = matches!(tokens.get(first), Some(Token::Word(_, "distinct")));
    (top || distinct) && (first..tokens.len().min(first + WITHIN)).any(|at| is_word(tokens, at, Word::From))
}

/// `x from program 'id'`, `x to '/tmp/y'` (PostgreSQL)
fn copies(tokens: Tokens<'_, '_>, first: usize) -> bool {
    let at = tokens.iter().skip(first).take(WITHIN).position(|t| matches!(t, Token::Word(_, "from" | "to")));
    at.is_some_and(|at| matches!(tokens[first + at..], [_, Token::Word(_, "program") | Token::Text { .. }, ..]))
}

fn later_open(tokens: Tokens<'_, '_>, from: usize) -> bool {
    tokens.iter().skip(from).take(WITHIN).any(|t| matches!(t, Token::Open))
}

fn later_compare(tokens: Tokens<'_, '_>, from: usize) -> bool {
    tokens.iter().skip(from).take(WITHIN).any(|t| matches!(t, Token::Compare))
}

pub(super) fn case_when(tokens: Tokens<'_, '_>, at: usize, _: Context) -> f32 {
    if !is_word(tokens, at, Word::Case) {
        return 0.0;
    }
    let when = (at + 1..tokens.len().min(at + 8)).find(|i| is_word(tokens, *i, Word::When));
    match when {
        Some(when) => {
            let value = |at| {
                let at = past_openings(tokens, at);
                is_literal(tokens.get(at)) || is_call(tokens, at) || is_word(tokens, at, Word::Select)
            };
            let then = (when..tokens.len().min(when + WITHIN)).find(|i| is_word(tokens, *i, Word::Then));
            if then.is_some_and(|then| value(then + 1) || value(when + 1)) { 0.8 } else { 0.0 }
        }
        _ => 0.0,
    }
}

/// `(select … from …`
pub(super) fn subselect(tokens: Tokens<'_, '_>, at: usize, _: Context) -> f32 {
    let [Token::Open, Token::Word(Word::Select, _), ..] = &tokens[at..] else { return 0.0 };
    let operand = past_openings(tokens, at + 2);
    let end = after_close(tokens, at).unwrap_or(tokens.len()).min(at + WITHIN);
    let takes_from = (operand..end).any(|i| is_word(tokens, i, Word::From));
    if takes_from || is_call(tokens, operand) || is_word(tokens, operand, Word::Case) {
        0.9
    } else if is_literal(tokens.get(operand)) {
        0.8
    } else {
        0.3
    }
}

/// `1 order by 10`, `' group by x having …`, `' limit 1`
pub(super) fn order_by(tokens: Tokens<'_, '_>, at: usize, context: Context) -> f32 {
    let quoted = context != Context::Bare;
    let after = at > 0 && follows_value(tokens, at);
    let by =
        (is_word(tokens, at, Word::Order) || is_word(tokens, at, Word::Group)) && is_word(tokens, at + 1, Word::By);
    if by && is_operand(tokens.get(at + 2)) {
        return match (quoted && after, after, tokens.get(at + 2)) {
            (true, ..) => 0.9,
            (_, true, Some(Token::Number(_))) => 0.85,
            (_, false, Some(Token::Number(_))) if at == 0 => 0.4,
            _ => 0.2,
        };
    }
    match tokens.get(at..) {
        Some([Token::Word(Word::Procedure, _), Token::Word(_, "analyse" | "analyze"), Token::Open, ..]) => 0.9,
        Some([Token::Word(Word::Limit, _), Token::Number(_), ..]) if quoted && after => 0.7,
        Some([Token::Word(Word::Limit, _), Token::Number(_), Token::Comma, Token::Number(_), ..]) if after => 0.5,
        Some(
            [Token::Word(Word::Limit, "limit"), Token::Number(_), Token::Word(Word::Limit, _), Token::Number(_), ..],
        ) => 0.6,
        _ => 0.0,
    }
}

pub(super) fn written_file(tokens: Tokens<'_, '_>, at: usize, _: Context) -> f32 {
    let writes = is_word(tokens, at, Word::Into) && is_word(tokens, at + 1, Word::File);
    if writes { 0.9 } else { 0.0 }
}

pub(super) fn waiting(tokens: Tokens<'_, '_>, at: usize, _: Context) -> f32 {
    let waits = is_word(tokens, at, Word::Waitfor) && is_word(tokens, at + 1, Word::Delay);
    if waits { 0.97 } else { 0.0 }
}
