//! The page that a request asks for, and the records it names.
//!
//! A route has as many values as a site has pages, however many requests there are: identifiers in the path become `{}`,
//! of parameters only the names stay. A record is what was so taken out. Both are bounded in length.

/// Deeper paths are cut here.
const MOST_SEGMENTS: usize = 12;
/// Further parameters are left out.
const MOST_PARAMETERS: usize = 16;
/// A longer segment, or a longer parameter's name, is no page's name.
const LONGEST_NAME: usize = 48;
/// A longer value of a parameter is not searched for identifiers.
const LONGEST_STRUCTURE: usize = 2048;
/// Shorter letters without a digit are a page's name.
const SHORTEST_RANDOM: usize = 14;
/// So many identifiers within one value are a record's; more are a list.
const MOST_WITHIN: usize = 4;
/// What is between the identifiers of a record: U+001F, "unit separator".
const SEPARATOR: char = '\u{1f}';

/// The route and record of one request, in buffers that are used again.
#[derive(Debug, Default)]
pub(crate) struct Route {
    route: String,
    record: String,
    asset: bool,
    decoded: String,
}

impl Route {
    /// The page: `/voter/record?id`, `/voters/{}`.
    pub(crate) fn route(&self) -> &str {
        &self.route
    }

    /// The identifiers in the order of the route; `None` where there are none.
    pub(crate) fn record(&self) -> Option<&str> {
        (!self.record.is_empty()).then_some(&self.record)
    }

    /// Whether the page is a picture, style or script.
    pub(crate) fn is_asset(&self) -> bool {
        self.asset
    }

    /// Works them out.
    pub(crate) fn read(&mut self, path: &str, query: Option<&str>) {
        self.route.clear();
        self.record.clear();
        let path = without_session(path);
        for (index, segment) in path.split('/').enumerate().take(MOST_SEGMENTS) {
            if index > 0 {
                self.route.push('/');
            }
            self.segment(segment);
        }
        self.asset = is_asset(&self.route);
        if let Some(query) = query {
            self.query(query);
        }
        if is_asset(path) {
            self.record.clear();
        }
    }

    /// Parts between dots are judged apart, so that `/voters/4711.json` is `/voters/{}.json`.
    fn segment(&mut self, segment: &str) {
        if segment.len() > LONGEST_NAME || !segment.bytes().all(is_plain) {
            self.route.push_str("{}");
            self.identifier(segment);
            return;
        }
        if segment.len() < SHORTEST_RANDOM && !segment.bytes().any(|b| b.is_ascii_digit()) {
            self.route.push_str(segment);
            return;
        }
        for (index, part) in segment.split('.').enumerate() {
            if index > 0 {
                self.route.push('.');
            }
            if is_identifier(part) {
                self.route.push_str("{}");
                if !self.identifier(part) && !part.bytes().any(|b| b.is_ascii_digit()) {
                    // A random token may hold none.
                    self.decode(part);
                    self.add_decoded();
                }
            } else {
                self.route.push_str(part);
            }
        }
    }

    fn query(&mut self, query: &str) {
        let mut parameters = [("", ""); MOST_PARAMETERS];
        let mut count = 0;
        // At `&` alone (WHATWG, URL standard, application/x-www-form-urlencoded): a semicolon in an attacker's value must
        // not make another page of the one he attacks.
        for parameter in query.split('&').filter(|p| !p.is_empty()).take(MOST_PARAMETERS) {
            parameters[count] = parameter.split_once('=').unwrap_or((parameter, ""));
            count += 1;
        }
        let parameters = &mut parameters[..count];
        parameters.sort_unstable();
        self.names(parameters);
        let may_be_date = |value: &str| (8..=14).contains(&value.len()) && value.as_bytes()[0].is_ascii_digit();
        let of_a_person = parameters.iter().any(|(_, value)| may_be_date(value) && is_date(self.decode(value)));
        for (name, value) in parameters.iter().filter(|(name, _)| !is_passing(name)) {
            if is_structured(value) {
                self.identifiers_within(value);
            } else if !self.identifier(value) && of_a_person && has_word(name, b"name") {
                // A birth date is shared by many: with the name beside it, it says who was looked up.
                self.name_of_person(value);
            }
        }
    }

    fn names(&mut self, parameters: &[(&str, &str)]) {
        let mut last = "";
        for (index, (name, value)) in parameters.iter().enumerate() {
            let name = if is_parameter_name(name) { name } else { "{}" };
            if index > 0 && name == last {
                continue;
            }
            self.route.push(if index == 0 { '?' } else { '&' });
            self.route.push_str(name);
            last = name;
            if name.eq_ignore_ascii_case("operationName") && is_parameter_name(value) {
                // One URL for everything (GraphQL over HTTP): the operation's name is the page's.
                self.route.push('=');
                self.route.push_str(value);
            }
        }
    }

