//! Commands and code in a value: shells, PHP, Java, templates, serialised objects, remote files; and what breaks out of a
//! header line or a directory filter (CWE-77, 78, 90, 94, 98, 113, 502, 917).

use std::sync::LazyLock;

use super::decode::Decoded;
use super::patterns::Patterns;

/// How sure one can be, from 0 to 1, that a value would be run.
pub(crate) fn score(value: &Decoded) -> f32 {
    static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
        let mut all: Vec<(f32, &str)> = PATTERN_LIST.to_vec();
        let shell = SHELL.map(|(score, pattern)| (score, pattern.replace("CMD", COMMANDS)));
        all.extend(shell.iter().map(|(score, pattern)| (*score, pattern.as_str())));
        Patterns::new(&all)
    });
    PATTERNS.score(&value.lower)
}

/// Commands of Unix shells and of Windows that attacks start with.
const COMMANDS: &str = r"(a?sh|bash|dash|zsh|ksh|csh|tcsh|cat|tac|ls|ll|dir|id|who|whoami|w|uname|pwd|ps|env|printenv|set|echo|printf|ping|nslookup|dig|host|curl|wget|fetch|lwp-[a-z]+|nc|ncat|netcat|telnet|ssh|scp|ftp|tftp|rm|mv|cp|ln|chmod|chown|mkdir|touch|head|tail|more|less|grep|egrep|find|locate|which|sed|awk|gawk|perl|python[0-9.]*|ruby|php[0-9.]*|node|lua|gcc|cc|java|tar|gzip|zip|unzip|base64|xxd|xargs|tee|kill|killall|sleep|sudo|su|passwd|crontab|mount|df|du|netstat|ss|ip|ifconfig|ipconfig|arp|route|systeminfo|tasklist|net|type|cmd(\.exe)?|powershell(\.exe)?|pwsh|reg|wmic|certutil|cscript|mshta|rundll32|phpinfo|lsb_release|finger|last|vi|exec|eval|system)";

const SHELL: [(f32, &str); 11] = [
    // Words and paths that only a shell would put together again.
    (0.65, r"[a-z](\x27\x27|\x22\x22|``|\$\(\)|\$@|[<>]\(\))[a-z]|\b[a-z]+(``|\$\(\)|[<>]\(\))\s"),
    (0.6, r"(^|[\s+=])/[a-z]{0,8}[?*\[][^\s&=]{2,}|/[a-z]{0,8}\[[^\]\s]{1,12}\][a-z/]"),
    (0.6, r"(^|[^$\x22:])\{[a-z/?,$.]*,[a-z/?,$.]*\}|\$\(\(|^!-?[0-9]|^~[-+][0-9]?$"),
    (0.8, r"\b(ba|da|z|k|c|tc)?sh\s+-c\b|\$[a-z_@*]{1,12}\s+(cat|wget|curl|id|ls|nc)\b"),
    (0.85, r"(;|\|\|?|&&?|\n|\r|\$\(|`|<\(|>\()\s*[\x22\x27(\\]*(/[a-z/]{0,20}/)?CMD([\s;|&)`<>\x22\x27$]|$)"),
    (0.8, r"(/usr)?(/local)?/s?bin/[a-z]{2,12}\b"),
    (0.75, r"^\s*CMD\s+(-[a-z]|/[a-z]{2,}|[a-z]:\\|https?://|\x22|>)"),
    (0.9, r"\$\{?ifs\b|/dev/(tcp|udp)/|\(\)\s*\{.{0,20}[:;]|\b(nc|ncat|netcat)\b.{0,40}\s-[a-z]*e\b|\bbash\s+-[ic]\b"),
    (0.8, r"\b(wget|curl|lynx|fetch)\s+(-[a-z-]+\s+)*\S{0,6}(https?|ftp):"),
    (0.8, r"\b(cmd(\.exe)?|command(\.com)?)\s*/[ck]\b|\bpowershell(\.exe)?\s+-|\bcmd\.exe\b|\bsystem32\b"),
    (0.6, r"(;|\|)\s*[a-z./\\]{2,20}\s*(;|\|)|\|\s*CMD\s*\|?$|^\s*\|\|?\s*[a-z/]+"),
];

