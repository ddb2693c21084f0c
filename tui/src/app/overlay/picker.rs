//! A pick-list: selects another record by a part of its name.

mod choice;
mod requests;
mod view;

use epic_events::{
    api_error::ApiError,
    reason::Reason,
    v1::{Event, Role},
};
use jiff::Timestamp;
use tui_input::Input;

pub use self::choice::Choice;
use self::requests::assignment;
use super::{Component, Effect, confirm::Confirm, matching::matching, selection_step};
use crate::{
    api::{ApiRequest, ApiResponse, Page},
    app::{context::Context, effect::Outcome, network::owner::Slot},
    form::spec::PickSource,
    keys::{Action, KeyContext},
    messages::Arg,
    record::Record,
    screens::events,
    tone::Tone,
};

/// The records to choose from.
const CHOICES: Slot = Slot::new("choices");
/// The events of the week, where a support is assigned.
const WEEK: Slot = Slot::new("week");
/// The assignment.
const ASSIGN: Slot = Slot::new("assign");

/// The use of the picked record.
#[derive(Clone, Debug, PartialEq)]
enum PickTarget {
    /// The overlay that has opened the pick-list receives it.
    Opener,
    /// It becomes the owner of this record.
    Record(Box<Record>),
}

/// A pick-list.
#[derive(Clone, Debug)]
pub struct Picker {
    source: PickSource,
    target: PickTarget,
    title: String,
    input: Input,
    /// Identifies the timer of the latest typing.
    generation: u64,
    /// The loaded records.
    records: Vec<Record>,
    /// Events of the week, where a support is assigned.
    week: Vec<Event>,
    /// Start and end of the event that needs a support.
    period: Option<(Timestamp, Timestamp)>,
    /// The collaborator to replace, for successors.
    predecessor: Option<(i64, Role)>,
    /// The lines that match, best first.
    choices: Vec<Choice>,
    /// The index of the selected line.
    selected: usize,
    /// Why the assignment failed.
    notice: Option<String>,
    /// Whether the assignment is pending.
    busy: bool,
}

impl Picker {
    fn new(source: PickSource, target: PickTarget, title: String) -> Self {
        Self {
            source,
            target,
            title,
            input: Input::default(),
            generation: 0,
            records: Vec::new(),
            week: Vec::new(),
            period: None,
            predecessor: None,
            choices: Vec::new(),
            selected: 0,
            notice: None,
            busy: false,
        }
    }

    /// A pick-list that returns its choice to the overlay that opens it.
    pub(super) fn for_opener(source: PickSource, title: String) -> Self {
        Self::new(source, PickTarget::Opener, title)
    }

    /// The pick-list of the possible owners of this record; `None` if its kind has none.
    pub(super) fn assignee(record: &Record, ctx: &Context<'_>) -> Option<Self> {
        let messages = ctx.messages;
        let name = Arg::Text(record.name());
        let (source, period, title) = match record {
            Record::Client(_) => {
                let title = messages.with("pick-commercial", &[("name", name)]);
                (PickSource::Commercial, None, title)
            }
            Record::Event(event) => {
                let period = events::period(event);
                let zone = ctx.now.time_zone();
                let when = period.map(|(start, end)| messages.period(start, end, zone));
                let when = when.unwrap_or_default();
                let args = [("name", name), ("when", Arg::Text(&when))];
                let title = messages.with("pick-support", &args);
                (PickSource::Support, period, title)
            }
            Record::Collaborator(_) | Record::Contract(_) => return None,
        };
        let target = PickTarget::Record(Box::new(record.clone()));
        Some(Self {
            period,
            ..Self::new(source, target, title)
        })
    }

    /// Restricts the list to possible successors of this collaborator.
    #[must_use]
    pub(super) fn for_successor_of(mut self, id: i64, role: Role) -> Self {
        self.predecessor = Some((id, role));
        self
    }

    /// The lines that match the typed text, best first.
    #[must_use]
    pub fn choices(&self) -> &[Choice] {
        &self.choices
    }

    /// Whether the server filters it, because there are too many records to load them all.
    const fn is_remote(&self) -> bool {
        matches!(self.source, PickSource::Client | PickSource::Contract)
    }

    fn on_records(&mut self, page: Page, is_later: bool, ctx: &Context<'_>) -> Vec<Effect> {
        if !is_later {
            self.records.clear();
        }
        self.records.extend(page.records);
        self.update_choices(ctx);
        if self.is_remote() || page.next_page_token.is_empty() {
            return Vec::new();
        }
        vec![self.request(page.next_page_token, ctx.time())]
    }

    fn on_week(&mut self, page: Page, ctx: &Context<'_>) -> Vec<Effect> {
        let events = page.records.into_iter().filter_map(|record| match record {
            Record::Event(event) => Some(event),
            _ => None,
        });
        self.week.extend(events);
        self.update_choices(ctx);
        let next = Some(page.next_page_token).filter(|token| !token.is_empty());
        let request = next.and_then(|token| self.request_week(token, ctx.now));
        request.into_iter().collect()
    }

