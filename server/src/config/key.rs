//! The signing keys, and the check that refuses keys that others may know.

use base64::{Engine as _, prelude::BASE64_STANDARD};

use crate::{
    config::{Secret, Settings},
    error::{StartError, StartResult},
};

/// Minimum length of a key for HS256 (RFC 7518, section 3.2).
const BYTES_MIN: usize = 32;
/// Minimum number of guesses by zxcvbn's estimate, which is at most 2^64. The estimate of a random
/// key is far higher.
const GUESSES_MIN: u64 = 1_000_000_000_000_000_000;
const ADVICE: &str = "make one with: openssl rand -base64 48";

/// Prefixes of published keys: samples in the documentation of tools, including this repository's,
/// and common placeholders, in the form that [`normalised`] produces.
const SAMPLES: &[&str] = &[
    "0123456789",
    "1234567890",
    "404e635266556a586e",
    "5e884898da28047151",
    "abcdefgh",
    "akeyfortests",
    "asecret",
    "astringsecret",
    "aym1sysppbydfgzld3umj1qzkobwvmkoqqestjqlrt1qs0gzh75",
    "changeit",
    "changeme",
    "changethis",
    "correcthorse",
    "default",
    "deadbeef",
    "development",
    "devsecret",
    "epicevents",
    "epicserver",
    "e3b0c44298fc1c149a",
    "example",
    "insecure",
    "jwtsecret",
    "keyboardcat",
    "mysecret",
    "mysupersecret",
    "notasecret",
    "password",
    "placeholder",
    "qftjwnzr4u7xadgkapdsgvkxp2s5",
    "qwerty",
    "replacethis",
    "replaceme",
    "replacewith",
    "samplekey",
    "secret",
    "shhhhh",
    "supersecret",
    "thisisa",
    "thisismy",
    "topsecret",
    "verysecret",
    "your256bit",
    "your384bit",
    "your512bit",
    "yourjwt",
    "yoursecret",
    "yoursupersecret",
];

/// The current key and the previous one, whose tokens stay valid, so that a key can be replaced while
/// sessions are open.
#[derive(Clone, Debug)]
pub struct Keys {
    /// Signs and verifies tokens.
    pub current: Secret,
    /// Only verifies tokens.
    pub previous: Option<Secret>,
}

impl Keys {
    /// The keys that verify tokens; the first one also signs.
    pub(crate) fn verifying(&self) -> impl Iterator<Item = &Secret> {
        std::iter::once(&self.current).chain(&self.previous)
    }
}

impl From<Secret> for Keys {
    fn from(current: Secret) -> Self {
        Self {
            current,
            previous: None,
        }
    }
}

impl Settings {
    /// The keys that sign access tokens and page tokens. `default` supplies the current key when
    /// `EPIC_JWT_SECRET` is not set.
    ///
    /// # Errors
    /// [`StartError::SetUp`] when a key is missing, short, or easy to guess.
    pub(crate) fn signing_keys(
        &self,
        default: impl FnOnce() -> StartResult<Secret>,
    ) -> StartResult<Keys> {
        let current = match &self.jwt_secret {
            Some(given) => checked("EPIC_JWT_SECRET", given)?,
            None => default()?,
        };
        // systemd passes an empty line where there is no credential file.
        let previous = self.jwt_secret_previous.as_ref();
        let previous = previous
            .filter(|secret| !secret.reveal().is_empty())
            .map(|secret| checked("EPIC_JWT_SECRET_PREVIOUS", secret))
            .transpose()?;
        Ok(Keys { current, previous })
    }
}

/// The `default` of [`Settings::signing_keys`] for databases that require the setting.
///
/// # Errors
/// Always [`StartError::SetUp`].
pub(crate) fn required() -> StartResult<Secret> {
    Err(StartError::SetUp(format!(
        "EPIC_JWT_SECRET is not set; {ADVICE}"
    )))
}

fn checked(name: &str, secret: &Secret) -> StartResult<Secret> {
    let refused = |why: &str| Err(StartError::SetUp(format!("{name} {why}; {ADVICE}")));
    let text = secret.reveal();
    if text.len() < BYTES_MIN {
        return refused(&format!("is shorter than {BYTES_MIN} bytes"));
    }
    // Keys are usually written in base64; a published text encoded that way is still published.
    let decoded = BASE64_STANDARD.decode(text).ok();
    let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    for text in [Some(text), decoded.as_deref()].into_iter().flatten() {
        let plain = normalised(text);
        if SAMPLES.iter().any(|sample| plain.starts_with(sample)) {
            return refused("begins like a published sample");
        }
        if zxcvbn::zxcvbn(text, &[]).guesses() < GUESSES_MIN {
            return refused("is easy to guess");
        }
    }
    Ok(secret.clone())
}

/// The text without case and punctuation: `Change-Me` becomes `changeme`.
fn normalised(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use base64::{
        Engine as _,
        prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
    };

    use super::*;

    fn error(text: &str) -> Option<String> {
        let checked = checked("EPIC_JWT_SECRET", &Secret::from(text.to_owned()));
        checked.err().map(|error| error.to_string())
    }

    #[test]
    fn refuses_short_published_and_guessable_keys() {
        for (text, why) in [
            ("", "shorter"),
            ("kT9!vQ2#xW7$mZ4%pL8&cR1*nB6^hF", "shorter"),
            ("your-256-bit-secret-your-256-bit-secret", "sample"),
            ("a-string-secret-at-least-256-bits-long", "sample"),
            ("CHANGE_ME_CHANGE_ME_CHANGE_ME_CHANGE_ME", "sample"),
            ("changeme!kT9vQ2xW7mZ4pL8cR1nB6hFkT9vQ2xW7", "sample"),
            ("secretsecretsecretsecretsecretsecret", "sample"),
            ("a key for tests that is long enough to sign with", "sample"),
            (
                "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
                "sample",
            ),
            ("qfTjWnZr4u7x!A%D*G-KaPdSgVkXp2s5", "sample"),
            ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "guess"),
            ("abababababababababababababababab", "guess"),
            ("epicepicepicepicepicepicepicepic", "guess"),
            ("00000000000000000000000000000000", "guess"),
            ("x7x7x7x7x7x7x7x7x7x7x7x7x7x7x7x7", "guess"),
            ("kT9vQ2xkT9vQ2xkT9vQ2xkT9vQ2xkT9vQ2x", "guess"),
            ("zyxwvutsrqponmlkjihgfedcba987654321", "guess"),
            ("azertyuiopqsdfghjklmazertyuiopqsdfghjklm", "guess"),
            ("passwordpasswordpasswordpassword", "sample"),
        ] {
            let error = error(text).unwrap_or_else(|| panic!("{text:?} is accepted"));
            assert!(error.contains(why), "{text:?}: {error}");
            assert!(error.contains("openssl rand -base64 48"), "{error}");
            assert!(text.is_empty() || !error.contains(text), "{error}");
        }
    }

    #[test]
    fn accepts_random_keys() {
        for _ in 0..20 {
            let bytes: [u8; 32] = rand::random();
            let hex = format!("{:032x}", u128::from_be_bytes(rand::random()));
            for text in [
                BASE64_STANDARD.encode(bytes),
                BASE64_URL_SAFE_NO_PAD.encode(bytes),
                hex,
            ] {
                assert_eq!(error(&text), None, "{text}");
            }
        }
    }

    #[test]
    fn samples_are_normalised() {
        for sample in SAMPLES {
            assert_eq!(normalised(sample), *sample);
            assert!(sample.len() >= 6, "{sample} may occur in random keys");
        }
    }
}
