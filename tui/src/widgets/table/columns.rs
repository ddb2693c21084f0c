//! Which columns a table has, and their widths. Columns are as wide as what the list contains; a narrow table
//! leaves out optional columns, truncates texts, then drops columns.

use super::{GAP, Table, total};
use crate::{
    layout,
    record::table::{Cell, Width},
};

/// Minimum width to which a text is truncated before a number is.
const SHORTEST_TEXT: u16 = 4;
/// Width to which the first column is truncated for the one that orders the list.
const NAME_BESIDE_ORDER: u16 = 16;
/// Width to which the first column is truncated before numbers and states are dropped for the one that
/// orders the list.
const NAME_BESIDE_NUMBERS: u16 = 20;

/// The widths between which a column is drawn.
#[derive(Clone, Copy)]
struct Widths {
    least: u16,
    /// The width of most cells, up to the maximum of the column.
    wanted: u16,
    /// The width of almost all cells, up to the maximum of the column.
    comfortable: u16,
    /// The width of the widest cell, up to the maximum of the column.
    longest: u16,
    /// The width of the widest cell.
    whole: u16,
    is_text: bool,
}

impl Widths {
    /// Those of the sample, with room for what is on the screen: all of a number, and a text where there is
    /// room. So the columns stay where they are while the list scrolls.
    fn with(self, on_screen: Self) -> Self {
        if self.is_text {
            Self {
                whole: self.whole.max(on_screen.whole),
                ..self
            }
        } else if self.whole < on_screen.whole {
            on_screen
        } else {
            self
        }
    }
}

impl Table<'_> {
    /// The index and the width of each column that is drawn in this width. `sample` stands for the whole list:
    /// it determines the columns, so that they stay while the rows on the screen change.
    #[must_use]
    pub fn columns(
        &self,
        rows: &[Vec<Cell>],
        sample: &[Vec<Cell>],
        width: u16,
    ) -> Vec<(usize, u16)> {
        let mut shown = self.shown(rows, sample, width);
        while self.needed(&shown) > width {
            let rank = |(index, _): &(usize, Widths)| self.rank(*index);
            match shown.iter().map(rank).max() {
                Some(most) if most > 0 => shown.retain(|it| rank(it) < most),
                _ => break,
            }
        }
        while let Some(position) = self.gives_way(&shown, width) {
            shown.remove(position);
        }
        let widths: Vec<_> = shown.iter().map(|(_, widths)| *widths).collect();
        let order = shown.iter().position(|(index, _)| self.is_order(*index));
        let fitted = fitted_widths(&widths, order, width);
        let indices = shown.into_iter().map(|(index, _)| index);
        indices.zip(fitted).collect()
    }

    /// The width without which a column is dropped: a text that orders the list is whole, also at the expense
    /// of the name.
    fn needed(&self, shown: &[(usize, Widths)]) -> u16 {
        let order = shown
            .iter()
            .position(|(index, widths)| self.is_order(*index) && widths.is_text)
            .filter(|position| *position > 0);
        let shown = shown.iter().enumerate();
        total(shown.map(|(position, (_, widths))| match position {
            _ if order == Some(position) => widths.longest,
            0 if order.is_some() => widths.least.min(NAME_BESIDE_ORDER),
            _ => widths.least,
        }))
    }

    /// The position of a column that is not dropped otherwise, but gives way to one that is shown here only
    /// because it orders the list: another text than the name, then the last number or state. The name is
    /// the last to be truncated.
    fn gives_way(&self, shown: &[(usize, Widths)], width: u16) -> Option<usize> {
        let missing = self.needed(shown).saturating_sub(width);
        let (_, order) = shown.iter().find(|(index, _)| self.is_added(*index))?;
        let (_, name) = shown.first()?;
        let others = shown.iter().enumerate().skip(1);
        let mut others = others.filter(|(_, (index, _))| !self.is_order(*index));
        let text = others.clone().rfind(|(_, (_, widths))| widths.is_text);
        let spare = name.least.saturating_sub(NAME_BESIDE_NUMBERS);
        let given = match text {
            Some(text) if missing > 0 => Some(text),
            None if missing > spare && !order.is_text => others.next_back(),
            _ => None,
        };
        given.map(|(position, _)| position)
    }

    /// Whether this column orders the list, and would give way otherwise.
    fn is_added(&self, index: usize) -> bool {
        let header = self.headers[index];
        self.is_order(index) && (header.drop > 0 || !header.is_on(self.screen))
    }

    /// The columns that say something here. Of the optional ones only those, in the order of their ranks,
    /// beside which almost no name of the sample has to be truncated, and no text of most rows.
    fn shown(&self, rows: &[Vec<Cell>], sample: &[Vec<Cell>], width: u16) -> Vec<(usize, Widths)> {
        let is_optional = |index: &usize| self.headers[*index].optional && self.rank(*index) > 0;
        let indices = (0..self.headers.len()).filter(|index| self.is_shown(*index, rows));
        let (mut optional, mut shown): (Vec<_>, Vec<_>) = indices.partition(is_optional);
        let in_sample = (0..self.headers.len()).map(|index| self.widths(index, sample));
        let mut in_sample: Vec<_> = in_sample.collect();
        let usual = |index: usize| match index {
            0 => in_sample[index].comfortable,
            _ => in_sample[index].wanted,
        };
        let mut used = total(shown.iter().map(|index| usual(*index)));
        optional.sort_by_key(|index| self.rank(*index));
        for index in optional {
            let Widths {
                least, comfortable, ..
            } = in_sample[index];
            let room = width.saturating_sub(used.saturating_add(GAP));
            let taken = if self.headers[index].truncatable {
                least
            } else {
                comfortable
            };
            if taken <= room {
                used += GAP + taken;
                shown.push(index);
            }
        }
        // These get what the others leave.
        for &index in shown.iter().filter(|it| self.headers[**it].truncatable) {
            let widths = &mut in_sample[index];
            let missing = widths.comfortable.saturating_sub(widths.least);
            let more = missing.min(width.saturating_sub(used));
            used += more;
            widths.wanted = widths.least + more;
        }
        shown.sort_unstable();
        // A short list is its own sample.
        let shows_all = std::ptr::eq(rows, sample);
        let widths = |index: usize| {
            let widths = in_sample[index];
            if shows_all {
                return (index, widths);
            }
            (index, widths.with(self.widths(index, rows)))
        };
        shown.into_iter().map(widths).collect()
    }

    /// The rank at which a narrow table drops a column. The one that orders the list stays.
    fn rank(&self, index: usize) -> u8 {
        if self.is_order(index) {
            0
        } else {
            self.headers[index].drop
        }
    }

    /// Whether the list is ordered by this column.
    fn is_order(&self, index: usize) -> bool {
        self.headers[index].order == Some(self.order.0)
    }

    /// Whether a column says something here.
    fn is_shown(&self, index: usize, rows: &[Vec<Cell>]) -> bool {
        let header = self.headers[index];
        let mut texts = rows.iter().map(|cells| &cells[index].text);
        let first = texts.next();
        let is_constant = (self.is_constant)(header) && texts.all(|text| Some(text) == first);
        let is_order = self.is_order(index);
        is_order && self.shows_order || header.is_on(self.screen) && (is_order || !is_constant)
    }

    fn widths(&self, index: usize, rows: &[Vec<Cell>]) -> Widths {
        let title = layout::columns(&self.header_text(index));
        let mut cells: Vec<_> = rows.iter().map(|cells| cells[index].width()).collect();
        cells.sort_unstable();
        let whole = cells.last().copied().unwrap_or(0).max(title);
        match self.headers[index].width {
            Width::Fit(least) => {
                let width = whole.max(least);
                Widths {
                    least: width,
                    wanted: width,
                    comfortable: width,
                    longest: width,
                    whole: width,
                    is_text: false,
                }
            }
            // Without rows, the headers stand where they will with them.
            Width::Text(least, most) if rows.is_empty() => {
                let usual = least.midpoint(most).max(title);
                Widths {
                    least: least.max(title),
                    wanted: usual,
                    comfortable: usual,
                    longest: usual,
                    whole: usual,
                    is_text: true,
                }
            }
            Width::Text(least, most) => {
                let width_of = |cells: &[u16], part, of| {
                    let width = cells.get(cells.len() * part / of).copied().unwrap_or(0);
                    width.clamp(title, most.max(title))
                };
                Widths {
                    least: least.min(whole).max(title),
                    wanted: width_of(&cells, 9, 10),
                    comfortable: width_of(&cells, 24, 25),
                    longest: whole.min(most.max(title)),
                    whole,
                    is_text: true,
                }
            }
        }
    }
}

