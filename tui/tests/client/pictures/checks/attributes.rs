//! Where the user is, without colours of its own: the selected row, the field in front, the buttons.

use epic::theme::{Ground, Role};
use ratatui::{buffer::Buffer, style::Modifier};

use super::{fault, ground, role};
use crate::pictures::frame::Frame;

/// The mark of the selected row, and of the field in front.
const MARK: &str = "▌";

pub(super) fn faults(frame: &Frame, painted: &Buffer) -> Vec<String> {
    let (width, height) = frame.size;
    let mut faults = Vec::new();
    for y in 0..height {
        let lost = (0..width).find_map(|x| {
            let (needed, what) = match ground(&frame.roles[(x, y)])? {
                // The mark fills half of its cell, which is the other half in reverse.
                Ground::Sel if painted[(x, y)].symbol() == MARK => return None,
                Ground::Sel => (Modifier::REVERSED, "the selection"),
                Ground::Button | Ground::BadButton => (Modifier::REVERSED, "the button"),
                Ground::FieldInFront => (Modifier::UNDERLINED, "the field in front"),
                Ground::Field => (Modifier::UNDERLINED, "the field"),
                // The hours of an event have a sign too.
                Ground::Sel2 | Ground::Stripe | Ground::Surface | Ground::Hours => return None,
            };
            let is_lost = !painted[(x, y)].modifier.contains(needed);
            is_lost.then(|| format!("{what} is not visible in column {}", x + 1))
        });
        faults.extend(lost.map(|what| fault(painted, y, &what)));
        // Other fields are underlined too: the mark or the cursor tells them apart.
        let in_front = |x, y| ground(&frame.roles[(x, y)]) == Some(Ground::FieldInFront);
        let Some(x) = (0..width).find(|&x| in_front(x, y)) else {
            continue;
        };
        let is_first = y == 0 || !in_front(x, y - 1);
        let is_marked = (0..x)
            .any(|x| painted[(x, y)].symbol() == MARK && role(&frame.roles[(x, y)]) != Role::Scrim);
        let has_cursor = frame.cursor.is_some_and(|it| it.y == y);
        if is_first && !is_marked && !has_cursor {
            faults.push(fault(painted, y, "the field in front has no mark"));
        }
    }
    faults
}
