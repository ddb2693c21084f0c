//! What each SQLSTATE means for a call (PostgreSQL's documentation, appendix A).
//!
//! Diesel passes on PostgreSQL's messages, which are translated, but not its SQLSTATEs.
//! [`connect::wire`](super::connect) writes each SQLSTATE before its message, and this module reads it
//! there.

use diesel::result::Error as Diesel;

/// `read_only_sql_transaction`.
pub(super) const READ_ONLY: &str = "25006";

/// What an error of PostgreSQL means for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// PostgreSQL rolled the transaction back because of concurrent ones; a repetition may succeed.
    Conflict,
    /// The statement exceeded a time limit. A repetition would take as long.
    TooSlow,
    /// The connection must be closed; another connection may work.
    BadConnection,
    /// The connection leads to a read-only database, and so may all other connections of the pool.
    ReadOnly,
    /// The database lacks disk, memory or connections. A repetition would fail as well.
    OutOfResources,
}

/// SQLSTATEs and classes of SQLSTATEs. The first row that matches applies; SQLSTATEs without a row are
/// errors of the code or of the data.
const OUTCOMES: &[(&str, Outcome)] = &[
    // connection_exception
    ("08", Outcome::BadConnection),
    // feature_not_supported: "cached plan must not change result type", after a migration.
    ("0A000", Outcome::BadConnection),
    (READ_ONLY, Outcome::ReadOnly),
    // idle_in_transaction_session_timeout, transaction_timeout
    ("25P03", Outcome::BadConnection),
    ("25P04", Outcome::BadConnection),
    // invalid_sql_statement_name: the prepared statement is gone.
    ("26000", Outcome::BadConnection),
    // serialization_failure, deadlock_detected
    ("40001", Outcome::Conflict),
    ("40P01", Outcome::Conflict),
    // undefined_table: the database is being restored, or the connection leads to another one.
    ("42P01", Outcome::BadConnection),
    // insufficient_resources
    ("53", Outcome::OutOfResources),
    // lock_not_available
    ("55P03", Outcome::Conflict),
    // query_canceled, also by statement_timeout
    ("57014", Outcome::TooSlow),
    // admin_shutdown, crash_shutdown, cannot_connect_now, database_dropped, idle_session_timeout
    ("57P", Outcome::BadConnection),
];

/// Refusals of a new connection while others exist: `too_many_connections` (of the server, the
/// database or the role), `configuration_limit_exceeded`.
const NO_CONNECTION_LEFT: [&str; 2] = ["53300", "53400"];

/// Refusals of a new connection that may end by themselves: a standby, `insufficient_resources`, and a
/// server that starts or stops.
const TEMPORARY: [&str; 3] = [READ_ONLY, "53", "57P"];

/// The number of characters of an SQLSTATE.
const LENGTH: usize = 5;
/// Separates the SQLSTATE from the message, as in `psql` with `\set VERBOSITY verbose`.
const SEPARATOR: &str = ": ";

/// Writes an SQLSTATE before its message.
pub(super) fn with_message(code: &[u8], message: &[u8]) -> Vec<u8> {
    [code, SEPARATOR.as_bytes(), message].concat()
}

/// The inverse of [`with_message`].
pub(super) fn of_message(message: &str) -> Option<&str> {
    let (code, _) = message.split_at_checked(LENGTH)?;
    let is_code = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit();
    let is_valid = code.bytes().all(is_code) && message[LENGTH..].starts_with(SEPARATOR);
    is_valid.then_some(code)
}

/// The message of PostgreSQL, without the SQLSTATE before it.
pub(super) fn text(message: &str) -> &str {
    match of_message(message) {
        Some(_) => &message[LENGTH + SEPARATOR.len()..],
        None => message,
    }
}

/// The SQLSTATE of an error; `None` when PostgreSQL did not send it.
pub(super) fn of_error(error: &Diesel) -> Option<&str> {
    match error {
        Diesel::DatabaseError(_, info) => of_message(info.message()),
        _ => None,
    }
}

/// What an SQLSTATE means; `None` for errors of the code or of the data.
pub(super) fn outcome(code: &str) -> Option<Outcome> {
    let row = OUTCOMES.iter().find(|(class, _)| code.starts_with(class))?;
    Some(row.1)
}

/// Whether a new connection is refused because too many exist.
pub(super) fn is_no_connection_left(code: &str) -> bool {
    NO_CONNECTION_LEFT.contains(&code)
}

