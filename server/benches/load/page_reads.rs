//! Counts the queries of the list of clients that PostgreSQL executes: without an extension, and at once,
//! where the statistics of PostgreSQL come late.

use crate::{caller::Result, database::BenchDatabase};

/// A row policy that draws a number whenever a query reads the view of the clients. A subquery without a
/// reference to the row is evaluated once for each query. The view reads as `epic_owner`; writes use the table
/// as `epic_app`.
const START: &str = "
    create sequence bench_reads minvalue 0;
    grant usage on sequence bench_reads to epic_owner, epic_app;
    alter table clients enable row level security;
    alter table clients force row level security;
    create policy bench_counted on clients to epic_owner
        using ((select nextval('bench_reads')) >= 0) with check (true);
    create policy bench_others on clients to epic_app using (true) with check (true)";

const STOP: &str = "
    drop policy bench_counted on clients;
    drop policy bench_others on clients;
    alter table clients no force row level security;
    alter table clients disable row level security;
    drop sequence bench_reads";

/// The counter, while it is installed.
pub(crate) struct PageReads<'a> {
    database: &'a BenchDatabase,
}

impl<'a> PageReads<'a> {
    /// Begins to count.
    pub(crate) fn start(database: &'a BenchDatabase) -> Result<Self> {
        database.query(START)?;
        Ok(Self { database })
    }

    /// The number of queries so far.
    pub(crate) fn count(&self) -> Result<i64> {
        let count = "select case when is_called then last_value + 1 else 0 end from bench_reads";
        Ok(self.database.query(count)?.trim().parse()?)
    }

    /// Stops counting.
    pub(crate) fn stop(self) -> Result<()> {
        self.database.query(STOP)?;
        Ok(())
    }
}
