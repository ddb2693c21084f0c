//! `epic.v1.ContractService`.

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
use tonic::{Request, Response};

use crate::{
    api::handler::{self, Reply},
    auth::session,
    contract::rows::{ContractRow, Filter},
    db::{
        Db,
        insert::RequestDigest,
        page::{
            list_cache::ListCache,
            token::{ListReply, PageTokens},
        },
    },
};

/// The handler of `epic.v1.ContractService`.
pub(crate) struct ContractHandler {
    pub(crate) db: Db,
    pub(crate) lists: ListCache<Filter, ContractRow>,
    pub(crate) page_tokens: PageTokens,
}

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
            event_start_time,
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
            event_start_time: event_start_time.map(value::wire_time),
            create_time: Some(value::wire_time(create_time)),
            update_time: Some(value::wire_time(update_time)),
            etag: value::format_etag(version),
        }
    }
}

fn filter(wire: &ListContractsRequest, caller: i64) -> Filter {
    let &ListContractsRequest {
        page_size: _,
        page_token: _,
        order_by: _,
        query: _,
        mine,
        unsigned,
        debtor,
        no_event,
        client_id,
        commercial_id,
    } = wire;
    Filter {
        mine: mine.then_some(caller),
        commercial: commercial_id,
        client: client_id,
        unsigned,
        debtor,
        no_event,
    }
}

#[tonic::async_trait]
impl ContractService for ContractHandler {
    async fn list_contracts(
        &self,
        request: Request<ListContractsRequest>,
    ) -> Reply<ListContractsResponse> {
        let caller = session::caller(&request)?.actor.id;
        let wire = request.into_inner();
        let page = self.page_tokens.validate(&wire, caller, &rows::ORDERS)?;
        let filter = filter(&wire, caller);
        let found = self.lists.page(filter, &page, |total| {
            let (db, page) = (&self.db, &page);
            db.read(move |connection| rows::list(connection, filter, page, total))
        });
        let reply: ListReply<Contract> = self.page_tokens.reply(&wire, caller, found.await?);
        Ok(Response::new(ListContractsResponse {
            contracts: reply.records,
            next_page_token: reply.next_page_token,
            total_size: reply.total_size,
            total_size_is_lower_bound: reply.total_size_is_lower_bound,
        }))
    }

    async fn get_contract(
        &self,
        request: Request<GetContractRequest>,
    ) -> Reply<GetContractResponse> {
        let id = handler::id(request.get_ref().id)?;
        let row = self.db.read(|connection| rows::get(connection, id)).await?;
        Ok(Response::new(GetContractResponse {
            contract: Some(row.into()),
        }))
    }

    async fn create_contract(
        &self,
        request: Request<CreateContractRequest>,
    ) -> Reply<CreateContractResponse> {
        let session = session::caller(&request)?.id;
        let digest = RequestDigest::of(request.get_ref());
        let draft: ContractDraft = handler::validated(request)?;
        let row = self
            .db
            .write(
                session,
                policy::CREATE_CONTRACT,
                (draft, digest),
                async |tx, (draft, digest)| {
                    let permit = tx.permit(None, &[])?;
                    rows::insert(tx, &permit, draft, *digest).await
                },
            )
            .await?;
        Ok(Response::new(CreateContractResponse {
            contract: Some(row.into()),
        }))
    }

    async fn update_contract(
        &self,
        request: Request<UpdateContractRequest>,
    ) -> Reply<UpdateContractResponse> {
        let session = session::caller(&request)?.id;
        let patch: ContractPatch = handler::validated(request)?;
        let row = self
            .db
            .write(
                session,
                policy::UPDATE_CONTRACT,
                patch,
                async |tx, patch| {
                    let (commercial, version) = rows::lock(tx, patch.id, patch.client_id).await?;
                    let permit = tx.permit(commercial, &patch.changed_fields())?;
                    version.check_etag(patch.etag)?;
                    rows::update(tx, &permit, patch).await
                },
            )
            .await?;
        Ok(Response::new(UpdateContractResponse {
            contract: Some(row.into()),
        }))
    }
}
