//! Cuts text into the tokens of SQL, as several database systems together understand it.
//!
//! A value may stand in a statement as it is, or within quotes; the caller says which, and gets the tokens that a server
//! would see from there on. MySQL's executable comments (`/*!50000 … */`) count as what is in them.

/// The quotes a value is assumed to stand within.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Context {
    Bare,
    Within(u8),
}

/// One token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Token<'a> {
    Word(Word, &'a str),
    Number(&'a str),
    /// A string; open where the value ends before it does.
    Text {
        open: bool,
        text: &'a str,
    },
    /// `= <> < > <= >= := !=` and the like.
    Compare,
    /// `|| && !`, as words `or`, `and`, `not`.
    And,
    Or,
    Not,
    /// `+ - * / % ^ ~ & |`, and `||` as PostgreSQL and Oracle join text with it.
    Arithmetic(u8),
    Open,
    Close,
    Comma,
    Semicolon,
    /// `-- …`, `# …` to the end of the line, or `/*` that never ends; with what follows in it.
    Tail(&'a str),
    /// `@x`, `@@version`
    Variable(&'a str),
    Other,
}

/// What a word means in SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    Union,
    All,
    Select,
    From,
    Where,
    Having,
    Order,
    Group,
    By,
    Limit,
    Into,
    File,
    Statement,
    Object,
    Set,
    Declare,
    Execute,
    Waitfor,
    Delay,
    Case,
    When,
    Then,
    Like,
    Between,
    In,
    Is,
    Null,
    Procedure,
    As,
    /// A function that hardly any text but SQL names.
    RareFunction,
    /// A function whose name is also an everyday word.
    Function,
    /// A table of the database's own description of itself.
    Catalogue,
    Plain,
}

/// The tokens of lower-case text. At most `MOST` are returned: a statement's sense shows long before.
pub(crate) fn tokens(text: &str, context: Context) -> Vec<Token<'_>> {
    const MOST: usize = 2000;
    let mut cutter = Cutter { text, at: 0 };
    let mut tokens = Vec::new();
    if let Context::Within(quote) = context {
        tokens.push(cutter.rest_of_text(quote, 0));
    }
    while tokens.len() < MOST
        && let Some(token) = cutter.next()
    {
        tokens.push(token);
    }
    tokens
}

struct Cutter<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cutter<'a> {
    fn next(&mut self) -> Option<Token<'a>> {
        self.skip_blanks();
        let bytes = &self.text.as_bytes()[self.at..];
        let (first, second) = (*bytes.first()?, bytes.get(1).copied().unwrap_or(0));
        Some(match (first, second) {
            (b'\'' | b'"' | b'`', _) => {
                self.at += 1;
                self.rest_of_text(first, self.at)
            }
            (b'-', b'-') | (b'#', _) => self.tail(),
            (b'/', b'*') => self.tail(),
            (b'0'..=b'9', _) => self.number(),
            (b'.', b'0'..=b'9') => self.number(),
            (b'@', _) => self.variable(),
            (b'a'..=b'z' | b'_' | b'$' | 0x80.., _) => self.word(),
            (b'|', b'|') => self.take(2, Token::Or),
            (b'&', b'&') => self.take(2, Token::And),
            (b'<' | b'>' | b'!' | b':', b'=' | b'>') | (b'<' | b'>', b'<') => self.take(2, Token::Compare),
            (b'=' | b'<' | b'>', _) => self.take(1, Token::Compare),
            (b'!', _) => self.take(1, Token::Not),
            (b'+' | b'-' | b'*' | b'/' | b'%' | b'^' | b'~' | b'&' | b'|', _) => self.take(1, Token::Arithmetic(first)),
            (b'(', _) => self.take(1, Token::Open),
            (b')', _) => self.take(1, Token::Close),
            (b',', _) => self.take(1, Token::Comma),
            (b';', _) => self.take(1, Token::Semicolon),
            _ => self.take(1, Token::Other),
        })
    }

    fn take(&mut self, bytes: usize, token: Token<'a>) -> Token<'a> {
        self.at += bytes;
        token
    }

    /// White space, comments that end, and the marks of executable comments.
    fn skip_blanks(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            let bytes = rest.as_bytes();
            match bytes {
                [b'/', b'*', b'!', ..] => {
                    self.at += 3 + bytes[3..].iter().take_while(|b| b.is_ascii_digit()).count();
                }
                [b'/', b'*', ..] if let Some(end) = rest[2..].find("*/") => self.at += end + 4,
                [b'*', b'/', ..] => self.at += 2,
                [0..=b' ', ..] => self.at += 1,
                _ => return,
            }
        }
    }

    /// What is left of a string from `self.at` on, to its closing quote. Doubled and backslashed quotes belong to it.
    fn rest_of_text(&mut self, quote: u8, start: usize) -> Token<'a> {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'\\' => at += 2,
                b if b == quote && start > 0 && bytes.get(at + 1) == Some(&quote) => at += 2,
                b if b == quote => {
                    self.at = at + 1;
                    return Token::Text { open: false, text: &self.text[start..at] };
                }
                _ => at += 1,
            }
        }
        self.at = bytes.len();
        Token::Text { open: true, text: &self.text[start..] }
    }

    fn tail(&mut self) -> Token<'a> {
        let rest = &self.text[self.at..];
        let mark = if rest.starts_with('#') { 1 } else { 2 };
        let length = if rest.starts_with("/*") { rest.len() } else { rest.find('\n').unwrap_or(rest.len()) };
        self.at += length;
        Token::Tail(&rest[mark..length])
    }

    fn number(&mut self) -> Token<'a> {
        let text = self.span(|b| b.is_ascii_alphanumeric() || b == b'.');
        // `1or 2` and `1union` are two tokens to MySQL; `0x41` and `1e5` are one.
        let plain = text.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
        let is_one = text.starts_with("0x") || plain == text.len() || text[plain..].starts_with('e');
        if !is_one && classify(&text[plain..]) != Word::Plain || starts_operator(&text[plain..]) {
            self.at -= text.len() - plain;
            return Token::Number(&text[..plain]);
        }
        if is_one { Token::Number(text) } else { Token::Word(Word::Plain, text) }
    }

    fn variable(&mut self) -> Token<'a> {
        let text = self.span(|b| b == b'@' || b == b'_' || b == b'.' || b.is_ascii_alphanumeric());
        Token::Variable(text)
    }

    fn word(&mut self) -> Token<'a> {
        let text = self.span(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'$' || b == b'.' || b >= 0x80);
        match text {
            "and" => Token::And,
            "or" | "xor" => Token::Or,
            "not" => Token::Not,
            _ => Token::Word(classify(text), text),
        }
    }

    fn span(&mut self, belongs: impl Fn(u8) -> bool) -> &'a str {
        let rest = &self.text[self.at..];
        let length = rest.bytes().take_while(|b| belongs(*b)).count();
        self.at += length;
        &rest[..length]
    }
}

