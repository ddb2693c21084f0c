//! Questions, the deletion of a collaborator, a password shown once, the calendar.

use jiff::{ToSpan, civil};
use ratatui::text::{Line, Span};

use crate::{
    app::{
        model::Model,
        overlay::{Calendar, Confirm, Removal, Secret},
    },
    keys::{self, Action, KeyContext},
    messages::Arg,
    record::Tab,
    theme,
    tone::Tone,
    widgets::{
        popup::{FRAME, Popup},
        text::{pad, wrap},
    },
};

const WIDTH: u16 = 64;

fn say(sheet: &mut Popup, text: &str, style: ratatui::style::Style) {
    for line in wrap(text, sheet.width - FRAME) {
        sheet.top.push(Line::styled(line, style));
    }
}

/// A question with yes and no.
pub(super) fn question(model: &Model, question: &Confirm) -> Popup {
    let mut sheet = Popup::new(question.title.clone(), WIDTH.min(model.size.0));
    sheet.top.push(Line::default());
    say(&mut sheet, &question.text, theme::plain());
    sheet
}

/// What deleting a collaborator does to others.
pub(super) fn removal(model: &Model, removal: &Removal) -> Popup {
    let messages = &model.messages;
    let name = Arg::Text(&removal.person.name);
    let title = messages.with("removal-title", &[("name", name)]);
    let mut sheet = Popup::new(title, WIDTH.min(model.size.0));
    sheet.top.push(Line::default());
    let nothing = removal.holds_nothing();
    if nothing {
        say(&mut sheet, &messages.get("removal-nothing"), theme::plain());
    } else {
        say(&mut sheet, &messages.get("removal-affects"), theme::plain());
    }
    for (tab, held) in removal.holdings.iter().filter(|_| !nothing) {
        let count = held.map_or_else(
            || "…".to_owned(),
            |(count, at_least)| messages.count(count) + if at_least { "+" } else { "" },
        );
        let title = match tab {
            Tab::Clients => messages.get("tab-clients"),
            tab => messages.get(tab.screen().title),
        };
        sheet.top.push(Line::from(vec![
            Span::raw(format!("  {} ", pad(&count, 7, true))),
            Span::raw(title),
        ]));
    }
    if !nothing {
        sheet.top.push(Line::default());
        let (to, tone) = match &removal.successor {
            Some((_, name)) => (
                messages.with("removal-to", &[("name", Arg::Text(name))]),
                Tone::Good,
            ),
            None => (messages.get("removal-to-nobody"), Tone::Warn),
        };
        say(&mut sheet, &to, theme::tone(tone));
    }
    sheet.top.push(Line::default());
    if model.is_me(removal.person.id) {
        say(
            &mut sheet,
            &messages.get("removal-yourself"),
            theme::warning(),
        );
    } else {
        say(&mut sheet, &messages.get("removal-rights"), theme::dim());
    }
    if let Some(notice) = &removal.notice {
        sheet.top.push(Line::default());
        say(&mut sheet, notice, theme::warning());
    }
    if removal.busy {
        let text = format!("{} {}", super::spinner(model), messages.get("saving"));
        sheet.bottom.push(Line::styled(text, theme::dim()));
    }
    sheet
}

/// A password that is shown once.
pub(super) fn secret(model: &Model, secret: &Secret) -> Popup {
    let messages = &model.messages;
    let mut sheet = Popup::new(messages.get("secret-title"), WIDTH.min(model.size.0));
    sheet.top.push(Line::default());
    let blanks = [
        ("name", Arg::Text(secret.name.as_str())),
        ("email", Arg::Text(&secret.email)),
    ];
    say(
        &mut sheet,
        &messages.with("secret-for", &blanks),
        theme::plain(),
    );
    sheet.top.push(Line::default());
    sheet
        .top
        .push(Line::styled(secret.password.clone(), theme::title()).centered());
    sheet.top.push(Line::default());
    let id = if secret.copied {
        "secret-copied"
    } else {
        "secret-once"
    };
    let tone = if secret.copied {
        Tone::Good
    } else {
        Tone::Warn
    };
    say(&mut sheet, &messages.get(id), theme::tone(tone));
    sheet
}

/// A month, weeks from Monday on.
pub(super) fn calendar(model: &Model, calendar: Calendar) -> Popup {
    let messages = &model.messages;
    let day = calendar.day;
    let month = messages.get(&format!("month-name-{}", day.month()));
    let mut sheet = Popup::new(format!("{month} {}", day.year()), 46);
    let names = (1..=7).map(|n| pad(&messages.get(&format!("weekday-{n}")), 4, true));
    sheet.top.push(Line::default());
    sheet
        .top
        .push(Line::styled(names.collect::<String>(), theme::label()).centered());
    let first = day.first_of_month();
    let before = i64::from(first.weekday().to_monday_zero_offset());
    let monday = first.checked_sub(before.days()).unwrap_or(first);
    for week in 0..6_i64 {
        let days = (0..7_i64).filter_map(|n| monday.checked_add((week * 7 + n).days()).ok());
        let spans: Vec<_> = days
            .map(|date| day_span(date, day, model.now.date()))
            .collect();
        sheet.top.push(Line::from(spans).centered());
    }
    let step = |action| {
        let binding = keys::here(KeyContext::Calendar).find(|binding| binding.action == action);
        let key = binding.and_then(|binding| binding.keys.first());
        key.map_or_else(String::new, |key| key.show(messages))
    };
    let steps = [
        ("week-keys", Action::Up, Action::Down),
        ("month-keys", Action::PageUp, Action::PageDown),
    ];
    let steps = steps.map(|(id, back, ahead)| {
        let (back, ahead) = (step(back), step(ahead));
        let blanks = [("back", Arg::Text(&back)), ("ahead", Arg::Text(&ahead))];
        messages.with(id, &blanks)
    });
    sheet
        .bottom
        .push(Line::styled(steps.join("   "), theme::dim()));
    sheet
}

fn day_span(date: civil::Date, at: civil::Date, today: civil::Date) -> Span<'static> {
    let style = if date.month() == at.month() {
        theme::plain()
    } else {
        theme::dim()
    };
    // Signs beside colours: brackets for the day one stands on, a star for today.
    if date == at {
        Span::styled(format!("[{:>2}]", date.day()), theme::selected())
    } else if date == today {
        Span::styled(format!("*{:>2} ", date.day()), theme::accent())
    } else {
        Span::styled(format!(" {:>2} ", date.day()), style)
    }
}
