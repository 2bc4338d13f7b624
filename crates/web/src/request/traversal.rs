//! Path traversal, and values that name the server's own files (CWE-22, CWE-98).

use std::sync::LazyLock;

use super::decode::Decoded;
use super::patterns::Patterns;

/// How sure one can be, from 0 to 1, that a value reaches for files outside the site.
pub(crate) fn score(value: &Decoded) -> f32 {
    static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| Patterns::new(PATTERN_LIST));
    let found = PATTERNS.score(&value.lower);
    let hidden = (value.overlong || value.rounds > 1) && value.lower.contains("..");
    if hidden {
        found.max(0.8)
    } else if value.nul {
        found.max(NUL)
    } else {
        found
    }
}

/// A NUL cuts off the ending that a script adds to a file's name (CWE-158). No form sends one.
const NUL: f32 = 0.5;

/// How sure one can be that a value is nothing but the name of a file that only a site's makers use. Pages may have such names.
pub(crate) fn named_file(lower: &str) -> f32 {
    static FILES: LazyLock<Patterns> = LazyLock::new(|| Patterns::new(FILE_LIST));
    let last = lower.rsplit(['/', '\\']).next().unwrap_or_default();
    let may_be =
        last.len() <= LONGEST_NAME && (last.contains('.') || last.ends_with("file") || last.starts_with("id_"));
    if may_be { FILES.score(last) } else { 0.0 }
}

const LONGEST_NAME: usize = 40;

const FILE_LIST: &[(f32, &str)] = &[
    (
        0.6,
        r"^\.(dockerenv|ds_store|gitignore|gitattributes|gitmodules|profile|bash_[a-z]+|cshrc|yarnrc|vault-token|rediscli_history|htgroup|dockerignore|hgignore|user\.ini|node_repl_history|irb_history|sqlite_history|nano_history|xauthority|tmux\.conf|vimrc)$",
    ),
    (
        0.6,
        r"^(composer|package(-lock)?|appsettings(\.[a-z]+)?|bower|tsconfig|sftp-config)\.json$|^((gem|pip|rake)file(\.lock)?|dockerfile|docker-compose[a-z.]*\.ya?ml|vagrantfile|jenkinsfile|procfile|(database|secrets|parameters|credentials)\.ya?ml|(application|log4j2?|jdbc|hibernate)\.(properties|cfg\.xml|ya?ml)|httpd\.conf|nginx\.conf|localsettings\.(php|py)|local_settings\.py|(config|settings|configuration)(\.inc)?\.(php[0-9]?|py|inc)|server\.key|id_(rsa|dsa|ecdsa|ed25519)|terraform\.tfstate[a-z.]*|tomcat-users\.xml|weblogic\.xml|unattend\.xml|ntuser\.dat|pagefile\.sys|php_errors\.log)$",
    ),
    (0.6, r"\.(php[0-9]?|aspx?|jspx?|inc|config|conf|cfg|ya?ml|env|py|rb|cgi|pl)\.(bak|old|orig|save|swp|swo|backup)$"),
    // What a server would run if it were written there
    (0.5, r"\.(phtml|phar|pht|php[3457])\.?$|\.(php|jspx?|aspx?)\.$"),
];

