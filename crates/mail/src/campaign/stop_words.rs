//! Words that say nothing about which text this is, in English and Spanish.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Small words: they stand in every text.
const SMALL: &[&str] = &[
    "a", "about", "after", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "been", "before", "but", "by",
    "can", "could", "did", "do", "does", "each", "for", "from", "had", "has", "have", "he", "her", "here", "his", "how", "i",
    "if", "in", "into", "is", "it", "its", "just", "may", "me", "more", "my", "no", "not", "now", "of", "on", "only", "or",
    "our", "out", "over", "pm", "she", "should", "so", "some", "than", "that", "the", "their", "them", "then", "there",
    "these", "they", "this", "those", "to", "up", "us", "was", "we", "were", "what", "when", "where", "which", "who", "will",
    "with", "would", "you", "your", "al", "como", "con", "de", "del", "el", "ella", "en", "es", "esta", "este", "esto", "ha",
    "hay", "la", "las", "le", "les", "lo", "los", "mas", "mi", "muy", "nos", "o", "para", "pero", "por", "que", "se", "si",
    "sin", "sobre", "son", "su", "sus", "tu", "un", "una", "uno", "usted", "y", "ya",
];

/// Days and months, which differ with the day a message is sent.
const DAYS: &[&str] = &[
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mon", "tue", "tues", "wed", "thu",
    "thurs", "fri", "sat", "sun", "january", "february", "march", "april", "june", "july", "august", "september", "october",
    "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "today",
    "tomorrow", "yesterday", "lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo", "enero", "febrero",
    "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre", "hoy", "manana",
    "ayer", "morning", "afternoon", "evening",
];

/// Words of addresses and of offices' names that are no one's name: they are never taken out of a text.
const GENERIC: &[&str] = &[
    "account", "accounts", "admin", "administrator", "alert", "alerts", "ballot", "ballots", "billing", "board", "city",
    "clerk", "clerks", "commission", "commissioner", "com", "contact", "county", "department", "dept", "director", "edu",
    "election", "elections", "electoral", "example", "government", "gov", "help", "helpdesk", "info", "invalid", "invoice",
    "invoices", "mail", "mailbox", "manager", "microsoft", "net", "news", "newsletter", "no", "noreply", "notice",
    "notifications", "notify", "office", "officer", "org", "parish", "password", "payments", "postmaster", "recorder",
    "registrar", "registration", "reply", "report", "reports", "sales", "secretary", "secure", "security", "service",
    "services", "staff", "state", "supervisor", "support", "team", "test", "town", "township", "training", "update",
    "updates", "user", "village", "vote", "voter", "voters", "voting", "webmaster", "www",
];

/// First words of a salutation.
pub(super) const GREETINGS: &[&str] = &[
    "dear", "hello", "hi", "hey", "greetings", "attention", "attn", "good", "to", "estimado", "estimada", "estimados",
    "estimadas", "hola", "buenos", "buenas", "apreciado", "apreciada", "querido", "querida", "distinguido", "distinguida",
];

/// First words of a line that closes a letter.
pub(super) const CLOSINGS: &[&str] = &[
    "regards", "sincerely", "thanks", "thank", "best", "kind", "warm", "warmly", "cordially", "respectfully", "cheers", "yours",
    "many", "with", "saludos", "atentamente", "cordialmente", "gracias", "un", "muchas", "respetuosamente", "muy",
];

/// A sentence with one of these stands below everything that an organisation or a list sends.
const FOOTERS: &[&str] = &[
    "unsubscribe", "unsubscribed", "unsubscribing", "confidential", "confidentiality", "privileged", "disclaimer", "mailman",
    "confidencial", "confidencialidad", "desuscribirse", "subscription", "listinfo",
];

/// What is known of a word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) is_small: bool,
    pub(super) is_day: bool,
    pub(super) is_generic: bool,
    pub(super) is_footer: bool,
}

/// Looks a folded word up.
pub(super) fn known(word: &str) -> Known {
    KNOWN.get(word).copied().unwrap_or_default()
}

static KNOWN: LazyLock<HashMap<&'static str, Known>> = LazyLock::new(|| {
    let mut all: HashMap<&'static str, Known> = HashMap::new();
    SMALL.iter().for_each(|word| all.entry(word).or_default().is_small = true);
    DAYS.iter().for_each(|word| all.entry(word).or_default().is_day = true);
    GENERIC.iter().for_each(|word| all.entry(word).or_default().is_generic = true);
    FOOTERS.iter().for_each(|word| all.entry(word).or_default().is_footer = true);
    all
});
