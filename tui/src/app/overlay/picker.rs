//! A pick-list: selects another record by a part of its name.

mod assign;
mod choice;
mod requests;
mod strip;
mod view;
mod workload;

use epic_events::{api_error::ApiError, v1::Role};
use jiff::Timestamp;
use tui_input::Input;

pub use self::choice::Choice;
use self::{
    assign::{ASSIGN, Assignment, on_assigned},
    strip::Strip,
    workload::{Overlaps, union, week_of},
};
use super::{Component, Effect, lost_reply::REREAD, selection_step};
use crate::{
    api::{ApiRequest, ApiResponse, Change, Page},
    app::{
        availability::Availability, context::Context, effect::Outcome, network::owner::RequestSlot,
    },
    form::spec::PickSource,
    keys::{Action, KeyContext},
    record::{ParentFilter, Record, Tab},
    screens::events::overlap,
    tone::Tone,
};

/// The records to choose from.
const CHOICES: RequestSlot = RequestSlot::new("choices");
/// The events at the time of the event that needs a support.
const OVERLAPS: RequestSlot = RequestSlot::new("overlaps");
/// The events of the week of that event, and of the time that its strip shows.
const WEEK: RequestSlot = RequestSlot::new("week");

/// The use of the picked record.
#[derive(Clone, Debug, PartialEq)]
enum PickTarget {
    /// The overlay that opened the pick-list with this title receives the record.
    Opener(String),
    /// The picked collaborator becomes the owner of this record.
    Record(Box<Record>),
}

/// A pick-list.
#[derive(Clone)]
pub struct Picker {
    source: PickSource,
    target: PickTarget,
    input: Input,
    /// Identifies the timer of the latest typing.
    generation: u64,
    /// The text of the last request.
    requested_query: String,
    /// The loaded records.
    records: Vec<Record>,
    /// The events at the time of the event that needs a support. Only these determine who is free.
    overlaps: Option<Overlaps>,
    /// The events of the week of that event, and of the time that the strip shows.
    week: Option<Overlaps>,
    /// The start and the end of that week.
    week_period: Option<(Timestamp, Timestamp)>,
    /// The time around that event.
    strip: Option<Strip>,
    /// Whether these events may have changed.
    stale: bool,
    /// The support to assign as soon as the check shows that they are free.
    waiting: Option<i64>,
    /// The collaborator to replace, for successors.
    predecessor: Option<(i64, Role)>,
    /// Fluent message: what it means that there is no successor, if there need not be one.
    without: Option<&'static str>,
    /// Whether the busy ones are left out.
    only_free: bool,
    /// The number of records that match the typed text, of which the server lists the first ones, and of all
    /// records; each with whether it is a lower bound.
    totals: [Option<(u64, bool)>; 2],
    /// The record to which the contracts are restricted.
    parent: Option<ParentFilter>,
    /// The matching lines, best first.
    choices: Vec<Choice>,
    /// The index of the selected line.
    selected: usize,
    /// Whether the user has moved the selection since the last typing.
    is_moved: bool,
    /// Why the assignment failed.
    notice: Option<String>,
    /// The pending assignment.
    assignment: Option<Assignment>,
}

impl Picker {
    fn new(source: PickSource, target: PickTarget) -> Self {
        Self {
            source,
            target,
            input: Input::default(),
            generation: 0,
            requested_query: String::new(),
            records: Vec::new(),
            overlaps: None,
            week: None,
            week_period: None,
            strip: None,
            stale: false,
            waiting: None,
            predecessor: None,
            without: None,
            only_free: false,
            totals: [None; 2],
            parent: None,
            choices: Vec::new(),
            selected: 0,
            is_moved: false,
            notice: None,
            assignment: None,
        }
    }

    /// A pick-list that returns its choice to the overlay that opens it.
    pub(super) fn for_opener(source: PickSource, title: String) -> Self {
        Self::new(source, PickTarget::Opener(title))
    }

