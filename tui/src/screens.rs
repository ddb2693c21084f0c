//! The tabs as data: columns, filters, links and form fields, in a file per entity. The code that
//! lists, draws and edits records does not depend on their kind.

pub mod clients;
pub mod collaborators;
pub mod contracts;
pub mod events;
pub mod history;
pub mod login;
pub mod spec;

use self::spec::Screen;
use crate::record::Tab;

impl Tab {
    /// The specification of the tab.
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
