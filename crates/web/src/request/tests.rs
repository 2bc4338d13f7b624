//! Whole requests: classes told apart, honest clients, and the gate held against all rules.

use proptest::prelude::*;

use super::*;

fn classes(target: &str) -> Vec<&'static str> {
    let signs = classify(&Request { method: "GET", target, ..Request::default() });
    Class::ALL.into_iter().filter(|c| signs.has(*c)).map(Class::name).collect()
}

#[test]
fn each_class_is_told_from_the_others() {
    assert_eq!(classes("/voter?id=7%27%20or%20%271%27=%271"), ["sqli"]);
    assert_eq!(classes("/voter/7%20union%20select%20null,null--"), ["sqli"]);
    assert_eq!(classes("/search?q=%3Cscript%3Ego()%3C/script%3E"), ["xss"]);
    assert_eq!(classes("/form?file=../../../etc/passwd"), ["traversal"]);
    assert_eq!(classes("/ping?host=127.0.0.1;id"), ["rce"]);
    assert_eq!(classes("/wp-login.php"), ["scanner"]);
    assert_eq!(classes("/voter/lookup?lastName=O%27Brien&dob=08%2F07%2F1956&street=12+SELECT+DR+%23A"), [""; 0]);
}

#[test]
fn headers_and_bodies_count() {
    let headers = [("User-Agent", "sqlmap/1.7"), ("Referer", "/a?id=1' and sleep(5)-- ")];
    let signs =
        classify(&Request { method: "POST", target: "/", headers: &headers, body: "a=1&b=%3Csvg/onload=go()%3E" });
    assert!(signs.has(Class::Scanner) && signs.has(Class::Sqli) && signs.has(Class::Xss));
    assert!(signs.evidence.iter().any(|e| e.place == "body b"), "{:?}", signs.evidence);
    let json = r#"{"a":[{"b":"1 union select null,null"}]}"#;
    assert!(classify(&Request { body: json, ..Request::default() }).has(Class::Sqli));
}

#[test]
fn families_have_their_classes() {
    for (target, class) in [
        ("/doc?page=http://192.0.2.9/x.txt?", "ssrf"),
        ("/doc?u=http://169.254.169.254/latest/meta-data/", "ssrf"),
        ("/doc?t={{7*7}}", "template"),
        ("/doc?t=%24%7Bjndi:ldap://192.0.2.9/a%7D", "template"),
        ("/doc?a=x%0d%0aSet-Cookie:%20a=b", "splitting"),
        ("/doc?user=*)(uid=*", "query"),
        ("/login?PHPSESSID=abcdef123456", "fixation"),
        ("/uploads/a.php?cmd=whoami", "webshell"),
        ("/doc?a=%3C?php%20phpinfo();", "rce"),
        ("/doc?a=PHNjcmlwdD5nbygpPC9zY3JpcHQ%2B", "xss"),
        ("/doc?a=%27%20or%20json_extract(%27%7B%22a%22:1%7D%27,%27$.a%27)=1--", "sqli"),
    ] {
        assert!(classes(target).contains(&class), "{target}: {:?}", classes(target));
    }
}

#[test]
fn ordinary_values_are_quiet() {
    for value in [
        "2104 GRANT AVE #A",
        "12 Select Dr Apt 3",
        "1 Union Sq W; Fl 2",
        "77 Drop Forge Ln",
        "5 Or Ct",
        "1 Table Rock Rd",
        "PO Box 12 -- rear door",
        "Null",
        "True",
        "Update",
        "Jean-Luc O'Neill-D'Arcy",
        "Nguyễn Thị Hương",
        "Müller (geb. Groß)",
        "Žižek; Ana",
        "محمد علي",
        "李小龙",
        "Ng & Lee",
        "Ps. 23",
        "Select from the list: \"A\" or \"B\"; then order by mail",
        "I want to select a different precinct from the one where I live",
        "It's 1 or 2, isn't it?",
        "either 'yes' or 'no'",
        "order by phone (555-0100) or mail",
        "Drop off at table 3; call me",
        "delete my old address & insert the new one",
        "like 'em or not",
        "union members' hall",
        "having moved in 2024, where do I vote?",
        "limit 1 per household",
        "1+1=2",
        "a=b",
        "x < y and y > z",
        "3 * (4 + 5) = 27",
        "50% of $20 is $10",
        "f(x)=x^2",
        "(a) or (b)",
        "1/2 or 3/4",
        "#1 choice",
        "C++ or C#",
        "[Ward 3] {north}",
        "Re: Fwd: your notice",
        "~5 miles",
        "100% sure!!",
        "who? what? where?",
        "Bring photo ID; passport, or license",
        "Raleigh; NC 27601",
        "Smith | Jones | Lee",
        "e.g. cat & dog",
        "A&W, AT&T, R&D",
        "moved\r\nPhone: 555-0100\r\nDate: May 5",
        "Please find me;\nlast name Diaz",
        "see https://vote.example/faq?x=1",
        "mother's maiden name: O\"Hara",
        "Sleep(y) Hollow",
        "Case: when will I then hear?",
        "exec. director",
        "system (old)",
        "name(s) of voter(s)",
        "voter_guide(1).pdf",
        "my-form_v2.final.pdf",
        "Lane; route 5; type B",
        "Count Basie Ave",
        "time and date (approx.)",
        "echo park",
        "3rd floor, c/o Host & Hill",
        "Java Plum Ct",
        "Python Rd",
        "Bash St & Perl Dr",
    ] {
        let target =
            format!("/form?note={}", percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC));
        assert_eq!(classes(&target), [""; 0], "{value}");
    }
}

