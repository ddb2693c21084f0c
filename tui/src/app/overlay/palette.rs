//! The palette: finds actions and records by a part of their name.

mod view;

use tui_input::Input;

use super::{Component, Effect, matching::matching, selection_step};
use crate::{
    api::{ApiRequest, ApiResponse},
    app::{
        availability::{self, Availability},
        context::Context,
        network::owner::RequestSlot,
        tab::PerTab,
    },
    keys::{self, Action, KeyContext},
    record::{Link, Record, Tab},
    screens::spec::ListQuery,
};

/// Records of a tab whose name matches; the slot's index is the tab's.
const FOUND: RequestSlot = RequestSlot::new("found");
/// Maximum number of records per tab.
const RECORDS: i32 = 5;

/// The palette.
#[derive(Clone, Debug, Default)]
pub struct Palette {
    input: Input,
    /// Identifies the timer of the latest typing.
    generation: u64,
    /// The text of the last request.
    requested_query: String,
    /// The records that match the requested text; those of an earlier text are not shown.
    found: PerTab<Vec<Record>>,
    /// The index of the selected line.
    selected: usize,
}

/// A line of the palette.
#[derive(Clone, Debug, PartialEq)]
enum Entry {
    Action(Action),
    Record(Box<Record>),
}

impl Palette {
    /// The lines: actions that can be run now, then records.
    fn entries(&self, ctx: &Context<'_>) -> Vec<Entry> {
        let enabled = keys::bindings(KeyContext::List)
            .filter(|binding| !is_navigation(binding.action))
            .filter(|it| availability::of_action_in_list(ctx, it.action) == Availability::Enabled)
            .map(|it| (availability::searched_text(ctx, it), it.action));
        let actions = matching(self.input.value(), enabled.collect(), |(text, _)| text);
        let actions = actions.into_iter().map(|(_, action)| Entry::Action(action));
        // Records are hidden until every tab has answered: those of a late tab could appear above
        // others, under the selection.
        let is_complete = !self.is_searching(ctx);
        let found = self.found.iter().flatten().filter(|_| is_complete);
        let records = found.map(|record| Entry::Record(Box::new(record.clone())));
        actions.chain(records).collect()
    }

    /// Whether records for the typed text have not arrived yet.
    fn is_searching(&self, ctx: &Context<'_>) -> bool {
        let waits = |tab: Tab| ctx.waits_for(FOUND.at(tab.index()));
        self.requested_query != self.input.value().trim() || Tab::ALL.into_iter().any(waits)
    }
}

/// Whether the action is navigation, which the palette omits.
const fn is_navigation(action: Action) -> bool {
    matches!(
        action,
        Action::Up
            | Action::Down
            | Action::PageUp
            | Action::PageDown
            | Action::Palette
            | Action::Back
    )
}

impl Component for Palette {
    fn key_context(&self) -> KeyContext {
        KeyContext::Picker
    }

    fn is_answer(&self, action: Action) -> bool {
        action == Action::Choose
    }

    fn on_action(&mut self, action: Action, ctx: &Context<'_>) -> Vec<Effect> {
        if action == Action::Cancel {
            return vec![Effect::Close];
        }
        let entries = self.entries(ctx);
        let last = entries.len().saturating_sub(1);
        let step = selection_step(action);
        self.selected = self.selected.saturating_add_signed(step).min(last);
        if action != Action::Choose {
            return Vec::new();
        }
        match entries.into_iter().nth(self.selected) {
            Some(Entry::Action(action)) => vec![Effect::Close, Effect::RunAction(action)],
            Some(Entry::Record(record)) => {
                let link = Link {
                    key: ' ',
                    label: "",
                    tab: record.tab(),
                    parent: None,
                    query: record.name().to_owned(),
                    select: Some(record.id()),
                };
                vec![Effect::Close, Effect::OpenLink(link)]
            }
            None => Vec::new(),
        }
    }

    fn input(&mut self) -> Option<&mut Input> {
        Some(&mut self.input)
    }

    fn on_input(&mut self, _: &Context<'_>) -> Vec<Effect> {
        self.selected = 0;
        self.generation += 1;
        vec![Effect::Debounce(self.generation)]
    }

    fn on_timer(&mut self, generation: u64, ctx: &Context<'_>) -> Vec<Effect> {
        if generation != self.generation {
            return Vec::new();
        }
        let query = self.input.value().trim();
        if self.requested_query == query {
            return Vec::new();
        }
        self.found = PerTab::default();
        query.clone_into(&mut self.requested_query);
        if query.is_empty() {
            return Vec::new();
        }
        let find = |tab: Tab| Effect::Request {
            slot: FOUND.at(tab.index()),
            request: (tab.screen().list_request)(&ListQuery {
                page_size: RECORDS,
                page_token: String::new(),
                order: tab.screen().order,
                query: query.to_owned(),
                filters: Vec::new(),
                parent: None,
                now: ctx.time(),
            }),
        };
        Tab::ALL.into_iter().map(find).collect()
    }

    fn on_response(
        &mut self,
        slot: RequestSlot,
        _: &ApiRequest,
        response: ApiResponse,
        _: &Context<'_>,
    ) -> Vec<Effect> {
        let tab = Tab::ALL
            .into_iter()
            .find(|tab| slot == FOUND.at(tab.index()));
        if let (Some(tab), ApiResponse::Page(page)) = (tab, response) {
            self.found[tab] = page.records;
        }
        Vec::new()
    }

    fn selected(&mut self) -> Option<&mut usize> {
        Some(&mut self.selected)
    }
}
