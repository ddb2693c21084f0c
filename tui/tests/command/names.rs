//! Records by their names: whole names, parts of them, and names that do not fit.

use serde_json::Value;

use crate::support::{Account, User};

fn text<'v>(record: &'v Value, field: &str) -> &'v str {
    let found = record[field].as_str();
    found.unwrap_or_else(|| panic!("{field}: {record}"))
}

/// A new client with this name.
fn client(user: &User, name: &str, mailbox: &str) -> Value {
    let email = format!("{mailbox}@clients.example");
    let args = [
        "--company",
        "Essai",
        "--email",
        &email,
        "--phone",
        "0102030405",
    ];
    user.json(&[&["clients", "create", "--name", name], &args[..]].concat())
}

/// A new contract of a client, with this title.
fn contract(gestion: &User, client: &Value, title: &str, signed: &str) -> Value {
    let (id, amounts) = (text(client, "id"), ["--total", "10", "--remaining", "0"]);
    let args = [
        "contracts",
        "create",
        "--client",
        id,
        "--event-title",
        title,
    ];
    let rest = ["--date", "today", "--signed", signed];
    gestion.json(&[&args[..], &amounts, &rest].concat())
}

fn candidates(failure: &Value) -> Vec<&str> {
    let all = failure["candidates"].as_array().unwrap().iter();
    all.map(|it| it["id"].as_str().unwrap()).collect()
}

#[test]
fn a_part_of_a_name_reads_and_does_not_write() {
    let user = User::signed_in(Account::Commercial);
    let gestion = User::signed_in(Account::Gestion);
    let created = client(&user, "Xénophon Quatremer", "xenophon");
    let id = text(&created, "id");
    assert_eq!(
        user.json(&["clients", "show", "xenoph"])["id"],
        created["id"]
    );
    user.json(&["history", "client", "xenoph"]);
    user.json(&["contracts", "list", "--client", "xenoph"]);
    for (user, args) in [
        (&user, &["clients", "edit", "xenoph", "--phone", "1234"][..]),
        (
            &user,
            &["clients", "edit", "xenoph", "--phone", "1234", "--yes"],
        ),
        (
            &gestion,
            &["clients", "assign", "xenoph", "--to", "1", "--yes"],
        ),
        (
            &gestion,
            &[
                "contracts",
                "create",
                "--client",
                "xenoph",
                "--event-title",
                "X",
                "--total",
                "1",
                "--remaining",
                "0",
                "--date",
                "today",
            ],
        ),
    ] {
        let failure = user.failure(2, args);
        assert_eq!(failure["reason"], "AMBIGUOUS_NAME", "{args:?}");
        assert_eq!(candidates(&failure), [id], "{args:?}");
        let sentence = text(&failure, "sentence");
        assert!(sentence.contains("only a part of a name"), "{sentence}");
    }
    assert_eq!(user.json(&["clients", "show", id]), created);
    user.json(&[
        "clients",
        "edit",
        "xenophon quatremer",
        "--company",
        "Autre",
    ]);
}

#[test]
fn a_whole_name_is_found_among_many_parts() {
    let user = User::signed_in(Account::Commercial);
    let many = user.json(&[
        "clients", "list", "--search", "ar", "--all", "--fields", "id",
    ]);
    assert!(many.as_array().unwrap().len() > 200);
    let first = client(&user, "Ar", "ar.un");
    let found = user.json(&["clients", "edit", "AR", "--company", "Autre"]);
    assert_eq!(found["id"], first["id"]);
    let second = client(&user, "ar", "ar.deux");
    let failure = user.failure(2, &["clients", "show", "ar"]);
    assert_eq!(
        candidates(&failure),
        [text(&first, "id"), text(&second, "id")]
    );
}

/// Among more contracts than are searched, nothing is certain.
#[test]
fn a_name_in_too_many_records_is_ambiguous() {
    let gestion = User::signed_in(Account::Gestion);
    let commercial = User::signed_in(Account::Commercial);
    let client = client(&commercial, "Titre Court", "titre.court");
    contract(&gestion, &client, "e", "no");
    let failure = gestion.failure(2, &["contracts", "show", "e"]);
    assert_eq!(failure["reason"], "AMBIGUOUS_NAME");
    assert!(
        text(&failure, "sentence").contains("too many records"),
        "{failure}"
    );
    assert_eq!(candidates(&failure).len(), 20);
}

