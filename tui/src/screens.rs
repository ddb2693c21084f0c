//! What the four tabs show and take: tables of columns, filters and fields. The machinery that
//! lists, draws and edits them knows none of the records.

pub mod clients;
pub mod collaborators;
pub mod contracts;
pub mod events;
pub mod history;
pub mod login;
mod table;

pub use self::table::{Cell, Column, Head, Row, Tone, Width};
use epic_events::{
    policy::Rpc,
    v1::{Client, Collaborator, Contract, Event, RecordType, Role},
};
use jiff::{Timestamp, Zoned, tz::TimeZone};

use crate::{
    app::{
        ask::Call,
        form::{FormSpec, Value},
    },
    language::Words,
};

/// The tabs, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Tab {
    Collaborators,
    Clients,
    Contracts,
    Events,
}

impl Tab {
    /// Every tab, from left to right.
    pub const ALL: [Self; 4] = [
        Self::Collaborators,
        Self::Clients,
        Self::Contracts,
        Self::Events,
    ];

    /// Place in [`Tab::ALL`].
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// What the server calls its records.
    #[must_use]
    pub const fn record(self) -> RecordType {
        match self {
            Self::Collaborators => RecordType::Collaborator,
            Self::Clients => RecordType::Client,
            Self::Contracts => RecordType::Contract,
            Self::Events => RecordType::Event,
        }
    }

    /// Where such records are listed; `None` for what only a newer client knows.
    #[must_use]
    pub fn of(record: RecordType) -> Option<Self> {
        Self::ALL.into_iter().find(|tab| tab.record() == record)
    }

    /// What the tab shows and takes.
    #[must_use]
    pub const fn screen(self) -> &'static Screen {
        match self {
            Self::Collaborators => &collaborators::SCREEN,
            Self::Clients => &clients::SCREEN,
            Self::Contracts => &contracts::SCREEN,
            Self::Events => &events::SCREEN,
        }
    }
}

/// One tab's table.
#[derive(Debug)]
pub struct Screen {
    /// Fluent message: the tab's title.
    pub title: &'static str,
    /// Fluent message: one such record, as in "Contract 1042".
    pub one: &'static str,
    /// Fluent message: what to say when there are none.
    pub none: &'static str,
    /// The columns, from left to right.
    pub heads: fn() -> Vec<&'static Head>,
    /// Orders that belong to no column: Fluent message and the server's name.
    pub orders: &'static [(&'static str, &'static str)],
    /// The order at first.
    pub order: Order,
    /// Ways to narrow the list.
    pub filters: &'static [Filter],
    /// The other tabs whose records carry something of such a record: a name, a count.
    pub shown_in: &'static [Tab],
    /// The question for a page.
    pub call: fn(&Ask) -> Call,
    /// The form for a new record.
    pub create: &'static FormSpec,
    /// The form for a record that is there.
    pub edit: &'static FormSpec,
    /// The call that puts somebody in charge, or the Fluent message why there is none.
    pub assign: Result<Rpc, &'static str>,
    /// The call that deletes, or the Fluent message why there is none.
    pub delete: Result<Rpc, &'static str>,
}

/// The order of a list: a column of the server's, and which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// The server's name of the column.
    pub by: &'static str,
    /// From the largest down.
    pub descending: bool,
}

impl Order {
    /// What goes into `order_by`.
    #[must_use]
    pub fn wire(self) -> String {
        let suffix = if self.descending { " desc" } else { "" };
        format!("{}{suffix}", self.by)
    }
}

/// One way to narrow a list.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    /// Fluent message: its name.
    pub label: &'static str,
    /// Whether it is of use to the role.
    pub for_role: fn(Role) -> bool,
    /// Whether only one filter of this tab can be on.
    pub alone: bool,
}

impl Filter {
    const fn new(label: &'static str) -> Self {
        Self {
            label,
            for_role: |_| true,
            alone: false,
        }
    }
}

/// What a list is asked for.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Records a page.
    pub page_size: i32,
    /// The page; empty for the first.
    pub page_token: String,
    /// In which order.
    pub order: Order,
    /// Parts of words to find.
    pub query: String,
    /// Which of the screen's filters are on, by their place in the table.
    pub filters: Vec<usize>,
    /// Only what belongs to one record.
    pub within: Option<Of>,
    /// The present, for filters that look forward.
    pub now: Timestamp,
}

impl Ask {
    /// Whether the filter is on.
    #[must_use]
    pub fn has(&self, filter: usize) -> bool {
        self.filters.contains(&filter)
    }
}

/// Whose records a list is narrowed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Of {
    Client(i64),
    Contract(i64),
    Commercial(i64),
    Support(i64),
}

impl Of {
    const fn client(this: Option<Self>) -> Option<i64> {
        match this {
            Some(Self::Client(id)) => Some(id),
            _ => None,
        }
    }

