//! What signs of injection ask of tokens: is this a literal, a call, the place where a value could have ended?

use super::tokens::{Token, Word};

/// A parenthesis that closes later than this is not looked for: what is judged by it shows before.
const MOST_ENCLOSED: usize = 400;

pub(super) type Tokens<'t, 'a> = &'t [Token<'a>];

pub(super) fn is_literal(token: Option<&Token<'_>>) -> bool {
    matches!(token, Some(Token::Number(_) | Token::Text { .. } | Token::Word(Word::Null, _) | Token::Variable(_)))
}

pub(super) fn is_operand(token: Option<&Token<'_>>) -> bool {
    is_literal(token) || matches!(token, Some(Token::Word(..) | Token::Open | Token::Arithmetic(b'*' | b'-' | b'~')))
}

pub(super) fn is_call(tokens: Tokens<'_, '_>, at: usize) -> bool {
    matches!(tokens.get(at..), Some([Token::Word(Word::Function | Word::RareFunction, _), Token::Open, ..]))
}

pub(super) fn is_word(tokens: Tokens<'_, '_>, at: usize, word: Word) -> bool {
    matches!(tokens.get(at), Some(Token::Word(w, _)) if *w == word)
}

/// After `at`, past parentheses that open and words that may stand before an expression.
pub(super) fn past_openings(tokens: Tokens<'_, '_>, mut at: usize) -> usize {
    while matches!(tokens.get(at), Some(Token::Open | Token::Not | Token::Arithmetic(b'+' | b'-' | b'~')))
        || is_word(tokens, at, Word::All)
    {
        at += 1;
    }
    at
}

/// Whether the statement was at a place where the value it came into could have ended: nothing, a literal, a parenthesis.
pub(super) fn follows_value(tokens: Tokens<'_, '_>, at: usize) -> bool {
    at == 0 || is_literal(tokens.get(at - 1)) || matches!(tokens.get(at - 1), Some(Token::Close))
}

pub(super) fn after_close(tokens: Tokens<'_, '_>, open: usize) -> Option<usize> {
    let mut depth = 0;
    for (index, token) in tokens.iter().enumerate().skip(open).take(MOST_ENCLOSED) {
        match token {
            Token::Open => depth += 1,
            Token::Close => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(index + 1);
        }
    }
    None
}