const PATTERN_LIST: &[(f32, &str)] = &[
    // PHP
    (0.95, r"<\?(php|=|\s)|<\?$|\[php\]|<%[=@\s]"),
    (
        0.85,
        r"\b(system|exec|shell_exec|passthru|popen|proc_open|pcntl_exec|assert|create_function|call_user_func(_array)?|base64_decode|gzinflate|str_rot13|file_get_contents|file_put_contents|fopen|readfile|include|require|phpinfo|phpversion|move_uploaded_file|preg_replace|array_map|array_filter|usort|ob_start|extract|parse_str|var_dump|print_r|highlight_file|show_source|unserialize|ini_set|ini_get|set_time_limit|chr|bin2hex|hex2bin|opendir|scandir|getenv|putenv|mail|dl|die|eval)\s*(/\*.{0,40}\*/\s*)?\(\s*([\x22\x27$)a-z_0-9/.\\]|$)",
    ),
    (
        0.75,
        r"((gz|bz|array_|assert_|file_|curl_|mb_|str_|posix_|mysqli?_|ftp_|socket_|stream_|session_|preg_|ob_|call_|func_|openssl_|json_|is_|image)[a-z_]{3,30}|p?fsockopen|(un)?pack|checkdate|crypt|(un)?serialize|[sv]?printf)\s*(/\*.{0,40}\*/\s*)?\(",
    ),
    (0.6, r"\([\x22\x27]?[a-z_]{3,30}[\x22\x27]?\)\s*\([^)]{0,80}\)"),
    (0.9, r"\b(php|phar|expect|zlib|compress\.(zlib|bzip2)|glob|rar|ogg|ssh2(\.[a-z0-9]+)?|zip|data)://"),
    (
        0.8,
        r"\$_?(get|post|request|cookie|server|files|env|session|globals)\b\s*[\[{]|\$\{?_+(\[|\{)|\$_+\s*=|\$\$?[a-z_]{1,20}\s*[\[{(][^ ]|\$\{[\x22\x27]",
    ),
    (0.85, r"(^|[;{])[oc]:\d{1,4}:\x22|(^|\s)a:\d{1,3}:\{[sio]:"),
    // Java and its kin
    (0.97, r"\$\{\s*(jndi|\$\{|lower|upper|env|sys|java|ctx|date|main|k8s|script|dns|url)\b?[:.]|\$\{\$\{|\$\{::-"),
    (
        0.9,
        r"\bjava\.(lang|io|util|net|beans|naming)\b|\b(getruntime|processbuilder|runtime\.exec|classloader|javax?\.(script|el|naming)|ognlcontext|_memberaccess|freemarker|org\.apache\.|com\.opensymphony|org\.springframework|com\.sun\.)",
    ),
    (0.8, r"\bclass\.(module|classloader|protectiondomain)|\bro0ab[a-z0-9+/=_-]{2}|\baced0005|\bh4siaaaa"),
    // Templates and expression languages
    (
        0.8,
        r"\{\{.{1,200}\}\}|\{%.{1,200}%\}|[#%*@]\{[^}]{2,}\}|\$\{[^}]{2,}\}|\[\[\$?\{|<#(assign|list|if)|#set\s*\(|\$\{\{",
    ),
    (0.5, r"\{\{|\$\{|#\{|%\{|@\{"),
    // JavaScript on servers, Python, Ruby, Perl
    (
        0.85,
        r"\brequire\s*[\(\[]|child_process|process\.(env|binding|mainmodule|exit)|__proto__|constructor\.(prototype|constructor)|constructor\s*(\[|%5b)|_\$\$nd_func\$\$_|\bfunction\s*\(\s*\)\s*\{|\bnew\s+function\b|\bthis\.constructor\b",
    ),
    (
        0.85,
        r"__(import|class|mro|subclasses|globals|builtins|init|base)__|\b(os|subprocess|commands|posix)\.(system|popen|call|exec[a-z]*)|\b(file|io|kernel|dir|process|open3)(\.|::)(read|popen|open|exec|system|spawn|syscopy)|%x[\{\(\[]",
    ),
    (0.7, r"\bimport\s+(os|sys|subprocess|socket)\b|\bprint\s*\(\s*(md5|[0-9])|\bsystem\s*\(|@\{\[|\bqx[/{(]"),
    // Remote files, and requests made by the server
    (
        0.75,
        r"(^|url:|=)\s*(gopher|dict|ldaps?|ftps?|sftp|tftp|jar|netdoc|rmi|mailto|telnet|smb|imap|pop3|ssh|finger|nfs|svn(\+ssh)?|mysql|redis|memcached?|cups?|chrome|ms-[a-z]+|view-source|res|s3|unix|vnc|ws|wss):",
    ),
    (
        0.7,
        r"^\s*(url:)?https?:/*\\?/?[^/]*@|^\s*(url:)?https?://(\d{1,3}(\.\d{1,3}){0,3}|0x[0-9a-f]+|\[[0-9a-f:.]+\]|localhost|[^/]{0,80}\.(internal|local|nip\.io|xip\.io))([:/?#]|$)",
    ),
    (0.65, r"^\s*(url:)?https?://.{1,300}(\?+\s*|\.(txt|php|sh|exe|jpg|gif|dat|inc|html?)\??\s*)$"),
    (0.7, r"169\.254\.169\.254|metadata\.google|/latest/meta-data|\blocalhost:\d+"),
    // Other back ends
    (0.75, r"\)\s*\(\s*([|&!]|[a-z]{1,20}\s*(=|~=|>=|<=))|\*\)\s*\(|[)*]\s*\(\s*\|"),
    (0.7, r"[\[.\x22]?\$(where|ne|gt|lt|gte|lte|regex|nin|exists|or|and|in|eq|not|expr|function)\b[\x22\]:=]"),
    (0.8, r"[\r\n]+\s*[a-z-]{3,40}:\s|[\r\n]\s*(http/[0-9]|get |post |head )|[\r\n]{2,}<"),
    (
        0.75,
        r"<!--\s*#\s*(exec|include|echo|config|printenv)|<!doctype\s+[^>]{0,80}(\[|system|public)|<!entity|<xsl:|xmlns:xsl",
    ),
    (0.5, r"\b(bcc|cc|content-type|set-cookie|x-forwarded-for|location)\s*:\s*\S+[\r\n]"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::decode::decode;

    #[test]
    fn commands_and_text() {
        for value in [
            ";id",
            "|whoami",
            "$(cat /x)",
            "`ls`",
            "a && ping -c 1 x",
            "${jndi:ldap://x/a}",
            "{{7*7}}",
            "<?php phpinfo();",
            "system('ls')",
            "() { :;}; echo",
            "/usr/bin/id",
            "a%0d%0aSet-Cookie:%20x",
            "http://192.0.2.1/x.txt?",
            "O:8:\"stdClass\":0:{}",
            "*)(uid=*",
            "php://filter/x",
        ] {
            assert!(score(&decode(value, false)) >= 0.5, "{value}");
        }
        for value in [
            "cat",
            "Who is my judge?",
            "id",
            "Smith & Sons",
            "call me; thanks",
            "(555) 010-0199",
            "Main St | Apt 4",
            "AT&T",
            "time: 5",
            "echo valley",
            "more or less",
            "find my polling place",
            "https://vote.example/register",
        ] {
            assert!(score(&decode(value, false)) < 0.5, "{value}: {}", score(&decode(value, false)));
        }
    }
}