/// Distributes the width of the table: each column has its minimum; then the one that orders the list gets
/// the width of its longest text, also at the expense of the first one; then the first one, which is the name,
/// gets the width that it wants, then the others evenly, then all to their whole width. Without room for the minimum, texts are truncated further,
/// the widest first.
fn fitted_widths(columns: &[Widths], order: Option<usize>, width: u16) -> Vec<u16> {
    let mut fitted: Vec<u16> = columns.iter().map(|it| it.least).collect();
    for _ in 0..total(fitted.iter().copied()).saturating_sub(width) {
        let texts = fitted.iter_mut().zip(columns);
        let texts = texts.filter(|(_, widths)| widths.is_text);
        match texts.map(|(width, _)| width).max_by_key(|width| **width) {
            Some(widest) if *widest > SHORTEST_TEXT => *widest -= 1,
            _ => return fitted,
        }
    }
    let mut room = width.saturating_sub(total(fitted.iter().copied()));
    if let Some(order) = order {
        let goal = columns[order].longest;
        let spare = fitted[0].saturating_sub(NAME_BESIDE_ORDER);
        let lent = goal.saturating_sub(fitted[order] + room).min(spare);
        if order > 0 {
            fitted[0] -= lent;
            room += lent;
        }
        widen(&mut fitted[order], goal, &mut room);
    }
    for goal in [|it: &Widths| it.wanted, |it: &Widths| it.whole] {
        if let (Some(width), Some(first)) = (fitted.first_mut(), columns.first()) {
            widen(width, goal(first), &mut room);
        }
        widen_evenly(&mut fitted, columns, goal, &mut room);
    }
    fitted
}

/// Widens a column up to its goal, as far as there is room.
fn widen(width: &mut u16, goal: u16, room: &mut u16) {
    let missing = goal.saturating_sub(*width).min(*room);
    *width += missing;
    *room -= missing;
}

/// Widens the columns that lack most of their goal, until there is no room.
fn widen_evenly(fitted: &mut [u16], columns: &[Widths], goal: fn(&Widths) -> u16, room: &mut u16) {
    while *room > 0 {
        let columns = fitted.iter_mut().zip(columns);
        let missing = columns.map(|(width, widths)| (goal(widths).saturating_sub(*width), width));
        match missing.max_by_key(|(missing, _)| *missing) {
            Some((1.., width)) => *width += 1,
            _ => return,
        }
        *room -= 1;
    }
}
