//! What a message asks for, by meaning: notions alone, or two near each other.

use std::ops::Range;

use super::clues::{self, Clue};
use super::words::Read;
use super::{Seen, who};
use crate::Letter;

/// How a wish shows.
enum How {
    /// This notion is named.
    One(&'static str),
    /// Two notions stand within so many letters.
    Near(&'static str, &'static str, usize),
}

use How::{Near, One};

struct Ask {
    clue: Clue,
    how: &'static [How],
    say: &'static str,
}

/// In words for a clerk; what was read follows each.
const ASKS: &[Ask] = &[
    Ask {
        clue: clues::CREDENTIALS,
        how: &[Near("verify", "account", 40)],
        say: "It wants an account confirmed or renewed",
    },
    Ask {
        clue: clues::BLOCKED,
        how: &[Near("account", "blocked", 40)],
        say: "It says that an account is blocked or runs out",
    },
    Ask { clue: clues::STRANGE_LOGIN, how: &[One("strangelogin")], say: "It warns of a stranger's access" },
    Ask {
        clue: clues::MAILBOX,
        how: &[One("mailboxfull")],
        say: "It speaks of a full mailbox, held messages or a password that runs out",
    },
    Ask { clue: clues::PAYMENT, how: &[Near("payment", "failed", 40)], say: "It says that a payment failed or waits" },
    Ask { clue: clues::INVOICE, how: &[Near("invoice", "overdue", 40)], say: "It presents a bill" },
    Ask {
        clue: clues::REFUND,
        how: &[Near("refund", "claim", 40), Near("refund", "taxissue", 40)],
        say: "It promises money back",
    },
    Ask { clue: clues::PARCEL, how: &[Near("parcel", "stuck", 50)], say: "It says that a parcel waits" },
    Ask {
        clue: clues::PRIZE,
        how: &[Near("won", "prize", 60), Near("claim", "prize", 40), One("youwon")],
        say: "It promises a prize or a gift",
    },
    Ask {
        clue: clues::SURVEY,
        how: &[Near("survey", "prize", 120), Near("survey", "won", 120)],
        say: "It pays for answers to a survey",
    },
    Ask { clue: clues::CASINO, how: &[One("casino")], say: "It invites to gamble" },
    Ask {
        clue: clues::WALLET,
        how: &[
            Near("wallet", "verify", 60),
            Near("wallet", "blocked", 60),
            Near("wallet", "strangelogin", 80),
            Near("wallet", "deadline", 60),
        ],
        say: "It is after a wallet of digital money",
    },
    Ask {
        clue: clues::AIRDROP,
        how: &[Near("coin", "airdrop", 80), Near("coin", "claim", 40), Near("coin", "won", 40)],
        say: "It promises digital money",
    },
    Ask { clue: clues::LOAN, how: &[Near("loan", "loan", 60)], say: "It offers a loan" },
    Ask { clue: clues::DATING, how: &[Near("dating", "dating", 60)], say: "It offers company or sex" },
    Ask { clue: clues::PILLS, how: &[One("pills")], say: "It sells potency or pills" },
    Ask { clue: clues::CURE, how: &[Near("slim", "slim", 60)], say: "It promises a cure or a slim body" },
    Ask {
        clue: clues::EXTORTION,
        how: &[Near("recorded", "shame", 400)],
        say: "It threatens to show shameful pictures",
    },
    Ask {
        clue: clues::SECRET,
        how: &[Near("secret", "cards", 300), Near("secret", "secret", 160)],
        say: "It asks for a favour in secret, as a superior would",
    },
    Ask {
        clue: clues::DOCUMENT,
        how: &[Near("document", "shared", 40)],
        say: "It says that a document or a message waits",
    },
    Ask {
        clue: clues::TAX,
        how: &[Near("tax", "taxissue", 60)],
        say: "It speaks for an authority, of a debt or a refund",
    },
    Ask {
        clue: clues::ANTIVIRUS,
        how: &[Near("antivirus", "infected", 60)],
        say: "It warns of viruses or of protection that runs out",
    },
    Ask { clue: clues::STORAGE, how: &[Near("storage", "storagefull", 60)], say: "It warns that files will be lost" },
    Ask {
        clue: clues::OFFER,
        how: &[Near("leads", "leads", 80), Near("leads", "deadline", 80), Near("leads", "click", 60)],
        say: "It makes an offer that gathers addresses",
    },
    Ask { clue: clues::WARES, how: &[Near("warez", "warez", 80)], say: "It sells traffic, channels or forged goods" },
    Ask { clue: clues::INCOME, how: &[Near("job", "job", 60)], say: "It promises easy income" },
    Ask { clue: clues::DEADLINE, how: &[One("deadline")], say: "It hurries its reader" },
    Ask { clue: clues::LOSS, how: &[One("loss")], say: "It threatens with a loss" },
    Ask { clue: clues::CLICK, how: &[One("click")], say: "It tells its reader to click" },
    Ask { clue: clues::NO_REPLY, how: &[One("donotreply")], say: "It speaks for a service and wants no answer" },
];

pub(super) fn look(letter: &Letter, read: &Read, seen: &mut Seen) {
    for ask in ASKS {
        asked(ask, read, seen);
    }
    fortune(read, seen);
    impersonal(letter, read, seen);
}

/// In full where it is the message's matter: in its heading, or said again and again.
fn asked(ask: &Ask, read: &Read, seen: &mut Seen) {
    let places: Vec<Range<usize>> = ask.how.iter().flat_map(|how| found(how, read)).collect();
    let Some(first) = places.first() else { return };
    let is_matter = first.start < read.heading || places.len() > 2;
    let part = if is_matter { 1.0 } else { 0.5 };
    seen.add_part(ask.clue, part, format!("{}: “{}”.", ask.say, read.shown(first)));
}

fn found(how: &How, read: &Read) -> Vec<Range<usize>> {
    match how {
        One(notion) => read.places(notion).collect(),
        Near(one, other, gap) if one == other => doubles(read, one, *gap),
        Near(one, other, gap) => read.pairs(one, other, *gap),
    }
}

/// Two different words of one notion near each other.
fn doubles(read: &Read, notion: &str, gap: usize) -> Vec<Range<usize>> {
    let places: Vec<Range<usize>> = read.places(notion).collect();
    let is_double = |pair: &&[Range<usize>]| {
        let [a, b] = pair else { return false };
        b.start + 1 >= a.end && b.start <= a.end + gap && read.shown(a) != read.shown(b)
    };
    places.windows(2).filter(is_double).map(|pair| pair[0].start..pair[1].end).collect()
}

/// Money of the dead, the rich or the dying: many words of money, and many of trust.
fn fortune(read: &Read, seen: &mut Seen) {
    let (money, trust) = (read.variety("fund"), read.variety("kin"));
    let strength = money.min(trust);
    let heading = read.places("fund").find(|at| at.end <= read.heading);
    if let Some(at) = heading.filter(|_| strength < 3) {
        seen.add(clues::MONEY, format!("It speaks of a large sum: “{}”.", read.shown(&at)));
    }
    if strength < 2 {
        return;
    }
    let part = if strength >= 4 {
        1.0
    } else if strength == 3 {
        0.75
    } else {
        0.5
    };
    let word = |notion: &str| read.places(notion).next().map(|at| read.shown(&at).to_owned()).unwrap_or_default();
    seen.add_part(
        clues::FORTUNE,
        part,
        format!("It tells of a fortune and asks for trust: “{}”, “{}” and more.", word("fund"), word("kin")),
    );
}

/// A greeting that fits anybody, or that is made of the address.
fn impersonal(letter: &Letter, read: &Read, seen: &mut Seen) {
    if let Some(at) = read.places("greet").find(|at| at.start < read.heading + 400) {
        return seen.add(clues::IMPERSONAL, format!("It greets nobody in particular: “{}”.", read.shown(&at)));
    }
    let opening = letter.text[..letter.text.floor_char_boundary(200)].to_lowercase();
    if let Some(address) = who::own_addresses(letter).into_iter().find(|address| opening.contains(address.as_str())) {
        seen.add(clues::IMPERSONAL, format!("It greets its reader by the address {address}."));
    }
}
