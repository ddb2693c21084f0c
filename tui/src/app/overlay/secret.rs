//! A one-time password, shown once.

mod view;

use super::{Component, Effect};
use crate::{
    app::{context::Context, sign_out::SignOutReason},
    keys::{Action, KeyContext},
    record::Record,
};

/// A one-time password, shown once.
#[derive(Clone)]
pub struct Secret {
    name: String,
    email: String,
    password: String,
    /// Whether it was copied.
    copied: bool,
    /// Whether it is the user's own password: their session has ended with the old one.
    own: bool,
}

impl Secret {
    /// The password of this record, if it is a collaborator.
    pub(super) fn new(record: &Record, password: String, ctx: &Context<'_>) -> Option<Self> {
        let Record::Collaborator(person) = record else {
            return None;
        };
        Some(Self {
            own: ctx.is_me(person.id),
            name: person.name.clone(),
            email: person.email.clone(),
            password,
            copied: false,
        })
    }
}

impl Component for Secret {
    fn key_context(&self) -> KeyContext {
        KeyContext::Secret
    }

    fn on_action(&mut self, action: Action, _: &Context<'_>) -> Vec<Effect> {
        match action {
            Action::Copy => {
                self.copied = true;
                vec![Effect::Copy(self.password.clone())]
            }
            _ if self.own => vec![Effect::SignOut {
                reason: SignOutReason::PasswordReplaced,
                email: self.email.clone(),
            }],
            _ => vec![Effect::Close],
        }
    }

    fn outlives_session(&self) -> bool {
        self.own
    }
}
