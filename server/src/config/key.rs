//! The keys that sign: which there are, and which are refused because others may know them.

use base64::{Engine as _, prelude::BASE64_STANDARD};

use crate::{
    config::{Secret, Settings},
    error::{Error, Result},
};

/// The fewest bytes of a key for HS256 (RFC 7518, section 3.2).
const BYTES_MIN: usize = 32;
/// Guesses that a key must at least take, by zxcvbn's estimate, which ends at 2^64. A random key
/// is always far above.
const GUESSES_MIN: u64 = 1_000_000_000_000_000_000;
const ADVICE: &str = "make one with: openssl rand -base64 48";

/// Beginnings of keys that are in everybody's hands: samples of documentation and of tools, this
/// repository's included, and what people type for the time being. Small letters and digits only,
/// as [`normalised`] leaves them.
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

/// The key that signs, and the one that signed before it: what that one signed is still good, so a
/// key can be changed without anybody noticing.
#[derive(Clone, Debug)]
pub struct Keys {
    /// Signs and reads.
    pub current: Secret,
    /// Only reads.
    pub previous: Option<Secret>,
}

impl Keys {
    /// Every key that reads, the one that signs first.
    pub fn live(&self) -> impl Iterator<Item = &Secret> {
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
    /// The keys that sign access tokens and page tokens. `made_up` is asked for one where none was
    /// given.
    ///
    /// # Errors
    /// When a key is missing, short, or easy to guess.
    pub fn signing_keys(&self, made_up: impl FnOnce() -> Result<Secret>) -> Result<Keys> {
        let current = match &self.jwt_secret {
            Some(given) => good("EPIC_JWT_SECRET", given)?,
            None => made_up()?,
        };
        // systemd hands over an empty line where there is no file.
        let previous = self.jwt_secret_previous.as_ref();
        let previous = previous
            .filter(|secret| !secret.reveal().is_empty())
            .map(|secret| good("EPIC_JWT_SECRET_PREVIOUS", secret))
            .transpose()?;
        Ok(Keys { current, previous })
    }
}

/// What to say where a key is needed and none is given.
///
/// # Errors
/// Always.
pub fn must_be_given() -> Result<Secret> {
    Err(Error::Defect(format!(
        "EPIC_JWT_SECRET is not set; {ADVICE}"
    )))
}

fn good(name: &str, secret: &Secret) -> Result<Secret> {
    let wrong = |what: &str| Err(Error::Defect(format!("{name} {what}; {ADVICE}")));
    let text = secret.reveal();
    if text.len() < BYTES_MIN {
        return wrong(&format!("is shorter than {BYTES_MIN} bytes"));
    }
    // A known text is no better in base64, which is how keys are usually written.
    let decoded = BASE64_STANDARD.decode(text).ok();
    let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    for text in [Some(text), decoded.as_deref()].into_iter().flatten() {
        let plain = normalised(text);
        if SAMPLES.iter().any(|sample| plain.starts_with(sample)) {
            return wrong("begins like a sample that everybody knows");
        }
        if zxcvbn::zxcvbn(text, &[]).guesses() < GUESSES_MIN {
            return wrong("is easy to guess");
        }
    }
    Ok(secret.clone())
}

/// Without case and punctuation: `Change-Me` is `changeme`.
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

    fn said(text: &str) -> Option<String> {
        let refused = good("EPIC_JWT_SECRET", &Secret::from(text.to_owned())).err();
        refused.map(|error| error.to_string())
    }

    #[test]
    fn what_others_may_know_is_refused() {
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
            let said = said(text).unwrap_or_else(|| panic!("{text:?} was taken"));
            assert!(said.contains(why), "{text:?}: {said}");
            assert!(said.contains("openssl rand -base64 48"), "{said}");
            assert!(text.is_empty() || !said.contains(text), "{said}");
        }
    }

    #[test]
    fn random_keys_are_taken() {
        for _ in 0..20 {
            let bytes: [u8; 32] = rand::random();
            let hex = format!("{:032x}", u128::from_be_bytes(rand::random()));
            for text in [
                BASE64_STANDARD.encode(bytes),
                BASE64_URL_SAFE_NO_PAD.encode(bytes),
                hex,
            ] {
                assert_eq!(said(&text), None, "{text}");
            }
        }
    }

    #[test]
    fn samples_are_written_as_they_are_compared() {
        for sample in SAMPLES {
            assert_eq!(normalised(sample), *sample);
            assert!(sample.len() >= 6, "{sample} is found in random keys");
        }
    }
}
