//! Pick-lists: choosing another record by typing a part of its name.

use std::collections::BTreeMap;

use epic_events::{
    v1::{Event, ListEventsRequest, Role},
    value::wire_time,
};
use jiff::{Timestamp, ToSpan, Zoned};
use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{AtomKind, CaseMatching, Normalization, Pattern},
};
use tui_input::Input;

use crate::{
    api::ApiRequest,
    form::spec::PickSource,
    messages::{Arg, Messages},
    record::Record,
    screens::{
        clients, collaborators, contracts, events,
        spec::{ListQuery, Order},
    },
    tone::Tone,
};

/// What happens with what is picked.
#[derive(Clone, Debug, PartialEq)]
pub enum For {
    /// It fills the form's field.
    Field,
    /// It is put in charge of this record.
    Record(Box<Record>),
    /// It takes over from the collaborator to delete.
    Removal,
}

/// One line of a pick-list.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The record; `None` is nobody.
    pub id: Option<i64>,
    /// Its name.
    pub label: String,
    /// What helps to choose.
    pub detail: String,
    /// More of it.
    pub more: String,
    /// Whether the detail is a warning.
    pub tone: Tone,
    /// Whether they are in charge now.
    pub holds: bool,
}

/// A pick-list that is open.
#[derive(Clone, Debug)]
pub struct Picker {
    /// What is picked.
    pub pick: PickSource,
    /// What happens with it.
    pub purpose: For,
    /// The title.
    pub title: String,
    /// What is typed to narrow it.
    pub input: Input,
    /// Tells the latest typing from earlier ones.
    pub generation: u64,
    /// Everything that has come.
    records: Vec<Record>,
    /// Events of the week, for supports.
    week: Vec<Event>,
    /// When the event is that needs a support.
    span: Option<(Timestamp, Timestamp)>,
    /// Who leaves, for successors.
    leaver: Option<(i64, Role)>,
    /// The lines that match, best first.
    pub choices: Vec<Choice>,
    /// The line one stands on.
    pub selected: usize,
    /// What is wrong with what was picked.
    pub notice: Option<String>,
    /// Whether the choice is being saved.
    pub busy: bool,
}

impl Picker {
    /// A pick-list without lines yet.
    #[must_use]
    pub fn new(pick: PickSource, purpose: For, title: String) -> Self {
        let span = match &purpose {
            For::Record(record) => match &**record {
                Record::Event(event) => events::span(event),
                _ => None,
            },
            _ => None,
        };
        Self {
            pick,
            purpose,
            title,
            input: Input::default(),
            generation: 0,
            records: Vec::new(),
            week: Vec::new(),
            span,
            leaver: None,
            choices: Vec::new(),
            selected: 0,
            notice: None,
            busy: false,
        }
    }

    /// The same, for who takes over from this collaborator.
    #[must_use]
    pub fn leaving(mut self, id: i64, role: Role) -> Self {
        self.leaver = Some((id, role));
        self
    }

    /// Whether the server narrows it, because there are too many to have them all.
    #[must_use]
    pub const fn is_remote(&self) -> bool {
        matches!(self.pick, PickSource::Client | PickSource::Contract)
    }

    /// The question for its lines.
    #[must_use]
    pub fn call(&self, page_token: String, now: Timestamp) -> ApiRequest {
        let ask = ListQuery {
            page_size: 50,
            page_token: page_token.clone(),
            order: Order {
                by: "name",
                descending: false,
            },
            query: self.input.value().trim().to_owned(),
            filters: Vec::new(),
            within: None,
            now,
        };
        match self.pick {
            PickSource::Commercial => collaborators::of_role(Role::Commercial, page_token),
            PickSource::Support => collaborators::of_role(Role::Support, page_token),
            PickSource::Successor => {
                let role = self.leaver.map_or(Role::Unspecified, |(_, role)| role);
                collaborators::of_role(role, page_token)
            }
            PickSource::Client => clients::list(&ask),
            PickSource::Contract => contracts::list(&ListQuery {
                order: contracts::SCREEN.order,
                filters: vec![contracts::NO_EVENT, contracts::MINE],
                ..ask
            }),
        }
    }