#[test]
fn a_record_that_does_not_fit_is_named() {
    let gestion = User::signed_in(Account::Gestion);
    let commercial = User::signed_in(Account::Commercial);
    let person = &gestion.json(&[
        "collaborators",
        "list",
        "--role",
        "commercial",
        "--limit",
        "1",
    ])[0];
    let event = &gestion.json(&["events", "list", "--no-support", "--limit", "1"])[0];
    for who in [text(person, "name"), text(person, "id")] {
        let assign = ["events", "assign", text(event, "id"), "--to", who, "--yes"];
        let failure = gestion.failure(1, &assign);
        assert_eq!(failure["reason"], "WRONG_ROLE");
        let expected = format!("{} is not of the support department.", text(person, "name"));
        assert_eq!(failure["sentence"], expected);
    }
    let failure = gestion.failure(1, &["events", "list", "--support", text(person, "name")]);
    assert_eq!(failure["reason"], "WRONG_ROLE");

    let client = client(&commercial, "Sans Signature", "sans.signature");
    let unsigned = contract(&gestion, &client, "Un bal sans signature", "no");
    let create = |contract: &str| {
        let args = [
            "events",
            "create",
            "--contract",
            contract,
            "--start",
            "tomorrow 9h",
        ];
        let rest = ["--end", "+2h", "--location", "Parc", "--attendees", "3"];
        let id = ["--request-id", "0d0ff9a4-42b5-4b4c-a1f4-3a6c8d5b3c02"];
        [&args[..], &rest, &id]
            .concat()
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let run = |args: &[String], count: usize, exit| {
        let args: Vec<_> = args[..args.len() - count]
            .iter()
            .map(String::as_str)
            .collect();
        commercial.failure(exit, &args)
    };
    for name in [text(&unsigned, "eventTitle"), text(&unsigned, "id")] {
        let failure = run(&create(name), 2, 1);
        assert_eq!(failure["reason"], "CONTRACT_NOT_SIGNED");
        assert!(
            text(&failure, "sentence").contains("is not signed"),
            "{failure}"
        );
    }
    let signed = contract(&gestion, &client, "Un bal avec signature", "oui");
    let args = create(text(&signed, "eventTitle"));
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    let event = commercial.json(&args);
    // The repetition of a script returns the event that the first run has created.
    assert_eq!(commercial.json(&args)["id"], event["id"]);
    let failure = run(&create(text(&signed, "eventTitle")), 2, 1);
    assert_eq!(failure["reason"], "EVENT_EXISTS");
    assert!(
        text(&failure, "sentence").contains("already has an event"),
        "{failure}"
    );
}

#[test]
fn records_that_do_not_exist_are_not_found() {
    let user = User::signed_in(Account::Gestion);
    for args in [
        &["history", "client", "999999"][..],
        &["history", "client", "999999", "--since", "yesterday"],
        &["events", "list", "--client", "999999"],
        &["clients", "list", "--commercial", "999999"],
        &["export", "events", "--support", "999999"],
        &["events", "assign", "1", "--to", "999999", "--yes"],
        &["collaborators", "delete", "2", "--successor", "999999"],
    ] {
        let failure = user.failure(5, args);
        assert_eq!(failure["reason"], "NO_SUCH_RECORD", "{args:?}");
        assert!(
            text(&failure, "sentence").starts_with("There is no such "),
            "{failure}"
        );
    }
    for number in ["0", "-1", "99999999999999999999"] {
        for args in [
            &["clients", "show", number][..],
            &["history", "event", number],
            &["events", "list", "--client", number],
            &["clients", "edit", number, "--phone", "1234"],
            &["clients", "assign", "1", "--to", number],
        ] {
            let failure = user.failure(2, args);
            let sentence = text(&failure, "sentence");
            assert!(sentence.contains("begin with 1"), "{args:?}: {sentence}");
        }
    }
}

#[test]
fn a_deleted_record_has_a_history() {
    let gestion = User::signed_in(Account::Gestion);
    let args = ["--email", "passager@epic.example", "--phone", "0102030405"];
    let create = [
        "collaborators",
        "create",
        "--name",
        "Passager Bref",
        "--role",
        "support",
    ];
    let created = gestion.json(&[&create[..], &args].concat());
    let id = text(&created["collaborator"], "id");
    gestion.done(&["collaborators", "delete", id, "--yes"]);
    let entries = gestion.json(&["history", "collaborator", id]);
    assert_eq!(entries[0]["kind"], "CHANGE_KIND_DELETED");
    let later = gestion.json(&["history", "collaborator", id, "--since", "tomorrow"]);
    assert_eq!(later.as_array().unwrap().len(), 0);
}

#[test]
fn a_question_names_the_successor() {
    let gestion = User::signed_in(Account::Gestion);
    let people = gestion.json(&["collaborators", "list", "--role", "support", "--limit", "2"]);
    let (person, successor) = (&people[0], &people[1]);
    let delete = ["collaborators", "delete", text(person, "id"), "--successor"];
    let failure = gestion.failure(1, &[&delete[..], &[text(successor, "id")]].concat());
    assert_eq!(failure["reason"], "CONFIRMATION_REQUIRED");
    let expected = format!("{} (support)", text(successor, "name"));
    assert!(text(&failure, "sentence").contains(&expected), "{failure}");
    let failure = gestion.failure(1, &[&delete[..], &[text(person, "id")]].concat());
    assert_eq!(failure["reason"], "NOT_A_SUCCESSOR");
}

#[test]
fn an_event_can_have_no_support_any_more() {
    let gestion = User::signed_in(Account::Gestion);
    let events = gestion.json(&["events", "list", "--sort", "id", "--limit", "50"]);
    let with_support = events
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["supportId"].is_string());
    let event = with_support.unwrap();
    let (id, support) = (text(event, "id"), text(event, "supportId"));
    let assigned = gestion.json(&["events", "assign", id, "--nobody"]);
    assert!(assigned.get("supportId").is_none(), "{assigned}");
    let back = gestion.json(&["events", "assign", id, "--to", support, "--yes"]);
    assert_eq!(back["supportId"], event["supportId"]);
    assert_eq!(gestion.run(&["events", "assign", id]).exit, 2);
    assert_eq!(gestion.run(&["clients", "assign", id, "--nobody"]).exit, 2);
}
