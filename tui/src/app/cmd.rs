//! What can happen to the client, and what it wants done.

use std::time::Duration;

use crossterm::event::{KeyEvent, MouseEvent};
use jiff::Zoned;

use crate::{
    api::{ApiRequest, ApiResponse},
    client::{ChangeEvent, RequestError},
    record::Tab,
};

/// Something that happened.
pub enum Msg {
    /// The time; told before every other message.
    Clock(Zoned),
    /// The client has started.
    Start,
    /// A key was pressed.
    Key(KeyEvent),
    /// Text was pasted.
    Paste(String),
    /// The mouse was used.
    Mouse(MouseEvent),
    /// The terminal has this size now: columns and rows.
    Resize(u16, u16),
    /// A question was answered.
    Replied {
        /// Which question.
        ticket: u64,
        /// The answer.
        result: Result<ApiResponse, RequestError>,
    },
    /// There is news of what others do.
    Changes(Vec<ChangeEvent>),
    /// A wait is over.
    Later(Timer),
    /// Something on the screen moves with time.
    Tick,
}

/// Something to do outside.
pub enum Cmd {
    /// Ask the server.
    Send {
        /// Comes back with the answer.
        ticket: u64,
        /// What to ask.
        call: ApiRequest,
    },
    /// Say when this time has passed.
    After(Duration, Timer),
    /// Put a text on the clipboard.
    Copy(String),
    /// Catch the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Leave.
    Quit,
}

/// What is waited for; the number tells the latest from earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// Nothing more was typed into a list's search line.
    Search(Tab, u64),
    /// Nothing more was typed into a pick-list.
    Narrow(u64),
    /// Nothing more was typed into the palette.
    Palette(u64),
    /// The server should be tried again.
    Retry(u64),
    /// What others have changed should be read again.
    Follow,
}
