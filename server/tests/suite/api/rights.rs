//! The rights of every role, over a real channel: every RPC, by every role, about records of every
//! ownership. The RPCs come from the descriptor and the expected results from the policy, so that
//! an RPC without a rule, a rule without an RPC and a field without a case all fail here.

use std::collections::{BTreeMap, BTreeSet};

use epic_events::{
    api_error::ApiError,
    policy::{self, POLICY, Permit, permit},
    reason::Reason,
};
use epic_server::server::Options;

use crate::support::{
    descriptor::{NON_RECORD_FIELDS, request_fields},
    errors::api_error,
    fixtures::{COMMERCIAL1, GESTION1, GESTION2, SUPPORT1},
    raw_call,
    rights_fixture::{RightsFixture, actor, assert_none, difference},
    rpc_cases::{FIELD_CASES, OWNERSHIPS, Ownership, RPC_CASES, RpcCase, rpc_case, update_target},
    server::TestServer,
};

/// One account of each department.
const ACCOUNTS: [i64; 3] = [GESTION1, COMMERCIAL1, SUPPORT1];

#[test]
fn every_rpc_has_a_rule_and_a_case_and_every_rule_an_rpc() {
    let described: BTreeSet<_> = request_fields().into_keys().collect();
    let is_ours = |path: &&str| path.starts_with("/epic.");
    let ruled: Vec<_> = POLICY.iter().map(|(rpc, _)| rpc.path()).collect();
    let unique: BTreeSet<_> = ruled.iter().copied().collect();
    assert_eq!(ruled.len(), unique.len(), "a path has two rules");
    let ruled: BTreeSet<_> = ruled
        .into_iter()
        .filter(is_ours)
        .map(str::to_owned)
        .collect();
    assert_eq!(described, ruled, "the descriptor and the policy");
    let cases: BTreeSet<_> = RPC_CASES
        .iter()
        .map(|case| case.rpc.path().to_owned())
        .collect();
    assert_eq!(described, cases, "the descriptor and the cases");
}

#[test]
fn every_field_of_an_update_has_a_case() {
    let mut described: BTreeSet<_> = request_fields()
        .into_iter()
        .filter(|(path, _)| path.contains("/Update"))
        .flat_map(|(path, fields)| fields.into_iter().map(move |field| (path.clone(), field)))
        .filter(|(_, field)| !NON_RECORD_FIELDS.contains(&field.as_str()))
        .collect();
    for field in FIELD_CASES {
        let case = (field.rpc.path().to_owned(), field.name.to_owned());
        assert!(described.remove(&case), "{case:?} is not in the descriptor");
    }
    assert_eq!(described, BTreeSet::new(), "fields without a case");
}

/// The policy's decision on the RPC of `case` by `account`.
fn expected(case: &RpcCase, account: i64, ownership: Ownership) -> Result<(), ApiError> {
    let owner = case.owner.of(ownership, account);
    permit(actor(account), case.rpc, owner, case.changed_fields)
        .map(|_: Permit| ())
        .map_err(ApiError::from)
}

