//! Reports to Sentry, sent by the program to a fake server: every event that must be reported,
//! without personal data, secrets or typed text.

use std::{collections::BTreeMap, process::Command, time::Duration};

use epic_events::{
    api_error::{ApiError, TRACE},
    reason::Reason,
    v1::{
        ChangePasswordRequest, CreateCollaboratorRequest, CreateContractRequest,
        DeleteCollaboratorRequest, GetClientRequest, GetCollaboratorRequest, ListClientsRequest,
        LoginRequest, ResetPasswordRequest, UpdateCollaboratorRequest, UpdateContractRequest,
        auth_service_client::AuthServiceClient,
    },
};
use tokio::{net::TcpListener, time::timeout};
use tonic::{Code, Response, Status, metadata::MetadataMap};

use crate::support::{
    api_client::ApiClient,
    fake_sentry::{FakeSentry, Report},
    fixtures::{self, PASSWORD, SUPPORT2},
    server_process::Installation,
    wait::TIMEOUT,
};

/// A trigger that fails with an unknown SQLSTATE and a message with typed text.
const FAILING_TRIGGER: &str = "
    create function broken() returns trigger language plpgsql as
        $$ begin raise exception 'broken by %', new.name using errcode = 'XX000'; end $$;
    create trigger broken before insert on clients for each row
        when (new.company = 'Trigger failure') execute function broken();";

/// A report in one line, without its trace.
fn summary(report: &Report) -> String {
    let tag = |name: &str| {
        report.event["tags"][name]
            .as_str()
            .unwrap_or("-")
            .to_owned()
    };
    let level = report.event["level"].as_str().unwrap_or("error");
    let message = report.event["message"].as_str().unwrap_or("-");
    let rpc = tag("rpc");
    let rpc = rpc.rsplit('/').next().expect("a name");
    format!(
        "{level}: {message}, {rpc} by {}, kind {}, record {}, fields {}",
        tag("actor"),
        tag("kind"),
        tag("record"),
        tag("fields"),
    )
}

fn trace_of(metadata: &MetadataMap) -> String {
    let trace = metadata.get("x-trace-id").expect("a trace in every reply");
    trace.to_str().expect("a text").to_owned()
}

/// The traces of the calls that must be reported, in order.
#[derive(Default)]
struct Traces(Vec<String>);

impl Traces {
    /// Records the trace of a reply.
    fn reported<T>(&mut self, reply: Result<Response<T>, Status>) -> T {
        let reply = reply.expect("a reply");
        self.0.push(trace_of(reply.metadata()));
        reply.into_inner()
    }
}

