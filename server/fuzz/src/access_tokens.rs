//! Access tokens and refresh tokens: a token that differs from a signed one in any byte is invalid.

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

use super::{keys, mutated};

static TOKENS: LazyLock<AccessTokens> = LazyLock::new(|| AccessTokens::new(&keys()));
static OTHER_KEY: LazyLock<AccessTokens> = LazyLock::new(|| {
    let other = Secret::from("another key for tests, and for nothing else".to_owned());
    AccessTokens::new(&Keys::from(other))
});

/// `bytes` are a token, the mutation of a valid token, and a part of a token.
pub fn check(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        assert!(TOKENS.verify(text).is_err(), "{text}");
        if let Ok(token) = text.parse::<RefreshToken>() {
            assert_eq!(token.to_string(), text);
        }
    }
    let session = session();
    let token = TOKENS.sign(&session).expect("a token");
    let claims = TOKENS.verify(&token).expect("a session");
    assert_eq!(
        (claims.session, claims.collaborator),
        (session.id, session.actor.id)
    );
    assert!(OTHER_KEY.verify(&token).is_err(), "another key's token");
    if let Some(other) = mutated(&token, bytes) {
        assert!(TOKENS.verify(&other).is_err(), "{other}");
    }
    let Ok(part) = std::str::from_utf8(bytes) else {
        return;
    };
    for index in 0..3 {
        let mut parts: Vec<_> = token.split('.').collect();
        if parts[index] != part {
            parts[index] = part;
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