#[tokio::test(flavor = "multi_thread")]
async fn permitted_calls_succeed_and_refused_calls_change_nothing() {
    let mut fixture = RightsFixture::start().await;
    let mut failures = Vec::new();
    for case in RPC_CASES {
        for account in ACCOUNTS {
            for ownership in OWNERSHIPS {
                let name = format!("{} by {account} about {ownership:?}", case.rpc.name());
                let expected = expected(case, account, ownership);
                let message = (case.request)(ownership, account);
                let result = fixture.call(case.rpc, account, message).await;
                failures.extend(difference(&name, &expected, &result));
                let changed = fixture.restore_if_changed().await;
                let should_change = case.writes && expected.is_ok();
                if changed != should_change {
                    failures.push(format!("{name}: changed a row: {changed}"));
                }
            }
        }
    }
    assert_none(&failures);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_changes_its_own_fields_and_no_others() {
    let mut fixture = RightsFixture::start().await;
    let mut failures = Vec::new();
    for field in FIELD_CASES {
        for account in ACCOUNTS {
            let owner = rpc_case(field.rpc).owner.of(Ownership::Caller, account);
            let name = format!("{}.{} by {account}", field.rpc.name(), field.name);
            let may = |name| permit(actor(account), field.rpc, owner, &[name]).map(drop);
            let expected = may(field.name).map_err(ApiError::from);
            let id = if field.table == "collaborators" {
                GESTION2
            } else {
                1
            };
            let mut message = update_target(id);
            message.extend((field.request)());
            if expected.is_err() {
                // The request also changes every permitted field, none of which may be written.
                let others = FIELD_CASES.iter().filter(|other| other.rpc == field.rpc);
                for other in others.filter(|other| may(other.name).is_ok()) {
                    message.extend((other.request)());
                }
            }
            let before = row(&fixture, field.table, id).await;
            let result = fixture.call(field.rpc, account, message).await;
            failures.extend(difference(&name, &expected, &result));
            let after = row(&fixture, field.table, id).await;
            let changed: Vec<_> = after
                .iter()
                .filter(|&(column, value)| before[column] != *value)
                .map(|(column, _)| column.as_str())
                .collect();
            let should_change = if expected.is_ok() {
                vec![field.name]
            } else {
                vec![]
            };
            if changed != should_change {
                failures.push(format!("{name}: changed {changed:?}"));
            }
            fixture.restore_if_changed().await;
        }
    }
    assert_none(&failures);
}

/// The columns of a row that callers fill in, by name.
async fn row(fixture: &RightsFixture, table: &str, id: i64) -> BTreeMap<String, String> {
    let columns = fixture
        .server
        .query_text(&format!(
            "select key || '=' || value as value \
             from {table}, jsonb_each(to_jsonb({table})) where id = {id} and key not in \
             ('update_time', 'updated_by', 'version', 'search') and key not like '%\\_sort'"
        ))
        .await;
    columns
        .iter()
        .filter_map(|column| column.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_applies_to_the_exact_path_only() {
    let mut fixture = RightsFixture::start().await;
    let list = "/epic.v1.ClientService/ListClients";
    let login = "/epic.v1.AuthService/Login";
    let token = fixture.token(GESTION1);
    let missing = Some(Reason::TokenMissing);
    let unknown = Some(Reason::UnknownRpc);
    // The path, the reason without a token, the reason with one.
    let cases = [
        (list.to_owned(), missing, None),
        // The query string does not influence the decision.
        (format!("{list}?{login}"), missing, None),
        (format!("{list}?x=/login"), missing, None),
        (
            format!("{list}?{}", "/grpc.health.v1.Health/Check"),
            missing,
            None,
        ),
        // Similar paths.
        (format!("{list}/"), unknown, unknown),
        (format!("/{list}"), unknown, unknown),
        (list.to_lowercase(), unknown, unknown),
        (
            "/epic.v1.ClientService/%4cistClients".to_owned(),
            unknown,
            unknown,
        ),
        (format!("{login}/..{list}"), unknown, unknown),
        (
            format!("{login}/../../epic.v1.ClientService/ListClients"),
            unknown,
            unknown,
        ),
        (
            "/epic.v1.ClientService/DeleteClient".to_owned(),
            unknown,
            unknown,
        ),
        (
            "/epic.v2.ClientService/ListClients".to_owned(),
            unknown,
            unknown,
        ),
        ("/epic.v1.ClientService".to_owned(), unknown, unknown),
        ("/grpc.health.v1.Health/List".to_owned(), unknown, unknown),
        ("/".to_owned(), unknown, unknown),
        ("/login".to_owned(), unknown, unknown),
    ];
    let mut failures = Vec::new();
    for (path, without, with) in cases {
        for (token, expected) in [(None, without), (Some(token.as_str()), with)] {
            let channel = &fixture.server.channel;
            let result = raw_call::call(channel, &path, token, Vec::new()).await;
            let expected = expected.map_or(Ok(()), |reason| Err(ApiError::new(reason)));
            let name = format!("{path} with a token: {}", token.is_some());
            failures.extend(difference(&name, &expected, &result));
        }
    }
    assert!(!fixture.restore_if_changed().await);
    assert_none(&failures);
}

#[tokio::test(flavor = "multi_thread")]
async fn reflection_is_unknown_unless_it_is_chosen() {
    let server = TestServer::start().await;
    let path = policy::REFLECTION.path();
    let refused = raw_call::call(&server.channel, path, None, Vec::new()).await;
    assert_eq!(api_error(refused).reason, Reason::UnknownRpc);
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn health_and_reflection_need_no_token() {
    use tonic_reflection::pb::v1::{
        ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
        server_reflection_request::MessageRequest,
        server_reflection_response::MessageResponse::ListServicesResponse,
    };
    let options = Options {
        reflection: true,
        ..Options::default()
    };
    let server = TestServer::with_options("", options).await;
    let check = policy::HEALTH_CHECK.path();
    let health = raw_call::call(&server.channel, check, None, Vec::new()).await;
    // HealthCheckResponse { status: SERVING }
    assert_eq!(health.expect("health"), [0x08, 0x01]);
    let request = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let mut reflection = ServerReflectionClient::new(server.channel.clone());
    let replies = reflection
        .server_reflection_info(tokio_stream::once(request))
        .await;
    let reply = replies.expect("reflection").into_inner().message().await;
    let reply = reply.expect("a reply").expect("a reply").message_response;
    let Some(ListServicesResponse(services)) = reply else {
        panic!("{reply:?}");
    };
    let listed: BTreeSet<_> = services
        .service
        .into_iter()
        .map(|service| service.name)
        .collect();
    for path in request_fields().into_keys() {
        let service = path.split('/').nth(1).expect("a service");
        assert!(listed.contains(service), "{service} in {listed:?}");
    }
}
