//! PHP in a value (CWE-94, 98): tags, variables, calls however they are written, settings, wrappers, serialised objects.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use hashbrown::HashMap;

use super::decode::Decoded;
use super::patterns::Patterns;

/// How sure one can be, from 0 to 1, that a value is PHP.
pub(crate) fn score(value: &Decoded) -> f32 {
    static MARKED: LazyLock<Patterns> = LazyLock::new(|| Patterns::new(MARKED_LIST));
    static SETTINGS: LazyLock<Patterns> = LazyLock::new(|| Patterns::new(SETTING_LIST));
    let lower = value.lower.as_str();
    let mut best = if value.has(b"$<?:[(") { MARKED.score(lower) } else { 0.0 };
    if value.has(b"_.") {
        best = best.max(SETTINGS.score(lower));
    }
    if best < 0.7 && names().is_match(lower) {
        best = 0.7;
    }
    if value.has(b"(") { best.max(calls(lower)) } else { best }
}

fn names() -> &'static AhoCorasick {
    static AUTOMATON: LazyLock<AhoCorasick> =
        LazyLock::new(|| AhoCorasick::new(NAMES).expect("some dozen names make a small automaton"));
    &AUTOMATON
}

/// Functions that run or reach for something, and whose names no other text has: a sign even where they are not called.
pub(crate) const NAMES: &[&str] = &[
    "base64_decode",
    "file_get_contents",
    "file_put_contents",
    "call_user_func",
    "proc_open",
    "shell_exec",
    "create_function",
    "move_uploaded_file",
    "show_source",
    "highlight_file",
    "posix_",
    "curl_exec",
    "curl_init",
    "mb_ereg_replace",
    "preg_replace",
    "register_shutdown_function",
    "register_tick_function",
    "stream_get_contents",
    "stream_socket_",
    "stream_context_create",
    "assert_options",
    "ini_set",
    "ini_restore",
    "array_map",
    "array_walk",
    "array_filter",
    "array_diff_ukey",
    "iterator_apply",
    "ob_get_contents",
    "get_defined_",
    "get_cfg_var",
    "func_get_args",
    "str_rot13",
    "php_uname",
    "set_magic_quotes",
    "apache_child_terminate",
    "bzdecompress",
    "call_user_method",
    "convert_uudecode",
    "get_class_methods",
    "get_class_vars",
    "gzdecode",
    "gzinflate",
    "gzread",
    "gzuncompress",
    "fsockopen",
    "include_once",
    "require_once",
    "invokeargs",
    "pcntl_",
    "reflectionfunction",
    "sys_get_temp_dir",
    "wp_remote_",
    "wp_safe_remote_",
    "__halt_compiler",
    "escapeshell",
    "array_reduce",
    "unregister_tick",
    "print_r",
    "var_dump",
    "var_export",
    "phpversion",
    "reflectionclass",
    "reflectionmethod",
    "__construct",
    "__destruct",
    "__wakeup",
    "__tostring",
    "__invoke",
    "__callstatic",
    "session_upload_progress",
    "php_errormsg",
    "http_response_header",
    "http_raw_post_data",
    "get_object_vars",
    "get_current_user",
    "getallheaders",
    "stream_wrapper_",
    "stream_filter_",
    "convert.iconv.",
    "convert.base64",
    "convert.quoted-",
    "string.rot13",
    "php_value",
    "php_flag",
    "php_admin_",
    "zend_extension",
    // PHP's own pictures and credits, which tell its version (expose_php)
    "-d428-11d2-a769-00aa001acf42",
    "-3c92-11d3-a3a9-4c7b08c10000",
];

