//! The history of a record: each change with its actor and time, the latest first.

mod view;

use epic_events::{
    api_error::ApiError,
    v1::{HistoryEntry, ListHistoryRequest, ListHistoryResponse},
};

use super::{Component, Effect};
use crate::{
    api::{ApiRequest, ApiResponse, Change},
    app::{availability::Availability, context::Context, network::owner::RequestSlot},
    keys::{Action, KeyContext},
    layout::{POPUP_FRAME, POPUP_MARGIN, columns},
    record::{Record, Tab},
    screens::history::describe,
    widgets::text::{pad, wrap},
};

/// A page of entries.
const ENTRIES: RequestSlot = RequestSlot::new("entries");
/// Entries per page, more than the tallest screen displays.
const PAGE: i32 = 50;
/// Distance from the last loaded entry at which the next page is requested.
const PREFETCH_DISTANCE: usize = 20;
/// Maximum width.
const WIDTH: u16 = 100;
/// Columns of the time of an entry, with the gap after it.
const TIME: u16 = 21;
/// Columns from which on the time has a column of its own.
const TIME_BESIDE: u16 = 64;
/// Rows of the screen that entries cannot use: the margin and the frame of the popup, and its
/// empty first line.
const RESERVED_ROWS: u16 = POPUP_MARGIN + POPUP_FRAME.1 + 1;
/// Columns of a line that text cannot use: the frame, and the mark of the selected entry.
const RESERVED_COLUMNS: u16 = POPUP_FRAME.0 + 2;

/// A record's history.
#[derive(Clone, Debug)]
pub struct History {
    tab: Tab,
    id: i64,
    name: String,
    /// The loaded entries, the latest first.
    entries: Vec<HistoryEntry>,
    /// The token of the next page; empty at the end.
    next_page_token: String,
    /// The number of entries on all pages, and whether it is a lower bound; `None` before the first
    /// page.
    total: Option<(u64, bool)>,
    /// The index of the selected entry.
    selected: usize,
    /// The first visible line of the selected entry while it is displayed in full.
    full_entry_scroll: Option<usize>,
    /// Why loading failed.
    error: Option<String>,
    /// Whether there may be new entries.
    stale: bool,
}

/// A line of an entry, before it is drawn.
struct EntryLine {
    /// The time of the entry, or the blanks below it.
    lead: String,
    /// The name of the field, if the line begins with it.
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
            next_page_token: String::new(),
            total: None,
            selected: 0,
            full_entry_scroll: None,
            error: None,
            stale: false,
        }
    }

    /// The record: its tab and identifier.
    #[must_use]
    pub const fn record(&self) -> (Tab, i64) {
        (self.tab, self.id)
    }

    /// The loaded entries, the latest first.
    #[must_use]
    pub fn entries(&self) -> &[HistoryEntry] {
        &self.entries
    }

    /// The number of entries on all pages, and whether it is a lower bound; `None` before the first
    /// page.
    #[must_use]
    pub const fn total(&self) -> Option<(u64, bool)> {
        self.total
    }

    /// The index of the selected entry.
    #[must_use]
    pub const fn selected_index(&self) -> usize {
        self.selected
    }

    /// The selected entry.
    #[must_use]
    pub fn selected_entry(&self) -> Option<&HistoryEntry> {
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

    /// Requests the next page if the selection is near the last loaded entry.
    fn request_next_page(&self, ctx: &Context<'_>) -> Vec<Effect> {
        let is_near_end = self.selected + PREFETCH_DISTANCE >= self.entries.len();
        if self.next_page_token.is_empty() || !is_near_end || ctx.waits_for(ENTRIES) {
            return Vec::new();
        }
        vec![self.request(self.next_page_token.clone())]
    }

    fn append(&mut self, page: ListHistoryResponse) {
        self.entries.extend(page.entries);
        self.next_page_token = page.next_page_token;
    }

    /// Adds the new entries of the first page above the loaded ones; the selection stays with its
    /// entry. Replaces all entries when the page does not overlap the loaded ones.
    fn prepend(&mut self, page: ListHistoryResponse) {
        let first = self.entries.first().map(|entry| entry.id);
        let Some(new) = page.entries.iter().position(|e| Some(e.id) == first) else {
            self.entries.clear();
            self.selected = 0;
            self.full_entry_scroll = None;
            return self.append(page);
        };
        self.entries.splice(..0, page.entries.into_iter().take(new));
        // A selection at the top stays there, so that new entries become visible.
        if self.selected > 0 || self.full_entry_scroll.is_some() {
            self.selected += new;
        }
    }

    fn width(ctx: &Context<'_>) -> u16 {
        WIDTH.min(ctx.size.0)
    }

    /// Maximum scroll offset of the selected entry when it is displayed in full.
    fn max_scroll(&self, ctx: &Context<'_>) -> usize {
        let entry = self
            .selected_entry()
            .filter(|_| self.full_entry_scroll.is_some());
        let all = entry.map_or(0, |entry| entry_lines(entry, true, ctx).len());
        all.saturating_sub(ctx.size.1.saturating_sub(RESERVED_ROWS).into())
    }
}

