//! Where a reference in a document leads: that decides how much it matters.

use crate::act::Audience;

/// Where a target lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// A server on the web.
    Web,
    /// Another machine's file share: opening it hands over the user's password hash (ATT&CK T1187).
    Share,
    /// A program by its protocol: `ms-msdt:`, `mhtml:`, `search-ms:` …
    Program,
    /// A file on the reader's own machine.
    Local,
}

impl Reach {
    pub(crate) fn of(target: &str) -> Self {
        let lower = target.trim().trim_matches('"').to_ascii_lowercase();
        if ["http:", "https:", "ftp:", "ftps:"].iter().any(|scheme| lower.starts_with(scheme)) {
            return Self::Web;
        }
        if let Some(path) = lower.strip_prefix("file:") {
            return Self::of_file(path);
        }
        if lower.starts_with("\\\\") || lower.starts_with("//") {
            return Self::Share;
        }
        match lower.split_once(':') {
            Some((scheme, _)) if is_program(scheme) => Self::Program,
            Some((_, rest)) if rest.starts_with("//") => Self::Web,
            _ => Self::Local,
        }
    }

    /// `file:///C:/x` is local; `file://host/x`, `file:\\host\x` and `file:///\\host\x` are shares.
    fn of_file(path: &str) -> Self {
        let path = path.replace('\\', "/");
        let slashes = path.len() - path.trim_start_matches('/').len();
        let rest = &path[slashes..];
        let drive = rest.as_bytes().get(1) == Some(&b':') || rest.starts_with("localhost/");
        if drive || slashes != 2 && slashes < 4 { Self::Local } else { Self::Share }
    }

    /// Who needs to see something that is opened by itself from there.
    pub(crate) fn audience(self) -> Audience {
        match self {
            Self::Web | Self::Share | Self::Program => Audience::Clerk,
            Self::Local => Audience::Examiner,
        }
    }

    pub(crate) fn is_elsewhere(self) -> bool {
        self != Self::Local
    }
}

/// Protocols that start something. A drive letter is no protocol; `mailto` and `tel` only open a window.
fn is_program(scheme: &str) -> bool {
    let harmless = ["mailto", "tel", "sms", "news", "urn", "about", "cid", "data"];
    scheme.len() > 1
        && !harmless.contains(&scheme)
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'))
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && (scheme.contains('-')
            || ["mhtml", "its", "mk", "javascript", "vbscript", "script", "hcp", "shell", "calculator"]
                .contains(&scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_told_apart() {
        let reach = [
            ("https://a.example/x.dotm", Reach::Web),
            ("\\\\files.example\\x", Reach::Share),
            ("file://files.example/x", Reach::Share),
            ("file:///\\\\files.example\\x", Reach::Share),
            ("file:///C:\\Users\\clerk\\Normal.dotm", Reach::Local),
            ("file:\\\\files.example\\x", Reach::Share),
            ("C:\\Templates\\Letter.dot", Reach::Local),
            ("Letter.dot", Reach::Local),
            ("mhtml:http://a.example/x!y", Reach::Program),
            ("ms-msdt:/id PCWDiagnostic", Reach::Program),
            ("mailto:clerk@county.example", Reach::Local),
        ];
        for (target, expected) in reach {
            assert_eq!(Reach::of(target), expected, "{target}");
        }
    }
}
