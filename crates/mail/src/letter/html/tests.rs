use super::super::links::MOST_LINKS;
use super::*;

#[test]
fn a_reader_sees_text_without_marks_and_links_with_their_words() {
    let seen = body(
        "<html><head><title>t</title><style>p{}</style></head><body><p>Dear&nbsp;clerk,</p><div>please <b>log</b> in \
         <a href='https://login.example.net/?u=1'><img alt='here' src='cid:1'></a> soon</div></body>",
    );
    assert_eq!(seen.text, "Dear clerk,\nplease log in soon\n");
    assert_eq!((seen.links[0].text.as_str(), seen.links[0].host.as_str()), ("here", "login.example.net"));
    assert_eq!(seen.pictures[0].alternative, "here");
}

#[test]
fn hidden_text_is_kept_apart() {
    let seen = body(
        "<p>Shown <span style='DISPLAY: none'>not <b>this</b></span> too\
         <font style='font-size:0px'>nor this</font><span style='color:#fff;background-color:#fff'>nor</span></p>",
    );
    assert_eq!(seen.text.trim(), "Shown too");
    assert!(seen.hidden.contains("not this") && seen.hidden.contains("nor this") && seen.hidden.ends_with("nor"));
}

#[test]
fn words_broken_by_characters_of_no_width_are_whole() {
    let seen = body("pass\u{200b}word pass&shy;port a \u{200c} b");
    assert_eq!((seen.text.as_str(), seen.broken_words), ("password passport a b", 1));
}

#[test]
fn forms_and_what_they_ask() {
    let seen = body(
        "<form action='https://collect.example/x'><input type=PASSWORD name=p></form><meta http-equiv=Refresh content='0;URL=https://go.example'>",
    );
    assert_eq!(seen.fields, [Field { kind: "password".into(), name: "p".into() }]);
    let places: Vec<LinkPlace> = seen.links.iter().map(|link| link.place).collect();
    assert_eq!(places, [LinkPlace::Form, LinkPlace::Refresh]);
}

#[test]
fn deep_nests_are_read_in_bounded_memory() {
    let deep = "<div>".repeat(100_000) + "end";
    let seen = body(&deep);
    assert_eq!((seen.text.as_str(), seen.unread.len()), ("end", 1));
}

/// What is shown and what is hidden.
fn seen(html: &str) -> (String, String) {
    let body = body(html);
    (body.text.trim().to_owned(), body.hidden.trim().to_owned())
}

#[test]
fn what_is_hidden_softly_is_shown_where_an_element_says_so() {
    let layout = "<div style='font-size:0'><table><tr><td style='font-size:14px'>Read <i>this</i></td></tr></table>not this</div>";
    assert_eq!(seen(layout), ("Read this".into(), "not this".into()));
    assert_eq!(seen("<p style='font-size:0'>a<b style='font-size:2em'>b</b>").1, "ab", "twice nothing is nothing");
    assert_eq!(seen("<p style='visibility:hidden'>a<b style='visibility:visible'>b</b>"), ("b".into(), "a".into()));
    assert_eq!(seen("<p style='color:#fff;background:#FFFFFF'>a<b style='color:red'>b</b>"), ("b".into(), "a".into()));
    assert_eq!(seen("<p style='display:none'>a<b style='display:inline'>b</b>").1, "ab");
}

#[test]
fn the_last_declaration_holds_and_stands_above_the_attribute() {
    for shown in [
        "<p style='display:none;display:block'>a",
        "<p style='display:block!important;display:none'>a",
        "<div hidden style='display:block'>a",
        "<p style='font-size:0;font:14px/20px serif'>a",
        "<p style='mso-hide:all'>a",
    ] {
        assert_eq!(seen(shown), ("a".into(), String::new()), "{shown}");
    }
    for hidden in [
        "<p style='display:block;display:none'>a",
        "<p style='display : none ! important ; display:block'>a",
        "<p style='display:none;display:banana'>a",
        "<p style='disp/* */lay:/**/none'>a",
        "<p style='font:normal 0/0 serif'>a",
        "<div hidden>a",
    ] {
        assert_eq!(seen(hidden), (String::new(), "a".into()), "{hidden}");
    }
}

#[test]
fn end_tags_that_are_left_out_end_what_is_hidden() {
    for shown in [
        "<p hidden><p>I will kill you",
        "<p hidden><div>I will kill you</div>",
        "<ul><li hidden><li>I will kill you</ul>",
        "<table><tr><td hidden><td>I will kill you</table>",
        "<table><tr hidden><td><tr><td>I will kill you</table>",
        "<select><option hidden><option>I will kill you</select>",
        "<h1 hidden></h2>I will kill you",
        "<form hidden><form></form>I will kill you",
        "<table hidden>I will kill you</table>",
        "<table hidden><tr><div>I will kill you</div></table>",
        "<div hidden><td></div>I will kill you",
        "<param hidden>I will kill you",
        "<head hidden><p>I will kill you",
    ] {
        assert_eq!(seen(shown).0, "I will kill you", "{shown}");
    }
    for hidden in ["<div hidden><table><tr><td></div>a", "<li hidden><ul><li>a", "<table hidden><tr><td><p>a"] {
        assert_eq!(seen(hidden), (String::new(), "a".into()), "{hidden}");
    }
}

#[test]
fn links_that_nobody_sees_leave_room_for_the_one_that_matters() {
    let flood = "<a href='https://example.org/'></a>".repeat(3_000);
    let seen = body(&format!("{flood}<a href='https://login.example.net/'>Log in</a>"));
    assert!(seen.links.iter().any(|link| link.host == "login.example.net"));
    assert_eq!(seen.unread, ["It has more links than are followed."]);
    let many = body(&"<a href='https://example.org/'>x</a>".repeat(3_000));
    assert_eq!((many.links.len(), many.unread.len()), (MOST_LINKS, 1));
    assert!(body("<a href='https://example.org/'>x</a>").unread.is_empty());
}

#[test]
fn relative_links_lead_where_the_base_says() {
    let page = "<base href='https://collect.example.net/a/'><base href='https://example.org/'><a href='login'>Log in</a>\
                <a href='#'>here</a><form action='/in'></form><a href='https://example.org/x'>x</a>";
    let urls: Vec<String> = body(page).links.into_iter().map(|link| link.url).collect();
    let base = "https://collect.example.net/a/";
    assert_eq!(
        urls,
        [&format!("{base}login"), &format!("{base}#"), "https://collect.example.net/in", "https://example.org/x"]
    );
    assert!(body("<a href='#top'>Up</a>").links.is_empty());
    assert_eq!(body("<area href='https://example.org/'>text").links[0].host, "example.org");
}
