//! Page tokens, page sizes and orders: a token continues the same RPC with the same arguments by
//! the same caller, and is invalid otherwise; an order outside of the table is refused.

use epic_events::{
    api_error::ApiError,
    field_error::FieldErrorKind,
    reason::Reason,
    v1::{
        ListClientsRequest, ListCollaboratorsRequest, ListContractsRequest, ListEventsRequest, Role,
    },
};

use crate::support::{
    descriptor,
    errors::api_error,
    fixtures::{COMMERCIAL1, time},
    lists::{Entity, ListQuery},
    server::TestServer,
};

/// A query for one row per page.
fn one_row(page_token: &str) -> ListQuery {
    ListQuery {
        page_size: 1,
        page_token: page_token.to_owned(),
        ..ListQuery::default()
    }
}

#[track_caller]
fn assert_field_error(error: &ApiError, field: &str, kind: FieldErrorKind) {
    assert_eq!(error.reason, Reason::InvalidField);
    let found: Vec<_> = error
        .fields
        .iter()
        .map(|error| (error.field.as_str(), error.code.as_str()))
        .collect();
    assert_eq!(found, [(field, kind.code())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn rejects_a_page_token_of_another_caller_list_or_query() {
    let server = TestServer::with_sample_records().await;
    let caller = server.login("commercial1").await;
    let stranger = server.login("commercial2").await;
    for entity in Entity::ALL {
        let first = caller.list(entity, &one_row("")).await.expect("a page");
        let token = first.next_page_token;
        assert_ne!(token, "", "{entity:?}");
        caller
            .list(entity, &one_row(&token))
            .await
            .expect("the next page");
        let second_session = server.login("commercial1").await;
        second_session
            .list(entity, &one_row(&token))
            .await
            .expect("the same page in another session");

        let refused = stranger.list(entity, &one_row(&token)).await;
        assert_field_error(
            &api_error(refused),
            "page_token",
            FieldErrorKind::NotAPageToken,
        );
        for other in Entity::ALL.into_iter().filter(|&other| other != entity) {
            let refused = caller.list(other, &one_row(&token)).await;
            assert_field_error(
                &api_error(refused),
                "page_token",
                FieldErrorKind::NotAPageToken,
            );
        }
        let changes: [fn(&mut ListQuery); 4] = [
            |query| query.order_by = "id desc".to_owned(),
            |query| query.order_by = "id".to_owned(),
            |query| query.query = "a".to_owned(),
            |query| query.mine = true,
        ];
        for change in changes {
            let mut query = one_row(&token);
            change(&mut query);
            let refused = caller.list(entity, &query).await;
            assert_field_error(
                &api_error(refused),
                "page_token",
                FieldErrorKind::NotAPageToken,
            );
        }
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rejects_a_page_token_with_another_filter() {
    let server = TestServer::with_sample_records().await;
    let mut caller = server.login("commercial1").await;
    macro_rules! refused {
        ($service:ident, $call:ident, $list:ident, $request:ident, [$($field:ident = $value:expr),* $(,)?]) => {
            let page_token = caller.list(Entity::$list, &one_row("")).await.expect("a page").next_page_token;
            $(
                let request = $request {
                    page_token: page_token.clone(),
                    $field: $value,
                    ..$request::default()
                };
                let reply = caller.$service.$call(request).await;
                assert_field_error(&api_error(reply), "page_token", FieldErrorKind::NotAPageToken);
            )*
        };
    }
    refused!(
        collaborators,
        list_collaborators,
        Collaborators,
        ListCollaboratorsRequest,
        [role = Role::Support.into()]
    );
    refused!(
        clients,
        list_clients,
        Clients,
        ListClientsRequest,
        [unassigned = true, commercial_id = Some(COMMERCIAL1)]
    );
    refused!(
        contracts,
        list_contracts,
        Contracts,
        ListContractsRequest,
        [
            unsigned = true,
            debtor = true,
            no_event = true,
            client_id = Some(1),
            commercial_id = Some(COMMERCIAL1),
        ]
    );
    refused!(
        events,
        list_events,
        Events,
        ListEventsRequest,
        [
            no_support = true,
            start_after = Some(time(1_700_000_000)),
            start_before = Some(time(1_900_000_000)),
            end_after = Some(time(1_700_000_000)),
            client_id = Some(1),
            contract_id = Some(1),
            commercial_id = Some(COMMERCIAL1),
            support_id = Some(5),
        ]
    );
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rejects_altered_and_invented_page_tokens() {
    let server = TestServer::with_sample_records().await;
    let caller = server.login("commercial1").await;
    for entity in Entity::ALL {
        let token = caller
            .list(entity, &one_row(""))
            .await
            .expect("a page")
            .next_page_token;
        let altered = |at: usize| {
            let mut letters: Vec<char> = token.chars().collect();
            letters[at] = if letters[at] == 'A' { 'B' } else { 'A' };
            letters.into_iter().collect::<String>()
        };
        let last = token.len() - 1;
        let mut invalid: Vec<String> = (0..last).map(altered).collect();
        invalid.extend([
            token[..last].to_owned(),
            token[..8].to_owned(),
            format!("{token}A"),
            format!("{token}="),
            format!(" {token}"),
            "x".to_owned(),
            "AAAA".to_owned(),
            "A".repeat(100),
            "_".repeat(100_000),
            "\0".to_owned(),
            "é".to_owned(),
            "' or 1=1 --".to_owned(),
            caller.access_token.clone(),
            caller.refresh_token.clone(),
        ]);
        for token in invalid {
            let refused = caller.list(entity, &one_row(&token)).await;
            assert_field_error(
                &api_error(refused),
                "page_token",
                FieldErrorKind::NotAPageToken,
            );
        }
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rejects_a_negative_page_size_and_an_unknown_order() {
    let server = TestServer::with_sample_records().await;
    let caller = server.login("support2").await;
    for entity in Entity::ALL {
        for page_size in [-1, i32::MIN] {
            let query = ListQuery {
                page_size,
                ..ListQuery::default()
            };
            let refused = caller.list(entity, &query).await;
            assert_field_error(&api_error(refused), "page_size", FieldErrorKind::Negative);
        }
        let allowed = entity.orders().allowed;
        for order_by in [
            "nothing",
            "Name",
            "name_sort",
            "search",
            "id descending",
            "id desc desc",
            "id, name",
            "id;",
            "desc",
            "1",
            "\0",
            "id desc; drop table clients",
            "password_hash",
        ] {
            let query = ListQuery {
                order_by: order_by.to_owned(),
                ..ListQuery::default()
            };
            let refused = api_error(caller.list(entity, &query).await);
            assert_field_error(
                &refused,
                "order_by",
                FieldErrorKind::UnknownOrder { allowed },
            );
            assert_eq!(refused.fields[0].limit.as_deref(), Some(allowed));
        }
    }
    server.shutdown().await;
}

/// The refusal, the protocol's documentation and the table of orders list the same names.
#[test]
fn documented_orders_are_the_allowed_ones() {
    let files = descriptor::files();
    let comments: String = files
        .file
        .iter()
        .filter_map(|file| file.source_code_info.as_ref())
        .flat_map(|info| &info.location)
        .map(|location| {
            let words: Vec<_> = location.leading_comments().split_whitespace().collect();
            words.join(" ") + "\n"
        })
        .collect();
    for entity in Entity::ALL {
        let orders = entity.orders();
        let names: Vec<_> = orders.columns.iter().map(|column| column.name).collect();
        assert_eq!(orders.allowed, names.join(", "));
        let documented = format!(
            "Column: {}. Append ` desc` to reverse the order. Empty means `{}`.",
            orders.allowed, orders.default
        );
        assert!(comments.contains(&documented), "{documented}");
    }
}