    /// The days around the event, from Monday to Monday, where it needs a support.
    fn week(&self, now: &Zoned) -> Option<(Timestamp, Timestamp)> {
        let (start, _) = self.span?;
        let day = start.to_zoned(now.time_zone().clone());
        let monday = day
            .start_of_day()
            .ok()?
            .checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days())
            .ok()?;
        let after = monday.checked_add(1.week()).ok()?;
        Some((monday.timestamp(), after.timestamp()))
    }

    /// The question for the events of that week. Some begin days before and still go on.
    #[must_use]
    pub fn week_call(&self, page_token: String, now: &Zoned) -> Option<ApiRequest> {
        let (monday, after) = self.week(now)?;
        let from = monday.checked_sub(72.hours()).ok()?;
        Some(ApiRequest::ListEvents(ListEventsRequest {
            page_size: 200,
            page_token,
            order_by: "start_time".to_owned(),
            start_after: Some(wire_time(from)),
            start_before: Some(wire_time(after)),
            ..ListEventsRequest::default()
        }))
    }

    /// Takes a page of lines.
    pub fn take(&mut self, records: Vec<Record>, appended: bool, messages: &Messages, now: &Zoned) {
        if !appended {
            self.records.clear();
        }
        self.records.extend(records);
        self.narrow(messages, now);
    }

    /// Takes events of the week.
    pub fn take_week(&mut self, records: Vec<Record>, messages: &Messages, now: &Zoned) {
        self.week
            .extend(records.into_iter().filter_map(|r| match r {
                Record::Event(event) => Some(event),
                _ => None,
            }));
        self.narrow(messages, now);
    }

    /// Works out the lines that match what is typed.
    pub fn narrow(&mut self, messages: &Messages, now: &Zoned) {
        let leaver = self.leaver.map(|(id, _)| id);
        let others = self.records.iter().filter(|r| Some(r.id()) != leaver);
        let all = others.map(|record| self.choice(record, messages, now));
        let nobody = matches!(self.purpose, For::Removal) || self.pick == PickSource::Successor;
        let nobody = nobody.then(|| Choice {
            id: None,
            label: messages.get("nobody"),
            detail: messages.get("successor-none"),
            more: String::new(),
            tone: Tone::Dim,
            holds: false,
        });
        let all: Vec<_> = all.chain(nobody).collect();
        self.choices = if self.is_remote() {
            all
        } else {
            matching(self.input.value(), all, |choice| &choice.label)
        };
        self.selected = self.selected.min(self.choices.len().saturating_sub(1));
    }

    fn choice(&self, record: &Record, messages: &Messages, now: &Zoned) -> Choice {
        let (detail, more, tone) = match record {
            Record::Collaborator(person) if self.span.is_some() => {
                self.availability(person.id, messages, now)
            }
            Record::Collaborator(person) if person.role() == Role::Support => {
                let count = Arg::Number(person.event_count.into());
                let held = messages.with("holds-events", &[("count", count)]);
                (held, String::new(), Tone::Dim)
            }
            Record::Collaborator(person) => {
                let count = Arg::Number(person.client_count.into());
                let held = messages.with("holds-clients", &[("count", count)]);
                (held, String::new(), Tone::Dim)
            }
            Record::Client(client) => (
                client.company.clone(),
                client.commercial_name.clone(),
                Tone::Dim,
            ),
            Record::Contract(contract) => (
                contract.client_name.clone(),
                contract.client_company.clone(),
                Tone::Dim,
            ),
            Record::Event(_) => (String::new(), String::new(), Tone::Dim),
        };
        let label = match record {
            Record::Contract(contract) => format!("{} · {}", contract.id, contract.event_title),
            _ => record.name().to_owned(),
        };
        let holds = match &self.purpose {
            For::Record(held) => held.owner() == Some(record.id()),
            For::Field | For::Removal => false,
        };
        Choice {
            holds,
            id: Some(record.id()),
            label,
            detail,
            more,
            tone,
        }
    }

    /// Whether a support is free at the time of the event, and what else they have that week.
    fn availability(&self, id: i64, messages: &Messages, now: &Zoned) -> (String, String, Tone) {
        let (Some((start, end)), Some((monday, after))) = (self.span, self.week(now)) else {
            return (String::new(), String::new(), Tone::Dim);
        };
        let this = match &self.purpose {
            For::Record(record) => record.id(),
            _ => 0,
        };
        let theirs = self
            .week
            .iter()
            .filter(|event| event.support_id == Some(id) && event.id != this);
        let spans: Vec<_> = theirs.filter_map(|e| Some((e, events::span(e)?))).collect();
        let meeting = spans.iter().find(|(_, (s, e))| *s < end && start < *e);
        if let Some((event, (s, e))) = meeting {
            let when = hours(*s, *e, start, messages, now);
            let busy = messages.with("support-busy", &[("when", Arg::Text(&when))]);
            return (busy, event.event_title.clone(), Tone::Warn);
        }
        let that_week = |at: &Timestamp| (monday..after).contains(at);
        let count = spans.iter().filter(|(_, (s, _))| that_week(s)).count();
        let count = Arg::Number(i64::try_from(count).unwrap_or(i64::MAX));
        let week = messages.with("support-week", &[("count", count)]);
        (messages.get("support-free"), week, Tone::Good)
    }

    /// Moves by so many lines.
    pub fn step(&mut self, by: isize) {
        let last = self.choices.len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(by).min(last);
    }

    /// The line one stands on.
    #[must_use]
    pub fn current(&self) -> Option<&Choice> {
        self.choices.get(self.selected)
    }
}