fn starts_operator(text: &str) -> bool {
    matches!(text, "or" | "and" | "xor")
}

fn classify(word: &str) -> Word {
    match word {
        "union" => Word::Union,
        "all" | "distinct" | "distinctrow" => Word::All,
        "select" => Word::Select,
        "from" => Word::From,
        "where" => Word::Where,
        "having" => Word::Having,
        "order" => Word::Order,
        "group" => Word::Group,
        "by" => Word::By,
        "limit" | "offset" => Word::Limit,
        "into" => Word::Into,
        "outfile" | "dumpfile" => Word::File,
        "insert" | "update" | "delete" | "drop" | "create" | "alter" | "truncate" | "grant" | "shutdown" | "begin"
        | "merge" | "replace" | "rename" | "backup" | "restore" | "use" | "attach" | "copy" | "call" => Word::Statement,
        "table" | "database" | "user" | "view" | "index" | "schema" | "login" | "trigger" | "function" => Word::Object,
        "set" => Word::Set,
        "declare" => Word::Declare,
        "exec" | "execute" => Word::Execute,
        "waitfor" => Word::Waitfor,
        "delay" => Word::Delay,
        "case" => Word::Case,
        "when" => Word::When,
        "then" | "else" => Word::Then,
        "like" | "rlike" | "regexp" | "glob" | "ilike" => Word::Like,
        "between" => Word::Between,
        "in" => Word::In,
        "is" => Word::Is,
        "null" | "true" | "false" => Word::Null,
        "procedure" => Word::Procedure,
        "as" => Word::As,
        _ if is_catalogue(word) => Word::Catalogue,
        _ if is_rare_function(word) => Word::RareFunction,
        _ if is_function(word) => Word::Function,
        _ => Word::Plain,
    }
}

