//! What the four tabs show and take: tables of columns, filters and fields. The machinery that
//! lists, draws and edits them knows none of the records.

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