#[test]
fn honest_clients_are_quiet() {
    for target in [
        "/arcgis/rest/services/Wards/MapServer/0/query?where=PRECINCT%3D%2712%27&outFields=*&returnGeometry=true&f=json",
        "/arcgis/rest/services/Wards/MapServer/0/query?where=1%3D1&outFields=NAME,POP&orderByFields=NAME+ASC&resultRecordCount=50",
        "/query?where=UPPER(NAME)+LIKE+%27%25GRANT%25%27+AND+(TYPE+IN+(%27A%27,%27B%27)+OR+POP+%3E+1000)",
        "/query?geometry=%7B%22xmin%22:-78.9,%22ymin%22:35.8,%22spatialReference%22:%7B%22wkid%22:4326%7D%7D&geometryType=esriGeometryEnvelope",
        "/ows?service=WFS&request=GetFeature&typeName=v:polls&CQL_FILTER=county=%27WAKE%27%20AND%20BBOX(geom,-79,35,-78,36)",
        "/ows?service=WFS&filter=%3CFilter%3E%3CPropertyIsEqualTo%3E%3CPropertyName%3EWARD%3C/PropertyName%3E%3CLiteral%3E3%3C/Literal%3E%3C/PropertyIsEqualTo%3E%3C/Filter%3E",
        "/odata/Polls?$filter=County%20eq%20%27O%27%27Brien%27%20and%20Open%20gt%207&$select=Name,Ward&$orderby=Name%20desc&$top=50",
        "/login?returnUrl=https%3A%2F%2Fvote.example%2Fstatus%3Fid%3D5%26tab%3D2",
        "/sso?redirect_uri=https%3A%2F%2Fportal.vote.example%2Fcb&client_id=web&scope=openid%20profile&response_type=code&state=af0ifjsldkj",
        "/?utm_source=news&utm_medium=email&utm_campaign=fall-2026&ref=https%3A%2F%2Fnews.example%2Fa.php",
        "/tiles/{z}/{x}/{y}.png",
        "/page;v=2?a=1;id=5",
        "/view?next=/polling-place?zip=27601",
        "/app?token=eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.x",
        "/img/{{item.image}}",
        "/calendar?session=2026&legislative_session=long",
        "/search?q=%22polling+place%22+-closed",
        "/list?sort=name,-date&page[size]=20&filter[ward]=3",
    ] {
        assert_eq!(classes(target), [""; 0], "{target}");
    }
}

