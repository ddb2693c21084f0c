//! Writes the history of the sample data in place of the entries that the triggers have added: those say
//! that all records were created at once. As no session has made these changes, none is named.

use std::collections::BTreeMap;

use diesel::sql_types::{Array, BigInt, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection as _};
use epic_events::record_kind::RecordKind;
use serde_json::{Map, json};

use super::{
    people::InsertedId,
    story::{self, Actor, FORMER, Step, Story, Value},
};
use crate::error::Result;

/// The names and the ids of the collaborators, and the ids of the former commercials.
pub(super) struct Authors<'a> {
    staff: &'a [&'a str],
    ids: &'a [i64],
    former: Vec<i64>,
}

impl<'a> Authors<'a> {
    /// Takes ids for the former commercials, which no collaborator gets.
    ///
    /// # Errors
    /// When the role may not use the sequence, or the database does not answer.
    pub(super) async fn load(
        connection: &mut AsyncPgConnection,
        staff: &'a [&'a str],
        ids: &'a [i64],
    ) -> Result<Self> {
        let former: Vec<InsertedId> = diesel::sql_query(
            "select nextval(pg_get_serial_sequence('collaborators', 'id')) as id \
             from generate_series(1, $1)",
        )
        .bind::<BigInt, _>(i64::try_from(FORMER.len()).unwrap_or_default())
        .get_results(connection)
        .await?;
        let former = former.into_iter().map(|row| row.id).collect();
        Ok(Self { staff, ids, former })
    }

    fn id(&self, actor: Actor) -> Option<i64> {
        match actor {
            Actor::Operator => None,
            Actor::Staff(index) => Some(self.ids[index]),
            Actor::Former(index) => Some(self.former[index]),
        }
    }

    fn name(&self, actor: Actor) -> &str {
        story::name(actor, self.staff)
    }

    /// A change as the trigger writes it.
    fn json(&self, field: &str, old: &Value, new: &Value) -> serde_json::Value {
        let mut entry = Map::from_iter([("field".to_owned(), json!(field))]);
        for (key, value) in [("old", old), ("new", new)] {
            match value {
                Value::Nothing => {}
                Value::Text(text) => {
                    entry.insert(key.to_owned(), json!(text));
                }
                Value::Collaborator(actor) => {
                    let id = self.id(*actor).unwrap_or_default();
                    entry.insert(key.to_owned(), json!(id.to_string()));
                    entry.insert(format!("{key}_name"), json!(self.name(*actor)));
                }
            }
        }
        entry.into()
    }

    fn changes(&self, step: &Step) -> serde_json::Value {
        let changes = step.changes.iter();
        changes
            .map(|it| self.json(it.field, &it.old, &it.new))
            .collect()
    }

    /// The fields that had another value when the record was created: that before their first change.
    fn initial(&self, story: &Story) -> serde_json::Value {
        let mut initial = BTreeMap::new();
        for change in story.iter().flat_map(|step| &step.changes) {
            let value = self.json(change.field, &Value::Nothing, &change.old);
            initial.entry(change.field).or_insert(value);
        }
        initial.into_values().collect()
    }
}

/// The columns of the entries to write.
#[derive(Default)]
struct Columns {
    times: Vec<String>,
    actor_ids: Vec<Option<i64>>,
    actor_names: Vec<String>,
    rpcs: Vec<&'static str>,
    records: Vec<&'static str>,
    ids: Vec<i64>,
    versions: Vec<i64>,
    changes: Vec<String>,
}

/// Replaces the history of a new database by these stories of the records of each kind. The connection has
/// the role `epic_owner`, because the role of the server cannot write the history.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn replace(
    connection: &mut AsyncPgConnection,
    authors: &Authors<'_>,
    stories: &[(RecordKind, &[i64], &[Story])],
) -> Result<()> {
    let mut columns = Columns::default();
    for (kind, ids, stories) in stories {
        for (id, story) in ids.iter().zip(*stories) {
            for (version, step) in (1..).zip(story) {
                let changes = match version {
                    1 => authors.initial(story),
                    _ => authors.changes(step),
                };
                columns.times.push(step.time.to_string());
                columns.actor_ids.push(authors.id(step.actor));
                columns
                    .actor_names
                    .push(authors.name(step.actor).to_owned());
                columns.rpcs.push(step.rpc);
                columns.records.push(kind.name());
                columns.ids.push(*id);
                columns.versions.push(version);
                columns.changes.push(changes.to_string());
            }
        }
    }
    diesel::sql_query(INSERT)
        .bind::<Array<Text>, _>(columns.times)
        .bind::<Array<Nullable<BigInt>>, _>(columns.actor_ids)
        .bind::<Array<Text>, _>(columns.actor_names)
        .bind::<Array<Text>, _>(columns.rpcs)
        .bind::<Array<Text>, _>(columns.records)
        .bind::<Array<BigInt>, _>(columns.ids)
        .bind::<Array<BigInt>, _>(columns.versions)
        .bind::<Array<Text>, _>(columns.changes)
        .execute(connection)
        .await?;
    connection
        .batch_execute("delete from history where rpc = 'load-demo'")
        .await?;
    Ok(())
}

/// The entry of a creation has the fields of the trigger's entry, except for those with another initial value.
const INSERT: &str = "
insert into history
    (time, actor_id, actor_name, rpc, kind, record, record_id, record_name, version, changes)
select given.time::timestamptz, given.actor_id, given.actor_name, given.rpc,
    case given.version when 1 then 'created' else 'changed' end,
    given.record, given.record_id, made.record_name, given.version,
    case given.version when 1 then (
        select coalesce(jsonb_agg(coalesce(first.field, made_field.value) order by made_field.place)
            filter (where first.field is null or first.field ? 'new'), '[]')
        from jsonb_array_elements(made.changes) with ordinality as made_field (value, place)
        full join jsonb_array_elements(given.changes::jsonb) as first (field)
            on first.field -> 'field' = made_field.value -> 'field'
    ) else given.changes::jsonb end
from unnest($1, $2, $3, $4, $5, $6, $7, $8) as given
    (time, actor_id, actor_name, rpc, record, record_id, version, changes)
join history made on made.record = given.record and made.record_id = given.record_id
    and made.rpc = 'load-demo'
order by given.time::timestamptz, given.version";
