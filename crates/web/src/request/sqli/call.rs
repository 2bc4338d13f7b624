//! Functions and tables that only a statement would name, and lists that fill up its columns.

use super::shape::{Tokens, is_operand};
use super::tokens::{Context, Token, Word};

/// `sleep(5)`, `extractvalue(1,…`
pub(super) fn function_call(tokens: Tokens<'_, '_>, at: usize, _: Context) -> f32 {
    let [Token::Word(word, name), Token::Open, rest @ ..] = &tokens[at..] else { return 0.0 };
    match (word, *name) {
        // `uuid(s)`, `conv(ention)`
        (Word::RareFunction, _) if !name.contains('_') && is_short_ending(rest) => 0.0,
        (Word::RareFunction, _) => 0.75,
        (Word::Function, _) if matches!(rest, [Token::Close]) => 0.5,
        // `max(3)`, `count(ed)`
        (Word::Function, name)
            if matches!(rest, [Token::Number(_) | Token::Word(Word::Plain | Word::In, _), Token::Close, ..])
                && name != "sleep" =>
        {
            0.1
        }
        (Word::Function, "sleep") if !matches!(rest.first(), Some(Token::Word(Word::Plain, _))) => 0.7,
        (Word::Function | Word::Object, "database" | "version" | "user")
            if matches!(rest.first(), Some(Token::Close)) =>
        {
            0.55
        }
        (
            Word::Function,
            "char" | "hex" | "cast" | "convert" | "md5" | "concat" | "count" | "exists" | "if" | "iif",
        ) if is_operand(rest.first()) => 0.35,
        (Word::Function, _) if is_operand(rest.first()) => 0.15,
        _ => 0.0,
    }
}

/// `(s)`, `(ed)`: words in the plural, and forms of words.
pub(super) fn is_short_ending(rest: Tokens<'_, '_>) -> bool {
    matches!(
        rest,
        [Token::Word(_, "s" | "es" | "ed" | "er" | "ers" | "ing" | "al" | "ention" | "ly"), Token::Close, ..]
    )
}

pub(super) fn catalogue(tokens: Tokens<'_, '_>, at: usize, _: Context) -> f32 {
    match tokens[at] {
        Token::Word(Word::Catalogue, _) => 0.7,
        Token::Variable(name) if name.starts_with("@@") && name.len() > 4 => 0.6,
        Token::Word(Word::RareFunction, name) if name.starts_with("xp_") && name.len() > 6 => 0.6,
        _ => 0.0,
    }
}

/// `char(113,98)`, `chr(113)||chr(98)`, `concat(0x71,…)`
pub(super) fn char_chain(tokens: Tokens<'_, '_>, at: usize, _: Context) -> f32 {
    let spelt = matches!(tokens[at], Token::Word(_, "char" | "chr" | "nchar" | "concat" | "concat_ws"));
    if !spelt || !matches!(tokens.get(at + 1), Some(Token::Open)) {
        return 0.0;
    }
    match tokens.get(at + 2..) {
        Some([Token::Number(n), ..]) if n.starts_with("0x") => 0.85,
        Some([Token::Number(_), Token::Comma | Token::Close, rest @ ..]) => {
            if rest.is_empty() {
                0.4
            } else {
                0.7
            }
        }
        _ => 0.0,
    }
}

/// `',null,null)`: filling up the columns of a row.
pub(super) fn null_list(tokens: Tokens<'_, '_>, at: usize, _: Context) -> f32 {
    match &tokens[at..] {
        [Token::Comma, Token::Word(Word::Null, _), Token::Comma, Token::Word(Word::Null, _), ..] => 0.6,
        _ => 0.0,
    }
}
