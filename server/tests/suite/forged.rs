//! Tokens that are missing, old, forged or of a session that is over.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use epic_events::reason::Reason::{
    self, PasswordChangeRequired, SessionEnded, TokenExpired, TokenInvalid, TokenMissing,
};
use epic_server::{
    auth::token::{ACCESS_LIFETIME, AccessTokens},
    config::{Secret, key::Keys},
};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header, crypto, decode_header};
use serde_json::{Value, json};

use crate::{
    house::KEY,
    stage::{ABSENT, GESTION1, GESTION2, IDLE, LEAVER, NEWCOMER, Stage, session, session_id},
};

/// What the server itself says in a token.
fn claims() -> Value {
    let now = Timestamp::now().as_second();
    json!({
        "iss": "epic-server", "aud": "epic", "sub": GESTION1.to_string(),
        "sid": session_id(GESTION1), "iat": now, "exp": now + 600,
    })
}

/// Signed by the server's own key, whatever it says.
fn signed(header: &str, claims: &Value) -> String {
    let [header, claims] =
        [header, &claims.to_string()].map(|json| BASE64_URL_SAFE_NO_PAD.encode(json));
    let message = format!("{header}.{claims}");
    let key = EncodingKey::from_secret(KEY.as_bytes());
    let signature = crypto::sign(message.as_bytes(), &key, Algorithm::HS256).expect("a signature");
    format!("{message}.{signature}")
}

/// Who they are, what they change in the server's header or claims, and why they are refused.
type Changed = (&'static str, fn(&mut Value), Reason);

fn without(value: &mut Value, name: &str) {
    let found = value.as_object_mut().expect("an object").remove(name);
    found.expect("something to leave out");
}

/// Tokens that this server's own key has signed, with claims that are not the server's.
const CLAIMS: &[Changed] = &[
    ("no expiry", |it| without(it, "exp"), TokenInvalid),
    ("no session", |it| without(it, "sid"), TokenInvalid),
    ("no subject", |it| without(it, "sub"), TokenInvalid),
    ("no issuer", |it| without(it, "iss"), TokenInvalid),
    ("no audience", |it| without(it, "aud"), TokenInvalid),
    ("no time of issue", |it| without(it, "iat"), TokenInvalid),
    ("issuer", |it| it["iss"] = "epic".into(), TokenInvalid),
    ("audience", |it| it["aud"] = "others".into(), TokenInvalid),
    (
        "two audiences",
        |it| it["aud"] = json!(["epic", "others"]),
        TokenInvalid,
    ),
    (
        "issued in the future",
        // An hour: the test itself takes a minute where there is much else to do.
        |it| it["iat"] = json!(Timestamp::now().as_second() + 3_600),
        TokenInvalid,
    ),
    (
        "expired a second ago",
        |it| it["exp"] = json!(Timestamp::now().as_second() - 1),
        TokenExpired,
    ),
    (
        "an expiry in words",
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
        "a session that never was",
        |it| it["sid"] = session_id(99).into(),
        SessionEnded,
    ),
];

/// Tokens that this server's own key has signed, with a header that is not the server's.
const HEADERS: &[Changed] = &[
    ("no type", |it| without(it, "typ"), TokenInvalid),
    ("another type", |it| it["typ"] = "JWT".into(), TokenInvalid),
    ("no key", |it| without(it, "kid"), TokenInvalid),
    ("unknown key", |it| it["kid"] = "0".into(), TokenInvalid),
    ("no key's name", |it| it["kid"] = Value::Null, TokenInvalid),
    (
        "the header of another algorithm",
        |it| it["alg"] = "HS512".into(),
        TokenInvalid,
    ),
    ("no algorithm at all", |it| without(it, "alg"), TokenInvalid),
    (
        "something critical",
        |it| it["crit"] = json!(["exp"]),
        TokenInvalid,
    ),
    (
        "a key of its own",
        |it| it["jwk"] = json!({"kty": "oct", "k": "AAAA"}),
        TokenInvalid,
    ),
    ("a word too many", |it| it["x"] = json!(1), TokenInvalid),
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
    let header = serde_json::to_value(decode_header(&good).expect("a header")).expect("JSON");
    // What follows is refused for what it changes, and for nothing else.
    let unchanged = signed(&header.to_string(), &claims());
    assert!(stage.house.shared.tokens.verify(&unchanged).is_ok());
    let claimed = CLAIMS.iter().map(|&(who, change, reason)| {
        let mut claims = claims();
        change(&mut claims);
        (who, signed(&header.to_string(), &claims), reason)
    });
    let with_other_headers = HEADERS.iter().map(|&(who, change, reason)| {
        let mut header = header.clone();
        change(&mut header);
        (who, signed(&header.to_string(), &claims()), reason)
    });
    let twice = header.to_string().replacen('{', r#"{"alg":"none","#, 1);
    let twice = ("two algorithms", signed(&twice, &claims()), TokenInvalid);
    let claimed = claimed.chain(with_other_headers).chain([twice]);
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
    let none = BASE64_URL_SAFE_NO_PAD.encode(r#"{"typ":"at+jwt","alg":"none"}"#);
    let key = EncodingKey::from_secret(KEY.as_bytes());
    let stronger = Header {
        alg: Algorithm::HS384,
        ..decode_header(good).expect("a header")
    };
    let stronger = jsonwebtoken::encode(&stronger, &claims(), &key).expect("a token");
    let another = stage.token(NEWCOMER);
    let other_payload = another.split('.').nth(1).expect("a payload");
    let elsewhere = AccessTokens::new(&Keys::from(Secret::from(format!("{KEY}!"))));
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
        ("another algorithm", stronger),
    ]
    .map(|(who, token)| (who, token, TokenInvalid))
    .into()
}