/// The hours, "18:00–23:30"; where one is not on the day of the third, with its weekday:
/// "22:00–Su 02:15".
fn hours(
    start: Timestamp,
    end: Timestamp,
    day: Timestamp,
    messages: &Messages,
    now: &Zoned,
) -> String {
    let [start, end, day] = [start, end, day].map(|at| at.to_zoned(now.time_zone().clone()));
    let hour = |at: &Zoned| {
        let hour = at.strftime("%H:%M");
        if at.date() == day.date() {
            return hour.to_string();
        }
        let weekday = at.weekday().to_monday_one_offset();
        format!("{} {hour}", messages.get(&format!("weekday-{weekday}")))
    };
    format!("{}–{}", hour(&start), hour(&end))
}

/// What matches the text, best first; everything, in its own order, when there is no text.
#[must_use]
pub fn matching<T>(text: &str, all: Vec<T>, name: impl Fn(&T) -> &str) -> Vec<T> {
    if text.trim().is_empty() {
        return all;
    }
    // Parts of words, not letters scattered over the name: "ben" is no Barthélémy Serrano.
    let pattern = Pattern::new(
        text.trim(),
        CaseMatching::Ignore,
        Normalization::Smart,
        AtomKind::Substring,
    );
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut by_score: BTreeMap<_, Vec<T>> = BTreeMap::new();
    for item in all {
        let haystack = Utf32Str::new(name(&item), &mut buffer);
        if let Some(score) = pattern.score(haystack, &mut matcher) {
            by_score
                .entry(std::cmp::Reverse(score))
                .or_default()
                .push(item);
        }
    }
    by_score.into_values().flatten().collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::messages::Lang;

    #[test]
    fn hours_name_the_day_only_where_it_is_another() {
        let now: Zoned = "2026-09-07T10:30[Europe/Paris]".parse().unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let day = at("2026-09-12T18:00+02:00");
        let cases = [
            (
                "2026-09-12T18:00+02:00",
                "2026-09-12T23:30+02:00",
                "18:00–23:30",
            ),
            (
                "2026-09-12T22:00+02:00",
                "2026-09-13T02:15+02:00",
                "22:00–di 02:15",
            ),
            (
                "2026-09-11T22:00+02:00",
                "2026-09-12T19:00+02:00",
                "ve 22:00–19:00",
            ),
        ];
        for (start, end, expected) in cases {
            let messages = Messages::new(Lang::Fr);
            assert_eq!(hours(at(start), at(end), day, &messages, &now), expected);
        }
    }
}
