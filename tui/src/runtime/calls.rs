//! Each call of the client, as a call of the API.

// A request for each call: naming all of them would say the table below twice.
#[allow(clippy::wildcard_imports)]
use epic_events::{reason::Reason, refusal::Refusal, v1::*};
use tokio::sync::mpsc;

use super::Ask;
use crate::{
    ask::{Call, Page, Reply},
    client::{Api, Fault, News},
    record::{Record, Tab},
};

impl Ask for Api {
    fn watch(&self) -> mpsc::Receiver<News> {
        Self::watch(self)
    }

    async fn ask(&self, call: Call) -> Result<Reply, Fault> {
        match call {
            Call::Login(request) => me(self.login(request).await?.me),
            Call::GetMe => me(self.get_me(GetMeRequest {}).await?.me),
            Call::ChangePassword(request) => me(self.change_password(request).await?.me),
            Call::Logout => {
                self.logout(LogoutRequest {}).await?;
                Ok(Reply::Done)
            }
            call => self.ask_of_records(call).await,
        }
    }
}

macro_rules! page {
    ($response:expr, $records:ident, $record:ident) => {{
        let response = $response;
        Ok(Reply::Page(Page {
            records: response.$records.into_iter().map(Record::$record).collect(),
            next: response.next_page_token,
            total: u64::try_from(response.total_size).unwrap_or_default(),
            at_least: response.total_size_is_lower_bound,
        }))
    }};
}

impl Api {
    async fn ask_of_records(&self, call: Call) -> Result<Reply, Fault> {
        match call {
            Call::ListCollaborators(request) => {
                page!(
                    self.list_collaborators(request).await?,
                    collaborators,
                    Collaborator
                )
            }
            Call::ListClients(request) => page!(self.list_clients(request).await?, clients, Client),
            Call::ListContracts(request) => {
                page!(self.list_contracts(request).await?, contracts, Contract)
            }
            Call::ListEvents(request) => page!(self.list_events(request).await?, events, Event),
            Call::Get(tab, id) => self.get(tab, id).await,
            Call::CreateCollaborator(request) => {
                let response = self.create_collaborator(request).await?;
                secret(response.collaborator, response.one_time_password)
            }
            Call::ResetPassword(request) => {
                let response = self.reset_password(request).await?;
                secret(response.collaborator, response.one_time_password)
            }
            Call::UpdateCollaborator(request) => record(
                self.update_collaborator(request).await?.collaborator,
                Record::Collaborator,
            ),
            Call::DeleteCollaborator(request) => {
                self.delete_collaborator(request).await?;
                Ok(Reply::Done)
            }
            Call::CreateClient(request) => {
                record(self.create_client(request).await?.client, Record::Client)
            }
            Call::UpdateClient(request) => {
                record(self.update_client(request).await?.client, Record::Client)
            }
            Call::AssignCommercial(request) => record(
                self.assign_commercial(request).await?.client,
                Record::Client,
            ),
            Call::CreateContract(request) => record(
                self.create_contract(request).await?.contract,
                Record::Contract,
            ),
            Call::UpdateContract(request) => record(
                self.update_contract(request).await?.contract,
                Record::Contract,
            ),
            Call::CreateEvent(request) => {
                record(self.create_event(request).await?.event, Record::Event)
            }
            Call::UpdateEvent(request) => {
                record(self.update_event(request).await?.event, Record::Event)
            }
            Call::AssignSupport(request) => {
                record(self.assign_support(request).await?.event, Record::Event)
            }
            Call::ListSessions(request) => {
                Ok(Reply::Sessions(self.list_sessions(request).await?.sessions))
            }
            Call::RevokeSession(request) => {
                self.revoke_session(request).await?;
                Ok(Reply::Done)
            }
            Call::ListHistory(request) => Ok(Reply::History(self.list_history(request).await?)),
            Call::Login(_) | Call::GetMe | Call::Logout | Call::ChangePassword(_) => Err(broken()),
        }
    }

    async fn get(&self, tab: Tab, id: i64) -> Result<Reply, Fault> {
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
fn broken() -> Fault {
    Fault::Refused(Refusal::new(Reason::Internal))
}

fn me(me: Option<Me>) -> Result<Reply, Fault> {
    me.map(Reply::Me).ok_or_else(broken)
}

fn record<R>(found: Option<R>, wrap: fn(R) -> Record) -> Result<Reply, Fault> {
    let found = found.ok_or_else(broken)?;
    Ok(Reply::Record(Box::new(wrap(found))))
}

fn secret(found: Option<Collaborator>, password: String) -> Result<Reply, Fault> {
    let found = found.ok_or_else(broken)?;
    Ok(Reply::Password(
        Box::new(Record::Collaborator(found)),
        password,
    ))
}
