//! The RPCs of the client as data. The macro `rpcs!` lists each of them once: its request, its
//! response, whether it writes, and how its response is converted. [`ApiRequest`], the methods of
//! [`crate::client::Api`] and its `send` are generated from that table.

mod change;

use epic_events::api_error::ApiError;
// A request and a response for each call: the table names them all.
#[allow(clippy::wildcard_imports)]
use epic_events::v1::*;

pub use self::change::{Change, ChangeEvent, ReceivedChange};
use crate::record::{Record, Tab};

/// Passes the table of RPCs to another macro. A row consists of: `write`, `read`, or `list` for a
/// read whose request has a `page_token`; the variant of [`ApiRequest`] with its request, the
/// response, the method that makes the call, and the conversion of the response. `Api` marks a
/// method that [`crate::client`] implements manually, because it begins or ends the session.
macro_rules! rpcs {
    ($callback:ident) => {
        $callback! {
read  Login(LoginRequest) -> LoginResponse: Api::login, |it| account(it.me);
write Logout(LogoutRequest) -> LogoutResponse: Api::logout, |_| Some(ApiResponse::Done);
read  GetMe(GetMeRequest) -> GetMeResponse: AuthServiceClient::get_me, |it| account(it.me);
write ChangePassword(ChangePasswordRequest) -> ChangePasswordResponse:
      AuthServiceClient::change_password, |it| account(it.me);
read  ListSessions(ListSessionsRequest) -> ListSessionsResponse:
      AuthServiceClient::list_sessions, |it| Some(ApiResponse::Sessions(it.sessions));
write RevokeSession(RevokeSessionRequest) -> RevokeSessionResponse:
      AuthServiceClient::revoke_session, |_| Some(ApiResponse::Done);

list  ListCollaborators(ListCollaboratorsRequest) -> ListCollaboratorsResponse:
      CollaboratorServiceClient::list_collaborators, |it| page!(it, collaborators, Collaborator);
read  GetCollaborator(GetCollaboratorRequest) -> GetCollaboratorResponse:
      CollaboratorServiceClient::get_collaborator, |it| record!(it, collaborator, Collaborator);
write CreateCollaborator(CreateCollaboratorRequest) -> CreateCollaboratorResponse:
      CollaboratorServiceClient::create_collaborator,
      |it| password(it.collaborator, it.one_time_password);
write UpdateCollaborator(UpdateCollaboratorRequest) -> UpdateCollaboratorResponse:
      CollaboratorServiceClient::update_collaborator, |it| record!(it, collaborator, Collaborator);
write DeleteCollaborator(DeleteCollaboratorRequest) -> DeleteCollaboratorResponse:
      CollaboratorServiceClient::delete_collaborator, |_| Some(ApiResponse::Done);
write ResetPassword(ResetPasswordRequest) -> ResetPasswordResponse:
      CollaboratorServiceClient::reset_password,
      |it| password(it.collaborator, it.one_time_password);

list  ListClients(ListClientsRequest) -> ListClientsResponse:
      ClientServiceClient::list_clients, |it| page!(it, clients, Client);
read  GetClient(GetClientRequest) -> GetClientResponse:
      ClientServiceClient::get_client, |it| record!(it, client, Client);
write CreateClient(CreateClientRequest) -> CreateClientResponse:
      ClientServiceClient::create_client, |it| record!(it, client, Client);
write UpdateClient(UpdateClientRequest) -> UpdateClientResponse:
      ClientServiceClient::update_client, |it| record!(it, client, Client);
write AssignCommercial(AssignCommercialRequest) -> AssignCommercialResponse:
      ClientServiceClient::assign_commercial, |it| record!(it, client, Client);

list  ListContracts(ListContractsRequest) -> ListContractsResponse:
      ContractServiceClient::list_contracts, |it| page!(it, contracts, Contract);
read  GetContract(GetContractRequest) -> GetContractResponse:
      ContractServiceClient::get_contract, |it| record!(it, contract, Contract);
write CreateContract(CreateContractRequest) -> CreateContractResponse:
      ContractServiceClient::create_contract, |it| record!(it, contract, Contract);
write UpdateContract(UpdateContractRequest) -> UpdateContractResponse:
      ContractServiceClient::update_contract, |it| record!(it, contract, Contract);

list  ListEvents(ListEventsRequest) -> ListEventsResponse:
      EventServiceClient::list_events, |it| page!(it, events, Event);
read  GetEvent(GetEventRequest) -> GetEventResponse:
      EventServiceClient::get_event, |it| record!(it, event, Event);
write CreateEvent(CreateEventRequest) -> CreateEventResponse:
      EventServiceClient::create_event, |it| record!(it, event, Event);
write UpdateEvent(UpdateEventRequest) -> UpdateEventResponse:
      EventServiceClient::update_event, |it| record!(it, event, Event);
write AssignSupport(AssignSupportRequest) -> AssignSupportResponse:
      EventServiceClient::assign_support, |it| record!(it, event, Event);

list  ListHistory(ListHistoryRequest) -> ListHistoryResponse:
      ChangeServiceClient::list_history, |it| Some(ApiResponse::History(it));
        }
    };
}
pub(crate) use rpcs;

macro_rules! is_write {
    (write) => {
        true
    };
    ($read:ident) => {
        false
    };
}

macro_rules! page_token {
    (list, $request:ident) => {
        $request.page_token.as_str()
    };
    ($other:ident, $request:ident) => {{
        let _ = $request;
        ""
    }};
}

