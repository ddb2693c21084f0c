//! The records that a name may mean, and why another one does not fit.

use epic_events::{reason::Reason, v1::Role};

use crate::{
    form::spec::PickSource,
    record::{Record, Tab},
};

/// The records that a name may mean.
#[derive(Clone, Copy)]
pub(crate) struct Source {
    pub(crate) tab: Tab,
    fits: Fits,
}

/// Which records of a tab fit.
#[derive(Clone, Copy)]
enum Fits {
    All,
    /// Collaborators of a role.
    Role(Role),
    /// Signed contracts without an event.
    ForEvent,
}

impl Source {
    /// All records of a tab.
    pub(crate) const fn tab(tab: Tab) -> Self {
        Self {
            tab,
            fits: Fits::All,
        }
    }

    /// The collaborators of a role.
    pub(crate) const fn role(role: Role) -> Self {
        Self {
            tab: Tab::Collaborators,
            fits: Fits::Role(role),
        }
    }

    /// The records of a pick-list. Successors have the role of the record.
    pub(crate) fn pick(source: PickSource, target: Option<&Record>) -> Self {
        match (source, target) {
            (PickSource::Commercial, _) => Self::role(Role::Commercial),
            (PickSource::Support, _) => Self::role(Role::Support),
            (PickSource::Client, _) => Self::tab(Tab::Clients),
            (PickSource::Contract, _) => Self {
                tab: Tab::Contracts,
                fits: Fits::ForEvent,
            },
            (PickSource::Successor, Some(Record::Collaborator(person))) => {
                Self::role(person.role())
            }
            (PickSource::Successor, _) => Self::tab(Tab::Collaborators),
        }
    }

    /// The same records and those that do not fit, which the server refuses. The server alone knows that a
    /// request is a repetition, after which the contract has the event already.
    #[must_use]
    pub(crate) const fn of_all(self) -> Self {
        Self::tab(self.tab)
    }

    /// The role of the records; `None` if they have none.
    pub(crate) const fn role_of_all(self) -> Option<Role> {
        match self.fits {
            Fits::Role(role) => Some(role),
            Fits::All | Fits::ForEvent => None,
        }
    }

    /// Why a record does not fit, and the Fluent message that says so; `None` if it does.
    pub(crate) fn refusal(self, record: &Record) -> Option<(Reason, &'static str)> {
        match (self.fits, record) {
            (Fits::Role(role), Record::Collaborator(person)) if person.role() != role => {
                Some((Reason::WrongRole, "command-wrong-role"))
            }
            (Fits::ForEvent, Record::Contract(contract)) if contract.event_id.is_some() => {
                Some((Reason::EventExists, "command-has-event"))
            }
            (Fits::ForEvent, Record::Contract(contract)) if !contract.signed => {
                Some((Reason::ContractNotSigned, "command-not-signed"))
            }
            _ => None,
        }
    }
}
