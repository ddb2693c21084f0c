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
/// Maximum number of visible lines of most lists.
pub(super) const MAX_LINES: usize = 14;

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
    let visible = input::line(input, room, false, true);
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
pub(super) fn list(popup: &mut Popup, lines: &[Line<'static>], selected: usize) {
    let heads = vec![None; lines.len()];
    list_with_heads(popup, heads, (selected, MAX_LINES), |index| {
        lines[index].clone()
    });
}

/// Adds a list of which some items have a line above them, such as the head of a group. `line` draws the item
/// with an index; it is called for those on the screen, which are at most `most` with the heads.
pub(super) fn list_with_heads(
    popup: &mut Popup,
    heads: Vec<Option<Line<'static>>>,
    selection: (usize, usize),
    line: impl Fn(usize) -> Line<'static>,
) {
    let heads = heads.into_iter().map(|head| (head, None));
    list_with_notes(popup, heads.collect(), selection, line);
}

/// The same with heads above items and notes below them.
fn list_with_notes(
    popup: &mut Popup,
    around: Vec<(Option<Line<'static>>, Option<Line<'static>>)>,
    (selected, most): (usize, usize),
    line: impl Fn(usize) -> Line<'static>,
) {
    let selected = selected.min(around.len().saturating_sub(1));
    let mut lines = Vec::new();
    let mut focus = 0..1;
    for (index, (head, note)) in around.into_iter().enumerate() {
        lines.extend(head.map(|head| (index, Some(head))));
        let start = lines.len();
        lines.push((index, None));
        lines.extend(note.map(|note| (index, Some(note))));
        if index == selected {
            focus = start..lines.len();
        }
    }
    let first = focus.end.saturating_sub(most);
    popup.continues = (first > 0, lines.len() > first + most);
    for (index, other) in lines.into_iter().skip(first).take(most) {
        popup.items.push(other.unwrap_or_else(|| line(index)));
        popup.item_of_line.push(index);
    }
    popup.highlighted = true;
    popup.focus = focus.start.saturating_sub(first)..focus.end - first;
}

/// Adds a list of items in groups, with the head of the group of each item. `selection` is the selected item, and
/// the maximum number of lines.
pub(super) fn grouped_list(
    popup: &mut Popup,
    groups: &[String],
    selection: (usize, usize),
    line: impl Fn(usize) -> Line<'static>,
) {
    grouped_list_with_notes(popup, groups, |_| None, selection, line);
}

/// The same with notes below items.
pub(super) fn grouped_list_with_notes(
    popup: &mut Popup,
    groups: &[String],
    note: impl Fn(usize) -> Option<Line<'static>>,
    selection: (usize, usize),
    line: impl Fn(usize) -> Line<'static>,
) {
    let room = popup.width.saturating_sub(PADDED_FRAME);
    let heads = groups.iter().enumerate().map(|(index, group)| {
        let is_first = index == 0 || groups[index - 1] != *group;
        (is_first.then(|| group_head(group, room)), note(index))
    });
    list_with_notes(popup, heads.collect(), selection, line);
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

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn only_the_lines_on_the_screen_are_drawn() {
        let drawn = RefCell::new(Vec::new());
        let mut popup = Popup::new(String::new(), 40);
        let groups: Vec<_> = (0..100).map(|index| (index / 50).to_string()).collect();
        grouped_list(&mut popup, &groups, (60, MAX_LINES), |index| {
            drawn.borrow_mut().push(index);
            Line::from(index.to_string())
        });
        let expected: Vec<_> = (48..50).chain(50..=60).collect();
        assert_eq!(*drawn.borrow(), expected);
        assert_eq!(popup.items.len(), MAX_LINES);
        assert_eq!(popup.item_of_line[popup.focus.start], 60);
    }
}
