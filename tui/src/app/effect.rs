//! The effects that an overlay returns, because it has no access to the model.

use std::time::Duration;

use epic_events::v1::Me;
use jiff::civil;

use super::{network::owner::RequestSlot, sign_out::SignOutReason};
use crate::{
    api::ApiRequest,
    keys::Action,
    record::{Link, Record},
    screens::spec::Filter,
    tone::{Status, Tone},
};

/// Delay between the last typed letter and the request.
pub(super) const DEBOUNCE: Duration = Duration::from_millis(180);

/// An effect of an overlay. The parameter is [`super::overlay::Overlay`], which itself uses
/// effects.
pub(crate) enum Effect<Overlay> {
    /// Closes the overlay, all that it opened, and cancels their requests.
    Close,
    /// Opens another overlay in front.
    Open(Overlay),
    /// Closes the overlay and passes a result to the one that opened it.
    Return(Outcome),
    /// Sends a request; the response is passed to the overlay's `on_response` or `on_error`.
    Request {
        /// Its slot.
        slot: RequestSlot,
        /// The request.
        request: ApiRequest,
    },
    /// Calls the overlay's `on_timer` with this number [`DEBOUNCE`] later.
    Debounce(u64),
    /// Shows a sentence in the status line.
    SetStatus(Status),
    /// Copies a text to the clipboard.
    Copy(String),
    /// Runs an action of the list.
    RunAction(Action),
    /// Opens a related record or list.
    OpenLink(Link),
    /// Changes the filters or the order of the list in front, and reloads it.
    ChangeList(ListChange),
    /// Reloads the list in front.
    ReloadList,
    /// Replaces the record wherever it is listed.
    Replace(Record),
    /// Replaces a saved record in its row, and reloads the list in front.
    ShowSaved(Record),
    /// Opens the tab of a new record, and selects it.
    ShowCreated(Record),
    /// Removes a deleted collaborator.
    ShowDeleted(i64),
    /// Cancels every pending request.
    CancelRequests,
    /// Signs out and shows the login screen.
    SignOut {
        /// Why.
        reason: SignOutReason,
        /// Filled in on the login screen; may be empty.
        email: String,
    },
    /// Continues after the user's password was changed.
    PasswordChanged(Me),
}

impl<Overlay> Effect<Overlay> {
    pub(super) fn status(text: String, tone: Tone) -> Self {
        Self::SetStatus(Status { text, tone })
    }
}

/// A change of a list's filters or order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ListChange {
    /// Orders it by this name in `order_by`; the same name again reverses the order.
    Sort(&'static str),
    /// Activates these filters and no others. The list of a parent stays one.
    Filter(Vec<&'static Filter>),
}

/// The result that an overlay passes to its opener when it closes.
pub(crate) enum Outcome {
    /// A record was picked: identifier and name; `None` for no successor.
    Picked(Option<(i64, String)>),
    /// A day was picked.
    Day(civil::Date),
    /// Closing without saving was confirmed.
    Discard,
    /// A request was confirmed.
    Confirmed(ApiRequest),
    /// The question with this text was answered with yes.
    Proceed(String),
    /// The session with this identifier has ended.
    SessionEnded(String),
    /// A confirmed request failed, with this message in the user's language.
    Failed(String),
}
