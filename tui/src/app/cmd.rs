//! What can happen to the client, and what it wants done outside.

use std::time::Duration;

use crossterm::event::KeyEvent;
use jiff::Zoned;

use super::network::owner::OverlayId;
use crate::{
    api::{ApiRequest, ApiResponse},
    client::{ChangeEvent, RequestError},
    keys::Action,
    record::Tab,
};

/// Something that happened.
pub enum Msg {
    /// The present time; precedes every other message.
    Clock(Zoned),
    /// The client has started.
    Start,
    /// A key was pressed.
    Key(KeyEvent),
    /// Text was pasted.
    Paste(String),
    /// The left mouse button was pressed.
    Click(Target),
    /// The mouse wheel was turned by so many rows, down when positive.
    Scroll(isize),
    /// The terminal has this size now: columns and rows.
    Resize(u16, u16),
    /// A request has its reply.
    Response {
        /// Which request, as in [`Cmd::Send`].
        id: u64,
        /// The reply.
        result: Result<ApiResponse, RequestError>,
    },
    /// Others have changed something.
    Changes(Vec<ChangeEvent>),
    /// A timer has run out.
    Timer(Timer),
    /// Something on the screen moves with time.
    Tick,
}

/// What a click is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// An action in the footer.
    Action(Action),
    /// A tab's title.
    Tab(Tab),
    /// The line with the filters.
    Filters,
    /// The line with the column headers.
    ColumnHeaders,
    /// A row of the list, counted from the first one on the screen.
    Row(usize),
    /// A line of the overlay in front: the index of its field or item.
    Line(usize),
    /// Anything else.
    Nothing,
}

/// Something to do outside.
pub enum Cmd {
    /// Send a request to the server.
    Send {
        /// Comes back with the reply.
        id: u64,
        /// What to send.
        request: ApiRequest,
    },
    /// Start a timer.
    After(Duration, Timer),
    /// Put a text on the clipboard.
    Copy(String),
    /// Capture the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Leave.
    Quit,
}

/// A timer. The number tells the latest one from earlier ones, which are ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// Nothing more was typed into a list's search line.
    Search(Tab, u64),
    /// Nothing more was typed into an overlay.
    Overlay(OverlayId, u64),
    /// Requests that were not answered are sent again.
    Retry(u64),
    /// What others have changed is read again.
    Refresh,
}
