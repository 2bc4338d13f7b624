//! Cross-site scripting: whether a value, put into a page, would run as script there.
//!
//! After OWASP's *Cross Site Scripting Prevention Cheat Sheet*: markup that runs or loads script, event attributes, script
//! addresses, and JavaScript that breaks out of a string. libinjection's parser of HTML is a second opinion.

use std::sync::LazyLock;

use super::decode::Decoded;
use super::patterns::Patterns;

/// How sure one can be, from 0 to 1, that a value is script.
pub(crate) fn score(value: &Decoded) -> f32 {
    let lower = value.lower.as_str();
    let mut best = patterns(value, lower);
    // Browsers skip white space and control characters within the name of a scheme.
    if lower.bytes().any(|b| b < b' ') {
        let joined: String = lower.chars().filter(|c| !c.is_control()).collect();
        best = best.max(patterns(value, &joined));
    }
    if best < 0.9 && (value.has(b"<") || best >= 0.28) && libinjectionrs::detect_xss(lower.as_bytes()).is_injection() {
        best = 1.0 - (1.0 - best) * if value.has(b"<") { 0.3 } else { 0.7 };
    }
    if best > 0.0 && is_map_filter(lower) { 0.0 } else { best }
}

/// The same of a parameter's name.
pub(crate) fn name(name: &Decoded) -> f32 {
    static EVENT: LazyLock<Patterns> =
        LazyLock::new(|| Patterns::new(&[(0.6, r"(^|[\s\x22\x27\x60;/,<>])on[a-z]{3,50}[\s,;(]*=")]));
    if name.has(b"=") { score(name).max(EVENT.score(&name.lower)) } else { score(name) }
}

fn patterns(value: &Decoded, lower: &str) -> f32 {
    static MARKUP: LazyLock<Patterns> = LazyLock::new(|| Patterns::new(MARKUP_LIST));
    static ATTRIBUTES: LazyLock<Patterns> = LazyLock::new(|| {
        let events = ATTRIBUTE_LIST.iter().map(|(score, pattern)| (*score, pattern.replace("EVENT", EVENTS)));
        let events: Vec<(f32, String)> = events.collect();
        Patterns::new(&events.iter().map(|(score, pattern)| (*score, pattern.as_str())).collect::<Vec<_>>())
    });
    static SCRIPT: LazyLock<Patterns> = LazyLock::new(|| Patterns::new(SCRIPT_LIST));
    let mut best = if value.has(b"<") { MARKUP.score(lower).max(spread_tag(lower)) } else { 0.0 };
    if value.has(b"=") {
        best = best.max(ATTRIBUTES.score(lower));
    }
    if value.has(b"(") {
        best = best.max(dialog(lower));
    }
    if value.has(b">") && ends_markup(lower) {
        best = best.max(0.55);
    }
    if value.has(b":([{.`@-$!\\") { best.max(SCRIPT.score(lower)) } else { best }
}

/// `-->`, `"/>`, `]]>`: a value that begins by ending a comment, a tag or a section. An arrow points at something.
fn ends_markup(lower: &str) -> bool {
    let text = lower.trim();
    let comment = ["-->", "--!>", "]]>"].iter().find_map(|end| text.strip_prefix(end));
    let tag = text.strip_prefix(['"', '\'']).is_some_and(|rest| {
        let rest = rest.trim_start();
        rest.strip_prefix('/').unwrap_or(rest).starts_with('>')
    });
    tag || comment.is_some_and(|rest| rest.is_empty() || rest.starts_with(['<', '"', '\'']))
}