    /// Adds the identifiers in a value that has a structure of its own: JSON, or a GraphQL query.
    fn identifiers_within(&mut self, value: &str) {
        if value.len() > LONGEST_STRUCTURE {
            return;
        }
        let text = self.decode(value).to_owned();
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "_-.@+".contains(c)));
        for word in words.filter(|word| is_identifying(word)).take(MOST_WITHIN) {
            self.decoded.clear();
            self.decoded.push_str(word);
            self.add_decoded();
        }
    }

    /// Adds a value to the record if it looks like an identifier, and says whether it did.
    fn identifier(&mut self, value: &str) -> bool {
        let takes = value.len() <= 3 * 64 && {
            let text = self.decode(value);
            is_identifying(text) || is_date(text)
        };
        if takes {
            self.add_decoded();
        }
        takes
    }

    fn name_of_person(&mut self, value: &str) {
        let text = self.decode(value);
        if (1..=64).contains(&text.len()) && text.chars().all(|c| c.is_alphabetic() || " '-.".contains(c)) {
            self.add_decoded();
        }
    }

    fn add_decoded(&mut self) {
        if !self.record.is_empty() {
            self.record.push(SEPARATOR);
        }
        self.record.push_str(&self.decoded);
    }

    /// Percent-decodes once; what is no UTF-8 then stays undecoded.
    fn decode(&mut self, value: &str) -> &str {
        self.decoded.clear();
        if value.bytes().any(|b| b == b'%' || b == b'+') {
            let spaced = value.replace('+', " ");
            let text = percent_encoding::percent_decode_str(&spaced).decode_utf8();
            self.decoded.push_str(text.as_deref().unwrap_or(value));
        } else {
            self.decoded.push_str(value);
        }
        &self.decoded
    }
}

fn without_session(path: &str) -> &str {
    match path.split_once(';') {
        Some((before, after)) if after.len() > 10 && after.as_bytes()[..10].eq_ignore_ascii_case(b"jsessionid") => {
            before
        }
        _ => path,
    }
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'@')
}

fn is_parameter_name(name: &str) -> bool {
    name.len() <= LONGEST_NAME
        && !is_identifier(name)
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'[' | b']' | b'$' | b':'))
}

/// Whether a path's part stands for a thing and not for a page: a number, a UUID, eight or more hexadecimal digits, letters
/// with at least as many digits (`AB12345`), or a random token.
fn is_identifier(part: &str) -> bool {
    let (mut digits, mut hex, mut upper, mut lower, mut marks) = (0, 0, 0, 0, 0);
    let (mut turns, mut last) = (0, 0);
    for byte in part.bytes() {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'A'..=b'Z' => upper += 1,
            b'a'..=b'z' => lower += 1,
            b'-' | b'_' => marks += 1,
            _ => return false,
        }
        hex += usize::from(byte.is_ascii_hexdigit());
        if !matches!(byte, b'-' | b'_') {
            turns += usize::from(is_turn(last, byte));
            last = byte;
        }
    }
    let length = part.len() - marks;
    let number = digits > 0 && upper + lower == 0;
    let hexadecimal = digits > 0 && hex == length && hex >= 8;
    let mixed = digits >= 3 && 2 * digits >= length;
    let token =
        length >= 16 && digits >= 2 && upper >= 2 && lower >= 2 && (marks == 0 || (length >= 24 && digits >= 4));
    // Names in camel case turn from small to large letters once a word; random ones (base64) at nearly every other letter.
    let random =
        length >= SHORTEST_RANDOM && upper >= 3 && lower >= 3 && turns * if digits > 0 { 6 } else { 5 } >= length;
    number || hexadecimal || mixed || token || random
}

/// Whether two neighbours are of different kinds, other than a large letter before a small one.
fn is_turn(last: u8, next: u8) -> bool {
    let kind = |b: u8| (b.is_ascii_digit(), b.is_ascii_uppercase());
    last != 0 && kind(last) != kind(next) && !(last.is_ascii_uppercase() && next.is_ascii_lowercase())
}

/// Whether a value, decoded, looks like an identifier.
fn is_identifying(value: &str) -> bool {
    (3..=64).contains(&value.len())
        && value.bytes().any(|b| b.is_ascii_digit())
        && value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'@' | b'+'))
}

/// Whether a value, decoded, is a full date: `1956-08-07` or `08/07/1956`.
fn is_date(value: &str) -> bool {
    let mut lengths = [0; 3];
    let mut parts = value.split(['/', '-', '.']);
    for length in &mut lengths {
        match parts.next() {
            Some(part) if part.bytes().all(|b| b.is_ascii_digit()) => *length = part.len(),
            _ => return false,
        }
    }
    parts.next().is_none() && matches!(lengths, [4, 1..=2, 1..=2] | [1..=2, 1..=2, 4])
}

/// Whether a value is JSON or a GraphQL query, as it is sent or percent-encoded.
fn is_structured(value: &str) -> bool {
    let bytes = value.as_bytes();
    let begins = |text: &[u8]| bytes.get(..text.len()).is_some_and(|start| start.eq_ignore_ascii_case(text));
    matches!(bytes.first(), Some(b'{' | b'['))
        || [&b"%7b"[..], b"%5b", b"query+", b"query%20", b"query%7b", b"query{"].into_iter().any(begins)
}

