//! The movement of the cursor that takes the fewest bytes.

use std::{
    io::{self, Write},
    ops::Range,
};

/// The most bytes of a control sequence with a number below 1,000.
const SEQUENCE_MAX: usize = 6;

/// A position on the screen: the column and the row.
pub(super) type Position = (usize, usize);

/// A movement from one position to another, relative to the first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Movement {
    rows: Rows,
    columns: Columns,
}

/// Movements between rows, which keep the column. The terminal does not process the output, so that a
/// line feed does so too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rows {
    LineFeeds(usize),
    /// Cursor down (CUD).
    Down(usize),
    /// Cursor up (CUU).
    Up(usize),
}

/// Movements within a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Columns {
    Backspaces(usize),
    /// Cursor back (CUB).
    Back(usize),
    /// Cursor forward (CUF).
    Forward(usize),
    /// The cells between the columns are written again.
    Rewritten,
    /// A carriage return.
    Return,
    ReturnForward(usize),
    ReturnRewritten,
}

impl Movement {
    /// The shortest movement, and the number of its bytes. `rewritten` returns the number of bytes that
    /// write the cells between two columns of the other row again, if they can be written.
    pub(super) fn shortest(
        from: Position,
        to: Position,
        rewritten: impl Fn(usize, usize) -> Option<usize>,
    ) -> (Self, usize) {
        let rows = match to.1.checked_sub(from.1) {
            Some(down) if down <= sequence(down) => (Rows::LineFeeds(down), down),
            Some(down) => (Rows::Down(down), sequence(down)),
            None => (Rows::Up(from.1 - to.1), sequence(from.1 - to.1)),
        };
        let columns = shortest_columns(from.0, to.0, rewritten);
        let movement = Self {
            rows: rows.0,
            columns: columns.0,
        };
        (movement, rows.1 + columns.1)
    }

    /// Writes the movement, and returns the columns of the cells to be written after it.
    pub(super) fn write(
        self,
        from: Position,
        to: Position,
        output: &mut impl Write,
    ) -> io::Result<Range<usize>> {
        match self.rows {
            Rows::LineFeeds(count) => repeat(output, b'\n', count)?,
            Rows::Down(count) => write_sequence(output, count, 'B')?,
            Rows::Up(count) => write_sequence(output, count, 'A')?,
        }
        match self.columns {
            Columns::Backspaces(count) => repeat(output, b'\x08', count)?,
            Columns::Back(count) => write_sequence(output, count, 'D')?,
            Columns::Forward(count) => write_sequence(output, count, 'C')?,
            Columns::Rewritten => return Ok(from.0..to.0),
            Columns::Return => output.write_all(b"\r")?,
            Columns::ReturnForward(count) => {
                output.write_all(b"\r")?;
                write_sequence(output, count, 'C')?;
            }
            Columns::ReturnRewritten => {
                output.write_all(b"\r")?;
                return Ok(0..to.0);
            }
        }
        Ok(to.0..to.0)
    }
}

fn shortest_columns(
    from: usize,
    to: usize,
    rewritten: impl Fn(usize, usize) -> Option<usize>,
) -> (Columns, usize) {
    let mut best = match to.checked_sub(from) {
        Some(0) => return (Columns::Backspaces(0), 0),
        Some(forward) => (Columns::Forward(forward), sequence(forward)),
        None => {
            let back = from - to;
            if back <= sequence(back) {
                (Columns::Backspaces(back), back)
            } else {
                (Columns::Back(back), sequence(back))
            }
        }
    };
    let mut consider = |columns, bytes| {
        if bytes < best.1 {
            best = (columns, bytes);
        }
    };
    if from < to {
        // A cell takes at least a byte.
        if to - from <= SEQUENCE_MAX
            && let Some(bytes) = rewritten(from, to)
        {
            // Of two that take as many bytes, text is the one that a terminal processes faster.
            consider(Columns::Rewritten, bytes.saturating_sub(1));
        }
    } else if to == 0 {
        consider(Columns::Return, 1);
    } else {
        consider(Columns::ReturnForward(to), 1 + sequence(to));
        if to < SEQUENCE_MAX
            && let Some(bytes) = rewritten(0, to)
        {
            consider(Columns::ReturnRewritten, 1 + bytes);
        }
    }
    best
}

/// The bytes of a control sequence with this number.
const fn sequence(number: usize) -> usize {
    match number {
        0 => 0,
        1 => 3,
        _ => 3 + digits(number),
    }
}

/// The digits of a number.
pub(super) const fn digits(number: usize) -> usize {
    match number {
        0..=9 => 1,
        10..=99 => 2,
        100..=999 => 3,
        1_000..=9_999 => 4,
        _ => 5,
    }
}

fn repeat(output: &mut impl Write, byte: u8, count: usize) -> io::Result<()> {
    (0..count).try_for_each(|_| output.write_all(&[byte]))
}

fn write_sequence(output: &mut impl Write, number: usize, kind: char) -> io::Result<()> {
    match number {
        1 => write!(output, "\x1b[{kind}"),
        _ => write!(output, "\x1b[{number}{kind}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_shortest_movement_is_chosen() {
        // From, to, the most cells that can be written again, the movement.
        let cases = [
            ((5, 3), (5, 3), 0, ""),
            ((5, 3), (6, 3), 0, "␛[C"),
            ((5, 3), (6, 3), 9, "5-6"),
            ((5, 3), (9, 3), 9, "5-9"),
            ((5, 3), (9, 3), 3, "␛[4C"),
            ((5, 3), (10, 3), 9, "␛[5C"),
            ((5, 3), (4, 3), 9, "←"),
            ((50, 3), (40, 3), 9, "␛[10D"),
            ((50, 3), (3, 3), 9, "⏎0-3"),
            ((50, 3), (3, 3), 0, "␛[47D"),
            ((50, 3), (0, 3), 0, "⏎"),
            ((150, 3), (6, 3), 9, "⏎␛[6C"),
            ((50, 3), (50, 5), 0, "↓↓"),
            ((50, 3), (50, 9), 0, "␛[6B"),
            ((50, 3), (49, 9), 0, "␛[6B←"),
            ((50, 9), (50, 8), 0, "␛[A"),
            ((50, 9), (60, 7), 0, "␛[2A␛[10C"),
            ((50, 3), (2, 4), 2, "↓⏎0-2"),
        ];
        for (from, to, again, expected) in cases {
            let rewritten = |start, end| (end - start <= again).then_some(end - start);
            let (movement, bytes) = Movement::shortest(from, to, rewritten);
            let mut output = Vec::new();
            let cells = movement.write(from, to, &mut output).unwrap();
            let length = output.len();
            if !cells.is_empty() {
                write!(output, "{}-{}", cells.start, cells.end).unwrap();
            }
            let mut text = String::from_utf8(output).unwrap();
            for (control, sign) in [("\u{1b}", "␛"), ("\u{8}", "←"), ("\r", "⏎"), ("\n", "↓")]
            {
                text = text.replace(control, sign);
            }
            assert_eq!(text, expected, "from {from:?} to {to:?}");
            assert!(bytes <= length + cells.len(), "from {from:?} to {to:?}");
        }
    }
}
