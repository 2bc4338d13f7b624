//! SQL injection: whether a value, put into a statement, would change what the statement does.
//!
//! The value is read as SQL in each context it may stand in (bare, within single quotes, within double quotes), and judged
//! by what it would do there, by grammar and not by words: `Union` is a surname, `12 SELECT DR` an address, `O'Brien` a
//! person, but `union` + `select` + an expression is none of them. libinjection (Galbraith, *New techniques in SQLi
//! obfuscation*, Black Hat 2012) is asked as a second opinion, which alone never suffices.

use super::decode::Decoded;
use super::sql_tokens::{Context, Token, Word, tokens};

/// How sure one can be, from 0 to 1, that a value is an injection.
pub(crate) fn score(value: &Decoded) -> f32 {
    let lower = value.lower.as_str();
    let mut best = statement(&tokens(lower, Context::Bare), Context::Bare);
    for quote in [b'\'', b'"'] {
        if lower.as_bytes().contains(&quote) {
            let context = Context::Within(quote);
            best = best.max(statement(&tokens(lower, context), context));
        }
    }
    best = best.max(broken_quotes(lower));
    if (0.15..0.9).contains(&best) && libinjectionrs::detect_sqli(lower.as_bytes()).is_injection() {
        best = either(best, 0.35);
    }
    best
}

/// Two signs that do not rest on one another.
fn either(a: f32, b: f32) -> f32 {
    1.0 - (1.0 - a) * (1.0 - b)
}

type Tokens<'t, 'a> = &'t [Token<'a>];

/// The score of a value in one context: its strongest sign, strengthened by others.
fn statement(tokens: Tokens<'_, '_>, context: Context) -> f32 {
    const SIGNS: [fn(Tokens<'_, '_>, usize, Context) -> f32; 16] = [
        union_select,
        condition,
        joined_condition,
        stacked,
        comment_tail,
        function_call,
        catalogue,
        case_when,
        subselect,
        order_by,
        written_file,
        char_chain,
        leading_statement,
        waiting,
        null_list,
        equal_numbers,
    ];
    if matches!((context, tokens), (Context::Within(_), [Token::Text { open: true, .. }, ..])) {
        return 0.0;
    }
    SIGNS.iter().fold(0.0, |score, sign| {
        let strongest = (0..tokens.len()).map(|at| sign(tokens, at, context)).fold(0.0, f32::max);
        either(score, strongest)
    })
}

fn is_literal(token: Option<&Token<'_>>) -> bool {
    matches!(token, Some(Token::Number(_) | Token::Text { .. } | Token::Word(Word::Null, _) | Token::Variable(_)))
}

fn is_operand(token: Option<&Token<'_>>) -> bool {
    is_literal(token) || matches!(token, Some(Token::Word(..) | Token::Open | Token::Arithmetic(b'*' | b'-' | b'~')))
}

fn is_call(tokens: Tokens<'_, '_>, at: usize) -> bool {
    matches!(tokens.get(at..), Some([Token::Word(Word::Function | Word::RareFunction, _), Token::Open, ..]))
}

fn is_word(tokens: Tokens<'_, '_>, at: usize, word: Word) -> bool {
    matches!(tokens.get(at), Some(Token::Word(w, _)) if *w == word)
}

/// After `at`, past parentheses that open and words that may stand before an expression.
fn past_openings(tokens: Tokens<'_, '_>, mut at: usize) -> usize {
    while matches!(tokens.get(at), Some(Token::Open | Token::Not | Token::Arithmetic(b'+' | b'-' | b'~')))
        || is_word(tokens, at, Word::All)
    {
        at += 1;
    }
    at
}

/// Whether the statement was at a place where the value it came into could have ended: nothing, a literal, a parenthesis.
fn follows_value(tokens: Tokens<'_, '_>, at: usize) -> bool {
    at == 0 || is_literal(tokens.get(at - 1)) || matches!(tokens.get(at - 1), Some(Token::Close))
}

fn union_select(tokens: Tokens<'_, '_>, at: usize, context: Context) -> f32 {
    if !is_word(tokens, at, Word::Union) {
        return 0.0;
    }
    let next = past_openings(tokens, at + 1);
    if !is_word(tokens, next, Word::Select) {
        return if is_word(tokens, at + 1, Word::All) { 0.15 } else { 0.0 };
    }
    let operand = past_openings(tokens, next + 1);
    let what = tokens.get(operand);
    let goes_on = matches!(tokens.get(operand + 1), Some(Token::Comma | Token::Open | Token::Tail(_)))
        || is_word(tokens, operand + 1, Word::From);
    if is_literal(what) || matches!(what, Some(Token::Arithmetic(b'*'))) || is_call(tokens, operand) || goes_on {
        return 0.97;
    }
    if context != Context::Bare || is_word(tokens, at + 1, Word::All) || (at > 0 && follows_value(tokens, at)) {
        return 0.8;
    }
    if is_word(tokens, at + 1, Word::Select) { 0.45 } else { 0.6 }
}

