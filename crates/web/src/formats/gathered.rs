//! Takes rows for someone who asks for derived tables alone: rows are added up as they are read, and only those that are
//! signs of an attack are kept whole.

use pollwarden_intake::Parsed;

use super::rows::{JudgedRows, Row, Take};
use crate::derive::{Adding, Logged};
use crate::request::Judge;

/// Rows, added up.
#[derive(Default)]
pub(super) struct Gathered {
    judge: Judge,
    adding: Adding,
    signs: JudgedRows,
    rows: u64,
}

impl Take for Gathered {
    fn take(&mut self, row: &Row<'_>, source: &str, line: u64) {
        let judged = self.judge.judge((row.path, row.query), row.status, row.agent, row.referer);
        self.rows += 1;
        self.adding.request(&Logged {
            time: row.time,
            client: row.client,
            account: row.user.unwrap_or_default(),
            agent: row.agent,
            method: row.method,
            route: judged.route,
            route_key: judged.route_key,
            asset: judged.asset,
            record: judged.record,
            status: row.status,
            bytes: row.bytes,
            duration_us: row.duration_us,
            attack: judged.attack,
            source,
            line,
        });
        if judged.attack != 0 {
            self.signs.push(row, line, judged);
        }
    }

    fn block(&mut self, source: &str, parsed: &mut Parsed) {
        self.adding.pause(&mut parsed.derived);
        parsed.derived_from += std::mem::take(&mut self.rows);
        let mut signs = Parsed::default();
        self.signs.finish(source, &mut signs);
        parsed.also.append(&mut signs.also);
    }

    fn end(&mut self, parsed: &mut Parsed) {
        self.adding.end(&mut parsed.derived);
    }
}