const PATTERN_LIST: &[(f32, &str)] = &[
    (0.6, r"(^|[/\\=,:\s])\.\.([/\\]|$)"),
    (0.95, r"\.\.[/\\]+([^/\\]{0,40}[/\\]+)?\.\.([/\\]|$)"),
    (0.9, r"\.\.;[/\\]|(^|[/\\])\.\.;\S"),
    (0.7, r"\.\.(0x2f|0x5c|%?c0%?af|%?c1%?9c|%?25?2f|%?25?5c|/{2,}|\\{2,}|[/\\]\.[/\\])"),
    (0.7, r"\.{3,}[/\\]+\.{3,}|(0x2e){2}|^[/\\]?\.{6,}[^.\s]"),
    (
        0.9,
        r"(^|[/\\\s=:])etc[/\\]+(\.[/\\]+)*(passwd|shadow|group|groups|hosts|hostname|issue|motd|fstab|crontab|sudoers|profile|ssh|apache2?|nginx|httpd|mysql|my\.cnf|php|resolv\.conf|os-release|release|security|inittab|ftpaccess|vsftpd[a-z.]{0,6})",
    ),
    (0.75, r"(^|[\s=:;,|(\x22\x27])/etc/[a-z]"),
    (
        0.8,
        r"[/\\]boot[/\\](grub|efi|vmlinuz|config-)|[/\\]sys[/\\](class|kernel|block|devices|fs|module|firmware|hypervisor)([/\\]|$)",
    ),
    (
        0.85,
        r"[/\\]proc[/\\]+(self|thread-self|version|cpuinfo|meminfo|cmdline|mounts|net|sys|bus|tty|scsi|driver|fs|irq|interrupts|partitions|modules|filesystems|swaps|loadavg|uptime|stat|vmstat|devices|ioports|iomem|dma|diskstats|kallsyms|kcore|kmsg|keys|key-users|config\.gz|crypto|sched_debug|zoneinfo|slabinfo|locks|misc|consoles|[0-9]+)\b",
    ),
    (
        0.8,
        r"[/\\]var[/\\]+(log|lib|mail|spool|www|run|backups?)[/\\]|[/\\](root|home[/\\][a-z0-9_-]{1,32})[/\\]\.|[/\\]usr[/\\]local[/\\](www|apache|etc|nginx|pgsql)|[/\\]dev[/\\](tcp|udp|random|urandom|zero|null|mem|shm|sd[a-z][0-9]?)\b",
    ),
    (0.85, r"\b[c-z]:[/\\]+(windows|winnt|boot\.ini|inetpub|users|documents|program|xampp|wamp|autoexec|php|apache)"),
    (
        0.85,
        r"\b(boot\.ini|win\.ini|system\.ini|php\.ini|my\.ini|winnt[/\\]|system32\b|global\.asax?|machine\.config|applicationhost\.config)",
    ),
    (0.8, r"\b(web-inf|meta-inf)\b"),
    (
        0.7,
        r"(^|[/\\])(\.htaccess|\.htpasswd|\.passwd|\.bash_history|\.bashrc|\.ssh[/\\]|id_([dr]sa|ed25519|ecdsa)|authorized_keys|\.netrc|\.pgpass|\.my\.cnf|web\.config|wp-config\.(php|bak|old|txt|inc)|\.(git|svn|hg|aws|gnupg|docker|kube|azure|gcloud|config|vscode|idea|claude|cursor|github|gemini|codex|aider[a-z.]*|windsurf[a-z]*|npm|cargo|m2|gem|subversion|local|cache|mozilla|terraform[a-z.]*)[/\\]|\.(npmrc|pypirc|gitconfig|git-credentials|dockercfg|s3cfg|boto|viminfo|lesshst|mysql_history|psql_history|python_history|zsh_history|zshrc|bash_[a-z]+|wgetrc|curlrc|cvspass|rhosts|shosts|fetchmailrc|muttrc|ssh_config|cursorrules|cursorignore|mcp\.json)\b|\.env\b)",
    ),
    (0.75, r"\bfile:[/\\]{1,3}"),
    (0.6, r"^[/\\]?\.{3,}[/\\]+\S"),
    (0.6, r"[/\\]\{(file|cmd)\}|\{file\}\s*$"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::decode::decode;

    #[test]
    fn paths_out_of_the_site_and_paths_within() {
        for value in [
            "../../config",
            "..%2f..%2fx",
            "..%c0%af..%c0%afx",
            "/etc/passwd",
            r"c:\windows\win.ini",
            "/a/..;/b",
            "%252e%252e%252fx",
            "file:///x",
            "/WEB-INF/web.xml",
            "..",
            ".aws/credentials",
            ".claude/settings.json",
            ".npmrc",
            "/etc/ssl/x",
            "/sys/class/net",
            "..%u2216..%u2216x",
            "a.php%00",
        ] {
            assert!(score(&decode(value, false)) >= 0.5, "{value}");
        }
        for value in [
            "wait...",
            "2nd/3rd floor",
            "a..b",
            "etc",
            "and/or",
            "Precinct 4 .. 7",
            "/a/b.html",
            "v1.2..1.3",
            ".net developer",
            ".5 miles",
        ] {
            assert!(score(&decode(value, false)) < 0.5, "{value}: {}", score(&decode(value, false)));
        }
    }
}
