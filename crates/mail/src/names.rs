//! A list of names to protect, as CSV: each line an organisation and its domain. CISA's list of `.gov` domains is read as it is.

use std::io::Cursor;

/// Longer lists are none of names: the whole of `.gov` has about 16,000.
const MOST: usize = 200_000;

/// Reads a list: names with domains. The columns are found by their headings.
///
/// # Errors
/// In words: what is expected, what is there, in which line.
pub fn protected_names(bytes: &[u8]) -> Result<Vec<(String, String)>, String> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(Cursor::new(bytes));
    let headings = reader.headers().map_err(|fault| fault.to_string())?.clone();
    let column = |words: &[&str]| {
        headings.iter().position(|heading| words.iter().any(|word| heading.trim().to_ascii_lowercase() == *word))
    };
    let domain = column(&["domain name", "domain", "host"]);
    let name = column(&["organization name", "organisation name", "organization", "organisation", "name"]);
    let (Some(domain), Some(name)) = (domain, name) else {
        let found = headings.iter().collect::<Vec<_>>().join(", ");
        return Err(format!(
            "expected a heading with the columns \"Domain name\" and \"Organization name\", found: {found}"
        ));
    };
    let more = [column(&["suborganization name"]), column(&["city"]), column(&["state"])];
    let mut names = Vec::new();
    for (at, row) in reader.records().enumerate() {
        let row = row.map_err(|fault| format!("line {}: {fault}", at + 2))?;
        let cell = |at: usize| row.get(at).unwrap_or_default().trim();
        if !cell(domain).contains('.') {
            return Err(format!("line {}: expected a domain, found \"{}\"", at + 2, cell(domain)));
        }
        if names.len() == MOST {
            return Err(format!("expected at most {MOST} names, found more"));
        }
        names.push((full_name(cell(name), &more.map(|at| at.map_or("", cell))), cell(domain).to_lowercase()));
    }
    Ok(names)
}

/// Counties and cities of one name are told apart by their state.
fn full_name(name: &str, [part, city, state]: &[&str; 3]) -> String {
    let mut full = name.to_owned();
    if !part.is_empty() {
        full.push_str(&format!(", {part}"));
    }
    let place: Vec<&str> = [*city, *state].into_iter().filter(|place| !place.is_empty()).collect();
    if !place.is_empty() {
        full.push_str(&format!(" ({})", place.join(", ")));
    }
    full
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_by_their_headings() {
        let list = b"Domain name,Domain type,Organization name,Suborganization name,City,State\nExample.gov,County - Election,Example County,,Town,OH\n";
        let names = protected_names(list).expect("reads");
        assert_eq!(names, [("Example County (Town, OH)".to_owned(), "example.gov".to_owned())]);
        assert!(protected_names(b"a,b\n1,2\n").expect_err("no columns").contains("Domain name"));
        assert!(protected_names(b"name,domain\nX,nothing\n").expect_err("no domain").contains("line 2"));
    }
}