const MARKED_LIST: &[(f32, &str)] = &[
    (0.7, r"\(\s*\$[a-z_][a-z0-9_]*\s*\)\s*\(|(^|[;{])e:\d+:\x22[a-z]+:"),
    (0.7, r"\$_\s+(get|post|request|cookie|server|files|env|session)\b|\[\\+/?php\]"),
    (
        0.75,
        r"[\]\x27\x22})]\s*\(\s*[\x60$]|[\x27\x22]\]\s*\(\s*[\x27\x22]|\$\{\s*_|(^|[^a-z0-9])\\(system|exec|passthru|shell_exec|eval|assert|phpinfo)\s*\(",
    ),
    (0.95, r"<\?(php|=|\s)|<\?$|\[/?php\]"),
    (0.6, r"[\s;)}]\?>|\?>\s*<|^\?>"),
    (
        0.9,
        r"\b(php|phar|expect|zlib|compress\.(zlib|bzip2)|bzip2|glob|rar|ogg|ssh2(\.[a-z0-9]+)?|zip|lz[a-z0-9]*|data)://",
    ),
    (
        0.8,
        r"\$_?(get|post|request|cookie|server|files|env|session|globals|argv|argc|http_[a-z_]+_vars)\b|\$\{?_+(\[|\{|\()|\$_+\s*=",
    ),
    (0.65, r"\$[a-z_][a-z0-9_]*\s*=\s*new\s"),
    (0.65, r"\$\s+\{[^}]*\}|\$\{[\x22\x27]|\$\$[a-z_]|\$[a-z_][a-z0-9_]*\s*(->|::)\s*[a-z_]"),
    (
        0.6,
        r"\$+\s*[a-z_][a-z0-9_]*(\s|/\*.*\*/|//[^\n]*\n|#[^\n]*\n|\[[^\]]*\]|\{[^}]*\})*\([^)]*\)|\$\s*\{[^}]*\}\s*\([^)]*\)",
    ),
    (
        0.85,
        r"[oc]:\+?\d+:\\*\x22[^\x22]*\x22:\+?\d+:\{?|(^|[;{\x22\s])[oc]:\+?\d+:\x22|(^|\s|\{)a:\d+:\{([sioab]:|\})|(^|[;{])[oc]:\d+:",
    ),
    // A call whose function is an expression: `(sy.(st).em)('id');`, `[x][0](y);`, `"x"(y);`
    (0.75, r"[)\]}\x22\x27]\s*(/\*.*\*/\s*)?\([^)]*(\([^)]*\)[^)]*)*\)\s*;\s*($|[a-z$}])"),
    (
        0.65,
        r"\([\x22\x27]?[a-z_.]+[\x22\x27]?\)\s*\(\s*[\x22\x27@$][^)]*\)|\(\s*string\s*\)|[a-z\x22\x27)]\.\([a-z\x22\x27.]+\)[.)(]",
    ),
];

const SETTING_LIST: &[(f32, &str)] = &[
    (
        0.8,
        r"\b(allow_url_(fopen|include)|auto_(ap|pre)pend_file|disable_functions|open_basedir|safe_mode(_[a-z_]+)?|register_globals|magic_quotes_(gpc|runtime|sybase)|display_errors|error_(log|reporting|(ap|pre)pend_string)|cgi\.(force_redirect|fix_pathinfo|redirect_status_env)|suhosin\.[a-z.]+|session\.(save_path|auto_start|name|use_[a-z_]+)|sendmail_path|upload_tmp_dir|extension_dir|include_path|memory_limit|max_execution_time|zend\.[a-z_]+|assert\.[a-z_]+|mail\.(add_x_header|log|force_extra_parameters)|soap\.wsdl_cache[a-z_]*|unserialize_callback_func|user_(dir|ini\.filename)|doc_root|enable_dl|expose_php|short_open_tag)\s*=",
    ),
    (
        0.55,
        r"\b(http_(accept(_charset|_encoding|_language)?|connection|host|keep_alive|referer|user_agent|x_forwarded_for|cookie)|orig_path_info|path_translated)\b",
    ),
    (0.65, r"\b(include|require)(_once)?\s*\(?\s*[\x22\x27][^\x22\x27]*\.(php[0-9]?|inc|phtml|txt|log)\b"),
    (
        0.75,
        r"\b(http_raw_post_data|http_(get|post|cookie|server|env|session)_vars|php_(self|auth_user|auth_pw|eol|os)|(__halt_compiler|__(class|dir|file|function|method|namespace|trait)__))\b",
    ),
];

/// The strongest call of a function of PHP: its name, then anything that PHP overlooks, then a parenthesis.
fn calls(lower: &str) -> f32 {
    memchr::memchr_iter(b'(', lower.as_bytes()).take(MOST_CALLS).map(|at| call(lower, at)).fold(0.0, f32::max)
}

