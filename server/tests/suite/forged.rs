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

/// Who they are, what they change in the server's claims, and why they are refused.
type Claimed = (&'static str, fn(&mut Claims), Reason);

/// Tokens that this server's own key has signed, with claims that are not the server's.
const CLAIMS: &[Claimed] = &[
    ("no expiry", |claims| claims.exp = None, TokenInvalid),
    ("no session", |claims| claims.sid = None, TokenInvalid),
    ("no subject", |claims| claims.sub = None, TokenInvalid),
    ("no issuer", |claims| claims.iss = None, TokenInvalid),
    (
        "another issuer",
        |claims| claims.iss = Some("epic"),
        TokenInvalid,
    ),
    ("no audience", |claims| claims.aud = None, TokenInvalid),
    (
        "another audience",
        |claims| claims.aud = Some("elsewhere"),
        TokenInvalid,
    ),
    (
        "a session that never was",
        |claims| claims.sid = Some(session_id(99)),
        SessionEnded,
    ),
];

/// Who they are, the `authorization` that they send, and why they are refused. The rights of the
/// gestion accounts that they would be do not help them.
pub fn callers(stage: &Stage) -> Vec<(&'static str, Option<String>, Reason)> {
    let good = stage.token(GESTION1);
    let mut callers = vec![
        ("no token", None, TokenMissing),
        ("an empty token", Some("Bearer ".to_owned()), TokenInvalid),
        ("no scheme", Some(good.clone()), TokenInvalid),
        (
            "another scheme",
            Some(format!("Basic {good}")),
            TokenInvalid,
        ),
    ];
    let claimed = CLAIMS.iter().map(|&(who, change, reason)| {
        let mut claims = claims();
        change(&mut claims);
        (who, signed(Algorithm::HS256, &claims), reason)
    });
    let tokens = outdated(stage).into_iter().chain(forged(stage, &good));
    for (who, token, reason) in tokens.chain(claimed) {
        callers.push((who, Some(format!("Bearer {token}")), reason));
    }
    callers
}

/// Tokens that were good once.
fn outdated(stage: &Stage) -> Vec<(&'static str, String, Reason)> {
    let issued = Timestamp::now() - ACCESS_LIFETIME;
    let expired = stage
        .house
        .shared
        .tokens
        .sign_at(&session(GESTION1), issued);
    vec![
        ("an expired token", expired.expect("a token"), TokenExpired),
        ("a deleted collaborator", stage.token(LEAVER), SessionEnded),
        ("an ended session", stage.token(ABSENT), SessionEnded),
        ("a session too old", stage.token(IDLE), SessionEnded),
        (
            "a handed-out password",
            stage.token(NEWCOMER),
            PasswordChangeRequired,
        ),
    ]
}

/// Tokens that were never good.
fn forged(stage: &Stage, good: &str) -> Vec<(&'static str, String, Reason)> {
    let (start, signature) = good.rsplit_once('.').expect("a signature");
    let (header, payload) = start.split_once('.').expect("a payload");
    let none = BASE64_URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"none"}"#);
    let another = stage.token(NEWCOMER);
    let other_payload = another.split('.').nth(1).expect("a payload");
    let elsewhere = Tokens::new(&Secret::from(format!("{KEY}!")));
    let elsewhere = elsewhere.sign(&session(GESTION1)).expect("a token");
    [
        ("garbage", "garbage".to_owned()),
        ("two dots", "..".to_owned()),
        ("another key's signature", elsewhere),
        ("no signature", format!("{start}.")),
        ("no algorithm", format!("{none}.{payload}.")),
        (
            "another token's payload",
            format!("{header}.{other_payload}.{signature}"),
        ),
        ("another algorithm", signed(Algorithm::HS384, &claims())),
    ]
    .map(|(who, token)| (who, token, TokenInvalid))
    .into()
}
