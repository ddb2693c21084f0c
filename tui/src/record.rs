//! The records that the tabs list, and the operations that all kinds of record share.

#[cfg(test)]
pub(crate) mod fixtures;
pub mod table;
#[cfg(test)]
mod tests;
pub mod value;

use epic_events::{
    record_kind::RecordKind,
    v1::{Client, Collaborator, Contract, Event, RecordType},
};

use self::{
    table::{Cell, CellContext, Column, ColumnHeader, PaneRow},
    value::Value,
};

/// Declares [`Tab`] and [`Record`]. A row consists of a tab and the kind of its records. The rows
/// are in the order of the screen, from left to right. The code does not compile if a kind of the
/// protocol has no row.
macro_rules! tabs {
    ($($tab:ident $kind:ident;)+) => {
        /// A tab of the main screen. The order is that of the screen, from left to right.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[allow(missing_docs)] // Each variant is named like its records.
        pub enum Tab {
            $($tab,)+
        }

        impl Tab {
            /// All tabs, from left to right.
            pub const ALL: [Self; RecordKind::ALL.len()] = [$(Self::$tab,)+];

            /// The kind of the records that the tab lists.
            #[must_use]
            pub(crate) const fn kind(self) -> RecordKind {
                match self {
                    $(Self::$tab => RecordKind::$kind,)+
                }
            }

            /// The tab that lists the records of this kind.
            #[must_use]
            pub(crate) const fn from_kind(kind: RecordKind) -> Self {
                match kind {
                    $(RecordKind::$kind => Self::$tab,)+
                }
            }
        }

        /// A record of any tab.
        #[derive(Clone, Debug, PartialEq)]
        #[allow(missing_docs)] // Each variant is named like its message.
        pub enum Record {
            $($kind($kind),)+
        }
    };
}

tabs! {
    Collaborators Collaborator;
    Clients Client;
    Contracts Contract;
    Events Event;
}

impl Tab {
    /// Position in [`Tab::ALL`].
    #[must_use]
    pub(crate) const fn index(self) -> usize {
        self as usize
    }

    /// The kind of the tab's records on the wire.
    #[must_use]
    pub(crate) const fn record_type(self) -> RecordType {
        self.kind().record_type()
    }

    /// The tab that lists records of this type; `None` for `RECORD_TYPE_UNSPECIFIED`, to which
    /// types that only a newer server defines are also decoded.
    #[must_use]
    pub(crate) fn from_record_type(record: RecordType) -> Option<Self> {
        RecordKind::from_record_type(record).map(Self::from_kind)
    }
}

/// Restricts a list to the records that refer to this client, contract or collaborator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ParentFilter {
    Client(i64),
    Contract(i64),
    Commercial(i64),
    Support(i64),
}

impl ParentFilter {
    /// Whether the record refers to this one.
    #[must_use]
    pub(crate) fn matches(self, record: &Record) -> bool {
        match (self, record) {
            (Self::Client(id), Record::Contract(it)) => it.client_id == id,
            (Self::Client(id), Record::Event(it)) => it.client_id == id,
            (Self::Contract(id), Record::Event(it)) => it.contract_id == id,
            (Self::Commercial(id), Record::Client(it)) => it.commercial_id == Some(id),
            (Self::Commercial(id), Record::Contract(it)) => it.commercial_id == Some(id),
            (Self::Commercial(id), Record::Event(it)) => it.commercial_id == Some(id),
            (Self::Support(id), Record::Event(it)) => it.support_id == Some(id),
            // Lists of these kinds ignore the filter.
            _ => true,
        }
    }

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

/// A link to a tab, offered by the “Go to” menu.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The letter that selects the link in the menu.
    pub key: char,
    /// Fluent message: the destination.
    pub label: &'static str,
    /// The tab to show.
    pub tab: Tab,
    /// Restricts the list to this parent; the text is the parent's name.
    pub parent: Option<(ParentFilter, String)>,
    /// The search text to set; empty for none.
    pub query: String,
    /// The record to select.
    pub select: Option<i64>,
}

