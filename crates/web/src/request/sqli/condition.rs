//! Conditions put into a statement: `or 1=1`, `and sleep(5)`, `'='`.

use super::shape::{Tokens, after_close, follows_value, is_call, is_literal, is_operand, is_word, past_openings};
use super::tokens::{Context, Token, Word};

/// `or 1=1`, `and sleep(5)`, `having 'a'='a`, `or 1`
pub(super) fn condition(tokens: Tokens<'_, '_>, at: usize, context: Context) -> f32 {
    let joins = matches!(tokens[at], Token::And | Token::Or)
        || is_word(tokens, at, Word::Having)
        || is_word(tokens, at, Word::Where)
        || (is_word(tokens, at, Word::Like) && at > 0);
    if !joins {
        return 0.0;
    }
    let quoted = context != Context::Bare && at > 0 && follows_value(tokens, at);
    let start = past_openings(tokens, at + 1);
    if is_call(tokens, start) {
        let rare = is_word(tokens, start, Word::RareFunction);
        return if rare || quoted || follows_value(tokens, at) { 0.9 } else { 0.5 };
    }
    if is_word(tokens, start, Word::Select) && start > at + 1 {
        return 0.9;
    }
    match comparison(tokens, start) {
        Some((true, true)) => 0.95,
        Some((a, b)) if a || b => {
            if quoted || (at > 0 && follows_value(tokens, at)) {
                0.9
            } else {
                0.45
            }
        }
        Some(_) => {
            if quoted {
                0.8
            } else if at > 0 && follows_value(tokens, at) {
                0.55
            } else {
                0.2
            }
        }
        None if quoted => bare_condition(tokens, start),
        None => 0.0,
    }
}

/// `' or 1 --`, `' or 'x`
fn bare_condition(tokens: Tokens<'_, '_>, at: usize) -> f32 {
    match (tokens.get(at), tokens.get(at + 1)) {
        (Some(Token::Number(_) | Token::Word(Word::Null, _)), None | Some(Token::Tail(_) | Token::Close)) => 0.8,
        // "It's either 'yes' or 'no'" is none: here nothing stands between the value's own quote and the condition.
        (Some(Token::Text { open: false, .. }), None) if at > 2 => 0.3,
        (Some(Token::Text { open: false, .. }), None | Some(Token::Tail(_))) => 0.75,
        (Some(Token::Text { open: true, text: "" }), None) => 0.6,
        (Some(Token::Text { open: true, text }), None) if at == 2 && is_short_literal(text) => 0.6,
        (Some(Token::Word(..)), Some(Token::Tail(_))) => 0.6,
        _ => 0.0,
    }
}

/// `1` or one letter, as probes have it; "ma' and 'pa" is text.
fn is_short_literal(text: &str) -> bool {
    text.len() == 1 || (text.len() <= 6 && text.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether there is a comparison at `at`, and whether its sides are literals.
fn comparison(tokens: Tokens<'_, '_>, at: usize) -> Option<(bool, bool)> {
    if !is_operand(tokens.get(at)) {
        return None;
    }
    let mut operator = at + 1;
    // One call or one step of arithmetic on the left side.
    if matches!(tokens.get(operator), Some(Token::Open)) {
        operator = after_close(tokens, operator)?;
    } else if matches!(tokens.get(operator), Some(Token::Arithmetic(_))) && is_operand(tokens.get(operator + 1)) {
        operator += 2;
    }
    while matches!(tokens.get(operator), Some(Token::Close | Token::Not)) {
        operator += 1;
    }
    let compares = match tokens.get(operator)? {
        Token::Compare => true,
        Token::Word(Word::Like | Word::Between, _) => true,
        Token::Word(Word::In, _) => matches!(tokens.get(operator + 1), Some(Token::Open)),
        Token::Word(Word::Is, _) => is_word(tokens, past_openings(tokens, operator + 1), Word::Null),
        _ => false,
    };
    let right =
        past_openings(tokens, operator + 1 + usize::from(matches!(tokens.get(operator + 1), Some(Token::Compare))));
    (compares && is_operand(tokens.get(right))).then(|| (is_literal(tokens.get(at)), is_literal(tokens.get(right))))
}

/// `'='`, `'||(select …`, `'+char(…`: an operator right after the quotes the value broke out of.
pub(super) fn joined_condition(tokens: Tokens<'_, '_>, context: Context) -> f32 {
    if context == Context::Bare {
        return 0.0;
    }
    let mut at = 1;
    while matches!(tokens.get(at), Some(Token::Close)) {
        at += 1;
    }
    let next = past_openings(tokens, at + 1);
    let calls = is_call(tokens, next) || is_word(tokens, next, Word::Select);
    match tokens.get(at) {
        Some(Token::Compare) if is_operand(tokens.get(next)) => 0.7,
        Some(Token::Word(Word::Like, _))
            if matches!(tokens.get(next), Some(Token::Number(_) | Token::Text { open: false, .. })) =>
        {
            0.6
        }
        Some(Token::Arithmetic(_) | Token::Or | Token::Comma) if calls => 0.9,
        Some(Token::Or | Token::Arithmetic(b'+' | b'|' | b'^' | b'&')) if is_literal(tokens.get(next)) => 0.55,
        Some(Token::Arithmetic(b'*' | b'-'))
            if context == Context::Within(b'\'')
                && matches!(tokens.get(next), Some(Token::Text { text, .. }) if text.len() < 3) =>
        {
            0.5
        }
        Some(Token::Word(Word::In, _)) if matches!(tokens.get(at + 1), Some(Token::Open)) => 0.7,
        _ => 0.0,
    }
}

/// `(4=4)`, `1=1`: nothing that a form asks for.
pub(super) fn equal_numbers(tokens: Tokens<'_, '_>, at: usize, _: Context) -> f32 {
    let [Token::Number(left), Token::Compare, rest @ ..] = &tokens[at..] else { return 0.0 };
    let right = match rest {
        [Token::Number(right), ..] | [Token::Compare, Token::Number(right), ..] => right,
        _ => return 0.0,
    };
    let enclosed = at > 0 && matches!(tokens[at - 1], Token::Open);
    if enclosed || left == right { 0.6 } else { 0.2 }
}

/// `1 is not null`, `'a'<'b'`, `1 not in (2)`: a value that is a comparison from its first token on.
pub(super) fn leading_comparison(tokens: Tokens<'_, '_>, context: Context) -> f32 {
    if context != Context::Bare {
        return 0.0;
    }
    let after_not = |at| at + usize::from(matches!(tokens.get(at), Some(Token::Not)));
    match tokens {
        [Token::Text { open: false, .. }, Token::Compare, Token::Text { .. }]
        | [
            Token::Text { open: false, .. },
            Token::Compare,
            Token::Text { .. },
            Token::And | Token::Or | Token::Tail(_),
            ..,
        ] => 0.5,
        [Token::Number(_), Token::Word(Word::Is, _), ..] if is_word(tokens, after_not(2), Word::Null) => 0.55,
        [Token::Number(_), ..] if is_word(tokens, after_not(1), Word::In) => match tokens.get(after_not(1) + 1..) {
            Some([Token::Open, Token::Number(_), ..]) => 0.5,
            _ => 0.0,
        },
        _ => 0.0,
    }
}

/// `x like '`: a pattern for what the statement goes on with.
pub(super) fn unended_pattern(tokens: Tokens<'_, '_>, at: usize, context: Context) -> f32 {
    let ends = matches!(tokens.get(at + 1..), Some([Token::Text { open: true, text: "" }]));
    if context == Context::Bare && at == 1 && ends { 0.5 } else { 0.0 }
}
