//! The history of a record: who changed what, and when, the latest first.

mod view;

use epic_events::{
    api_error::ApiError,
    v1::{HistoryEntry, ListHistoryRequest, ListHistoryResponse},
};

use super::{Component, Effect};
use crate::{
    api::{ApiRequest, ApiResponse},
    app::{availability::Availability, context::Context, network::owner::Slot},
    client::Change,
    keys::{Action, KeyContext},
    layout::columns,
    record::{Record, Tab},
    screens::history::describe,
    widgets::text::wrap,
};

/// A page of entries.
const ENTRIES: Slot = Slot::new("entries");
/// Entries a page: more than the tallest screen shows of them.
const PAGE: i32 = 50;
/// How near the end of what has come the next page is requested.
const AHEAD: usize = 20;
/// How wide it is, where there is room.
const WIDTH: u16 = 100;
/// Lines of the screen that entries cannot use: around the overlay, its frame, its first line and
/// the actions at its foot.
const AROUND: u16 = 7;
/// Columns of a line that text cannot use: the frame, and the mark of the selected entry.
const SIDES: u16 = 4 + 2;

/// A record's history.
#[derive(Clone, Debug)]
pub struct History {
    tab: Tab,
    id: i64,
    name: String,
    /// What has come, the latest first.
    entries: Vec<HistoryEntry>,
    /// The token of the next page; empty at the end.
    next: String,
    /// How many entries there are on all pages, once it is known; and whether there are even more.
    total: Option<(u64, bool)>,
    /// The index of the selected entry.
    selected: usize,
    /// While it is read in full: the first line on the screen.
    reading: Option<usize>,
    /// Why the entries were refused.
    refused: Option<String>,
    /// Whether there may be new entries.
    stale: bool,
}

/// A line of an entry, before it is drawn.
struct EntryLine {
    indent: &'static str,
    /// The name of the field, where the line begins with it.
    field: String,
    text: String,
    /// Whether it belongs to the sentence that summarises the change.
    is_sentence: bool,
}

impl History {
    /// The history of this record.
    pub(super) fn new(record: &Record) -> Self {
        Self {
            tab: record.tab(),
            id: record.id(),
            name: record.name().to_owned(),
            entries: Vec::new(),
            next: String::new(),
            total: None,
            selected: 0,
            reading: None,
            refused: None,
            stale: false,
        }
    }

    /// The record: its tab and number.
    #[must_use]
    pub const fn record(&self) -> (Tab, i64) {
        (self.tab, self.id)
    }

    /// What has come, the latest first.
    #[must_use]
    pub fn entries(&self) -> &[HistoryEntry] {
        &self.entries
    }

    /// How many entries there are on all pages, once it is known; and whether there are even more.
    #[must_use]
    pub const fn total(&self) -> Option<(u64, bool)> {
        self.total
    }

    /// The index of the selected entry.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.selected
    }

    /// The selected entry.
    #[must_use]
    pub fn current(&self) -> Option<&HistoryEntry> {
        self.entries.get(self.selected)
    }

    fn request(&self, page_token: String) -> Effect {
        Effect::Request {
            slot: ENTRIES,
            request: ApiRequest::ListHistory(ListHistoryRequest {
                page_size: PAGE,
                page_token,
                record: self.tab.record_type().into(),
                record_id: Some(self.id),
                ..ListHistoryRequest::default()
            }),
        }
    }

    /// Requests the next page when the selection comes near the end of what has come.
    fn next_page(&self, ctx: &Context<'_>) -> Vec<Effect> {
        let near = self.selected + AHEAD >= self.entries.len();
        if self.next.is_empty() || !near || ctx.waits_for(ENTRIES) {
            return Vec::new();
        }
        vec![self.request(self.next.clone())]
    }

    fn append(&mut self, page: ListHistoryResponse) {
        self.entries.extend(page.entries);
        self.next = page.next_page_token;
    }

    /// Adds the new entries of the first page above the rest; the selection stays with its entry.
    /// Replaces all entries when the page does not reach down to them.
    fn prepend(&mut self, page: ListHistoryResponse) {
        let known = self.entries.first().map(|entry| entry.id);
        let Some(new) = page.entries.iter().position(|e| Some(e.id) == known) else {
            self.entries.clear();
            self.selected = 0;
            self.reading = None;
            return self.append(page);
        };
        self.entries.splice(..0, page.entries.into_iter().take(new));
        // At the top the selection stays at the top, where new entries come in.
        if self.selected > 0 || self.reading.is_some() {
            self.selected += new;
        }
    }

    fn width(ctx: &Context<'_>) -> u16 {
        WIDTH.min(ctx.size.0)
    }

    /// The last line that the entry in full can be scrolled to.
    fn last_scroll(&self, ctx: &Context<'_>) -> usize {
        let entry = self.current().filter(|_| self.reading.is_some());
        let all = entry.map_or(0, |entry| entry_lines(entry, true, ctx).len());
        all.saturating_sub(ctx.size.1.saturating_sub(AROUND).into())
    }
}

