//! The locale of the database does not matter: emails, searches and orders are the same in every locale of
//! every supported version of PostgreSQL.

use diesel_async::SimpleAsyncConnection as _;
use epic_events::v1::LoginRequest;
use epic_server::db::migrations;

use super::folding::assert_same_as_in_the_program;
use crate::support::{
    cluster::PostgresCluster,
    database::{TestDatabase, connect, with_database},
    fixtures::{PASSWORD, insert},
    lists::{Entity, ListQuery},
    server::TestServer,
    versions,
};

/// Options of databases: with a locale that knows only ASCII, and with one in which the small letter of `I`
/// is `ı`.
const LOCALES: [(&str, &str); 2] = [
    ("c", "lc_ctype 'C' lc_collate 'C'"),
    (
        "turkish",
        "locale_provider icu icu_locale 'tr-TR' locale 'C.UTF-8'",
    ),
];
/// Names of clients, in their order.
const NAMES: [&str; 6] = ["ILIĆ", "istanbul", "Zoé", "zoe quartz", "ДМИТРИЙ", "Елена"];
/// Spellings of the email address of an account, the stored one first.
const SPELLINGS: [[&str; 3]; 3] = [
    [
        "ADMIN@KIT.EXAMPLE",
        "admin@kit.example",
        "Admin@Kit.Example",
    ],
    ["ivan@kit.example", "IVAN@KIT.EXAMPLE", "Ivan@kit.example"],
    [
        "élodie@kit.example",
        "ÉLODIE@KIT.EXAMPLE",
        "e\u{301}lodie@kit.example",
    ],
];

/// Creates a database with the options of a locale; returns its URL.
async fn create(cluster: &PostgresCluster, name: &str, options: &str) -> String {
    let admin = cluster.url("127.0.0.1", "");
    let sql = format!("create database {name} template template0 encoding 'UTF8' {options}");
    let mut connection = connect(&admin).await;
    connection.batch_execute(&sql).await.expect(name);
    with_database(&admin, name)
}

/// A server whose first accounts have the first of the spellings, and clients with the names.
async fn server_on(url: &str) -> TestServer {
    let names = NAMES.map(|name| format!("('{name}')")).join(", ");
    let accounts = (1..).zip(SPELLINGS).map(|(id, [stored, ..])| {
        format!("update collaborators set email = '{stored}' where id = {id};")
    });
    let sql = insert("clients", "name", &format!("values {names}")) + &accounts.collect::<String>();
    TestServer::on(TestDatabase::at(url), &sql).await
}

async fn assert_every_spelling_is_one_account(server: &TestServer) {
    let mut connection = server.database.connect().await;
    for email in SPELLINGS.into_iter().flatten() {
        let login = LoginRequest {
            email: email.to_owned(),
            password: PASSWORD.to_owned(),
            ..LoginRequest::default()
        };
        server.auth().login(login).await.expect(email);
        let taken = format!("update collaborators set email = '{email}' where id = 6");
        let refused = connection.batch_execute(&taken).await;
        let refused = refused.expect_err("one account").to_string();
        assert!(refused.contains("collaborators_email_key"), "{refused}");
    }
}

async fn assert_searches_and_orders_are_the_same(server: &TestServer) {
    let caller = server.login("support1").await;
    let searches = [
        ("ilić", 1),
        ("ILIC", 1),
        ("ISTANBUL", 2),
        ("zoé QUARTZ", 4),
        ("дмитрий", 5),
        ("ЕЛЕНА", 6),
    ];
    for (text, id) in searches {
        let query = ListQuery {
            query: text.to_owned(),
            ..ListQuery::default()
        };
        let found = caller.list(Entity::Clients, &query).await.expect("a list");
        assert_eq!(found.ids, [id], "{text}");
    }
    let query = ListQuery {
        order_by: "name".to_owned(),
        ..ListQuery::default()
    };
    let listed = caller.list(Entity::Clients, &query).await.expect("a list");
    assert_eq!(listed.ids, [1, 2, 3, 4, 5, 6]);
}

#[tokio::test(flavor = "multi_thread")]
async fn emails_searches_and_orders_are_the_same_in_every_locale() {
    for cluster in versions::clusters(15..) {
        for (name, options) in LOCALES {
            let url = create(&cluster, name, options).await;
            migrations::run(&url).await.expect("migrations");
            assert_same_as_in_the_program(&mut connect(&url).await).await;
            let server = server_on(&url).await;
            assert_every_spelling_is_one_account(&server).await;
            assert_searches_and_orders_are_the_same(&server).await;
            server.shutdown().await;
        }
    }
}
