//! The functions `fold` and `case_fold` of the database, written from the tables of [`epic_events::fold`].
//! Triggers, generated columns and unique indexes use them, so that a text that an operator writes is also
//! found and compared in this way.

use std::{collections::BTreeMap, sync::OnceLock};

use diesel::{QueryableByName, dsl::sql, sql_types::Bool, sql_types::Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection as _};
use epic_events::fold::{self, FOLD_VERSION};

use crate::error::{Error, Result, StartError, StartResult};

/// Maximum number of pairs of accounts that an error lists.
const COLLISIONS_MAX: usize = 20;

/// Email addresses that are the same without case, in each table.
const COLLISIONS: &str = "
    select text from (
        select 1 as rank, min(id) as first,
            'collaborators ' || string_agg(id || ' (' || email || ')', ' and ' order by id) as text
        from collaborators group by case_fold(email) having count(*) > 1
        union all
        select 2, min(id),
            'clients ' || string_agg(id || ' (' || email || ')', ' and ' order by id)
        from clients group by case_fold(email) having count(*) > 1
    ) collisions order by rank, first";

#[derive(QueryableByName)]
struct Collision {
    #[diesel(sql_type = Text)]
    text: String,
}

/// The comment of the function `fold`, which contains the version.
fn comment() -> String {
    format!("Text as a search sees it, version {FOLD_VERSION}; written by epic-server migrate")
}

/// Whether the functions in the database are those of this version.
pub(super) async fn is_current(connection: &mut AsyncPgConnection) -> Result<bool> {
    let is_current = sql::<Bool>(&format!(
        "coalesce(obj_description(to_regprocedure('public.fold(text)'), 'pg_proc') = '{}', false)",
        comment()
    ));
    Ok(diesel::select(is_current).get_result(connection).await?)
}

/// Writes the functions and folds all texts again, unless the functions are current. The statement `lock`
/// makes concurrent programs take turns.
///
/// # Errors
/// [`StartError::SetUp`] when two accounts or clients have the same email address without case.
pub(super) async fn update(connection: &mut AsyncPgConnection, lock: &str) -> StartResult<()> {
    if is_current(connection).await? {
        return Ok(());
    }
    // An error drops the connection, which rolls back.
    let functions = format!("begin; {lock}; {}", functions());
    execute(connection, &functions).await?;
    let collisions: Vec<Collision> = diesel::sql_query(COLLISIONS)
        .load(connection)
        .await
        .map_err(Error::from)?;
    if !collisions.is_empty() {
        return Err(StartError::SetUp(collision_error(&collisions)));
    }
    let refold = format!(
        "select refold(); comment on function fold is '{}'; commit",
        comment()
    );
    execute(connection, &refold).await?;
    tracing::info!(version = FOLD_VERSION, "all texts have been folded again");
    Ok(())
}

async fn execute(connection: &mut AsyncPgConnection, sql: &str) -> StartResult<()> {
    Ok(connection.batch_execute(sql).await.map_err(Error::from)?)
}

fn collision_error(collisions: &[Collision]) -> String {
    let shown = collisions.iter().take(COLLISIONS_MAX);
    let mut lines: Vec<_> = shown.map(|it| it.text.clone()).collect();
    if let Some(more @ 1..) = collisions.len().checked_sub(COLLISIONS_MAX) {
        lines.push(format!("and {more} more"));
    }
    format!(
        "These records have the same email address, apart from upper and lower case: {}. Change the \
         address of one of each (update … set email = … in psql), then run epic-server migrate again.",
        lines.join("; ")
    )
}

/// The SQL that creates the functions `fold` and `case_fold`.
///
/// Both functions handle ASCII, the common case, without the tables. Other texts are first decomposed,
/// which gives the same result in every version of Unicode for the letters that the tables omit; then each
/// letter is looked up. PL/pgSQL reads the tables once per connection, an SQL function once per statement.
fn functions() -> &'static str {
    static SQL: OnceLock<String> = OnceLock::new();
    SQL.get_or_init(|| {
        let letters: BTreeMap<String, String> = fold::letters()
            .map(|(letter, folded)| (letter.to_string(), folded))
            .collect();
        let letters = serde_json::json!(letters);
        let (from, to): (String, String) = fold::case_pairs().unzip();
        format!(
            r#"
create or replace function fold(value text) returns text
    language plpgsql immutable strict parallel safe as $fold$
begin
    if octet_length(value) = length(value) then
        return regexp_replace(translate(lower(value collate "C"), '`', ''''),
            '[\t-\r ]+', ' ', 'g');
    end if;
    return regexp_replace(coalesce((
        select string_agg(coalesce($letters${letters}$letters$::jsonb ->> letter, letter), ''
            order by position)
        from unnest(string_to_array(normalize(value, nfd), null))
            with ordinality letters (letter, position)
    ), ''), ' +', ' ', 'g');
end $fold$;

create or replace function case_fold(value text) returns text
    language plpgsql immutable strict parallel safe as $fold$
begin
    if octet_length(value) = length(value) then
        return lower(value collate "C");
    end if;
    return normalize(translate(normalize(value, nfc), $from${from}$from$, $to${to}$to$), nfc);
end $fold$;
"#
        )
    })
}
