//! What holds for every frame. Each check returns what is wrong, with the row and its text.

mod attributes;
mod contrast;
mod sheets;
mod texts;

use epic::theme::{Ground, Role};
use ratatui::buffer::{Buffer, Cell};

use super::{
    colors::Colors,
    frame::{self, Frame},
};

/// Checks the frames of a scenario in one language, the largest last.
pub(super) fn faults(frames: &[Frame]) -> Vec<String> {
    let mut faults = Vec::new();
    let largest = texts::numbers(frames.last().unwrap());
    for frame in frames {
        let mut found = texts::faults(frame, &largest);
        found.extend(sheets::faults(frame));
        for colors in Colors::ALL {
            let painted = frame.painted(colors);
            let mut of_colors = contrast::faults(frame, &painted, colors);
            let without_grounds = [Colors::Sixteen, Colors::SixteenLight, Colors::None];
            if without_grounds.contains(&colors) {
                of_colors.extend(attributes::faults(frame, &painted));
            }
            if colors == Colors::Console {
                of_colors.extend(texts::missing_signs(&painted));
            }
            let prefixed = of_colors.into_iter();
            found.extend(prefixed.map(|fault| format!("{}: {fault}", colors.name())));
        }
        let name = frame.file_name();
        faults.extend(found.into_iter().map(|fault| format!("{name}: {fault}")));
    }
    faults
}

/// A fault in a row.
fn fault(buffer: &Buffer, y: u16, what: &str) -> String {
    format!(
        "row {}: {what}\n    {}",
        y + 1,
        frame::row(buffer, y).trim_end()
    )
}

fn role(cell: &Cell) -> Role {
    Role::of(cell.fg)
}

fn ground(cell: &Cell) -> Option<Ground> {
    Ground::of(cell.bg)
}
