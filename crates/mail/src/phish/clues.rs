//! What counts, and how much: the one table of weights.
//!
//! Weights are judgement in quarters. A point is about what a single weak sign deserves; five points, where the verdict
//! turns to phish, need several signs of different kinds or two that ordinary mail has no reason to show.

/// A clue's name and its weight.
pub(super) type Clue = (&'static str, f64);

// Who.
pub(super) const IMITATES: Clue = ("who/imitates", 4.5);
pub(super) const SPEAKS_FOR: Clue = ("who/speaks-for", 1.5);
pub(super) const NO_DOMAIN: Clue = ("who/no-domain", 3.0);
pub(super) const SEVERAL_WRITERS: Clue = ("who/several-writers", 1.5);
pub(super) const SEVERAL_FROM_FIELDS: Clue = ("who/several-from-fields", 3.0);
pub(super) const RANDOM_DOMAIN: Clue = ("who/random-domain", 2.0);
pub(super) const RANDOM_LOCAL: Clue = ("who/random-local", 1.0);
pub(super) const ANYBODYS_DOMAIN: Clue = ("who/anybodys-domain", 2.5);
pub(super) const ODD_ENDING: Clue = ("who/odd-ending", 0.75);
pub(super) const FREE_MAIL_SERVICE: Clue = ("who/service-at-free-mail", 2.0);
pub(super) const NAME_ELSEWHERE: Clue = ("who/name-elsewhere", 1.25);
pub(super) const NAME_UNLIKE: Clue = ("who/name-unlike", 0.5);
pub(super) const NAME_NAMES_DOMAIN: Clue = ("who/name-names-domain", 2.0);
pub(super) const NAME_DRESSED: Clue = ("who/name-dressed", 1.25);
pub(super) const FROM_RECIPIENT: Clue = ("who/from-recipient", 1.5);
pub(super) const REPLY_ELSEWHERE: Clue = ("who/reply-elsewhere", 1.0);
pub(super) const REPLY_FREE_MAIL: Clue = ("who/reply-at-free-mail", 2.25);
pub(super) const ENVELOPE_ELSEWHERE: Clue = ("who/envelope-elsewhere", 0.75);
pub(super) const TO_NOBODY: Clue = ("who/to-nobody", 0.75);
pub(super) const FREE_MAIL_TO_NOBODY: Clue = ("who/free-mail-to-nobody", 1.0);
pub(super) const DISOWNED: Clue = ("who/disowned", 2.0);
pub(super) const SILENT: Clue = ("who/nobody-vouches", 1.0);

// Links.
pub(super) const SHOWS_ANOTHER: Clue = ("link/shows-another", 1.5);
pub(super) const STRANGERS: Clue = ("link/strangers", 1.25);
pub(super) const ONE_TARGET: Clue = ("link/one-target", 1.25);
pub(super) const ADDRESS_NUMBER: Clue = ("link/number", 2.0);
pub(super) const PUNYCODE: Clue = ("link/punycode", 2.0);
pub(super) const SHORTENED: Clue = ("link/shortened", 2.0);
pub(super) const ANYBODYS_SITE: Clue = ("link/anybodys-site", 2.0);
pub(super) const REDIRECTS: Clue = ("link/redirects", 0.5);
pub(super) const ODD_LINK_ENDING: Clue = ("link/odd-ending", 1.0);
pub(super) const RANDOM_HOST: Clue = ("link/random-host", 1.5);
pub(super) const NAMES_RECIPIENT: Clue = ("link/names-recipient", 0.75);
pub(super) const HOST_WITHIN: Clue = ("link/host-within", 2.5);
pub(super) const USER_INFO: Clue = ("link/user-info", 2.0);
pub(super) const CARRIES_PAGE: Clue = ("link/carries-page", 2.5);

pub(super) const BROKEN_INTO: Clue = ("link/broken-into", 1.0);
pub(super) const ODD_PORT: Clue = ("link/odd-port", 1.0);

// How it looks.
pub(super) const PICTURE_ONLY: Clue = ("look/picture-only", 2.0);
pub(super) const HIDDEN_TEXT: Clue = ("look/hidden-text", 2.0);
pub(super) const BROKEN_WORDS: Clue = ("look/broken-words", 3.5);
pub(super) const MIXED_SCRIPTS: Clue = ("look/mixed-scripts", 2.5);
pub(super) const BARE_ATTACHMENT: Clue = ("look/bare-attachment", 2.0);
pub(super) const ASKS_PASSWORD: Clue = ("look/asks-password", 3.0);
pub(super) const FALSE_ANSWER: Clue = ("look/false-answer", 0.75);
pub(super) const DISGUISED: Clue = ("look/disguised-words", 2.5);
pub(super) const SUBJECT_SHOUTS: Clue = ("look/subject-shouts", 0.5);
pub(super) const SUBJECT_SUM: Clue = ("look/subject-sum", 0.5);
pub(super) const SUBJECT_CODE: Clue = ("look/subject-code", 0.5);
pub(super) const NAMED_IN_SUBJECT: Clue = ("look/address-in-subject", 1.5);
pub(super) const PAYLOAD: Clue = ("look/payload", 3.0);
pub(super) const QR_CODE: Clue = ("look/qr-code", 1.5);

// What it asks for.
pub(super) const CREDENTIALS: Clue = ("asks/credentials", 1.5);
pub(super) const BLOCKED: Clue = ("asks/blocked-account", 1.5);
pub(super) const STRANGE_LOGIN: Clue = ("asks/strange-login", 1.5);
pub(super) const MAILBOX: Clue = ("asks/mailbox", 2.0);
pub(super) const PAYMENT: Clue = ("asks/payment-failed", 1.5);
pub(super) const INVOICE: Clue = ("asks/invoice", 1.0);
pub(super) const REFUND: Clue = ("asks/refund", 1.25);
pub(super) const PARCEL: Clue = ("asks/parcel", 1.5);
pub(super) const PRIZE: Clue = ("asks/prize", 2.0);
pub(super) const SURVEY: Clue = ("asks/survey", 1.5);
pub(super) const CASINO: Clue = ("asks/casino", 3.0);
pub(super) const WALLET: Clue = ("asks/wallet", 2.5);
pub(super) const AIRDROP: Clue = ("asks/airdrop", 2.0);
pub(super) const FORTUNE: Clue = ("asks/fortune", 4.5);
pub(super) const MONEY: Clue = ("asks/money", 1.5);
pub(super) const LOAN: Clue = ("asks/loan", 1.5);
pub(super) const DATING: Clue = ("asks/dating", 2.5);
pub(super) const PILLS: Clue = ("asks/pills", 2.5);
pub(super) const CURE: Clue = ("asks/cure", 2.0);
pub(super) const EXTORTION: Clue = ("asks/extortion", 5.0);
pub(super) const SECRET: Clue = ("asks/secret", 2.5);
pub(super) const DOCUMENT: Clue = ("asks/document", 1.25);
pub(super) const TAX: Clue = ("asks/tax", 1.5);
pub(super) const ANTIVIRUS: Clue = ("asks/antivirus", 1.75);
pub(super) const STORAGE: Clue = ("asks/storage", 1.75);
pub(super) const OFFER: Clue = ("asks/offer", 1.5);
pub(super) const WARES: Clue = ("asks/wares", 1.25);
pub(super) const INCOME: Clue = ("asks/income", 1.0);
pub(super) const DEADLINE: Clue = ("asks/deadline", 0.75);
pub(super) const LOSS: Clue = ("asks/loss", 0.75);
pub(super) const IMPERSONAL: Clue = ("asks/impersonal", 0.75);
pub(super) const CLICK: Clue = ("asks/click", 0.5);
pub(super) const NO_REPLY: Clue = ("asks/no-reply", 0.25);

// Together.
pub(super) const AGREE: Clue = ("all/agree", 1.0);

// What speaks for ordinary mail.
pub(super) const KNOWN: Clue = ("ordinary/known-writer", -4.0);
pub(super) const ANSWER: Clue = ("ordinary/answer", -3.0);
pub(super) const QUOTES: Clue = ("ordinary/quotes", -1.5);
pub(super) const VOUCHED: Clue = ("ordinary/vouched", -0.25);
pub(super) const LIST: Clue = ("ordinary/list", -1.5);
pub(super) const OWN_LINKS: Clue = ("ordinary/own-links", -1.5);
pub(super) const OWN_OFFICE: Clue = ("ordinary/own-office", -1.5);
pub(super) const MUCH_TO_READ: Clue = ("ordinary/much-to-read", -1.5);
pub(super) const SPEAKS_FOR_ITSELF: Clue = ("ordinary/own-service", -2.0);
