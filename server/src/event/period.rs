//! The condition that an event ends after a time, or overlaps a period, in terms that indexes
//! support. Diesel has no expression for it.

use diesel::{
    expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate},
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    result::QueryResult,
    sql_types::{Bool, Timestamptz},
};
use jiff::Timestamp;
use jiff_diesel::ToDiesel as _;

/// The indexed expression of `events_by_period`.
const PERIOD: &str = "tstzrange(start_time, end_time)";

/// `end_time > after`, and conditions that follow from it and let PostgreSQL use its indexes:
///
/// - The event does not start before the first of the events that are running at `after`. A list
///   by start therefore begins at that event in its index, instead of reading all past events. The
///   start is selected as the lower bound of the period; for the smallest `start_time`, PostgreSQL
///   would search the index by start from its first event.
/// - If the event must also start before a later time, its period overlaps the period between both.
#[derive(Clone, Copy, Debug)]
pub(super) struct EndsAfter {
    after: jiff_diesel::Timestamp,
    /// The later time, which a separate filter sets.
    before: Option<jiff_diesel::Timestamp>,
}

impl EndsAfter {
    pub(super) fn new(after: Timestamp, start_before: Option<Timestamp>) -> Self {
        // PostgreSQL refuses a range whose end is before its start.
        let before = start_before.filter(|before| after < *before);
        Self {
            after: after.to_diesel(),
            before: before.map(Timestamp::to_diesel),
        }
    }
}

impl QueryFragment<Pg> for EndsAfter {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("(end_time > ");
        out.push_bind_param::<Timestamptz, _>(&self.after)?;
        out.push_sql(" and start_time >= (select coalesce(min(lower(");
        out.push_sql(PERIOD);
        out.push_sql(")), ");
        out.push_bind_param::<Timestamptz, _>(&self.after)?;
        out.push_sql(") from events where ");
        out.push_sql(PERIOD);
        out.push_sql(" @> ");
        out.push_bind_param::<Timestamptz, _>(&self.after)?;
        out.push_sql(")");
        if let Some(before) = &self.before {
            out.push_sql(" and ");
            out.push_sql(PERIOD);
            out.push_sql(" && tstzrange(");
            out.push_bind_param::<Timestamptz, _>(&self.after)?;
            out.push_sql(", ");
            out.push_bind_param::<Timestamptz, _>(before)?;
            out.push_sql(")");
        }
        out.push_sql(")");
        Ok(())
    }
}

impl Expression for EndsAfter {
    type SqlType = Bool;
}

impl<T> AppearsOnTable<T> for EndsAfter {}
impl<T> SelectableExpression<T> for EndsAfter {}

impl<G> ValidGrouping<G> for EndsAfter {
    type IsAggregate = is_aggregate::Never;
}

// The SQL depends on the value, so Diesel identifies the statement by its text.
impl QueryId for EndsAfter {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
