//! What was on the screen before a link was opened.

use tui_input::Input;

use super::tab::list::Criteria;
use crate::record::{Record, Tab};

/// What was on the screen before a link was opened.
pub(super) struct PreviousView {
    /// The tab that was in front.
    pub(super) tab: Tab,
    /// The tab whose list the link has changed. The other fields are that list's, before the change.
    pub(super) target: Tab,
    /// Whether the link has opened that list with a search text of its own.
    pub(super) is_search: bool,
    pub(super) criteria: Criteria,
    pub(super) search: Input,
    pub(super) selected: Option<Record>,
    /// The line of the screen that the selected record was on.
    pub(super) line: Option<usize>,
}