/// A record that a tab lists. Each entity implements it in its file under `screens/`.
pub trait Entity: Sized + 'static {
    /// The tab that lists it.
    const TAB: Tab;
    /// The columns, from left to right.
    const COLUMNS: &'static [Column<Self>];
    /// Identifier, unique within the kind.
    fn id(&self) -> i64;
    /// Version of the record, for `Update*` requests.
    fn etag(&self) -> &str;
    /// Display name.
    fn name(&self) -> &str;
    /// Identifier of the collaborator in charge, as `policy::permit` expects it.
    fn owner(&self) -> Option<i64>;
    /// Its state, which the record pane shows first.
    fn state(&self, context: &CellContext<'_>) -> Option<Cell>;
    /// The lines of the record pane.
    fn pane_rows(&self, context: &CellContext<'_>) -> Vec<PaneRow>;
    /// The links to related tabs, the most useful first.
    fn links(&self) -> Vec<Link>;
    /// The value of the field of that name in the `Update*` request; [`Value::Nothing`] for other
    /// names.
    fn value(&self, field: &str) -> Value;
}

/// Evaluates the expression for the entity inside a [`Record`].
macro_rules! each {
    ($record:expr, $inner:ident => $result:expr) => {
        match $record {
            $crate::record::Record::Collaborator($inner) => $result,
            $crate::record::Record::Client($inner) => $result,
            $crate::record::Record::Contract($inner) => $result,
            $crate::record::Record::Event($inner) => $result,
        }
    };
}

pub(crate) use each;

fn cells_of<R: Entity>(
    record: &R,
    is_shown: impl Fn(&ColumnHeader) -> bool,
    context: &CellContext<'_>,
) -> Vec<Cell> {
    let cell = |column: &Column<R>| {
        let is_shown = is_shown(&column.header);
        is_shown.then(|| (column.cell)(record, context))
    };
    let cells = R::COLUMNS.iter().map(cell);
    cells.map(Option::unwrap_or_default).collect()
}

fn tab_of<R: Entity>(_: &R) -> Tab {
    R::TAB
}

#[allow(missing_docs)] // The methods of `Entity`.
impl Record {
    #[must_use]
    pub(crate) fn tab(&self) -> Tab {
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

    /// The record as of another version: a write of it is refused unless that version is the latest.
    #[must_use]
    pub(crate) fn at_version(mut self, etag: String) -> Self {
        each!(&mut self, record => record.etag = etag);
        self
    }

    #[must_use]
    pub fn name(&self) -> &str {
        each!(self, record => Entity::name(record))
    }

    #[must_use]
    pub fn owner(&self) -> Option<i64> {
        each!(self, record => Entity::owner(record))
    }

    /// Full name of the collaborator in charge; empty if there is none.
    #[must_use]
    pub(crate) fn owner_name(&self) -> &str {
        match self {
            Self::Collaborator(_) => "",
            Self::Client(client) => &client.commercial_name,
            Self::Contract(contract) => &contract.commercial_name,
            Self::Event(event) => &event.support_name,
        }
    }

    /// The text of each column, in the order of [`Entity::COLUMNS`].
    #[must_use]
    pub(crate) fn cells(&self, context: &CellContext<'_>) -> Vec<Cell> {
        self.cells_where(|_| true, context)
    }

    /// The text of each column that is shown, and an empty one for every other.
    #[must_use]
    pub(crate) fn cells_where(
        &self,
        is_shown: impl Fn(&ColumnHeader) -> bool,
        context: &CellContext<'_>,
    ) -> Vec<Cell> {
        each!(self, record => cells_of(record, is_shown, context))
    }

    #[must_use]
    pub(crate) fn state(&self, context: &CellContext<'_>) -> Option<Cell> {
        each!(self, record => Entity::state(record, context))
    }

    #[must_use]
    pub(crate) fn pane_rows(&self, context: &CellContext<'_>) -> Vec<PaneRow> {
        each!(self, record => Entity::pane_rows(record, context))
    }

    #[must_use]
    pub(crate) fn links(&self) -> Vec<Link> {
        each!(self, record => Entity::links(record))
    }

    #[must_use]
    pub(crate) fn value(&self, field: &str) -> Value {
        each!(self, record => Entity::value(record, field))
    }
}
