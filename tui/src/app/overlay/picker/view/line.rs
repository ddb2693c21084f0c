//! The line of a choice.

use ratatui::text::{Line, Span};

use super::Columns;
use crate::{
    app::overlay::{draw::matched, picker::Choice},
    layout, theme,
    tone::Tone,
    widgets::text::{fit, pad},
};

/// Columns between two parts of a line.
const GAP: &str = "  ";

/// The second detail, without the number of events of the week if `is_counted` is not set.
pub(super) fn second_detail(choice: &Choice, is_counted: bool) -> &str {
    if is_counted || choice.tone != Tone::Good {
        return &choice.extra;
    }
    let now = choice.extra.split(" · ").next();
    now.filter(|_| choice.is_owner).unwrap_or_default()
}

/// The line of a choice, with the letters that match the typed text; without the number of events of the
/// week if `is_counted` is not set.
pub(super) fn choice_line(
    choice: &Choice,
    typed: &str,
    columns: Columns,
    is_counted: bool,
) -> Line<'static> {
    let sign = match choice.tone {
        _ if !columns.has_signs => "",
        Tone::Warn => "! ",
        Tone::Good => "● ",
        Tone::Plain | Tone::Dim | Tone::Bad => "  ",
    };
    let mut second = second_detail(choice, is_counted);
    let both = layout::columns(&choice.detail).saturating_add(layout::columns(second));
    if choice.is_owner && both > columns.details {
        second = second_detail(choice, false);
    }
    let extra = layout::columns(second);
    // The first detail is aligned where the second detail fits beside it.
    let room = match choice.tone {
        Tone::Warn => columns.details,
        _ => columns.details.saturating_sub(extra),
    };
    let detail = fit(&choice.detail, room);
    let aligned = columns.detail.min(room);
    let detail = pad(&detail, aligned.max(layout::columns(&detail)), false);
    let rest = columns.details.saturating_sub(layout::columns(&detail));
    let mut spans = vec![Span::raw("  ")];
    spans.extend(name(choice, typed, columns.label));
    // What is normal is quiet: only its sign has the colour.
    let quiet = match choice.tone {
        Tone::Good => Tone::Dim,
        tone => tone,
    };
    spans.extend([
        Span::styled(format!("{GAP}{sign}"), theme::tone(choice.tone)),
        Span::styled(detail, theme::tone(quiet)),
        Span::styled(format!("{GAP}{}", fit(second, rest)), theme::muted()),
    ]);
    Line::from(spans)
}

/// The name of a choice with its number, in this width. The name is truncated, the number is not.
fn name(choice: &Choice, typed: &str, width: u16) -> Vec<Span<'static>> {
    let name = fit(
        &choice.label,
        width.saturating_sub(layout::columns(&choice.number)),
    );
    let rest = width.saturating_sub(layout::columns(&name));
    let mut spans = matched(typed, &name, theme::text());
    let number = pad(&choice.number, rest, false);
    spans.extend(matched(typed, &number, theme::muted()));
    spans
}
