//! The time in which the certificate is valid.

use jiff::{SignedDuration, Timestamp};
use rustls::sign::CertifiedKey;
use x509_cert::{Certificate, der::Decode as _, time::Time};

use crate::error::StartError;

/// Days before the end of the certificate at which the log warns, and the end itself.
const WARNINGS: [i64; 4] = [21, 7, 1, 0];

/// From when until when a certificate is valid (RFC 5280, section 4.1.2.5).
#[derive(Clone, Copy, Debug)]
pub(super) struct Validity {
    not_before: Timestamp,
    not_after: Timestamp,
}

impl Validity {
    /// The validity of the server's own certificate, which is the first one of its chain. Clients build the
    /// rest of the chain as they like. `None` if it cannot be read.
    pub(super) fn of(key: &CertifiedKey) -> Option<Self> {
        let certificate = Certificate::from_der(key.end_entity_cert().ok()?).ok()?;
        let validity = certificate.tbs_certificate.validity;
        let time = |time: Time| Timestamp::try_from(time.to_system_time()).ok();
        Some(Self {
            not_before: time(validity.not_before)?,
            not_after: time(validity.not_after)?,
        })
    }

    /// The error for a certificate that clients refuse at this time.
    pub(super) fn check(self, now: Timestamp) -> Result<(), StartError> {
        let Self {
            not_before,
            not_after,
        } = self;
        if now < not_before {
            // The clock may be wrong until it is synchronised.
            return Err(StartError::Temporary(format!(
                "The certificate in EPIC_TLS_CERT is valid from {not_before}, and the clock of this machine says \
                 {now}; every client would refuse it"
            )));
        }
        if now > not_after {
            return Err(StartError::SetUp(format!(
                "The certificate in EPIC_TLS_CERT has expired at {not_after}, so every client would refuse it; \
                 renew it"
            )));
        }
        Ok(())
    }

    /// The number of warnings that are due at this time.
    pub(super) fn warnings_due(self, now: Timestamp) -> usize {
        let left = self.not_after.duration_since(now);
        let is_due = |days: &&i64| left <= SignedDuration::from_hours(24 * **days);
        WARNINGS.iter().filter(is_due).count()
    }

    /// Logs the latest warning that is due.
    pub(super) fn warn(self, now: Timestamp) {
        let not_after = self.not_after;
        let hours = not_after.duration_since(now).as_hours();
        if hours < 0 {
            tracing::error!(%not_after, "the certificate has expired: clients refuse it");
        } else {
            let days = hours / 24;
            tracing::warn!(%not_after, days, "the certificate expires soon; renew it");
        }
    }

    /// The end of the validity.
    pub(super) const fn not_after(self) -> Timestamp {
        self.not_after
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn warns_at_each_step_before_the_end() {
        let validity = Validity {
            not_before: "2026-01-01T00:00:00Z".parse().unwrap(),
            not_after: "2026-03-01T00:00:00Z".parse().unwrap(),
        };
        for (now, due) in [
            ("2026-02-07T23:59:59Z", 0),
            ("2026-02-08T00:00:00Z", 1),
            ("2026-02-22T00:00:00Z", 2),
            ("2026-02-28T12:00:00Z", 3),
            ("2026-03-01T00:00:00Z", 4),
        ] {
            let now = now.parse().unwrap();
            assert_eq!(validity.warnings_due(now), due, "{now}");
            assert!(validity.check(now).is_ok(), "{now}");
        }
        let refused = |now: &str| validity.check(now.parse().unwrap()).is_err();
        assert!(refused("2025-12-31T23:59:59Z"));
        assert!(refused("2026-03-01T00:00:01Z"));
    }
}