/// The lines of an entry: its time beside its sentence, then the fields that the sentence does not
/// contain.
fn entry_lines(entry: &HistoryEntry, in_full: bool, ctx: &Context<'_>) -> Vec<EntryLine> {
    let summary = describe(entry, in_full, &ctx.cells());
    let room = History::width(ctx).saturating_sub(RESERVED_COLUMNS);
    let (lead, sentence) = if room < TIME_BESIDE {
        let sentence = format!("{} · {}", summary.when, summary.sentence);
        (String::new(), sentence)
    } else {
        let width = TIME.max(columns(&summary.when) + 2);
        (pad(&summary.when, width, false), summary.sentence)
    };
    let below = " ".repeat(columns(&lead).into());
    let room = room - columns(&lead);
    // A wrapped sentence is indented from its second line on.
    let hanging_indent = if columns(&sentence) > room { 2 } else { 0 };
    let sentence = wrap(&sentence, room - hanging_indent).into_iter();
    let mut lines: Vec<_> = sentence
        .enumerate()
        .map(|(index, text)| EntryLine {
            lead: if index == 0 {
                lead.clone()
            } else {
                format!("{below}  ")
            },
            field: String::new(),
            text,
            is_sentence: true,
        })
        .collect();
    for (field, change) in summary.fields {
        let text = format!("{field} {change}");
        for (index, text) in wrap(&text, room.saturating_sub(4)).into_iter().enumerate() {
            let (field, text) = match text.split_at_checked(field.len()) {
                Some((field, rest)) if index == 0 => (field.to_owned(), rest.to_owned()),
                _ => (String::new(), text),
            };
            let indent = if index == 0 { "  " } else { "    " };
            lines.push(EntryLine {
                lead: format!("{below}{indent}"),
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
        let can_expand = self.full_entry_scroll.is_none() && self.selected_entry().is_some();
        match action {
            Action::Choose if !can_expand => Availability::NotApplicable("not-applicable-here"),
            _ => Availability::Enabled,
        }
    }

    fn on_open(&mut self, ctx: &Context<'_>) -> Vec<Effect> {
        self.refresh(ctx)
    }

    fn on_action(&mut self, action: Action, ctx: &Context<'_>) -> Vec<Effect> {
        let page = isize::try_from(ctx.size.1 / 4).unwrap_or(1);
        let step = match action {
            Action::Up => -1,
            Action::Down => 1,
            Action::PageUp => -page,
            Action::PageDown => page,
            Action::Top => isize::MIN,
            Action::Bottom => isize::MAX,
            Action::Choose => {
                self.full_entry_scroll = match self.full_entry_scroll {
                    None if self.selected_entry().is_some() => Some(0),
                    _ => None,
                };
                return Vec::new();
            }
            _ if self.full_entry_scroll.take().is_some() => return Vec::new(),
            _ => return vec![Effect::Close],
        };
        let max_scroll = self.max_scroll(ctx);
        if let Some(line) = &mut self.full_entry_scroll {
            *line = line.saturating_add_signed(step).min(max_scroll);
        } else {
            let last = self.entries.len().saturating_sub(1);
            self.selected = self.selected.saturating_add_signed(step).min(last);
        }
        self.request_next_page(ctx)
    }

    fn on_response(
        &mut self,
        _: RequestSlot,
        request: &ApiRequest,
        response: ApiResponse,
        ctx: &Context<'_>,
    ) -> Vec<Effect> {
        let ApiResponse::History(page) = response else {
            return Vec::new();
        };
        let total = u64::try_from(page.total_size).unwrap_or_default();
        self.total = Some((total, page.total_size_is_lower_bound));
        self.error = None;
        if request.is_later_page() {
            self.append(page);
        } else {
            self.prepend(page);
        }
        self.request_next_page(ctx)
    }

    fn on_error(&mut self, _: RequestSlot, error: ApiError, ctx: &Context<'_>) -> Vec<Effect> {
        self.error = Some(ctx.messages.api_error(&error, Some(ctx.now)));
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
