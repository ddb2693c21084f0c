//! The connection to PostgreSQL: encrypted and verified as the URL requires.

use epic_server::db::connect;

use crate::support::{
    certificates::CertificateAuthority, cluster::PostgresCluster, database,
    server_process::Installation, temp_folder::TempFolder,
};

/// Whether a connection to `url` is encrypted, or the error that prevents it.
async fn is_encrypted(url: &str) -> Result<bool, String> {
    let mut connection = connect::connect(url)
        .await
        .map_err(|error| error.to_string())?;
    let sql = "select ssl as value from pg_stat_ssl where pid = pg_backend_pid()";
    Ok(database::query_text(&mut connection, sql).await == ["true"])
}

#[tokio::test(flavor = "multi_thread")]
async fn sslmode_decides_on_encryption_and_verification() {
    let (authority, untrusted) = (CertificateAuthority::new(), CertificateAuthority::new());
    let Some(cluster) = PostgresCluster::start(Some(&authority.issue("localhost"))) else {
        return;
    };
    let folder = TempFolder::new();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let trusted = file("a file+1.pem", &authority.pem()).replace(' ', "%20");
    let other = file("other.pem", &untrusted.pem());
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
            Err("the certificate of the database is not valid for 127.0.0.1"),
        ),
        (
            "localhost",
            format!("sslmode=verify-full&sslrootcert={other}"),
            Err("not trusted; set sslrootcert in DATABASE_URL"),
        ),
        (
            "localhost",
            "sslmode=require".to_owned(),
            Err("not trusted"),
        ),
        (
            "localhost",
            format!("sslmode=verify-full&sslrootcert={empty}"),
            Err("empty.pem in DATABASE_URL contains no certificate"),
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
        let found = is_encrypted(&cluster.url(host, options)).await;
        match (found, expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, *expected, "{options}"),
            (Err(error), Err(expected)) => {
                assert!(error.contains(expected), "{options}: {error}");
            }
            (found, _) => panic!("{host} {options}: {found:?}"),
        }
    }
    let socket = cluster.socket_url("sslmode=verify-full");
    assert_eq!(
        is_encrypted(&socket).await,
        Ok(false),
        "a Unix socket does not leave this machine"
    );

    let url = cluster.url(
        "localhost",
        &format!("sslmode=verify-full&sslrootcert={trusted}"),
    );
    let installation = Installation::without_database();
    let run = |arguments: &[&str], url: &str| {
        let output = installation.run(arguments, &[("DATABASE_URL", url)]);
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let log = run(&["migrate"], &url);
    assert!(log.contains("the database is up to date"), "{log}");
    let log = run(&["migrate"], &cluster.url("127.0.0.1", "sslmode=require"));
    assert!(
        log.contains("The database cannot be used: the certificate"),
        "{log}"
    );
    let _server = installation.serve(&[("DATABASE_URL", &url)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_error_distinguishes_a_server_without_tls_from_an_unreachable_one() {
    let Some(cluster) = PostgresCluster::start(None) else {
        return;
    };
    let error = is_encrypted(&cluster.url("localhost", "sslmode=verify-full")).await;
    let error = error.expect_err("no TLS");
    assert_eq!(
        error,
        "the database at localhost does not support TLS, which sslmode in DATABASE_URL requires"
    );
    let key_values = format!(
        "{} sslmode=require",
        key_value_string(&cluster.url("localhost", ""))
    );
    assert!(
        is_encrypted(&key_values)
            .await
            .expect_err("no TLS")
            .contains("does not support TLS")
    );
    assert_eq!(
        is_encrypted(&cluster.url("localhost", "sslmode=prefer")).await,
        Ok(false)
    );
    let error = is_encrypted("postgres://postgres@127.0.0.1:1/postgres").await;
    assert!(error.expect_err("no server").contains("refused"));
}

/// The same address as a list of `name=value`.
fn key_value_string(url: &str) -> String {
    let port = url.rsplit_once(':').unwrap().1.split('/').next().unwrap();
    format!("host=localhost port={port} user=postgres dbname=postgres")
}

#[test]
fn a_url_exposes_its_password_without_tls_to_another_machine() {
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
