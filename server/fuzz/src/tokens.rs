//! Any access token and any refresh token: what this server has not signed, letter for letter, is
//! refused.

use std::sync::LazyLock;

use epic_events::{policy::Actor, v1::Role};
use epic_server::{
    auth::{
        session::Session,
        token::{AccessTokens, RefreshToken},
    },
    config::{Secret, key::Keys},
};
use uuid::Uuid;

use super::{changed, keys};

static TOKENS: LazyLock<AccessTokens> = LazyLock::new(|| AccessTokens::new(&keys()));
static OTHERS: LazyLock<AccessTokens> = LazyLock::new(|| {
    let other = Secret::from("another key for tests, and for nothing else".to_owned());
    AccessTokens::new(&Keys::from(other))
});

/// The bytes are a token, or say how a genuine one is changed.
pub fn hold(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        assert!(TOKENS.verify(text).is_err(), "{text}");
        if let Ok(token) = text.parse::<RefreshToken>() {
            assert_eq!(token.to_string(), text);
        }
    }
    let session = session();
    let token = TOKENS.sign(&session).expect("a token");
    let access = TOKENS.verify(&token).expect("a session");
    assert_eq!(
        (access.session, access.collaborator),
        (session.id, session.actor.id)
    );
    assert!(OTHERS.verify(&token).is_err(), "another key's token");
    if let Some(other) = changed(&token, bytes) {
        assert!(TOKENS.verify(&other).is_err(), "{other}");
    }
    // A part of it replaced by something else altogether.
    let Ok(part) = std::str::from_utf8(bytes) else {
        return;
    };
    for place in 0..3 {
        let mut parts: Vec<_> = token.split('.').collect();
        if parts[place] != part {
            parts[place] = part;
            assert!(TOKENS.verify(&parts.join(".")).is_err(), "{parts:?}");
        }
    }
}

fn session() -> Session {
    Session {
        id: Uuid::from_u128(1),
        actor: Actor {
            id: 7,
            role: Role::Gestion,
        },
        name: String::new(),
        email: String::new(),
        must_change_password: false,
    }
}
