//! Effects: what an overlay returns to have done, because it has no access to the model.

use std::time::Duration;

use epic_events::v1::Me;
use jiff::civil;

use super::network::owner::Slot;
use crate::{
    api::ApiRequest,
    keys::Action,
    record::{Link, Record},
    tone::{Status, Tone},
};

/// How long to wait for more typing before a request is sent.
pub(super) const DEBOUNCE: Duration = Duration::from_millis(180);

/// What an overlay wants done. The parameter is [`super::overlay::Overlay`], which itself
/// uses effects.
pub(crate) enum Effect<Overlay> {
    /// Closes the overlay, all that it opened, and cancels their requests.
    Close,
    /// Opens another overlay in front.
    Open(Overlay),
    /// Closes the overlay and passes a result to the one that opened it.
    Return(Outcome),
    /// Sends a request; the reply comes to the overlay's `on_response` or `on_error`.
    Request {
        /// What it is for.
        slot: Slot,
        /// What to send.
        request: ApiRequest,
    },
    /// Calls the overlay's `on_timer` with this number [`DEBOUNCE`] later.
    Debounce(u64),
    /// Shows a sentence in the status line.
    Say(Status),
    /// Puts a text on the clipboard.
    Copy(String),
    /// Runs an action of the list.
    Run(Action),
    /// Opens a related record or list.
    OpenLink(Link),
    /// Changes what the list in front shows, and reads it again.
    ChangeList(ListChange),
    /// Reads the list in front again.
    ReloadList,
    /// Replaces the record wherever it is listed.
    Replace(Record),
    /// Shows a record that was saved where it stands, and reads the list in front again.
    ShowSaved(Record),
    /// Opens the tab of a record that was created, and selects it.
    ShowCreated(Record),
    /// Removes a collaborator that was deleted.
    ShowDeleted(i64),
    /// Cancels every pending request.
    CancelRequests,
    /// Signs out and shows the login screen.
    SignOut {
        /// Fluent message: the reason, as the login screen shows it.
        reason: &'static str,
        /// Filled in on the login screen; may be empty.
        email: String,
    },
    /// Continues with a new password of one's own.
    PasswordChanged(Me),
}

impl<Overlay> Effect<Overlay> {
    pub(super) fn say(text: String, tone: Tone) -> Self {
        Self::Say(Status { text, tone })
    }
}

/// A change of what a list shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ListChange {
    /// Orders it by a column of the server's; the same column again reverses the order.
    Sort(&'static str),
    /// Turns these filters on and all others off.
    Filter(Vec<usize>),
    /// Removes filters and parent.
    ShowAll,
}

/// What an overlay that closes passes to the one that opened it.
pub(crate) enum Outcome {
    /// A record was picked: number and name; `None` for nobody.
    Picked(Option<(i64, String)>),
    /// A day was picked.
    Day(civil::Date),
    /// Closing without saving was confirmed.
    Discard,
    /// A request was confirmed.
    Confirmed(ApiRequest),
    /// The session of this number has ended.
    SessionEnded(String),
    /// A confirmed request was refused, for this reason in the user's language.
    Failed(String),
}
