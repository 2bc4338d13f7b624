//! Numbers at the edges of a machine's types: what fuzzers send to make arithmetic overflow (CWE-190).

/// How sure one can be, from 0 to 1, that a value is such a number. A weak sign: a page may use one for "no limit".
pub(crate) fn score(lower: &str) -> f32 {
    // One beyond the bounds of 32 and 64 bits (ISO C, 5.2.4.2.1), and the doubles that PHP and Java once hung on
    // (CVE-2010-4645, CVE-2010-4476).
    const EDGES: [&str; 9] = [
        "2147483648",
        "2147483649",
        "4294967296",
        "9223372036854775808",
        "18446744073709551616",
        "18446744073709551615",
        "4294967295",
        "1e309",
        "2.2250738585",
    ];
    let number = lower.trim().trim_start_matches(['-', '+']).trim_start_matches('0');
    let is_edge = EDGES.contains(&number) || (number.starts_with("2.2250738585") && number.contains("e-308"));
    // Formats that print what lies in memory (CWE-134).
    let formats = lower.contains('%') && ["%n", "%s", "%x", "%p", "%d"].iter().any(|f| lower.matches(f).count() >= 4);
    if formats && lower.len() <= 64 && !lower.contains(' ') {
        0.6
    } else if is_edge {
        0.5
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_and_numbers() {
        assert!(score("2147483648") >= 0.5 && score("-2147483649") >= 0.5 && score("2.2250738585072007e-308") >= 0.5);
        assert!(score("%s%s%s%s") >= 0.5 && score("1e309") >= 0.5);
        assert!(score("2147483647") < 0.5 && score("27601") < 0.5 && score("") < 0.5);
    }
}
