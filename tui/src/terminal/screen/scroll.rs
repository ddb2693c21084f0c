//! Finds rows of the screen that have moved up or down, such as those of a list: the terminal moves them
//! itself, which takes a few bytes in place of kilobytes.

use std::borrow::Cow;

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
pub(super) fn find(shown: &[Vec<Cell>], next: &[Cow<'_, [Cell]>]) -> Option<Scroll> {
    let rows = shown.len().min(next.len());
    let unmoved: Vec<i64> = (0..rows)
        .map(|row| match &next[row] {
            Cow::Borrowed(_) => 0,
            Cow::Owned(cells) => differences(&shown[row], cells),
        })
        .collect();
    let mut best = None;
    for distance in 1..=DISTANCE_MAX.min(rows.saturating_sub(1)) {
        for direction in [Direction::Up, Direction::Down] {
            // A row, and the one whose place it takes, at `distance` from it.
            let places = |row: usize| match direction {
                Direction::Up => (row + distance, row),
                Direction::Down => (row, row + distance),
            };
            let moves = (0..rows - distance).map(places);
            let gains = moves.clone().map(|(from, to)| {
                let changed = unmoved[to];
                changed - differences_up_to(changed, &shown[from], &next[to])
            });
            // In most frames hardly a row has moved, which is known without comparing every cell.
            if gains.sum::<i64>() < SAVED_MIN {
                continue;
            }
            // The saved cells of each row.
            let saved: Vec<i64> = moves
                .map(|(from, to)| unmoved[to] - differences(&shown[from], &next[to]))
                .collect();
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
    differences_up_to(i64::MAX, one, other)
}

/// The number of cells in which two rows differ, or this number if there are more.
fn differences_up_to(most: i64, one: &[Cell], other: &[Cell]) -> i64 {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let common = one.iter().zip(other).filter(|(a, b)| a != b);
    let length = one.len().min(other.len());
    let rest = one[length..].iter().chain(&other[length..]);
    let blank = Cell::EMPTY;
    let count = common.take(most).count();
    let rest = rest.filter(|cell| **cell != blank).take(most - count);
    i64::try_from(count + rest.count()).unwrap_or(i64::MAX)
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
