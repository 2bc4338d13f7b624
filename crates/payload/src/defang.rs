//! Links made harmless to show: no program turns `hxxps://example[.]com/` into something to click.

/// A link that can't be clicked: `http` becomes `hxxp`, dots of the host `[.]`, `@` `[at]`.
///
/// ```
/// use pollwarden_payload::defang;
/// assert_eq!(defang("https://login.example.com/a.html"), "hxxps://login[.]example[.]com/a.html");
/// ```
pub fn defang(url: &str) -> String {
    let (scheme, rest) = match url.find("://") {
        Some(at) => (&url[..at + 3], &url[at + 3..]),
        None => ("", url),
    };
    let host_ends = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(host_ends);
    let scheme = scheme.replacen("http", "hxxp", 1).replacen("HTTP", "HXXP", 1).replacen("ftp", "fxp", 1);
    format!("{scheme}{}{path}", host.replace('.', "[.]").replace('@', "[at]"))
}

/// An excerpt to show: control characters as spaces, at most 200 characters, every link in it defanged.
pub(crate) fn excerpt(text: &str) -> String {
    let mut shown = String::new();
    for (count, letter) in text.trim().chars().enumerate() {
        if count == 200 {
            shown.push('…');
            break;
        }
        shown.push(if letter.is_control() { ' ' } else { letter });
    }
    if !shown.contains("://") {
        return shown;
    }
    shown.split_inclusive([' ', '"', '\'', '<', '>', '(', ')', ',', ';']).map(defang_word).collect()
}

fn defang_word(word: &str) -> String {
    // Only what stands from the scheme on is a link: `=HYPERLINK("http://…`, `mhtml:http://…`.
    let Some(at) = word.find("://") else { return word.to_owned() };
    let start = word[..at].rfind(|c: char| !c.is_ascii_alphanumeric()).map_or(0, |before| before + 1);
    match word.get(..start) {
        Some(before) => format!("{before}{}", defang(&word[start..])),
        None => defang(word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_can_not_be_clicked() {
        assert_eq!(defang("HTTP://A.example.com?x=1.2"), "HXXP://A[.]example[.]com?x=1.2");
        assert_eq!(defang("evil.example"), "evil[.]example");
        assert_eq!(defang("https://a@b.example/c@d.e"), "hxxps://a[at]b[.]example/c@d.e");
    }

    #[test]
    fn excerpts_are_short_and_harmless() {
        assert_eq!(excerpt(" =cmd|\t'http://a.example/b' "), "=cmd| 'hxxp://a[.]example/b'");
        assert_eq!(excerpt("mhtml:http://a.b/c!x"), "mhtml:hxxp://a[.]b/c!x");
        assert_eq!(excerpt("ü→://x.y"), "ü→://x[.]y");
        assert!(excerpt(&"x".repeat(5_000)).chars().count() == 201);
    }
}
