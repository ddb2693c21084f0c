//! The tokens of a session: a signed access token with a short lifetime, and an opaque refresh token,
//! which is stored as a hash and replaced on every use.

use std::{fmt, str::FromStr, time::Duration};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use epic_events::reason::Reason;
use http::{HeaderMap, header::AUTHORIZATION};
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

/// How long an access token is valid.
pub const ACCESS_LIFETIME: Duration = Duration::from_mins(10);
const ISSUER: &str = "epic-server";
const AUDIENCE: &str = "epic";
/// The `typ` of the JWT (RFC 9068). JWTs with another purpose are refused.
const TYPE: &str = "at+jwt";
/// Length of the hash that identifies a key, in bytes: enough to distinguish two keys, and useless
/// for guessing either.
const KEY_ID_LENGTH: usize = 9;
/// Maximum clock difference between two servers, in seconds. A token that was issued further in the future
/// counts as expired: one that this server issues is valid here.
const CLOCK_SKEW_MAX: i64 = 5;

/// The claims of an access token. The role is not among them: every call reads it.
#[derive(Debug, Serialize, Deserialize)]
struct JwtClaims {
    iss: String,
    aud: String,
    /// The id of the collaborator.
    sub: String,
    sid: Uuid,
    /// Seconds since 1970.
    iat: i64,
    /// Seconds since 1970.
    exp: i64,
}

/// The session that an access token was issued for, which may have ended since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessClaims {
    /// The id of the session.
    pub session: Uuid,
    /// The id of the collaborator.
    pub collaborator: i64,
}

/// A key and the header of the tokens that it signs. A token must have exactly this header, so it can
/// choose neither algorithm nor type nor extensions.
struct Key {
    header: Header,
    signing: EncodingKey,
    verifying: DecodingKey,
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
            verifying: DecodingKey::from_secret(secret.reveal().as_bytes()),
        }
    }
}

/// Signs and verifies access tokens.
pub struct AccessTokens {
    current: Key,
    /// Only verifies tokens.
    previous: Option<Key>,
    validation: Validation,
}

impl AccessTokens {
    /// All servers of a database must have the same keys.
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

    /// An access token for `session`, valid from now on.
    ///
    /// # Errors
    /// [`Error::Internal`] when the token cannot be encoded.
    pub fn sign(&self, session: &Session) -> Result<String> {
        self.sign_at(session, Timestamp::now())
    }

    /// An access token for `session`, issued at the time `issued`.
    ///
    /// # Errors
    /// [`Error::Internal`] when the token cannot be encoded.
    pub fn sign_at(&self, session: &Session, issued: Timestamp) -> Result<String> {
        let claims = JwtClaims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: session.actor.id.to_string(),
            sid: session.id,
            iat: issued.as_second(),
            exp: (issued + ACCESS_LIFETIME).as_second(),
        };
        encode(&self.current.header, &claims, &self.current.signing)
            .map_err(|error| Error::Internal(error.to_string()))
    }

    /// Verifies the access token in the headers of a call.
    ///
    /// # Errors
    /// `TOKEN_MISSING`, and those of [`Self::verify`].
    pub(crate) fn verify_in(
        &self,
        headers: &HeaderMap,
    ) -> std::result::Result<AccessClaims, Reason> {
        self.verify(bearer_token(headers)?)
    }

    /// Verifies an access token.
    ///
    /// # Errors
    /// `TOKEN_EXPIRED`; `TOKEN_INVALID` for tokens that these keys did not sign.
    pub fn verify(&self, token: &str) -> std::result::Result<AccessClaims, Reason> {
        let header = decode_header(token).map_err(|_| Reason::TokenInvalid)?;
        let mut keys = std::iter::once(&self.current).chain(&self.previous);
        let key = keys.find(|key| key.header == header);
        let key = key.ok_or(Reason::TokenInvalid)?;
        let claims = match decode::<JwtClaims>(token, &key.verifying, &self.validation) {
            Ok(token) => token.claims,
            Err(error) if matches!(error.kind(), ErrorKind::ExpiredSignature) => {
                return Err(Reason::TokenExpired);
            }
            Err(_) => return Err(Reason::TokenInvalid),
        };
        if claims.iat > Timestamp::now().as_second() + CLOCK_SKEW_MAX {
            return Err(Reason::TokenExpired);
        }
        Ok(AccessClaims {
            session: claims.sid,
            collaborator: claims.sub.parse().map_err(|_| Reason::TokenInvalid)?,
        })
    }
}

fn bearer_token(headers: &HeaderMap) -> std::result::Result<&str, Reason> {
    let mut values = headers.get_all(AUTHORIZATION).into_iter();
    let value = values.next().ok_or(Reason::TokenMissing)?;
    if values.next().is_some() {
        // With two tokens, a proxy might verify one and this server the other.
        return Err(Reason::TokenInvalid);
    }
    let text = value.to_str().map_err(|_| Reason::TokenInvalid)?;
    let (scheme, token) = text.split_once(' ').ok_or(Reason::TokenInvalid)?;
    if scheme.eq_ignore_ascii_case("bearer") {
        Ok(token)
    } else {
        Err(Reason::TokenInvalid)
    }
}

/// 256 random bits that renew a session.
#[derive(Clone)]
pub struct RefreshToken([u8; 32]);

impl RefreshToken {
    /// A new token.
    #[must_use]
    pub(crate) fn random() -> Self {
        Self(rand::random())
    }

    /// The hash that the database stores.
    #[must_use]
    pub(crate) fn hash(&self) -> Vec<u8> {
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
