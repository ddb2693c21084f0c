//! Rotation of the signing key while sessions are open.

use epic_events::{
    field_error::FieldErrorKind,
    reason::Reason,
    v1::{GetMeRequest, RefreshSessionRequest, auth_service_client::AuthServiceClient},
};
use epic_server::config::{Secret, key::Keys};

use crate::support::{
    api_client::ApiClient,
    errors::api_error,
    lists::{Entity, ListQuery},
    server::{SIGNING_KEY, TestServer},
};

fn next_page(token: &str) -> ListQuery {
    ListQuery {
        page_size: 1,
        page_token: token.to_owned(),
        ..ListQuery::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_previous_key_is_accepted_and_an_older_one_is_not() {
    let server = TestServer::with_sample_records().await;
    let (old, new) = (
        Secret::from(SIGNING_KEY.to_owned()),
        Secret::from(format!("another {SIGNING_KEY}")),
    );
    let rotating = server
        .start_peer(Keys {
            current: new.clone(),
            previous: Some(old),
        })
        .await;
    let rotated = server.start_peer(Keys::from(new)).await;
    let before = server.login("commercial1").await;
    let first = before.list(Entity::Clients, &next_page("")).await;
    let page = first.expect("a page").next_page_token;
    assert_ne!(page, "");

    // During the rotation, access tokens and page tokens of both keys are valid.
    let mut during = before.with_channel(rotating.clone());
    during.auth.get_me(GetMeRequest {}).await.expect("me");
    let second = during.list(Entity::Clients, &next_page(&page)).await;
    second.expect("the next page");
    let mut after = ApiClient::login(&rotating, "commercial1").await;
    after.auth.get_me(GetMeRequest {}).await.expect("me");
    let first = after.list(Entity::Clients, &next_page("")).await;
    let new_page = first.expect("a page").next_page_token;

    // After the rotation, only the new key is accepted.
    let mut after = after.with_channel(rotated.clone());
    after.auth.get_me(GetMeRequest {}).await.expect("me");
    let second = after.list(Entity::Clients, &next_page(&new_page)).await;
    second.expect("the next page");
    let refused = after.list(Entity::Clients, &next_page(&page)).await;
    let refused = api_error(refused);
    assert_eq!(refused.fields[0].code, FieldErrorKind::NotAPageToken.code());
    let refused = before
        .with_channel(rotated.clone())
        .auth
        .get_me(GetMeRequest {})
        .await;
    assert_eq!(api_error(refused).reason, Reason::TokenInvalid);
    // A server without the new key refuses it, but the session continues.
    let refused = after
        .with_channel(server.channel.clone())
        .auth
        .get_me(GetMeRequest {})
        .await;
    assert_eq!(api_error(refused).reason, Reason::TokenInvalid);
    let refresh = RefreshSessionRequest {
        refresh_token: before.refresh_token.clone(),
    };
    let renewed = AuthServiceClient::new(rotated)
        .refresh_session(refresh)
        .await;
    renewed.expect("new tokens");
    server.shutdown().await;
}
