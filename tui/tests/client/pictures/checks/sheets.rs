//! Everything is within the screen: the cursor, wide characters, and sheets, with two clear columns beside
//! them where lists go on.

use epic::layout::columns;
use ratatui::buffer::Buffer;

use super::fault;
use crate::pictures::frame::Frame;

/// Width of the screens that go on beside a sheet.
const WIDE: u16 = 110;
/// Columns beside a sheet that are clear there.
const CLEAR: u16 = 2;

pub(super) fn faults(frame: &Frame) -> Vec<String> {
    let cells = &frame.roles;
    let mut faults = Vec::new();
    if (cells.area.width, cells.area.height) != frame.size {
        faults.push(format!("the size is {}", cells.area));
    }
    if let Some(cursor) = frame.cursor
        && !cells.area.contains(cursor)
    {
        faults.push(format!("the cursor is outside: {cursor}"));
    }
    for y in 0..frame.size.1 {
        faults.extend((0..frame.size.0).filter_map(|x| {
            let what = half(cells, x, y).or_else(|| sheet(cells, x, y))?;
            Some(fault(cells, y, &format!("column {}: {what}", x + 1)))
        }));
    }
    faults
}

/// What is wrong with a wide character here.
fn half(cells: &Buffer, x: u16, y: u16) -> Option<String> {
    let symbol = cells[(x, y)].symbol();
    let end = x + columns(symbol);
    if end > cells.area.width {
        return Some(format!("{symbol} goes beyond the screen"));
    }
    let covered = (x + 1..end).any(|x| !cells[(x, y)].symbol().trim().is_empty());
    covered.then(|| format!("half of {symbol} is covered"))
}

/// What is wrong with the sheet whose upper left corner is here.
fn sheet(cells: &Buffer, left: u16, top: u16) -> Option<String> {
    let (width, height) = (cells.area.width, cells.area.height);
    let symbol = |x: u16, y: u16| cells[(x, y)].symbol();
    if symbol(left, top) != "╭" {
        return None;
    }
    let Some(right) = (left..width).find(|&x| symbol(x, top) == "╮") else {
        return Some("the sheet has no upper right corner".to_owned());
    };
    let Some(bottom) = (top..height).find(|&y| symbol(left, y) == "╰") else {
        return Some("the sheet has no lower left corner".to_owned());
    };
    if symbol(right, bottom) != "╯" {
        return Some("the sheet has no lower right corner".to_owned());
    }
    for y in top + 1..bottom {
        let is_edge = |x| matches!(symbol(x, y), "│" | "↑" | "↓");
        if !is_edge(left) || !is_edge(right) {
            return Some(format!("the sheet has no edge in row {}", y + 1));
        }
    }
    if width < WIDE {
        return None;
    }
    if left < CLEAR || right + CLEAR >= width {
        return Some(format!(
            "the sheet is in columns {} to {}",
            left + 1,
            right + 1
        ));
    }
    let beside = (left - CLEAR..left).chain(right + 1..=right + CLEAR);
    let unclear = (top..=bottom).find(|&y| beside.clone().any(|x| symbol(x, y) != " "));
    unclear.map(|y| {
        format!(
            "the columns beside the sheet are not clear in row {}",
            y + 1
        )
    })
}
