//! Scripts by which intruders keep a site open (ATT&CK T1505.003): their usual names, and commands sent to a script.

use std::sync::LazyLock;

use super::patterns::Patterns;
use super::shell;

/// How sure one can be, from 0 to 1, that a path is such a script's.
pub(crate) fn page(lower: &str) -> f32 {
    static PAGES: LazyLock<Patterns> = LazyLock::new(|| {
        Patterns::new(&[
            (
                0.8,
                r"/(c99|c100|r57|wso[0-9._-]*|b374k|alfa[a-z0-9_-]*|alfashell|indoxploit|mini_?shell|web_?shell|cmd_?shell|simple-?backdoor|backdoor|qsd-php-backdoor|php-?backdoor|priv8|marijuana|madspot|0byt3m1n1|c37|p0wny[a-z0-9-]*|weevely|antichina|ws0|wso25|r00t|safe0ver|china_?chopper|godzilla|behinder|caidao|cmdasp|aspxspy|aspydrv|jspspy|jspwebshell|cmdjsp|regeorg|reduh|laudanum|shell[0-9]*|cmd[0-9]*|fx29sh?)\.(php[0-9]?|phtml|phar|jspx?|aspx?|ashx|cfm|cgi|pl)\b",
            ),
            (0.6, r"/(uploads?|tmp|temp|avatars?|attachments?)/[^?]*\.(php[0-9]?|phtml|phar|jspx?|aspx?|cfm)$"),
        ])
    });
    if lower.contains('.') { PAGES.score(lower) } else { 0.0 }
}

/// How sure one can be that a parameter carries a command: by its name, and the command's.
pub(crate) fn command(name: &str, lower: &str) -> f32 {
    const NAMES: [&str; 10] =
        ["cmd", "exec", "execute", "command", "shell", "cmdline", "cmd_exec", "doexec", "exec_cmd", "commandline"];
    if NAMES.contains(&name) && shell::is_command(lower) { 0.8 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shells_and_pages() {
        assert!(page("/c99.php") >= 0.5 && page("/uploads/x.php") >= 0.5 && page("/a/aspxspy.aspx") >= 0.5);
        assert!(page("/images/x.png") < 0.5 && page("/browser.html") < 0.5 && page("/index.php") < 0.5);
        assert!(command("cmd", "whoami") >= 0.5 && command("exec", "cat /etc/passwd") >= 0.5);
        assert!(command("cmd", "login") < 0.5 && command("cmd", "search") < 0.5 && command("street", "cat") < 0.5);
    }
}
