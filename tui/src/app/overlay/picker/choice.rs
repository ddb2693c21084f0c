//! The lines of a pick-list, with details that help to choose.

use epic_events::v1::Role;

use super::{PickTarget, Picker};
use crate::{
    app::{
        context::Context,
        overlay::matching::{is_named_by, matching},
    },
    form::spec::PickSource,
    messages::Arg,
    record::Record,
    screens::events::overlap,
    tone::Tone,
};

/// A line of a pick-list.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The record; `None` for the line "nobody".
    pub id: Option<i64>,
    /// Its name.
    pub label: String,
    /// What tells it apart from records with the same name: the number of a contract.
    pub number: String,
    /// A detail, such as the company or the workload.
    pub detail: String,
    /// A second detail.
    pub extra: String,
    /// Whether the detail is a warning.
    pub tone: Tone,
    /// Whether it is the current owner.
    pub is_owner: bool,
    /// How well it fits, the best first.
    pub fit: Fit,
}

/// How well a collaborator fits: those who are not busy, then those with the least work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Fit {
    /// Whether they are busy at that time.
    pub is_busy: bool,
    /// The number of their clients, or of their events in that week.
    pub load: usize,
}

impl Picker {
    /// The lines of all loaded records, the best first.
    pub(super) fn all_choices(&self, ctx: &Context<'_>) -> Vec<Choice> {
        let predecessor = self.predecessor.map(|(id, _)| id);
        let others = self.records.iter().filter(|r| Some(r.id()) != predecessor);
        let mut choices: Vec<_> = others.map(|record| self.choice(record, ctx)).collect();
        choices.sort_by_key(|choice| choice.fit);
        choices
    }

    /// Updates the lines that match the typed text. The selection stays with its line; before the user
    /// has moved it, it is the first one.
    pub(super) fn update_choices(&mut self, ctx: &Context<'_>) {
        let selected = self.choices.get(self.selected).map(|choice| choice.id);
        let selected = selected.filter(|_| self.is_touched());
        let all = self.all_choices(ctx);
        // Added only below other lines: if it arrived first, it would be selected and stay
        // selected.
        let nobody = self.nobody(ctx).filter(|_| !self.records.is_empty());
        self.choices = if !self.is_current() {
            Vec::new()
        } else if self.is_remote() {
            all
        } else {
            let text = self.input.value();
            let mut choices = matching(text, all, |choice| &choice.label);
            choices.retain(|choice| !self.only_free || !choice.fit.is_busy);
            choices.sort_by_key(|choice| choice.fit);
            // A part of the word may be meant for a collaborator who is not in the list.
            choices.extend(nobody.filter(|nobody| is_named_by(text, &nobody.label)));
            choices
        };
        let position = selected.and_then(|id| self.choices.iter().position(|it| it.id == id));
        let last = self.choices.len().saturating_sub(1);
        self.selected = position.unwrap_or(self.selected).min(last);
    }

    /// The title, with this name of the record that gets an owner.
    pub(super) fn title(&self, name: &str, ctx: &Context<'_>) -> String {
        let name = ("name", Arg::Text(name));
        match &self.target {
            PickTarget::Opener(title) => title.clone(),
            PickTarget::Record(record) => match &**record {
                Record::Event(_) => ctx.messages.with("pick-support", &[name]),
                // Only clients and events are assigned.
                Record::Client(_) | Record::Collaborator(_) | Record::Contract(_) => {
                    ctx.messages.with("pick-commercial", &[name])
                }
            },
        }
    }

    /// The time and the location of the event that needs a support.
    pub(super) fn event_line(&self, ctx: &Context<'_>) -> Option<String> {
        let PickTarget::Record(record) = &self.target else {
            return None;
        };
        let Record::Event(event) = &**record else {
            return None;
        };
        let when = overlap::period(event).map(|(start, end)| {
            let day = start.to_zoned(ctx.now.time_zone().clone()).weekday();
            let weekday = format!("weekday-short-{}", day.to_monday_one_offset());
            let period = ctx.messages.period(start, end, ctx.now);
            format!("{} {period}", ctx.messages.get(&weekday))
        });
        let parts = [when.unwrap_or_default(), event.location.clone()];
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        Some(parts.join(", "))
    }

