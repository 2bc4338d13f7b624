//! Commands without anything before them: a value that is a command line from its first word on.
//!
//! Many commands are names and words (`Docker`, `curl`, `time`), so only those count here that no one would begin a note with,
//! and those whose next word is one of their own: `npm install`, `kubectl get`, `ps aux`.

use std::sync::LazyLock;

use hashbrown::HashSet;

use super::Command;
use super::words::{Kind, kind};

/// How sure one can be, from 0 to 1, that a value, given as it is and in lower case, is such a line.
pub(super) fn score(text: &str, lower: &str) -> f32 {
    let line = lower.trim();
    let (first, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    let bare = first.trim_matches(['\'', '"']);
    let (quoted, first) = (bare.len() + 2 == first.len(), bare);
    if first.is_empty() || first.len() > LONGEST || !first.bytes().next().is_some_and(|b| b.is_ascii_lowercase()) {
        return 0.0;
    }
    if !may_begin(first) {
        return 0.0;
    }
    let (next, tail) = words(rest);
    if next.is_empty() {
        return if is_listed(ALONE, first) { 0.5 } else { 0.0 };
    }
    if is_listed(LINES, first) || (first.contains(['-', '_']) && kind(first) == Some(Kind::Own)) {
        return 0.6;
    }
    // "LS Kim Lee"
    if text.trim_start().starts_with("ls ") && !tail.is_empty() && !rest.contains(|c: char| c.is_ascii_digit()) {
        return 0.5;
    }
    if matches!(first, "net" | "net1") && is_listed("user localgroup view accounts session", next) {
        return if tail.is_empty() || tail.contains('/') || next == "localgroup" { 0.6 } else { 0.0 };
    }
    let managed = MANAGERS.iter().any(|(managers, verbs)| is_listed(managers, first) && is_listed(verbs, next));
    if managed && (!tail.is_empty() || matches!(first, "ps" | "history")) {
        return 0.6;
    }
    match first {
        "curl" | "ping" | "telnet" | "ftp" | "dig" | "ssh" | "nc" if is_host(next) => 0.55,
        _ if quoted && (matches!(kind(next), Some(Kind::Own | Kind::Terse)) || matches!(next, "who" | "w")) => 0.6,
        "time" | "sudo" | "nohup" | "exec" | "command" | "xargs" | "env" | "eval" | "nice" | "busybox" => {
            runs(first, next, rest)
        }
        "docker" | "podman" if next == "ps" && tail.is_empty() => 0.6,
        "docker" | "podman"
            if matches!(next, "run" | "exec" | "build") && tail.starts_with("-") && !tail.starts_with("- ") =>
        {
            0.6
        }
        "ip" if matches!(next, "a" | "addr" | "route" | "link") && matches!(tail, "" | "show") => 0.55,
        "netsh" if matches!(next, "firewall" | "interface" | "advfirewall" | "wlan") => 0.6,
        "kill" | "pkill" | "killall" if next.starts_with("-9") => 0.6,
        "awk" | "gawk" | "sed" if next.starts_with(['\'', '"']) => 0.6,
        _ if is_script(next) && tail.is_empty() && kind(first).is_some() => 0.55,
        _ => 0.0,
    }
}

/// Whether any line could begin with that word.
fn may_begin(first: &str) -> bool {
    static MANAGING: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        let managers = MANAGERS.iter().flat_map(|(managers, _)| managers.split_ascii_whitespace());
        managers.chain(LINES.split_ascii_whitespace()).chain(ALONE.split_ascii_whitespace()).collect()
    });
    kind(first).is_some() || MANAGING.contains(first)
}

/// What else a line begins with or holds, for the gate: all of them have a space, or end as a script.
pub(crate) const MARKS: &[&str] = &[
    "npm ",
    "npx ",
    "pip ",
    "pip2 ",
    "pip3 ",
    "apt ",
    "apt-get ",
    "aptitude ",
    "yum ",
    "dnf ",
    "apk ",
    "brew ",
    "gem ",
    "snap ",
    "cargo ",
    "zypper ",
    "conda ",
    "pacman ",
    "composer ",
    "cpan ",
    "easy_install",
    "choco ",
    "winget ",
    "git ",
    "docker ",
    "podman ",
    "ps a",
    "ip a",
    "ip link",
    "ip route",
    "net user",
    "net local",
    "net view",
    "net accounts",
    "net session",
    "netsh ",
    "curl ",
    "ping ",
    "telnet ",
    "ftp ",
    "dig ",
    "ssh ",
    "nc ",
    "time ",
    "sudo ",
    "nohup ",
    "exec ",
    "command ",
    "xargs ",
    "env ",
    "eval ",
    "nice ",
    "busybox ",
    ".sh",
    ".py",
    ".pl",
    ".rb",
    ".ps1",
    ".vbs",
    ".bat",
    ".cmd",
    ".exe",
    ".cgi",
    " ./",
    "net1 ",
    "ls ",
];

