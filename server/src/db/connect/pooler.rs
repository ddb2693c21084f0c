//! Checks at the start that the database allows writes, and notices a pooler that gives every transaction
//! another session, as pgbouncer does with `pool_mode = transaction`: locks, roles and settings of a session
//! would then belong to nobody.

use tokio::time::timeout;
use tokio_postgres::{Client, SimpleQueryMessage, config::TargetSessionAttrs};

use super::{ConnectError, Target, handshake, open, receive, time_limit, timeout_error};

/// Checks that the database allows writes, and that what a connection to it sets stays its own.
///
/// # Errors
/// The two connections that this needs cannot be opened; a pooler separates transactions.
pub async fn check(url: &str) -> Result<(), ConnectError> {
    let mut target = Target::parse(url)?;
    if target.config.get_target_session_attrs() == TargetSessionAttrs::Any {
        target
            .config
            .target_session_attrs(TargetSessionAttrs::ReadWrite);
    }
    let (first, second) = tokio::try_join!(Probe::open(&target, "1"), Probe::open(&target, "2"))?;
    let time = time_limit(&target);
    let is_own = async {
        first.set().await?;
        second.set().await?;
        // A pooler that takes turns among its sessions gives the first one back after the second.
        for probe in [&first, &first, &second, &first] {
            if !probe.is_set().await? {
                return Ok(false);
            }
        }
        Ok(true)
    };
    match timeout(time, is_own).await {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false)) => Err(ConnectError::misconfigured(
            "a pooler in front of the database gives each transaction another session; configure it to keep \
             sessions (pool_mode = session in pgbouncer), or connect to PostgreSQL directly"
                .to_owned(),
        )),
        Ok(Err(error)) => Err(error),
        Err(_) => Err(timeout_error(&first.host, time)),
    }
}

/// A connection with a setting of its own.
struct Probe {
    client: Client,
    host: String,
    value: &'static str,
}

impl Probe {
    async fn open(target: &Target, value: &'static str) -> Result<Self, ConnectError> {
        let session = open(target, None).await?;
        let mut messages = session.messages;
        // Ends when the client is dropped.
        tokio::spawn(async move { receive(&mut messages).await });
        Ok(Self {
            client: session.client,
            host: session.endpoint.name,
            value,
        })
    }

    async fn set(&self) -> Result<(), ConnectError> {
        self.query(&format!("set epic.session = '{}'", self.value))
            .await?;
        Ok(())
    }

    async fn is_set(&self) -> Result<bool, ConnectError> {
        let value = self
            .query("select current_setting('epic.session', true)")
            .await?;
        Ok(value.as_deref() == Some(self.value))
    }

    /// The first value that a query returns. Poolers of this kind may not know prepared statements.
    async fn query(&self, sql: &str) -> Result<Option<String>, ConnectError> {
        let answer = self.client.simple_query(sql).await;
        let rows = answer.map_err(|error| handshake::connect_error(&self.host, &error))?;
        Ok(rows.iter().find_map(|row| match row {
            SimpleQueryMessage::Row(row) => row.try_get(0).ok().flatten().map(str::to_owned),
            _ => None,
        }))
    }
}
