//! Answers `epic.v1.ContractService`.

pub mod rows;

use epic_events::{
    contract::{ContractDraft, ContractPatch},
    policy,
    v1::{
        Contract, CreateContractRequest, CreateContractResponse, GetContractRequest,
        GetContractResponse, ListContractsRequest, ListContractsResponse, UpdateContractRequest,
        UpdateContractResponse, contract_service_server::ContractService,
    },
    value,
};
use futures_util::FutureExt as _;
use tonic::Request;

use crate::{
    auth::session::{self, Session},
    contract::rows::{ContractRow, Filter},
    error::Result,
    handler::{self, Reply, answer},
    shared::Shared,
};

/// Answers `epic.v1.ContractService`.
pub struct Contracts(pub Shared);

impl From<ContractRow> for Contract {
    fn from(row: ContractRow) -> Self {
        let ContractRow {
            id,
            client_id,
            client_name,
            client_company,
            commercial_id,
            commercial_name,
            event_title,
            total_cents,
            remaining_cents,
            date,
            signed,
            event_id,
            create_time,
            update_time,
            version,
        } = row;
        Self {
            id,
            client_id,
            client_name,
            client_company,
            commercial_id,
            commercial_name,
            event_title,
            total_cents,
            remaining_cents,
            date: Some(value::wire_date(date)),
            signed,
            event_id,
            create_time: Some(value::wire_time(create_time)),
            update_time: Some(value::wire_time(update_time)),
            etag: value::format_etag(version),
        }
    }
}

impl Contracts {
    async fn list(
        &self,
        caller: Session,
        wire: ListContractsRequest,
    ) -> Result<ListContractsResponse> {
        let caller = caller.actor.id;
        let page = self.0.pages.read(&wire, caller, &rows::ORDERS)?;
        let filter = Filter {
            mine: wire.mine.then_some(caller),
            commercial: wire.commercial_id,
            client: wire.client_id,
            unsigned: wire.unsigned,
            debtor: wire.debtor,
            no_event: wire.no_event,
        };
        let listed = self
            .0
            .db
            .read(|connection| rows::list(connection, filter, &page))
            .await?;
        let (total_size, total_size_is_lower_bound) = listed.total_size();
        Ok(ListContractsResponse {
            next_page_token: self.0.pages.next(&wire, caller, &listed),
            contracts: listed.rows.into_iter().map(Contract::from).collect(),
            total_size,
            total_size_is_lower_bound,
        })
    }

    async fn get(&self, id: i64) -> Result<GetContractResponse> {
        let row = self.0.db.read(|connection| rows::get(connection, id));
        Ok(GetContractResponse {
            contract: Some(row.await?.into()),
        })
    }

    async fn create(
        &self,
        caller: &Session,
        draft: ContractDraft,
    ) -> Result<CreateContractResponse> {
        let row = self
            .0
            .db
            .write(caller.id, policy::CREATE_CONTRACT, move |tx| {
                let draft = draft.clone();
                async move {
                    let permit = tx.permit(None, &[])?;
                    rows::insert(tx, &permit, draft).await
                }
                .boxed()
            });
        Ok(CreateContractResponse {
            contract: Some(row.await?.into()),
        })
    }

    async fn update(
        &self,
        caller: &Session,
        patch: ContractPatch,
    ) -> Result<UpdateContractResponse> {
        let row = self
            .0
            .db
            .write(caller.id, policy::UPDATE_CONTRACT, move |tx| {
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
        Ok(UpdateContractResponse {
            contract: Some(row.await?.into()),
        })
    }
}

#[tonic::async_trait]
impl ContractService for Contracts {
    async fn list_contracts(
        &self,
        request: Request<ListContractsRequest>,
    ) -> Reply<ListContractsResponse> {
        let caller = session::of(&request)?;
        answer(self.list(caller, request.into_inner()).await)
    }

    async fn get_contract(
        &self,
        request: Request<GetContractRequest>,
    ) -> Reply<GetContractResponse> {
        let id = handler::id(request.get_ref().id)?;
        answer(self.get(id).await)
    }

    async fn create_contract(
        &self,
        request: Request<CreateContractRequest>,
    ) -> Reply<CreateContractResponse> {
        let caller = session::of(&request)?;
        let draft = handler::checked(request)?;
        answer(self.create(&caller, draft).await)
    }

    async fn update_contract(
        &self,
        request: Request<UpdateContractRequest>,
    ) -> Reply<UpdateContractResponse> {
        let caller = session::of(&request)?;
        let patch = handler::checked(request)?;
        answer(self.update(&caller, patch).await)
    }
}