/// Parameters whose values change with every visit or release, and name no record.
fn is_passing(name: &str) -> bool {
    const NAMES: [&str; 20] = [
        "_",
        "v",
        "ver",
        "version",
        "t",
        "ts",
        "timestamp",
        "cb",
        "rnd",
        "nocache",
        "sid",
        "sessionid",
        "phpsessid",
        "jsessionid",
        "csrf",
        "token",
        "nonce",
        "gclid",
        "fbclid",
        "msclkid",
    ];
    NAMES.iter().any(|n| name.eq_ignore_ascii_case(n)) || name.get(..4).is_some_and(|n| n.eq_ignore_ascii_case("utm_"))
}

fn has_word(name: &str, word: &[u8]) -> bool {
    name.as_bytes().windows(word.len()).any(|w| w.eq_ignore_ascii_case(word))
}

/// Files that every visitor's browser fetches hold no records.
pub(crate) fn is_asset(path: &str) -> bool {
    const ENDINGS: [&str; 14] =
        ["css", "js", "mjs", "map", "png", "jpg", "jpeg", "gif", "svg", "ico", "webp", "woff", "woff2", "ttf"];
    path.rsplit_once('.').is_some_and(|(_, end)| ENDINGS.iter().any(|e| end.eq_ignore_ascii_case(e)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(target: &str) -> (String, Option<String>) {
        let (path, query) = target.split_once('?').map_or((target, None), |(p, q)| (p, Some(q)));
        let mut route = Route::default();
        route.read(path, query);
        (route.route().to_owned(), route.record().map(|r| r.replace(SEPARATOR, "|")))
    }

    #[test]
    fn identifiers_leave_the_route_and_enter_the_record() {
        let cases = [
            ("/", "/", None),
            ("/voter/record?id=10453628", "/voter/record?id", Some("10453628")),
            ("/voters/4711", "/voters/{}", Some("4711")),
            ("/voters/AB12345/edit", "/voters/{}/edit", Some("AB12345")),
            ("/voters/4711.json", "/voters/{}.json", Some("4711")),
            ("/v2/a/0b7c9d1e-52a1-4a3c-9f60-1c2d3e4f5a6b", "/v2/a/{}", Some("0b7c9d1e-52a1-4a3c-9f60-1c2d3e4f5a6b")),
            ("/s/Zm9vYmFyYmF6cXV4MTIz", "/s/{}", Some("Zm9vYmFyYmF6cXV4MTIz")),
            ("/s/kQv-Xb_LmTaWzR9uYcEdPg", "/s/{}", Some("kQv-Xb_LmTaWzR9uYcEdPg")),
            ("/s/kQvZXbtLmTaWzRouYcEdPg", "/s/{}", Some("kQvZXbtLmTaWzRouYcEdPg")),
            ("/search?b=2&a=ann&c=x77", "/search?a&b&c", Some("x77")),
            ("/form/R%C3%A9union", "/form/{}", None),
        ];
        for (target, route, record) in cases {
            assert_eq!(read(target), (route.to_owned(), record.map(str::to_owned)), "{target}");
        }
    }

    #[test]
    fn a_person_looked_up_by_name_and_birth_date_is_one_record() {
        let target = "/voter/lookup?lastName=O%27Brien&firstName=Mary+Ann&dob=08%2F07%2F1956&street=Elm";
        assert_eq!(read(target).1.as_deref(), Some("08/07/1956|Mary Ann|O'Brien"));
    }

    #[test]
    fn one_url_for_everything_names_its_records_within_values() {
        let target = "/graphql?operationName=Voter&query=query%20Voter(%24id%3AID!)%7Bvoter(id%3A%24id)%7Bname%7D%7D&variables=%7B%22id%22%3A%2271234%22%7D";
        assert_eq!(read(target), ("/graphql?operationName=Voter&query&variables".to_owned(), Some("71234".to_owned())));
        let target = "/graphql?query={voter(id:%2271234%22){name}}";
        assert_eq!(read(target), ("/graphql?query".to_owned(), Some("71234".to_owned())));
    }

    #[test]
    fn pages_assets_and_visits_name_no_record() {
        for target in
            ["/css/site-2019.css", "/img/12345.png?v=77123", "/a?_=1700000000", "/a?utm_id=a77b", "/html5/mp3"]
        {
            assert_eq!(read(target).1, None, "{target}");
        }
        assert_eq!(read("/presentations/scale11x").0, "/presentations/scale11x");
        assert_eq!(read("/forms/ViewMyBallotStatusAndHistory").0, "/forms/ViewMyBallotStatusAndHistory");
    }

    #[test]
    fn an_attack_makes_no_new_routes() {
        assert_eq!(read("/a/b%27%20or%201=1").0, "/a/{}");
        assert_eq!(read("/a?x%27=1&id=1%20UNION%20SELECT").0, "/a?id&{}");
        assert_eq!(read(&format!("/{}?{}", "x".repeat(5000), "y".repeat(5000))).0, "/{}?{}");
    }
}
