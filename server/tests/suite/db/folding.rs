//! The functions `fold` and `case_fold` of the database: they return the same as those of the program, and
//! `migrate` updates them when they change.

#[path = "../../../../proto/src/value/phone/fixtures.rs"]
mod phone_numbers;

use diesel::{
    QueryableByName,
    sql_types::{Array, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection as _};
use epic_events::fold::{case_fold, fold};
use epic_server::db::migrations;

use crate::support::{
    database::{TestDatabase, query_text},
    fixtures::{accounts, insert},
    rights_fixture::accounts_and_records,
};

/// Replaces the functions by those of another version, which does not fold `é`.
const OTHER_VERSION: &str = "
    create or replace function fold(value text) returns text
        language plpgsql immutable strict parallel safe as 'begin return lower(value); end';
    create or replace function case_fold(value text) returns text
        language plpgsql immutable strict parallel safe as 'begin return value; end';
    select refold();
    comment on function fold is 'another version';";

#[derive(QueryableByName)]
struct Folded {
    #[diesel(sql_type = Text)]
    folded: String,
    #[diesel(sql_type = Text)]
    case_folded: String,
}

async fn folded(connection: &mut AsyncPgConnection, texts: &[String]) -> Vec<Folded> {
    diesel::sql_query(
        "select fold(text) as folded, case_fold(text) as case_folded \
         from unnest($1) with ordinality texts (text, position) order by position",
    )
    .bind::<Array<Text>, _>(texts)
    .load(connection)
    .await
    .expect("folded texts")
}

/// Compares every letter by itself, and sequences of letters. `case_fold` does not reorder a mark that
/// PostgreSQL does not know yet, so `fold` alone compares sequences of these.
pub async fn assert_same_as_in_the_program(connection: &mut AsyncPgConnection) {
    let letters: Vec<char> = ('\u{1}'..='\u{ffff}')
        .chain('\u{1d400}'..='\u{1d7ff}')
        .chain('\u{1f100}'..='\u{1f6ff}')
        .collect();
    let single = letters.iter().map(|letter| format!("Ae{letter} {letter}O"));
    let sentences = [
        "",
        " a \t\n b\u{200b} ",
        "Œuvre d’ÉTÉ",
        "한국 하ㄴ",
        "ΟΔΥΣΣΕΎΣ",
        "A\u{323}\u{302}\u{323} E\u{301}",
    ];
    let texts: Vec<_> = single.chain(sentences.map(str::to_owned)).collect();
    for chunk in texts.chunks(10_000) {
        for (text, found) in chunk.iter().zip(folded(connection, chunk).await) {
            let expected = (fold(text), case_fold(text));
            assert_eq!(
                (found.folded, found.case_folded),
                expected,
                "{}",
                text.escape_unicode()
            );
        }
    }
    let rows: Vec<_> = letters.chunks(97).map(String::from_iter).collect();
    for (text, found) in rows.iter().zip(folded(connection, &rows).await) {
        assert_eq!(found.folded, fold(text), "{}", text.escape_unicode());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_folds_as_the_program_does() {
    let database = TestDatabase::migrated().await;
    let mut connection = database.connect().await;
    assert_same_as_in_the_program(&mut connection).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_compares_phone_numbers_as_the_program_does() {
    let database = TestDatabase::migrated().await;
    let mut connection = database.connect().await;
    for (number, expected) in phone_numbers::DIGITS {
        let query = format!("select phone_token('{number}') as value");
        let token = query_text(&mut connection, &query).await.concat();
        let digit = |letter: char| match letter {
            ' ' => letter,
            _ => char::from(b'0' + (letter as u8 - b'A')),
        };
        let digits: String = token.chars().map(digit).collect();
        let mut forms: Vec<_> = digits.split_terminator(' ').collect();
        // With the code of France, both forms are the same.
        forms.dedup();
        assert_eq!(forms, *expected, "{number:?}");
    }
}

/// All columns except the folded texts.
const UNCHANGED: &str = "
    select concat_ws(' ', id, version, update_time, updated_by) as value from collaborators
    union all select concat_ws(' ', id, version, update_time, updated_by) from clients
    union all select concat_ws(' ', id, version, update_time, updated_by) from contracts
    union all select concat_ws(' ', id, version, update_time, updated_by) from events
    union all select 'history ' || count(*) from history";
/// The folded texts.
const FOLDED: &str = "
    select concat_ws(' ', id, name_sort, email_sort, search) as value from collaborators
    union all select concat_ws(' ', id, name_sort, email_sort, company_sort, search) from clients
    union all select concat_ws(' ', id, event_title_sort, search) from contracts
    union all select concat_ws(' ', id, location_sort, search) from events";

#[tokio::test(flavor = "multi_thread")]
async fn another_version_is_replaced_without_a_trace_in_the_records() {
    let database = TestDatabase::migrated().await;
    let url = database.owner_url();
    let mut connection = database.connect().await;
    let names = "update clients set name = 'Élodie Œuvre ' || id, company = 'Àvant'; \
        update collaborators set name = 'Zoé ' || id; update contracts set event_title = 'Été'; \
        update events set location = 'Île';";
    let sql = accounts_and_records() + names;
    connection.batch_execute(&sql).await.expect("records");
    let unchanged = query_text(&mut connection, UNCHANGED).await;
    let folded = query_text(&mut connection, FOLDED).await;
    assert!(
        folded.iter().any(|text| text.contains("elodie oeuvre")),
        "{folded:?}"
    );
    connection
        .batch_execute(OTHER_VERSION)
        .await
        .expect("another version");
    assert_ne!(query_text(&mut connection, FOLDED).await, folded);
    drop(connection);
    assert!(!migrations::is_current(url).await.expect("an answer"));
    assert_eq!(migrations::run(url).await.expect("to fold"), 0);
    assert!(migrations::is_current(url).await.expect("an answer"));
    let mut connection = database.connect().await;
    assert_eq!(query_text(&mut connection, FOLDED).await, folded);
    assert_eq!(query_text(&mut connection, UNCHANGED).await, unchanged);
    // The triggers are enabled again.
    let rename = "update clients set name = 'Ève' where id = 1";
    connection.batch_execute(rename).await.expect("a new name");
    assert_ne!(query_text(&mut connection, UNCHANGED).await, unchanged);
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_with_the_same_address_are_named_and_nothing_changes() {
    let database = TestDatabase::migrated().await;
    let url = database.owner_url();
    let mut connection = database.connect().await;
    let sql = accounts()
        + OTHER_VERSION
        + "update collaborators set email = 'élodie@test.example' where id = 1;
           update collaborators set email = 'ÉLODIE@test.example' where id = 2;"
        + &insert(
            "clients",
            "email",
            "select unnest(array['a', 'A']) || n || '@test.example' from generate_series(1, 25) n",
        );
    connection.batch_execute(&sql).await.expect("accounts");
    let before = query_text(&mut connection, FOLDED).await;
    drop(connection);
    let refused = migrations::run(url)
        .await
        .expect_err("two accounts")
        .to_string();
    for expected in [
        "collaborators 1 (élodie@test.example) and 2 (ÉLODIE@test.example)",
        "clients 1 (a1@test.example) and 2 (A1@test.example)",
        "and 6 more",
        "then run epic-server migrate again",
    ] {
        assert!(refused.contains(expected), "{refused}");
    }
    let mut connection = database.connect().await;
    assert_eq!(query_text(&mut connection, FOLDED).await, before);
    let repair =
        "delete from clients; update collaborators set email = 'e@test.example' where id = 2";
    connection.batch_execute(repair).await.expect("a repair");
    drop(connection);
    assert!(!migrations::is_current(url).await.expect("an answer"));
    migrations::run(url).await.expect("to fold");
    assert!(migrations::is_current(url).await.expect("an answer"));
}
