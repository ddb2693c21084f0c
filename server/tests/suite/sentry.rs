//! What is told to Sentry, by the program itself to a small server that speaks its protocol: all
//! that should be, and nothing of what people are called, type or hold.
#![cfg(unix)]

mod listener;

use std::{collections::BTreeMap, process::Command, time::Duration};

use epic_events::{
    api_error::{ApiError, TRACE},
    reason::Reason,
    v1::{
        ChangePasswordRequest, CreateCollaboratorRequest, CreateContractRequest,
        DeleteCollaboratorRequest, GetClientRequest, ListClientsRequest, LoginRequest,
        ResetPasswordRequest, Role, UpdateCollaboratorRequest, UpdateContractRequest,
        auth_service_client::AuthServiceClient,
    },
};
use tokio::{net::TcpListener, time::timeout};
use tonic::{Code, Response, Status, metadata::MetadataMap};

use self::listener::{Listener, Received};
use crate::{
    furniture::{self, FURNITURE, new_id},
    house::{PASSWORD, login},
    place::{PATIENCE, Place},
};

/// A trigger that fails in a way that no code of ours knows, and says what was typed.
const BROKEN: &str = "
    create function broken() returns trigger language plpgsql as
        $$ begin raise exception 'broken by %', new.name using errcode = 'XX000'; end $$;
    create trigger broken before insert on clients for each row
        when (new.company = 'Whatever breaks it') execute function broken();";

/// What a report says, without its numbers: `level what kind rpc actor record fields`.
fn gist(report: &Received) -> String {
    let tag = |name: &str| {
        report.event["tags"][name]
            .as_str()
            .unwrap_or("-")
            .to_owned()
    };
    let level = report.event["level"].as_str().unwrap_or("error");
    let what = report.event["message"].as_str().unwrap_or("-");
    let rpc = tag("rpc");
    let rpc = rpc.rsplit('/').next().expect("a name");
    format!(
        "{level}: {what}, {rpc} by {}, kind {}, record {}, fields {}",
        tag("actor"),
        tag("kind"),
        tag("record"),
        tag("fields"),
    )
}

fn trace_of(metadata: &MetadataMap) -> String {
    let trace = metadata.get("x-trace-id").expect("a trace on every answer");
    trace.to_str().expect("a text").to_owned()
}

/// Answers, and the traces under which what they did is reported.
#[derive(Default)]
struct Traces(Vec<String>);

impl Traces {
    fn told<T>(&mut self, answer: Result<Response<T>, Status>) -> T {
        let answer = answer.expect("an answer");
        self.0.push(trace_of(answer.metadata()));
        answer.into_inner()
    }
}

