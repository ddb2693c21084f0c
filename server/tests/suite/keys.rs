//! Changing the key that signs, while people work.

use epic_events::{
    field_error::FieldErrorKind,
    reason::Reason,
    v1::{GetMeRequest, RefreshSessionRequest, auth_service_client::AuthServiceClient},
};
use epic_server::config::{Secret, key::Keys};

use crate::{
    furniture::FURNITURE,
    house::{Caller, House, KEY, login, refusal},
    lists::{Ask, Entity},
};

/// The same caller at another server.
fn at(channel: &tonic::transport::Channel, caller: &Caller) -> Caller {
    Caller::new(
        channel.clone(),
        &caller.access_token,
        caller.refresh_token.clone(),
        caller.me.clone(),
    )
}

fn next_page(token: &str) -> Ask {
    Ask {
        page_size: 1,
        page_token: token.to_owned(),
        ..Ask::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_key_before_has_signed_is_still_good_and_what_the_one_before_that_has_is_not() {
    let house = House::furnished(FURNITURE).await;
    let (old, new) = (
        Secret::from(KEY.to_owned()),
        Secret::from(format!("another {KEY}")),
    );
    let changed = house
        .beside(Keys {
            current: new.clone(),
            previous: Some(old),
        })
        .await;
    let done = house.beside(Keys::from(new)).await;
    let before = house.login("commercial1").await;
    let first = before.list(Entity::Clients, &next_page("")).await;
    let page = first.expect("a page").next;
    assert_ne!(page, "");

    // While the key changes: tokens of either kind are good, and so are pages.
    let mut during = at(&changed, &before);
    during.auth.get_me(GetMeRequest {}).await.expect("me");
    let second = during.list(Entity::Clients, &next_page(&page)).await;
    second.expect("the next page");
    let mut after = login(&changed, "commercial1").await;
    after.auth.get_me(GetMeRequest {}).await.expect("me");
    let first = after.list(Entity::Clients, &next_page("")).await;
    let new_page = first.expect("a page").next;

    // Once it has changed: what is signed with the new one is good, the old one is nobody's.
    let mut after = at(&done, &after);
    after.auth.get_me(GetMeRequest {}).await.expect("me");
    let second = after.list(Entity::Clients, &next_page(&new_page)).await;
    second.expect("the next page");
    let refused = after.list(Entity::Clients, &next_page(&page)).await;
    let refused = refusal(refused);
    assert_eq!(refused.fields[0].code, FieldErrorKind::NotAPageToken.code());
    let refused = at(&done, &before).auth.get_me(GetMeRequest {}).await;
    assert_eq!(refusal(refused).reason, Reason::TokenInvalid);
    // A server that does not know the new key yet refuses it, and the session goes on.
    let refused = at(&house.channel, &after)
        .auth
        .get_me(GetMeRequest {})
        .await;
    assert_eq!(refusal(refused).reason, Reason::TokenInvalid);
    let refresh = RefreshSessionRequest {
        refresh_token: before.refresh_token.clone(),
    };
    let renewed = AuthServiceClient::new(done).refresh_session(refresh).await;
    renewed.expect("new tokens");
    house.close().await;
}
