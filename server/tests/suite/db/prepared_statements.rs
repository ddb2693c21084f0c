//! Prepared statements: PostgreSQL plans a query once per connection, and a connection does not keep
//! statements without limit.

use diesel::{
    QueryableByName,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    result::QueryResult,
    sql_types::{BigInt, Integer, Text},
};
use diesel_async::RunQueryDsl as _;
use epic_events::v1::{
    GetClientRequest, GetCollaboratorRequest, GetContractRequest, GetEventRequest,
    ListClientsRequest, ListCollaboratorsRequest, ListContractsRequest, ListEventsRequest,
    ListHistoryRequest, RecordType, Role, UpdateClientRequest,
};

use super::query_plans::many_records;
use crate::support::{
    api_client::ApiClient,
    fixtures::{COMMERCIAL1, SUPPORT1, time},
    lists::{Entity, ListQuery},
    server::TestServer,
};

/// After this number of plans, PostgreSQL compares their costs with that of a plan for any arguments
/// (`choose_custom_plan` in its source).
const PLANS: i64 = 5;
/// Repetitions of each call: more than `PLANS` on each connection that the calls use.
const CALLS: usize = 16;

#[derive(QueryableByName)]
struct Prepared {
    #[diesel(sql_type = Text)]
    statement: String,
    #[diesel(sql_type = BigInt)]
    custom_plans: i64,
    #[diesel(sql_type = BigInt)]
    generic_plans: i64,
}

/// The statements that the idle connections of the server have prepared.
async fn prepared_statements(server: &TestServer) -> Vec<Prepared> {
    let count = if server.is_on_postgres() { 4 } else { 1 };
    let mut found = Vec::new();
    let mut connections = Vec::new();
    for _ in 0..count {
        let mut connection = server.state.db.connection().await.expect("a connection");
        let statements = diesel::sql_query(
            "select statement, custom_plans, generic_plans from pg_prepared_statements",
        );
        let statements = statements.load::<Prepared>(&mut connection).await;
        found.extend(statements.expect("statements"));
        connections.push(connection);
    }
    found
}

/// Every list in every order, with every filter, and its second page; every record.
async fn read_everything(caller: &mut ApiClient) {
    for entity in Entity::ALL {
        for (order_by, ..) in entity.every_order() {
            let mut list_query = ListQuery {
                order_by,
                ..ListQuery::default()
            };
            let first = caller.list(entity, &list_query).await.expect("a page");
            list_query.page_token = first.next_page_token;
            caller.list(entity, &list_query).await.expect("a page");
        }
        let mine = ListQuery {
            mine: true,
            ..ListQuery::default()
        };
        caller.list(entity, &mine).await.expect("a page");
    }
    macro_rules! lists {
        ($service:ident.$list:ident: $($request:ident { $($field:ident: $value:expr),* },)*) => {$(
            let request = $request { $($field: $value,)* ..Default::default() };
            caller.$service.$list(request).await.expect("a page");
        )*};
    }
    lists!(collaborators.list_collaborators:
        ListCollaboratorsRequest { role: Role::Support.into() },
    );
    lists!(clients.list_clients:
        ListClientsRequest { unassigned: true },
        ListClientsRequest { commercial_id: Some(COMMERCIAL1) },
        ListClientsRequest { page_size: 10 },
        ListClientsRequest { page_size: 200 },
    );
    lists!(contracts.list_contracts:
        ListContractsRequest { unsigned: true },
        ListContractsRequest { debtor: true },
        ListContractsRequest { no_event: true },
        ListContractsRequest { client_id: Some(7) },
        ListContractsRequest { commercial_id: Some(COMMERCIAL1) },
    );
    // 1 February 2026.
    let day = 1_769_904_000;
    lists!(events.list_events:
        ListEventsRequest { no_support: true },
        ListEventsRequest { end_after: Some(time(day)) },
        ListEventsRequest { start_after: Some(time(day)), start_before: Some(time(day + 86_400)) },
        ListEventsRequest { end_after: Some(time(day)), start_before: Some(time(day + 86_400)) },
        ListEventsRequest { client_id: Some(7) },
        ListEventsRequest { contract_id: Some(7) },
        ListEventsRequest { support_id: Some(SUPPORT1) },
        ListEventsRequest { commercial_id: Some(COMMERCIAL1) },
    );
    lists!(changes.list_history:
        ListHistoryRequest { record: RecordType::Client.into(), record_id: Some(7) },
        ListHistoryRequest { actor_id: Some(COMMERCIAL1) },
        ListHistoryRequest { page_size: 3 },
    );
    let id = 7;
    let read = caller
        .collaborators
        .get_collaborator(GetCollaboratorRequest { id });
    read.await.expect("a collaborator");
    let read = caller.clients.get_client(GetClientRequest { id });
    read.await.expect("a client");
    let read = caller.contracts.get_contract(GetContractRequest { id });
    read.await.expect("a contract");
    let read = caller.events.get_event(GetEventRequest { id });
    read.await.expect("an event");
}

/// Searches are exempt: their best plan depends on the word.
#[tokio::test(flavor = "multi_thread")]
async fn only_searches_are_planned_at_every_call() {
    let server = TestServer::without_list_cache(&many_records()).await;
    let mut caller = server.login("commercial1").await;
    let own = server
        .query_ids(&format!(
            "select id as value from clients where commercial_id = {COMMERCIAL1} order by id limit 1"
        ))
        .await;
    for call in 0..CALLS {
        read_everything(&mut caller).await;
        let client = caller.clients.get_client(GetClientRequest { id: own[0] });
        let etag = client.await.expect("a client").into_inner();
        let request = UpdateClientRequest {
            id: own[0],
            etag: etag.client.expect("a client").etag,
            company: Some(format!("Company {call}")),
            ..UpdateClientRequest::default()
        };
        caller.clients.update_client(request).await.expect("a save");
    }
    let statements = prepared_statements(&server).await;
    let is_used = |it: &&Prepared| it.custom_plans + it.generic_plans > PLANS;
    let used: Vec<_> = statements.iter().filter(is_used).collect();
    assert!(used.len() > 100, "only {} statements", used.len());
    let planned = used.iter().filter(|it| it.custom_plans > PLANS);
    let planned: Vec<_> = planned.map(|it| it.statement.as_str()).collect();
    assert!(planned.is_empty(), "{}", planned.join("\n"));
    server.shutdown().await;
}

/// A query whose text depends on the number, as that of a list depends on order, filters and search words.
#[derive(Clone, Copy, Debug)]
struct Numbered(i32);

impl QueryFragment<Pg> for Numbered {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(&format!("select {}", self.0));
        Ok(())
    }
}

impl QueryId for Numbered {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Numbered {
    type SqlType = Integer;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_does_not_keep_statements_without_limit() {
    let server = TestServer::start().await;
    for number in 0..1_200 {
        let mut connection = server.state.db.connection().await.expect("a connection");
        let read = Numbered(number).get_result::<i32>(&mut connection).await;
        assert_eq!(read.expect("a number"), number);
    }
    let statements = prepared_statements(&server).await;
    let kept = statements.len();
    assert!((1..=500).contains(&kept), "{kept} statements");
    server.shutdown().await;
}
