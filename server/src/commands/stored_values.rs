//! Finds stored values that today's validation would refuse or change. Older versions or statements
//! of an operator wrote them; they stay until a user edits them.

use diesel::{
    QueryableByName,
    sql_types::{Array, BigInt, Text},
};
use diesel_async::RunQueryDsl as _;
use epic_events::{
    field_error::FieldErrorKind,
    value::{Company, Email, Location, Name, Note, Phone, Title},
};

use crate::{db::Db, error::Result};

/// Rows per query.
const CHUNK: i64 = 10_000;
/// Maximum number of values that are listed; the others are counted.
const LISTED_MAX: usize = 50;

/// Values that today's validation would refuse or change.
#[derive(Debug, Default)]
pub struct Findings {
    /// A sentence for each listed value: table, id, field, and why. Never contains the value.
    pub listed: Vec<String>,
    /// The number of values that are not listed.
    pub more: usize,
}

/// The form in which the validation of a column stores a text.
type Parse = fn(&str) -> std::result::Result<String, FieldErrorKind>;

macro_rules! tables {
    ($($table:literal { $($column:literal $value:ident,)+ })+) => {
        /// The tables of records, each with its columns of texts.
        const TABLES: &[(&str, &[(&str, Parse)])] = &[$((
            $table,
            &[$(($column, |text| $value::parse(text).map($value::into_string)),)+],
        ),)+];
    };
}

tables! {
    "collaborators" { "name" Name, "email" Email, "phone" Phone, }
    "clients" { "name" Name, "email" Email, "phone" Phone, "company" Company, }
    "contracts" { "event_title" Title, }
    "events" { "location" Location, "note" Note, }
}

#[derive(QueryableByName)]
struct Stored {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Array<Text>)]
    texts: Vec<String>,
}

/// Reads all texts of the records and validates them.
pub(super) async fn find(db: &Db) -> Result<Findings> {
    let mut findings = Findings::default();
    for (table, columns) in TABLES {
        find_in(db, table, columns, &mut findings).await?;
    }
    Ok(findings)
}

async fn find_in(
    db: &Db,
    table: &str,
    columns: &[(&str, Parse)],
    findings: &mut Findings,
) -> Result<()> {
    let names: Vec<_> = columns.iter().map(|(name, _)| *name).collect();
    let query = format!(
        "select id, array[{}] as texts from {table} where id > $1 order by id limit {CHUNK}",
        names.join(", ")
    );
    let mut last = 0;
    loop {
        let rows: Vec<Stored> = diesel::sql_query(&query)
            .bind::<BigInt, _>(last)
            .load(&mut db.connection().await?)
            .await?;
        let Some(Stored { id, .. }) = rows.last() else {
            return Ok(());
        };
        last = *id;
        for Stored { id, texts } in &rows {
            for ((name, parse), text) in columns.iter().zip(texts) {
                if let Some(why) = parse_error(*parse, text) {
                    findings.add(|| format!("{table} {id}: {name} {why}"));
                }
            }
        }
    }
}

/// Why the validation would not store the text unchanged; `None` if it would.
fn parse_error(parse: Parse, text: &str) -> Option<String> {
    match parse(text) {
        Ok(stored) if stored == text => None,
        Ok(_) => Some("would be stored in another form".to_owned()),
        Err(kind) => Some(kind.to_string()),
    }
}

impl Findings {
    fn add(&mut self, sentence: impl FnOnce() -> String) {
        if self.listed.len() < LISTED_MAX {
            self.listed.push(sentence());
        } else {
            self.more += 1;
        }
    }
}
