//! The records of the four tabs, and what is the same for all of them.

pub mod table;
pub mod value;

use epic_events::v1::{Client, Collaborator, Contract, Event, RecordType};

use self::{
    table::{Cell, Column, Context, Row},
    value::Value,
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

    /// Position in [`Tab::ALL`].
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
}

/// Whose records a list is narrowed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ParentFilter {
    Client(i64),
    Contract(i64),
    Commercial(i64),
    Support(i64),
}

impl ParentFilter {
    pub(crate) const fn client(this: Option<Self>) -> Option<i64> {
        match this {
            Some(Self::Client(id)) => Some(id),
            _ => None,
        }
    }

    pub(crate) const fn contract(this: Option<Self>) -> Option<i64> {
        match this {
            Some(Self::Contract(id)) => Some(id),
            _ => None,
        }
    }

    pub(crate) const fn commercial(this: Option<Self>) -> Option<i64> {
        match this {
            Some(Self::Commercial(id)) => Some(id),
            _ => None,
        }
    }

    pub(crate) const fn support(this: Option<Self>) -> Option<i64> {
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
    pub within: Option<(ParentFilter, String)>,
    /// Narrowed to what is called so.
    pub query: String,
    /// The record to stand on.
    pub select: Option<i64>,
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
    pub fn owner_name(&self) -> &str {
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
