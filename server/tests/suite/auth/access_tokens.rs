//! Access tokens that are missing, outdated, forged or of a session that has ended: every RPC
//! refuses them unless the policy makes it public.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use epic_events::{
    api_error::ApiError,
    policy::{self, Access},
    reason::Reason::{
        self, PasswordChangeRequired, SessionEnded, TokenExpired, TokenInvalid, TokenMissing,
    },
};
use epic_server::{
    auth::token::{ACCESS_LIFETIME, AccessTokens},
    config::{Secret, key::Keys},
};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header, crypto, decode_header};
use serde_json::{Value, json};

use crate::support::{
    fixtures::{GESTION1, GESTION2},
    raw_call,
    rights_fixture::{
        DELETED_ACCOUNT, EXPIRED_ACCOUNT, ONE_TIME_PASSWORD_ACCOUNT, RightsFixture,
        SIGNED_OUT_ACCOUNT, assert_none, difference, session, session_id,
    },
    rpc_cases::{Ownership, RPC_CASES},
    server::SIGNING_KEY,
};

/// The claims of a valid token.
fn claims() -> Value {
    let now = Timestamp::now().as_second();
    json!({
        "iss": "epic-server", "aud": "epic", "sub": GESTION1.to_string(),
        "sid": session_id(GESTION1), "iat": now, "exp": now + 600,
    })
}

/// Signs any header and claims with the server's own key.
fn signed(header: &str, claims: &Value) -> String {
    let [header, claims] =
        [header, &claims.to_string()].map(|json| BASE64_URL_SAFE_NO_PAD.encode(json));
    let message = format!("{header}.{claims}");
    let key = EncodingKey::from_secret(SIGNING_KEY.as_bytes());
    let signature = crypto::sign(message.as_bytes(), &key, Algorithm::HS256).expect("a signature");
    format!("{message}.{signature}")
}

