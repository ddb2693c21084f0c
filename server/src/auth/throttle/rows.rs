//! Login attempts in the database, which counts failures.

use std::time::Duration;

use diesel::{
    QueryableByName,
    query_builder::SqlQuery,
    sql_types::{BigInt, Bool, Text},
};
use diesel_async::RunQueryDsl;

use crate::{db::Connection, error::Result};

/// The subject that an attempt is counted under.
pub(super) enum Subject {
    /// The login of an account, by email address, from a network.
    Login(String, String),
    /// A guess of the current password in `ChangePassword`, by email address.
    OwnPassword(String),
}

impl Subject {
    /// The network of a login; empty for the guess of a caller who has signed in.
    pub(super) fn network(&self) -> &str {
        match self {
            Self::Login(_, network) => network,
            Self::OwnPassword(_) => "",
        }
    }
}

/// What the database knows about a login before it waits for its permit.
pub(super) struct Admission {
    /// Whether the account has signed in from this network before.
    pub(super) is_known: bool,
    /// The time until the attempt may begin.
    pub(super) delay: Duration,
}

#[derive(QueryableByName)]
struct AdmissionRow {
    #[diesel(sql_type = Bool)]
    is_known: bool,
    #[diesel(embed)]
    delay: DelayRow,
}

#[derive(QueryableByName)]
struct DelayRow {
    #[diesel(sql_type = BigInt)]
    milliseconds: i64,
}

impl From<DelayRow> for Duration {
    fn from(row: DelayRow) -> Self {
        Self::from_millis(u64::try_from(row.milliseconds).unwrap_or(0))
    }
}

/// The admission of a login with an email address from a network.
pub(super) async fn admission(
    connection: &mut Connection,
    (email, network): &(String, String),
) -> Result<Admission> {
    let admission: AdmissionRow = diesel::sql_query(
        "select is_known, ceil(extract(epoch from wait) * 1000)::bigint as milliseconds \
         from login_admission($1, $2)",
    )
    .bind::<Text, _>(email)
    .bind::<Text, _>(network)
    .get_result(connection)
    .await?;
    Ok(Admission {
        is_known: admission.is_known,
        delay: admission.delay.into(),
    })
}

/// Counts an attempt as failed, unless it has to wait. Returns the time until it may begin.
pub(super) async fn begin(connection: &mut Connection, subject: &Subject) -> Result<Duration> {
    let delay: DelayRow = match subject {
        Subject::Login(email, network) => {
            let begin = milliseconds("begin_login($1, $2)").bind::<Text, _>(email);
            let begin = begin.bind::<Text, _>(network);
            begin.get_result(connection).await?
        }
        Subject::OwnPassword(email) => {
            let begin = milliseconds("begin_guess($1)").bind::<Text, _>(email);
            begin.get_result(connection).await?
        }
    };
    Ok(delay.into())
}

/// Deletes the failures that the attempt was counted under.
pub(super) async fn end(connection: &mut Connection, subject: &Subject) -> Result<()> {
    match subject {
        Subject::Login(email, network) => {
            let end = diesel::sql_query("select end_login($1, $2)").bind::<Text, _>(email);
            end.bind::<Text, _>(network).execute(connection).await?
        }
        Subject::OwnPassword(email) => {
            let end = diesel::sql_query("select end_guess($1)").bind::<Text, _>(email);
            end.execute(connection).await?
        }
    };
    Ok(())
}

/// Deletes failures that no longer delay an attempt, and networks without a login for 180 days.
/// Returns the number of rows.
pub(crate) async fn delete_expired(connection: &mut Connection) -> Result<usize> {
    let attempts = diesel::sql_query(
        "delete from login_attempts \
         where last_time + login_wait(failures, subject) < now() - interval '15 minutes'",
    );
    let networks =
        diesel::sql_query("delete from login_places where last_time < now() - interval '180 days'");
    Ok(attempts.execute(connection).await? + networks.execute(connection).await?)
}

/// A query for an interval in milliseconds.
fn milliseconds(interval: &str) -> SqlQuery {
    diesel::sql_query(format!(
        "select ceil(extract(epoch from {interval}) * 1000)::bigint as milliseconds"
    ))
}