const MOST_CALLS: usize = 200;

fn call(lower: &str, open: usize) -> f32 {
    let before = &lower.as_bytes()[..open];
    let end = before_overlooked(before);
    let start =
        end - before[..end].iter().rev().take(40).take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    let name = &lower[start..end];
    let Some(kind) = kind(name) else { return 0.0 };
    let argument = lower[open + 1..].trim_start();
    let tight = end == open;
    let spaced = before[end..].iter().all(|b| matches!(b, b' '));
    match kind {
        Kind::Own => 0.75,
        Kind::Odd if tight && !is_ending(argument) || !spaced => 0.6,
        Kind::Odd if argument.starts_with(['\'', '"', '$', ')']) => 0.55,
        // `file(s)`, `mail(ed)`: plurals and endings.
        _ if tight && is_ending(argument) => 0.0,
        Kind::Risky if tight || !spaced => 0.75,
        Kind::Risky if argument.starts_with(['\'', '"', '$', '/', '`']) => 0.7,
        Kind::Word if (tight || !spaced) && is_code(&lower[open..]) => 0.6,
        _ => 0.0,
    }
}

/// Where a name ends that blanks, comments, quotes, closing brackets or an index follow.
fn before_overlooked(before: &[u8]) -> usize {
    let mut end = before.len();
    loop {
        let text = &before[..end];
        let line = text.iter().rposition(|b| *b == b'\n');
        end = match text {
            [.., b' ' | b'\t' | b'\r' | 0x0b | 0x0c | b'"' | b'\'' | b')'] => end - 1,
            [.., b'*', b'/'] => match memchr::memmem::rfind(&text[..end - 2], b"/*") {
                Some(start) => start,
                None => return end,
            },
            [.., b'\n'] => line_comment(text, end - 1),
            [.., b']' | b'}'] => match text.iter().rev().take(40).position(|b| matches!(b, b'[' | b'{')) {
                Some(back)
                    if text[end - back..end - 1].iter().all(|b| b.is_ascii_digit() || *b == b' ') && back > 1 =>
                {
                    end - back - 1
                }
                _ => end - 1,
            },
            _ if line.is_none() => return end,
            _ => return end,
        };
    }
}

/// Before a line's end: before the comment that takes up the end of the line, if there is one.
fn line_comment(text: &[u8], newline: usize) -> usize {
    let start = text[..newline].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
    let line = &text[start..newline];
    let hash = memchr::memchr(b'#', line);
    let slashes = memchr::memmem::find(line, b"//");
    match [hash, slashes].into_iter().flatten().min() {
        Some(at) => start + at,
        None => newline,
    }
}

fn is_ending(argument: &str) -> bool {
    let word = argument.bytes().take_while(u8::is_ascii_alphabetic).count();
    matches!(&argument[..word], "s" | "es" | "ed" | "d" | "ing" | "er" | "ers" | "r" | "ly" | "n" | "al" | "ies")
        && argument[word..].starts_with(')')
}

/// Whether what begins with a parenthesis is code: an argument in quotes, a variable, a further call, or a line's end.
fn is_code(text: &str) -> bool {
    let end = text.find(')').unwrap_or(text.len());
    let inside = &text[1..end];
    let closed = text[end..].trim_start_matches(')').trim_start().starts_with(';');
    closed
        || inside.trim().is_empty()
        || inside.contains(['\'', '"', '$', '(', '`'])
        || inside.starts_with(['/', '.', '\\'])
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// No other text has the name.
    Own,
    /// An abbreviation: a function where a parenthesis follows at once.
    Odd,
    /// A word, but one that runs or reads what it is given.
    Risky,
    /// A word that is a function among others.
    Word,
}

