//! The four lists, asked in one way.

use epic_events::v1::{
    ListClientsRequest, ListCollaboratorsRequest, ListContractsRequest, ListEventsRequest,
};
use epic_server::{
    client, collaborator, contract,
    db::page::{Column, Orders},
    event,
};
use tonic::Status;

use crate::house::Caller;

/// One of the four records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entity {
    Collaborators,
    Clients,
    Contracts,
    Events,
}

impl Entity {
    pub const ALL: [Self; 4] = [
        Self::Collaborators,
        Self::Clients,
        Self::Contracts,
        Self::Events,
    ];

    pub const fn orders(self) -> Orders {
        match self {
            Self::Collaborators => collaborator::rows::ORDERS,
            Self::Clients => client::rows::ORDERS,
            Self::Contracts => contract::rows::ORDERS,
            Self::Events => event::rows::ORDERS,
        }
    }

    pub const fn table(self) -> &'static str {
        match self {
            Self::Collaborators => "collaborators",
            Self::Clients => "clients",
            Self::Contracts => "contracts",
            Self::Events => "events",
        }
    }

    /// Every order, both ways: as a request has it, its column, and whether it is reversed.
    pub fn every_order(self) -> impl Iterator<Item = (String, Column, bool)> {
        let columns = self.orders().columns.iter();
        columns.flat_map(|&column| {
            [
                (column.name.to_owned(), column, false),
                (format!("{} desc", column.name), column, true),
            ]
        })
    }
}

/// The arguments that every list takes.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    pub page_size: i32,
    pub page_token: String,
    pub order_by: String,
    pub query: String,
    pub mine: bool,
}

/// What every list gives.
#[derive(Clone, Debug)]
pub struct Found {
    pub ids: Vec<i64>,
    pub next: String,
    pub total: i32,
    pub total_is_lower_bound: bool,
}

macro_rules! list {
    ($caller:expr, $ask:expr, $service:ident, $call:ident, $request:ident) => {{
        let Ask {
            page_size,
            page_token,
            order_by,
            query,
            mine,
        } = $ask.clone();
        let request = $request {
            page_size,
            page_token,
            order_by,
            query,
            mine,
            ..$request::default()
        };
        let reply = $caller.$service.clone().$call(request).await?.into_inner();
        Ok(Found {
            ids: reply.$service.iter().map(|record| record.id).collect(),
            next: reply.next_page_token,
            total: reply.total_size,
            total_is_lower_bound: reply.total_size_is_lower_bound,
        })
    }};
}

impl Caller {
    /// A page of that list.
    pub async fn list(&self, entity: Entity, ask: &Ask) -> Result<Found, Status> {
        match entity {
            Entity::Collaborators => list!(
                self,
                ask,
                collaborators,
                list_collaborators,
                ListCollaboratorsRequest
            ),
            Entity::Clients => list!(self, ask, clients, list_clients, ListClientsRequest),
            Entity::Contracts => {
                list!(self, ask, contracts, list_contracts, ListContractsRequest)
            }
            Entity::Events => list!(self, ask, events, list_events, ListEventsRequest),
        }
    }
}
