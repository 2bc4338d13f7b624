//! Quotes that break a statement, and comments that cut off its end.

use super::shape::Tokens;
use super::tokens::{Context, Token};

/// `admin'--`, `1')#`, `1) /*`
pub(super) fn comment_tail(tokens: Tokens<'_, '_>, at: usize, context: Context) -> f32 {
    let Token::Tail(rest) = tokens[at] else { return 0.0 };
    let closes = tokens[..at].iter().rev().take_while(|t| matches!(t, Token::Close)).count();
    let before = at.checked_sub(closes + 1).and_then(|i| tokens.get(i));
    // sqlmap ends its comments with a random word; a house number after `#` does not follow a quote.
    let ends = rest.trim().len() <= 6 && !rest.trim().bytes().any(|b| b.is_ascii_digit());
    match (context, before) {
        (Context::Within(_), Some(Token::Text { .. })) if at == closes + 1 && closes > 0 => 0.75,
        (Context::Within(_), Some(Token::Text { text, .. })) if at == 1 && ends && !text.contains(' ') => 0.6,
        (Context::Bare, Some(Token::Number(_) | Token::Text { open: false, .. })) if closes > 0 && ends => 0.6,
        (_, Some(_)) if ends && closes == 0 && rest.trim().is_empty() => 0.2,
        _ => 0.0,
    }
}

/// `'))"(,`: what scanners send to see whether a statement breaks. A run of at least four marks with both quotes, or a quote
/// and parentheses.
pub(super) fn broken_quotes(lower: &str) -> f32 {
    let (mut run, mut kinds, mut best) = (0, [false; 4], 0.0_f32);
    for byte in lower.bytes() {
        let kind = match byte {
            b'\'' => 0,
            b'"' => 1,
            b'(' | b')' => 2,
            b',' | b'.' | b';' | b'`' => 3,
            _ => {
                (run, kinds) = (0, [false; 4]);
                continue;
            }
        };
        run += 1;
        kinds[kind] = true;
        let quotes = usize::from(kinds[0]) + usize::from(kinds[1]);
        let marks = quotes + usize::from(kinds[2]) + usize::from(kinds[3]);
        best = best.max(match (run, quotes, marks) {
            (6.., 1.., 3..) => 0.6,
            (4.., 2, 3..) => 0.5,
            (3.., 1.., 2..) => 0.2,
            _ => 0.0,
        });
    }
    best
}
