use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::tests::{Method, methods};

const CALLER: i64 = 7;
const OTHER: i64 = 8;

const fn actor(role: Role) -> Actor {
    Actor { id: CALLER, role }
}

/// RPCs with their expected access. Those that depend on the role list the grants of gestion,
/// commercial and support as `rows` or `rows: fields`, with `-` for no grant.
const EXPECTED: &[(&str, &[&str])] = &[
    ("Check", &["public"]),
    ("Watch", &["public"]),
    ("ServerReflectionInfo", &["public"]),
    ("ServerReflectionInfo", &["public"]),
    ("Login", &["public"]),
    ("RefreshSession", &["public"]),
    ("Logout", &["session"]),
    ("GetMe", &["session"]),
    ("ChangePassword", &["session"]),
    ("ListSessions", &["any", "own", "own"]),
    ("RevokeSession", &["any", "own", "own"]),
    ("ListCollaborators", &["everyone"]),
    ("GetCollaborator", &["everyone"]),
    ("CreateCollaborator", &["any", "-", "-"]),
    ("UpdateCollaborator", &["any", "-", "-"]),
    ("DeleteCollaborator", &["any", "-", "-"]),
    ("ResetPassword", &["any", "-", "-"]),
    ("ListClients", &["everyone"]),
    ("GetClient", &["everyone"]),
    ("CreateClient", &["-", "own", "-"]),
    ("UpdateClient", &["-", "own: name email phone company", "-"]),
    ("AssignCommercial", &["unassigned", "-", "-"]),
    ("ListContracts", &["everyone"]),
    ("GetContract", &["everyone"]),
    ("CreateContract", &["any", "-", "-"]),
    (
        "UpdateContract",
        &["any", "own: total_cents remaining_cents date signed", "-"],
    ),
    ("ListEvents", &["everyone"]),
    ("GetEvent", &["everyone"]),
    ("CreateEvent", &["-", "own", "-"]),
    (
        "UpdateEvent",
        &["-", "-", "own: start_time end_time location attendees note"],
    ),
    ("AssignSupport", &["any", "-", "-"]),
    ("WatchChanges", &["everyone"]),
    ("ListHistory", &["everyone"]),
];

fn print_grant(grant: Option<Grant>) -> String {
    let Some(Grant { rows, fields }) = grant else {
        return "-".to_owned();
    };
    let rows = match rows {
        RowScope::Any => "any",
        RowScope::Own => "own",
        RowScope::Unassigned => "unassigned",
    };
    match fields {
        None => rows.to_owned(),
        Some(fields) => format!("{rows}: {}", fields.join(" ")),
    }
}

#[test]
fn policy_is_as_specified() {
    let printed: Vec<_> = POLICY
        .iter()
        .map(|&(rpc, access)| {
            let access = match access {
                Access::Public => vec!["public".to_owned()],
                Access::Session => vec!["session".to_owned()],
                Access::Everyone => vec!["everyone".to_owned()],
                Access::Granted { .. } => {
                    ROLES.map(|role| print_grant(access.grant(role))).to_vec()
                }
            };
            (rpc.name(), access)
        })
        .collect();
    let expected: Vec<_> = EXPECTED
        .iter()
        .map(|(name, access)| (*name, access.iter().map(|&cell| cell.to_owned()).collect()))
        .collect();
    assert_eq!(printed, expected);
}

#[test]
fn no_grant_without_a_role_or_outside_granted_access() {
    for (rpc, access) in POLICY {
        assert_eq!(access.grant(Role::Unspecified), None, "{}", rpc.path());
        if !matches!(access, Access::Granted { .. }) {
            assert!(ROLES.iter().all(|&role| access.grant(role).is_none()));
        }
    }
}

#[test]
fn policy_lists_exactly_the_rpcs_of_the_protocol() {
    let paths: Vec<_> = POLICY.iter().map(|(rpc, _)| rpc.path()).collect();
    let unique: BTreeSet<_> = paths.iter().map(|&path| path.to_owned()).collect();
    assert_eq!(paths.len(), unique.len(), "a path is listed twice");
    let ours = unique.into_iter().filter(|path| path.starts_with("/epic."));
    let described = methods().into_iter().map(|method| method.path);
    assert_eq!(ours.collect::<BTreeSet<_>>(), described.collect());
}

