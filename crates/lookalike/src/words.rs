//! Words by which names are judged: what lures are made of, what is too common to name anybody, states, suffixes.
//!
//! Short lists from general knowledge. They weigh evidence; none of them makes an imitation alone.

mod lists;

use lists::{COMMON_WORDS as COMMON, ELECTION_WORDS as ELECTION, LURE_WORDS as LURE, STATE_CODES, STATE_NAMES};

/// Whether a word is one that lures put beside a name: log-in, help, mail, money, papers, elections.
pub(crate) fn is_lure(word: &str) -> bool {
    !word.is_empty() && (LURE.has(word) || word.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether a text is made of lure words alone, hyphens aside: `mailsecure`, `my`, `2024-login`.
pub(crate) fn is_all_lure(text: &str) -> bool {
    if !text.contains('-') {
        return split_into(text, is_lure);
    }
    split_into(&text.replace('-', ""), is_lure)
}

/// Whether a text has a word of log-in pages between its hyphens, or is one.
pub(crate) fn is_credential(text: &str) -> bool {
    text.split('-').any(|word| CREDENTIAL.contains(&word))
}

const CREDENTIAL: &[&str] = &[
    "adfs", "account", "login", "logon", "mfa", "owa", "password", "secure", "signin", "sso", "update", "verify",
    "webmail",
];

/// Longer than any word of these lists, in letters.
const LONGEST_WORD: usize = 20;

/// Whether a text splits into words that `known` accepts.
pub(crate) fn split_into(text: &str, known: impl Fn(&str) -> bool) -> bool {
    if !text.is_ascii() || text.len() > 63 {
        return false;
    }
    let mut reached = [false; 64];
    reached[0] = true;
    for start in 0..text.len() {
        if !reached[start] {
            continue;
        }
        for end in start + 1..=text.len().min(start + LONGEST_WORD) {
            reached[end] = reached[end] || known(&text[start..end]);
        }
    }
    reached[text.len()] && !text.is_empty()
}

/// Whether a word is too common, as a word or a place, to name one party.
pub(crate) fn is_common(word: &str) -> bool {
    COMMON.has(word) || is_state_name(word)
}

/// Whether a word speaks of elections.
pub(crate) fn is_election(word: &str) -> bool {
    ELECTION.has(word)
}

/// Whether two letters are a state's or territory's postal code.
pub(crate) fn is_state_code(code: &str) -> bool {
    code.len() == 2 && STATE_CODES.has(code)
}

/// Every word of these lists, the short forms of states from before there were postal codes included: names of places still
/// have them.
pub(crate) fn everyday_words() -> impl Iterator<Item = &'static str> {
    let lists = [LURE.words(), COMMON.words(), ELECTION.words(), STATE_NAMES.words(), STATE_SHORTS];
    lists.into_iter().flatten().copied()
}

const STATE_SHORTS: &[&str] = &[
    "ala", "ariz", "ark", "cal", "calif", "colo", "conn", "del", "fla", "ill", "ind", "kan", "mass", "mich", "minn",
    "miss", "mont", "neb", "nev", "okla", "ore", "penn", "penna", "tenn", "tex", "wash", "wis", "wisc", "wyo",
];

/// Whether a word is a state's name, written together.
pub(crate) fn is_state_name(word: &str) -> bool {
    STATE_NAMES.has(word)
}

/// Whether names under a public suffix are given to public bodies only, so that nobody can buy a look-alike there.
pub(crate) fn is_restricted(suffix: &str) -> bool {
    let first = suffix.split('.').next().unwrap_or_default();
    matches!(first, "gov" | "mil" | "gob" | "gouv")
}

/// Suffixes under which everybody has names, so that the same label there is often another's in good faith.
pub(crate) fn is_everyday(suffix: &str) -> bool {
    matches!(suffix, "com" | "org" | "net" | "edu" | "us" | "info" | "biz")
}

/// Country suffixes that are, or long were, given away for nothing or sold far from their country.
pub(crate) fn is_giveaway(suffix: &str) -> bool {
    matches!(suffix, "tk" | "ml" | "ga" | "cf" | "gq" | "pw" | "cc" | "ws" | "su" | "to" | "la" | "icu" | "me" | "co")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted() {
        for list in [&LURE, &COMMON, &ELECTION, &STATE_CODES, &STATE_NAMES] {
            let words = list.words();
            assert!(words.is_sorted(), "{:?}", words.windows(2).find(|pair| pair[0] > pair[1]));
            assert!(words.iter().all(|word| list.has(word)));
        }
    }

    #[test]
    fn texts_of_lure_words_are_known() {
        for text in ["login", "mail-login", "securemail", "my", "2024", "adfs"] {
            assert!(is_all_lure(text), "{text}");
        }
        for text in ["", "globe", "hewitt", "-", "ö"] {
            assert!(!is_all_lure(text), "{text}");
        }
    }
}