fn kind(name: &str) -> Option<Kind> {
    static KINDS: LazyLock<HashMap<&str, Kind>> = LazyLock::new(|| {
        [(OWN, Kind::Own), (ODD, Kind::Odd), (RISKY, Kind::Risky), (WORDS, Kind::Word)]
            .iter()
            .flat_map(|(names, kind)| names.split_whitespace().map(|name| (name, *kind)))
            .collect()
    });
    const STARTS: &str = "apache_ apc_ array_ assert_ base64_ bz call_user_ class_ ctype_ curl_ date_ dba_ debug_ error_ exif_ fann_ file_ \
        filter_ forward_ fputs ftp_ func_ gc_ get_ gmp_ gnupg_ gz hash_ header_ hebrev html_ http_build http_ iconv_ ibase_ image imap_ inet_ ini_ \
        intl_ is_ iterator_ json_ ldap_ libxml_ link_ mail_ mailparse_ mb_ mcrypt_ mhash_ money_ msg_ mssql_ mt_ mysql_ mysqli_ net_ ob_ oci_ odbc_ \
        opcache_ openssl_ output_ parse_ password_ pcntl_ pg_ php_ posix_ preg_ print_ proc_ pspell_ random_ rar_ readline_ recode_ register_ rrd_ \
        runkit_ sem_ session_ set_ shm_ shmop_ simplexml_ snmp_ socket_ sodium_ spl_ sqlite_ ssh2_ stream_ str_ substr_ svn_ sys_ sybase_ tidy_ \
        time_ timezone_ token_ trigger_ uopz_ url_ use_ utf8_ variant_ var_ version_ wddx_ win32_ wp_ xattr_ xml_ xmlrpc_ xslt_ yaml_ zend_ zip_ zlib_";
    KINDS.get(name).copied().or_else(|| {
        let own = name.len() > 5
            && name.contains('_')
            && STARTS.split_ascii_whitespace().any(|start| name.starts_with(start));
        own.then_some(Kind::Own)
    })
}

const OWN: &str = "
addslashes array_map arsort asort basename base_convert bcpowmod bin2hex bindec bzopen chdir checkdate chunk_split class_exists
convert_uuencode count_chars create_function ctype_alpha date_default_timezone_set dechex decbin
disk_free_space doubleval escapeshellarg escapeshellcmd fclose feof fflush fgetc fgetcsv fgets fgetss file_exists file_get_contents file_put_contents
fileatime filectime filegroup fileinode filemtime fileowner fileperms filesize filetype floatval fnmatch fopen forward_static_call
fpassthru fprintf fputcsv fputs fread fscanf fseek fsockopen fstat ftell ftruncate function_exists fwrite getallheaders getcwd
getdate getenv gethostbyaddr gethostbyname getimagesize getlastmod getmygid getmyinode getmypid getmyuid getopt getrusage gettype
gmdate gzcompress gzdecode gzdeflate gzencode gzinflate gzopen gzuncompress header_register_callback hebrev hex2bin hexdec highlight_file
highlight_string html_entity_decode htmlentities htmlspecialchars htmlspecialchars_decode idate iconv_strlen ignore_user_abort image2wbmp imagecreatefrompng imagegif imagejpeg
imagepng imagewbmp imagexbm implode import_request_variables in_array intval invokeargs ip2long is_a is_array is_bool is_callable is_dir is_executable is_file
is_int is_link is_null is_numeric is_object is_readable is_string is_writable isset iterator_apply iterator_to_array krsort ksort lcfirst levenshtein localeconv
localtime long2ip lstat ltrim md5_file method_exists mhash microtime mkdir mktime money_format move_uploaded_file mt_rand mt_srand nl2br
number_format octdec opendir openlog parse_ini_file parse_ini_string parse_str parse_url passthru pathinfo pclose pfsockopen php_sapi_name php_uname
phpcredits phpinfo phpversion popen preg_replace print_r printf proc_open property_exists putenv quotemeta rand_ rawurldecode rawurlencode readdir readfile
readgzfile readlink realpath register_shutdown_function register_tick_function rewinddir rmdir rsort scandir set_error_handler set_include_path set_time_limit
setcookie setlocale setrawcookie settype sha1_file shell_exec show_source shuffle_ similar_text simplexml_load_file sizeof sprintf srand sscanf str_replace str_repeat str_rot13
str_split str_word_count strcasecmp strchr strcmp strcspn strftime strip_tags stripcslashes stripos stripslashes stristr strlen strnatcmp strncmp strpbrk
strpos strrchr strrev strripos strrpos strspn strstr strtok strtolower strtotime strtoupper strtr strval substr_count substr_replace symlink sys_get_temp_dir
sys_getloadavg syslog tempnam tmpfile uasort ucfirst ucwords uksort umask uniqid unlink unpack unregister_tick_function unserialize urldecode urlencode
usleep usort utf8_decode utf8_encode var_dump var_export version_compare vfprintf vprintf vsprintf wordwrap xmlwriter zend_version
include_once require_once func_get_args serialize is_nan is_finite array_walk gd_info intdiv fdiv hypot log1p expm1 deg2rad rad2deg atan2 fmod
gzfile bzread bzwrite lchown lchgrp getservbyname getservbyport getprotobyname inet_ntop checkdnsrr dns_get_record
gethostname getmxrr headers_sent headers_list connection_status connection_aborted iptcparse jpeg2wbmp cal_info
cal_days_in_month easter_date frenchtojd gregoriantojd jddayofweek juliantojd unixtojd jdtogregorian ereg_replace
eregi_replace dotnet_load dbase_open get_current_user get_defined_vars get_loaded_extensions get_object_vars
extension_loaded ctype_digit nl_langinfo quoted_printable_decode substr_compare array_pop array_push strncasecmp
strnatcasecmp strcoll interface_exists func_num_args is_subclass_of get_parent_class trait_exists enum_exists
class_implements proc_nice escapeshell phpdbg_exec simplexml_load_string domxml_open_file xpath_eval xslt_process
gzseek gztell gzgets gzputs getimagesizefromstring imagecreatefromgif imagecreatefromjpeg imagecreatefromstring
exif_read_data hash_file php_ini_loaded_file
";