fn untold<T>(answer: Result<Response<T>, Status>) -> T {
    let answer = answer.expect("an answer");
    assert_eq!(trace_of(answer.metadata()).len(), 32);
    answer.into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_should_be_told_is_told_and_nothing_personal() {
    let place = Place::furnished(&format!("{FURNITURE}{BROKEN}")).await;
    let sentry = Listener::new().await;
    let mut server = place
        .serve(&[
            ("SENTRY_DSN", &sentry.dsn()),
            ("RUST_BACKTRACE", "1"),
            ("SENTRY_ENVIRONMENT", "tests"),
        ])
        .await;
    let mut traces = Traces::default();
    let channel = server.channel();
    let mut gestion = login(&channel, "gestion1").await;
    let mut commercial = login(&channel, "commercial1").await;
    let mut support = login(&channel, "support1").await;

    // Collaborators, and one who is sent twice.
    let newcomer = CreateCollaboratorRequest {
        request_id: new_id(),
        name: "Zoé Quelconque".to_owned(),
        email: "zoe.quelconque@private.example".to_owned(),
        phone: "+33 6 98 76 54 32".to_owned(),
        role: Role::Support.into(),
    };
    let made = gestion
        .collaborators
        .create_collaborator(newcomer.clone())
        .await;
    let made = traces.told(made);
    let again = gestion
        .collaborators
        .create_collaborator(newcomer.clone())
        .await;
    untold(again);
    let person = made.collaborator.expect("a collaborator");
    let patch = UpdateCollaboratorRequest {
        id: person.id,
        etag: person.etag,
        name: Some("Zoé Autrement".to_owned()),
        phone: Some("+33 6 11 22 33 44".to_owned()),
        ..UpdateCollaboratorRequest::default()
    };
    traces.told(gestion.collaborators.update_collaborator(patch).await);
    let reset = ResetPasswordRequest { id: person.id };
    let reset = traces.told(gestion.collaborators.reset_password(reset).await);
    let own = ChangePasswordRequest {
        current_password: PASSWORD.to_owned(),
        new_password: "quatre mots au hasard".to_owned(),
    };
    traces.told(support.auth.change_password(own).await);
    let removal = DeleteCollaboratorRequest {
        id: person.id,
        ..DeleteCollaboratorRequest::default()
    };
    traces.told(gestion.collaborators.delete_collaborator(removal).await);

    // Signatures: of a new contract, of an old one, and none where there is one already.
    let contract = CreateContractRequest {
        client_id: 1,
        signed: true,
        event_title: "Noces de Zoé".to_owned(),
        ..furniture::contract(1)
    };
    let signed = traces.told(gestion.contracts.create_contract(contract.clone()).await);
    untold(gestion.contracts.create_contract(contract).await);
    let signature = |id, etag: &str| UpdateContractRequest {
        id,
        etag: etag.to_owned(),
        signed: Some(true),
        ..UpdateContractRequest::default()
    };
    let late = commercial
        .contracts
        .update_contract(signature(3, "1"))
        .await;
    let late = traces.told(late).contract.expect("a contract");
    untold(
        commercial
            .contracts
            .update_contract(signature(3, &late.etag))
            .await,
    );
    let unsigned = CreateContractRequest {
        request_id: new_id(),
        signed: false,
        ..furniture::contract(1)
    };
    untold(gestion.contracts.create_contract(unsigned).await);

    // A defect, and what is only somebody's mistake.
    let mut client = furniture::client();
    client.name = "Personne Privée".to_owned();
    client.company = "Whatever breaks it".to_owned();
    let defect = commercial.clients.create_client(client).await;
    let defect = defect.expect_err("a defect");
    let trace = trace_of(defect.metadata());
    let refusal = ApiError::from_status(&defect).expect("a refusal");
    assert_eq!(refusal.reason, Reason::Internal);
    assert_eq!(refusal.details[TRACE], trace);
    assert!(!format!("{defect:?}").contains("Privée"), "{defect:?}");
    traces.0.push(trace.clone());
    let mut auth = AuthServiceClient::new(channel.clone());
    let wrong = LoginRequest {
        email: "personne@private.example".to_owned(),
        password: "un mot de passe faux".to_owned(),
        device: "poste de Zoé".to_owned(),
    };
    let mistakes = [
        auth.login(wrong).await.map(drop),
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
            .create_client(furniture::client())
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
    assert!(log.contains(&trace), "the log knows the trace: {log}");
    let reports = sentry.received();
    let told: Vec<_> = reports.iter().map(gist).collect();
    let (id, contract) = (person.id, signed.contract.expect("a contract").id);
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
    assert_eq!(told, expected);
    for (report, trace) in reports.iter().zip(&traces.0) {
        assert_eq!(report.event["tags"]["trace"], **trace);
        assert_eq!(report.event["contexts"]["trace"]["trace_id"], **trace);
        assert_eq!(report.event["environment"], "tests");
        let release = report.event["release"].as_str().expect("a release");
        assert!(release.starts_with("epic-server@"), "{release}");
    }
    let secrets = [
        made.one_time_password.as_str(),
        &reset.one_time_password,
        &gestion.access_token,
        &gestion.refresh_token,
        &commercial.access_token,
        &commercial.refresh_token,
        &support.access_token,
        &place.key,
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
        "Whatever",
        "poste de",
        "argon2",
    ];
    sentry.never_saw(&secrets);
    // It would be found if it were there.
    assert!(std::panic::catch_unwind(|| sentry.never_saw(&[&trace])).is_err());
}

/// How Sentry can be out of reach: nobody listens there, or somebody who never says a word.
#[tokio::test(flavor = "multi_thread")]
async fn a_sentry_out_of_reach_slows_nothing() {
    let place = Place::furnished("").await;
    let mute = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let dsn = format!("http://key@{}/1", mute.local_addr().expect("an address"));
    let closed = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let gone = format!("http://key@{}/1", closed.local_addr().expect("an address"));
    drop(closed);
    for (dsn, somebody_listens) in [(dsn, true), (gone, false)] {
        let mut server = place.serve(&[("SENTRY_DSN", &dsn)]).await;
        let mut gestion = login(&server.channel(), "gestion1").await;
        let person = epic_events::v1::GetCollaboratorRequest { id: 6 };
        let person = gestion.collaborators.get_collaborator(person).await;
        let mut person = untold(person).collaborator.expect("a collaborator");
        // More reports than Sentry's client would keep, each answered before the first of them is:
        // that one is still waited for.
        let calls = async {
            for number in 0..60 {
                let patch = UpdateCollaboratorRequest {
                    id: person.id,
                    etag: person.etag.clone(),
                    phone: Some(format!("+33 1 23 45 {number:04}")),
                    ..UpdateCollaboratorRequest::default()
                };
                let saved = gestion.collaborators.update_collaborator(patch).await;
                person = untold(saved).collaborator.expect("a collaborator");
            }
        };
        timeout(PATIENCE, calls).await.expect("all the answers");
        let mut held = None;
        if somebody_listens {
            let waits = timeout(PATIENCE, mute.accept()).await.expect("a report");
            held = Some(waits.expect("a connection"));
        }
        // It would take minutes to wait for every report's own time limit.
        let stopped = timeout(Duration::from_mins(1), server.stop()).await;
        stopped.expect("an end");
        let log = server.log();
        assert!(!log.contains("panicked"), "{log}");
        drop(held);
    }
}

/// There is no call that panics, so one is made up: in a process of its own, for what is reported
/// is the process's to decide.
#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_told_by_its_place_and_not_by_its_words() {
    let sentry = Listener::new().await;
    let mut child = Command::new(std::env::current_exe().expect("this program"));
    child
        .args(["--exact", "sentry::a_call_that_panics", "--ignored"])
        .env("EPIC_TEST_PANIC_TO", sentry.dsn());
    let ended = tokio::task::spawn_blocking(move || child.output()).await;
    let output = ended.expect("no panic").expect("to run");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("1 passed"), "{said}");
    let reports = sentry.received();
    assert_eq!(reports.len(), 1);
    let event = &reports[0].event;
    let tags: BTreeMap<String, String> =
        serde_json::from_value(event["tags"].clone()).expect("tags");
    assert_eq!(tags["rpc"], "/epic.v1.ClientService/GetClient");
    assert_eq!(tags["actor"], "7");
    assert_eq!(tags["trace"], PANIC_TRACE);
    assert_eq!(event["level"], "fatal");
    let exception = &event["exception"]["values"][0];
    let place = exception["value"].as_str().expect("a place");
    assert!(place.contains("tests/suite/sentry.rs:"), "{place}");
    let frames = exception["stacktrace"]["frames"]
        .as_array()
        .expect("frames");
    let named = |frame: &serde_json::Value| {
        let function = frame["function"].as_str().unwrap_or_default();
        function.contains("a_call_that_panics")
    };
    assert!(frames.iter().any(named), "{frames:?}");
    sentry.never_saw(&["Zoé", "typed by"]);
}

const PANIC_TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

#[tokio::test]
#[ignore = "runs in a process of its own"]
async fn a_call_that_panics() {
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
    let answer = TraceLayer.layer(service).oneshot(request).await;
    let status = Status::from_header_map(answer.expect("an answer").headers());
    assert_eq!(status.expect("a status").code(), Code::Internal);
    drop(reporting);
}