    /// The pick-list of the possible owners of this record; `None` if its kind has none.
    pub(super) fn assignee(record: &Record, ctx: &Context<'_>) -> Option<Self> {
        let (source, period) = match record {
            Record::Client(_) => (PickSource::Commercial, None),
            Record::Event(event) => (PickSource::Support, overlap::period(event)),
            Record::Collaborator(_) | Record::Contract(_) => return None,
        };
        let week = period.and_then(|(start, _)| week_of(start, ctx.now));
        let strip = period.and_then(|period| Strip::around(period, ctx.now.time_zone()));
        let shown = strip.as_ref().and_then(Strip::period);
        let target = PickTarget::Record(Box::new(record.clone()));
        Some(Self {
            overlaps: period.map(|period| Overlaps::new(OVERLAPS, period)),
            week: union(week, shown).map(|period| Overlaps::new(WEEK, period)),
            week_period: week,
            strip,
            ..Self::new(source, target)
        })
    }

    /// Restricts the list to possible successors of this collaborator.
    #[must_use]
    pub(super) fn for_successor_of(mut self, id: i64, role: Role) -> Self {
        self.predecessor = Some((id, role));
        self
    }

    /// Also offers the line "nobody", with this Fluent message beside it.
    #[must_use]
    pub(super) const fn or_nobody(mut self, detail: &'static str) -> Self {
        self.without = Some(detail);
        self
    }

    /// The lines that match the typed text, best first.
    #[must_use]
    pub fn choices(&self) -> &[Choice] {
        &self.choices
    }

    /// Whether the server filters the list, because there are too many records to load all of them.
    const fn is_remote(&self) -> bool {
        match self.source {
            PickSource::Client | PickSource::Contract => true,
            PickSource::Commercial | PickSource::Support | PickSource::Successor => false,
        }
    }

    /// Whether the loaded records match the typed text.
    fn is_current(&self) -> bool {
        !self.is_remote() || self.requested_query == self.input.value().trim()
    }

    fn on_records(&mut self, page: Page, is_later: bool, ctx: &Context<'_>) -> Vec<Effect> {
        if !is_later {
            self.records.clear();
            let total = Some((page.total, page.is_lower_bound));
            let all = self.totals[1].or(total);
            self.totals = [total, all];
        }
        self.records.extend(page.records);
        self.update_choices(ctx);
        if self.is_remote() || page.next_page_token.is_empty() {
            return Vec::new();
        }
        vec![self.request(page.next_page_token, ctx.time())]
    }

    /// Whether the user has chosen the selected line, by typing or by moving to it: the first line is not
    /// chosen by accident.
    fn is_touched(&self) -> bool {
        self.is_moved || !self.input.value().trim().is_empty()
    }

    /// Selects this line.
    fn move_to(&mut self, line: usize) {
        self.is_moved |= line != self.selected;
        self.selected = line;
    }

    fn choose(&mut self, ctx: &Context<'_>) -> Vec<Effect> {
        let Some(choice) = self.choices.get(self.selected) else {
            return Vec::new();
        };
        match &self.target {
            PickTarget::Opener(_) => {
                let name = format!("{}{}", choice.label, choice.number);
                let picked = choice.id.map(|id| (id, name));
                vec![Effect::Return(Outcome::Picked(picked))]
            }
            PickTarget::Record(_) => self.choose_owner(choice.id, ctx),
        }
    }
}

impl Component for Picker {
    fn key_context(&self) -> KeyContext {
        KeyContext::Picker
    }

    fn availability(&self, action: Action, _: &Context<'_>) -> Availability {
        match action {
            Action::OnlyFree if self.overlaps.is_none() => {
                Availability::NotApplicable("not-applicable-here")
            }
            // It is being assigned.
            action if self.assignment.is_some() && action != Action::Cancel => {
                Availability::NotApplicable("not-applicable-here")
            }
            _ => Availability::Enabled,
        }
    }

