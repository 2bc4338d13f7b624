//! What only a shell would make sense of, whichever command is meant: substitutions, expansions, redirections to sockets.

use std::sync::LazyLock;

use crate::request::decode::Decoded;
use crate::request::patterns::Patterns;

pub(super) fn score(value: &Decoded) -> f32 {
    static ANY: LazyLock<Patterns> = LazyLock::new(|| Patterns::new(ANY_LIST));
    static MARKED: LazyLock<Patterns> = LazyLock::new(|| Patterns::new(MARKED_LIST));
    let lower = value.lower.as_str();
    let marked = if value.has(b"$<>{[?*`!~") { MARKED.score(lower) } else { 0.0 };
    if value.has(b"-/.\\=%$[ ") { marked.max(ANY.score(lower)) } else { marked }
}

/// With `$ < > { [ ? * ! ~` or a backtick.
const MARKED_LIST: &[(f32, &str)] = &[
    // Variables that nobody set, and that leave nothing: `$u/bin$u/cat`, `cat$u /etc$u`, `${@}id`
    (
        0.6,
        r"(^|[\s;|&(=/])(\$[a-z_][a-z0-9_]*)?/(bin|etc|usr|dev|home|tmp|var|opt|sbin|proc)\$[a-z_@*!?{]|(^|[\s;|&(=])\$[a-z_][a-z0-9_]*/(bin|etc|usr|dev|tmp|var|sbin|proc)\b|(^|[\s;|&(])(cat|ls|id|nc|sh|bash|whoami|wget|curl|head|tail|uname|ps|pwd|ping|python|perl)\$[a-z_@*!?{]|[;|&]\s*[a-z]\$[a-z@*!][\x22\x27]|\$\{[@*#?!-]\}|\$[0@]\s+-[a-z]",
    ),
    (
        0.6,
        r"/[a-z]*\{[a-z]*,[a-z,]*\}[a-z]*(/|$)|[;|&]\s*\$[a-z_][a-z0-9_]*\s*($|[;|&])|^@\([a-z]+\)$|^\{[a-z]+,[^{}\s]+\}$|^!\$$|[;|&]\s*(path|ld_preload|ld_library_path|ifs|bash_env)=|^>{1,2}\s*/[a-z]",
    ),
    // An earlier command again, or with another word
    (0.55, r"^\^[a-z0-9]+\^[a-z0-9]+\^?$"),
    // Homes of accounts that machines have
    (0.6, r"(^|[\s;|&=])~[-+]/|(^|[\s;|&=:])~(root|daemon|www-data|nobody|apache|nginx|ubuntu|postgres|mysql)\b"),
    // Brackets that stand for a letter: `/bi[n]/ca[t]`
    (0.6, r"/[a-z]*\[[a-z]\][a-z]*(/|\s|$)"),
    // Command and arithmetic substitution, unless it holds an amount: "$(5.00)".
    (0.65, r"\$\([^)\d.,\s]|\$\(\([^)]|[<>]\([a-z]"),
    (0.6, r"\$\[[^\]]*\]"),
    (
        0.6,
        r"\$\x27[^\x27]*\\|(^|[\s;|&])\$\x27[a-z/][^\x27\s]*\x27|\$\(\s*\)|(^|[\s;|&(=/\x60])\$[a-z_][a-z0-9_]*\$[a-z_{]",
    ),
    (0.9, r"\$\{?ifs\b|\(\)\s*\{\s*([:;_]|$|[^}]{0,20};)"),
    (0.8, r"\$\{?[a-z_@*]+\}?\s+(-c\s|cat\b|wget\b|curl\b|id\b|ls\b|nc\b)"),
    // Wildcards in place of a path's letters.
    (0.6, r"(^|[\s=])/[a-z]*\?[a-z?*/\[\]]{2,}|(^|[\s=])/[a-z?]{2,}/[a-z]*[*\[][a-z?*\]]+|/[a-z]*\[[^\]\s]+\][a-z/]"),
    (
        0.6,
        r"(^|[\s;|&=\x22\x27])/(etc|bin|usr|var|tmp|proc|dev|home|root|opt|lib|sbin)/[^\s=&]*[?*\[]|\?\?[a-z?*]*/|/[a-z]*\?[a-z?*]*/[a-z?*]|/\?\?|/[a-z]*\*[a-z]+/[a-z*?]|/\*/[a-z]*[?*]|/\*[a-z]+/|[\s+=]/[a-z]{1,4}\*/\*?[a-z]",
    ),
    // Letters with something empty between them.
    (
        0.6,
        r"[a-z][a-z](\x22\x22|\x60\x60|\$\(\)|[<>]\(\)|\$[@*!#?-]|\$\{[a-z@*!#?0-9_]*\})[a-z]|\b[a-z](\x60\x60|\$\(\)|[<>]\(\)|\$[@*])[a-z]|\bsudo\s+!!|[;|&]\s*!(!([^!]|$)|-?\d)",
    ),
    // Brace expansion; objects of JSON have colons.
    (
        0.6,
        r"(^|[\s;|&=,])\{[^\s{},:\x22]*,[^{}:\x22\s]*\}|(^|[^$\x22:a-z0-9])\{,[^{}:]*\}|[a-z]\{[a-z0-9_]*,[a-z_-][a-z0-9_,-]*\}|[a-z]\{,[a-z0-9_,-]*\}",
    ),
    (0.6, r"^(!(-?[0-9]+|!|\?[a-z]+\??|[a-z]+:[a-z0-9*^$-]+)(:[a-z0-9]+)?){1,8}$|^~[-+][0-9]*$|^~[-+0-9]*/"),
    (0.7, r">\s*/(dev|tmp|etc|var)/|2>&1|<<<\s*[a-z$\x22\x27]"),
];