/// Pieces that attacks and addresses are made of.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "'",
            "\"",
            "(",
            ")",
            "--",
            "#",
            "/*",
            "*/",
            ";",
            "or",
            "and",
            "union",
            "select",
            "from",
            "1",
            "=",
            "null",
            "a",
            "order by",
            "like",
            "in",
            "is",
            "not",
            "sleep",
            "../",
            "etc/passwd",
            "<",
            "script",
            ">",
            "|",
            "cat",
            "id",
            "{{",
            "}}",
            "http://",
            ".",
            "/",
            "&",
            "%27",
            "%2e",
            "+",
            " ",
            "wp-admin",
            ".git",
            "1or1",
            "having",
            "limit",
            "case",
            "when",
            "then",
            "where",
            "between",
            "ping -c 1",
            "drop",
            "table",
            "call",
            "use",
            "sess",
            "file:",
            "on",
            "env",
            "{{",
            "7*7",
            "${",
            "jndi:",
            "\r\n",
            "set-cookie:",
            "http/1.1",
            "system(",
            "base64_decode",
            "whoami",
            " -c",
            "sh -c x",
            "powershell",
            "get-process",
            "169.254.169.254",
            "gopher:",
            "phpsessid=",
            "java.lang",
            "process.env",
            "__proto__",
            "onload=",
            "alert(",
            ")(uid=",
            "$ne",
            "2147483648",
            "sp_password",
            "except",
            "c99.php",
            "cmd=",
            "uploads/x.php",
            "package.json",
            "rO0ABXNyAAAA",
            "PHNjcmlwdD54KCk8L3NjcmlwdD4",
            "adw-script",
            ";.shell",
            "in boolean mode",
            "chmod 777 a",
            "1 or true",
            "1.5or",
            "1e1and",
            "2 or 1",
            "1 div 1",
            "1 collate binary",
            "0x61646d696e",
            "union select",
            "sys.tables",
            "msysobjects",
            "grant all on a to b",
            "bulk insert a",
            "optimize table a",
            "flush privileges",
            "start transaction",
            "vacuum into",
            "for xml path",
            "call a(b)",
            "if exist a del",
            "if not defined a echo",
            "composer.json",
            "config.php.bak",
            ".dockerenv",
            "a.phtml",
            "id_ecdsa",
            "localstorage.",
            "new websocket",
            "navigator.sendBeacon",
            "history.pushState",
            ".appendchild",
            "bsh.interpreter",
            "sun.misc.",
            "jakarta.el",
            "allowstaticmethodaccess",
            "spring.cloud.function",
            "importlib.",
            "cnVudGltZQ",
            "UHJvY2Vzc0J1aWxkZXI",
            "/nmaplowercheck1",
            "/sdk",
            "/backup.zip",
            "/passwd.txt",
            "a->>",
            "^a^b",
            "env:a",
            "^ ",
            "autofocus",
            "tail -f",
            "unionselect",
            "show databases",
            "lock tables a read",
            "handler a open",
            "with recursive a as",
            "deallocate prepare",
            "aa-status ",
            "pg_dump ",
            "ls a b",
            "print_r",
            "1::int",
            "%a0",
            "abs(",
            "@a:=",
            "proc/irq",
            "sys/class",
            "__x00__",
            ";.sh a",
            "|vi ",
            "[1]a",
            "help postmaster",
            "$1:constructor",
            "whoami",
            "npm ",
            "install",
            "ps ",
            "aux",
            "kubectl ",
            "certutil -url",
            "time ",
            "curl a.b",
            "x.sh",
            "net user",
            "get-aduser",
            "write-host ",
            "test-path",
            "docker run ",
            "0x2e0x2e",
            "1 xor 1",
            "1e0",
            ".e(",
            "from dual",
            "tempdb.",
            "regexp ",
            "log(",
            "md5(",
            "/**/",
            "';",
            "`a`",
            "this.",
            "db.a.find(",
            "invokertransformer",
            "aced0005",
            "%00",
            "%ac%ed%00%05s",
            "1e309",
            "%s%s%s%s",
            ".aws/",
            ".claude/",
            ".npmrc",
            "etc/",
            "boot/grub",
            "http_host",
            "path_translated",
            "arguments.callee",
            "include 'a.php'",
            "%E2%88%95",
            "\\\\a\\b",
            "!-1",
            "acunetix",
            "$a$b",
            "%0d",
            "//a.b/c.php",
            "1 is null",
            "limit 1 offset 1",
            "copy a to 'b'",
        ])
        .prop_map(str::to_owned),
        "[a-z0-9 ./_-]{1,6}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_judged_a_sign_passes_the_gate(pieces in prop::collection::vec(piece(), 1..7), place in 0..3) {
        let text = pieces.concat();
        let (path, query) = match place {
            0 => (format!("/{text}"), None),
            1 => ("/a".to_owned(), Some(format!("b={text}"))),
            _ => ("/a".to_owned(), Some(text)),
        };
        let mut signs = Signs::default();
        parts::target_without_gate(&path, query.as_deref(), &mut signs);
        if signs.classes != 0 {
            prop_assert!(gate::target(&path, query.as_deref()), "{} {:?}: {:?}", path, query, signs.evidence);
            let mut gated = Signs::default();
            parts::target(&path, query.as_deref(), &mut gated);
            prop_assert_eq!(gated, signs);
        }
    }

    #[test]
    fn any_bytes_are_classified(target in ".{0,80}", body in ".{0,80}", agent in ".{0,40}") {
        let headers = [("user-agent", agent.as_str())];
        let signs = classify(&Request { method: "GET", target: &target, headers: &headers, body: &body });
        prop_assert!((0.0..=1.0).contains(&signs.score));
        prop_assert_eq!(signs.classes == 0, signs.evidence.is_empty());
    }
}