/// Longer is no command's name.
const LONGEST: usize = 16;

/// Commands that no text begins with, together with any argument.
pub(crate) const LINES: &str = "wget nslookup ifconfig ipconfig netstat traceroute tracert chmod chown chgrp mkdir rmdir useradd usermod \
    userdel crontab systemctl journalctl iptables nmap tcpdump ncat netcat socat kubectl rsync tasklist taskkill \
    schtasks certutil bitsadmin wmic regsvr32 rundll32 mshta cscript wscript vssadmin icacls powershell pwsh msiexec printenv \
    strace lsof dpkg smbclient mysqldump hostnamectl";
/// Those that are a probe even without one.
pub(crate) const ALONE: &str = "whoami ifconfig ipconfig netstat systeminfo tasklist printenv";

/// Commands whose next word is a command of their own.
const MANAGERS: &[(&str, &str)] = &[
    // `Apt` is an apartment, `Pip` a name, `Snap` a shop.
    ("pip pip2 pip3 apt yum brew gem snap cargo conda composer cpan easy_install", "install uninstall"),
    (
        "npm npx pnpm apt-get aptitude dnf apk zypper pacman choco winget",
        "install i add exec run update upgrade remove uninstall -s search",
    ),
    ("git", "clone pull push checkout commit log config init fetch remote"),
    ("ps", "aux -ef -aux ax"),
    ("history", "-c -w"),
];

fn runs(first: &str, next: &str, rest: &str) -> f32 {
    let inner = Command::read(rest.trim_start_matches(['"', '\'']));
    match kind(&inner.name) {
        Some(Kind::Own) if first != "time" || inner.argument().is_some() => 0.6,
        Some(Kind::Terse) if inner.argument().is_some_and(|a| is_host(a) || a.starts_with(['-', '/'])) => 0.6,
        Some(_) if first == "sudo" => 0.6,
        // Two words and no more: `time who`.
        Some(kind)
            if next.len() == rest.trim().len()
                && (kind == Kind::Terse || matches!(next, "w" | "who" | "vi" | "ed")) =>
        {
            0.55
        }
        _ if next.starts_with("./") => 0.6,
        _ => 0.0,
    }
}

fn words(rest: &str) -> (&str, &str) {
    let rest = rest.trim_start();
    rest.split_once([' ', '\t']).map_or((rest, ""), |(next, tail)| (next, tail.trim_start()))
}

fn is_listed(list: &str, word: &str) -> bool {
    !word.is_empty() && list.split_ascii_whitespace().any(|listed| listed == word)
}

/// `192.0.2.1`, `a.example`; not `ann@a.example`.
fn is_host(text: &str) -> bool {
    let host = text.split(['/', ':']).next().unwrap_or_default();
    host.split('.').filter(|part| !part.is_empty()).count() >= 2
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
}

/// A script by its name, and nothing else: `a.sh`.
fn is_script(text: &str) -> bool {
    let Some((name, end)) = text.rsplit_once('.') else { return false };
    !name.is_empty() && matches!(end, "sh" | "py" | "pl" | "rb" | "ps1" | "vbs" | "bat" | "cmd" | "exe" | "cgi")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_notes() {
        for line in [
            "wget files.example/x",
            "whoami",
            "net user",
            "npm install left",
            "pip3 install x",
            "apt-get update -y",
            "kubectl get pods",
            "ps aux",
            "ip addr",
            "ls foo bar",
            "docker run -it x",
            "net user x y /add",
            "git clone x",
            "docker ps",
            "ping 192.0.2.1",
            "curl a.example/x",
            "time curl a.example",
            "sudo cat x",
            "nohup ./x &",
            "kill -9 1",
            "awk 'BEGIN{}'",
            "bash a.sh",
            "chmod 777 a",
        ] {
            assert!(score(line, line) >= 0.5, "{line}");
        }
        for text in [
            "docker",
            "docker strike",
            "pip pip",
            "git out the vote",
            "curl up",
            "ping me at ann@a.example",
            "net use of land",
            "net user fees",
            "'last' date",
            "Apt update: moved to 4B",
            "PS a question",
            "IP address changed",
            "Reg query: am I registered",
            "SC start date",
            "Su - please call",
            "Docker run for office",
            "LS Kim Lee",
            "MySQL error on the page",
            "Pip add my name",
            "whoami ha ha",
            "Su Root",
            "time to go",
            "time id card",
            "time",
            "kill 9 birds",
            "gem show",
            "service road",
            "su casa",
            "exec. director",
            "history of voting",
            "nice cat",
            "dig in",
            "ps: call",
            "install",
            "form.py",
            "see form.pdf",
        ] {
            assert!(score(text, &text.to_ascii_lowercase()) < 0.5, "{text}");
        }
    }
}
