//! Whom a reader trusts, from what was typed or pasted: keys line by line, or a whole policy (C2SP tlog-policy).

use pollwarden_ledger::{KeyError, MAX_POLICY, Policy, PolicyError, VerifierKey};

/// Why no policy comes of it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// Not text, or too much of it.
    #[error("the keys are not text, or more than {MAX_POLICY} bytes of it")]
    Text,
    /// One of the keys.
    #[error("line {line} of {whose}: {source}")]
    Key {
        /// The log's or the witnesses'.
        whose: &'static str,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        source: KeyError,
    },
    /// The policy.
    #[error("the policy can't be used: {0}")]
    Policy(#[from] PolicyError),
    /// A policy and keys beside it.
    #[error("a whole policy names its witnesses itself: leave the field for the witnesses' keys empty")]
    Both,
}

/// The policy that trusts the keys of `log` and asks for `quorum` of `witnesses`; or the one that stands in `log`.
///
/// # Errors
/// Where a line is no key, or the keys make no policy.
pub fn policy(log: &[u8], witnesses: &[u8], quorum: usize) -> Result<Policy, TrustError> {
    let (log, witnesses) = (text(log)?, text(witnesses)?);
    if !is_policy(log) {
        let (logs, witnesses) = (keys(log, "the log's keys")?, keys(witnesses, "the witnesses' keys")?);
        return Ok(Policy::new(logs, witnesses, quorum)?);
    }
    if meant(witnesses).next().is_some() {
        return Err(TrustError::Both);
    }
    // A file that was edited on Windows is one too.
    Ok(Policy::parse(&log.replace("\r\n", "\n"))?)
}

fn text(bytes: &[u8]) -> Result<&str, TrustError> {
    let text = std::str::from_utf8(bytes).map_err(|_| TrustError::Text)?;
    if text.len() <= MAX_POLICY { Ok(text) } else { Err(TrustError::Text) }
}

fn is_policy(text: &str) -> bool {
    let word = |line: &str| line.split_whitespace().next().map(str::to_owned).unwrap_or_default();
    meant(text)
        .any(|(_, line)| ["log", "witness", "group", "quorum"].contains(&word(line).as_str()) && line.contains(' '))
}

fn keys(text: &str, whose: &'static str) -> Result<Vec<VerifierKey>, TrustError> {
    meant(text)
        .map(|(line, key)| VerifierKey::parse(key).map_err(|source| TrustError::Key { whose, line, source }))
        .collect()
}

/// Lines that say something, with their numbers.
fn meant(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim()));
    lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "county.example/ledger+dd9c4044+AWa+fjMsekUzMr2dCn99sFX1xe8aBq2mbZizn7aBDEc6";
    const WITNESS: &str = "north.example/witness+f88becf2+BNVCB9oZSXfc9Grb/sK8LnW1LVqKQhhP7f3AACTw4+ja";

    #[test]
    fn keys_or_a_policy_may_be_given() {
        let keys = policy(format!("# from the county\n\n {LOG} \r\n").as_bytes(), WITNESS.as_bytes(), 1).unwrap();
        let whole = format!("log {LOG}\r\nwitness north {WITNESS}\r\nquorum north\r\n");
        let whole = policy(whole.as_bytes(), b"", 0).unwrap();
        assert!(keys.keys().eq(whole.keys()));
        assert!(keys.asks_for_witnesses() && whole.asks_for_witnesses());
        assert_eq!(policy(b"", b"", 0).unwrap().keys().count(), 0);
    }

    #[test]
    fn what_is_no_key_is_named_by_its_line() {
        let refused =
            |log: &str, witnesses: &str, quorum| policy(log.as_bytes(), witnesses.as_bytes(), quorum).unwrap_err();
        assert!(matches!(refused(&format!("{LOG}\nlog"), "", 0), TrustError::Key { line: 2, .. }));
        assert!(matches!(refused(LOG, WITNESS, 2), TrustError::Policy(PolicyError::TooFew { .. })));
        assert_eq!(refused(&format!("log {LOG}\nquorum none"), WITNESS, 0), TrustError::Both);
        assert_eq!(policy(b"\xff", b"", 0).unwrap_err(), TrustError::Text);
    }
}
