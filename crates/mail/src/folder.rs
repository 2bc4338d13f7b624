//! Which of a mailbox's folders a message lies in, by the folder's name.

/// A folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Folder {
    /// What the office got.
    Received,
    /// What the office sent.
    Sent,
    /// What a filter or a person set aside.
    Junk,
    /// Attached to another message, as people report what they were sent.
    Reported,
}

/// Names that mail programs give their folders, in the languages that offices use.
const SENT: &[&str] = &["sent", "sent items", "sent mail", "sent messages", "enviados", "elementos enviados", "outbox"];
const JUNK: &[&str] = &["junk", "junk e-mail", "junk email", "spam", "bulk", "quarantine", "correo no deseado"];

/// Endings of packed mailboxes.
const PACKED: &[&str] = &[".gz", ".zst", ".xz"];

impl Folder {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Sent => "sent",
            Self::Junk => "junk",
            Self::Reported => "reported",
        }
    }

    /// By a file's path: `mail/.Sent/cur/1700000000.M1`, `Sent.mbox`.
    pub fn of(path: &str) -> Self {
        let names = path.split(['/', '!', '\\']).map(|name| {
            let name = name.trim_start_matches('.').to_lowercase();
            let name = PACKED.iter().fold(name.as_str(), |name, ending| name.trim_end_matches(ending));
            name.trim_end_matches(".mbox").trim_end_matches(".mbx").rsplit('.').next().unwrap_or_default().to_owned()
        });
        for name in names {
            if SENT.contains(&name.as_str()) {
                return Self::Sent;
            }
            if JUNK.contains(&name.as_str()) {
                return Self::Junk;
            }
        }
        Self::Received
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_known_by_their_names() {
        for (path, folder) in [
            ("mail/cur/1.eml", Folder::Received),
            ("mail/.Sent/cur/1", Folder::Sent),
            ("mail/.INBOX.Sent Items/cur/1", Folder::Sent),
            ("mail/Sent.mbox", Folder::Sent),
            ("mail/Sent.mbox.zst", Folder::Sent),
            ("mail.zip!Export/Junk E-mail/3.eml", Folder::Junk),
            ("mail/sentinel.eml", Folder::Received),
        ] {
            assert_eq!(Folder::of(path), folder, "{path}");
        }
    }
}
