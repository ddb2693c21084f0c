//! The change of a caller's own password, which a client repeats when the reply is lost.

use epic_events::{
    api_error::ApiError, auth::PasswordChange, field_error::FieldErrorKind, password::Password,
    policy, reason::Reason, value::Email,
};

use crate::{
    auth::{AuthHandler, fair_queue::QueuePermit, password::PasswordHash, rows, session::Session},
    error::{Error, Result},
};

impl AuthHandler {
    /// Changes the caller's password. A call that repeats a change which this session has already
    /// made succeeds without another write.
    ///
    /// # Errors
    /// `BUSY` and `TOO_MANY_ATTEMPTS` before any expensive work; `INVALID_FIELD` for a wrong current
    /// password, or else for a weak new one; `CONFLICT` when the password was changed to another one
    /// meanwhile.
    pub(super) async fn change_own_password(
        &self,
        caller: &Session,
        change: PasswordChange,
    ) -> Result<()> {
        let permit = self.passwords.acquire(caller.actor.id).await?;
        let current = change.current.clone();
        let Some(verified) = self.verify_guess(&permit, caller, current).await? else {
            if self.has_made_change(&permit, caller, change.new).await? {
                return Ok(());
            }
            return Err(ApiError::new(Reason::InvalidField)
                .with_field("current_password", FieldErrorKind::WrongPassword)
                .into());
        };
        let (new, owner) = (change.new.clone(), caller.clone());
        let strength = move || Ok(change.check_strength(owner.account_owner())?);
        self.passwords.run(&permit, strength).await?;
        let hash = self.passwords.hash(&permit, new.clone()).await?;
        // Releases the permit: the write may wait for locks, during which other changes need it.
        drop(permit);
        match self.set_password(caller, verified, hash).await {
            // An earlier attempt of the same call may have committed since the hash was read.
            Err(error) if error.to_api_error().reason == Reason::Conflict => {
                let permit = self.passwords.acquire(caller.actor.id).await?;
                if self.has_made_change(&permit, caller, new).await? {
                    Ok(())
                } else {
                    Err(error)
                }
            }
            settled => settled,
        }
    }

    /// Whether this session has changed the password to `new`. Only a session that has changed the
    /// password learns anything about `new`, and the check counts as an attempt of its own:
    /// otherwise a call with a stolen session would make two guesses at the price of one.
    async fn has_made_change(
        &self,
        permit: &QueuePermit,
        caller: &Session,
        new: Password,
    ) -> Result<bool> {
        let key = (caller.id, caller.actor.id);
        let changed = self
            .db
            .read(|connection| rows::has_changed_password(connection, key));
        if !changed.await? {
            return Ok(false);
        }
        let verified = self.verify_guess(permit, caller, new).await?;
        Ok(verified.is_some())
    }

    /// The hash of the caller's password if `guess` is right. Guesses are counted and delayed like
    /// logins, by account: an open session must not allow faster guesses, and only its holder can
    /// make them.
    async fn verify_guess(
        &self,
        permit: &QueuePermit,
        caller: &Session,
        guess: Password,
    ) -> Result<Option<PasswordHash>> {
        let [canonical, ..] = Email::spellings(&caller.email);
        let permit = permit.clone();
        let attempt = self.throttle.begin_guess(permit, &canonical).await?;
        let id = caller.actor.id;
        let stored = self
            .db
            .read(|connection| rows::password_hash(connection, id));
        let stored = stored.await?.ok_or(Error::from(Reason::SessionEnded))?;
        let hash = Some(stored.clone());
        if !self.passwords.verify(&attempt.permit, guess, hash).await? {
            return Ok(None);
        }
        attempt.succeed().await?;
        Ok(Some(stored))
    }

    async fn set_password(
        &self,
        caller: &Session,
        verified: PasswordHash,
        new: PasswordHash,
    ) -> Result<()> {
        self.db
            .write_exclusively(
                caller.id,
                policy::CHANGE_PASSWORD,
                caller.actor.id,
                (verified, new),
                async |tx, (verified, new)| {
                    let permit = tx.permit(Some(tx.actor().id), &[])?;
                    rows::set_own_password(tx, &permit, verified, new).await
                },
            )
            .await
    }
}
