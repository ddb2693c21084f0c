//! The schema without the server's code, and the connection to PostgreSQL.

#[cfg(unix)]
mod connection_tls;
mod constraints;
mod database_roles;
mod folding;
mod lock_order;
mod migrations;
mod prepared_statements;
mod query_plans;