fn is_catalogue(word: &str) -> bool {
    const STARTS: [&str; 12] = [
        "information_schema",
        "pg_catalog",
        "sqlite_master",
        "sqlite_schema",
        "sqlite_temp_master",
        "sysibm.",
        "syscat.",
        "rdb$",
        "mysql.user",
        "msysaccessobjects",
        "master..sys",
        "master.dbo.sys",
    ];
    const NAMES: [&str; 20] = [
        "sysobjects",
        "syscolumns",
        "sysusers",
        "sysdatabases",
        "syslogins",
        "all_tables",
        "all_users",
        "all_tab_columns",
        "user_tables",
        "user_tab_columns",
        "dba_users",
        "dba_tables",
        "sys.dual",
        "sys.user$",
        "pg_tables",
        "pg_shadow",
        "pg_user",
        "pg_class",
        "pg_database",
        "v$version",
    ];
    STARTS.iter().any(|s| word.starts_with(s)) || NAMES.contains(&word) || word.starts_with("sys.database")
}

fn is_rare_function(word: &str) -> bool {
    const STARTS: [&str; 10] =
        ["xp_", "sp_", "pg_", "dbms_", "utl_", "ctxsys.", "lo_import", "lo_export", "sys.fn_", "sqlite_"];
    const NAMES: [&str; 42] = [
        "benchmark",
        "extractvalue",
        "updatexml",
        "load_file",
        "load_extension",
        "randomblob",
        "zeroblob",
        "group_concat",
        "concat_ws",
        "unhex",
        "chr",
        "nchar",
        "substr",
        "substring",
        "ord",
        "ascii",
        "ifnull",
        "nullif",
        "nvl",
        "coalesce",
        "to_char",
        "xmltype",
        "xmlagg",
        "make_set",
        "elt",
        "char_length",
        "name_const",
        "row_count",
        "st_latfromgeohash",
        "generate_series",
        "regexp_substring",
        "is_srvrolemember",
        "db_name",
        "schema_name",
        "user_name",
        "suser_name",
        "system_user",
        "session_user",
        "current_user",
        "newid",
        "openrowset",
        "opendatasource",
    ];
    STARTS.iter().any(|s| word.starts_with(s))
        || NAMES.contains(&word)
        || word.contains(".xp_")
        || word.ends_with(".sleep")
}

fn is_function(word: &str) -> bool {
    const NAMES: [&str; 50] = [
        "sleep", "char", "version", "database", "concat", "mid", "left", "right", "hex", "cast", "convert", "count",
        "if", "iif", "exists", "length", "len", "lower", "upper", "user", "rand", "random", "floor", "exp", "md5",
        "sha1", "quarter", "strcmp", "reverse", "replace", "rownum", "bin", "power", "trim", "ltrim", "sum", "max",
        "min", "avg", "values", "row", "field", "instr", "locate", "position", "now", "top", "abs", "sin", "password",
    ];
    NAMES.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_depend_on_the_quotes_around_the_value() {
        let bare = tokens("o'brien", Context::Bare);
        assert_eq!(bare, [Token::Word(Word::Plain, "o"), Token::Text { open: true, text: "brien" }]);
        let quoted = tokens("o'brien", Context::Within(b'\''));
        assert_eq!(quoted, [Token::Text { open: false, text: "o" }, Token::Word(Word::Plain, "brien")]);
    }

    #[test]
    fn comments_separate_and_executable_comments_speak() {
        use Token::{Number, Word as W};
        let expected =
            [Number("1"), W(Word::Union, "union"), W(Word::Select, "select"), Number("2"), Token::Tail(" x")];
        assert_eq!(tokens("1/**/union/*!50000select*/2-- x", Context::Bare), expected);
        assert_eq!(tokens("1union\tselect\n2# x", Context::Bare), expected);
    }
}
