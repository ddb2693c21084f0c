//! Finds rows of the screen that have moved up or down, such as those of a list: the terminal moves them
//! itself, which takes a few bytes in place of kilobytes.

use ratatui::buffer::Cell;

/// A change of fewer rows is not searched for rows that have moved.
pub(super) const ROWS_MIN: usize = 4;
/// The most rows by which rows move: a step of the mouse wheel.
const DISTANCE_MAX: usize = 3;
/// The cells that a scroll must save: its control sequences take about 25 bytes.
const SAVED_MIN: i64 = 60;

/// A region of the screen whose rows move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scroll {
    /// The first row of the region.
    pub(super) top: usize,
    /// The last row of the region.
    pub(super) bottom: usize,
    pub(super) direction: Direction,
    /// The number of rows that enter the region, which are blank.
    pub(super) distance: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Up,
    Down,
}

impl Scroll {
    /// Moves the rows.
    pub(super) fn apply(&self, rows: &mut [Vec<Cell>]) {
        let region = &mut rows[self.top..=self.bottom];
        match self.direction {
            Direction::Up => {
                region.rotate_left(self.distance);
                let entered = region.len() - self.distance;
                region[entered..].iter_mut().for_each(Vec::clear);
            }
            Direction::Down => {
                region.rotate_right(self.distance);
                region[..self.distance].iter_mut().for_each(Vec::clear);
            }
        }
    }
}

/// The scroll after which the fewest cells of `shown` differ from those of `next`, if it saves enough.
pub(super) fn find(shown: &[Vec<Cell>], next: &[Vec<Cell>]) -> Option<Scroll> {
    let rows = shown.len().min(next.len());
    let unmoved: Vec<i64> = (0..rows)
        .map(|row| differences(&shown[row], &next[row]))
        .collect();
    let mut best = None;
    for distance in 1..=DISTANCE_MAX.min(rows.saturating_sub(1)) {
        for direction in [Direction::Up, Direction::Down] {
            // The saved cells of a row that takes the place of the one at `distance` from it.
            let saved = |row: usize| {
                let (from, to) = match direction {
                    Direction::Up => (row + distance, row),
                    Direction::Down => (row, row + distance),
                };
                unmoved[to] - differences(&shown[from], &next[to])
            };
            let saved: Vec<i64> = (0..rows - distance).map(saved).collect();
            let Some((first, last)) = best_run(&saved) else {
                continue;
            };
            let (top, bottom) = (first, last + distance);
            let entered = match direction {
                Direction::Up => bottom + 1 - distance..=bottom,
                Direction::Down => top..=top + distance - 1,
            };
            let total: i64 = saved[first..=last].iter().sum::<i64>()
                + entered
                    .map(|row| unmoved[row] - differences(&[], &next[row]))
                    .sum::<i64>();
            if total >= SAVED_MIN && best.is_none_or(|(other, _)| total > other) {
                let scroll = Scroll {
                    top,
                    bottom,
                    direction,
                    distance,
                };
                best = Some((total, scroll));
            }
        }
    }
    best.map(|(_, scroll)| scroll)
}

/// The number of cells in which two rows differ. Beyond its last cell a row is blank.
fn differences(one: &[Cell], other: &[Cell]) -> i64 {
    let blank = Cell::EMPTY;
    let length = one.len().max(other.len());
    let differs = |x: &usize| one.get(*x).unwrap_or(&blank) != other.get(*x).unwrap_or(&blank);
    let count = (0..length).filter(differs).count();
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The first and the last index of the run with the largest sum; `None` if no sum is positive.
fn best_run(values: &[i64]) -> Option<(usize, usize)> {
    let mut best = None;
    let mut best_sum = 0;
    let (mut start, mut sum) = (0, 0);
    for (index, value) in values.iter().enumerate() {
        if sum <= 0 {
            (start, sum) = (index, 0);
        }
        sum += value;
        if sum > best_sum {
            best_sum = sum;
            best = Some((start, index));
        }
    }
    best
}
