//! The start of the program: what it waits for, what it refuses, and the commands around it.

use std::{os::unix::net::UnixDatagram, process::Stdio, time::Duration};

use diesel_async::SimpleAsyncConnection as _;

use crate::support::{
    database::{TestDatabase, connect},
    rights_fixture::accounts_and_records,
    server_process::Installation,
    tcp_proxy::TcpProxy,
    wait::eventually,
};

/// systemd is told why, and does not lose patience.
#[tokio::test(flavor = "multi_thread")]
async fn serve_waits_for_a_database_that_is_away_or_allows_no_writes() {
    let url = require_postgres!();
    let database = TestDatabase::migrated().await;
    let read_only = |is_on| {
        let name = database.postgres_name().expect("a name");
        format!("alter database {name} set default_transaction_read_only = {is_on}")
    };
    let proxy = TcpProxy::before(&url).await;
    proxy.set_mute(true);
    let installation = Installation::without_database();
    let path = installation.folder.path().join("notify");
    let socket = UnixDatagram::bind(&path).expect("a socket");
    let timeout = Some(Duration::from_mins(1));
    socket.set_read_timeout(timeout).expect("a timeout");
    let wait_for = |expected: &str| loop {
        let mut buffer = [0; 512];
        let length = socket.recv(&mut buffer).expect("a notification in time");
        let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
        if text.contains(expected) {
            break text;
        }
    };
    let separator = if database.owner_url().contains('?') {
        '&'
    } else {
        '?'
    };
    let url = format!(
        "{}{separator}connect_timeout=1",
        proxy.url(database.owner_url())
    );
    let mut server = installation
        .command(&["serve"])
        .env("NOTIFY_SOCKET", &path)
        .env("DATABASE_URL", url)
        .env("EPIC_LISTEN", "127.0.0.1:0")
        .env("EPIC_JWT_SECRET", &installation.signing_key)
        .stderr(Stdio::null())
        .spawn()
        .expect("to run");
    let waiting = wait_for("does not answer within 1 s");
    assert!(
        waiting.contains("STATUS=the database cannot be used yet"),
        "{waiting}"
    );
    assert!(waiting.contains("EXTEND_TIMEOUT_USEC="), "{waiting}");
    let mut owner = database.connect().await;
    owner
        .batch_execute(&read_only("on"))
        .await
        .expect("read-only");
    proxy.set_mute(false);
    wait_for("does not allow writes");
    let writable = "set default_transaction_read_only = off; ".to_owned() + &read_only("off");
    owner.batch_execute(&writable).await.expect("writable");
    wait_for("READY=1");
    server.kill().expect("a process");
    server.wait().expect("an end");
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_refuses_a_schema_of_a_later_server_and_missing_grants() {
    let _ = require_postgres!();
    let installation = Installation::new().await;
    let refused = |expected: &str| {
        let key = [("EPIC_JWT_SECRET", &*installation.signing_key)];
        let output = installation.run(&["serve"], &key);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(78), "{errors}");
        assert!(errors.contains(expected), "{errors}");
    };
    let mut owner = connect(installation.database_url()).await;
    let mut execute = async |sql: &str| owner.batch_execute(sql).await.expect("a statement");
    execute("insert into server_requirements values ('29991231000001', '99.0.0')").await;
    refused("requires epic-server 99.0.0 or later");
    execute("delete from server_requirements where oldest_server = '99.0.0'").await;
    // A later migration that this server can live with.
    execute("insert into __diesel_schema_migrations (version) values ('29991231000001')").await;
    let mut server = installation.serve(&[("EPIC_TLS", "yes")]).await;
    assert!(
        server.log().contains("EPIC_TLS is not a setting"),
        "{}",
        server.log()
    );
    server.stop().await;
    for right in [
        "insert (name) on clients",
        "update on login_attempts",
        "select on contract_records",
    ] {
        execute(&format!("revoke {right} from epic_app")).await;
        let missing = right.replace(" (name)", "");
        refused(&format!("lacks rights: {missing}."));
        execute(&format!("grant {right} to epic_app")).await;
    }
    installation.serve(&[]).await.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_are_reverted_to_a_version_and_applied_again_with_their_records() {
    let _ = require_postgres!();
    let installation = Installation::new().await;
    let mut owner = connect(installation.database_url()).await;
    owner
        .batch_execute(&accounts_and_records())
        .await
        .expect("records");
    let versions = "select version as value from __diesel_schema_migrations order by version";
    let versions = installation.query_text(versions).await;
    let run = |arguments: &[&str], expected: &str| {
        let output = installation.run(arguments, &[]);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(errors.contains(expected), "{arguments:?}: {errors}");
    };
    run(
        &["migrate", "--down-to", "1"],
        "There is no migration 1; there are 2",
    );
    let count =
        "select (select count(*) from events)::text || (select count(*) from history) as value";
    let before = installation.query_text(count).await;
    // The folding of texts and the history came with migrations of their own; each step back keeps the records.
    for version in versions[7..versions.len() - 1].iter().rev() {
        run(&["migrate", "--down-to", version], "1 migrations reverted");
    }
    run(
        &["migrate", "--down-to", &versions[7]],
        "0 migrations reverted",
    );
    let expected = format!("{} migrations applied", versions.len() - 8);
    run(&["migrate"], &expected);
    assert_eq!(installation.query_text(count).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_waits_for_a_lock_that_another_session_holds() {
    let _ = require_postgres!();
    let installation = Installation::new().await;
    let down = installation.run(&["migrate", "--down-to", "20261128000020"], &[]);
    assert!(
        down.status.success(),
        "{}",
        String::from_utf8_lossy(&down.stderr)
    );
    let mut owner = connect(installation.database_url()).await;
    let lock = "begin; lock table clients in share mode";
    owner.batch_execute(lock).await.expect("a lock");
    let log = installation.folder.path().join("log");
    let file = std::fs::File::create(&log).expect("a file");
    let mut migrate = installation
        .command(&["migrate"])
        .stderr(file)
        .spawn()
        .expect("to run");
    eventually("a line about the lock", async || {
        let log = std::fs::read_to_string(&log).expect("the log");
        log.contains("another session holds a lock that a migration needs")
    })
    .await;
    owner.batch_execute("rollback").await.expect("no lock");
    let status = tokio::task::spawn_blocking(move || migrate.wait())
        .await
        .expect("no panic");
    assert!(
        status.expect("an end").success(),
        "{}",
        std::fs::read_to_string(&log).unwrap()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_load_of_the_sample_data_waits_for_the_first() {
    let _ = require_postgres!();
    let installation = Installation::new().await;
    let load = || {
        let mut command = installation.command(&["load-demo"]);
        command.stderr(Stdio::piped()).spawn().expect("to run")
    };
    let both = [load(), load()];
    let ends = both.map(|it| {
        let output = it.wait_with_output().expect("an end");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{errors}");
        errors.contains("already contains clients")
    });
    assert_ne!(ends[0], ends[1]);
}

/// The service unit passes an empty line for each secret whose file is missing.
#[tokio::test(flavor = "multi_thread")]
async fn a_secret_whose_file_is_missing_is_named() {
    let _ = require_postgres!();
    let installation = Installation::new().await;
    let folder = installation.folder.path().join("credentials");
    std::fs::create_dir(&folder).expect("a folder");
    std::fs::write(folder.join("EPIC_JWT_SECRET"), "\n").expect("a file");
    let credentials = [("CREDENTIALS_DIRECTORY", folder.to_str().expect("text"))];
    let output = installation.run(&["serve"], &credentials);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(78), "{errors}");
    assert!(errors.contains("EPIC_JWT_SECRET is not set"), "{errors}");
}

/// A service has no home folder that it may write to.
#[tokio::test(flavor = "multi_thread")]
async fn the_built_in_database_needs_no_home_folder() {
    let installation = Installation::without_database();
    let data = installation.folder.path().join("data");
    for home in [Some("/proc/none"), None] {
        let mut command = installation.command(&["migrate"]);
        command.env_remove("HOME").env("EPIC_DATA_DIR", &data);
        command.envs(home.map(|home| ("HOME", home)));
        let output = command.output().expect("to run");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        assert!(errors.contains("the database is up to date"), "{errors}");
        assert!(data.join("cache").is_dir());
    }
}