/// The lines of an entry: a sentence, then field by field what it does not say.
fn entry_lines(entry: &HistoryEntry, in_full: bool, ctx: &Context<'_>) -> Vec<EntryLine> {
    let summary = describe(entry, in_full, &ctx.cells());
    let room = History::width(ctx).saturating_sub(SIDES);
    // Where a sentence takes more than one line, those after the first are indented.
    let hang = if columns(&summary.sentence) > room {
        2
    } else {
        0
    };
    let sentence = wrap(&summary.sentence, room - hang).into_iter().enumerate();
    let mut lines: Vec<_> = sentence
        .map(|(index, text)| EntryLine {
            indent: if index == 0 { "" } else { "  " },
            field: String::new(),
            text,
            is_sentence: true,
        })
        .collect();
    for (field, became) in summary.fields {
        let text = format!("{field} {became}");
        for (index, text) in wrap(&text, room.saturating_sub(4)).into_iter().enumerate() {
            let (field, text) = match text.split_at_checked(field.len()) {
                Some((field, rest)) if index == 0 => (field.to_owned(), rest.to_owned()),
                _ => (String::new(), text),
            };
            lines.push(EntryLine {
                indent: if index == 0 { "  " } else { "    " },
                field,
                text,
                is_sentence: false,
            });
        }
    }
    lines
}

impl Component for History {
    fn key_context(&self) -> KeyContext {
        KeyContext::History
    }

    fn availability(&self, action: Action, _: &Context<'_>) -> Availability {
        let can_be_read = self.reading.is_none() && self.current().is_some();
        match action {
            Action::Choose if !can_be_read => Availability::NotApplicable("void-here"),
            _ => Availability::Enabled,
        }
    }

    fn on_open(&mut self, ctx: &Context<'_>) -> Vec<Effect> {
        self.refresh(ctx)
    }

    fn on_action(&mut self, action: Action, ctx: &Context<'_>) -> Vec<Effect> {
        let screen = isize::try_from(ctx.size.1 / 4).unwrap_or(1);
        let by = match action {
            Action::Up => -1,
            Action::Down => 1,
            Action::PageUp => -screen,
            Action::PageDown => screen,
            Action::Top => isize::MIN,
            Action::Bottom => isize::MAX,
            Action::Choose => {
                self.reading = match self.reading {
                    None if self.current().is_some() => Some(0),
                    _ => None,
                };
                return Vec::new();
            }
            _ if self.reading.take().is_some() => return Vec::new(),
            _ => return vec![Effect::Close],
        };
        let last_scroll = self.last_scroll(ctx);
        if let Some(line) = &mut self.reading {
            *line = line.saturating_add_signed(by).min(last_scroll);
        } else {
            let last = self.entries.len().saturating_sub(1);
            self.selected = self.selected.saturating_add_signed(by).min(last);
        }
        self.next_page(ctx)
    }

    fn on_response(
        &mut self,
        _: Slot,
        request: &ApiRequest,
        response: ApiResponse,
        ctx: &Context<'_>,
    ) -> Vec<Effect> {
        let ApiResponse::History(page) = response else {
            return Vec::new();
        };
        let total = u64::try_from(page.total_size).unwrap_or_default();
        self.total = Some((total, page.total_size_is_lower_bound));
        self.refused = None;
        if request.is_later_page() {
            self.append(page);
        } else {
            self.prepend(page);
        }
        self.next_page(ctx)
    }

    fn on_error(&mut self, _: Slot, error: ApiError, ctx: &Context<'_>) -> Vec<Effect> {
        self.refused = Some(ctx.messages.api_error(&error));
        Vec::new()
    }

    fn on_change(&mut self, change: &Change, _: &Context<'_>) {
        let changed = Tab::from_record_type(change.record).map(|tab| (tab, change.id));
        self.stale |= changed == Some(self.record());
    }

    fn mark_stale(&mut self) {
        self.stale = true;
    }

    fn is_stale(&self) -> bool {
        self.stale
    }

    fn refresh(&mut self, _: &Context<'_>) -> Vec<Effect> {
        self.stale = false;
        vec![self.request(String::new())]
    }

    fn selected(&mut self) -> Option<&mut usize> {
        Some(&mut self.selected)
    }
}
