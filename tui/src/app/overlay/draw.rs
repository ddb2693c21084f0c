//! What the drawings of overlays share. Only these modules and `view` use it; the components do
//! not.

use ratatui::{
    style::Style,
    text::{Line, Span},
};
use tui_input::Input;

use crate::{
    app::context::Context,
    theme,
    widgets::{
        input,
        popup::{FRAME, Popup},
        text::wrap,
    },
};

/// How wide most overlays are, where there is room.
pub(crate) const WIDTH: u16 = 76;
/// How wide questions are.
pub(super) const QUESTION_WIDTH: u16 = 64;
/// Lines of a long list that are on the screen at once, where there is room.
const LINES: usize = 14;

/// An overlay on the screen.
pub(crate) trait Draw {
    /// Draws it; `front` when keys go to it.
    fn popup(&self, ctx: &Context<'_>, front: bool) -> Popup;
}

/// The width of most overlays on this screen.
pub(super) fn width(ctx: &Context<'_>) -> u16 {
    WIDTH.min(ctx.size.0.saturating_sub(4))
}

/// A sign that turns while a reply takes long; a space otherwise.
pub(crate) fn spinner(ctx: &Context<'_>) -> &'static str {
    const SIGNS: [&str; 8] = ["⣷", "⣯", "⣟", "⡿", "⢿", "⣻", "⣽", "⣾"];
    let turn = ctx.time().as_millisecond() / 100;
    let index = usize::try_from(turn.rem_euclid(8)).unwrap_or(0);
    if ctx.is_slow() { SIGNS[index] } else { " " }
}

/// Adds a text above the list, in as many lines as it takes.
pub(super) fn paragraph(popup: &mut Popup, text: &str, style: Style) {
    for line in wrap(text, popup.width - FRAME) {
        popup.top.push(Line::styled(line, style));
    }
}

/// Adds the line that is typed in.
pub(super) fn search_line(popup: &mut Popup, typed: &Input) {
    let shown = input::line(typed, popup.width.saturating_sub(FRAME + 2), false);
    popup.cursor = Some((2 + shown.column, 0, false));
    popup.top.push(Line::from(vec![
        Span::styled("> ", theme::accent()),
        Span::raw(shown.lines.concat()),
    ]));
    popup.top.push(Line::default());
}

/// Adds a list, of which a window around the selected line is shown.
pub(super) fn list(popup: &mut Popup, lines: Vec<Line<'static>>, selected: usize) {
    let selected = selected.min(lines.len().saturating_sub(1));
    let first = (selected + 1).saturating_sub(LINES);
    popup.continues = (first > 0, lines.len() > first + LINES);
    for (index, line) in lines.into_iter().enumerate().skip(first).take(LINES) {
        popup.items.push(line);
        popup.item_of_line.push(index);
    }
    popup.highlighted = true;
    popup.focus = selected - first..selected - first + 1;
}

/// Adds a sentence where the list would be.
pub(super) fn instead_of_list(popup: &mut Popup, text: &str) {
    popup
        .items
        .push(Line::styled(format!("  {text}"), theme::dim()));
}