/// The message of a reply that has a trace but must not be reported.
fn unreported<T>(reply: Result<Response<T>, Status>) -> T {
    let reply = reply.expect("a reply");
    assert_eq!(trace_of(reply.metadata()).len(), 32);
    reply.into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_every_listed_event_without_personal_data() {
    let records = fixtures::sample_records() + FAILING_TRIGGER;
    let installation = Installation::with_sql(&records).await;
    let sentry = FakeSentry::start().await;
    let mut server = installation
        .serve(&[
            ("SENTRY_DSN", &sentry.dsn()),
            ("RUST_BACKTRACE", "1"),
            ("SENTRY_ENVIRONMENT", "tests"),
        ])
        .await;
    let mut traces = Traces::default();
    let channel = server.channel();
    let mut gestion = ApiClient::login(&channel, "gestion1").await;
    let mut commercial = ApiClient::login(&channel, "commercial1").await;
    let mut support = ApiClient::login(&channel, "support1").await;

    // Changes of a collaborator; the repeated request changes nothing.
    let request = CreateCollaboratorRequest {
        name: "Zoé Quelconque".to_owned(),
        email: "zoe.quelconque@private.example".to_owned(),
        phone: "+33 6 98 76 54 32".to_owned(),
        ..fixtures::collaborator_request()
    };
    let created = gestion
        .collaborators
        .create_collaborator(request.clone())
        .await;
    let created = traces.reported(created);
    let repeated = gestion
        .collaborators
        .create_collaborator(request.clone())
        .await;
    let collaborator = unreported(repeated).collaborator;
    let collaborator = collaborator.expect("a collaborator");
    assert_eq!(created.collaborator.map(|it| it.id), Some(collaborator.id));
    let patch = UpdateCollaboratorRequest {
        id: collaborator.id,
        etag: collaborator.etag,
        name: Some("Zoé Autrement".to_owned()),
        phone: Some("+33 6 11 22 33 44".to_owned()),
        ..UpdateCollaboratorRequest::default()
    };
    traces.reported(gestion.collaborators.update_collaborator(patch).await);
    let reset = ResetPasswordRequest {
        id: collaborator.id,
    };
    let reset = traces.reported(gestion.collaborators.reset_password(reset).await);
    let own = ChangePasswordRequest {
        current_password: PASSWORD.to_owned(),
        new_password: "quatre mots au hasard".to_owned(),
    };
    traces.reported(support.auth.change_password(own).await);
    let removal = DeleteCollaboratorRequest {
        id: collaborator.id,
        ..DeleteCollaboratorRequest::default()
    };
    traces.reported(gestion.collaborators.delete_collaborator(removal).await);

    // Signatures of a new and of an existing contract; a second signature changes nothing.
    let contract = CreateContractRequest {
        event_title: "Noces de Zoé".to_owned(),
        ..fixtures::contract_request(1)
    };
    let signed = traces.reported(gestion.contracts.create_contract(contract.clone()).await);
    unreported(gestion.contracts.create_contract(contract).await);
    let signature = |id, etag: &str| UpdateContractRequest {
        etag: etag.to_owned(),
        signed: Some(true),
        ..fixtures::contract_update(id)
    };
    let existing = commercial
        .contracts
        .update_contract(signature(3, "1"))
        .await;
    let existing = traces.reported(existing).contract.expect("a contract");
    unreported(
        commercial
            .contracts
            .update_contract(signature(3, &existing.etag))
            .await,
    );
    let unsigned = CreateContractRequest {
        signed: false,
        ..fixtures::contract_request(1)
    };
    unreported(gestion.contracts.create_contract(unsigned).await);

    // An internal error is reported; errors of callers are not.
    let mut client = fixtures::client_request();
    client.name = "Personne Privée".to_owned();
    client.company = "Trigger failure".to_owned();
    let defect = commercial.clients.create_client(client).await;
    let defect = defect.expect_err("a defect");
    let trace = trace_of(defect.metadata());
    let error = ApiError::from_status(&defect).expect("a refusal");
    assert_eq!(error.reason, Reason::Internal);
    assert_eq!(error.details[TRACE], trace);
    assert!(!format!("{defect:?}").contains("Privée"), "{defect:?}");
    traces.0.push(trace.clone());
    let mut auth = AuthServiceClient::new(channel.clone());
    let wrong_login = LoginRequest {
        email: "personne@private.example".to_owned(),
        password: "un mot de passe faux".to_owned(),
        device: "poste de Zoé".to_owned(),
    };
    let mistakes = [
        auth.login(wrong_login).await.map(drop),
        commercial
            .clients
            .get_client(GetClientRequest { id: 99 })
            .await
            .map(drop),
        commercial
            .clients
            .list_clients(ListClientsRequest {
                order_by: "Zoé".to_owned(),
                ..ListClientsRequest::default()
            })
            .await
            .map(drop),
        support
            .clients
            .create_client(fixtures::client_request())
            .await
            .map(drop),
    ];
    for mistake in mistakes {
        let status = mistake.expect_err("a refusal");
        assert_ne!(status.code(), Code::Internal);
        assert_eq!(trace_of(status.metadata()).len(), 32);
    }

    server.stop().await;
    let log = server.log();
    assert!(log.contains(&trace), "no trace in {log}");
    let reports = sentry.reports();
    let summaries: Vec<_> = reports.iter().map(summary).collect();
    let (id, contract) = (collaborator.id, signed.contract.expect("a contract").id);
    let expected = [
        format!(
            "info: Collaborator created, CreateCollaborator by 1, kind -, record {id}, fields -"
        ),
        format!(
            "info: Collaborator changed, UpdateCollaborator by 1, kind -, record {id}, fields name,phone"
        ),
        format!(
            "info: Collaborator changed, ResetPassword by 1, kind -, record {id}, fields password"
        ),
        "info: Collaborator changed, ChangePassword by 5, kind -, record 5, fields password"
            .to_owned(),
        format!(
            "info: Collaborator deleted, DeleteCollaborator by 1, kind -, record {id}, fields -"
        ),
        format!("info: Contract signed, CreateContract by 1, kind -, record {contract}, fields -"),
        "info: Contract signed, UpdateContract by 3, kind -, record 3, fields -".to_owned(),
        "error: A call failed, CreateClient by 3, kind Unknown, record -, fields -".to_owned(),
    ];
    assert_eq!(summaries, expected);
    for (report, trace) in reports.iter().zip(&traces.0) {
        assert_eq!(report.event["tags"]["trace"], **trace);
        assert_eq!(report.event["contexts"]["trace"]["trace_id"], **trace);
        assert_eq!(report.event["environment"], "tests");
        let release = report.event["release"].as_str().expect("a release");
        assert!(release.starts_with("epic-server@"), "{release}");
    }
    let secrets = [
        created.one_time_password.as_str(),
        &reset.one_time_password,
        &gestion.access_token,
        &gestion.refresh_token,
        &commercial.access_token,
        &commercial.refresh_token,
        &support.access_token,
        &installation.signing_key,
        PASSWORD,
        "quatre mots",
        "mot de passe",
        "Zoé",
        "Quelconque",
        "quelconque",
        "private.example",
        "test.example",
        "Priv",
        "broken by",
        "98 76 54",
        "11 22 33",
        "gestion 1",
        "Noces",
        "Trigger failure",
        "poste de",
        "argon2",
    ];
    sentry.assert_never_received(&secrets);
    // The assertions that a text was not received fail for a text that was.
    assert!(std::panic::catch_unwind(|| sentry.assert_never_received(&[&trace])).is_err());
}

/// No server listens at Sentry's address, or the server never replies.
#[tokio::test(flavor = "multi_thread")]
async fn an_unreachable_sentry_delays_neither_calls_nor_the_stop() {
    let installation = Installation::with_sql("").await;
    let mute = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let dsn = format!("http://key@{}/1", mute.local_addr().expect("an address"));
    let closed = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let refused = format!("http://key@{}/1", closed.local_addr().expect("an address"));
    drop(closed);
    for (dsn, accepts) in [(dsn, true), (refused, false)] {
        let mut server = installation.serve(&[("SENTRY_DSN", &dsn)]).await;
        let mut gestion = ApiClient::login(&server.channel(), "gestion1").await;
        let request = GetCollaboratorRequest { id: SUPPORT2 };
        let found = gestion.collaborators.get_collaborator(request).await;
        let mut found = unreported(found).collaborator.expect("a collaborator");
        // More reports than Sentry's client queues, while the first one still waits for a reply.
        let calls = async {
            for number in 0..60 {
                let patch = UpdateCollaboratorRequest {
                    etag: found.etag.clone(),
                    phone: Some(format!("+33 1 23 45 {number:04}")),
                    ..fixtures::collaborator_update(found.id)
                };
                let saved = gestion.collaborators.update_collaborator(patch).await;
                found = unreported(saved).collaborator.expect("a collaborator");
            }
        };
        timeout(TIMEOUT, calls).await.expect("all replies");
        let mut unanswered = None;
        if accepts {
            let accepted = timeout(TIMEOUT, mute.accept()).await.expect("a report");
            unanswered = Some(accepted.expect("a connection"));
        }
        // Less than the sum of the reports' own timeouts.
        let stopped = timeout(Duration::from_mins(1), server.stop()).await;
        stopped.expect("an end");
        let log = server.log();
        assert!(!log.contains("panicked"), "{log}");
        drop(unanswered);
    }
}

/// No RPC panics, so the test serves a handler that does, in a process of its own, because reporting is
/// set up once per process.
#[tokio::test(flavor = "multi_thread")]
async fn reports_a_panic_with_its_location_and_without_its_message() {
    let sentry = FakeSentry::start().await;
    let mut child = Command::new(std::env::current_exe().expect("this program"));
    child
        .args(["--exact", "ops::sentry::panicking_call", "--ignored"])
        .env("EPIC_TEST_PANIC_TO", sentry.dsn());
    let ended = tokio::task::spawn_blocking(move || child.output()).await;
    let output = ended.expect("no panic").expect("to run");
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{stdout}");
    assert!(stdout.contains("1 passed"), "{stdout}");
    let reports = sentry.reports();
    assert_eq!(reports.len(), 1);
    let event = &reports[0].event;
    let tags: BTreeMap<String, String> =
        serde_json::from_value(event["tags"].clone()).expect("tags");
    assert_eq!(tags["rpc"], "/epic.v1.ClientService/GetClient");
    assert_eq!(tags["actor"], "7");
    assert_eq!(tags["trace"], PANIC_TRACE);
    assert_eq!(event["level"], "fatal");
    let exception = &event["exception"]["values"][0];
    let location = exception["value"].as_str().expect("a location");
    assert!(location.contains("suite/ops/sentry.rs:"), "{location}");
    let frames = exception["stacktrace"]["frames"]
        .as_array()
        .expect("frames");
    let named = |frame: &serde_json::Value| {
        let function = frame["function"].as_str().unwrap_or_default();
        function.contains("panicking_call")
    };
    assert!(frames.iter().any(named), "{frames:?}");
    sentry.assert_never_received(&["Zoé", "typed by"]);
}

const PANIC_TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

#[tokio::test]
#[ignore = "runs in a process of its own"]
async fn panicking_call() {
    use epic_events::policy;
    use epic_server::{
        api::layer::TraceLayer,
        telemetry::{report, trace},
    };
    use tonic::body::Body;
    use tower::{Layer as _, ServiceExt as _, service_fn};

    let Ok(dsn) = std::env::var("EPIC_TEST_PANIC_TO") else {
        return;
    };
    report::install_panic_hook();
    let reporting = report::start(Some(&dsn)).expect("a DSN");
    let service = service_fn(async |_: http::Request<Body>| {
        trace::set_actor(7);
        if policy::GET_CLIENT.path().is_empty() {
            return Ok::<_, std::convert::Infallible>(http::Response::new(Body::empty()));
        }
        panic!("typed by {}", "Zoé");
    });
    let request = http::Request::builder()
        .uri(policy::GET_CLIENT.path())
        .header(
            "traceparent",
            format!("00-{PANIC_TRACE}-00f067aa0ba902b7-01"),
        )
        .body(Body::empty())
        .expect("a request");
    let reply = TraceLayer.layer(service).oneshot(request).await;
    let status = Status::from_header_map(reply.expect("a reply").headers());
    assert_eq!(status.expect("a status").code(), Code::Internal);
    drop(reporting);
}