    /// The line "nobody": no successor, or the removal of the support.
    pub(super) fn nobody(&self, ctx: &Context<'_>) -> Option<Choice> {
        let messages = ctx.messages;
        let detail = match (&self.target, self.source) {
            (PickTarget::Opener(_), PickSource::Successor) => messages.get(self.without?),
            (PickTarget::Record(record), PickSource::Support) if record.owner().is_some() => {
                messages.with("support-none", &[("name", Arg::Text(record.owner_name()))])
            }
            (
                PickTarget::Opener(_) | PickTarget::Record(_),
                PickSource::Commercial
                | PickSource::Support
                | PickSource::Client
                | PickSource::Contract
                | PickSource::Successor,
            ) => return None,
        };
        Some(Choice {
            id: None,
            label: messages.get("nobody"),
            number: String::new(),
            detail,
            extra: String::new(),
            tone: Tone::Dim,
            is_owner: false,
            fit: Fit::default(),
        })
    }

    /// How well a record fits.
    fn fit(&self, record: &Record) -> Fit {
        let Record::Collaborator(person) = record else {
            return Fit::default();
        };
        if self.overlaps.is_some() {
            return self.support_fit(person.id);
        }
        let count = person.client_count.max(person.event_count);
        Fit {
            is_busy: false,
            load: usize::try_from(count).unwrap_or(0),
        }
    }

    /// The line of a record.
    pub(super) fn choice(&self, record: &Record, ctx: &Context<'_>) -> Choice {
        let assigned = |id: &str, count: i32| {
            let count = [("count", Arg::Number(count.into()))];
            (ctx.messages.with(id, &count), String::new(), Tone::Dim)
        };
        let (detail, extra, tone) = match record {
            Record::Collaborator(person) if self.overlaps.is_some() => {
                self.support_details(person.id, ctx)
            }
            Record::Collaborator(person) if person.role() == Role::Support => {
                assigned("assigned-events", person.event_count)
            }
            Record::Collaborator(person) => assigned("assigned-clients", person.client_count),
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
        let number = match record {
            Record::Contract(contract) => format!(" · {}", contract.id),
            Record::Collaborator(_) | Record::Client(_) | Record::Event(_) => String::new(),
        };
        let is_owner = match &self.target {
            PickTarget::Record(target) => target.owner() == Some(record.id()),
            PickTarget::Opener(_) => false,
        };
        let extra = match (is_owner, extra.as_str()) {
            (false, _) => extra,
            (true, "") => ctx.messages.get("pick-now"),
            (true, extra) => format!("{} · {extra}", ctx.messages.get("pick-now")),
        };
        Choice {
            is_owner,
            fit: self.fit(record),
            id: Some(record.id()),
            label: record.name().to_owned(),
            number,
            detail,
            extra,
            tone,
        }
    }

    /// The number of lines that match, and of all: `5 of 18`. Empty while it is unknown.
    pub(super) fn count(&self, ctx: &Context<'_>) -> String {
        if self.choices.is_empty() || !self.is_current() {
            return String::new();
        }
        let number = |total| ctx.messages.total(total);
        let (shown, all) = if self.is_remote() {
            let [Some(shown), Some(all)] = self.totals else {
                return String::new();
            };
            (number(shown), number(all))
        } else {
            let predecessor = self.predecessor.map(|(id, _)| id);
            let others = |record: &&Record| Some(record.id()) != predecessor;
            let all = self.records.iter().filter(others).count();
            let shown = self.choices.iter().filter(|it| it.id.is_some()).count();
            let [shown, all] = [shown, all].map(|it| (u64::try_from(it).unwrap_or(0), false));
            (number(shown), number(all))
        };
        let args = [("row", Arg::Text(&shown)), ("total", Arg::Text(&all))];
        ctx.messages.with("position", &args)
    }

    /// The irreversible consequence of choosing the selected line: a commercial stays with the
    /// client.
    pub(super) fn consequence(&self, ctx: &Context<'_>) -> Option<String> {
        let is_commercial = self.source == PickSource::Commercial;
        let choice = self.choices.get(self.selected).filter(|_| is_commercial)?;
        let name = [("name", Arg::Text(&choice.label))];
        Some(ctx.messages.with("commercial-stays", &name))
    }
}
