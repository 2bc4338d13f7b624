//! Lets clean requests pass without being decoded or parsed: most of what a portal is asked holds no byte and no word that
//! any sign could rest on.
//!
//! The gate is exact: whatever is judged a sign of an attack passes it (a property test holds the two together).

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

/// Whether a request target, as it came, needs to be decoded and judged.
pub(crate) fn target(path: &str, query: Option<&str>) -> bool {
    self::path(path) || query.is_some_and(self::query)
}

/// The same of a path alone.
pub(crate) fn path(path: &str) -> bool {
    RAW.is_match(path)
}

/// The same of a query alone.
pub(crate) fn query(query: &str) -> bool {
    RAW.is_match(query) || holds_equals_sign(query)
}

static RAW: LazyLock<AhoCorasick> = LazyLock::new(|| automaton(RAW_MARKS));

/// Whether a value, once decoded, needs to be judged.
pub(crate) fn value(lower: &str) -> bool {
    static DECODED: LazyLock<AhoCorasick> = LazyLock::new(|| automaton(DECODED_MARKS));
    DECODED.is_match(lower)
}

/// An equals sign beyond those between names and values.
fn holds_equals_sign(query: &str) -> bool {
    let count = |byte| memchr::memchr_iter(byte, query.as_bytes()).count();
    count(b'=') > 1 && count(b'=') > count(b'&') + 1 || query.split('&').any(|p| p.matches('=').count() > 1)
}

fn automaton(marks: &[u8]) -> AhoCorasick {
    let marks = marks.iter().map(std::slice::from_ref);
    let controls: Vec<[u8; 1]> = (0..b' ').map(|b| [b]).collect();
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::Standard)
        .kind(Some(AhoCorasickKind::DFA))
        .build(marks.chain(controls.iter().map(<[u8; 1]>::as_slice)).chain(WORDS.iter().map(|w| w.as_bytes())))
        .expect("a few hundred short words make a small automaton")
}

/// Bytes that a target must be decoded for.
const RAW_MARKS: &[u8] = b"%+'\"<>;|`$\\{}()[]*!^#@: \x7f";

/// Bytes that a decoded value must be judged for. The equals sign counts here: the one between name and value is gone.
const DECODED_MARKS: &[u8] = b"%'\"<>;|`$\\{}()[]*!^#@=&~:\x7f";

/// Words and pairs of marks that a sign may rest on without any of these bytes.
const WORDS: &[&str] = &[
    // SQL
    "union",
    "select",
    "order",
    "group",
    "having",
    "where",
    "limit",
    "offset",
    "procedure",
    "waitfor",
    "declare",
    "exec",
    "insert",
    "update",
    "delete",
    "drop",
    "alter",
    "truncate",
    "create",
    "shutdown",
    "rename",
    "merge",
    "replace",
    "grant",
    "backup",
    "attach",
    "like",
    "regexp",
    "glob",
    "between",
    "case",
    "into",
    "information_schema",
    "pg_",
    "sys",
    "sqlite",
    "all_tab",
    "all_users",
    "user_tab",
    "dba_",
    "master",
    "xp_",
    "sp_",
    "--",
    "/*",
    "null",
    "true",
    "false",
    "begin",
    "copy",
    "call",
    "restore",
    // Files, commands, addresses
    "..",
    "/.",
    "//",
    "etc/",
    "proc/",
    "var/",
    "dev/",
    "home/",
    "root/",
    "local/",
    "bin/",
    ".ini",
    "winnt",
    "system32",
    "global.asa",
    "-inf",
    "htaccess",
    "htpasswd",
    "id_rsa",
    "id_dsa",
    "authorized_keys",
    "netrc",
    "pgpass",
    "my.cnf",
    "web.config",
    "wp-config",
    "applicationhost",
    "machine.config",
    "cmd",
    "powershell",
    "wget",
    "curl",
    "lynx",
    "fetch",
    "java.",
    "javax",
    "class.",
    "runtime",
    "processbuilder",
    "classloader",
    "ognl",
    "_memberaccess",
    "freemarker",
    "org.",
    "com.",
    "ro0ab",
    "aced0005",
    "h4sia",
    "require",
    "child_process",
    "process.",
    "__",
    "nd_func",
    "function",
    "constructor",
    "subprocess",
    "commands.",
    "os.",
    "posix.",
    "file.",
    "io.",
    "kernel.",
    "dir.",
    "import",
    "ifs",
    "nc -",
    "ncat -",
    "netcat ",
    "bash -",
    "ping",
    "localhost",
    "metadata",
    "meta-data",
    "169.254",
    "://",
    "script:",
    "document",
    "window",
    "self",
    "top",
    "parent",
    "frames",
    "fromcharcode",
    "-moz-binding",
    "@import",
    ".innerhtml",
    // Probes
    "wp-",
    "xmlrpc",
    "wlwmanifest",
    "wordpress",
    "admin",
    "pma",
    "websql",
    "manager/html",
    "jmx-console",
    "web-console",
    "invoker",
    "struts",
    "solr",
    "actuator",
    "jenkins",
    "console",
    "ignition",
    "telescope",
    "profiler",
    "server-status",
    "server-info",
    ".axd",
    "nwa",
    "irj",
    "sap/",
    "phpunit",
    "eval-stdin",
    "cgi-bin",
    "boaform",
    "hnap1",
    "gponform",
    "setup",
    "shell",
    "currentsetting",
    "networkdiag",
    "tmui",
    "dana-na",
    "remote",
    "owa/",
    "ecp/",
    "autodiscover",
    "mifs",
    "jsonws",
    "geoserver",
    "nacos",
    "druid",
    "owncloud",
    "phpinfo",
    "scripts/",
    "_vti_",
    "msadc",
    "fckeditor",
    "ckfinder",
    "kcfinder",
    "muieblackcat",
    "w00tw00t",
    "azenv",
    "proxyheader",
    "judge",
    "dede",
    "thinkphp",
    "invokefunction",
    ".sql",
    ".mdb",
    ".bak",
    ".old",
    ".orig",
    ".save",
    ".swp",
    ".swo",
    ".dump",
    ".pem",
    ".p12",
    ".pfx",
    ".jks",
    ".kdbx",
    ".inc",
    ".conf",
    ".cnf",
    ".cfg",
    ".passwd",
    "~",
    "configuration",
    "config",
    "settings",
    "database",
    "db.",
    "secret",
    "credential",
    "error",
    "debug",
    "access_log",
    "composer",
    "package-lock",
    "yarn.lock",
    "dockerfile",
    "docker-compose",
    "info.php",
    "test.php",
    "adminer",
    "c99.php",
    "r57.php",
    "sess",
    "cfid",
    "cftoken",
    "connect.sid",
];
