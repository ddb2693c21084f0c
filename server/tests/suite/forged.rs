//! Tokens that are missing, old, forged or of a session that is over.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use epic_events::reason::Reason::{
    self, PasswordChangeRequired, SessionEnded, TokenExpired, TokenInvalid, TokenMissing,
};
use epic_server::{
    auth::token::{ACCESS_LIFETIME, Tokens},
    config::Secret,
};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;

use crate::{
    house::KEY,
    stage::{ABSENT, GESTION1, IDLE, LEAVER, NEWCOMER, Stage, session, session_id},
};

/// Like the server's own, with claims that can be left out.
#[derive(Clone, Serialize)]
struct Claims {
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
    iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
}

fn claims() -> Claims {
    let now = Timestamp::now().as_second();
    Claims {
        iss: Some("epic-server"),
        aud: Some("epic"),
        sub: Some(GESTION1.to_string()),
        sid: Some(session_id(GESTION1)),
        iat: now,
        exp: Some(now + 600),
    }
}

fn signed(algorithm: Algorithm, claims: &Claims) -> String {
    let key = EncodingKey::from_secret(KEY.as_bytes());
    jsonwebtoken::encode(&Header::new(algorithm), claims, &key).expect("a token")
}

/// Who they are, the `authorization` that they send, and why they are refused. The rights of the
/// gestion accounts that they would be do not help them.
pub fn callers(stage: &Stage) -> Vec<(&'static str, Option<String>, Reason)> {
    let good = stage.token(GESTION1);
    let bearer = |token: &str| Some(format!("Bearer {token}"));
    let tokens = &stage.house.shared.tokens;
    let issued = |at| tokens.sign_at(&session(GESTION1), at).expect("a token");
    let expired = issued(Timestamp::now() - ACCESS_LIFETIME);
    let elsewhere = Tokens::new(&Secret::from(format!("{KEY}!")));
    let elsewhere = elsewhere.sign(&session(GESTION1)).expect("a token");
    let (start, signature) = good.rsplit_once('.').expect("a signature");
    let (header, payload) = start.split_once('.').expect("a payload");
    let none = BASE64_URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"none"}"#);
    let of_another = stage.token(NEWCOMER);
    let other_payload = of_another.split('.').nth(1).expect("a payload");
    let hs256 = |claims: Claims| bearer(&signed(Algorithm::HS256, &claims));
    vec![
        ("no token", None, TokenMissing),
        ("an empty token", Some("Bearer ".to_owned()), TokenInvalid),
        ("garbage", bearer("garbage"), TokenInvalid),
        ("two dots", bearer(".."), TokenInvalid),
        ("no scheme", Some(good.clone()), TokenInvalid),
        (
            "another scheme",
            Some(format!("Basic {good}")),
            TokenInvalid,
        ),
        ("an expired token", bearer(&expired), TokenExpired),
        ("another key's signature", bearer(&elsewhere), TokenInvalid),
        ("no signature", bearer(&format!("{start}.")), TokenInvalid),
        (
            "no algorithm",
            bearer(&format!("{none}.{payload}.")),
            TokenInvalid,
        ),
        (
            "another token's payload",
            bearer(&format!("{header}.{other_payload}.{signature}")),
            TokenInvalid,
        ),
        (
            "another algorithm",
            bearer(&signed(Algorithm::HS384, &claims())),
            TokenInvalid,
        ),
        (
            "no expiry",
            hs256(Claims {
                exp: None,
                ..claims()
            }),
            TokenInvalid,
        ),
        (
            "no session",
            hs256(Claims {
                sid: None,
                ..claims()
            }),
            TokenInvalid,
        ),
        (
            "no subject",
            hs256(Claims {
                sub: None,
                ..claims()
            }),
            TokenInvalid,
        ),
        (
            "no issuer",
            hs256(Claims {
                iss: None,
                ..claims()
            }),
            TokenInvalid,
        ),
        (
            "another issuer",
            hs256(Claims {
                iss: Some("epic"),
                ..claims()
            }),
            TokenInvalid,
        ),
        (
            "no audience",
            hs256(Claims {
                aud: None,
                ..claims()
            }),
            TokenInvalid,
        ),
        (
            "another audience",
            hs256(Claims {
                aud: Some("elsewhere"),
                ..claims()
            }),
            TokenInvalid,
        ),
        (
            "a session that never was",
            hs256(Claims {
                sid: Some(session_id(99)),
                ..claims()
            }),
            SessionEnded,
        ),
        (
            "a deleted collaborator's token",
            bearer(&stage.token(LEAVER)),
            SessionEnded,
        ),
        (
            "an ended session's token",
            bearer(&stage.token(ABSENT)),
            SessionEnded,
        ),
        (
            "a token of a session too old",
            bearer(&stage.token(IDLE)),
            SessionEnded,
        ),
        (
            "a handed-out password's token",
            bearer(&stage.token(NEWCOMER)),
            PasswordChangeRequired,
        ),
    ]
}
