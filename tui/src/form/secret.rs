//! What forms with passwords need beside others: whose password it is, how hard it is to guess, and
//! how long to wait after too many wrong ones.

use std::time::Duration;

use epic_events::{
    strength::{AccountOwner, Strength},
    v1::Me,
};
use jiff::Timestamp;

use super::{Form, spec::Kind};

impl Form {
    /// The same form, filled in by this person.
    #[must_use]
    pub fn by(mut self, me: Option<Me>) -> Self {
        self.me = me;
        self
    }

    /// Who fills it in, as far as that helps to guess a password.
    #[must_use]
    pub fn person(&self) -> AccountOwner<'_> {
        let (name, email) = match &self.me {
            Some(me) => (me.name.as_str(), me.email.as_str()),
            None => ("", ""),
        };
        AccountOwner { name, email }
    }

    /// Judges the password that is being chosen, after every letter.
    pub fn measure(&mut self) {
        let field = self.focused();
        if field.spec.kind == Kind::NewPassword {
            let text = field.input.value();
            let strength = (!text.is_empty()).then(|| Strength::of(text, self.person()));
            self.focused_mut().strength = strength;
        }
    }

    /// Takes no for an answer until this time has passed.
    pub(super) fn wait(&mut self, time: Duration, now: Timestamp) {
        self.again = now.checked_add(time).ok();
        self.notice = None;
    }

    /// Seconds until one may try again; zero once that is so, and `None` where it always was.
    #[must_use]
    pub fn waits(&self, now: Timestamp) -> Option<u64> {
        let left = self
            .again?
            .duration_since(now)
            .max(jiff::SignedDuration::ZERO);
        let begun = u64::from(left.subsec_nanos() > 0);
        Some(left.as_secs().unsigned_abs() + begun)
    }

    /// Whether it is still too early to try again.
    #[must_use]
    pub fn is_waiting(&self, now: Timestamp) -> bool {
        self.waits(now).is_some_and(|seconds| seconds > 0)
    }
}