macro_rules! requests_and_responses {
    ($($access:ident $variant:ident($request:ident) -> $response:ident:
       $client:ident::$method:ident, $convert:expr;)+) => {
        /// A request of the API. It has no `Debug`, because some requests contain passwords.
        #[derive(Clone, PartialEq)]
        #[allow(missing_docs)] // Each variant is named like its RPC.
        pub enum ApiRequest {
            $($variant($request),)+
        }

        impl ApiRequest {
            /// Whether it writes; the exit waits for writes.
            #[must_use]
            pub const fn writes(&self) -> bool {
                match self {
                    $(Self::$variant(_) => is_write!($access),)+
                }
            }

            /// The name of its RPC.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => stringify!($variant),)+
                }
            }

            /// Whether it requests a page of a list after the first one.
            #[must_use]
            pub(crate) const fn is_later_page(&self) -> bool {
                let page_token = match self {
                    $(Self::$variant(request) => page_token!($access, request),)+
                };
                !page_token.is_empty()
            }
        }

        $(impl Convert for $response {
            fn convert(self) -> Option<ApiResponse> {
                let convert: fn(Self) -> Option<ApiResponse> = $convert;
                convert(self)
            }
        })+
    };
}

/// Converts a response from the wire.
pub(crate) trait Convert {
    /// `None` when the response lacks what was requested, which is a defect of the server.
    fn convert(self) -> Option<ApiResponse>;
}

/// The response to a request.
#[derive(Clone, Debug, PartialEq)]
pub enum ApiResponse {
    /// The signed-in user.
    Me(Me),
    /// A page of a list.
    Page(Page),
    /// The record as read or saved.
    Record(Box<Record>),
    /// The record, and a one-time password.
    Password(Box<Record>, String),
    /// The sessions of a collaborator.
    Sessions(Vec<Session>),
    /// A page of a history.
    History(ListHistoryResponse),
    /// The request succeeded and has no result.
    Done,
}

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestError {
    /// The server returned an error; the same request fails again.
    Api(ApiError),
    /// The server is unreachable or unavailable; a retry may succeed.
    Unavailable(Outage),
    /// There is no session, or it has ended. The tokens are discarded already.
    SessionEnded,
}

/// Why the server is unavailable, in the user's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outage {
    /// The cause: a sentence.
    pub message: String,
    /// What helps to remove the cause; empty if the sentence says it all.
    pub detail: String,
}

impl From<String> for Outage {
    fn from(message: String) -> Self {
        Self {
            message,
            detail: String::new(),
        }
    }
}

/// A page of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The records, in the requested order.
    pub records: Vec<Record>,
    /// Token of the next page; empty on the last one.
    pub next_page_token: String,
    /// The number of records on all pages.
    pub total: u64,
    /// Whether `total` is a lower bound.
    pub is_lower_bound: bool,
}

macro_rules! page {
    ($response:expr, $records:ident, $record:ident) => {
        Some(ApiResponse::Page(Page {
            records: $response
                .$records
                .into_iter()
                .map(Record::$record)
                .collect(),
            next_page_token: $response.next_page_token,
            total: u64::try_from($response.total_size).unwrap_or_default(),
            is_lower_bound: $response.total_size_is_lower_bound,
        }))
    };
}

macro_rules! record {
    ($response:expr, $field:ident, $record:ident) => {
        Some(ApiResponse::Record(Box::new(Record::$record(
            $response.$field?,
        ))))
    };
}

rpcs!(requests_and_responses);

fn account(me: Option<Me>) -> Option<ApiResponse> {
    me.map(ApiResponse::Me)
}

fn password(person: Option<Collaborator>, password: String) -> Option<ApiResponse> {
    let record = Box::new(Record::Collaborator(person?));
    if password.is_empty() {
        // A repeated request, and the collaborator has signed in with the password of the first one.
        return Some(ApiResponse::Record(record));
    }
    Some(ApiResponse::Password(record, password))
}

impl ApiRequest {
    /// Requests a record of the tab.
    #[must_use]
    pub(crate) const fn get(tab: Tab, id: i64) -> Self {
        match tab {
            Tab::Collaborators => Self::GetCollaborator(GetCollaboratorRequest { id }),
            Tab::Clients => Self::GetClient(GetClientRequest { id }),
            Tab::Contracts => Self::GetContract(GetContractRequest { id }),
            Tab::Events => Self::GetEvent(GetEventRequest { id }),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use epic_events::FILE_DESCRIPTOR_SET;
    use prost::Message as _;
    use prost_types::FileDescriptorSet;

    macro_rules! kinds_of_access {
        ($($access:ident $variant:ident($request:ident) -> $response:ident:
           $client:ident::$method:ident, $convert:expr;)+) => {
            /// The kind of access of each row, and its request.
            const ROWS: &[(&str, &str)] = &[$((stringify!($access), stringify!($request)),)+];
        };
    }
    rpcs!(kinds_of_access);

    #[test]
    fn rows_with_a_page_token_are_lists() {
        let files = FileDescriptorSet::decode(FILE_DESCRIPTOR_SET).unwrap().file;
        for (access, request) in ROWS {
            let mut messages = files.iter().flat_map(|file| &file.message_type);
            let message = messages.find(|it| it.name() == *request).unwrap();
            let has_token = message.field.iter().any(|it| it.name() == "page_token");
            assert_eq!(*access == "list", has_token, "{request}");
        }
    }
}
