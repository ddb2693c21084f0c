//! The messages to the client, and the commands that it returns.

use std::time::Duration;

use crossterm::event::KeyEvent;
use jiff::Zoned;

use super::network::owner::OverlayId;
use crate::{
    api::{ApiRequest, ApiResponse, ChangeEvent, RequestError},
    keys::Action,
    record::Tab,
    screens::spec::Filter,
};

/// A message to the client.
pub enum Msg {
    /// The current time; precedes every other message.
    Clock(Zoned),
    /// The client has started.
    Start,
    /// A frame was drawn.
    Drawn,
    /// The next message is an input that arrived after this number of frames had been drawn.
    Arrived(u64),
    /// A key was pressed.
    Key(KeyEvent),
    /// Text was pasted.
    Paste(String),
    /// The left mouse button was pressed.
    Click(Target),
    /// The mouse wheel was turned by this number of rows, down if positive.
    Scroll(isize),
    /// The same, while the pointer is over the record pane.
    ScrollPane(isize),
    /// The terminal now has this size: columns and rows.
    Resize(u16, u16),
    /// The response to a request arrived.
    Response {
        /// Identifies the request, as in [`Cmd::Send`].
        id: u64,
        /// The response.
        result: Result<ApiResponse, RequestError>,
    },
    /// A call could not change something on this machine; the sentence describes it.
    Warning(String),
    /// Other collaborators have changed records.
    Changes(Vec<ChangeEvent>),
    /// A timer has run out.
    Timer(Timer),
    /// A spinner or countdown on the screen advances.
    Tick,
}

/// The target of a click.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// An action in the footer.
    Action(Action),
    /// A tab's title.
    Tab(Tab),
    /// The line with the filters, beside them.
    Filters,
    /// What removes all filters.
    ShowAll,
    /// A filter.
    Filter(&'static Filter),
    /// The line with the column headers, beside those by which the list can be ordered.
    ColumnHeaders,
    /// A column header: its name in `order_by`.
    Order(&'static str),
    /// The screen around the overlay in front.
    Outside,
    /// A line of the list, counted from the first one on the screen.
    Row(usize),
    /// A line of the overlay in front: the index of its field or item.
    Line(usize),
    /// The record pane.
    Pane,
    /// Anything else.
    Nothing,
}

/// A command to the runtime.
pub enum Cmd {
    /// Send a request to the server.
    Send {
        /// Identifies the response.
        id: u64,
        /// The request.
        request: ApiRequest,
    },
    /// Start a timer.
    After(Duration, Timer),
    /// Copy a text to the clipboard.
    Copy(String),
    /// Capture the mouse, or release it to the terminal.
    Mouse(bool),
    /// Draw every cell of the screen.
    Redraw,
    /// Exit.
    Quit,
}

/// A timer. Its number identifies the latest one; earlier ones are ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// Debounces typing into a list's search line.
    Search(Tab, u64),
    /// Debounces typing into an overlay.
    Overlay(OverlayId, u64),
    /// Sends the postponed requests again.
    Retry(u64),
    /// Quits, unless other input has followed the letter that asks for it.
    Quit(u64),
    /// Refreshes stale lists and overlays.
    Refresh,
    /// Requests the latest changes of the selected record.
    Recent(u64),
    /// Removes the message from the status line.
    Status(u64),
}
