//! A uniform interface to the four list RPCs.

use epic_events::v1::{
    ListClientsRequest, ListCollaboratorsRequest, ListContractsRequest, ListEventsRequest,
};
use epic_server::{
    client, collaborator, contract,
    db::page::{Column, Orders},
    event,
};
use tonic::Status;

use super::api_client::ApiClient;

/// A kind of record that has a list.
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

    /// Every order in both directions: the value of `order_by`, its column, whether it descends.
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

/// The arguments that all list requests have.
#[derive(Clone, Debug, Default)]
pub struct ListQuery {
    pub page_size: i32,
    pub page_token: String,
    pub order_by: String,
    pub query: String,
    pub mine: bool,
}

/// The fields that all list replies have.
#[derive(Clone, Debug)]
pub struct ListPage {
    pub ids: Vec<i64>,
    pub next_page_token: String,
    pub total_size: i32,
    pub total_size_is_lower_bound: bool,
}

macro_rules! list {
    ($caller:expr, $query:expr, $service:ident, $call:ident, $request:ident) => {{
        let ListQuery {
            page_size,
            page_token,
            order_by,
            query,
            mine,
        } = $query.clone();
        let request = $request {
            page_size,
            page_token,
            order_by,
            query,
            mine,
            ..$request::default()
        };
        let reply = $caller.$service.clone().$call(request).await?.into_inner();
        Ok(ListPage {
            ids: reply.$service.iter().map(|record| record.id).collect(),
            next_page_token: reply.next_page_token,
            total_size: reply.total_size,
            total_size_is_lower_bound: reply.total_size_is_lower_bound,
        })
    }};
}

impl ApiClient {
    /// The ids of the records that the search finds, which must fit on one page.
    pub async fn search(&self, entity: Entity, query: &str) -> Vec<i64> {
        let list_query = ListQuery {
            query: query.to_owned(),
            order_by: "id".to_owned(),
            ..ListQuery::default()
        };
        let found = self.list(entity, &list_query).await;
        let found = found.unwrap_or_else(|refused| panic!("{entity:?}, {query:?}: {refused:?}"));
        assert_eq!(usize::try_from(found.total_size).unwrap(), found.ids.len());
        found.ids
    }

    /// Requests a page of a list.
    pub async fn list(&self, entity: Entity, list_query: &ListQuery) -> Result<ListPage, Status> {
        match entity {
            Entity::Collaborators => list!(
                self,
                list_query,
                collaborators,
                list_collaborators,
                ListCollaboratorsRequest
            ),
            Entity::Clients => list!(self, list_query, clients, list_clients, ListClientsRequest),
            Entity::Contracts => {
                list!(
                    self,
                    list_query,
                    contracts,
                    list_contracts,
                    ListContractsRequest
                )
            }
            Entity::Events => list!(self, list_query, events, list_events, ListEventsRequest),
        }
    }
}
