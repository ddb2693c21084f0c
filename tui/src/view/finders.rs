//! Lists to choose from as sheets: pick-lists, palette, help, menus.

use ratatui::text::{Line, Span};
use tui_input::Input;

use crate::{
    api::RequestKind,
    app::{
        model::Model,
        overlay::{Entry, Help, Menu, Palette},
        palette,
        pick::{Choice, Picker},
    },
    form::spec::PickSource,
    keys::{self, KeyContext},
    layout, theme,
    widgets::{
        input,
        popup::{FRAME, Popup},
        text::{fit, pad, wrap},
    },
};

const WIDTH: u16 = 76;
/// Lines of a long list that are on the screen at once, where there is room.
const LINES: usize = 14;

fn searching(sheet: &mut Popup, typed: &Input) {
    let shown = input::line(typed, sheet.width.saturating_sub(FRAME + 2), false);
    sheet.cursor = Some((2 + shown.column, 0, false));
    sheet.top.push(Line::from(vec![
        Span::styled("> ", theme::accent()),
        Span::raw(shown.lines.concat()),
    ]));
    sheet.top.push(Line::default());
}

/// Keeps a window of a long list around the selected line, so that the sheet stays small.
fn select(sheet: &mut Popup, lines: Vec<Line<'static>>, selected: usize) {
    let selected = selected.min(lines.len().saturating_sub(1));
    let first = (selected + 1).saturating_sub(LINES);
    sheet.more = (first > 0, lines.len() > first + LINES);
    for (index, line) in lines.into_iter().enumerate().skip(first).take(LINES) {
        sheet.items.push(line);
        sheet.of.push(index);
    }
    sheet.marked = true;
    sheet.focus = selected - first..selected - first + 1;
}

fn width(model: &Model) -> u16 {
    WIDTH.min(model.size.0.saturating_sub(4))
}

/// A pick-list.
pub(super) fn picker(model: &Model, picker: &Picker) -> Popup {
    let width = width(model);
    let mut sheet = Popup::new(fit(&picker.title, width - 6), width);
    searching(&mut sheet, &picker.input);
    let room = width - FRAME;
    // Supports have more to tell beside their names than others.
    let label = match picker.pick {
        PickSource::Support => room / 3,
        _ => room * 2 / 5,
    };
    let lines = picker.choices.iter().map(|it| line(it, room, label));
    select(&mut sheet, lines.collect(), picker.selected);
    if picker.choices.is_empty() {
        let waits = model.pending.waits_for(RequestKind::Choices);
        let id = if waits { "loading" } else { "no-match" };
        let text = format!("  {}", model.messages.get(id));
        sheet.items.push(Line::styled(text, theme::dim()));
        sheet.marked = false;
    }
    if let Some(notice) = &picker.notice {
        sheet.bottom.push(Line::default());
        for text in wrap(notice, room) {
            sheet.bottom.push(Line::styled(text, theme::warning()));
        }
    }
    sheet
}

fn line(choice: &Choice, room: u16, label: u16) -> Line<'static> {
    let rest = room.saturating_sub(label + 5);
    let holds = if choice.holds { " ● " } else { "   " };
    let detail = rest / 2;
    let sign = if choice.tone == crate::tone::Tone::Warn {
        "! "
    } else {
        "  "
    };
    Line::from(vec![
        Span::raw(holds),
        Span::raw(pad(&choice.label, label, false)),
        Span::styled(
            format!("{sign}{}", pad(&choice.detail, detail, false)),
            theme::tone(choice.tone),
        ),
        Span::styled(
            format!(" {}", fit(&choice.more, rest - detail)),
            theme::dim(),
        ),
    ])
}

/// The palette.
pub(super) fn palette(model: &Model, palette: &Palette) -> Popup {
    let width = width(model);
    let mut sheet = Popup::new(model.messages.get("palette-title"), width);
    searching(&mut sheet, &palette.input);
    let room = width - FRAME;
    let entries = palette::entries(model, palette);
    if entries.is_empty() {
        let text = format!("  {}", model.messages.get("no-match"));
        sheet.items.push(Line::styled(text, theme::dim()));
        return sheet;
    }
    let lines = entries.iter().map(|entry| match entry {
        Entry::Action(action) => {
            let binding = keys::here(KeyContext::List).find(|binding| binding.action == *action);
            let label = binding.map_or_else(String::new, |b| model.messages.get(b.label));
            let key = binding.and_then(|b| b.keys.first());
            let key = key.map_or_else(String::new, |key| key.show(&model.messages));
            two(&label, &key, room)
        }
        Entry::Record(record) => {
            let kind = model.messages.get(record.tab().screen().title);
            two(record.name(), &format!("{kind} · {}", record.id()), room)
        }
    });
    select(&mut sheet, lines.collect(), palette.selected);
    sheet
}

fn two(left: &str, right: &str, room: u16) -> Line<'static> {
    let needed = layout::columns(right);
    let label = pad(left, room.saturating_sub(needed + 4), false);
    Line::from(vec![
        Span::raw(format!("  {label} ")),
        Span::styled(right.to_owned(), theme::dim()),
    ])
}

/// The help.
pub(super) fn help(model: &Model, help: &Help) -> Popup {
    let width = width(model);
    let mut sheet = Popup::new(model.messages.get("help-title"), width);
    searching(&mut sheet, &help.input);
    let lines = palette::help(model, help).into_iter().map(|(binding, _)| {
        let keys: Vec<_> = binding
            .keys
            .iter()
            .map(|k| k.show(&model.messages))
            .collect();
        let place = model.messages.get(place_name(binding.place));
        Line::from(vec![
            Span::styled(
                format!("  {}", pad(&keys.join("  "), 24, false)),
                theme::accent(),
            ),
            Span::raw(pad(&model.messages.get(binding.label), 30, false)),
            Span::styled(place, theme::dim()),
        ])
    });
    let lines: Vec<_> = lines.collect();
    if lines.is_empty() {
        let text = format!("  {}", model.messages.get("no-match"));
        sheet.items.push(Line::styled(text, theme::dim()));
        return sheet;
    }
    select(&mut sheet, lines, help.selected);
    sheet
}

const fn place_name(place: KeyContext) -> &'static str {
    match place {
        KeyContext::Login => "place-login",
        KeyContext::List => "place-list",
        KeyContext::Search => "place-search",
        KeyContext::Form => "place-form",
        KeyContext::Picker => "place-pick",
        KeyContext::Menu => "place-menu",
        KeyContext::Confirm | KeyContext::Discard => "place-question",
        KeyContext::Removal => "place-removal",
        KeyContext::Secret => "place-secret",
        KeyContext::Calendar => "place-calendar",
        KeyContext::History => "place-history",
        KeyContext::Sessions => "place-sessions",
    }
}

/// A menu.
pub(super) fn menu(model: &Model, menu: &Menu) -> Popup {
    let mut sheet = Popup::new(model.messages.get(menu.title), 54);
    let room = sheet.width - FRAME;
    let lines = menu.items.iter().map(|item| {
        let sign = if item.on { "●" } else { " " };
        let key = item.key.map_or_else(String::new, |key| format!("{key}  "));
        let detail = fit(&item.detail, room / 2);
        let left = layout::columns(&key) + 4 + layout::columns(&detail);
        let label = pad(&item.label, room.saturating_sub(left), false);
        Line::from(vec![
            Span::raw(format!(" {sign} ")),
            Span::styled(key, theme::accent()),
            Span::raw(label),
            Span::styled(detail, theme::dim()),
        ])
    });
    select(&mut sheet, lines.collect(), menu.selected);
    sheet
}
