//! Lists that calls share: one read for all who show a list, and never an old one.

use epic_events::v1::{ListClientsRequest, UpdateClientRequest};
use futures_util::future::join_all;

use super::change_feed::change_client;
use crate::support::{
    api_client::ApiClient,
    fixtures::client_update,
    server::{TestServer, signing_keys},
    wait::eventually,
};

/// The companies of the clients, in the order of their ids.
async fn companies(caller: &mut ApiClient) -> Vec<String> {
    let request = ListClientsRequest {
        order_by: "id".to_owned(),
        ..ListClientsRequest::default()
    };
    let reply = caller.clients.list_clients(request).await.expect("a list");
    let clients = reply.into_inner().clients.into_iter();
    clients.map(|client| client.company).collect()
}

async fn rename(caller: &mut ApiClient, etag: usize) -> String {
    let company = format!("Company {etag}");
    let request = UpdateClientRequest {
        company: Some(company.clone()),
        etag: etag.to_string(),
        ..client_update(1)
    };
    caller
        .clients
        .update_client(request)
        .await
        .expect("a change");
    company
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_after_a_write_contains_it() {
    let server = TestServer::with_sample_records().await;
    let mut writer = server.login("commercial1").await;
    let mut reader = server.login("support1").await;
    for etag in 1..=20 {
        companies(&mut reader).await;
        let company = rename(&mut writer, etag).await;
        assert_eq!(companies(&mut reader).await[0], company);
        assert_eq!(companies(&mut writer).await[0], company);
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_servers_and_operators_change_a_shared_list() {
    require_postgres!();
    let server = TestServer::with_sample_records().await;
    let mut writer = server.login("commercial1").await;
    let reader = server.login("support1").await;
    let mut remote = reader.with_channel(server.start_peer(signing_keys()).await);
    companies(&mut remote).await;
    let company = rename(&mut writer, 1).await;
    eventually("the other server lists the change", async || {
        companies(&mut remote.clone()).await[0] == company
    })
    .await;
    change_client(&mut server.database.connect().await, 1).await;
    let changed = format!("{company}+");
    for caller in [&remote, &writer] {
        eventually("the servers list the operator's change", async || {
            companies(&mut caller.clone()).await[0] == changed
        })
        .await;
    }
    server.shutdown().await;
}

/// Counts the clients that PostgreSQL reads with a policy that draws a number for each.
#[tokio::test(flavor = "multi_thread")]
async fn a_herd_costs_postgresql_a_handful_of_reads() {
    require_postgres!();
    let server = TestServer::with_sample_records().await;
    let mut writer = server.login("commercial1").await;
    let mut callers = Vec::new();
    for account in [
        "gestion1",
        "gestion2",
        "commercial2",
        "support1",
        "support2",
    ] {
        let caller = server.login(account).await;
        companies(&mut caller.clone()).await;
        callers.push(caller);
    }
    server
        .execute(
            "create sequence reads; grant all on sequence reads to public; \
             alter table clients enable row level security; \
             alter table clients force row level security; \
             create policy counted on clients using (nextval('reads') > 0)",
        )
        .await;
    rename(&mut writer, 1).await;
    let before = server
        .query_ids("select last_value as value from reads")
        .await[0];
    for _ in 0..4 {
        let herd = callers
            .iter()
            .flat_map(|caller| (0..10).map(|_| caller.clone()));
        join_all(herd.map(async |mut caller| companies(&mut caller).await)).await;
    }
    let after = server
        .query_ids("select last_value as value from reads")
        .await[0];
    // A read of the page and its count reads each of the three clients twice. On a busy machine, some calls
    // do not wait for the first.
    let reads = (after - before) / 6;
    assert!(reads <= 50, "200 calls made {reads} reads");
    server.shutdown().await;
}
