//! A body's light marks, as plain text and as HTML: paragraphs, `- ` lists, `> ` quotes, and links `((label -> target))`.

/// As plain text.
pub(super) fn as_plain(text: &str) -> String {
    let text = linked(&text.replace("(picture)\n", ""), &|label, target| format!("{label}: {target}"));
    text.replace('\n', "\r\n") + "\r\n"
}

/// As HTML; `picture` is the `Content-ID` of one that takes the place of `(picture)`, or else stands at the top.
pub(super) fn as_html(text: &str, picture: Option<&str>) -> String {
    let escaped = escape(text).replace("-&gt;", "->");
    let linked = linked(&escaped, &|label, target| format!(r#"<a href="{target}">{label}</a>"#));
    let shown = picture.map(|id| format!(r#"<img src="cid:{id}" alt="" width="180">"#)).unwrap_or_default();
    let placed = linked.contains("(picture)");
    let mut blocks: String = linked.split("\n\n").map(block).collect();
    blocks = blocks.replace("(picture)", &shown);
    let top = if placed || shown.is_empty() { String::new() } else { format!("<p>{shown}</p>\r\n") };
    format!(
        "<html><head><meta charset=\"utf-8\"><style>p, li {{ font-family: Arial, sans-serif; font-size: 14px }}</style>\
         </head>\r\n<body>\r\n{top}{blocks}</body></html>\r\n"
    )
}

fn block(text: &str) -> String {
    if text.lines().all(|line| line.starts_with("- ")) {
        let items: String = text.lines().map(|line| format!("<li>{}</li>\r\n", &line[2..])).collect();
        return format!("<ul>\r\n{items}</ul>\r\n");
    }
    if text.starts_with("&gt; ") {
        let lines = text.lines().map(|line| line.trim_start_matches("&gt; ")).collect::<Vec<_>>().join("<br>\r\n");
        return format!("<blockquote>{lines}</blockquote>\r\n");
    }
    format!("<p>{}</p>\r\n", text.trim().replace('\n', "<br>\r\n"))
}

fn linked(text: &str, write: &dyn Fn(&str, &str) -> String) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("((") {
        let Some((link, tail)) = after.split_once("))") else { break };
        written.push_str(before);
        match link.split_once(" -> ") {
            Some((label, target)) => written.push_str(&write(label, target)),
            None => written.push_str(link),
        }
        rest = tail;
    }
    written.push_str(rest);
    written
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Every line as a quote.
pub(super) fn quoted(text: &str) -> String {
    text.lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Hi,\n\nsee ((the list -> https://a.example/?a=1))\n\n- one\n- two\n\n> 3 < 4";

    #[test]
    fn plain_text_shows_targets() {
        assert!(as_plain(TEXT).contains("the list: https://a.example/?a=1"));
    }

    #[test]
    fn html_hides_them_behind_labels() {
        let html = as_html(TEXT, None);
        assert!(html.contains(r#"<a href="https://a.example/?a=1">the list</a>"#), "{html}");
        assert!(html.contains("<li>one</li>") && html.contains("<blockquote>3 &lt; 4</blockquote>"), "{html}");
    }
}
