//! Answers `epic.v1.ClientService`.

pub mod rows;

use epic_events::{
    client::{ClientDraft, ClientPatch, CommercialAssignment},
    policy,
    v1::{
        AssignCommercialRequest, AssignCommercialResponse, Client, CreateClientRequest,
        CreateClientResponse, GetClientRequest, GetClientResponse, ListClientsRequest,
        ListClientsResponse, UpdateClientRequest, UpdateClientResponse,
        client_service_server::ClientService,
    },
    value,
};
use futures_util::FutureExt as _;
use tonic::Request;

use crate::{
    auth::session::{self, Session},
    client::rows::{ClientRow, Filter},
    error::Result,
    handler::{self, Reply, answer},
    shared::Shared,
};

/// Answers `epic.v1.ClientService`.
pub struct Clients(pub Shared);

impl From<ClientRow> for Client {
    fn from(row: ClientRow) -> Self {
        let ClientRow {
            id,
            name,
            email,
            phone,
            company,
            commercial_id,
            commercial_name,
            create_time,
            update_time,
            version,
        } = row;
        Self {
            id,
            name,
            email,
            phone,
            company,
            commercial_id,
            commercial_name,
            create_time: Some(value::wire_time(create_time)),
            update_time: Some(value::wire_time(update_time)),
            etag: value::format_etag(version),
        }
    }
}

impl Clients {
    async fn list(&self, caller: Session, wire: ListClientsRequest) -> Result<ListClientsResponse> {
        let caller = caller.actor.id;
        let page = self.0.pages.read(&wire, caller, &rows::ORDERS)?;
        let filter = Filter {
            mine: wire.mine.then_some(caller),
            commercial: wire.commercial_id,
            unassigned: wire.unassigned,
        };
        let listed = self
            .0
            .db
            .read(|connection| rows::list(connection, filter, &page))
            .await?;
        let (total_size, total_size_is_lower_bound) = listed.total_size();
        Ok(ListClientsResponse {
            next_page_token: self.0.pages.next(&wire, caller, &listed),
            clients: listed.rows.into_iter().map(Client::from).collect(),
            total_size,
            total_size_is_lower_bound,
        })
    }

    async fn get(&self, id: i64) -> Result<GetClientResponse> {
        let row = self.0.db.read(|connection| rows::get(connection, id));
        Ok(GetClientResponse {
            client: Some(row.await?.into()),
        })
    }

    async fn create(&self, caller: &Session, draft: ClientDraft) -> Result<CreateClientResponse> {
        let row = self
            .0
            .db
            .write(caller.id, policy::CREATE_CLIENT, move |tx| {
                let draft = draft.clone();
                async move {
                    let actor = tx.actor();
                    let permit = tx.permit(Some(actor.id), &[])?;
                    rows::insert(tx, &permit, draft).await
                }
                .boxed()
            });
        Ok(CreateClientResponse {
            client: Some(row.await?.into()),
        })
    }

    async fn update(&self, caller: &Session, patch: ClientPatch) -> Result<UpdateClientResponse> {
        let row = self
            .0
            .db
            .write(caller.id, policy::UPDATE_CLIENT, move |tx| {
                let patch = patch.clone();
                async move {
                    let (owner, version) = rows::lock(tx, patch.id).await?;
                    let changed_fields = patch.changed_fields();
                    let permit = tx.permit(owner, &changed_fields)?;
                    version.must_be(patch.etag)?;
                    rows::update(tx, &permit, patch).await
                }
                .boxed()
            });
        Ok(UpdateClientResponse {
            client: Some(row.await?.into()),
        })
    }

    async fn assign(
        &self,
        caller: &Session,
        assignment: CommercialAssignment,
    ) -> Result<AssignCommercialResponse> {
        let row = self
            .0
            .db
            .write(caller.id, policy::ASSIGN_COMMERCIAL, move |tx| {
                let assignment = assignment.clone();
                async move {
                    let (owner, version) = rows::lock(tx, assignment.id).await?;
                    let permit = tx.permit(owner, &[])?;
                    version.must_be(assignment.etag)?;
                    rows::assign(tx, &permit, assignment).await
                }
                .boxed()
            });
        Ok(AssignCommercialResponse {
            client: Some(row.await?.into()),
        })
    }
}

#[tonic::async_trait]
impl ClientService for Clients {
    async fn list_clients(
        &self,
        request: Request<ListClientsRequest>,
    ) -> Reply<ListClientsResponse> {
        let caller = session::of(&request)?;
        answer(self.list(caller, request.into_inner()).await)
    }

    async fn get_client(&self, request: Request<GetClientRequest>) -> Reply<GetClientResponse> {
        let id = handler::id(request.get_ref().id)?;
        answer(self.get(id).await)
    }

    async fn create_client(
        &self,
        request: Request<CreateClientRequest>,
    ) -> Reply<CreateClientResponse> {
        let caller = session::of(&request)?;
        let draft = handler::checked(request)?;
        answer(self.create(&caller, draft).await)
    }

    async fn update_client(
        &self,
        request: Request<UpdateClientRequest>,
    ) -> Reply<UpdateClientResponse> {
        let caller = session::of(&request)?;
        let patch = handler::checked(request)?;
        answer(self.update(&caller, patch).await)
    }

    async fn assign_commercial(
        &self,
        request: Request<AssignCommercialRequest>,
    ) -> Reply<AssignCommercialResponse> {
        let caller = session::of(&request)?;
        let assignment = handler::checked(request)?;
        answer(self.assign(&caller, assignment).await)
    }
}
