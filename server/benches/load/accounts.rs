//! Accounts and sessions in large numbers. SQL adds them, because a login takes the time of a password's hash;
//! their tokens are signed with the key of the server.

use std::{fmt::Write as _, str::FromStr};

use epic_events::{policy::Actor, role::role_name, v1::Role};
use epic_server::{
    auth::{session::Session, token::AccessTokens},
    config::{Secret, key::Keys},
};
use tonic::transport::Channel;
use uuid::Uuid;

use crate::{
    caller::{Caller, Result},
    database::BenchDatabase,
    server::Server,
};

/// A session of an account.
#[derive(Clone)]
pub(crate) struct AccountSession {
    pub(crate) collaborator: i64,
    pub(crate) role: Role,
    pub(crate) email: String,
    session: Uuid,
}

/// Signs the tokens of sessions.
pub(crate) struct Signer(AccessTokens);

/// The number of accounts, and that of the sessions of each.
#[derive(Clone, Copy)]
pub(crate) struct Numbers {
    pub(crate) accounts: usize,
    pub(crate) sessions: usize,
}

/// Adds accounts with the password of the first account, and their sessions.
pub(crate) fn add(
    database: &BenchDatabase,
    role: Role,
    Numbers { accounts, sessions }: Numbers,
) -> Result<Vec<AccountSession>> {
    let batch = Uuid::new_v4().simple();
    let role_name = role_name(role);
    let mut sql = "set epic.actor = 'Bench'; ".to_owned();
    write!(
        sql,
        "with added as (
            insert into collaborators
                (request_id, name, email, phone, role, password_hash, must_change_password)
            select gen_random_uuid(), 'Bench {role_name} ' || n, 'bench' || n || '.{batch}@example.org',
                '+33 1 40 20 53 17', '{role_name}', first.password_hash, false
            from generate_series(1, {accounts}) n,
                (select password_hash from collaborators order by id limit 1) first
            returning id, email
        ), opened as (
            insert into sessions (collaborator_id, refresh_hash, expire_time, end_time)
            select id, sha256(gen_random_uuid()::text::bytea), now() + interval '1 day', now() + interval '1 day'
            from added, generate_series(1, {sessions})
            returning id, collaborator_id
        )
        select added.id || ' ' || opened.id || ' ' || added.email
        from opened join added on added.id = opened.collaborator_id order by added.id, opened.id"
    )?;
    let lines = database.query(&sql)?;
    let sessions = lines.lines().map(|line| {
        let mut values = line.split(' ');
        let mut value = || values.next().ok_or("a value is missing");
        Ok(AccountSession {
            collaborator: value()?.parse()?,
            session: Uuid::from_str(value()?)?,
            email: value()?.to_owned(),
            role,
        })
    });
    sessions.collect()
}

impl Signer {
    /// Signs with the key of the servers of this database.
    pub(crate) fn new(database: &BenchDatabase) -> Self {
        let secret = database.settings.get("EPIC_JWT_SECRET").to_owned();
        Self(AccessTokens::new(&Keys::from(Secret::from(secret))))
    }

    /// An access token of the session, valid for ten minutes.
    pub(crate) fn token(&self, session: &AccountSession) -> Result<String> {
        let session = Session {
            id: session.session,
            actor: Actor {
                id: session.collaborator,
                role: session.role,
            },
            name: String::new(),
            email: session.email.clone(),
            must_change_password: false,
        };
        Ok(self.0.sign(&session)?)
    }

    /// The session on a connection.
    pub(crate) fn caller(&self, session: &AccountSession, channel: &Channel) -> Result<Caller> {
        Ok(Caller {
            channel: channel.clone(),
            access_token: self.token(session)?,
            refresh_token: String::new(),
        })
    }
}

/// A caller for each of so many new accounts, over a connection of its own.
pub(crate) async fn callers(
    database: &BenchDatabase,
    server: &Server,
    (role, accounts): (Role, usize),
) -> Result<Vec<Caller>> {
    let numbers = Numbers {
        accounts,
        sessions: 1,
    };
    let signer = Signer::new(database);
    let mut callers = Vec::new();
    for session in add(database, role, numbers)? {
        let channel = server.endpoint()?.connect().await?;
        callers.push(signer.caller(&session, &channel)?);
    }
    Ok(callers)
}