    fn on_open(&mut self, ctx: &Context<'_>) -> Vec<Effect> {
        let mut effects = vec![self.request(String::new(), ctx.time())];
        effects.extend(self.request_overlaps());
        effects
    }

    fn is_answer(&self, action: Action) -> bool {
        action == Action::Choose && matches!(self.target, PickTarget::Record(_))
    }

    fn on_action(&mut self, action: Action, ctx: &Context<'_>) -> Vec<Effect> {
        match action {
            Action::Cancel => return vec![Effect::Close],
            // It is being assigned.
            _ if self.assignment.is_some() => return Vec::new(),
            Action::Choose => return self.choose(ctx),
            Action::OnlyFree => {
                self.toggle_only_free(ctx);
                return Vec::new();
            }
            _ => {}
        }
        self.cancel_waiting();
        let last = self.choices.len().saturating_sub(1);
        let step = selection_step(action);
        self.move_to(self.selected.saturating_add_signed(step).min(last));
        Vec::new()
    }

    fn input(&mut self) -> Option<&mut Input> {
        self.assignment.is_none().then_some(&mut self.input)
    }

    fn on_input(&mut self, ctx: &Context<'_>) -> Vec<Effect> {
        // Selects the first line, regardless of the previous selection.
        self.selected = 0;
        self.is_moved = false;
        self.choices.clear();
        self.waiting = None;
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
        self.input
            .value()
            .trim()
            .clone_into(&mut self.requested_query);
        vec![self.request(String::new(), ctx.time())]
    }

    fn on_response(
        &mut self,
        slot: RequestSlot,
        request: &ApiRequest,
        response: ApiResponse,
        ctx: &Context<'_>,
    ) -> Vec<Effect> {
        match (slot, response) {
            (CHOICES, ApiResponse::Page(page)) => {
                self.on_records(page, request.is_later_page(), ctx)
            }
            (OVERLAPS | WEEK, ApiResponse::Page(page)) => self.on_overlaps(slot, page, ctx),
            (ASSIGN, ApiResponse::Record(record)) => on_assigned(*record, ctx),
            (REREAD, ApiResponse::Record(record)) => self.on_reread(*record, ctx),
            _ => Vec::new(),
        }
    }

    fn on_error(&mut self, slot: RequestSlot, error: ApiError, ctx: &Context<'_>) -> Vec<Effect> {
        match slot {
            ASSIGN => return self.on_refused(error, ctx),
            REREAD => return self.on_not_assigned(ctx),
            _ => {}
        }
        if let (OVERLAPS | WEEK, Some(overlaps)) = (slot, self.overlaps(slot)) {
            overlaps.on_error();
            self.update_choices(ctx);
        }
        let sentence = ctx.messages.api_error(&error, Some(ctx.now));
        let mut effects = vec![Effect::status(sentence, Tone::Bad)];
        effects.extend(self.stop_waiting(ctx));
        effects
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

    fn on_click(&mut self, line: usize, ctx: &Context<'_>) -> Vec<Effect> {
        if self.assignment.is_some() {
            return Vec::new();
        }
        if line == self.selected {
            self.is_moved = true;
            return self.on_action(Action::Choose, ctx);
        }
        self.move_to(line);
        Vec::new()
    }

    fn on_change(&mut self, change: &Change, _: &Context<'_>) {
        let is_event = Tab::from_record_type(change.record) == Some(Tab::Events);
        self.stale |= is_event && self.overlaps.is_some();
    }

    fn mark_stale(&mut self) {
        self.stale = self.overlaps.is_some();
    }

    fn is_stale(&self) -> bool {
        self.stale
    }

    fn refresh(&mut self, _: &Context<'_>) -> Vec<Effect> {
        self.request_overlaps()
    }

    fn on_session_end(&mut self) {
        self.assignment = None;
    }
}
