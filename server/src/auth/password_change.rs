//! The change of one's own password, which a client repeats when the reply is lost.

use epic_events::{
    api_error::ApiError, auth::PasswordChange, field_error::FieldErrorKind, password::Password,
    policy, reason::Reason, value::Email,
};

use crate::{
    auth::{AuthHandler, password::PasswordHash, rows, session::Session, throttle::Attempt},
    error::{Error, Result},
};

impl AuthHandler {
    /// Changes the caller's password. A call that repeats a change which this session has already
    /// made succeeds without another write.
    ///
    /// # Errors
    /// `WRONG_PASSWORD` in the field `current_password`; `TOO_MANY_ATTEMPTS`; `CONFLICT` when the
    /// password was changed to another one meanwhile.
    pub(super) async fn change_own_password(
        &self,
        caller: &Session,
        address: &str,
        PasswordChange { current, new }: PasswordChange,
    ) -> Result<()> {
        // An open session must not allow faster guesses than the login.
        let attempt = self.begin_guess(caller, address).await?;
        let verified = self.stored_hash(caller).await?;
        if !self
            .passwords
            .verify(current, Some(verified.clone()))
            .await?
        {
            // The next guess waits for the slot that this one holds.
            drop(attempt);
            if self.has_made_change(caller, address, new).await? {
                return Ok(());
            }
            return Err(ApiError::new(Reason::InvalidField)
                .with_field("current_password", FieldErrorKind::WrongPassword)
                .into());
        }
        attempt.succeed().await?;
        match self.set_password(caller, verified, new.clone()).await {
            // The first call of a repeated one may have committed since the hash was read.
            Err(error) if error.to_api_error().reason == Reason::Conflict => {
                if self.has_made_change(caller, address, new).await? {
                    Ok(())
                } else {
                    Err(error)
                }
            }
            settled => settled,
        }
    }

    /// Whether this session has changed the password to `new`. Only such a session gets an answer
    /// about `new`, and pays for it with an attempt of its own: otherwise a call with a stolen
    /// session would be two guesses for the price of one.
    async fn has_made_change(
        &self,
        caller: &Session,
        address: &str,
        new: Password,
    ) -> Result<bool> {
        let key = (caller.id, caller.actor.id);
        let changed = self
            .db
            .read(|connection| rows::has_changed_password(connection, key));
        if !changed.await? {
            return Ok(false);
        }
        let attempt = self.begin_guess(caller, address).await?;
        let stored = self.stored_hash(caller).await?;
        let is_current = self.passwords.verify(new, Some(stored)).await?;
        if is_current {
            attempt.succeed().await?;
        }
        Ok(is_current)
    }

    async fn begin_guess(&self, caller: &Session, address: &str) -> Result<Attempt> {
        let [canonical, ..] = Email::spellings(&caller.email);
        self.throttle.begin(&canonical, address).await
    }

    async fn stored_hash(&self, caller: &Session) -> Result<PasswordHash> {
        let id = caller.actor.id;
        let hash = self
            .db
            .read(|connection| rows::password_hash(connection, id));
        hash.await?.ok_or(Error::from(Reason::SessionEnded))
    }

    async fn set_password(
        &self,
        caller: &Session,
        verified: PasswordHash,
        new: Password,
    ) -> Result<()> {
        let new = self.passwords.hash(new).await?;
        self.db
            .write_collaborators(
                caller.id,
                policy::CHANGE_PASSWORD,
                (verified, new),
                async |tx, (verified, new)| {
                    let permit = tx.permit(Some(tx.actor().id), &[])?;
                    rows::set_own_password(tx, &permit, verified, new).await
                },
            )
            .await
    }
}
