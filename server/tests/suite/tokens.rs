//! Page tokens and orders: what is not the token of the page before, for the same call, arguments
//! and caller, is refused; so is an order that is not in the table.

use epic_events::{
    FILE_DESCRIPTOR_SET,
    api_error::ApiError,
    field_error::FieldErrorKind,
    reason::Reason,
    v1::{
        ListClientsRequest, ListCollaboratorsRequest, ListContractsRequest, ListEventsRequest, Role,
    },
};
use prost::Message as _;

use crate::{
    furniture::{COMMERCIAL1, FURNITURE, time},
    house::{House, refusal},
    lists::{Ask, Entity},
};

fn one_row(page_token: &str) -> Ask {
    Ask {
        page_size: 1,
        page_token: page_token.to_owned(),
        ..Ask::default()
    }
}

#[track_caller]
fn is_about(refusal: &ApiError, field: &str, problem: FieldErrorKind) {
    assert_eq!(refusal.reason, Reason::InvalidField);
    let found: Vec<_> = refusal
        .fields
        .iter()
        .map(|problem| (problem.field.as_str(), problem.code.as_str()))
        .collect();
    assert_eq!(found, [(field, problem.code())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_good_for_its_own_next_page_only() {
    let house = House::furnished(FURNITURE).await;
    let caller = house.login("commercial1").await;
    let other = house.login("commercial2").await;
    for entity in Entity::ALL {
        let first = caller.list(entity, &one_row("")).await.expect("a page");
        let token = first.next;
        assert_ne!(token, "", "{entity:?}");
        caller
            .list(entity, &one_row(&token))
            .await
            .expect("the next page");
        let again = house.login("commercial1").await;
        again
            .list(entity, &one_row(&token))
            .await
            .expect("the same page in another session");

        let refused = other.list(entity, &one_row(&token)).await;
        is_about(
            &refusal(refused),
            "page_token",
            FieldErrorKind::NotAPageToken,
        );
        for wrong in Entity::ALL.into_iter().filter(|&wrong| wrong != entity) {
            let refused = caller.list(wrong, &one_row(&token)).await;
            is_about(
                &refusal(refused),
                "page_token",
                FieldErrorKind::NotAPageToken,
            );
        }
        let otherwise: [fn(&mut Ask); 4] = [
            |ask| ask.order_by = "id desc".to_owned(),
            |ask| ask.order_by = "id".to_owned(),
            |ask| ask.query = "a".to_owned(),
            |ask| ask.mine = true,
        ];
        for change in otherwise {
            let mut ask = one_row(&token);
            change(&mut ask);
            let refused = caller.list(entity, &ask).await;
            is_about(
                &refusal(refused),
                "page_token",
                FieldErrorKind::NotAPageToken,
            );
        }
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_bound_to_every_filter() {
    let house = House::furnished(FURNITURE).await;
    let mut caller = house.login("commercial1").await;
    macro_rules! refused {
        ($service:ident, $call:ident, $list:ident, $request:ident, [$($field:ident = $value:expr),* $(,)?]) => {
            let page_token = caller.list(Entity::$list, &one_row("")).await.expect("a page").next;
            $(
                let request = $request {
                    page_token: page_token.clone(),
                    $field: $value,
                    ..$request::default()
                };
                let reply = caller.$service.$call(request).await;
                is_about(&refusal(reply), "page_token", FieldErrorKind::NotAPageToken);
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
            client_id = Some(1),
            contract_id = Some(1),
            commercial_id = Some(COMMERCIAL1),
            support_id = Some(5),
        ]
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_tampered_with_or_made_up_is_refused() {
    let house = House::furnished(FURNITURE).await;
    let caller = house.login("commercial1").await;
    for entity in Entity::ALL {
        let token = caller
            .list(entity, &one_row(""))
            .await
            .expect("a page")
            .next;
        let swapped = |at: usize| {
            let mut letters: Vec<char> = token.chars().collect();
            letters[at] = if letters[at] == 'A' { 'B' } else { 'A' };
            letters.into_iter().collect::<String>()
        };
        let last = token.len() - 1;
        let mut made_up: Vec<String> = (0..last).map(swapped).collect();
        made_up.extend([
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
        for token in made_up {
            let refused = caller.list(entity, &one_row(&token)).await;
            is_about(
                &refusal(refused),
                "page_token",
                FieldErrorKind::NotAPageToken,
            );
        }
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_negative_page_size_and_an_unknown_order_are_refused() {
    let house = House::furnished(FURNITURE).await;
    let caller = house.login("support2").await;
    for entity in Entity::ALL {
        for page_size in [-1, i32::MIN] {
            let ask = Ask {
                page_size,
                ..Ask::default()
            };
            let refused = caller.list(entity, &ask).await;
            is_about(&refusal(refused), "page_size", FieldErrorKind::Negative);
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
            let ask = Ask {
                order_by: order_by.to_owned(),
                ..Ask::default()
            };
            let refused = refusal(caller.list(entity, &ask).await);
            is_about(
                &refused,
                "order_by",
                FieldErrorKind::UnknownOrder { allowed },
            );
            assert_eq!(refused.fields[0].limit.as_deref(), Some(allowed));
        }
    }
    house.close().await;
}

/// What a refusal says, what the protocol's documentation says, and the table of orders.
#[test]
fn the_allowed_orders_are_told_as_they_are() {
    let files = prost_types::FileDescriptorSet::decode(FILE_DESCRIPTOR_SET).expect("descriptors");
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
            "to reverse it: {}. Empty means `{}`.",
            orders.allowed, orders.default
        );
        assert!(comments.contains(&documented), "{documented}");
    }
}
