//! Writes through the forms: values, rights, questions, versions and repetition.

use serde_json::Value;

use crate::support::{Account, User};

fn text<'v>(record: &'v Value, field: &str) -> &'v str {
    record[field]
        .as_str()
        .unwrap_or_else(|| panic!("{field}: {record}"))
}

/// A new client of the commercial, with this name.
fn client(user: &User, name: &str) -> Value {
    let email = format!("{}@clients.example", name.replace(' ', ".").to_lowercase());
    user.json(&[
        "clients",
        "create",
        "--name",
        name,
        "--company",
        "Essai SARL",
        "--email",
        &email,
        "--phone",
        "+33 1 02 03 04 05",
    ])
}

/// A signed contract of a new client.
fn contract(user: &User, gestion: &User, client: &str) -> Value {
    let created = self::client(user, client);
    gestion.json(&[
        "contracts",
        "create",
        "--client",
        text(&created, "name"),
        "--event-title",
        "Bal des essais",
        "--total",
        "12,400.50",
        "--remaining",
        "400",
        "--date",
        "12/03/2026",
        "--signed",
        "yes",
    ])
}

#[test]
fn a_client_is_created_edited_and_shown() {
    let user = User::signed_in(Account::Commercial);
    let created = client(&user, "Zoé Quatrefages");
    let id = text(&created, "id");
    let edited = user.json(&["clients", "edit", id, "--phone", "01 99 88 77 66"]);
    assert_ne!(edited["phone"], created["phone"]);
    assert_eq!(edited["name"], created["name"]);
    let shown = user.json(&["clients", "show", "zoe quatrefages"]);
    assert_eq!(shown, edited);
    assert_eq!(user.run(&["clients", "edit", id]).exit, 2);
}

#[test]
fn a_repeated_creation_creates_one_record() {
    let user = User::signed_in(Account::Commercial);
    let args = [
        "clients",
        "create",
        "--name",
        "Une Seule",
        "--company",
        "Essai",
        "--email",
        "une.seule@clients.example",
        "--phone",
        "0102030405",
        "--request-id",
        "5f0c2f3e-8a43-4f0e-9a49-0f2b3f5a7e11",
    ];
    let first = user.json(&args);
    assert_eq!(user.json(&args)["id"], first["id"]);
    let mut other = args;
    other[3] = "Une Autre";
    assert_eq!(user.failure(1, &other)["reason"], "REQUEST_ID_REUSED");
}

#[test]
fn what_the_forms_accept_is_accepted() {
    let user = User::signed_in(Account::Commercial).in_french();
    let gestion = User::signed_in(Account::Gestion).in_french();
    let created = client(&user, "Ysolde Aubrac");
    let contract = gestion.json(&[
        "contracts",
        "create",
        "--client",
        "Ysolde Aubrac",
        "--event-title",
        "Bal de mai",
        "--total",
        "12 400,50",
        "--remaining",
        "0",
        "--date",
        "aujourd’hui",
        "--signed",
        "yes",
    ]);
    assert_eq!(contract["totalCents"], "1240050");
    assert_eq!(contract["clientId"], created["id"]);
    let event = user.json(&[
        "events",
        "create",
        "--contract",
        text(&contract, "id"),
        "--start",
        "demain 9h",
        "--end",
        "+5h",
        "--location",
        "Parc floral",
        "--attendees",
        "1 250",
    ]);
    assert_eq!(event["attendees"], 1_250);
    let time = |field| text(&event, field).parse::<jiff::Timestamp>().unwrap();
    let length = time("endTime").duration_since(time("startTime"));
    assert_eq!(length.as_hours(), 5);
    let start = time("startTime").to_zoned(jiff::tz::TimeZone::get("Europe/Paris").unwrap());
    assert_eq!((start.hour(), start.minute()), (9, 0));
    // The support is assigned by name, and the end moves with the start.
    let support = gestion.json(&["collaborators", "list", "--role", "support", "--limit", "1"]);
    let assigned = gestion.json(&[
        "events",
        "assign",
        text(&event, "id"),
        "--to",
        text(&support[0], "name"),
        "--yes",
    ]);
    assert_eq!(assigned["supportId"], support[0]["id"]);
}

