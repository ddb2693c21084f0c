//! Bad input, as a table: what is sent, why it is refused, and which fields that is about. Never
//! an internal error, and the server goes on.

use epic_events::{
    google::r#type::Date,
    policy::{self, POLICY, Rpc},
    reason::Reason::{self, *},
    v1::*,
    value::CENTS_MAX,
};
use prost::Message;
use prost_types::Timestamp;

use crate::{
    furniture::{self, COMMERCIAL1, FURNITURE, SUPPORT1, date, new_id, time},
    house::{House, PASSWORD},
    wire::well_formed,
};

/// Who sends what, and what comes back: the reason, and each field with what is wrong with it.
struct Case {
    who: &'static str,
    rpc: Rpc,
    told: String,
    body: Vec<u8>,
    reason: Reason,
    fields: &'static [(&'static str, &'static str)],
}

fn refused<M: Message + std::fmt::Debug>(
    who: &'static str,
    rpc: Rpc,
    message: M,
    reason: Reason,
    fields: &'static [(&'static str, &'static str)],
) -> Case {
    let mut told = format!("{message:?}");
    if let Some((end, _)) = told.char_indices().nth(600) {
        told.truncate(end);
    }
    Case {
        who,
        rpc,
        told,
        body: message.encode_to_vec(),
        reason,
        fields,
    }
}

async fn check(cases: Vec<Case>) {
    let house = House::furnished(FURNITURE).await;
    let mut signed_in = Vec::new();
    for who in ["gestion1", "commercial1", "support1"] {
        signed_in.push((who, house.login(who).await));
    }
    for case in cases {
        let caller = signed_in.iter().find(|(who, _)| *who == case.who);
        let caller = &caller.expect("one of the three").1;
        let told = format!("{} by {}: {}", case.rpc.name(), case.who, case.told);
        let reply = house.send(caller, case.rpc, case.body).await;
        let Err(status) = reply else {
            panic!("{told} was not refused");
        };
        let refusal = well_formed(&status);
        let fields: Vec<_> = refusal
            .fields
            .iter()
            .map(|problem| (problem.field.as_str(), problem.code.as_str()))
            .collect();
        assert_eq!(
            (refusal.reason, fields.as_slice()),
            (case.reason, case.fields),
            "{told}"
        );
    }
    house.close().await;
}

/// One field of a message that is right otherwise, with each of its wrong values.
macro_rules! each {
    ($cases:ident, $who:literal, $rpc:ident, $message:expr,
     [$($field:ident: $value:expr => $problem:literal,)*]) => {$({
        let mut message = $message;
        message.$field = $value;
        $cases.push(refused(
            $who, policy::$rpc, message, InvalidField, &[(stringify!($field), $problem)],
        ));
    })*};
}

const CONTROL: [&str; 6] = [
    "a\0b",
    "a\nb",
    "a\u{1b}[31mb",
    "a\u{7f}",
    "a\rb",
    "a\u{85}b",
];

