//! Forms with passwords: the account's owner, the strength of a new password, and the delay after
//! too many wrong ones.

use std::time::Duration;

use epic_events::{
    strength::{AccountOwner, Strength},
    v1::Me,
};
use jiff::Timestamp;

use super::{Form, spec::Kind};

impl Form {
    /// Sets the signed-in collaborator.
    #[must_use]
    pub(crate) fn with_user(mut self, me: Option<Me>) -> Self {
        self.me = me;
        self
    }

    /// The signed-in collaborator's name and email, for the strength estimate.
    #[must_use]
    pub(crate) fn account_owner(&self) -> AccountOwner<'_> {
        let (name, email) = match &self.me {
            Some(me) => (me.name.as_str(), me.email.as_str()),
            None => ("", ""),
        };
        AccountOwner { name, email }
    }

    /// Updates the strength of the new password. Call it after every change of the input.
    pub(crate) fn update_strength(&mut self) {
        let field = self.focused();
        if field.spec.kind == Kind::NewPassword {
            let text = field.input.value();
            let strength =
                (!text.is_empty()).then(|| Strength::estimate(text, self.account_owner()));
            self.focused_mut().strength = strength;
        }
    }

    /// Blocks attempts for this duration.
    pub(super) fn throttle(&mut self, time: Duration, now: Timestamp) {
        self.retry_at = now.checked_add(time).ok();
        self.notice = None;
    }

    /// Seconds until the next attempt, rounded up; zero after the delay, `None` without one.
    #[must_use]
    pub(crate) fn seconds_until_retry(&self, now: Timestamp) -> Option<u64> {
        let left = self
            .retry_at?
            .duration_since(now)
            .max(jiff::SignedDuration::ZERO);
        let started_second = u64::from(left.subsec_nanos() > 0);
        Some(left.as_secs().unsigned_abs() + started_second)
    }

    /// Whether the delay has not ended.
    #[must_use]
    pub(crate) fn is_throttled(&self, now: Timestamp) -> bool {
        self.seconds_until_retry(now)
            .is_some_and(|seconds| seconds > 0)
    }
}

#[cfg(test)]
mod tests;
