//! The rules between the months of a list that is ordered by time: each takes a line of the screen.

use jiff::civil::Date;

use super::List;
use crate::record::value::Value;

impl List {
    /// The day that the list is ordered by, of the record in this row; `None` in other orders.
    fn day(&self, row: usize) -> Option<Date> {
        match self.records.get(row)?.value(self.criteria.order.column) {
            Value::Date(date) => Some(date),
            Value::Moment(time) => Some(self.zone.to_datetime(time).date()),
            _ => None,
        }
    }

    /// The first day of the month that begins with this row, if a rule is above it. A kept record, which may
    /// no longer be in its place, belongs to the month around it.
    fn month_before(&self, row: usize) -> Option<Date> {
        if row <= self.top || self.kept_row() == Some(row) {
            return None;
        }
        self.month_change(row)
    }

    /// The first day of the month of this row, if the row above is of another one.
    fn month_change(&self, row: usize) -> Option<Date> {
        let above = row.checked_sub(1)?;
        let above = match self.kept_row() {
            Some(kept) if kept == above => above.checked_sub(1)?,
            _ => above,
        };
        let month = |row| Some(self.day(row)?.first_of_month());
        let this = month(row)?;
        (month(above)? != this).then_some(this)
    }

    /// The rows from the first one on the screen on, each with its line, and with its month if a rule is above
    /// it.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, usize, Option<Date>)> {
        let rows = self.top..self.records.len();
        rows.scan(0, |next, row| {
            let month = self.month_before(row);
            let line = *next + usize::from(month.is_some());
            *next = line + 1;
            Some((row, line, month))
        })
    }

    /// The lines between the first row on the screen and this one; none if it is above.
    #[must_use]
    pub(crate) fn line_of(&self, row: usize) -> usize {
        let found = self.lines().find(|(it, ..)| *it >= row);
        found.map_or(0, |(_, line, _)| line)
    }

    /// The row on this line of the screen; `None` on a rule, and below the last row.
    #[must_use]
    pub(crate) fn row_at(&self, line: usize) -> Option<usize> {
        let found = self.lines().find(|(_, it, _)| *it >= line);
        found.and_then(|(row, it, _)| (it == line).then_some(row))
    }

    /// The number of rows that are on the screen.
    #[must_use]
    pub(crate) fn rows_on_screen(&self, visible: usize) -> usize {
        let lines = self.lines();
        lines.take_while(|(_, line, _)| *line < visible).count()
    }

    /// The first row on the screen when this row is on the last one of so many lines.
    pub(super) fn top_with_last(&self, row: usize, lines: usize) -> usize {
        let (mut top, mut used) = (row, 1);
        while top > 0 {
            let is_first = self.kept_row() == Some(top) || self.month_change(top).is_none();
            used += if is_first { 1 } else { 2 };
            if used > lines {
                break;
            }
            top -= 1;
        }
        top
    }
}