/// `or 1=1`, `and sleep(5)`, `having 'a'='a`, `or 1`
fn condition(tokens: Tokens<'_, '_>, at: usize, context: Context) -> f32 {
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
        (Some(Token::Text { open: false, .. }), None | Some(Token::Tail(_))) => 0.75,
        (Some(Token::Text { open: true, text: "" }), None) => 0.6,
        (Some(Token::Word(..)), Some(Token::Tail(_))) => 0.6,
        _ => 0.0,
    }
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

fn after_close(tokens: Tokens<'_, '_>, open: usize) -> Option<usize> {
    let mut depth = 0;
    for (index, token) in tokens.iter().enumerate().skip(open) {
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

/// `'='`, `'||(select …`, `'+char(…`: an operator right after the quotes the value broke out of.
fn joined_condition(tokens: Tokens<'_, '_>, at: usize, context: Context) -> f32 {
    if at != 1 || context == Context::Bare {
        return 0.0;
    }
    let mut at = at;
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
        Some(Token::Word(Word::In, _)) if matches!(tokens.get(at + 1), Some(Token::Open)) => 0.7,
        _ => 0.0,
    }
}

/// `; drop table …`
fn stacked(tokens: Tokens<'_, '_>, at: usize, _: Context) -> f32 {
    if !matches!(tokens[at], Token::Semicolon) {
        return 0.0;
    }
    whole_statement(tokens, at + 1)
}

/// A value that is a statement by itself.
fn leading_statement(tokens: Tokens<'_, '_>, at: usize, context: Context) -> f32 {
    if at > 0 || context != Context::Bare { 0.0 } else { 0.8 * whole_statement(tokens, 0) }
}

/// How surely a statement of SQL begins at `at`.
fn whole_statement(tokens: Tokens<'_, '_>, at: usize) -> f32 {
    let at = past_openings(tokens, at);
    let Some(Token::Word(word, text)) = tokens.get(at) else { return 0.0 };
    let next = at + 1;
    let later = |word| (next..tokens.len()).any(|i| is_word(tokens, i, word));
    match (word, *text) {
        (Word::Select, _) if is_call(tokens, next) || is_literal(tokens.get(next)) => 0.9,
        (Word::Select, _) if matches!(tokens.get(next), Some(Token::Arithmetic(b'*'))) => 0.9,
        (Word::Select, _) if later(Word::From) => 0.8,
        (Word::Select, _) if matches!(tokens.get(next + 1), Some(Token::Semicolon | Token::Open)) => 0.7,
        (Word::Statement, "insert" | "merge" | "replace") if is_word(tokens, next, Word::Into) => 0.9,
        (Word::Statement, "update") if later(Word::Set) && later_compare(tokens, next) => 0.9,
        (Word::Statement, "delete") if is_word(tokens, next, Word::From) => {
            if later(Word::Where) || tokens.len() > next + 2 { 0.9 } else { 0.7 }
        }
        (Word::Statement, "drop" | "create" | "alter" | "truncate" | "rename")
            if is_word(tokens, next, Word::Object) =>
        {
            0.9
        }
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
        (Word::RareFunction | Word::Function, _) if matches!(tokens.get(next), Some(Token::Open)) => 0.6,
        (Word::Function, "if") => 0.3,
        _ => 0.0,
    }
}

fn later_compare(tokens: Tokens<'_, '_>, from: usize) -> bool {
    tokens.iter().skip(from).any(|t| matches!(t, Token::Compare))
}

/// `admin'--`, `1')#`, `1) /*`
fn comment_tail(tokens: Tokens<'_, '_>, at: usize, context: Context) -> f32 {
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

/// `sleep(5)`, `extractvalue(1,…`
fn function_call(tokens: Tokens<'_, '_>, at: usize, _: Context) -> f32 {
    let [Token::Word(word, name), Token::Open, rest @ ..] = &tokens[at..] else { return 0.0 };
    match (word, *name) {
        (Word::RareFunction, _) => 0.75,
        (Word::Function, "sleep") => 0.7,
        (Word::Function, "database" | "version" | "user") if matches!(rest.first(), Some(Token::Close)) => 0.55,
        (
            Word::Function,
            "char" | "hex" | "cast" | "convert" | "md5" | "concat" | "count" | "exists" | "if" | "iif",
        ) if is_operand(rest.first()) => 0.35,
        (Word::Function, _) if is_operand(rest.first()) => 0.15,
        _ => 0.0,
    }
}

fn catalogue(tokens: Tokens<'_, '_>, at: usize, _: Context) -> f32 {
    match tokens[at] {
        Token::Word(Word::Catalogue, _) => 0.7,
        Token::Variable(name) if name.starts_with("@@") && name.len() > 4 => 0.6,
        Token::Word(Word::RareFunction, name) if name.starts_with("xp_") && name.len() > 6 => 0.6,
        _ => 0.0,
    }
}

fn case_when(tokens: Tokens<'_, '_>, at: usize, _: Context) -> f32 {
    if !is_word(tokens, at, Word::Case) {
        return 0.0;
    }
    let when = (at + 1..tokens.len().min(at + 8)).find(|i| is_word(tokens, *i, Word::When));
    match when {
        Some(when) if (when..tokens.len()).any(|i| is_word(tokens, i, Word::Then)) => 0.8,
        _ => 0.0,
    }
}

/// `(select … from …`
fn subselect(tokens: Tokens<'_, '_>, at: usize, _: Context) -> f32 {
    let [Token::Open, Token::Word(Word::Select, _), ..] = &tokens[at..] else { return 0.0 };
    let operand = past_openings(tokens, at + 2);
    let end = after_close(tokens, at).unwrap_or(tokens.len());
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
fn order_by(tokens: Tokens<'_, '_>, at: usize, context: Context) -> f32 {
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
        _ => 0.0,
    }
}

fn written_file(tokens: Tokens<'_, '_>, at: usize, _: Context) -> f32 {
    let writes = is_word(tokens, at, Word::Into) && is_word(tokens, at + 1, Word::File);
    if writes { 0.9 } else { 0.0 }
}

/// `char(113,98)`, `chr(113)||chr(98)`, `concat(0x71,…)`
fn char_chain(tokens: Tokens<'_, '_>, at: usize, _: Context) -> f32 {
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

fn waiting(tokens: Tokens<'_, '_>, at: usize, _: Context) -> f32 {
    let waits = is_word(tokens, at, Word::Waitfor) && is_word(tokens, at + 1, Word::Delay);
    if waits { 0.97 } else { 0.0 }
}

/// `',null,null)`: filling up the columns of a row.
fn null_list(tokens: Tokens<'_, '_>, at: usize, _: Context) -> f32 {
    match &tokens[at..] {
        [Token::Comma, Token::Word(Word::Null, _), Token::Comma, Token::Word(Word::Null, _), ..] => 0.6,
        _ => 0.0,
    }
}

/// `(4=4)`, `1=1`: nothing that a form asks for.
fn equal_numbers(tokens: Tokens<'_, '_>, at: usize, _: Context) -> f32 {
    let [Token::Number(left), Token::Compare, rest @ ..] = &tokens[at..] else { return 0.0 };
    let right = match rest {
        [Token::Number(right), ..] | [Token::Compare, Token::Number(right), ..] => right,
        _ => return 0.0,
    };
    let enclosed = at > 0 && matches!(tokens[at - 1], Token::Open);
    if enclosed || left == right { 0.6 } else { 0.2 }
}

/// `'))"(,`: what scanners send to see whether a statement breaks. A run of at least four marks with both quotes, or a quote
/// and parentheses.
fn broken_quotes(lower: &str) -> f32 {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::decode::decode;

    fn score_of(value: &str) -> f32 {
        score(&decode(value, false))
    }

    #[test]
    fn injections() {
        for value in [
            "1 union select null,null--",
            "7' UNION ALL SELECT name FROM voters-- x",
            "5/**/And/**/sUbStr((sElect/**/dob/**/fRom/**/voters),1,1)>'5'",
            "' or '1'='1",
            "x' or 1=1#",
            "12) and 41=41",
            "1; drop table voters",
            "1';waitfor delay '0:0:5'--",
            "admin'-- ",
            "1 and sleep(5)",
            "1' order by 7-- ",
            "(select case when (1=1) then 1 else 2 end)",
            "1 and (select count(*) from information_schema.tables)>0",
            "'||(select 1 from dual)||'",
            "char(113,98,107)||char(118)",
            "1 procedure analyse(1,2)",
            "1 having 1=1",
        ] {
            assert!(score_of(value) >= 0.5, "{value}: {}", score_of(value));
        }
    }

    #[test]
    fn people_addresses_and_notes() {
        for value in [
            "O'Brien",
            "D'Angelo-O'Neil",
            "2104 GRANT AVE #A",
            "12 SELECT DR",
            "Null",
            "Union",
            "Or",
            "And",
            "moved from 12 Union St to 9 Drop Ln; please update",
            "I'd like to order by mail, and 'yes' I am 18",
            "select board meeting or town hall",
            "Smith & Sons' #5",
            "union select committee",
            "5'10\" tall",
            "ann@example.org",
            "is it 1 or 2?",
            "call me (after 5)",
            "rock 'n' roll",
            "Case: when I moved",
            "100% sure",
            "delete my record",
            "What's the address? It's 'closed'",
            "a -- b",
            "Apt 4 -- rear",
            "C# and F#",
        ] {
            assert!(score_of(value) < 0.5, "{value}: {}", score_of(value));
        }
    }
}