const ODD: &str = "
acos asin atan chmod chown chgrp chroot cosh crypt explode ftok lcg_value md5 metaphone natsort natcasesort sha1 sinh soundex sqrt
tanh unset crc32 rtrim gettext closedir crc pi eregi ereg spliti mysql_query
";

const RISKY: &str = "system exec eval assert die include require dl glob popen chr mail curl spawn";

const WORDS: &str = "
extract compact chop split
abs base bin2 ceil cos constant copy count current date define defined delete dir each echo empty end exit exp file
filter flock floor flush header hash http join key keyset link list log max min next nl ord pack pos pow prev print
quote rand range rename reset round shuffle similar sin sleep sort stat substr tan time touch trim virtual strings uniq
long
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::decode::decode;

    fn score_of(value: &str) -> f32 {
        score(&decode(value, false))
    }

    #[test]
    fn code() {
        for value in [
            "<?php phpinfo();",
            "system('ls')",
            "php://filter/x",
            "O:8:\"stdClass\":0:{}",
            "phpinfo()",
            "$_GET[a]",
            "$GLOBALS",
            "(system)('id');",
            "[system][0](ls);",
            "\"system\"(ls)",
            "exec /* a */ ('ls')",
            "exec #x\n('ls')",
            "exec//x\n(ls)",
            "$x('id')",
            "@$abc(\"x\")",
            "$ {'a'}",
            "auto_prepend_file=php://input",
            "array_map('x', [])",
            "base64_decode",
            "intval(x)",
            "strip_tags()",
            "file_get_contents ( 'x' )",
            "define('x','sys'.'tem');(x)('id');",
            "${a}(1)",
            "eval(x)",
            "time();",
            "copy('a','b')",
            "?><script",
            "a:1:{s:1:\"a\";i:1;}",
            "print(md5('x'))",
        ] {
            assert!(score_of(value) >= 0.5, "{value}: {}", score_of(value));
        }
    }

    #[test]
    fn text_with_parentheses() {
        for value in [
            "name(s) and date(s)",
            "file (blue)",
            "time (approx.)",
            "system (old)",
            "(cell) (home)",
            "(555) (ext. 4)",
            "mail(ed)",
            "voter_guide(1).pdf",
            "key (lost)",
            "Count (3)",
            "link(s)",
            "end (of road)",
            "max(3)",
            "$5 (fee)",
            "executive (director)",
            "St. Mary's (Rear)",
            "'quoted' (note)",
            "call 555-0100(home)",
            "exec (director)",
            "include (if any)",
            "copy(2)",
            "a list(of names)",
            "date(2020)",
            "US$ (5)",
            "What? (yes)",
            "Is this it?> no",
            "Call me. (home)",
        ] {
            assert!(score_of(value) < 0.5, "{value}: {}", score_of(value));
        }
    }
}
