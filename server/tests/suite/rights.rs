//! The rights: every call, by everybody, about everybody's records, over a real channel. The calls
//! come from the descriptor and what is expected of them from the policy, so that a call without a
//! rule, a rule without a call and a field without a case all fail here.

pub mod calls;

use std::collections::{BTreeMap, BTreeSet};

use epic_events::{
    FILE_DESCRIPTOR_SET,
    api_error::ApiError,
    policy::{self, Access, Actor, POLICY, Permit, permit},
    reason::Reason,
};
use prost::Message as _;
use prost_types::FileDescriptorSet;
use tonic::Status;

use crate::{
    raw,
    stage::{self, COMMERCIAL1, GESTION1, GESTION2, LEAVER, NEWCOMER, SUPPORT1, Stage},
};
use calls::{CALLS, Call, FIELDS, RECORDS, Record, update_of};

/// One of each department.
const PEOPLE: [i64; 3] = [GESTION1, COMMERCIAL1, SUPPORT1];

/// The path of each call in the descriptor, and the fields of its request.
pub fn described() -> BTreeMap<String, Vec<String>> {
    let files = FileDescriptorSet::decode(FILE_DESCRIPTOR_SET)
        .expect("descriptors")
        .file;
    let messages: BTreeMap<_, _> = files
        .iter()
        .flat_map(|file| {
            file.message_type.iter().map(|message| {
                let fields = message.field.iter().map(|field| field.name().to_owned());
                let name = format!(".{}.{}", file.package(), message.name());
                (name, fields.collect::<Vec<_>>())
            })
        })
        .collect();
    files
        .iter()
        .flat_map(|file| file.service.iter().map(move |service| (file, service)))
        .flat_map(|(file, service)| service.method.iter().map(move |rpc| (file, service, rpc)))
        .map(|(file, service, rpc)| {
            let path = format!("/{}.{}/{}", file.package(), service.name(), rpc.name());
            (path, messages[rpc.input_type()].clone())
        })
        .collect()
}

/// What tells a request which record, which version, which request; and who takes over.
pub const NOT_FIELDS: [&str; 4] = ["id", "etag", "request_id", "successor_id"];

fn actor(person: i64) -> Actor {
    Actor {
        id: person,
        role: stage::role(person),
    }
}