#[test]
fn streams_are_those_of_the_protocol() {
    let streams = POLICY.iter().filter(|(rpc, _)| rpc.is_stream());
    let (ours, others): (Vec<_>, Vec<_>) = streams
        .map(|(rpc, _)| rpc.path().to_owned())
        .partition(|path| path.starts_with("/epic."));
    let described = methods().into_iter().filter(|method| method.is_stream);
    assert_eq!(ours, described.map(|it| it.path).collect::<Vec<_>>());
    let others: Vec<_> = others
        .iter()
        .filter_map(|it| it.rsplit('/').next())
        .collect();
    assert_eq!(
        others,
        ["Watch", "ServerReflectionInfo", "ServerReflectionInfo"]
    );
}

#[test]
fn every_change_of_an_account_is_urgent() {
    for (rpc, _) in POLICY {
        let path = rpc.path();
        let changes_account = path.contains("CollaboratorService/")
            && !["/List", "/Get"].iter().any(|read| path.contains(read));
        let ends_session = ["Logout", "ChangePassword", "RevokeSession"].contains(&rpc.name());
        let is_urgent = changes_account || ends_session || rpc.name() == "Login";
        assert_eq!(rpc.is_urgent(), is_urgent, "{path}");
    }
}

#[test]
fn granted_fields_are_fields_of_the_request() {
    let methods: BTreeMap<_, _> = methods()
        .into_iter()
        .map(|Method { path, fields, .. }| (path, fields))
        .collect();
    let mut checked = 0;
    for (rpc, access) in POLICY {
        for grant in ROLES.into_iter().filter_map(|role| access.grant(role)) {
            for field in grant.fields.unwrap_or_default() {
                let fields = &methods[rpc.path()];
                assert!(
                    fields.iter().any(|it| it == field),
                    "{} {field}",
                    rpc.path()
                );
                checked += 1;
            }
        }
    }
    assert!(checked > 10, "only {checked} fields");
}

/// A new field that no grant covers could be sent and never written.
#[test]
fn some_role_may_change_every_field_of_an_update() {
    let mut checked = 0;
    for Method { path, fields, .. } in methods() {
        let Some((rpc, access)) = access(&path).filter(|(rpc, _)| rpc.name().starts_with("Update"))
        else {
            continue;
        };
        let grants: Vec<_> = ROLES
            .into_iter()
            .filter_map(|role| access.grant(role))
            .collect();
        for field in fields {
            if ["id", "etag", "successor_id"].contains(&field.as_str()) {
                continue;
            }
            let covers = |grant: &Grant| {
                grant
                    .fields
                    .is_none_or(|fields| fields.iter().any(|it| *it == field))
            };
            assert!(grants.iter().any(covers), "{} {field}", rpc.name());
            checked += 1;
        }
    }
    assert!(checked > 15, "only {checked} fields");
}

#[test]
fn access_requires_the_exact_path() {
    for &(rpc, expected) in POLICY {
        assert_eq!(access(rpc.path()), Some((rpc, expected)));
    }
    assert_eq!(GET_CLIENT.path(), "/epic.v1.ClientService/GetClient");
    assert_eq!(GET_CLIENT.name(), "GetClient");
    let unknown = [
        "",
        "/",
        "GetClient",
        "/epic.v1.ClientService/getclient",
        "/epic.v1.ClientService/GetClient/",
        "/epic.v1.ClientService/GetClients",
        "/epic.v1.ContractService/GetClient",
    ];
    for path in unknown {
        assert_eq!(access(path), None, "{path}");
    }
}

#[test]
fn an_unlisted_rpc_is_denied() {
    let unlisted = Rpc::new("/epic.v1.ClientService/DeleteClient");
    for role in ROLES {
        assert_eq!(may_call(role, unlisted), Err(Denied::Unlisted));
        let denied = permit(actor(role), unlisted, Some(CALLER), &[]).map(|_| ());
        assert_eq!(denied, Err(Denied::Unlisted));
    }
}

