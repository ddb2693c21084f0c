//! The commands and settings of the program.

use std::{
    net::TcpListener,
    os::unix::net::UnixDatagram,
    process::{Command, Output, Stdio},
    time::Duration,
};

use epic_events::v1::auth_service_client::AuthServiceClient;
use epic_events::{reason::Reason, v1::LoginRequest};

use tonic::transport::Endpoint;

use crate::support::{
    database::postgres_url,
    errors::api_error,
    fixtures::{PASSWORD, insert, login_request},
    server::SIGNING_KEY,
    server_process::{Installation, random_signing_key},
};

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const ADMIN: [(&str, &str); 3] = [
    ("EPIC_ADMIN_NAME", "Gaëlle Gestion"),
    ("EPIC_ADMIN_EMAIL", "gaelle@epic.example"),
    ("EPIC_ADMIN_PASSWORD", PASSWORD),
];

#[tokio::test(flavor = "multi_thread")]
async fn commands_can_be_repeated() {
    let installation = Installation::new().await;
    for (arguments, first, second) in [
        ("migrate", "up to date", "0 migrations applied"),
        ("init", "exists now", "already exists; nothing to do"),
        ("load-demo", "@", "no sample data was added"),
        ("init", "already exists", "nothing to do"),
        ("migrate", "up to date", "0 migrations applied"),
        ("end-sessions", "0 sessions ended", "must sign in again"),
    ] {
        for expected in [first, second] {
            let output = installation.run(&[arguments], &ADMIN);
            let errors = errors(&output);
            assert!(output.status.success(), "{arguments}: {errors}");
            assert!(errors.contains(expected), "{arguments}: {errors}");
            assert!(!errors.contains(PASSWORD), "{arguments}: {errors}");
            assert!(!errors.contains("Stored values"), "{arguments}: {errors}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn migrate_lists_values_that_the_checks_refuse_or_change() {
    let row = |n: &str, email: &str| format!("('{n}', '{email}')");
    let rows = [
        row("Jean\u{200b}Dupont", "a@client.example"),
        row("\u{3164}", "b@client.example"),
        row("Kevin", "c@XN--PIC-9LA.example"),
        row("\u{e000}", "d@client.example"),
    ];
    let many = (0..60).map(|n| row("\u{202e}", &format!("{n}@client.example")));
    let rows: Vec<_> = rows.into_iter().chain(many).collect();
    let rows = format!("values {}", rows.join(", "));
    let installation = Installation::with_sql(&insert("clients", "name, email", &rows)).await;
    for _ in 0..2 {
        let output = installation.run(&["migrate"], &[]);
        let errors = errors(&output);
        assert!(output.status.success(), "{errors}");
        for expected in [
            "clients 1: name would be stored in another form",
            "clients 2: name is required",
            "clients 3: email would be stored in another form",
            "clients 4: name contains a character that cannot be displayed",
            "and 14 more",
        ] {
            assert!(errors.contains(expected), "{expected}: {errors}");
        }
        assert!(!errors.contains("Dupont"), "{errors}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_or_invalid_setting_ends_the_program_with_a_sentence() {
    let installation = Installation::new().await;
    let valid = random_signing_key();
    let cases: &[(&[&str], &[(&str, &str)], &str)] = &[
        (&["init"], &[], "EPIC_ADMIN_NAME is not set"),
        (&["init"], &ADMIN[..2], "EPIC_ADMIN_PASSWORD is not set"),
        (
            &["init"],
            &[ADMIN[0], ADMIN[1], ("EPIC_ADMIN_PASSWORD", "short")],
            "EPIC_ADMIN_PASSWORD has fewer than 12 characters",
        ),
        (
            &["init"],
            &[
                ADMIN[0],
                ADMIN[1],
                ("EPIC_ADMIN_PASSWORD", "GaelleGestion1"),
            ],
            "EPIC_ADMIN_PASSWORD is too easy to guess",
        ),
        (
            &["init"],
            &[ADMIN[0], ("EPIC_ADMIN_EMAIL", "x"), ADMIN[2]],
            "EPIC_ADMIN_EMAIL is not an email address",
        ),
        (
            &["serve"],
            &[("EPIC_LISTEN", "nowhere")],
            "invalid value 'nowhere'",
        ),
        (
            &["serve"],
            &[("EPIC_ACCOUNT_READS", "0")],
            "--account-reads",
        ),
        (
            &["serve"],
            &[("EPIC_ACCOUNT_WRITES", "x")],
            "--account-writes",
        ),
        (
            &["serve"],
            &[("EPIC_ACCOUNT_CALLS", "1001")],
            "--account-calls",
        ),
        (&["serve"], &[("EPIC_TLS_CERT", "/nowhere")], "--tls-key"),
        (
            &["serve"],
            &[("EPIC_TLS_CERT", "/nowhere"), ("EPIC_TLS_KEY", "/nowhere")],
            "EPIC_TLS_CERT /nowhere cannot be read",
        ),
        (
            &["serve"],
            &[("EPIC_LISTEN", "192.0.2.1:1")],
            "EPIC_LISTEN 192.0.2.1:1 accepts connections from other machines",
        ),
        (
            &["serve"],
            &[("EPIC_LISTEN", "[::]:1"), ("EPIC_INSECURE", "no")],
            "or set --insecure",
        ),
        (
            &["serve"],
            &[("EPIC_INSECURE", "perhaps")],
            "invalid value 'perhaps'",
        ),
        (
            &["migrate"],
            &[("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing")],
            "The database cannot be reached",
        ),
        (&["nothing"], &[], "unrecognized subcommand"),
        (
            &["migrate"],
            &[("SENTRY_DSN", "sentry.example.org")],
            "SENTRY_DSN is not a DSN such as https://",
        ),
        (
            &["serve"],
            &[("EPIC_JWT_SECRET", "too short")],
            "EPIC_JWT_SECRET is shorter than 32 bytes; make one with: openssl rand",
        ),
        (
            &["serve"],
            &[("EPIC_JWT_SECRET", SIGNING_KEY)],
            "EPIC_JWT_SECRET begins like a published sample",
        ),
        (
            &["serve"],
            &[
                ("EPIC_JWT_SECRET", &valid),
                ("EPIC_JWT_SECRET_PREVIOUS", "too short"),
            ],
            "EPIC_JWT_SECRET_PREVIOUS is shorter than 32 bytes",
        ),
        (
            &["serve"],
            &[
                ("EPIC_JWT_SECRET", &valid),
                ("EPIC_LISTEN", "192.0.2.1:1"),
                ("EPIC_INSECURE", "yes"),
            ],
            "EPIC_LISTEN 192.0.2.1:1 cannot be used: ",
        ),
        (
            &["serve", "--insecure"],
            &[("EPIC_JWT_SECRET", &valid), ("EPIC_LISTEN", "192.0.2.1:1")],
            "passwords cross the network unencrypted",
        ),
    ];
    // Only on the built-in database does the program create a key.
    let missing: &[(&[&str], &[(&str, &str)], &str)] = &[(
        &["serve"],
        &[],
        "EPIC_JWT_SECRET is not set; make one with: openssl rand",
    )];
    let missing = if postgres_url().is_some() {
        missing
    } else {
        &[]
    };
    for (arguments, environment, expected) in cases.iter().chain(missing) {
        let output = installation.run(arguments, environment);
        let errors = errors(&output);
        let may_pass = ["cannot be reached", "cannot be used: "];
        let code = if may_pass.iter().any(|it| errors.contains(it)) {
            1
        } else {
            78
        };
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {errors}");
        assert!(errors.contains(expected), "{arguments:?}: {errors}");
        assert!(!errors.contains("panicked"), "{arguments:?}: {errors}");
        for secret in ["too short", SIGNING_KEY, &valid] {
            assert!(!errors.contains(secret), "{arguments:?}: {errors}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn help_lists_every_setting() {
    let installation = Installation::without_database();
    for arguments in [&["--help"] as &[_], &["serve", "--help"]] {
        let secret = [("EPIC_JWT_SECRET", "a secret that help must not show")];
        let output = installation.run(arguments, &secret);
        let help = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success());
        for setting in [
            "DATABASE_URL",
            "EPIC_LISTEN",
            "EPIC_INSECURE",
            "EPIC_DATA_DIR",
            "EPIC_ACCOUNT_CALLS",
            "EPIC_ACCOUNT_READS",
            "EPIC_ACCOUNT_WRITES",
            "EPIC_JWT_SECRET",
            "EPIC_JWT_SECRET_PREVIOUS",
            "EPIC_TLS_CERT",
            "EPIC_TLS_KEY",
            "EPIC_ADMIN_NAME",
            "EPIC_ADMIN_EMAIL",
            "EPIC_ADMIN_PASSWORD",
            "SENTRY_DSN",
            "127.0.0.1:50051",
        ] {
            assert!(help.contains(setting), "{setting} in {help}");
        }
        assert!(!help.contains(secret[0].1), "{help}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn notifies_systemd_when_ready_and_when_stopping() {
    let installation = Installation::new().await;
    let path = installation.folder.path().join("notify");
    let socket = UnixDatagram::bind(&path).expect("a socket");
    socket
        .set_read_timeout(Some(Duration::from_mins(1)))
        .expect("a timeout");
    let notification = || {
        let mut buffer = [0; 256];
        let length = socket.recv(&mut buffer).expect("a notification in time");
        String::from_utf8_lossy(&buffer[..length]).into_owned()
    };
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = free.local_addr().expect("an address");
    drop(free);
    let key = random_signing_key();
    let server = installation
        .command(&["serve"])
        .env("NOTIFY_SOCKET", &path)
        .env("EPIC_LISTEN", address.to_string())
        .env("EPIC_JWT_SECRET", &key)
        .stderr(Stdio::piped())
        .spawn()
        .expect("to run");
    assert!(notification().contains("READY=1"));
    let channel = Endpoint::from_shared(format!("http://{address}"))
        .expect("an address")
        .connect()
        .await
        .expect("a connection as soon as it is ready");
    let mut auth = AuthServiceClient::new(channel);
    let login = LoginRequest {
        email: "nobody@test.example".to_owned(),
        ..login_request()
    };
    let reply = auth.login(login).await;
    assert_eq!(api_error(reply).reason, Reason::LoginFailed);
    let stopped = Command::new("kill")
        .args(["-TERM", &server.id().to_string()])
        .status();
    assert!(stopped.expect("kill").success());
    assert!(notification().contains("STOPPING=1"));
    let status = tokio::task::spawn_blocking(move || server.wait_with_output());
    let output = status.await.expect("no panic").expect("an end");
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let log = errors(&output);
    assert!(!log.contains(&key) && !log.contains(PASSWORD), "{log}");
}
