use jiff::{ToSpan, civil};
use ratatui::text::{Line, Span};

use super::Calendar;
use crate::{
    app::{context::Context, overlay::draw::Draw},
    keys::{self, Action, KeyContext},
    messages::Arg,
    theme,
    widgets::{popup::Popup, text::pad},
};

/// Draws the month in weeks that begin on Monday.
impl Draw for Calendar {
    fn popup(&self, ctx: &Context<'_>, _: bool) -> Popup {
        let messages = ctx.messages;
        let day = self.day;
        let month = messages.get(&format!("month-name-{}", day.month()));
        let mut popup = Popup::new(format!("{month} {}", day.year()), 46);
        let name = |n| pad(&messages.get(&format!("weekday-{n}")), 2, true);
        let names = (1..=7).map(|n| format!(" {} ", name(n)));
        popup.top.push(Line::default());
        popup
            .top
            .push(Line::styled(names.collect::<String>(), theme::muted()).centered());
        let first = day.first_of_month();
        let offset = i64::from(first.weekday().to_monday_zero_offset());
        let monday = first.checked_sub(offset.days()).unwrap_or(first);
        for week in 0..6_i64 {
            let days = (0..7_i64).filter_map(|n| monday.checked_add((week * 7 + n).days()).ok());
            let spans: Vec<_> = days
                .map(|date| day_span(date, day, ctx.now.date()))
                .collect();
            popup.top.push(Line::from(spans).centered());
        }
        let key_name = |action| keys::name_of(KeyContext::Calendar, action, messages);
        let hints = [
            ("week-keys", Action::Up, Action::Down),
            ("month-keys", Action::PageUp, Action::PageDown),
        ];
        let hints = hints.map(|(id, back, ahead)| {
            let (back, ahead) = (key_name(back), key_name(ahead));
            let args = [("back", Arg::Text(&back)), ("ahead", Arg::Text(&ahead))];
            messages.with(id, &args)
        });
        popup
            .bottom
            .push(Line::styled(hints.join("   "), theme::muted()));
        popup
    }
}

fn day_span(date: civil::Date, selected: civil::Date, today: civil::Date) -> Span<'static> {
    let style = if date.month() == selected.month() {
        theme::text()
    } else {
        theme::muted()
    };
    // Signs in addition to colours: brackets for the selected day, a star for today.
    if date == selected {
        Span::styled(format!("[{:>2}]", date.day()), theme::button())
    } else if date == today {
        Span::styled(format!("*{:>2} ", date.day()), theme::accent())
    } else {
        Span::styled(format!(" {:>2} ", date.day()), style)
    }
}