/// Fails with all that differs, not only the first.
fn assert_none(wrong: &[String]) {
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// What differs between what was answered and what should have been.
fn differs(
    what: &str,
    expected: &Result<(), ApiError>,
    answered: &Result<Vec<u8>, Status>,
) -> Option<String> {
    let answered = match answered {
        Ok(_) => Ok(()),
        Err(status) => match ApiError::from_status(status) {
            Some(refusal) => Err(refusal),
            None => return Some(format!("{what}: no reason in {status:?}")),
        },
    };
    (answered != *expected).then(|| format!("{what}: {answered:?} instead of {expected:?}"))
}

#[test]
fn every_call_has_a_rule_and_a_case_and_every_rule_a_call() {
    let described: BTreeSet<_> = described().into_keys().collect();
    let ours = |path: &&str| path.starts_with("/epic.");
    let ruled: Vec<_> = POLICY.iter().map(|(rpc, _)| rpc.path()).collect();
    let unique: BTreeSet<_> = ruled.iter().copied().collect();
    assert_eq!(ruled.len(), unique.len(), "a path has two rules");
    let ruled: BTreeSet<_> = ruled.into_iter().filter(ours).map(str::to_owned).collect();
    assert_eq!(described, ruled, "the descriptor and the policy");
    let called: BTreeSet<_> = CALLS
        .iter()
        .map(|call| call.rpc.path().to_owned())
        .collect();
    assert_eq!(described, called, "the descriptor and the cases");
}

#[test]
fn every_field_of_an_update_has_a_case() {
    let mut described: BTreeSet<_> = described()
        .into_iter()
        .filter(|(path, _)| path.contains("/Update"))
        .flat_map(|(path, fields)| fields.into_iter().map(move |field| (path.clone(), field)))
        .filter(|(_, field)| !NOT_FIELDS.contains(&field.as_str()))
        .collect();
    for field in FIELDS {
        let case = (field.rpc.path().to_owned(), field.name.to_owned());
        assert!(described.remove(&case), "{case:?} is not in the descriptor");
    }
    assert_eq!(described, BTreeSet::new(), "fields without a case");
}

/// What the policy says of that call by that person about such a record.
fn expected(call: &Call, person: i64, record: Record) -> Result<(), ApiError> {
    let owner = call.owner.of(record, person);
    permit(actor(person), call.rpc, owner, call.changed_fields)
        .map(|_: Permit| ())
        .map_err(ApiError::from)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_call_is_answered_and_who_may_not_is_refused_and_changes_nothing() {
    let mut stage = Stage::new().await;
    let mut wrong = Vec::new();
    for call in CALLS {
        for person in PEOPLE {
            for record in RECORDS {
                let what = format!("{} by {person} about {record:?}", call.rpc.name());
                let expected = expected(call, person, record);
                let message = (call.request)(record, person);
                let answered = stage.call(call.rpc, person, message).await;
                wrong.extend(differs(&what, &expected, &answered));
                let changed = stage.changed().await;
                let should_change = call.writes && expected.is_ok();
                if changed != should_change {
                    wrong.push(format!("{what}: changed something: {changed}"));
                }
            }
        }
    }
    assert_none(&wrong);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_changes_its_fields_and_no_others() {
    let mut stage = Stage::new().await;
    let mut wrong = Vec::new();
    for field in FIELDS {
        for person in PEOPLE {
            let call = CALLS.iter().find(|call| call.rpc == field.rpc);
            let owner = call.expect("a case").owner.of(Record::Own, person);
            let what = format!("{}.{} by {person}", field.rpc.name(), field.name);
            let may = |name| permit(actor(person), field.rpc, owner, &[name]).map(drop);
            let expected = may(field.name).map_err(ApiError::from);
            // A field that may not be changed is sent along with all that may.
            let id = if field.table == "collaborators" {
                GESTION2
            } else {
                1
            };
            let mut message = update_of(id);
            message.extend((field.request)());
            if expected.is_err() {
                let others = FIELDS.iter().filter(|other| other.rpc == field.rpc);
                for other in others.filter(|other| may(other.name).is_ok()) {
                    message.extend((other.request)());
                }
            }
            let before = row(&stage, field.table, id).await;
            let answered = stage.call(field.rpc, person, message).await;
            wrong.extend(differs(&what, &expected, &answered));
            let after = row(&stage, field.table, id).await;
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
                wrong.push(format!("{what}: changed {changed:?}"));
            }
            stage.changed().await;
        }
    }
    assert_none(&wrong);
}

/// The columns of a row that people fill in, by name.
async fn row(stage: &Stage, table: &str, id: i64) -> BTreeMap<String, String> {
    let columns = stage
        .house
        .values(&format!(
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
async fn without_a_good_token_only_public_calls_are_answered() {
    let mut stage = Stage::new().await;
    let callers = crate::forged::callers(&stage);
    let mut wrong = Vec::new();
    for call in CALLS {
        let (_, access) = policy::access(call.rpc.path()).expect("a rule");
        for (who, authorization, reason) in &callers {
            let expected = match (access, reason) {
                (Access::Public, _) | (Access::Session, Reason::PasswordChangeRequired) => Ok(()),
                _ => Err(ApiError::new(*reason)),
            };
            let message = (call.request)(Record::Own, LEAVER);
            let channel = &stage.house.channel;
            let path = call.rpc.path();
            let answered = raw::call_as(channel, path, authorization.as_deref(), message).await;
            let what = format!("{} with {who}", call.rpc.name());
            wrong.extend(differs(&what, &expected, &answered));
            let changed = stage.changed().await;
            if changed != (call.writes && expected.is_ok()) {
                wrong.push(format!("{what}: changed something: {changed}"));
            }
        }
    }
    assert_none(&wrong);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rule_hangs_on_the_exact_path() {
    let mut stage = Stage::new().await;
    let list = "/epic.v1.ClientService/ListClients";
    let login = "/epic.v1.AuthService/Login";
    let token = stage.token(GESTION1);
    let missing = Some(Reason::TokenMissing);
    let unknown = Some(Reason::UnknownRpc);
    // Without a token, with one.
    let cases = [
        (list.to_owned(), missing, None),
        // The query string says nothing about who may call.
        (format!("{list}?{login}"), missing, None),
        (format!("{list}?x=/login"), missing, None),
        (
            format!("{list}?{}", "/grpc.health.v1.Health/Check"),
            missing,
            None,
        ),
        // Close is not the same.
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
    let mut wrong = Vec::new();
    for (path, without, with) in cases {
        for (token, expected) in [(None, without), (Some(token.as_str()), with)] {
            let channel = &stage.house.channel;
            let answered = raw::call(channel, &path, token, Vec::new()).await;
            let expected = expected.map_or(Ok(()), |reason| Err(ApiError::new(reason)));
            let what = format!("{path} with a token: {}", token.is_some());
            wrong.extend(differs(&what, &expected, &answered));
        }
    }
    assert!(!stage.changed().await);
    assert_none(&wrong);
}

#[tokio::test(flavor = "multi_thread")]
async fn health_and_reflection_answer_anybody() {
    use tonic_reflection::pb::v1::{
        ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
        server_reflection_request::MessageRequest,
        server_reflection_response::MessageResponse::ListServicesResponse,
    };
    let house = crate::house::House::new().await;
    // HealthCheckResponse { status: SERVING }
    let health = raw::call(
        &house.channel,
        policy::HEALTH_CHECK.path(),
        None,
        Vec::new(),
    )
    .await;
    assert_eq!(health.expect("health"), [0x08, 0x01]);
    let asked = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let mut reflection = ServerReflectionClient::new(house.channel.clone());
    let replies = reflection
        .server_reflection_info(tokio_stream::once(asked))
        .await;
    let reply = replies.expect("reflection").into_inner().message().await;
    let reply = reply.expect("a reply").expect("a reply").message_response;
    let Some(ListServicesResponse(services)) = reply else {
        panic!("{reply:?}");
    };
    let told: BTreeSet<_> = services
        .service
        .into_iter()
        .map(|found| found.name)
        .collect();
    for path in described().into_keys() {
        let service = path.split('/').nth(1).expect("a service");
        assert!(told.contains(service), "{service} in {told:?}");
    }
}

/// One who must change the password can do that, and then everything.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_opens_what_a_handed_out_one_does_not() {
    let stage = Stage::new().await;
    let list = CALLS.iter().find(|call| call.rpc == policy::LIST_CLIENTS);
    let change = CALLS
        .iter()
        .find(|call| call.rpc == policy::CHANGE_PASSWORD);
    let message = |call: Option<&Call>| (call.expect("a case").request)(Record::Own, NEWCOMER);
    let refused = stage
        .call(policy::LIST_CLIENTS, NEWCOMER, message(list))
        .await;
    let refusal = crate::house::refusal(refused);
    assert_eq!(refusal.reason, Reason::PasswordChangeRequired);
    let changed = stage
        .call(policy::CHANGE_PASSWORD, NEWCOMER, message(change))
        .await;
    changed.expect("a new password");
    let listed = stage
        .call(policy::LIST_CLIENTS, NEWCOMER, message(list))
        .await;
    listed.expect("clients");
}
