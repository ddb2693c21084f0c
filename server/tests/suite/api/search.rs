//! Searches: both sides are folded in the same way, numbers are found in every spelling, and all
//! words must match.

#[path = "../../../../proto/src/fold/fixtures.rs"]
mod folded_words;

use epic_events::{
    fold::QUERY_MAX,
    v1::{
        AssignCommercialRequest, ListClientsRequest, UpdateCollaboratorRequest,
        UpdateContractRequest,
    },
};

use Entity::{Clients, Collaborators, Contracts, Events};

use self::folded_words::CASES;
use crate::support::{
    api_client::ApiClient,
    errors::api_error,
    fixtures::{COMMERCIAL1, COMMERCIAL2, collaborator_update, contract_update, insert},
    lists::Entity,
    server::TestServer,
};

async fn assert_found(caller: &ApiClient, cases: &[(Entity, &str, &[i64])]) {
    for &(entity, query, expected) in cases {
        assert_eq!(
            caller.search(entity, query).await,
            expected,
            "{entity:?}: {query:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_words_of_the_shared_table_are_found() {
    let rows = CASES
        .iter()
        .map(|(text, _, _)| format!("('{}')", text.replace('\'', "''")));
    let rows: Vec<_> = rows.collect();
    let server = TestServer::with_sql(&insert(
        "clients",
        "name",
        &format!("values {}", rows.join(", ")),
    ))
    .await;
    let caller = server.login("support1").await;
    for (id, (text, query, expected)) in (1..).zip(CASES) {
        let found = caller.search(Clients, query).await;
        assert_eq!(found.contains(&id), *expected, "{text:?} by {query:?}");
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn phone_numbers_are_found_in_every_way_of_writing_them() {
    let server = TestServer::with_sql(&insert(
        "clients",
        "name, phone",
        "values ('A', '06 12 34 56 78'), ('B', '+33612345678'), ('C', '0033 6.12.34.56.78'),
            ('D', '(+33) (0)6 12 34 56 78'), ('E', '０６ １２ ３４ ５６ ７８'), ('F', '+33‑6 12–34 56 78'),
            ('G', '+49 30 901820'), ('H', '3949'), ('I', '07 12 34 56 79 ext. 12')",
    ))
    .await;
    let caller = server.login("support1").await;
    for query in [
        "0612345678",
        "06.12.34",
        "061234",
        "06 12 34 56 78",
        "06 12 34",
        "06-12-34-56-78",
        "+33612345678",
        "+33 6 12 34 56 78",
        "+336123",
        "0033 6 12",
        "0033612345678",
        "(+33) 6 12 34",
        "+33 (0)6 12 34 56 78",
        "33612345678",
        "tel:+33612345678",
        "345678",
        "12345678",
        "٠٦١٢٣٤٥٦٧٨",
        "06 12 34 56 78 client.example",
        "tel: 06 12 34 56 78",
        "Tél. : 06 12 34",
        "tel://+33612345678",
        "callto:+33612345678",
        "port. 06 12 34 56 78",
        "☎ 06 12 34 56 78",
        "06 12 34 56 78 (portable)",
        "“06 12 34 56 78”",
        "tel: 06 12 34 56 78 client.example",
    ] {
        assert_eq!(
            caller.search(Clients, query).await,
            [1, 2, 3, 4, 5, 6],
            "{query:?}"
        );
    }
    let cases: &[(Entity, &str, &[i64])] = &[
        (Clients, "+49 30 90", &[7]),
        (Clients, "0049 30901820", &[7]),
        (Clients, "30901820", &[7]),
        (Clients, "3949", &[8]),
        (Clients, "tel: 3949", &[8]),
        (Clients, "07 12 34 56 79 poste 12", &[9]),
        (Clients, "07 12 34 56 79 poste n° 12", &[9]),
        (Clients, "0712345679x12", &[9]),
        (Clients, "+33 7 12 34 56 79, ext. 12", &[9]),
        (Clients, "tel:+33712345679;ext=12", &[9]),
        (Clients, "07 12 34 56 79", &[9]),
        (Clients, "07 12 34 56 79 poste 13", &[]),
        (Clients, "06 12 34 56 78 poste 12", &[]),
        (Clients, "06 12 34 56 79", &[]),
        (Clients, "0612345679", &[]),
        (Collaborators, "0102030402", &[2, 4, 6]),
        (Collaborators, "+33 1 02 03 04 02", &[2, 4, 6]),
    ];
    assert_found(&caller, cases).await;
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zero_in_parentheses_is_optional() {
    let server = TestServer::with_sql(&insert(
        "clients",
        "phone",
        "values ('+49 (0)30 1234567'), ('0049 (0)30 1234567'), ('+49 30 1234567'),
            ('+33 (0)1 23 45 67 89'), ('+33 1 23 45 67 89'), ('+44(0)20 7946 0958'), ('+39 06 69812345')",
    ))
    .await;
    let caller = server.login("support1").await;
    let cases: &[(Entity, &str, &[i64])] = &[
        (Clients, "+49301234567", &[1, 2, 3]),
        (Clients, "0049301234567", &[1, 2, 3]),
        (Clients, "+49 30 1234567", &[1, 2, 3]),
        (Clients, "+49 (0)30 1234567", &[1, 2, 3]),
        (Clients, "+49(0)301234567", &[1, 2, 3]),
        (Clients, "0049 (0)30 1234", &[1, 2, 3]),
        (Clients, "(+49) (0)30 1234567", &[1, 2, 3]),
        (Clients, "tel:+49301234567", &[1, 2, 3]),
        // The number as it is dialled within the country.
        (Clients, "030 1234567", &[1, 2]),
        (Clients, "+33123456789", &[4, 5]),
        (Clients, "+33 (0)1 23 45 67 8", &[4, 5]),
        (Clients, "0123456789", &[4, 5]),
        (Clients, "+442079460958", &[6]),
        (Clients, "+44 (0) 20 7946", &[6]),
        (Clients, "020 7946 0958", &[6]),
        (Clients, "+39 (0)6 69812345", &[7]),
        (Clients, "+49311234567", &[]),
    ];
    assert_found(&caller, cases).await;
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_are_found_by_number_amount_date_and_commercial() {
    let contracts = insert(
        "contracts",
        "client_id, event_title, total_cents, remaining_cents, date",
        "select 1, 'Titre', 12345678, 123456, date '2026-06-05'
         union all select 1, 'Gala 2026', 100000, 0, date '2025-12-31'",
    );
    let sql = insert(
        "clients",
        "name, commercial_id",
        "values ('A', 3), ('B', 4)",
    ) + "alter sequence clients_id_seq restart 7777;
           alter sequence contracts_id_seq restart 3172;
           alter sequence events_id_seq restart 40;"
        + &insert("clients", "name", "values ('C')")
        + &contracts
        + &insert("events", "contract_id", "values (3172)");
    let server = TestServer::with_sql(&sql).await;
    let caller = server.login("support1").await;
    let cases: &[(Entity, &str, &[i64])] = &[
        (Contracts, "3172", &[3172]),
        (Contracts, "#3172", &[3172]),
        (Contracts, "n° 3172", &[3172]),
        (Contracts, "3172 titre", &[3172]),
        (Contracts, "172", &[]),
        (Contracts, "317", &[]),
        (Events, "40", &[40]),
        (Events, "4", &[]),
        (Clients, "7777", &[7777]),
        (Collaborators, "5", &[5]),
        (Contracts, "1234,56", &[3172]),
        (Contracts, "1 234,56", &[3172]),
        (Contracts, "1\u{202f}234,56 €", &[3172]),
        (Contracts, "1234.56", &[3172]),
        (Contracts, "1,234.56", &[3172]),
        (Contracts, "1234,56 titre", &[3172]),
        (Contracts, "3172 1 234,56", &[3172]),
        (Contracts, "3173 1 234,56", &[]),
        (Contracts, "123456,78", &[3172]),
        (Contracts, "123 456.78", &[3172]),
        (Contracts, "1000", &[3173]),
        (Contracts, "1 000 euros", &[3173]),
        (Contracts, "234,56", &[]),
        (Contracts, "3456", &[]),
        (Contracts, "1 000,-", &[3173]),
        (Contracts, "1000.-", &[3173]),
        (Contracts, "1000,—", &[3173]),
        (Contracts, "1 000,- €", &[3173]),
        (Contracts, "€ 1 000", &[3173]),
        (Contracts, "1234€56", &[3172]),
        (Contracts, "1 234€56", &[3172]),
        (Contracts, "1234 euros 56", &[3172]),
        (Contracts, "1235€56", &[]),
        (Contracts, "5 juin 2026", &[3172]),
        (Contracts, "5 Juin 2026 titre", &[3172]),
        (Contracts, "titre 5 juin 2026", &[3172]),
        (Contracts, "05 juin 26", &[3172]),
        (Contracts, "5 June 2026", &[3172]),
        (Contracts, "June 5, 2026", &[3172]),
        (Contracts, "5-juin-2026", &[3172]),
        (Contracts, "5juin2026", &[3172]),
        (Contracts, "31 déc. 2025", &[3173]),
        (Contracts, "6 juin 2026", &[]),
        (Contracts, "05 06 2026", &[3172]),
        (Contracts, "5 6 2026", &[3172]),
        (Contracts, "2026 06 05", &[3172]),
        (Contracts, "06 05 2026", &[]),
        (Contracts, "“5 juin 2026”", &[3172]),
        (Contracts, "“titre”", &[3172]),
        (Contracts, "« titre »", &[3172]),
        (Contracts, "\"Titre\" 3172", &[3172]),
        (Contracts, "05/06/2026", &[3172]),
        (Contracts, "5/6/2026", &[3172]),
        (Contracts, "2026-06-05", &[3172]),
        (Contracts, "5.6.2026", &[3172]),
        (Contracts, "06/05/2026", &[]),
        (Contracts, "31/12/2025 gala", &[3173]),
        // A year is a word, not a part of every date.
        (Contracts, "2026", &[3173]),
        (Contracts, "gala 2026", &[3173]),
        (Events, "commercial 1", &[40]),
        (Events, "commercial 2", &[]),
    ];
    assert_found(&caller, cases).await;
    let mut gestion = server.login("gestion1").await;
    let renamed = gestion
        .collaborators
        .update_collaborator(UpdateCollaboratorRequest {
            name: Some("Yvonne Vendeuse".to_owned()),
            ..collaborator_update(COMMERCIAL1)
        });
    renamed.await.expect("a new name");
    let changed = gestion.contracts.update_contract(UpdateContractRequest {
        total_cents: Some(99_999),
        remaining_cents: Some(4_200),
        ..contract_update(3172)
    });
    changed.await.expect("new amounts");
    let cases: &[(Entity, &str, &[i64])] = &[
        (Events, "yvonne", &[40]),
        (Events, "commercial", &[]),
        (Contracts, "yvonne 999,99", &[3172]),
        (Contracts, "42", &[3172]),
        (Contracts, "1234,56", &[]),
    ];
    assert_found(&caller, cases).await;
    // An event contains no amounts of its contract, so the event keeps its version.
    let versions = server
        .query_ids("select version as value from events")
        .await;
    assert_eq!(versions, [1]);
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_found_by_the_commercial_that_its_client_gets() {
    let sql = insert("clients", "commercial_id", "values (null::bigint)")
        + &insert("contracts", "client_id", "values (1)")
        + &insert("events", "contract_id", "values (1)");
    let server = TestServer::with_sql(&sql).await;
    let mut gestion = server.login("gestion1").await;
    assert_found(&gestion, &[(Events, "commercial", &[])]).await;
    let assigned = gestion.clients.assign_commercial(AssignCommercialRequest {
        id: 1,
        etag: "1".to_owned(),
        commercial_id: COMMERCIAL2,
    });
    assigned.await.expect("to assign");
    assert_found(&gestion, &[(Events, "commercial 2", &[1])]).await;
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_word_counts_up_to_the_maximum_length() {
    let server = TestServer::with_sample_records().await;
    let mut caller = server.login("support1").await;
    let eight = "e l o d i v r f";
    let numbers: Vec<_> = (10..60).map(|number| number.to_string()).collect();
    let letters: Vec<_> = ('a'..='z').chain('а'..='я').map(String::from).collect();
    let cases: &[(Entity, &str, &[i64])] = &[
        (Clients, eight, &[1]),
        (Clients, &format!("{eight} lefevre"), &[1]),
        (Clients, &format!("{eight} nobody"), &[]),
        (Clients, &format!("{} nobody", "elodie ".repeat(27)), &[]),
        (Clients, &"elodie ".repeat(28), &[1]),
        (Clients, &numbers.join(" "), &[]),
        (Clients, &letters.join(" "), &[]),
        (Clients, &"é".repeat(QUERY_MAX), &[]),
    ];
    assert_found(&caller, cases).await;
    let too_long = ListClientsRequest {
        query: "é".repeat(QUERY_MAX + 1),
        ..ListClientsRequest::default()
    };
    let refused = api_error(caller.clients.list_clients(too_long).await);
    assert_eq!(refused.fields[0].field, "query");
    server.shutdown().await;
}
