//! How a thread goes on: answers with quotes, thanks, absence notes, and mail that comes back (RFC 3464).

use jiff::{Span, Zoned};

use super::super::Folder;
use super::super::body::quoted;
use super::super::dice::Dice;
use super::super::draft::{Draft, File};
use super::super::people::Person;
use super::super::route::NOTHING;
use super::super::senders::Sender;
use super::super::template::Template;
use super::message::{Desk, Made};

/// Who is answered.
const ANSWERED: [&str; 10] =
    ["voter", "candidate", "pollworker", "press", "press-es", "neighbour", "observer", "attorney", "printer", "party"];

impl Desk<'_> {
    /// The messages of the thread that this one begins.
    pub(super) fn go_on(&self, opening: Made, template: &Template, dice: &mut Dice) -> Vec<Made> {
        let mut thread = vec![opening];
        if thread[0].folder == Folder::Sent {
            thread.extend(self.came_back(&thread[0], dice));
        } else if ANSWERED.contains(&template.field("from")) && dice.chance(45) {
            let answer = self.answer(&thread[0], template, dice);
            thread.push(answer);
        }
        if let Some(last) = thread.last().filter(|last| last.folder == Folder::Sent)
            && dice.chance(25)
        {
            let kind = if dice.chance(30) { "away" } else { "back" };
            let back = self.back(last, kind, dice);
            thread.push(back);
        }
        thread
    }

    fn answer(&self, to: &Made, template: &Template, dice: &mut Dice) -> Made {
        let id = match (template.field("lang"), template.field("from")) {
            ("es", _) => "answer-es",
            (_, "voter" | "candidate" | "pollworker") => "answer-voter",
            _ => "answer-short",
        };
        let answer = self.answers.iter().find(|template| template.id == id).cloned().unwrap_or_default();
        let by = self.office.people.iter().find(|person| person.address == to.to.address).cloned();
        let by = by.unwrap_or_else(|| dice.pick(&self.office.people));
        let from = Sender { shown: by.name(), person: by, checks: NOTHING };
        self.reply(to, &answer, from, dice)
    }

    fn back(&self, to: &Made, kind: &str, dice: &mut Dice) -> Made {
        let template = self.answers.iter().find(|template| template.field("from") == kind).cloned().unwrap_or_default();
        let from = Sender { shown: to.to.name(), person: to.to.clone(), checks: super::super::route::ALL_PASS };
        let mut made = self.reply(to, &template, from, dice);
        if kind == "away" {
            made.draft.extra.push(("Auto-Submitted", "auto-replied".to_owned()));
        }
        made
    }

    fn reply(&self, to: &Made, template: &Template, from: Sender, dice: &mut Dice) -> Made {
        let at = later(&to.draft.at, 3 + dice.below(1_400));
        let mut made = self.message(template, (from, to.from.person.clone()), at, Some(to), dice);
        if dice.chance(75) {
            let when = to.draft.at.strftime("%a, %b %-d, %Y at %H:%M");
            let who = format!("On {when}, {} <{}> wrote:", to.draft.from.0, to.draft.from.1);
            made.draft.body = format!("{}\n\n{who}\n\n{}", made.draft.body, quoted(&to.draft.body));
        }
        made
    }

    /// Some addresses are mistyped: the receiver's server says so.
    fn came_back(&self, of: &Made, dice: &mut Dice) -> Option<Made> {
        if !dice.chance(6) {
            return None;
        }
        let host = format!("mx1.{}", self.office.domain);
        let daemon = Person { address: format!("MAILER-DAEMON@{host}"), ..Person::default() };
        let failed = &of.to.address;
        let body =
            format!("Your message to <{failed}> could not be delivered.\n\nThe host said: 550 5.1.1 no such user here");
        let status = format!(
            "Reporting-MTA: dns; {host}\r\n\r\nFinal-Recipient: rfc822; {failed}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        );
        let heads =
            format!("Message-ID: <{}>\r\nSubject: {}\r\n", of.draft.message_id, plain_subject(&of.draft.subject));
        let at = later(&of.draft.at, 1);
        let draft = Draft {
            trace: vec![("Return-Path", "<>".to_owned()), ("Delivered-To", of.from.person.address.clone())],
            from: ("Mail Delivery System".to_owned(), daemon.address.clone()),
            to: vec![(String::new(), of.from.person.address.clone())],
            subject: "Undelivered Mail Returned to Sender".to_owned(),
            message_id: format!("{}@{host}", dice.hex(18)),
            extra: vec![("Auto-Submitted", "auto-replied".to_owned())],
            is_report: true,
            files: vec![report("message/delivery-status", status), report("text/rfc822-headers", heads)],
            at,
            body,
            ..Draft::default()
        };
        let from = Sender { shown: draft.from.0.clone(), person: daemon, checks: NOTHING };
        Some(Made { draft, from, to: of.from.person.clone(), folder: Folder::Inbox, template: "bounce" })
    }
}

fn report(kind: &'static str, text: String) -> File {
    File { name: String::new(), kind, bytes: text.into_bytes() }
}

fn plain_subject(subject: &str) -> String {
    subject.chars().filter(char::is_ascii).collect()
}

fn later(at: &Zoned, minutes: u64) -> Zoned {
    at.checked_add(Span::new().minutes(minutes as i64)).unwrap_or_else(|_| at.clone())
}
