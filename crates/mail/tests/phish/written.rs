//! Messages of our own, as tests write them.

use pollwarden_mail::Letter;
use pollwarden_mail::phish::{Evidence, Score, score};

/// A message to a clerk, by its fields and its body.
pub(crate) struct Written {
    from: String,
    to: String,
    subject: String,
    fields: String,
    kind: &'static str,
    body: String,
}

/// Plain text.
pub(crate) fn plain(from: &str, subject: &str, body: &str) -> Written {
    written(from, subject, "text/plain", body)
}

/// HTML.
pub(crate) fn html(from: &str, subject: &str, body: &str) -> Written {
    written(from, subject, "text/html", body)
}

fn written(from: &str, subject: &str, kind: &'static str, body: &str) -> Written {
    let (from, subject, body) = (from.to_owned(), subject.to_owned(), body.to_owned());
    Written {
        from,
        to: "Pat Clerk <pat.clerk@county.example.gov>".to_owned(),
        subject,
        fields: String::new(),
        kind,
        body,
    }
}

impl Written {
    /// With another header field.
    pub(crate) fn with(mut self, field: &str) -> Self {
        self.fields.push_str(field);
        self.fields.push_str("\r\n");
        self
    }

    /// To somebody else; empty: to nobody.
    pub(crate) fn to(mut self, to: &str) -> Self {
        to.clone_into(&mut self.to);
        self
    }

    pub(crate) fn raw(&self) -> Vec<u8> {
        let to = if self.to.is_empty() { String::new() } else { format!("To: {}\r\n", self.to) };
        let Self { from, subject, fields, kind, body, .. } = self;
        let raw = format!(
            "From: {from}\r\n{to}Subject: {subject}\r\nDate: Tue, 5 Mar 2024 09:00:00 +0000\r\n{fields}MIME-Version: 1.0\r\n\
             Content-Type: {kind}; charset=utf-8\r\n\r\n{body}\r\n"
        );
        raw.into_bytes()
    }

    pub(crate) fn letter(&self) -> Letter {
        Letter::read(&self.raw())
    }

    pub(crate) fn score(&self) -> Score {
        score(&self.letter(), &Evidence::default())
    }

    pub(crate) fn shows(&self, id: &str) -> bool {
        self.score().reasons.iter().any(|reason| reason.id == id)
    }
}

/// A score in one line, for a failing test's report.
pub(crate) fn told(score: &Score) -> String {
    let reasons: Vec<String> = score.reasons.iter().map(|r| format!("{} {:+}", r.id, r.weight)).collect();
    format!("{:.2} {:?}: {}", score.points, score.verdict, reasons.join(", "))
}