fn s(text: &str) -> String {
    text.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_that_are_wrong() {
    let mut cases = Vec::new();
    for text in CONTROL {
        each!(cases, "commercial1", CREATE_CLIENT, furniture::client(), [
            name: s(text) => "CONTROL_CHARACTER",
            company: s(text) => "CONTROL_CHARACTER",
            phone: s(text) => "NOT_A_PHONE",
            email: format!("{text}@example.org") => "NOT_AN_EMAIL",
        ]);
        each!(cases, "gestion1", CREATE_COLLABORATOR, furniture::collaborator(), [
            name: s(text) => "CONTROL_CHARACTER",
        ]);
        each!(cases, "gestion1", CREATE_CONTRACT, furniture::contract(1), [
            event_title: s(text) => "CONTROL_CHARACTER",
        ]);
        each!(cases, "commercial1", CREATE_EVENT, furniture::event(2), [
            location: s(text) => "CONTROL_CHARACTER",
        ]);
        each!(cases, "commercial1", UPDATE_CLIENT, UpdateClientRequest {
            id: 1, etag: s("1"), ..UpdateClientRequest::default()
        }, [
            name: Some(s(text)) => "CONTROL_CHARACTER",
        ]);
    }
    for text in ["a\0b", "\u{7}", "a\u{1b}[31mb"] {
        each!(cases, "commercial1", CREATE_EVENT, furniture::event(2), [
            note: s(text) => "CONTROL_CHARACTER",
        ]);
        each!(cases, "support1", UPDATE_EVENT, UpdateEventRequest {
            id: 1, etag: s("1"), ..UpdateEventRequest::default()
        }, [
            note: Some(s(text)) => "CONTROL_CHARACTER",
        ]);
        each!(cases, "support1", LIST_EVENTS, ListEventsRequest::default(), [
            query: s(text) => "CONTROL_CHARACTER",
        ]);
    }
    for text in ["", " ", "\t\n", "\u{a0}", "\u{3000}"] {
        each!(cases, "commercial1", CREATE_CLIENT, furniture::client(), [
            name: s(text) => "MISSING",
            email: s(text) => "MISSING",
            phone: s(text) => "MISSING",
            company: s(text) => "MISSING",
        ]);
    }
    each!(cases, "commercial1", CREATE_CLIENT, furniture::client(), [
        name: "é".repeat(121) => "TOO_LONG",
        company: "é".repeat(201) => "TOO_LONG",
        email: format!("{}@example.org", "a".repeat(250)) => "TOO_LONG",
        phone: "1".repeat(33) => "TOO_LONG",
    ]);
    each!(cases, "gestion1", CREATE_CONTRACT, furniture::contract(1), [
        event_title: "x".repeat(201) => "TOO_LONG",
    ]);
    each!(cases, "commercial1", CREATE_EVENT, furniture::event(2), [
        location: "x".repeat(301) => "TOO_LONG",
        note: "x".repeat(4_001) => "TOO_LONG",
        note: "x".repeat(250_000) => "TOO_LONG",
    ]);
    each!(cases, "gestion1", LIST_CLIENTS, ListClientsRequest::default(), [
        query: "x".repeat(201) => "TOO_LONG",
    ]);
    for email in [
        "a",
        "@",
        "a@",
        "@b.c",
        "a@b",
        "a b@c.de",
        "a@b..de",
        "a@@b.de",
        "Alice <a@b.de>",
        "a@[127.0.0.1]",
        "a@b.de, c@d.ef",
        "a@-b.de",
        "a@b.de\n",
    ]
    .iter()
    .filter(|email| !email.ends_with('\n'))
    {
        each!(cases, "commercial1", CREATE_CLIENT, furniture::client(), [
            email: s(email) => "NOT_AN_EMAIL",
        ]);
        each!(cases, "gestion1", CREATE_COLLABORATOR, furniture::collaborator(), [
            email: s(email) => "NOT_AN_EMAIL",
        ]);
    }
    for phone in [
        "123",
        "call me",
        "1234567890123456",
        "12+34567",
        "++123456",
        "+",
        "12 34 ext 5",
        "٠١٢٣٤٥",
        "1234;drop table",
        "01\u{2028}23456",
    ] {
        each!(cases, "commercial1", CREATE_CLIENT, furniture::client(), [
            phone: s(phone) => "NOT_A_PHONE",
        ]);
    }
    check(cases).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_dates_and_roles_that_are_wrong() {
    let mut cases = Vec::new();
    each!(cases, "gestion1", CREATE_CONTRACT, furniture::contract(1), [
        remaining_cents: -1 => "NEGATIVE",
        remaining_cents: i64::MIN => "NEGATIVE",
        total_cents: -1 => "NEGATIVE",
        total_cents: i64::MIN => "NEGATIVE",
        total_cents: CENTS_MAX + 1 => "TOO_LARGE",
        total_cents: i64::MAX => "TOO_LARGE",
        remaining_cents: i64::MAX => "TOO_LARGE",
        client_id: 0 => "MISSING",
        client_id: -1 => "NEGATIVE",
        client_id: i64::MIN => "NEGATIVE",
        date: None => "MISSING",
    ]);
    cases.push(refused(
        "gestion1",
        policy::CREATE_CONTRACT,
        CreateContractRequest {
            remaining_cents: 100_001,
            ..furniture::contract(1)
        },
        InvalidField,
        &[("remaining_cents", "ABOVE_TOTAL")],
    ));
    for (year, month, day) in [
        (2026, 2, 31),
        (2026, 2, 29),
        (2026, 13, 1),
        (2026, 0, 1),
        (2026, 1, 0),
        (2026, 4, 31),
        (0, 1, 1),
        (0, 0, 0),
        (-1, 1, 1),
        (1999, 12, 31),
        (2200, 1, 1),
        (99_999, 1, 1),
        (2026, 257, 1),
        (2026, -1, 1),
        (i32::MAX, i32::MAX, i32::MAX),
        (i32::MIN, 1, 1),
        (2026, 6, 256 + 5),
        (65_536 + 2026, 1, 1),
    ] {
        each!(cases, "gestion1", CREATE_CONTRACT, furniture::contract(1), [
            date: Some(date(year, month, day)) => "NOT_A_DATE",
        ]);
        each!(cases, "gestion1", UPDATE_CONTRACT, UpdateContractRequest {
            id: 1, etag: s("1"), ..UpdateContractRequest::default()
        }, [
            date: Some(Date { year, month, day }) => "NOT_A_DATE",
        ]);
    }
    for wrong in [
        time(i64::MAX),
        time(i64::MIN),
        time(-1),
        time(946_684_799),
        time(7_258_118_400),
        Timestamp {
            nanos: -1,
            ..time(1_790_000_000)
        },
        Timestamp {
            nanos: 1_000_000_000,
            ..time(1_790_000_000)
        },
        Timestamp {
            nanos: i32::MIN,
            ..time(1_790_000_000)
        },
        Timestamp {
            nanos: i32::MAX,
            ..time(1_790_000_000)
        },
    ] {
        each!(cases, "commercial1", CREATE_EVENT, furniture::event(2), [
            start_time: Some(wrong) => "NOT_A_TIME",
            end_time: Some(wrong) => "NOT_A_TIME",
        ]);
        each!(cases, "support1", UPDATE_EVENT, UpdateEventRequest {
            id: 1, etag: s("1"), ..UpdateEventRequest::default()
        }, [
            start_time: Some(wrong) => "NOT_A_TIME",
            end_time: Some(wrong) => "NOT_A_TIME",
        ]);
        each!(cases, "support1", LIST_EVENTS, ListEventsRequest::default(), [
            start_after: Some(wrong) => "NOT_A_TIME",
            start_before: Some(wrong) => "NOT_A_TIME",
        ]);
    }
    each!(cases, "commercial1", CREATE_EVENT, furniture::event(2), [
        start_time: None => "MISSING",
        end_time: None => "MISSING",
        // Not after the start, which is at 1_790_000_000; a part of a microsecond is no time.
        end_time: Some(time(1_790_000_000)) => "ENDS_BEFORE_START",
        end_time: Some(time(1_789_999_999)) => "ENDS_BEFORE_START",
        end_time: Some(Timestamp { nanos: 999, ..time(1_790_000_000) }) => "ENDS_BEFORE_START",
        attendees: -1 => "NEGATIVE",
        attendees: i32::MIN => "NEGATIVE",
        attendees: i32::MAX => "TOO_LARGE",
        attendees: 1_000_001 => "TOO_LARGE",
        contract_id: 0 => "MISSING",
        contract_id: -7 => "NEGATIVE",
    ]);
    for role in [4, 99, -1, i32::MAX, i32::MIN] {
        each!(cases, "gestion1", CREATE_COLLABORATOR, furniture::collaborator(), [
            role: role => "NOT_A_ROLE",
        ]);
        each!(cases, "gestion1", UPDATE_COLLABORATOR, UpdateCollaboratorRequest {
            id: 5, etag: s("1"), ..UpdateCollaboratorRequest::default()
        }, [
            role: Some(role) => "NOT_A_ROLE",
        ]);
        each!(cases, "support1", LIST_COLLABORATORS, ListCollaboratorsRequest::default(), [
            role: role => "NOT_A_ROLE",
        ]);
    }
    each!(cases, "gestion1", CREATE_COLLABORATOR, furniture::collaborator(), [
        role: 0 => "MISSING",
    ]);
    each!(cases, "gestion1", UPDATE_COLLABORATOR, UpdateCollaboratorRequest {
        id: 5, etag: s("1"), ..UpdateCollaboratorRequest::default()
    }, [
        role: Some(0) => "MISSING",
        successor_id: Some(0) => "MISSING",
        successor_id: Some(-1) => "NEGATIVE",
    ]);
    check(cases).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn request_ids_and_etags_that_are_wrong() {
    let mut cases = Vec::new();
    for (text, problem) in [
        ("", "MISSING"),
        ("x", "NOT_A_UUID"),
        ("00000000-0000-0000-0000-000000000000", "NOT_A_UUID"),
        ("zzzzzzzz-0000-4000-8000-000000000000", "NOT_A_UUID"),
        ("'; drop table clients; --", "NOT_A_UUID"),
        ("\0", "NOT_A_UUID"),
    ] {
        let fields = match problem {
            "MISSING" => &[("request_id", "MISSING")],
            _ => &[("request_id", "NOT_A_UUID")],
        };
        let request_id = s(text);
        let message = CreateClientRequest {
            request_id: request_id.clone(),
            ..furniture::client()
        };
        cases.push(refused(
            "commercial1",
            policy::CREATE_CLIENT,
            message,
            InvalidField,
            fields,
        ));
        let message = CreateContractRequest {
            request_id: request_id.clone(),
            ..furniture::contract(1)
        };
        cases.push(refused(
            "gestion1",
            policy::CREATE_CONTRACT,
            message,
            InvalidField,
            fields,
        ));
        let message = CreateEventRequest {
            request_id: request_id.clone(),
            ..furniture::event(2)
        };
        cases.push(refused(
            "commercial1",
            policy::CREATE_EVENT,
            message,
            InvalidField,
            fields,
        ));
        let message = CreateCollaboratorRequest {
            request_id,
            ..furniture::collaborator()
        };
        cases.push(refused(
            "gestion1",
            policy::CREATE_COLLABORATOR,
            message,
            InvalidField,
            fields,
        ));
    }
    for (text, problem) in [
        ("", "MISSING"),
        ("x", "NOT_AN_ETAG"),
        ("0", "NOT_AN_ETAG"),
        ("-1", "NOT_AN_ETAG"),
        ("+1", "NOT_AN_ETAG"),
        ("01", "NOT_AN_ETAG"),
        (" 1", "NOT_AN_ETAG"),
        ("1.0", "NOT_AN_ETAG"),
        ("*", "NOT_AN_ETAG"),
        ("99999999999999999999999", "NOT_AN_ETAG"),
        ("1\0", "NOT_AN_ETAG"),
    ] {
        let fields = match problem {
            "MISSING" => &[("etag", "MISSING")],
            _ => &[("etag", "NOT_AN_ETAG")],
        };
        let etag = || s(text);
        let message = UpdateClientRequest {
            id: 1,
            etag: etag(),
            ..UpdateClientRequest::default()
        };
        cases.push(refused(
            "commercial1",
            policy::UPDATE_CLIENT,
            message,
            InvalidField,
            fields,
        ));
        let message = AssignCommercialRequest {
            id: 3,
            etag: etag(),
            commercial_id: COMMERCIAL1,
        };
        cases.push(refused(
            "gestion1",
            policy::ASSIGN_COMMERCIAL,
            message,
            InvalidField,
            fields,
        ));
        let message = UpdateContractRequest {
            id: 1,
            etag: etag(),
            ..UpdateContractRequest::default()
        };
        cases.push(refused(
            "gestion1",
            policy::UPDATE_CONTRACT,
            message,
            InvalidField,
            fields,
        ));
        let message = UpdateEventRequest {
            id: 1,
            etag: etag(),
            ..UpdateEventRequest::default()
        };
        cases.push(refused(
            "support1",
            policy::UPDATE_EVENT,
            message,
            InvalidField,
            fields,
        ));
        let message = AssignSupportRequest {
            id: 1,
            etag: etag(),
            support_id: SUPPORT1,
        };
        cases.push(refused(
            "gestion1",
            policy::ASSIGN_SUPPORT,
            message,
            InvalidField,
            fields,
        ));
        let message = UpdateCollaboratorRequest {
            id: 5,
            etag: etag(),
            ..UpdateCollaboratorRequest::default()
        };
        cases.push(refused(
            "gestion1",
            policy::UPDATE_COLLABORATOR,
            message,
            InvalidField,
            fields,
        ));
        if !text.is_empty() {
            let message = DeleteCollaboratorRequest {
                id: 5,
                etag: etag(),
                successor_id: None,
            };
            cases.push(refused(
                "gestion1",
                policy::DELETE_COLLABORATOR,
                message,
                InvalidField,
                fields,
            ));
        }
    }
    check(cases).await;
}

/// A record that is not there is not found; a field that names one that is not there says so.
#[tokio::test(flavor = "multi_thread")]
async fn records_that_are_not_there() {
    let mut cases = Vec::new();
    for (id, reason, fields) in [
        (0, InvalidField, &[("id", "MISSING")] as &[_]),
        (-1, InvalidField, &[("id", "NEGATIVE")]),
        (i64::MIN, InvalidField, &[("id", "NEGATIVE")]),
        (999, NoSuchRecord, &[]),
        (i64::MAX, NoSuchRecord, &[]),
    ] {
        let etag = || s("1");
        macro_rules! gone {
            ($($who:literal $rpc:ident $message:expr;)*) => {
                $(cases.push(refused($who, policy::$rpc, $message, reason, fields));)*
            };
        }
        gone! {
            "support1" GET_COLLABORATOR GetCollaboratorRequest { id };
            "support1" GET_CLIENT GetClientRequest { id };
            "support1" GET_CONTRACT GetContractRequest { id };
            "support1" GET_EVENT GetEventRequest { id };
            "gestion1" UPDATE_COLLABORATOR UpdateCollaboratorRequest { id, etag: etag(), ..UpdateCollaboratorRequest::default() };
            "gestion1" DELETE_COLLABORATOR DeleteCollaboratorRequest { id, ..DeleteCollaboratorRequest::default() };
            "gestion1" RESET_PASSWORD ResetPasswordRequest { id };
            "commercial1" UPDATE_CLIENT UpdateClientRequest { id, etag: etag(), ..UpdateClientRequest::default() };
            "gestion1" ASSIGN_COMMERCIAL AssignCommercialRequest { id, etag: etag(), commercial_id: COMMERCIAL1 };
            "gestion1" UPDATE_CONTRACT UpdateContractRequest { id, etag: etag(), ..UpdateContractRequest::default() };
            "support1" UPDATE_EVENT UpdateEventRequest { id, etag: etag(), ..UpdateEventRequest::default() };
            "gestion1" ASSIGN_SUPPORT AssignSupportRequest { id, etag: etag(), support_id: SUPPORT1 };
        }
    }
    for id in [999, i64::MAX] {
        macro_rules! unknown {
            ($($who:literal $rpc:ident $field:literal $message:expr;)*) => {
                $(cases.push(refused(
                    $who, policy::$rpc, $message, NoSuchRecord, &[($field, "NO_SUCH_RECORD")],
                ));)*
            };
        }
        let etag = || s("1");
        unknown! {
            "gestion1" CREATE_CONTRACT "client_id" furniture::contract(id);
            "commercial1" CREATE_EVENT "contract_id" furniture::event(id);
            "gestion1" UPDATE_CONTRACT "client_id" UpdateContractRequest {
                id: 1, etag: etag(), client_id: Some(id), ..UpdateContractRequest::default()
            };
            "gestion1" ASSIGN_COMMERCIAL "commercial_id" AssignCommercialRequest {
                id: 3, etag: etag(), commercial_id: id
            };
            "gestion1" ASSIGN_SUPPORT "support_id" AssignSupportRequest {
                id: 1, etag: etag(), support_id: id
            };
            "gestion1" DELETE_COLLABORATOR "successor_id" DeleteCollaboratorRequest {
                id: COMMERCIAL1, etag: String::new(), successor_id: Some(id)
            };
            "gestion1" UPDATE_COLLABORATOR "successor_id" UpdateCollaboratorRequest {
                id: COMMERCIAL1, etag: etag(), role: Some(Role::Support.into()),
                successor_id: Some(id), ..UpdateCollaboratorRequest::default()
            };
        }
    }
    check(cases).await;
}

/// A patch that brings one of two fields that belong together is compared with the other one, as
/// it stands in the database.
#[tokio::test(flavor = "multi_thread")]
async fn half_of_what_belongs_together() {
    let contract = |id| UpdateContractRequest {
        id,
        etag: s("1"),
        ..UpdateContractRequest::default()
    };
    let event = || UpdateEventRequest {
        id: 1,
        etag: s("1"),
        ..UpdateEventRequest::default()
    };
    let mut cases = vec![
        refused(
            "gestion1",
            policy::UPDATE_CONTRACT,
            UpdateContractRequest {
                remaining_cents: Some(1_001),
                ..contract(2)
            },
            InvalidField,
            &[("remaining_cents", "ABOVE_TOTAL")],
        ),
        refused(
            "gestion1",
            policy::UPDATE_CONTRACT,
            UpdateContractRequest {
                total_cents: Some(499),
                ..contract(2)
            },
            InvalidField,
            &[("remaining_cents", "ABOVE_TOTAL")],
        ),
        refused(
            "gestion1",
            policy::UPDATE_CONTRACT,
            UpdateContractRequest {
                total_cents: Some(1),
                remaining_cents: Some(2),
                ..contract(2)
            },
            InvalidField,
            &[("remaining_cents", "ABOVE_TOTAL")],
        ),
        refused(
            "gestion1",
            policy::UPDATE_CONTRACT,
            UpdateContractRequest {
                signed: Some(false),
                ..contract(1)
            },
            ContractHasEvent,
            &[],
        ),
    ];
    // 10:00 to 12:00 on 1 June 2026.
    let (start, end) = (1_780_308_000, 1_780_315_200);
    for (start_time, end_time) in [
        (None, Some(start)),
        (None, Some(start - 1)),
        (Some(end), None),
        (Some(end + 1), None),
        (Some(end), Some(start)),
    ] {
        let message = UpdateEventRequest {
            start_time: start_time.map(time),
            end_time: end_time.map(time),
            ..event()
        };
        let fields = &[("end_time", "ENDS_BEFORE_START")];
        cases.push(refused(
            "support1",
            policy::UPDATE_EVENT,
            message,
            InvalidField,
            fields,
        ));
    }
    check(cases).await;
}

/// Everything that is wrong is told at once.
#[tokio::test(flavor = "multi_thread")]
async fn several_fields_at_once() {
    check(vec![
        refused(
            "commercial1",
            policy::CREATE_CLIENT,
            CreateClientRequest::default(),
            InvalidField,
            &[
                ("request_id", "MISSING"),
                ("name", "MISSING"),
                ("email", "MISSING"),
                ("phone", "MISSING"),
                ("company", "MISSING"),
            ],
        ),
        refused(
            "commercial1",
            policy::CREATE_EVENT,
            CreateEventRequest::default(),
            InvalidField,
            &[
                ("request_id", "MISSING"),
                ("contract_id", "MISSING"),
                ("start_time", "MISSING"),
                ("end_time", "MISSING"),
                ("location", "MISSING"),
            ],
        ),
        refused(
            "support1",
            policy::LIST_CLIENTS,
            ListClientsRequest {
                page_size: -1,
                page_token: s("x"),
                order_by: s("x"),
                query: s("\0"),
                ..ListClientsRequest::default()
            },
            InvalidField,
            &[
                ("page_size", "NEGATIVE"),
                ("order_by", "UNKNOWN_ORDER"),
                ("query", "CONTROL_CHARACTER"),
                ("page_token", "NOT_A_PAGE_TOKEN"),
            ],
        ),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_that_are_asked_for_wrongly() {
    let login = |email: &str, password: &str| LoginRequest {
        email: s(email),
        password: s(password),
    };
    let change = |current: &str, new: &str| ChangePasswordRequest {
        current_password: s(current),
        new_password: s(new),
    };
    let mut cases = vec![
        refused(
            "support1",
            policy::LOGIN,
            login("", ""),
            InvalidField,
            &[("email", "MISSING"), ("password", "MISSING")],
        ),
        refused(
            "support1",
            policy::LOGIN,
            login("a\0b@c.de", "x"),
            InvalidField,
            &[("email", "CONTROL_CHARACTER")],
        ),
        refused(
            "support1",
            policy::LOGIN,
            login(&"x".repeat(2_000), "x"),
            InvalidField,
            &[("email", "TOO_LONG")],
        ),
        refused(
            "support1",
            policy::LOGIN,
            login("a@b.de", &"x".repeat(200_000)),
            InvalidField,
            &[("password", "TOO_LONG")],
        ),
        refused(
            "support1",
            policy::LOGIN,
            login("a@b.de", "a\0b"),
            LoginFailed,
            &[],
        ),
        refused(
            "support1",
            policy::LOGIN,
            login("' or ''='", "x"),
            LoginFailed,
            &[],
        ),
        refused(
            "support1",
            policy::LOGIN,
            login("%", PASSWORD),
            LoginFailed,
            &[],
        ),
        refused(
            "support1",
            policy::CHANGE_PASSWORD,
            change("", ""),
            InvalidField,
            &[("current_password", "MISSING"), ("new_password", "MISSING")],
        ),
        refused(
            "support1",
            policy::CHANGE_PASSWORD,
            change(PASSWORD, "short"),
            InvalidField,
            &[("new_password", "TOO_SHORT")],
        ),
        refused(
            "support1",
            policy::CHANGE_PASSWORD,
            change(PASSWORD, &"x".repeat(129)),
            InvalidField,
            &[("new_password", "TOO_LONG")],
        ),
        refused(
            "support1",
            policy::CHANGE_PASSWORD,
            change(PASSWORD, PASSWORD),
            InvalidField,
            &[("new_password", "UNCHANGED")],
        ),
        refused(
            "support1",
            policy::CHANGE_PASSWORD,
            change("not the password", "a new password"),
            InvalidField,
            &[("current_password", "WRONG_PASSWORD")],
        ),
    ];
    for refresh_token in [
        "",
        "x",
        "\0",
        "é",
        "=",
        &"A".repeat(43),
        &"A".repeat(100_000),
    ] {
        let message = RefreshSessionRequest {
            refresh_token: s(refresh_token),
        };
        cases.push(refused(
            "support1",
            policy::REFRESH_SESSION,
            message,
            SessionEnded,
            &[],
        ));
    }
    check(cases).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_message() {
    let house = House::furnished(FURNITURE).await;
    let callers = [
        house.login("gestion1").await,
        house.login("commercial1").await,
        house.login("support1").await,
    ];
    // A tag without a value, an unknown wire type, a length beyond the end, text that is no UTF-8,
    // an endless number.
    let garbage: [&[u8]; 5] = [
        b"\x0a",
        b"\x0f",
        b"\x0a\x7fab",
        b"\x12\x02\xff\xfe\x0a\x02\xff\xfe\x1a\x02\xff\xfe",
        &[0xff; 64],
    ];
    let ours = POLICY
        .iter()
        .filter(|(rpc, _)| rpc.path().starts_with("/epic."));
    for (rpc, _) in ours.filter(|(rpc, _)| *rpc != policy::LOGOUT) {
        for body in garbage {
            let mut readable = 0;
            for caller in &callers {
                let reply = house.send(caller, *rpc, body.to_vec());
                match reply.await.map_err(|status| well_formed(&status).reason) {
                    Err(MalformedRequest) => readable += 1,
                    Err(RoleNotAllowed) => {}
                    // A message without such a field skips it: it need not look at the text.
                    Ok(_) | Err(InvalidField | LoginFailed | SessionEnded) if body[0] == 0x12 => {
                        readable += 1
                    }
                    other => panic!("{}: {body:x?}: {other:?}", rpc.name()),
                }
            }
            assert!(readable > 0, "{}", rpc.name());
        }
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_ten_megabytes_is_refused_and_the_connection_goes_on() {
    let house = House::furnished(FURNITURE).await;
    let commercial = house.login("commercial1").await;
    let support = house.login("support1").await;
    let note = "x".repeat(10 * 1024 * 1024);
    for _ in 0..3 {
        let create = CreateEventRequest {
            note: note.clone(),
            ..furniture::event(2)
        };
        let reply = house.call(&commercial, policy::CREATE_EVENT, &create).await;
        assert_eq!(
            well_formed(&reply.expect_err("too large")).reason,
            MessageTooLarge
        );
        let update = UpdateEventRequest {
            id: 1,
            etag: s("1"),
            note: Some(note.clone()),
            ..UpdateEventRequest::default()
        };
        let reply = house.call(&support, policy::UPDATE_EVENT, &update).await;
        assert_eq!(
            well_formed(&reply.expect_err("too large")).reason,
            MessageTooLarge
        );
        let get = GetEventRequest { id: 1 };
        house
            .call(&support, policy::GET_EVENT, &get)
            .await
            .expect("the event");
    }
    // The caller may not even make this one: it is refused unread.
    let reply = house
        .call(
            &support,
            policy::CREATE_EVENT,
            &CreateEventRequest {
                request_id: new_id(),
                note,
                ..CreateEventRequest::default()
            },
        )
        .await;
    assert_eq!(
        well_formed(&reply.expect_err("not allowed")).reason,
        RoleNotAllowed
    );
    house.close().await;
}