    const fn contract(this: Option<Self>) -> Option<i64> {
        match this {
            Some(Self::Contract(id)) => Some(id),
            _ => None,
        }
    }

    const fn commercial(this: Option<Self>) -> Option<i64> {
        match this {
            Some(Self::Commercial(id)) => Some(id),
            _ => None,
        }
    }

    const fn support(this: Option<Self>) -> Option<i64> {
        match this {
            Some(Self::Support(id)) => Some(id),
            _ => None,
        }
    }
}

/// Where `g` leads.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The letter that follows it at once.
    pub key: char,
    /// Fluent message: where to.
    pub label: &'static str,
    /// The tab.
    pub tab: Tab,
    /// Narrowed to this record's, with its name.
    pub within: Option<(Of, String)>,
    /// Narrowed to what is called so.
    pub query: String,
    /// The record to stand on.
    pub select: Option<i64>,
}

/// What cells need besides the record.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The language.
    pub words: &'a Words,
    /// The present, in the zone that times are shown in.
    pub now: &'a Zoned,
}

impl Context<'_> {
    /// The zone that times are shown in.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        self.now.time_zone()
    }
}

/// A record that a tab lists.
pub trait Entity: Sized + 'static {
    /// Where it is listed.
    const TAB: Tab;
    /// The columns, from left to right.
    const COLUMNS: &'static [Column<Self>];
    /// Its number.
    fn id(&self) -> i64;
    /// Its version.
    fn etag(&self) -> &str;
    /// What people call it.
    fn name(&self) -> &str;
    /// Who is in charge of it.
    fn owner(&self) -> Option<i64>;
    /// The lines beside the list.
    fn rows(&self, context: &Context<'_>) -> Vec<Row>;
    /// Where `g` leads, the nearest first.
    fn links(&self) -> Vec<Link>;
    /// The value of a form's field.
    fn value(&self, field: &str) -> Value;
}

fn heads<R: Entity>() -> Vec<&'static Head> {
    R::COLUMNS.iter().map(|column| &column.head).collect()
}

/// A record of any tab.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Record {
    Collaborator(Collaborator),
    Client(Client),
    Contract(Contract),
    Event(Event),
}

macro_rules! each {
    ($record:expr, $inner:ident => $answer:expr) => {
        match $record {
            Record::Collaborator($inner) => $answer,
            Record::Client($inner) => $answer,
            Record::Contract($inner) => $answer,
            Record::Event($inner) => $answer,
        }
    };
}

fn cells_of<R: Entity>(record: &R, context: &Context<'_>) -> Vec<Cell> {
    let cell = |column: &Column<R>| (column.cell)(record, context);
    R::COLUMNS.iter().map(cell).collect()
}

fn tab_of<R: Entity>(_: &R) -> Tab {
    R::TAB
}

#[allow(missing_docs)] // As in `Entity`.
impl Record {
    #[must_use]
    pub fn tab(&self) -> Tab {
        each!(self, record => tab_of(record))
    }

    #[must_use]
    pub fn id(&self) -> i64 {
        each!(self, record => Entity::id(record))
    }

    #[must_use]
    pub fn etag(&self) -> &str {
        each!(self, record => Entity::etag(record))
    }

    #[must_use]
    pub fn name(&self) -> &str {
        each!(self, record => Entity::name(record))
    }

    #[must_use]
    pub fn owner(&self) -> Option<i64> {
        each!(self, record => Entity::owner(record))
    }

    /// The name of who is in charge; empty when nobody is.
    #[must_use]
    pub fn holder(&self) -> &str {
        match self {
            Self::Collaborator(_) => "",
            Self::Client(client) => &client.commercial_name,
            Self::Contract(contract) => &contract.commercial_name,
            Self::Event(event) => &event.support_name,
        }
    }

    /// What stands in each column.
    #[must_use]
    pub fn cells(&self, context: &Context<'_>) -> Vec<Cell> {
        each!(self, record => cells_of(record, context))
    }

    #[must_use]
    pub fn rows(&self, context: &Context<'_>) -> Vec<Row> {
        each!(self, record => Entity::rows(record, context))
    }

    #[must_use]
    pub fn links(&self) -> Vec<Link> {
        each!(self, record => Entity::links(record))
    }

    #[must_use]
    pub fn value(&self, field: &str) -> Value {
        each!(self, record => Entity::value(record, field))
    }
}

/// "nobody", for a record without anyone in charge.
fn somebody(name: &str, context: &Context<'_>) -> Cell {
    if name.is_empty() {
        Cell::new(context.words.get("nobody"), Tone::Warn)
    } else {
        name.into()
    }
}

/// A moment of the wire as the zone's clocks show it.
fn moment(wire: Option<&prost_types::Timestamp>, context: &Context<'_>) -> Cell {
    match epic_events::value::time(wire) {
        Ok(time) => context.words.moment(time, context.zone()).into(),
        Err(_) => Cell::default(),
    }
}
