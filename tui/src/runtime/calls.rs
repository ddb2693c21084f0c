//! Each call of the client, as a call of the API.

// A request for each call: naming all of them would say the table below twice.
#[allow(clippy::wildcard_imports)]
use epic_events::{api_error::ApiError, reason::Reason, v1::*};
use tokio::sync::mpsc;

use super::Backend;
use crate::{
    api::{ApiRequest, ApiResponse, Page},
    client::{Api, ChangeEvent, RequestError},
    record::{Record, Tab},
};

impl Backend for Api {
    fn watch(&self) -> mpsc::Receiver<ChangeEvent> {
        Self::watch(self)
    }

    async fn send(&self, call: ApiRequest) -> Result<ApiResponse, RequestError> {
        match call {
            ApiRequest::Login(request) => me(self.login(request).await?.me),
            ApiRequest::GetMe => me(self.get_me(GetMeRequest {}).await?.me),
            ApiRequest::ChangePassword(request) => me(self.change_password(request).await?.me),
            ApiRequest::Logout => {
                self.logout(LogoutRequest {}).await?;
                Ok(ApiResponse::Done)
            }
            call => self.ask_of_records(call).await,
        }
    }
}

macro_rules! page {
    ($response:expr, $records:ident, $record:ident) => {{
        let response = $response;
        Ok(ApiResponse::Page(Page {
            records: response.$records.into_iter().map(Record::$record).collect(),
            next: response.next_page_token,
            total: u64::try_from(response.total_size).unwrap_or_default(),
            at_least: response.total_size_is_lower_bound,
        }))
    }};
}

impl Api {
    async fn ask_of_records(&self, call: ApiRequest) -> Result<ApiResponse, RequestError> {
        match call {
            ApiRequest::ListCollaborators(request) => {
                page!(
                    self.list_collaborators(request).await?,
                    collaborators,
                    Collaborator
                )
            }
            ApiRequest::ListClients(request) => {
                page!(self.list_clients(request).await?, clients, Client)
            }
            ApiRequest::ListContracts(request) => {
                page!(self.list_contracts(request).await?, contracts, Contract)
            }
            ApiRequest::ListEvents(request) => {
                page!(self.list_events(request).await?, events, Event)
            }
            ApiRequest::Get(tab, id) => self.get(tab, id).await,
            ApiRequest::CreateCollaborator(request) => {
                let response = self.create_collaborator(request).await?;
                secret(response.collaborator, response.one_time_password)
            }
            ApiRequest::ResetPassword(request) => {
                let response = self.reset_password(request).await?;
                secret(response.collaborator, response.one_time_password)
            }
            ApiRequest::UpdateCollaborator(request) => record(
                self.update_collaborator(request).await?.collaborator,
                Record::Collaborator,
            ),
            ApiRequest::DeleteCollaborator(request) => {
                self.delete_collaborator(request).await?;
                Ok(ApiResponse::Done)
            }
            ApiRequest::CreateClient(request) => {
                record(self.create_client(request).await?.client, Record::Client)
            }
            ApiRequest::UpdateClient(request) => {
                record(self.update_client(request).await?.client, Record::Client)
            }
            ApiRequest::AssignCommercial(request) => record(
                self.assign_commercial(request).await?.client,
                Record::Client,
            ),
            ApiRequest::CreateContract(request) => record(
                self.create_contract(request).await?.contract,
                Record::Contract,
            ),
            ApiRequest::UpdateContract(request) => record(
                self.update_contract(request).await?.contract,
                Record::Contract,
            ),
            ApiRequest::CreateEvent(request) => {
                record(self.create_event(request).await?.event, Record::Event)
            }
            ApiRequest::UpdateEvent(request) => {
                record(self.update_event(request).await?.event, Record::Event)
            }
            ApiRequest::AssignSupport(request) => {
                record(self.assign_support(request).await?.event, Record::Event)
            }
            ApiRequest::ListSessions(request) => Ok(ApiResponse::Sessions(
                self.list_sessions(request).await?.sessions,
            )),
            ApiRequest::RevokeSession(request) => {
                self.revoke_session(request).await?;
                Ok(ApiResponse::Done)
            }
            ApiRequest::ListHistory(request) => {
                Ok(ApiResponse::History(self.list_history(request).await?))
            }
            ApiRequest::Login(_)
            | ApiRequest::GetMe
            | ApiRequest::Logout
            | ApiRequest::ChangePassword(_) => Err(broken()),
        }
    }

    async fn get(&self, tab: Tab, id: i64) -> Result<ApiResponse, RequestError> {
        match tab {
            Tab::Collaborators => {
                let response = self.get_collaborator(GetCollaboratorRequest { id }).await?;
                record(response.collaborator, Record::Collaborator)
            }
            Tab::Clients => {
                let response = self.get_client(GetClientRequest { id }).await?;
                record(response.client, Record::Client)
            }
            Tab::Contracts => {
                let response = self.get_contract(GetContractRequest { id }).await?;
                record(response.contract, Record::Contract)
            }
            Tab::Events => {
                let response = self.get_event(GetEventRequest { id }).await?;
                record(response.event, Record::Event)
            }
        }
    }
}

/// An answer without what was asked for: a defect of the server.
fn broken() -> RequestError {
    RequestError::Api(ApiError::new(Reason::Internal))
}

fn me(me: Option<Me>) -> Result<ApiResponse, RequestError> {
    me.map(ApiResponse::Me).ok_or_else(broken)
}

fn record<R>(found: Option<R>, wrap: fn(R) -> Record) -> Result<ApiResponse, RequestError> {
    let found = found.ok_or_else(broken)?;
    Ok(ApiResponse::Record(Box::new(wrap(found))))
}

fn secret(found: Option<Collaborator>, password: String) -> Result<ApiResponse, RequestError> {
    let found = found.ok_or_else(broken)?;
    Ok(ApiResponse::Password(
        Box::new(Record::Collaborator(found)),
        password,
    ))
}
