//! The contrast of texts and signs with their ground.

use epic::theme::Role;
use ratatui::buffer::Buffer;

use super::{fault, role};
use crate::pictures::{colors::Colors, frame::Frame};

/// The least contrast of words (WCAG 2.2, criterion 1.4.3), and of signs (criterion 1.4.11).
const WORDS: f64 = 4.5;
const SIGNS: f64 = 3.0;

pub(super) fn faults(frame: &Frame, painted: &Buffer, colors: Colors) -> Vec<String> {
    let mut faults = Vec::new();
    for y in 0..frame.size.1 {
        // The first fault of a row stands for the others.
        let found = (0..frame.size.0).find_map(|x| {
            let symbol = painted[(x, y)].symbol();
            let role = role(&frame.roles[(x, y)]);
            let carries_nothing = matches!(role, Role::Faint | Role::Scrim | Role::ScrimTop);
            if carries_nothing || symbol.trim().is_empty() {
                return None;
            }
            let (ink, ground) = colors.displayed(&painted[(x, y)]);
            let least = if is_sign(symbol) { SIGNS } else { WORDS };
            let contrast = ink.contrast(ground);
            (contrast < least).then(|| {
                format!(
                    "the contrast of {symbol} ({role:?}), column {}, is {contrast:.2}",
                    x + 1
                )
            })
        });
        faults.extend(found.map(|what| fault(painted, y, &what)));
    }
    faults
}

/// Whether it is an arrow, a part of a frame or bar, or another shape.
fn is_sign(symbol: &str) -> bool {
    let is_shape = |letter| matches!(letter, '\u{2190}'..='\u{27bf}' | '\u{2800}'..='\u{28ff}');
    symbol.chars().all(is_shape)
}