/// Whether a message contains that a statement waited too long for a lock (`lock_not_available`).
pub(super) fn is_lock_timeout(message: &str) -> bool {
    message.contains("55P03: ")
}

/// Whether an error is due to another session that changes the same roles or rights: `unique_violation`, and
/// `internal_error` for "tuple concurrently updated".
pub(super) fn is_concurrent_change(code: &str) -> bool {
    matches!(code, "23505" | "XX000")
}

/// Whether the refusal of a new connection may end by itself.
pub(super) fn is_temporary(code: &str) -> bool {
    TEMPORARY.iter().any(|class| code.starts_with(class))
}

/// What an operator can do about SQLSTATEs and classes of them with which PostgreSQL refuses a connection or
/// the set-up of a database. The first row that matches applies.
const ADVICE: &[(&str, &str)] = &[
    (
        READ_ONLY,
        "The database allows no writes: connect to the primary, or reset default_transaction_read_only.",
    ),
    // invalid_authorization_specification, invalid_password
    (
        "28",
        "Check the user and the password in DATABASE_URL, and pg_hba.conf of the PostgreSQL server.",
    ),
    // invalid_catalog_name
    (
        "3D000",
        "Create the database, or correct its name in DATABASE_URL.",
    ),
    // feature_not_supported, undefined_file: an extension is not installed.
    ("0A000", INSTALL),
    ("58P01", INSTALL),
    // insufficient_privilege
    (
        "42501",
        "Run this command with a DATABASE_URL that logs in as a superuser, or as the owner of the database with \
         the right to create roles. If epic_owner and epic_app exist already, the role that created them must \
         grant both to this one, from PostgreSQL 16 on with set true, inherit true.",
    ),
    // insufficient_resources
    (
        "53",
        "Free disk space, memory or connections of the PostgreSQL server, and repeat the command.",
    ),
    // lock_not_available, query_canceled
    ("55P03", WAIT),
    ("57014", WAIT),
    // admin_shutdown, crash_shutdown, cannot_connect_now
    ("57P01", START),
    ("57P02", START),
    ("57P03", START),
];

/// The advice for an extension that is not installed.
const INSTALL: &str = "Install the extension pg_trgm on the machine of PostgreSQL: Debian has it in \
     postgresql-15 or later, other systems in postgresql-contrib.";
/// The advice for a server that starts or stops.
const START: &str = "Repeat the command when PostgreSQL has started.";
/// The advice for a time limit.
const WAIT: &str = "A time limit was exceeded, perhaps because another session holds a lock: pg_stat_activity \
     shows it. Repeat the command when it has ended.";

/// What an operator can do about an SQLSTATE; empty if its message says it.
pub(super) fn advice(code: &str) -> &'static str {
    let row = ADVICE.iter().find(|(class, _)| code.starts_with(class));
    row.map_or("", |row| row.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let message = with_message(b"57014", "annulation de la requête".as_bytes());
        let message = String::from_utf8(message).expect("text");
        assert_eq!(message, "57014: annulation de la requête");
        assert_eq!(of_message(&message), Some("57014"));
        assert_eq!(text(&message), "annulation de la requête");
    }

    #[test]
    fn reads_only_sqlstates() {
        for message in [
            "",
            "57014",
            "5701: x",
            "57014 x",
            "é7014: x",
            "connection closed",
            "57p01: x",
        ] {
            assert_eq!(of_message(message), None, "{message}");
        }
    }

    #[test]
    fn classes_do_not_hide_rows_below_them() {
        for (at, (code, _)) in OUTCOMES.iter().enumerate() {
            let hidden = OUTCOMES[..at]
                .iter()
                .any(|(above, _)| code.starts_with(above));
            assert!(!hidden, "{code}");
        }
    }

    #[test]
    fn finds_codes_and_classes() {
        for (code, expected) in [
            ("08006", Some(Outcome::BadConnection)),
            ("25006", Some(Outcome::ReadOnly)),
            ("40P01", Some(Outcome::Conflict)),
            ("53100", Some(Outcome::OutOfResources)),
            ("57014", Some(Outcome::TooSlow)),
            ("57P03", Some(Outcome::BadConnection)),
            ("23505", None),
            ("42601", None),
            ("XX000", None),
        ] {
            assert_eq!(outcome(code), expected, "{code}");
        }
    }
}