/// Evaluates every RPC for every role, owner and field against the table, written as a separate
/// definition of what each grant means.
#[test]
fn permit_allows_exactly_what_a_grant_covers() {
    let fields = ["name", "signed", "event_title", "location", "role"];
    for &(rpc, access) in POLICY {
        for role in [
            Role::Unspecified,
            Role::Gestion,
            Role::Commercial,
            Role::Support,
        ] {
            let granted = matches!(access, Access::Granted { .. });
            let grant = access.grant(role);
            assert_eq!(may_call(role, rpc).is_ok(), !granted || grant.is_some());
            for owner in [None, Some(CALLER), Some(OTHER)] {
                for changed in [&[][..], &fields[..1], &fields[1..2], &fields[2..], &fields] {
                    let expected = match grant {
                        None => !granted,
                        Some(Grant { rows, fields }) => {
                            let owned = match rows {
                                RowScope::Any => true,
                                RowScope::Own => owner == Some(CALLER),
                                RowScope::Unassigned => owner.is_none(),
                            };
                            let covered =
                                |field| fields.is_none_or(|fields| fields.contains(field));
                            owned && changed.iter().all(covered)
                        }
                    };
                    let permitted = permit(actor(role), rpc, owner, changed);
                    let case = format!("{} {role:?} {owner:?} {changed:?}", rpc.name());
                    assert_eq!(permitted.is_ok(), expected, "{case}: {permitted:?}");
                    if let Ok(permit) = permitted {
                        assert_eq!(permit.actor(), actor(role));
                    }
                }
            }
        }
    }
}

#[test]
fn a_denial_says_why_and_which_roles_are_allowed() {
    let gestion = || vec![Role::Gestion];
    let commercial = || vec![Role::Commercial];
    let cases = [
        (
            (Role::Commercial, RESET_PASSWORD, None, &[][..]),
            Denied::Role { allowed: gestion() },
        ),
        (
            (Role::Support, UPDATE_CONTRACT, Some(CALLER), &["signed"]),
            Denied::Role {
                allowed: vec![Role::Gestion, Role::Commercial],
            },
        ),
        (
            (Role::Gestion, UPDATE_CLIENT, Some(CALLER), &["name"]),
            Denied::Role {
                allowed: commercial(),
            },
        ),
        (
            (Role::Unspecified, CREATE_EVENT, Some(CALLER), &[]),
            Denied::Role {
                allowed: commercial(),
            },
        ),
        (
            (Role::Commercial, UPDATE_CLIENT, Some(OTHER), &["name"]),
            Denied::NotYours,
        ),
        (
            (Role::Commercial, UPDATE_CLIENT, None, &["name"]),
            Denied::NotYours,
        ),
        (
            (Role::Support, LIST_SESSIONS, Some(OTHER), &[]),
            Denied::NotYours,
        ),
        (
            (Role::Gestion, ASSIGN_COMMERCIAL, Some(OTHER), &[]),
            Denied::AlreadyAssigned,
        ),
        (
            (Role::Gestion, ASSIGN_COMMERCIAL, Some(CALLER), &[]),
            Denied::AlreadyAssigned,
        ),
        (
            (
                Role::Commercial,
                UPDATE_CONTRACT,
                Some(CALLER),
                &["signed", "event_title", "client_id"],
            ),
            Denied::Field {
                field: "event_title",
                allowed: gestion(),
            },
        ),
        (
            (Role::Support, UPDATE_EVENT, Some(CALLER), &["contract_id"]),
            Denied::Field {
                field: "contract_id",
                allowed: vec![],
            },
        ),
        // The owner is checked before the fields.
        (
            (
                Role::Commercial,
                UPDATE_CONTRACT,
                Some(OTHER),
                &["event_title"],
            ),
            Denied::NotYours,
        ),
    ];
    for ((role, rpc, owner, fields), expected) in cases {
        let denied = permit(actor(role), rpc, owner, fields).map(|_| ());
        assert_eq!(denied, Err(expected), "{} {role:?} {owner:?}", rpc.name());
    }
}

#[test]
fn each_denial_has_its_reason() {
    let allowed = vec![Role::Gestion];
    let cases = [
        (Denied::Unlisted, Reason::UnknownRpc),
        (
            Denied::Role {
                allowed: allowed.clone(),
            },
            Reason::RoleNotAllowed,
        ),
        (Denied::NotYours, Reason::NotYours),
        (Denied::AlreadyAssigned, Reason::AlreadyAssigned),
        (
            Denied::Field {
                field: "name",
                allowed,
            },
            Reason::FieldNotAllowed,
        ),
    ];
    for (denied, reason) in cases {
        assert_eq!(denied.reason(), reason);
    }
}
