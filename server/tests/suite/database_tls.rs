//! The way to PostgreSQL, encrypted and verified when the URL asks for it.

use diesel_async::SimpleAsyncConnection as _;
use epic_server::db::connect;
use futures_util::StreamExt as _;
use tokio::time::timeout;
use tokio_postgres::AsyncMessage;

use crate::{
    certificates::Authority,
    cluster::Cluster,
    database,
    place::{PATIENCE, Place},
};

/// Whether a connection by that URL is encrypted; otherwise why there is none.
async fn encrypted(url: &str) -> Result<bool, String> {
    let mut connection = connect::connect(url)
        .await
        .map_err(|error| error.to_string())?;
    let sql = "select ssl as value from pg_stat_ssl where pid = pg_backend_pid()";
    Ok(database::values(&mut connection, sql).await == ["true"])
}

#[tokio::test(flavor = "multi_thread")]
async fn the_url_says_how_sure_the_way_must_be() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let Some(cluster) = Cluster::start(Some(&authority.issue("localhost"))) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let trusted = file("a file+1.pem", &authority.pem()).replace(' ', "%20");
    let other = file("other.pem", &stranger.pem());
    let empty = file("empty.pem", "");
    let absent = format!("{}/absent.pem", folder.path().display());
    let cases: &[(&str, String, Result<bool, &str>)] = &[
        ("localhost", String::new(), Ok(false)),
        ("localhost", "sslmode=disable".to_owned(), Ok(false)),
        ("localhost", "sslmode=prefer".to_owned(), Ok(false)),
        (
            "localhost",
            format!("sslmode=require&sslrootcert={trusted}"),
            Ok(true),
        ),
        (
            "localhost",
            format!("sslrootcert={trusted}&sslmode=verify-ca"),
            Ok(true),
        ),
        (
            "localhost",
            format!("application_name=epic&sslmode=verify-full&sslrootcert={trusted}"),
            Ok(true),
        ),
        (
            "127.0.0.1",
            format!("sslmode=verify-full&sslrootcert={trusted}"),
            Err("the certificate of the database is not for 127.0.0.1"),
        ),
        (
            "localhost",
            format!("sslmode=verify-full&sslrootcert={other}"),
            Err("by an authority that is not trusted; name the file"),
        ),
        (
            "localhost",
            "sslmode=require".to_owned(),
            Err("not trusted"),
        ),
        (
            "localhost",
            format!("sslmode=verify-full&sslrootcert={empty}"),
            Err("empty.pem in DATABASE_URL holds no certificate"),
        ),
        (
            "localhost",
            format!("sslmode=verify-full&sslrootcert={absent}"),
            Err("absent.pem in DATABASE_URL cannot be read"),
        ),
        (
            "localhost",
            "sslmode=perhaps".to_owned(),
            Err("sslmode=perhaps in DATABASE_URL is none"),
        ),
    ];
    for (host, options, expected) in cases {
        let found = encrypted(&cluster.url(host, options)).await;
        match (found, expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, *expected, "{options}"),
            (Err(why), Err(expected)) => assert!(why.contains(expected), "{options}: {why}"),
            (found, _) => panic!("{host} {options}: {found:?}"),
        }
    }
    let socket = cluster.socket_url("sslmode=verify-full");
    assert_eq!(
        encrypted(&socket).await,
        Ok(false),
        "a socket leaves no machine"
    );

    let url = cluster.url(
        "localhost",
        &format!("sslmode=verify-full&sslrootcert={trusted}"),
    );
    hears_notifications(&url).await;
    let place = Place::without_database();
    let run = |arguments: &[&str], url: &str| {
        let output = place.run(arguments, &[("DATABASE_URL", url)]);
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let said = run(&["migrate"], &url);
    assert!(said.contains("the database is up to date"), "{said}");
    let said = run(&["migrate"], &cluster.url("127.0.0.1", "sslmode=require"));
    assert!(
        said.contains("the database does not answer: the certificate"),
        "{said}"
    );
    let _serving = place.serve(&[("DATABASE_URL", &url)]).await;
}

async fn hears_notifications(url: &str) {
    let (client, mut messages) = connect::listen(url).await.expect("a connection");
    let told = tokio::spawn(async move {
        while let Some(message) = messages.next().await {
            if let Ok(AsyncMessage::Notification(told)) = message {
                return told.payload().to_owned();
            }
        }
        "nothing".to_owned()
    });
    client
        .batch_execute("listen here")
        .await
        .expect("to listen");
    let mut other = connect::connect(url).await.expect("another connection");
    other
        .batch_execute("notify here, 'a word'")
        .await
        .expect("to notify");
    let told = timeout(PATIENCE, told).await.expect("a word in time");
    assert_eq!(told.expect("no panic"), "a word");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_without_tls_is_told_from_one_that_is_away() {
    let Some(cluster) = Cluster::start(None) else {
        return;
    };
    let why = encrypted(&cluster.url("localhost", "sslmode=verify-full")).await;
    let why = why.expect_err("no TLS");
    assert_eq!(
        why,
        "the database at localhost speaks no TLS, and sslmode in DATABASE_URL asks for it"
    );
    let listed = format!(
        "{} sslmode=require",
        keywords(&cluster.url("localhost", ""))
    );
    assert!(
        encrypted(&listed)
            .await
            .expect_err("no TLS")
            .contains("speaks no TLS")
    );
    assert_eq!(
        encrypted(&cluster.url("localhost", "sslmode=prefer")).await,
        Ok(false)
    );
    let why = encrypted("postgres://postgres@127.0.0.1:1/postgres").await;
    assert!(why.expect_err("nobody").contains("refused"));
}

/// The same place as a list of `name=value`.
fn keywords(url: &str) -> String {
    let port = url.rsplit_once(':').unwrap().1.split('/').next().unwrap();
    format!("host=localhost port={port} user=postgres dbname=postgres")
}

#[test]
fn who_sends_passwords_in_the_clear_is_warned() {
    for (url, exposed) in [
        ("postgres://a:b?c@db.example.org/epic", true),
        ("postgres://a:b@192.0.2.1/epic?sslmode=prefer", true),
        ("postgres://a:b@localhost,db.example.org/epic", true),
        (
            "postgres://a:b?c@db.example.org/epic?sslmode=require",
            false,
        ),
        ("postgres://a:b@localhost/epic", false),
        ("postgres://a:b@127.0.0.2/epic", false),
        ("postgres://a:b@[::1]/epic", false),
        ("postgres://a@/epic?host=/run/postgresql", false),
        ("host=db.example.org sslmode=require", false),
        ("host=db.example.org", true),
    ] {
        assert_eq!(connect::is_unencrypted(url), exposed, "{url}");
    }
}
