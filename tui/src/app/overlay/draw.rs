//! Shared parts of the drawings of overlays. Only these and `view` use them; the components do not.

use ratatui::{
    style::Style,
    text::{Line, Span},
};
use tui_input::Input;

use super::matching::marked;
use crate::{
    app::context::Context,
    layout, theme,
    widgets::{
        input,
        popup::{PADDED_FRAME, Popup},
        text::{pad, wrap},
    },
};

/// Maximum width of most overlays.
pub(crate) const WIDTH: u16 = 76;
/// Maximum width of confirmations and one-time passwords.
pub(super) const NARROW_WIDTH: u16 = 64;
/// Maximum number of visible lines of a list.
const MAX_LINES: usize = 14;

/// An overlay on the screen.
pub(crate) trait Draw {
    /// Draws it; `front` if it has the focus.
    fn popup(&self, ctx: &Context<'_>, front: bool) -> Popup;
}

/// The width of most overlays on this screen.
pub(super) fn width(ctx: &Context<'_>) -> u16 {
    WIDTH.min(ctx.size.0.saturating_sub(4))
}

/// A spinner while a response is slow; a space otherwise.
pub(crate) fn spinner(ctx: &Context<'_>) -> &'static str {
    const FRAMES: [&str; 8] = ["⣷", "⣯", "⣟", "⡿", "⢿", "⣻", "⣽", "⣾"];
    let frame = ctx.time().as_millisecond() / 100;
    let index = usize::try_from(frame.rem_euclid(8)).unwrap_or(0);
    if ctx.is_slow() { FRAMES[index] } else { " " }
}

/// Adds a text above the list, wrapped.
pub(super) fn paragraph(popup: &mut Popup, text: &str, style: Style) {
    for line in wrap(text, popup.width - PADDED_FRAME) {
        popup.top.push(Line::styled(line, style));
    }
}

/// Adds the input line.
pub(super) fn search_line(popup: &mut Popup, input: &Input) {
    let room = popup.width.saturating_sub(PADDED_FRAME);
    search_line_in(popup, input, room);
}

/// Adds the input line, with this width.
pub(super) fn search_line_in(popup: &mut Popup, input: &Input, room: u16) {
    let visible = input::line(input, room, false);
    let row = u16::try_from(popup.top.len()).unwrap_or_default();
    popup.cursor = Some((visible.column, row, false));
    let text = pad(&visible.lines.concat(), room, false);
    popup.top.push(Line::styled(text, theme::field_in_front()));
    popup.top.push(Line::default());
}

/// A displayed text in this style, with the letters in accent that match the typed text.
pub(super) fn matched(typed: &str, text: &str, style: Style) -> Vec<Span<'static>> {
    let parts = marked(typed, text).into_iter();
    let span = |(part, is_found)| Span::styled(part, if is_found { theme::key() } else { style });
    parts.map(span).collect()
}

/// Adds a list, scrolled so that the selected line is visible.
pub(super) fn list(popup: &mut Popup, lines: Vec<Line<'static>>, selected: usize) {
    let items = lines.into_iter().map(|line| (None, line));
    list_with_heads(popup, items.collect(), selected);
}

/// Adds a list of which some items have a line above them, such as the head of a group.
pub(super) fn list_with_heads(
    popup: &mut Popup,
    items: Vec<(Option<Line<'static>>, Line<'static>)>,
    selected: usize,
) {
    let selected = selected.min(items.len().saturating_sub(1));
    let mut lines = Vec::new();
    let mut focus = 0;
    for (index, (head, line)) in items.into_iter().enumerate() {
        lines.extend(head.map(|head| (index, head)));
        if index == selected {
            focus = lines.len();
        }
        lines.push((index, line));
    }
    let first = (focus + 1).saturating_sub(MAX_LINES);
    popup.continues = (first > 0, lines.len() > first + MAX_LINES);
    for (index, line) in lines.into_iter().skip(first).take(MAX_LINES) {
        popup.items.push(line);
        popup.item_of_line.push(index);
    }
    popup.highlighted = true;
    popup.focus = focus - first..focus - first + 1;
}

/// Adds a list of lines in groups, each of which begins with its head.
pub(super) fn grouped_list(
    popup: &mut Popup,
    lines: Vec<(String, Line<'static>)>,
    selected: usize,
) {
    let room = popup.width.saturating_sub(PADDED_FRAME);
    let mut group = String::new();
    let items = lines.into_iter().map(|(head, line)| {
        let is_first = head != group;
        group.clone_from(&head);
        (is_first.then(|| group_head(&head, room)), line)
    });
    list_with_heads(popup, items.collect(), selected);
}

/// The head of a group, with a rule to the right edge.
fn group_head(text: &str, room: u16) -> Line<'static> {
    let rule = usize::from(room.saturating_sub(layout::columns(text)));
    Line::from(vec![
        Span::styled(format!("  {text} "), theme::strong()),
        Span::styled("─".repeat(rule), theme::faint()),
    ])
}

/// Adds a sentence in place of the list.
pub(super) fn placeholder(popup: &mut Popup, text: &str) {
    popup
        .items
        .push(Line::styled(format!("  {text}"), theme::muted()));
}