#[test]
fn an_event_keeps_its_length_when_its_start_moves() {
    let (gestion, support) = (
        User::signed_in(Account::Gestion),
        User::signed_in(Account::Support),
    );
    let mine = support.json(&["events", "list", "--mine", "--upcoming", "--limit", "1"])[0].clone();
    let id = text(&mine, "id");
    let time = |event: &Value, field| text(event, field).parse::<jiff::Timestamp>().unwrap();
    let length = |event: &Value| time(event, "endTime").duration_since(time(event, "startTime"));
    let edited = support.json(&["events", "edit", id, "--start", "12/9/2033 18h", "--yes"]);
    assert_eq!(
        time(&edited, "startTime").to_string(),
        "2033-09-12T16:00:00Z"
    );
    assert_eq!(length(&edited), length(&mine));
    // Gestion assigns events and does not edit them.
    assert_eq!(
        gestion
            .run(&["events", "edit", id, "--attendees", "3"])
            .exit,
        4
    );
    // An event of more than three days asks.
    let long = ["events", "edit", id, "--end", "+5j"];
    assert_eq!(support.failure(1, &long)["reason"], "CONFIRMATION_REQUIRED");
}

#[test]
fn a_collaborator_changes_the_role_only_with_a_successor() {
    let gestion = User::signed_in(Account::Gestion);
    let all = gestion.json(&["collaborators", "list", "--role", "commercial", "--all"]);
    let busy = all
        .as_array()
        .unwrap()
        .iter()
        .rfind(|it| it["clientCount"] != 0)
        .unwrap();
    let id = text(busy, "id");
    let renamed = gestion.json(&["collaborators", "edit", id, "--phone", "0102030406"]);
    assert_ne!(renamed["phone"], busy["phone"]);
    let change = ["collaborators", "edit", id, "--role", "support"];
    assert_eq!(gestion.failure(1, &change)["reason"], "STILL_IN_CHARGE");
}

#[test]
fn invalid_fields_are_named_with_their_options() {
    let user = User::signed_in(Account::Commercial);
    let args = [
        "clients",
        "create",
        "--name",
        "Sans Email",
        "--email",
        "nonsense",
        "--phone",
        "1",
    ];
    let failure = user.failure(1, &args);
    assert_eq!(failure["reason"], "INVALID_FIELD");
    let fields = failure["fields"].as_array().unwrap().iter();
    let names: Vec<_> = fields.map(|it| it["field"].as_str().unwrap()).collect();
    assert_eq!(names, ["company", "email", "phone"]);
    let done = user.run(&args);
    assert!(done.err.contains("--email: "), "{}", done.err);
}

#[test]
fn rights_are_those_of_the_policy() {
    let commercial = User::signed_in(Account::Commercial);
    let support = User::signed_in(Account::Support);
    let args = [
        "collaborators",
        "create",
        "--name",
        "A B",
        "--email",
        "a@b.example",
        "--phone",
        "0102030405",
        "--role",
        "support",
    ];
    for user in [&commercial, &support] {
        assert_eq!(user.failure(4, &args)["reason"], "ROLE_NOT_ALLOWED");
    }
    let contract = commercial.json(&["contracts", "list", "--limit", "1"])[0].clone();
    let edit = ["contracts", "edit", text(&contract, "id"), "--total", "1"];
    assert_eq!(support.failure(4, &edit)["reason"], "ROLE_NOT_ALLOWED");
    let mine = commercial.json(&["contracts", "list", "--mine", "--limit", "1"])[0].clone();
    let edit = ["contracts", "edit", text(&mine, "id"), "--event-title", "X"];
    assert_eq!(commercial.failure(4, &edit)["reason"], "FIELD_NOT_ALLOWED");
}