    /// Updates the lines that match the typed text.
    fn update_choices(&mut self, ctx: &Context<'_>) {
        let predecessor = self.predecessor.map(|(id, _)| id);
        let others = self.records.iter().filter(|r| Some(r.id()) != predecessor);
        let all = others.map(|record| self.choice(record, ctx));
        let nobody = self.source == PickSource::Successor;
        let all: Vec<_> = all.chain(nobody.then(|| Choice::nobody(ctx))).collect();
        self.choices = if self.is_remote() {
            all
        } else {
            matching(self.input.value(), all, |choice| &choice.label)
        };
        self.selected = self.selected.min(self.choices.len().saturating_sub(1));
    }

    fn choose(&mut self, ctx: &Context<'_>) -> Vec<Effect> {
        let Some(choice) = self.choices.get(self.selected) else {
            return Vec::new();
        };
        let record = match &self.target {
            PickTarget::Record(record) => record,
            PickTarget::Opener => {
                let picked = choice.id.map(|id| (id, choice.label.clone()));
                return vec![Effect::Return(Outcome::Picked(picked))];
            }
        };
        let Some(request) = assignment(record, choice.id) else {
            return Vec::new();
        };
        if choice.tone == Tone::Warn {
            let args = [
                ("name", Arg::Text(&choice.label)),
                ("busy", Arg::Text(&choice.detail)),
                ("event", Arg::Text(&choice.extra)),
            ];
            let text = ctx.messages.with("confirm-busy", &args);
            let question = Confirm::assign(text, request, ctx);
            return vec![Effect::Open(question.into())];
        }
        vec![self.assign(request)]
    }

    fn assign(&mut self, request: ApiRequest) -> Effect {
        self.busy = true;
        Effect::Request {
            slot: ASSIGN,
            request,
        }
    }
}

/// Closes the pick-list and shows the new owner.
fn on_assigned(record: Record, ctx: &Context<'_>) -> Vec<Effect> {
    let id = match record {
        Record::Event(_) => "status-supports",
        _ => "status-in-charge",
    };
    let (who, what) = (Arg::Text(record.owner_name()), Arg::Text(record.name()));
    let text = ctx.messages.with(id, &[("who", who), ("what", what)]);
    vec![
        Effect::Close,
        Effect::ShowSaved(record),
        Effect::status(text, Tone::Good),
    ]
}

impl Component for Picker {
    fn key_context(&self) -> KeyContext {
        KeyContext::Picker
    }

    fn on_open(&mut self, ctx: &Context<'_>) -> Vec<Effect> {
        let week = self.request_week(String::new(), ctx.now);
        let choices = self.request(String::new(), ctx.time());
        [choices].into_iter().chain(week).collect()
    }

    fn on_action(&mut self, action: Action, ctx: &Context<'_>) -> Vec<Effect> {
        match action {
            Action::Cancel => return vec![Effect::Close],
            Action::Choose if !self.busy => return self.choose(ctx),
            _ => {}
        }
        let last = self.choices.len().saturating_sub(1);
        let step = selection_step(action);
        self.selected = self.selected.saturating_add_signed(step).min(last);
        Vec::new()
    }

    fn input(&mut self) -> Option<&mut Input> {
        Some(&mut self.input)
    }

    fn on_input(&mut self, ctx: &Context<'_>) -> Vec<Effect> {
        self.selected = 0;
        self.notice = None;
        if self.is_remote() {
            self.generation += 1;
            return vec![Effect::Debounce(self.generation)];
        }
        self.update_choices(ctx);
        Vec::new()
    }

    fn on_timer(&mut self, generation: u64, ctx: &Context<'_>) -> Vec<Effect> {
        if generation != self.generation {
            return Vec::new();
        }
        vec![self.request(String::new(), ctx.time())]
    }

    fn on_response(
        &mut self,
        slot: Slot,
        request: &ApiRequest,
        response: ApiResponse,
        ctx: &Context<'_>,
    ) -> Vec<Effect> {
        match (slot, response) {
            (CHOICES, ApiResponse::Page(page)) => {
                self.on_records(page, request.is_later_page(), ctx)
            }
            (WEEK, ApiResponse::Page(page)) => self.on_week(page, ctx),
            (ASSIGN, ApiResponse::Record(record)) => on_assigned(*record, ctx),
            _ => Vec::new(),
        }
    }

    fn on_error(&mut self, slot: Slot, error: ApiError, ctx: &Context<'_>) -> Vec<Effect> {
        let sentence = ctx.messages.api_error(&error);
        if slot != ASSIGN {
            return vec![Effect::status(sentence, Tone::Bad)];
        }
        // The record has changed: its current owner may be the right one.
        if error.reason == Reason::EtagOutdated {
            return vec![
                Effect::Close,
                Effect::status(sentence, Tone::Warn),
                Effect::ReloadList,
            ];
        }
        self.busy = false;
        self.notice = Some(sentence);
        Vec::new()
    }

    fn on_outcome(&mut self, outcome: Outcome, _: &Context<'_>) -> Vec<Effect> {
        match outcome {
            Outcome::Confirmed(request) => vec![self.assign(request)],
            _ => Vec::new(),
        }
    }

    fn selected(&mut self) -> Option<&mut usize> {
        Some(&mut self.selected)
    }

    fn on_session_end(&mut self) {
        self.busy = false;
    }
}
