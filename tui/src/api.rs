//! Questions to the server: what is asked, why, and what comes back.

use crate::record::{Record, Tab};
use epic_events::v1::{
    AssignCommercialRequest, AssignSupportRequest, ChangePasswordRequest, CreateClientRequest,
    CreateCollaboratorRequest, CreateContractRequest, CreateEventRequest,
    DeleteCollaboratorRequest, ListClientsRequest, ListCollaboratorsRequest, ListContractsRequest,
    ListEventsRequest, ListHistoryRequest, ListHistoryResponse, ListSessionsRequest, LoginRequest,
    Me, ResetPasswordRequest, RevokeSessionRequest, Session, UpdateClientRequest,
    UpdateCollaboratorRequest, UpdateContractRequest, UpdateEventRequest,
};

/// One call of the API. It has no `Debug`, because some calls carry passwords.
#[derive(Clone, PartialEq)]
#[allow(missing_docs)] // Named like the RPC that each one is.
pub enum ApiRequest {
    Login(LoginRequest),
    GetMe,
    Logout,
    ChangePassword(ChangePasswordRequest),
    ListCollaborators(ListCollaboratorsRequest),
    ListClients(ListClientsRequest),
    ListContracts(ListContractsRequest),
    ListEvents(ListEventsRequest),
    /// `GetCollaborator`, `GetClient`, `GetContract` or `GetEvent`.
    Get(Tab, i64),
    CreateCollaborator(CreateCollaboratorRequest),
    CreateClient(CreateClientRequest),
    CreateContract(CreateContractRequest),
    CreateEvent(CreateEventRequest),
    UpdateCollaborator(UpdateCollaboratorRequest),
    UpdateClient(UpdateClientRequest),
    UpdateContract(UpdateContractRequest),
    UpdateEvent(UpdateEventRequest),
    DeleteCollaborator(DeleteCollaboratorRequest),
    ResetPassword(ResetPasswordRequest),
    AssignCommercial(AssignCommercialRequest),
    AssignSupport(AssignSupportRequest),
    ListHistory(ListHistoryRequest),
    ListSessions(ListSessionsRequest),
    RevokeSession(RevokeSessionRequest),
}

impl ApiRequest {
    /// Whether it changes something, so that leaving waits for it.
    #[must_use]
    pub const fn writes(&self) -> bool {
        !matches!(
            self,
            Self::Login(_)
                | Self::GetMe
                | Self::Get(..)
                | Self::ListCollaborators(_)
                | Self::ListClients(_)
                | Self::ListContracts(_)
                | Self::ListEvents(_)
                | Self::ListHistory(_)
                | Self::ListSessions(_)
        )
    }
}

/// What a call answered.
#[derive(Clone, Debug, PartialEq)]
pub enum ApiResponse {
    /// Who is signed in.
    Me(Me),
    /// A page of a list.
    Page(Page),
    /// The record as read or saved.
    Record(Box<Record>),
    /// The record, and a password that is shown this once.
    Password(Box<Record>, String),
    /// Where somebody is signed in.
    Sessions(Vec<Session>),
    /// A page of a history.
    History(ListHistoryResponse),
    /// It is done.
    Done,
}

/// A page of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The records, in the order asked for.
    pub records: Vec<Record>,
    /// Asks for the next page; empty on the last one.
    pub next: String,
    /// How many records there are on all pages.
    pub total: u64,
    /// Whether there are even more than `total`.
    pub at_least: bool,
}

/// What a question is for. A second question for the same purpose replaces the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestKind {
    /// Signing in, or a new password of one's own.
    Session,
    /// Signing out.
    Logout,
    /// The next page of a tab's list, or its first.
    Page(Tab),
    /// How many records a filter leaves.
    Count(Tab, usize),
    /// A page of a tab's list that others have changed something in.
    Again(Tab),
    /// The selected record of a tab, which is not where it was.
    Look(Tab),
    /// Who is signed in, and as what, after somebody changed that.
    Me,
    /// Where somebody is signed in.
    Sessions,
    /// The end of a session.
    EndSession,
    /// A page of the history.
    History,
    /// Saving the form.
    Save,
    /// Reading again what somebody else saved while the form was open.
    Reread,
    /// What the pick-list offers.
    Choices,
    /// The events of the week, for the pick-list of supports.
    Week,
    /// An assignment.
    Assign,
    /// A deletion.
    Remove,
    /// What the collaborator to delete holds.
    Holdings(Tab),
    /// A new one-time password.
    Reset,
    /// Records for the palette.
    Found(Tab),
}

impl RequestKind {
    /// Whether nobody waits for the answer: it only keeps true what is on the screen already.
    #[must_use]
    pub const fn is_quiet(self) -> bool {
        matches!(
            self,
            Self::Count(..) | Self::Again(_) | Self::Look(_) | Self::Me
        )
    }
}