/// `alert(1)`, which every probe calls; "alert (all)" and "confirm(ed)" are words.
fn dialog(lower: &str) -> f32 {
    let calls = ["alert", "prompt", "confirm"].iter().any(|name| {
        lower.match_indices(name).any(|(at, _)| {
            let starts = !lower[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
            let rest = &lower[at + name.len()..];
            let argument = rest.trim_start();
            let tight = argument.len() == rest.len();
            starts && argument.strip_prefix('(').is_some_and(|argument| is_shown(argument.trim_start(), tight))
        })
    });
    if calls { 0.6 } else { 0.0 }
}

/// Whether script would show such an argument, and no text would have it in parentheses.
fn is_shown(argument: &str, tight: bool) -> bool {
    let word = argument.bytes().take_while(|b| b.is_ascii_alphabetic()).count();
    let after = argument[word..].bytes().next();
    match (word, after) {
        (0, Some(b'\'' | b'"' | b'`' | b'/' | b'$' | b'\\')) => true,
        (0, _) => tight,
        (_, Some(b'.' | b'(' | b'[' | b'`' | b'+')) => true,
        _ => tight && !matches!(&argument[..word], "s" | "ed" | "es" | "ing" | "ation" | "er" | "ly"),
    }
}

const MARKUP_LIST: &[(f32, &str)] = &[
    // "Section <B>" is text, a tag that a value begins with is none.
    (0.8, r"^<(b|i|p|q|s|u|x)>"),
    (
        0.55,
        r"</?(center|font|big|small|strong|em|pre|ul|ol|li|h[1-6]|hr|tr|th|tbody|blockquote|strike|tt|abbr|ruby|time|var|samp|kbd)\s*/?>|</(p|body|html|style|div)>|<!(attlist|element|notation|doctype)\b|<[a-z]+:[a-z]+\s+[a-z]+\s*=",
    ),
    (
        0.95,
        r"</?([a-z]+:)?(script|iframe|object|embed|applet|svg|math|meta|base|frameset|frame|isindex|layer|ilayer|bgsound|xml|xss|template|portal|vmlframe|import|namespace)\b",
    ),
    (
        0.8,
        r"</?(style|link|img|image|body|html|form|input|button|textarea|video|audio|source|details|dialog|marquee|table|td|div|span|br|h1|select|option|title|noscript|plaintext|listing|keygen|animate|set|area|map|slot|picture|track|canvas|label|fieldset|menu|nav|section|article|blink|basefont|noembed|noframes|discard|use)\b[\s/>\x22\x27:=]|<(a|b|i|p|q|s|u|x)\b[\s/\x22\x27:=]+[^<>\s]|</(a|b|i|p|q|s|u|x)>",
    ),
    // `<none>` and `<ann@example.org>` are what people write.
    (0.55, r"<[a-z][a-z0-9]*[^<>@a-z0-9\s][^<>@]*>|<[a-z][^<>]*=[^<>]*>|<[/!?][^<>]*>"),
    (0.55, r"[\x22\x27`]\s*/?>\s*(<|$)|--\s*!?>\s*<"),
    (0.55, r"<[a-z]{1,12}\s[^<>]*="),
    (0.9, r"<[^<>]+[\s/\x22\x27`]on[a-z]{3,50}\s*="),
    (0.6, r"<!\[cdata\[|<!entity|<!--|<%00|<\x22\x27"),
];

/// The names of events in HTML and SVG (WHATWG HTML, section 8.1.8.2) and of browsers' own.
const EVENTS: &str = r"on(abort|activate|after[a-z]+|animation[a-z]+|auxclick|before[a-z]+|begin|blur|bounce|cancel|canplay[a-z]*|cell[a-z]+|change|click|close|content[a-z]+|contextmenu|control[a-z]+|copy|cuechange|cut|data[a-z]+|dblclick|device[a-z]+|deactivate|drag[a-z]*|drop|durationchange|emptied|end|ended|error|error[a-z]+|filterchange|finish|focus[a-z]*|formdata|formchange|forminput|fullscreen[a-z]+|gesture[a-z]+|gotpointercapture|hashchange|help|input|invalid|key(down|up|press)|layout[a-z]+|load|load[a-z]+|lose[a-z]+|lostpointercapture|media[a-z]+|message|mouse[a-z]+|move|move[a-z]+|moz[a-z]+|ms[a-z]+|offline|open|orientationchange|outofsync|page(hide|show)|paste|pause|play|playing|pointer[a-z]+|popstate|progress|propertychange|ratechange|readystatechange|repeat|reset|resize[a-z]*|resume|reverse|row[a-z]+|scroll[a-z]*|search|securitypolicyviolation|seek[a-z]*|select|select[a-z]+|show|slotchange|stalled|start|stop|storage|submit|suspend|syncrestored|time[a-z]+|toggle|touch[a-z]+|track[a-z]+|transition[a-z]+|unhandledrejection|unload|urlflip|volumechange|waiting|webkit[a-z]+|wheel|zoom)";

const ATTRIBUTE_LIST: &[(f32, &str)] = &[
    (0.6, r"[\x22\x27]\s+on[a-z]{1,2}\s*="),
    (0.55, r"(^|[\s\x22\x27])(src|href|action|background|poster)\s*=\s*[\x22\x27]?\s*(data:|[a-z]*script:)"),
    // Attributes that frameworks evaluate
    (
        0.6,
        r"(^|[\s<\x22\x27/])(ng-[a-z-]+|v-(html|on:[a-z]+|bind:[a-z]+|if|for|model)|x-(data|init|on:[a-z]+|html)|data-bind|\*ng(if|for)|@(click|load|error|focus|mouseover)|\[innerhtml\]|\((click|load|error|focus|mouseover)\))\s*=\s*\S",
    ),
    (
        0.55,
        r"\b(localstorage|sessionstorage)\.[a-z]+\s*=|\blocation\.(href|hash|search|pathname|host)\s*=\s*\S|\blocation\s*\[[^\]]*\]|(tostring|valueof|onerror|\])\s*[:=]\s*(alert|eval|prompt|confirm)\b|^[a-z]\s*=\s*(alert|eval|prompt|confirm)\s*[,;]|\b(var|const)\s+[a-z_$][a-z0-9_$]*\s*=\s*[^\s=]",
    ),
    (0.5, r"^[\x22\x27]\s*[,;]\s*[a-z_$][a-z0-9_$.]*\s*=\s*[\x22\x27]|[\x22\x27]\W*\([a-z_]+\)\.[a-z_]+\s*="),
    (0.6, r"\.cookie\b.{0,80};\W{0,5}(expires|domain|path)\W{0,5}="),
    (0.75, r"[\x22\x27`]\s*/?\s*on[a-z]{3,50}\s*="),
    (0.6, r"(^|[\s/;,])EVENT\s*=\s*\S"),
    (
        0.75,
        r"[\x22\x27`]\s*/?\s*(formaction|srcdoc|xlink:href|style|background|lowsrc|dynsrc|poster|src|href|action|autofocus|accesskey|contenteditable|tabindex)\s*=",
    ),
    (
        0.6,
        r"(^|[\s/;])(formaction|srcdoc|xlink:href|xmlns(:[a-z]+)?|dynsrc|lowsrc|fscommand|seeksegmenttime|datasrc|datafld)\s*=\s*\S",
    ),
    (0.8, r"style\s*=[^<>]*(expression\s*\(|url\s*\(|behaviou?r\s*:|-moz-binding)"),
    (0.5, r"(^|[\x22\x27;])\s*;?\s*(location|name|src)\s*=\s*[\x22\x27`]?(java|http|//)"),
    (0.55, r"\blocation\s*(\.\s*(href|hash))?\s*=\s*[\x22\x27`](//|https?:|java|data:)"),
    (0.45, r"\b(location\s*(\.\s*(href|hash|replace|assign))?\s*=|\.innerhtml\b|\.src\s*=)"),
    (0.6, r"\b(document|window|self|top|parent)\s*\.\s*[a-z.]+\s*=|\bcharset\s*=\s*[\x22\x27]?utf-7"),
];

const SCRIPT_LIST: &[(f32, &str)] = &[
    // What only script does with the browser's objects
    (
        0.55,
        r"\blocation\s*\.\s*(replace|assign|reload)\s*\(|\blocation\s*\[\s*[\x22\x27]|\b(local|session)storage\b\s*[.\[]|\bnavigator\s*\.\s*(sendbeacon|useragent|cookieenabled|serviceworker|clipboard)|\.(appendchild|insertbefore|setattribute|createtextnode|createcontextualfragment)\b|\bhistory\.(push|replace)state|\bindexeddb\.|\bnew (xmlhttprequest|websocket|worker|eventsource)\b|\b(self|top|parent|this|window|globalthis|opener)\s*\.\s*(alert|prompt|confirm|eval|print|opener)\b|\bwith\s*\(\s*(document|window|self|location)\b|\bvoid\s*\(\s*0|\.source\s*\+|\.constructor\b|,\s*(alert|eval|prompt|confirm)\s*\(|\b(alert|eval|prompt|confirm)\?\.\(|\(\s*[0-9,]+\s*(alert|eval)\s*\)|/\s*,\s*(alert|eval|prompt|confirm)\s*\)|\b(jquery|\$)\s*\(\s*[\x22\x27]",
    ),
    (
        0.6,
        r"\[\s*[\x22\x27\x60](alert|eval|prompt|confirm|innerhtml|outerhtml|cookie|location|document|constructor|prototype|write|atob|fetch)[\x22\x27\x60]\s*\]|(^|[\s;])\$\.(get|post|ajax|getscript|getjson|parsehtml|globaleval)\(|[\x22\x27]\s+autofocus\b|\bwindow\.on[a-z]+\s*=",
    ),
    (0.6, r"[\[(=,]\s*[$_]{1,4}\s*=\s*[!+~$\[{(]"),
    // "My browser has no JavaScript: what now?"
    (0.9, r"(java|vb|live|j|ecma|mocha)script\s*:(\S|\s*[^a-z\s]|\s*[a-z_$][a-z0-9_$]*\s*[(\[.=`/;]|\s*$)"),
    (0.85, r"data:\s*(text/(html|xml|javascript)|application/(x-)?(javascript|xhtml)|image/svg|[^,;]{0,40};base64)"),
    (0.6, r"(expression\s*\(|-moz-binding|@\W*i\W*m\W*p\W*o\W*r\W*t\b)"),
    (0.6, r"\b(alert|prompt|confirm)\s*(`|/\*|\.call|\.apply)|\b(alert|eval|prompt|confirm)\s*\)\s*\("),
    (
        0.55,
        r"\b(document\s*\.(cookie|domain|location|write(ln)?|body|forms|createelement|getelement[a-z]*|queryselector[a-z]*|url|referrer|documenturi|baseuri|defaultview|implementation)|document\s*\[)|\.(parentnode|innerhtml|outerhtml|insertadjacenthtml|ownerdocument|contentwindow|contentdocument|addeventlistener)\b",
    ),
    (
        0.5,
        r"\b(window|self|top|parent|frames|globalthis)\s*(\.\s*(location|name|open|alert|eval|onerror|document|atob|fetch)|\[|/\*)",
    ),
    (0.55, r"\bstring\s*\.\s*(fromcharcode|fromcodepoint|raw)\b"),
    // A name of the page's own objects, hidden by a comment, or reached by an index.
    (0.55, r"\b(document|window|self|top|parent|frames|this|globalthis)\s*/\*[^*]*\*/|\bthis\s*\[\s*[\x22\x27\x60]"),
    (
        0.6,
        r"\.cookie\s*=|http-equiv\W{0,3}set-cookie|\bfunction\s*\(\s*[\x22\x27\x60][^)]*\)\s*\(|\bnew\s+image\s*\(\s*\)",
    ),
    // What breaks out of a string of script, and goes on with script.
    (
        0.55,
        r"\\+[\x22\x27]\s*;[^;]*//|[\x22\x27]\s*[;,+|-]\s*[a-z_$]+(\.[a-z_$]+)+\s*=[^=]|\s*\blocation=(name|window\.name|document\.|self\.)",
    ),
    // Script of marks alone (jjencode).
    (0.6, r"(^|[;,])\s*[$_]{1,4}\s*=\s*(\x27\x27|\x22\x22|\+?\[\]|\{\}|~\[\]|!)"),
    (0.5, r"\b(settimeout|setinterval|setimmediate|eval|atob|btoa|unescape|execscript)\s*(\(|`|\.call)"),
    (0.5, r"\b(fetch|xmlhttprequest|import|importscripts|\$\.get(script)?)\s*\(\s*[\x22\x27`]?(https?:)?//"),
    (
        0.6,
        r"(constructor|\]|self|this|\))\s*(\.|\[\s*[\x22\x27`])\s*(call|apply|constructor|sort|map|filter|find(index)?|foreach|reduce|every|some|flatmap)[\x22\x27`\]]*\s*[.(\[`]",
    ),
    (0.5, r"`\s*\$\s*\{|\$\s*\{\s*[a-z]{3,20}\s*(\(|\})[^}]*`|\b[a-z]+`[^`]*`|\.(replace|call|map|sort|find|some)`"),
    (0.5, r"[\x22\x27]\s*[-+*;,]\s*[a-z_$]{2,20}\s*(\(|`)[^)]*(\)|`)\s*[-+*;,/]"),
    (0.6, r"!\+?\[\]|\[\]\)?\s*\[|\(\[\]|\+\[\]|\{\}\s*\+|\+\s*\(\s*!|\[\s*!\s*\["),
    (0.6, r"[+ ]ad[w4]-.*[+ ]ad[w4]-|[+ ]adw-(script|img|svg|iframe)"),
    (0.5, r"\bvalueof\s*=|\bonerror\s*=\s*(alert|eval|confirm|prompt)|\bthrow\s*(onerror|/|\{)"),
];

/// A tag whose letters blanks, slashes or other marks stand between, as lenient parsers and filters that strip them allow.
fn spread_tag(lower: &str) -> f32 {
    const TAGS: [&str; 24] = [
        "script", "iframe", "form", "object", "embed", "applet", "svg", "style", "link", "meta", "dialog", "video",
        "audio", "body", "html", "base", "image", "img", "input", "isindex", "marquee", "frameset", "animate",
        "xscript",
    ];
    let spread = memchr::memchr_iter(b'<', lower.as_bytes()).take(50).any(|at| {
        let rest = &lower.as_bytes()[at + 1..];
        let end = rest.iter().take(60).take_while(|b| **b != b'<' && **b != b'>').count();
        let letters: Vec<u8> = rest[..end].iter().copied().filter(u8::is_ascii_alphabetic).take(10).collect();
        let tag = TAGS.iter().find(|tag| letters.starts_with(tag.as_bytes()));
        tag.is_some_and(|tag| spreads(&rest[..end], tag.len()))
    });
    if spread { 0.6 } else { 0.0 }
}

/// Whether each of the first letters stands alone, or all stand together after marks: `<f o r m`, `< x:script`.
fn spreads(text: &[u8], letters: usize) -> bool {
    let first = text.iter().position(u8::is_ascii_alphabetic).unwrap_or_default();
    let span = text[first..].iter().scan(0, |seen, b| {
        *seen += usize::from(b.is_ascii_alphabetic());
        (*seen < letters).then_some(())
    });
    let length = span.count() + 1;
    let apart = length >= 2 * letters - 1;
    let prefixed = text[first..].starts_with(b"x:") || text[first..].starts_with(b"x :");
    let together = length == letters && !text.get(first + length).is_some_and(u8::is_ascii_alphanumeric);
    let marked = text[..first].iter().any(|b| !matches!(b, b' ' | b'='));
    apart || prefixed || (together && (first == 0 || marked))
}

/// A filter that map clients send as XML (OGC Filter Encoding): markup, but none that a browser knows.
fn is_map_filter(lower: &str) -> bool {
    const OWN: [&str; 7] = ["propertyis", "propertyname", "<ogc:", "<fes:", "<gml:", "bbox", "styledlayerdescriptor"];
    const RUN: [&str; 8] = ["<script", "<svg", "<img", "javascript:", "<iframe", "<!", " on", "\"on"];
    lower.trim_start().starts_with('<')
        && OWN.iter().any(|own| lower.contains(own))
        && !RUN.iter().any(|run| lower.contains(run))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::decode::decode;

    #[test]
    fn script_and_what_is_none() {
        for value in [
            "<script>x()</script>",
            "\"><img src=x onerror=go()>",
            "' onmouseover='go()",
            "java\tscript:go()",
            "<svg/onload=go()>",
            "%3Cscript%3E",
            "&#x3c;script&#x3e;",
            "<a href=\"data:text/html;base64,AAAA\">",
            "<f o r m",
            "< x : script",
            "<dialog open>",
            "'formaction=x",
            "[].sort.call`x`",
            "(![]+[])[+[]]",
            " ADw-script ADw-",
            "document.cookie",
            "%BCscript%BE",
            "@i\\m\\port x",
            "onfocus=go()",
            "x.constructor.constructor(1)",
            "vbscript:x",
            "x\"><b>y",
            "document/*x*/.cookie",
            "this['x']",
            "location.href='//x.example'",
            "$='',_=!$+$",
            "\\\";x//",
            "new Image().src=x",
            "alert(x)",
        ] {
            assert!(score(&decode(value, false)) >= 0.5, "{value}");
        }
        for value in [
            "a < b and c > d",
            "I <3 voting",
            "on = yes",
            "Javier's script: act 2",
            "onward=1",
            "x=\"1\"",
            "online=yes",
            "income < standard",
            "only=me",
            "top. of the hill",
            "the document. Cookie jar",
            "window (east)",
            "parent (mother)",
            "<Filter><PropertyIsEqualTo><PropertyName>WARD</PropertyName><Literal>3</Literal></PropertyIsEqualTo></Filter>",
            "call me on Monday = ok",
            "[] yes [ ] no",
            "prompt service",
            "self-employed",
            "p<0.05",
            "->",
            "confirm(ed)",
            "alert (all)",
            "Ann <ann@example.org>",
            "<none>",
            "Section <B>",
            "no JavaScript: what now?",
        ] {
            assert!(score(&decode(value, false)) < 0.5, "{value}: {}", score(&decode(value, false)));
        }
        assert!(name(&decode("  onload= ", true)) >= 0.5 && name(&decode("online", true)) < 0.5);
    }
}
