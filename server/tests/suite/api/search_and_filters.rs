//! Searches and filters as tables of cases, with the ids that each case must find.

use epic_events::v1::{
    ListClientsRequest, ListCollaboratorsRequest, ListContractsRequest, ListEventsRequest, Role,
    UpdateClientRequest, UpdateCollaboratorRequest, UpdateContractRequest,
};

use Entity::{Clients, Collaborators, Contracts, Events};

use crate::support::{
    fixtures::{
        COMMERCIAL1, COMMERCIAL2, SUPPORT1, SUPPORT2, client_update, collaborator_update,
        contract_update, time,
    },
    lists::Entity,
    server::TestServer,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_search_ignores_case_and_accents_and_finds_parts_of_words() {
    let server = TestServer::with_sample_records().await;
    let caller = server.login("support1").await;
    let cases: &[(Entity, &str, &[i64])] = &[
        // Parts of words, in any case, with and without accents on both sides.
        (Clients, "élodie", &[1]),
        (Clients, "ELODIE", &[1]),
        (Clients, "ÉLODIE", &[1]),
        (Clients, "e\u{301}lodie", &[1]),
        (Clients, "odi", &[1]),
        (Clients, "èlödîé", &[1]),
        (Clients, "lefevre", &[1]),
        (Clients, "francois", &[3]),
        (Clients, "FRANÇOIS", &[3]),
        (Clients, "noel", &[3]),
        // Ligatures, and ß.
        (Clients, "cœur", &[1]),
        (Clients, "coeur", &[1]),
        (Clients, "CŒUR", &[1]),
        (Clients, "oeu", &[1]),
        (Clients, "strasse", &[2]),
        (Clients, "STRAßE", &[2]),
        (Clients, "STRAẞE", &[2]),
        (Clients, "gross", &[2]),
        // Several words, in any order and in different columns: a record contains all of them.
        (Clients, "ville élodie", &[1]),
        (Clients, "  lefevre\tcoeur  elodie ", &[1]),
        (Clients, "élodie straße", &[]),
        // Email, phone, and the commercial's name.
        (Clients, "coeur.example", &[1]),
        (Clients, "@stra.", &[2]),
        (Clients, "+33", &[1]),
        (Clients, "01.00", &[3]),
        (Clients, "commercial", &[1, 2]),
        (Clients, "commercial straße", &[2]),
        // The wildcards of `like` are ordinary characters.
        (Clients, "%", &[2]),
        (Clients, "100%", &[2]),
        (Clients, "1%0", &[]),
        (Clients, "_", &[2]),
        (Clients, "e_gmbh", &[2]),
        (Clients, "g_mbh", &[]),
        (Clients, "\\", &[3]),
        (Clients, "\\ fils", &[3]),
        (Clients, "\\%", &[]),
        (Clients, "%%", &[]),
        (Clients, "'", &[]),
        (Clients, "", &[1, 2, 3]),
        (Clients, " \t\n ", &[1, 2, 3]),
        // The other lists: a record's own texts, and the names of the records that it references.
        (Contracts, "ete", &[1]),
        (Contracts, "d'été", &[1]),
        (Contracts, "voeux", &[2]),
        (Contracts, "elodie", &[1, 2, 3]),
        (Contracts, "coeur ville", &[1, 2, 3]),
        (Contracts, "straße", &[4, 6]),
        (Contracts, "strasse congres", &[6]),
        (Contracts, "commercial", &[1, 2, 3, 4, 6]),
        (Events, "ile de re", &[1]),
        (Events, "TRAITEUR", &[1]),
        (Events, "koln", &[2]),
        (Events, "gala", &[1]),
        (Events, "lefèvre", &[1]),
        (Events, "gmbh", &[2]),
        (Events, "support 1", &[1]),
        (Events, "support", &[1]),
        (Collaborators, "GESTION", &[1, 2]),
        (Collaborators, "support2@test", &[6]),
        (Collaborators, "04 02 gestion2", &[2]),
        (Collaborators, "argon2id", &[]),
    ];
    for &(entity, query, expected) in cases {
        let found = caller.search(entity, query).await;
        assert_eq!(found, expected, "{entity:?}: {query:?}");
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_the_new_names_of_referenced_records() {
    let server = TestServer::with_sample_records().await;
    let mut commercial = server.login("commercial1").await;
    let mut gestion = server.login("gestion1").await;
    commercial
        .clients
        .update_client(UpdateClientRequest {
            name: Some("Ondine Mauvère".to_owned()),
            company: Some("Haute Mer".to_owned()),
            ..client_update(1)
        })
        .await
        .expect("a new name");
    gestion
        .contracts
        .update_contract(UpdateContractRequest {
            event_title: Some("Vernissage".to_owned()),
            ..contract_update(4)
        })
        .await
        .expect("a new title");
    for (id, name) in [
        (SUPPORT1, "Quentin Aidant"),
        (COMMERCIAL2, "Yvonne Vendeuse"),
    ] {
        gestion
            .collaborators
            .update_collaborator(UpdateCollaboratorRequest {
                name: Some(name.to_owned()),
                ..collaborator_update(id)
            })
            .await
            .expect("a new name");
    }
    let cases: &[(Entity, &str, &[i64])] = &[
        (Clients, "mauvere", &[1]),
        (Clients, "lefèvre", &[]),
        (Clients, "ville", &[]),
        (Contracts, "ondine", &[1, 2, 3]),
        (Contracts, "haute mer", &[1, 2, 3]),
        (Contracts, "elodie", &[]),
        (Events, "ondine", &[1]),
        (Events, "haute", &[1]),
        (Events, "lefèvre", &[]),
        (Contracts, "vernissage", &[4]),
        (Contracts, "lancement", &[]),
        (Events, "vernissage", &[2]),
        (Events, "lancement", &[]),
        (Events, "quentin", &[1]),
        (Events, "support", &[]),
        (Collaborators, "quentin", &[SUPPORT1]),
        (Clients, "yvonne", &[2]),
        (Contracts, "vendeuse", &[4, 6]),
        (Clients, "commercial 2", &[]),
    ];
    for &(entity, query, expected) in cases {
        let found = commercial.search(entity, query).await;
        assert_eq!(found, expected, "{entity:?}: {query:?}");
    }
    server.shutdown().await;
}

/// Lists with each request as each account, and compares the ids and the total.
macro_rules! assert_filtered {
    ($server:expr, $service:ident, $call:ident, $request:ident,
     [$({ $($field:ident: $value:expr),* } => $($account:ident $expected:expr),+;)*]) => {$({
        let request = $request {
            order_by: "id".to_owned(),
            $($field: $value,)*
            ..$request::default()
        };
        let expected: &[(&str, &[i64])] = &[$((stringify!($account), &$expected)),+];
        for (account, expected) in expected {
            let name = format!("{account} with {request:?}");
            let mut caller = $server.login(account).await;
            let reply = caller.$service.$call(request.clone()).await.expect(&name).into_inner();
            let found: Vec<i64> = reply.$service.iter().map(|record| record.id).collect();
            assert_eq!(found, *expected, "{name}");
            assert_eq!(usize::try_from(reply.total_size).unwrap(), expected.len(), "{name}");
        }
    })*};
}

#[tokio::test(flavor = "multi_thread")]
async fn collaborators_and_clients_are_filtered() {
    let server = TestServer::with_sample_records().await;
    assert_filtered!(server, collaborators, list_collaborators, ListCollaboratorsRequest, [
        {} => gestion1 [1, 2, 3, 4, 5, 6], commercial1 [1, 2, 3, 4, 5, 6],
            support1 [1, 2, 3, 4, 5, 6];
        { role: Role::Gestion.into() } => gestion1 [1, 2], support1 [1, 2];
        { role: Role::Commercial.into() } => gestion1 [3, 4], commercial1 [3, 4];
        { role: Role::Support.into() } => gestion1 [5, 6], support1 [5, 6];
        { mine: true } => gestion1 [1], commercial1 [3], support1 [5];
        { mine: true, role: Role::Gestion.into() } => gestion1 [1], commercial1 [];
        { role: Role::Support.into(), query: "support2".to_owned() } => gestion1 [6];
    ]);
    assert_filtered!(server, clients, list_clients, ListClientsRequest, [
        {} => gestion1 [1, 2, 3], commercial1 [1, 2, 3], support1 [1, 2, 3];
        { mine: true } => gestion1 [], commercial1 [1], commercial2 [2], support1 [];
        { unassigned: true } => gestion1 [3], commercial1 [3], support1 [3];
        { unassigned: true, mine: true } => gestion1 [], commercial1 [];
        { commercial_id: Some(COMMERCIAL1) } => gestion1 [1], commercial2 [1], support1 [1];
        { commercial_id: Some(COMMERCIAL2), mine: true } => commercial1 [], commercial2 [2];
        { commercial_id: Some(999) } => gestion1 [];
        { query: "o".to_owned(), unassigned: true } => gestion1 [3];
    ]);
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn contracts_are_filtered() {
    let server = TestServer::with_sample_records().await;
    assert_filtered!(server, contracts, list_contracts, ListContractsRequest, [
        {} => gestion1 [1, 2, 3, 4, 5, 6], commercial1 [1, 2, 3, 4, 5, 6],
            support1 [1, 2, 3, 4, 5, 6];
        { mine: true } => gestion1 [], commercial1 [1, 2, 3], commercial2 [4, 6], support1 [];
        { unsigned: true } => gestion1 [3, 5], commercial1 [3, 5], support1 [3, 5];
        { debtor: true } => gestion1 [2, 3, 4], commercial1 [2, 3, 4], support1 [2, 3, 4];
        { no_event: true } => gestion1 [2, 6], commercial1 [2, 6], support1 [2, 6];
        { no_event: true, mine: true } => commercial1 [2], commercial2 [6];
        { unsigned: true, debtor: true } => gestion1 [3];
        { unsigned: true, no_event: true } => gestion1 [];
        { debtor: true, mine: true } => commercial1 [2, 3], commercial2 [4];
        { client_id: Some(1) } => gestion1 [1, 2, 3];
        { client_id: Some(3) } => support1 [5];
        { client_id: Some(1), debtor: true } => gestion1 [2, 3];
        { commercial_id: Some(COMMERCIAL2) } => gestion1 [4, 6], commercial1 [4, 6];
        { commercial_id: Some(COMMERCIAL2), mine: true } => commercial1 [], commercial2 [4, 6];
        { client_id: Some(999) } => gestion1 [];
    ]);
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_filtered() {
    let server = TestServer::with_sample_records().await;
    // 1 June and 1 July 2026, 10:00 in UTC.
    let (june, july) = (1_780_308_000, 1_782_900_000);
    assert_filtered!(server, events, list_events, ListEventsRequest, [
        {} => gestion1 [1, 2], commercial1 [1, 2], support1 [1, 2];
        { mine: true } => gestion1 [], commercial1 [1], commercial2 [2], support1 [1],
            support2 [];
        { no_support: true } => gestion1 [2], commercial1 [2], support1 [2];
        { no_support: true, mine: true } => support1 [], commercial2 [2], commercial1 [];
        { support_id: Some(SUPPORT1) } => gestion1 [1], support2 [1];
        { support_id: Some(SUPPORT2) } => gestion1 [];
        { client_id: Some(2) } => gestion1 [2];
        { contract_id: Some(1) } => gestion1 [1];
        { contract_id: Some(2) } => gestion1 [];
        { commercial_id: Some(COMMERCIAL2) } => gestion1 [2], support1 [2];
        { commercial_id: Some(COMMERCIAL2), support_id: Some(SUPPORT1) } => gestion1 [];
        { start_after: Some(time(june)) } => gestion1 [1, 2];
        { start_after: Some(time(june + 1)) } => gestion1 [2];
        { start_before: Some(time(june)) } => gestion1 [];
        { start_before: Some(time(june + 1)) } => gestion1 [1];
        { start_after: Some(time(june)), start_before: Some(time(july)) } => gestion1 [1];
        { start_after: Some(time(july)), start_before: Some(time(june)) } => gestion1 [];
        { end_after: Some(time(june)) } => gestion1 [1, 2];
        { end_after: Some(time(june + 7199)) } => gestion1 [1, 2];
        { end_after: Some(time(june + 7200)) } => gestion1 [2];
        { end_after: Some(time(june)), support_id: Some(SUPPORT1) } => support1 [1];
        { end_after: Some(time(june)), start_before: Some(time(july)) } => gestion1 [1];
    ]);
    server.shutdown().await;
}