/// A name, a change of a valid header or valid claims, and the reason of the refusal.
type Change = (&'static str, fn(&mut Value), Reason);

fn remove(value: &mut Value, name: &str) {
    let found = value.as_object_mut().expect("an object").remove(name);
    found.expect("something to remove");
}

/// Invalid claims, signed with the server's own key.
const CLAIMS: &[Change] = &[
    ("no expiry", |it| remove(it, "exp"), TokenInvalid),
    ("no session", |it| remove(it, "sid"), TokenInvalid),
    ("no subject", |it| remove(it, "sub"), TokenInvalid),
    ("no issuer", |it| remove(it, "iss"), TokenInvalid),
    ("no audience", |it| remove(it, "aud"), TokenInvalid),
    ("no time of issue", |it| remove(it, "iat"), TokenInvalid),
    ("issuer", |it| it["iss"] = "epic".into(), TokenInvalid),
    ("audience", |it| it["aud"] = "others".into(), TokenInvalid),
    (
        "two audiences",
        |it| it["aud"] = json!(["epic", "others"]),
        TokenInvalid,
    ),
    (
        "issued in the future",
        // An hour, because the test may take a minute on a busy machine.
        |it| it["iat"] = json!(Timestamp::now().as_second() + 3_600),
        // The clock of this server may be behind; a token of its own is valid here.
        TokenExpired,
    ),
    (
        "expired a second ago",
        |it| it["exp"] = json!(Timestamp::now().as_second() - 1),
        TokenExpired,
    ),
    (
        "an expiry that is no number",
        |it| it["exp"] = "tomorrow".into(),
        TokenInvalid,
    ),
    (
        "a subject that is no number",
        |it| it["sub"] = "gestion1".into(),
        TokenInvalid,
    ),
    (
        "another's session",
        |it| it["sub"] = GESTION2.to_string().into(),
        SessionEnded,
    ),
    (
        "a session that does not exist",
        |it| it["sid"] = session_id(99).into(),
        SessionEnded,
    ),
];

/// Invalid headers, signed with the server's own key.
const HEADERS: &[Change] = &[
    ("no type", |it| remove(it, "typ"), TokenInvalid),
    ("another type", |it| it["typ"] = "JWT".into(), TokenInvalid),
    ("no key", |it| remove(it, "kid"), TokenInvalid),
    ("unknown key", |it| it["kid"] = "0".into(), TokenInvalid),
    ("no key's name", |it| it["kid"] = Value::Null, TokenInvalid),
    (
        "the header of another algorithm",
        |it| it["alg"] = "HS512".into(),
        TokenInvalid,
    ),
    ("no algorithm", |it| remove(it, "alg"), TokenInvalid),
    (
        "a critical extension",
        |it| it["crit"] = json!(["exp"]),
        TokenInvalid,
    ),
    (
        "an embedded key",
        |it| it["jwk"] = json!({"kty": "oct", "k": "AAAA"}),
        TokenInvalid,
    ),
    ("an unknown field", |it| it["x"] = json!(1), TokenInvalid),
];

/// A name, the `authorization` metadata, and the reason of the refusal. All tokens name gestion
/// accounts, which have the most rights.
fn useless_credentials(fixture: &RightsFixture) -> Vec<(&'static str, Option<String>, Reason)> {
    let valid = fixture.token(GESTION1);
    let mut credentials = vec![
        ("no token", None, TokenMissing),
        ("an empty token", Some("Bearer ".to_owned()), TokenInvalid),
        ("no scheme", Some(valid.clone()), TokenInvalid),
        (
            "another scheme",
            Some(format!("Basic {valid}")),
            TokenInvalid,
        ),
    ];
    let header = serde_json::to_value(decode_header(&valid).expect("a header")).expect("JSON");
    // The server accepts the unchanged token, so the change is the only cause of each refusal.
    let unchanged = signed(&header.to_string(), &claims());
    assert!(fixture.server.state.tokens.verify(&unchanged).is_ok());
    let with_other_claims = CLAIMS.iter().map(|&(name, change, reason)| {
        let mut claims = claims();
        change(&mut claims);
        (name, signed(&header.to_string(), &claims), reason)
    });
    let with_other_headers = HEADERS.iter().map(|&(name, change, reason)| {
        let mut header = header.clone();
        change(&mut header);
        (name, signed(&header.to_string(), &claims()), reason)
    });
    let duplicate = header.to_string().replacen('{', r#"{"alg":"none","#, 1);
    let duplicate = (
        "two algorithms",
        signed(&duplicate, &claims()),
        TokenInvalid,
    );
    let changed = with_other_claims
        .chain(with_other_headers)
        .chain([duplicate]);
    let tokens = outdated(fixture).into_iter().chain(forged(fixture, &valid));
    for (name, token, reason) in tokens.chain(changed) {
        credentials.push((name, Some(format!("Bearer {token}")), reason));
    }
    credentials
}

/// Tokens that were valid before.
fn outdated(fixture: &RightsFixture) -> Vec<(&'static str, String, Reason)> {
    let issued = Timestamp::now() - ACCESS_LIFETIME;
    let expired = fixture
        .server
        .state
        .tokens
        .sign_at(&session(GESTION1), issued);
    vec![
        ("an expired token", expired.expect("a token"), TokenExpired),
        (
            "a deleted collaborator",
            fixture.token(DELETED_ACCOUNT),
            SessionEnded,
        ),
        (
            "an ended session",
            fixture.token(SIGNED_OUT_ACCOUNT),
            SessionEnded,
        ),
        (
            "an expired session",
            fixture.token(EXPIRED_ACCOUNT),
            SessionEnded,
        ),
        (
            "a one-time password",
            fixture.token(ONE_TIME_PASSWORD_ACCOUNT),
            PasswordChangeRequired,
        ),
    ]
}

/// Tokens that were never valid.
fn forged(fixture: &RightsFixture, valid: &str) -> Vec<(&'static str, String, Reason)> {
    let (start, signature) = valid.rsplit_once('.').expect("a signature");
    let (header, payload) = start.split_once('.').expect("a payload");
    let none = BASE64_URL_SAFE_NO_PAD.encode(r#"{"typ":"at+jwt","alg":"none"}"#);
    let key = EncodingKey::from_secret(SIGNING_KEY.as_bytes());
    let stronger = Header {
        alg: Algorithm::HS384,
        ..decode_header(valid).expect("a header")
    };
    let stronger = jsonwebtoken::encode(&stronger, &claims(), &key).expect("a token");
    let another = fixture.token(ONE_TIME_PASSWORD_ACCOUNT);
    let other_payload = another.split('.').nth(1).expect("a payload");
    let foreign = AccessTokens::new(&Keys::from(Secret::from(format!("{SIGNING_KEY}!"))));
    let foreign = foreign.sign(&session(GESTION1)).expect("a token");
    [
        ("garbage", "garbage".to_owned()),
        ("two dots", "..".to_owned()),
        ("another key's signature", foreign),
        ("no signature", format!("{start}.")),
        ("no algorithm", format!("{none}.{payload}.")),
        (
            "another token's payload",
            format!("{header}.{other_payload}.{signature}"),
        ),
        ("another algorithm", stronger),
    ]
    .map(|(name, token)| (name, token, TokenInvalid))
    .into()
}

#[tokio::test(flavor = "multi_thread")]
async fn useless_credentials_open_only_what_the_policy_allows() {
    let mut fixture = RightsFixture::start().await;
    let credentials = useless_credentials(&fixture);
    let mut failures = Vec::new();
    for case in RPC_CASES {
        let (_, access) = policy::access(case.rpc.path()).expect("a rule");
        for (name, authorization, reason) in &credentials {
            let expected = match (access, reason) {
                (Access::Public, _) | (Access::Session, PasswordChangeRequired) => Ok(()),
                _ => Err(ApiError::new(*reason)),
            };
            let message = (case.request)(Ownership::Caller, DELETED_ACCOUNT);
            let result = raw_call::call_with_authorization(
                &fixture.server.channel,
                case.rpc.path(),
                authorization.as_deref(),
                message,
            )
            .await;
            let name = format!("{} with {name}", case.rpc.name());
            failures.extend(difference(&name, &expected, &result));
            let changed = fixture.restore_if_changed().await;
            if changed != (case.writes && expected.is_ok()) {
                failures.push(format!("{name}: changed a row: {changed}"));
            }
        }
    }
    assert_none(&failures);
}