#[test]
fn a_contract_is_signed() {
    let commercial = User::signed_in(Account::Commercial);
    let gestion = User::signed_in(Account::Gestion);
    let created = client(&commercial, "Irénée Signac");
    let contract = gestion.json(&[
        "contracts",
        "create",
        "--client",
        text(&created, "id"),
        "--event-title",
        "À signer",
        "--total",
        "100",
        "--remaining",
        "100",
        "--date",
        "today",
    ]);
    assert_eq!(contract["signed"], false);
    let signed = commercial.json(&["contracts", "sign", text(&contract, "id")]);
    assert_eq!(signed["signed"], true);
}

#[test]
fn an_outdated_version_is_not_changed() {
    let user = User::signed_in(Account::Commercial);
    let created = client(&user, "Version Un");
    let (id, etag) = (text(&created, "id"), text(&created, "etag"));
    let edit = [
        "clients",
        "edit",
        id,
        "--company",
        "Autre",
        "--if-etag",
        etag,
    ];
    user.json(&edit);
    assert_eq!(user.failure(6, &edit)["reason"], "ETAG_OUTDATED");
    // Without a version, the command reads the latest one.
    user.json(&["clients", "edit", id, "--company", "Encore une autre"]);
}

#[test]
fn rules_are_those_of_the_server() {
    let (commercial, gestion) = (
        User::signed_in(Account::Commercial),
        User::signed_in(Account::Gestion),
    );
    let contract = contract(&commercial, &gestion, "Règle Une");
    let id = text(&contract, "id");
    let failure = gestion.failure(1, &["contracts", "edit", id, "--remaining", "99999"]);
    assert_eq!(failure["fields"][0]["field"], "remainingCents");
    let other = client(&commercial, "Règle Deux");
    let email = text(&other, "email");
    let twice = [
        "clients",
        "create",
        "--name",
        "Règle Trois",
        "--company",
        "Essai",
        "--email",
        email,
        "--phone",
        "0102030405",
    ];
    assert_eq!(commercial.failure(1, &twice)["reason"], "EMAIL_TAKEN");
}

#[test]
fn a_client_is_assigned_after_a_question() {
    let gestion = User::signed_in(Account::Gestion);
    let client = gestion.json(&["clients", "list", "--unassigned", "--limit", "1"])[0].clone();
    let commercial = gestion.json(&[
        "collaborators",
        "list",
        "--role",
        "commercial",
        "--limit",
        "1",
    ]);
    let name = text(&commercial[0], "name");
    let assign = ["clients", "assign", text(&client, "id"), "--to", name];
    let failure = gestion.failure(1, &assign);
    assert_eq!(failure["reason"], "CONFIRMATION_REQUIRED");
    let assigned = gestion.json(&[&assign[..], &["--yes"]].concat());
    assert_eq!(assigned["commercialName"], name);
    assert_eq!(gestion.failure(1, &assign)["reason"], "ALREADY_ASSIGNED");
}

#[test]
fn a_collaborator_is_created_reset_and_deleted() {
    let gestion = User::signed_in(Account::Gestion);
    let created = gestion.json(&[
        "collaborators",
        "create",
        "--name",
        "Éphémère Duval",
        "--email",
        "ephemere@epic.example",
        "--phone",
        "0102030405",
        "--role",
        "support",
    ]);
    let password = text(&created, "oneTimePassword").to_owned();
    let id = text(&created["collaborator"], "id").to_owned();
    let reset = gestion.json(&["collaborators", "reset-password", &id, "--yes"]);
    assert_ne!(text(&reset, "oneTimePassword"), password);
    let reset = [
        "collaborators",
        "reset-password",
        &id,
        "--yes",
        "--format",
        "plain",
    ];
    assert!(
        gestion
            .done(&reset)
            .contains("One-time password, shown once: ")
    );
    let successor = gestion.json(&["collaborators", "list", "--role", "support", "--limit", "1"]);
    let delete = [
        "collaborators",
        "delete",
        &id,
        "--successor",
        text(&successor[0], "id"),
    ];
    assert_eq!(
        gestion.failure(1, &delete)["reason"],
        "CONFIRMATION_REQUIRED"
    );
    gestion.done(&[&delete[..], &["--yes"]].concat());
    assert_eq!(
        gestion.failure(5, &["collaborators", "show", &id])["reason"],
        "NO_SUCH_RECORD"
    );
}
