//! The schema without the server's code, and the connection to PostgreSQL.

#[cfg(unix)]
mod connection_tls;
mod constraints;
mod database_roles;
mod folding;
#[cfg(unix)]
mod locales;
mod lock_order;
mod migrations;
#[cfg(unix)]
mod poolers;
#[cfg(unix)]
mod postgres_versions;
mod prepared_statements;
mod query_plans;
mod session_defaults;
