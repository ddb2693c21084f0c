//! Tokens: a signed one that is short-lived and says which session, and an opaque one that is
//! stored hashed and exchanged on every use.

use std::{fmt, str::FromStr, time::Duration};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use epic_events::reason::Reason;
use jiff::Timestamp;
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
    errors::ErrorKind,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{
    auth::session::Session,
    config::{Secret, key::Keys},
    error::{Error, Result},
};

/// How long an access token is good for.
pub const ACCESS_LIFETIME: Duration = Duration::from_mins(10);
const ISSUER: &str = "epic-server";
const AUDIENCE: &str = "epic";
/// What kind of JWT it is (RFC 9068), so that one made for something else is none.
const TYPE: &str = "at+jwt";
/// Bytes of the hash that names a key: enough to tell two apart, and no help in guessing either.
const KEY_ID_LENGTH: usize = 9;
/// Seconds by which the clocks of two servers may differ: a token from further ahead is refused.
const CLOCKS_DIFFER: i64 = 5;

/// What an access token says. The role is not in it: it is read anew at every call.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    /// The collaborator's number.
    sub: String,
    sid: Uuid,
    /// Seconds since 1970.
    iat: i64,
    /// Seconds since 1970.
    exp: i64,
}

/// Whose session an access token is for. Whether it still goes on is the database's to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// The session's number.
    pub session: Uuid,
    /// The number of the collaborator whose session it is.
    pub collaborator: i64,
}

/// A key and the header of the tokens that it signs. A token must have that very header, field for
/// field: no other type, no other algorithm, nothing that asks to be understood.
struct Key {
    header: Header,
    signing: EncodingKey,
    reading: DecodingKey,
}

impl Key {
    fn new(secret: &Secret) -> Self {
        let digest = Sha256::digest(format!("key id {}", secret.reveal()));
        Self {
            header: Header {
                typ: Some(TYPE.to_owned()),
                kid: Some(BASE64_URL_SAFE_NO_PAD.encode(&digest[..KEY_ID_LENGTH])),
                ..Header::new(Algorithm::HS256)
            },
            signing: EncodingKey::from_secret(secret.reveal().as_bytes()),
            reading: DecodingKey::from_secret(secret.reveal().as_bytes()),
        }
    }
}

/// Signs and reads access tokens.
pub struct Tokens {
    current: Key,
    /// Only reads.
    previous: Option<Key>,
    validation: Validation,
}

impl Tokens {
    /// Takes the keys that every server of one database shares.
    #[must_use]
    pub fn new(keys: &Keys) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.leeway = 0;
        Self {
            current: Key::new(&keys.current),
            previous: keys.previous.as_ref().map(Key::new),
            validation,
        }
    }

    /// An access token for that session, good from now on.
    ///
    /// # Errors
    /// When signing fails.
    pub fn sign(&self, session: &Session) -> Result<String> {
        let now = Timestamp::now();
        self.sign_at(session, now)
    }

    /// An access token for that session, issued at that time.
    ///
    /// # Errors
    /// When signing fails.
    pub fn sign_at(&self, session: &Session, issued: Timestamp) -> Result<String> {
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: session.actor.id.to_string(),
            sid: session.id,
            iat: issued.as_second(),
            exp: (issued + ACCESS_LIFETIME).as_second(),
        };
        encode(&self.current.header, &claims, &self.current.signing)
            .map_err(|error| Error::Defect(error.to_string()))
    }

    /// Which session the token is for.
    ///
    /// # Errors
    /// When the token is not one of ours, or has expired.
    pub fn read(&self, token: &str) -> std::result::Result<Access, Reason> {
        let header = decode_header(token).map_err(|_| Reason::TokenInvalid)?;
        let mut live = std::iter::once(&self.current).chain(&self.previous);
        let key = live.find(|key| key.header == header);
        let key = key.ok_or(Reason::TokenInvalid)?;
        let claims = match decode::<Claims>(token, &key.reading, &self.validation) {
            Ok(token) => token.claims,
            Err(error) if matches!(error.kind(), ErrorKind::ExpiredSignature) => {
                return Err(Reason::TokenExpired);
            }
            Err(_) => return Err(Reason::TokenInvalid),
        };
        if claims.iat > Timestamp::now().as_second() + CLOCKS_DIFFER {
            return Err(Reason::TokenInvalid);
        }
        Ok(Access {
            session: claims.sid,
            collaborator: claims.sub.parse().map_err(|_| Reason::TokenInvalid)?,
        })
    }
}

/// 256 random bits that keep a session going.
#[derive(Clone)]
pub struct RefreshToken([u8; 32]);

impl RefreshToken {
    /// A new one.
    #[must_use]
    pub fn random() -> Self {
        Self(rand::random())
    }

    /// What the database stores.
    #[must_use]
    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0).to_vec()
    }
}

impl fmt::Display for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64_URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl FromStr for RefreshToken {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| ())?;
        bytes.try_into().map(Self).map_err(|_| ())
    }
}
