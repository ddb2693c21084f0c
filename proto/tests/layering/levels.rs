//! The levels of the modules at the top of each crate. A module imports only from the lines above
//! its own.

use crate::checks::Levels;

/// The most modules and levels that the server may have.
pub(crate) const SERVER_MODULES_MAX: usize = 14;
pub(crate) const SERVER_LEVELS_MAX: usize = 9;

/// The levels of `server/src`.
pub(crate) const SERVER: Levels<'_> = &[
    &["error", "network", "telemetry"],
    &["api", "config", "db"],
    &["auth"],
    &["change", "client"],
    &["contract"],
    &["event"],
    &["collaborator"],
    &["server"],
    &["commands"],
];

/// The levels of `tui/src`.
pub(crate) const CLIENT: Levels<'_> = &[
    &["layout", "messages", "tone"],
    &["regular_file"],
    &["session_file"],
    &["format", "log", "theme"],
    &["parse"],
    &["record"],
    &["api", "keys", "widgets"],
    &["client", "form"],
    &["screens", "settings"],
    &["app"],
    &["demo", "view"],
    &["runtime"],
    &["terminal"],
    &["command"],
];
