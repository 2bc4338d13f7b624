//! Small linear programs by the dual simplex method with bounded variables, on a dense tableau (Chvátal 1983, "Linear
//! Programming", chapters 8 and 10).

use crate::irv::{Budget, IrvError};

/// Minimise the sum of `cost` times x, where `slack` + `rows` times x is nowhere below 0, and x is from 0 to `most`.
#[derive(Debug, Clone)]
pub(super) struct Program {
    pub(super) cost: Vec<f64>,
    pub(super) most: Vec<f64>,
    pub(super) rows: Vec<Vec<f64>>,
    pub(super) slack: Vec<f64>,
}

/// What counts as nothing.
const NOTHING: f64 = 1e-9;

/// Solves a program whose costs are nowhere below 0. `None` where nothing fulfils it, or it takes more than `pivots`; each pivot
/// is charged as all the numbers that it goes through.
///
/// # Errors
/// Where `budget` is used up.
pub(super) fn solve(program: Program, pivots: usize, budget: &mut Budget) -> Result<Option<Vec<f64>>, IrvError> {
    let numbers = (program.rows.len() * program.cost.len()) as u64;
    let mut tableau = Tableau::new(program);
    for _ in 0..pivots {
        budget.spend(numbers)?;
        let Some(row) = tableau.worst() else { return Ok(Some(tableau.values())) };
        let Some(column) = tableau.entering(row) else { return Ok(None) };
        tableau.pivot(row, column);
    }
    Ok(None)
}

struct Tableau {
    /// Basic variable = value - row times nonbasic variables.
    rows: Vec<Vec<f64>>,
    value: Vec<f64>,
    cost: Vec<f64>,
    basic: Vec<usize>,
    nonbasic: Vec<usize>,
    /// By variable: its bound, and whether it is counted down from there.
    most: Vec<f64>,
    down: Vec<bool>,
}

impl Tableau {
    fn new(program: Program) -> Self {
        let (columns, rows) = (program.cost.len(), program.rows.len());
        let mut most = program.most;
        most.resize(columns + rows, f64::INFINITY);
        let negated = program.rows.into_iter().map(|row| row.into_iter().map(|a| -a).collect());
        Self {
            rows: negated.collect(),
            value: program.slack,
            cost: program.cost,
            basic: (columns..columns + rows).collect(),
            nonbasic: (0..columns).collect(),
            down: vec![false; columns + rows],
            most,
        }
    }

    /// The row whose variable is furthest beyond a bound, turned so that the bound is 0.
    fn worst(&mut self) -> Option<usize> {
        let beyond = |row: usize| (-self.value[row]).max(self.value[row] - self.most[self.basic[row]]);
        let row = (0..self.rows.len()).max_by(|a, b| beyond(*a).total_cmp(&beyond(*b)))?;
        if beyond(row) <= NOTHING {
            return None;
        }
        if self.value[row] > 0.0 {
            let variable = self.basic[row];
            self.value[row] = self.most[variable] - self.value[row];
            self.rows[row].iter_mut().for_each(|a| *a = -*a);
            self.down[variable] = !self.down[variable];
        }
        Some(row)
    }

    /// The column that keeps all costs from falling below 0; of several, the one with the largest pivot.
    fn entering(&self, row: usize) -> Option<usize> {
        let mut best: Option<(f64, f64, usize)> = None;
        for (column, a) in self.rows[row].iter().enumerate().filter(|(_, a)| **a < -NOTHING) {
            let (ratio, pivot) = (self.cost[column] / -a, -a);
            let better = best.is_none_or(|(least, largest, _)| {
                ratio < least - NOTHING || (ratio <= least + NOTHING && pivot > largest)
            });
            best = if better { Some((ratio, pivot, column)) } else { best };
        }
        best.map(|(_, _, column)| column)
    }

    fn pivot(&mut self, row: usize, column: usize) {
        let pivot = self.rows[row][column];
        self.rows[row].iter_mut().for_each(|a| *a /= pivot);
        self.rows[row][column] = 1.0 / pivot;
        self.value[row] /= pivot;
        let (lead, value) = (self.rows[row].clone(), self.value[row]);
        for other in (0..self.rows.len()).filter(|other| *other != row) {
            let factor = self.rows[other][column];
            if factor != 0.0 {
                subtract(&mut self.rows[other], &lead, factor, column);
                self.value[other] -= factor * value;
            }
        }
        let factor = self.cost[column];
        if factor != 0.0 {
            subtract(&mut self.cost, &lead, factor, column);
        }
        std::mem::swap(&mut self.basic[row], &mut self.nonbasic[column]);
    }

    fn values(&self) -> Vec<f64> {
        let columns = self.cost.len();
        let mut values = vec![0.0; columns + self.rows.len()];
        self.basic.iter().zip(&self.value).for_each(|(variable, value)| values[*variable] = *value);
        let from_bound = |(variable, value): (usize, f64)| {
            if self.down[variable] { self.most[variable] - value } else { value }
        };
        values.into_iter().enumerate().take(columns).map(from_bound).collect()
    }
}

fn subtract(row: &mut [f64], lead: &[f64], factor: f64, column: usize) {
    row[column] = 0.0;
    row.iter_mut().zip(lead).for_each(|(a, l)| *a -= factor * l);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_and_rows_hold_at_the_least_cost() {
        // x + y >= 3, x <= 1, cost x + 2y: x = 1, y = 2.
        let program = Program {
            cost: vec![1.0, 2.0],
            most: vec![1.0, f64::INFINITY],
            rows: vec![vec![1.0, 1.0]],
            slack: vec![-3.0],
        };
        let solved = |program, steps| solve(program, 10, &mut Budget::new(steps));
        assert_eq!(solved(program.clone(), 100), Ok(Some(vec![1.0, 2.0])));
        // Two numbers, gone through for each of two pivots and the last look.
        assert_eq!(solved(program.clone(), 5), Err(IrvError::OutOfBudget(5)));
        let bounded = Program { most: vec![1.0, 1.0], ..program };
        assert_eq!(solved(bounded, 100), Ok(None));
    }
}