const ANY_LIST: &[(f32, &str)] = &[
    (0.6, r"\bifs\s*=\s*\S?[;,]|[;&|(]\s*(unset|export)\s+histfile\b|[;|&]\s*(get|post|head)\s+(https?|ftp):"),
    // What Windows' own commands take: switches, drives, variables
    (
        0.6,
        r"[|&]\s*(net1?\s+(user|view|use|share|localgroup|group|start|stop|accounts|session|config)\b|reg\s+(query|add|delete|save|export|import)\b|sc\s+(query|start|stop|create|config|delete)\b|[a-z0-9_-]+\.exe\b|(echo|type|copy|move|del|erase|ren|rename|rd|md|mkdir|rmdir|attrib|assoc|ftype|subst|start|more|find|findstr|dir|cd)\s+(.*>\s*)?([a-z]:\\|%[a-z]|/[a-z]\b|[+-][rhsa]\s|\*\.))|^\s*[|&]+\s*(copy|ren|rename|del|erase|move|type|attrib|md|rd|calc|notepad|ver|vol|tasklist|start|net|reg|cls)(\s+\S|\s*$)",
    ),
    (
        0.6,
        r"\bif (/i )?(not )?(exist|defined)\s+\S+\s+(echo|del|set|call|goto|exit|start|copy|type|md|rd|move|ren)\b|\bif\s+(/i\s+)?(not\s+)?[\x22\x27]?%[a-z]+%[\x22\x27]?\s*==|%[a-z_()0-9]+:~-?[0-9]|\b(gci|dir|ls|gi|get-item|cat|type)\s+env:|\$env:[a-z]|\[(system\.|convert\]|text\.encoding)|\$psversiontable",
    ),
    (0.8, r"\b(ba|da|z|k|c|tc|a)?sh\s+-[a-z]*c\b|\bbash\s+-i\b|/dev/(tcp|udp)/"),
    (0.85, r"\b(nc|ncat|netcat|nc\.traditional)\b.*\s-[a-z]*[ec]\b|\bmkfifo\s"),
    (0.8, r"\b(wget|curl|lynx|fetch|lwp-download)\s+(-[a-z-]+\s+)*\S?\S?\S?\S?(https?|ftp):"),
    (0.8, r"\b(cmd(\.exe)?|command(\.com)?)\s*/[ckrv]\b|\bpowershell(\.exe)?\s+[-&]|\bcmd\.exe\b|\bsystem32\b"),
    (
        0.75,
        r"\b((get|set|new|start|stop|restart|suspend|resume|remove|clear|copy|move|rename|invoke|test|wait|debug|enter|exit|enable|disable|register|import|export)-(childitem|content|process|service|wmiobject|ciminstance|cimmethod|wmimethod|credential|executionpolicy|itemproperty|psdrive|pssession|psbreakpoint|psprovider|computer(info|restorepoint)|netconnection|netipaddress|netadapter|netfirewall[a-z]+|localuser|localgroup[a-z]*|ad(user|computer|group[a-z]*|domain[a-z]*|object)|mppreference|scheduledtask|winevent|eventlog|hotfix|clipboard|clixml|bitstransfer|job|expression|webrequest|restmethod|mimikatz|shellcode)|remove-item|(get|set)-acl|test-path|(get|invoke)-command|(restart|stop|rename)-computer|(foreach|where|select|sort|group|measure|compare|tee|new)-object|convert(to|from)-[a-z]{3,}|write-(host|output|error|verbose|warning)\s|out-(file|string|null|host|gridview|default)|select-string|import-module|add-type)\b",
    ),
    (
        0.7,
        r"\bfor\s+(/[dflr]\s+.*)?%+[a-z]\s+in\s*\(|\bif\s+(/i\s+)?(not\s+)?exist\s+\S*[\\%.]|%(comspec|systemroot|windir|temp|path|username|appdata):?[^%]*%",
    ),
    (
        0.7,
        r"(^|[;\n])\s*\.\s*[\x22\x27]?(system|shell|load|import|once|excel|backup|clone|save|restore|read|output|log|open)\s+[^\s.,]|(;|;\s*\\+n)\s*\.\s*[\x22\x27]?(arc[hive]*|auth|back[up]*|ba[il]+|bi[nary]*|cd|cha[nges]*|che[ck]*|cl[one]*|con[nection]*|dat[abases]*|dbco[nfig]*|dbi[nfo]*|du[mp]*|ec[ho]*|eqp|exc[el]*|exi[t]*|exp[lainert]*|filec[trl]*|fulls[chema]*|hea[ders]*|he[lp]*|im[porte]*|indexe?s?|iot[race]*|lim[its]*|lint|lo[adg]*|mo[de]*|nonce|nul[lvalue]*|on[ce]*|op[en]*|ou[tput]*|pa[rameter]*|pr[int]*|pro[gresmpt]*|qu[it]*|re[adcovrst]*|sa[ve]*|sc[anstshem]*|se[lftparosin]*|sh[elowa3sum]*|st[ats]*|sy[stem]*|ta[bles]*|te[stcase]*|ti[meoutr]*|tr[ace]*|vfs[a-z]*|wi[dth]*)(\s|$)",
    ),
    (
        0.65,
        r"\balias\s+[a-z_-]+=|\bexport\s+[a-z_]+=|\bbase64\s+(-d|--decode)\b|\bchmod\s+([0-7]{3,4}|[ugoa]*\+[rwxs]+)\s",
    ),
    // A file of another machine (UNC), a script read into the shell, a time to run something at, a batch file's conditions
    (
        0.6,
        r"(^|[\s=\x22\x27])\\\\[a-z0-9._-]+\\[a-z0-9.$_-]+|(^|[;&|\n({\x60])\s*\.\s+[\x22\x27]?(\.{0,2}/[a-z]|~/)|(^|[;&|\n(\x60])\s*at\s+([0-9]{1,2}:[0-9]{2}\s*\x22|\\\\)|\bif\s+(not\s+)?(defined|errorlevel)\s+\S+\s+(echo|set|call|goto|exit|del|start|copy)\b",
    ),
    (0.7, r"\bhkey_(current_user|local_machine|classes_root|users)\b|\bhk(lm|cu|cr)\\"),
];
