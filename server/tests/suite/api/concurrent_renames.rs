//! Names in search texts: a client, contract or event contains the current name of its collaborator, also
//! when the collaborator is renamed while the record is written.

use epic_events::v1::{
    AssignCommercialRequest, AssignSupportRequest, CreateContractRequest, UpdateClientRequest,
    UpdateCollaboratorRequest,
};
use tokio::task::JoinSet;

use crate::support::{
    api_client::ApiClient,
    errors::error_reason,
    fixtures::{
        COMMERCIAL1, SUPPORT1, client_request, client_update, collaborator_update,
        contract_request, event_request,
    },
    server::TestServer,
};

/// Records whose search text lacks the folded name of a collaborator in charge.
const OUTDATED: &str = "
    select 'client ' || clients.id || ': ' || clients.search as value
    from clients join collaborators on collaborators.id = commercial_id
    where strpos(clients.search, fold(collaborators.name)) = 0
    union all
    select 'contract ' || contracts.id || ': ' || contracts.search
    from contracts join clients on clients.id = client_id
        join collaborators on collaborators.id = commercial_id
    where strpos(contracts.search, fold(collaborators.name)) = 0
    union all
    select 'event ' || events.id || ': ' || events.search
    from events join collaborators on collaborators.id = support_id
    where strpos(events.search, fold(collaborators.name)) = 0
    union all
    select 'event ' || events.id || ': ' || events.search
    from events join contracts on contracts.id = contract_id
        join clients on clients.id = client_id
        join collaborators on collaborators.id = commercial_id
    where strpos(events.search, fold(collaborators.name)) = 0";

async fn version(server: &TestServer, table: &str, id: i64) -> String {
    let sql = format!("select version as value from {table} where id = {id}");
    server.query_text(&sql).await.remove(0)
}

async fn rename(server: &TestServer, gestion: &ApiClient, id: i64, name: String) {
    let patch = UpdateCollaboratorRequest {
        etag: version(server, "collaborators", id).await,
        name: Some(name),
        ..collaborator_update(id)
    };
    let mut collaborators = gestion.collaborators.clone();
    let renamed = collaborators.update_collaborator(patch).await;
    renamed.expect("a new name");
}

#[tokio::test(flavor = "multi_thread")]
async fn search_texts_have_the_name_that_is_committed_last() {
    require_postgres!();
    let server = TestServer::with_sample_records().await;
    let gestion = server.login("gestion1").await;
    let commercial = server.login("commercial1").await;
    for round in 0..25 {
        let reset = "update clients set commercial_id = null where id = 3; \
             update events set support_id = null where id = 2; \
             delete from events where contract_id = 2";
        server.execute(reset).await;
        let mut writes = JoinSet::new();
        let mut clients = commercial.clients.clone();
        writes.spawn(async move {
            let created = clients.create_client(client_request()).await;
            assert_eq!(error_reason(&created), None, "CreateClient");
        });
        let mut clients = commercial.clients.clone();
        let patch = UpdateClientRequest {
            etag: version(&server, "clients", 1).await,
            company: Some(format!("Company {round}")),
            ..client_update(1)
        };
        writes.spawn(async move {
            let updated = clients.update_client(patch).await;
            assert_eq!(error_reason(&updated), None, "UpdateClient");
        });
        let mut contracts = gestion.contracts.clone();
        writes.spawn(async move {
            let contract = CreateContractRequest {
                signed: false,
                ..contract_request(1)
            };
            let created = contracts.create_contract(contract).await;
            assert_eq!(error_reason(&created), None, "CreateContract");
        });
        let mut events = commercial.events.clone();
        writes.spawn(async move {
            let created = events.create_event(event_request(2)).await;
            assert_eq!(error_reason(&created), None, "CreateEvent");
        });
        let mut clients = gestion.clients.clone();
        let assignment = AssignCommercialRequest {
            id: 3,
            etag: version(&server, "clients", 3).await,
            commercial_id: COMMERCIAL1,
        };
        writes.spawn(async move {
            let assigned = clients.assign_commercial(assignment).await;
            assert_eq!(error_reason(&assigned), None, "AssignCommercial");
        });
        let mut events = gestion.events.clone();
        let assignment = AssignSupportRequest {
            id: 2,
            etag: version(&server, "events", 2).await,
            support_id: Some(SUPPORT1),
        };
        writes.spawn(async move {
            let assigned = events.assign_support(assignment).await;
            assert_eq!(error_reason(&assigned), None, "AssignSupport");
        });
        tokio::join!(
            rename(&server, &gestion, COMMERCIAL1, format!("Chloé {round}")),
            rename(&server, &gestion, SUPPORT1, format!("Sam {round}")),
        );
        writes.join_all().await;
        let outdated = server.query_text(OUTDATED).await;
        assert_eq!(outdated, Vec::<String>::new(), "round {round}");
    }
    server.shutdown().await;
}
