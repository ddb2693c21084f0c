//! The history of a record: who changed what, and when, the latest first.

use epic_events::v1::{HistoryEntry, ListHistoryRequest, ListHistoryResponse};

use super::{
    ask::{Call, Purpose},
    dialog,
    model::{Cmd, Model},
    overlay::Overlay,
};
use crate::{
    keys::Action,
    screens::{Record, Tab},
    view,
};

/// Entries a page: more than the tallest screen shows of them.
const PAGE: i32 = 50;
/// How near the end of what has come the next page is asked for.
const AHEAD: usize = 20;

/// A record's history, as far as it was read.
#[derive(Clone, Debug)]
pub struct History {
    /// What kind of record.
    pub tab: Tab,
    /// Its number.
    pub id: i64,
    /// What it is called.
    pub name: String,
    /// What has come, the latest first.
    pub entries: Vec<HistoryEntry>,
    /// Asks for what comes next; empty at the end.
    next: String,
    /// How many there are on all pages, once it is known; and whether there are even more.
    pub total: Option<(u64, bool)>,
    /// The entry one stands on.
    pub selected: usize,
    /// While it is read in full: the line it is scrolled to.
    pub reading: Option<usize>,
    /// Why there is nothing, in words.
    pub refused: Option<String>,
    /// Whether there may be new entries.
    pub(super) stale: bool,
}

impl History {
    fn new(record: &Record) -> Self {
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

    fn call(&self, page_token: String) -> Call {
        Call::ListHistory(ListHistoryRequest {
            page_size: PAGE,
            page_token,
            record: self.tab.record().into(),
            record_id: Some(self.id),
            ..ListHistoryRequest::default()
        })
    }

    /// Whether it is this record's.
    #[must_use]
    pub fn is_of(&self, tab: Tab, id: i64) -> bool {
        (self.tab, self.id) == (tab, id)
    }

    /// The entry one stands on.
    #[must_use]
    pub fn current(&self) -> Option<&HistoryEntry> {
        self.entries.get(self.selected)
    }

    /// Whether there is an entry to read in full, and it is not done yet.
    #[must_use]
    pub fn can_be_read(&self) -> bool {
        self.reading.is_none() && self.current().is_some()
    }

    /// Whether there are entries that have not come yet.
    #[must_use]
    pub fn has_more(&self) -> bool {
        !self.next.is_empty()
    }

    /// Moves by so many entries.
    fn step(&mut self, by: isize) {
        let last = self.entries.len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(by).min(last);
    }

    fn append(&mut self, page: ListHistoryResponse) {
        self.entries.extend(page.entries);
        self.next = page.next_page_token;
    }

    /// Takes the first page: what is new in it comes before the rest, under a selection that
    /// stays; all of it, when it does not reach down to what is there.
    fn begin(&mut self, page: ListHistoryResponse) {
        let known = self.entries.first().map(|entry| entry.id);
        let Some(new) = page.entries.iter().position(|e| Some(e.id) == known) else {
            self.entries.clear();
            self.selected = 0;
            self.reading = None;
            return self.append(page);
        };
        self.entries.splice(..0, page.entries.into_iter().take(new));
        // Whoever is at the top sees what comes in there.
        if self.selected > 0 || self.reading.is_some() {
            self.selected += new;
        }
    }
}

/// The history that is on the screen.
pub(super) fn shown(model: &mut Model) -> Option<&mut History> {
    let mut overlays = model.overlays.iter_mut();
    overlays.find_map(|overlay| match overlay {
        Overlay::History(history) => Some(&mut **history),
        _ => None,
    })
}

/// Opens the history of the selected record.
pub(super) fn open(model: &mut Model) -> Vec<Cmd> {
    let Some(history) = model.selected().map(History::new) else {
        return Vec::new();
    };
    model.overlays.push(Overlay::History(Box::new(history)));
    refresh(model)
}

/// Asks for the latest entries.
pub(super) fn refresh(model: &mut Model) -> Vec<Cmd> {
    let Some(history) = shown(model) else {
        return Vec::new();
    };
    history.stale = false;
    let call = history.call(String::new());
    vec![model.ask(Purpose::History, call)]
}

/// Asks again after the session was over, when the answer was given up.
pub(super) fn take_up(model: &mut Model) -> Vec<Cmd> {
    match shown(model) {
        Some(_) => refresh(model),
        None => Vec::new(),
    }
}

fn next_page_if_near(model: &mut Model) -> Vec<Cmd> {
    let waits = model.asked.waits_for(Purpose::History);
    let Some(history) = shown(model).filter(|_| !waits) else {
        return Vec::new();
    };
    if !history.has_more() || history.selected + AHEAD < history.entries.len() {
        return Vec::new();
    }
    let call = history.call(history.next.clone());
    vec![model.ask(Purpose::History, call)]
}

/// Takes a page.
pub(super) fn take(model: &mut Model, asked: &Call, page: ListHistoryResponse) -> Vec<Cmd> {
    let first = matches!(asked, Call::ListHistory(request) if request.page_token.is_empty());
    let Some(history) = shown(model) else {
        return Vec::new();
    };
    let total = u64::try_from(page.total_size).unwrap_or_default();
    history.total = Some((total, page.total_size_is_lower_bound));
    history.refused = None;
    if first {
        history.begin(page);
    } else {
        history.append(page);
    }
    next_page_if_near(model)
}

/// Does an action of the history.
pub(super) fn run(model: &mut Model, action: Action) -> Vec<Cmd> {
    let screen = isize::try_from(model.size.1 / 4).unwrap_or(1);
    let reach = view::reading_reach(model);
    let Some(history) = shown(model) else {
        return Vec::new();
    };
    let by = match action {
        Action::Up => -1,
        Action::Down => 1,
        Action::PageUp => -screen,
        Action::PageDown => screen,
        Action::Top => isize::MIN,
        Action::Bottom => isize::MAX,
        Action::Choose => {
            history.reading = match history.reading {
                None if history.current().is_some() => Some(0),
                _ => None,
            };
            return Vec::new();
        }
        _ if history.reading.take().is_some() => return Vec::new(),
        _ => return dialog::close(model),
    };
    match &mut history.reading {
        Some(line) => *line = line.saturating_add_signed(by).min(reach),
        None => history.step(by),
    }
    next_page_if_near(model)
}
