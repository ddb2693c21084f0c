//! Lists: filters, order, formats, fields, and how they end.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::Stdio,
};

use serde_json::Value;

use crate::support::{Account, Done, User};

fn ids(list: &Value) -> Vec<i64> {
    let records = list.as_array().unwrap().iter();
    records
        .map(|it| it["id"].as_str().unwrap().parse().unwrap())
        .collect()
}

fn every(list: &Value, is_right: impl Fn(&Value) -> bool) {
    let records = list.as_array().unwrap();
    assert!(!records.is_empty());
    for record in records {
        assert!(is_right(record), "{record}");
    }
}

#[test]
fn filters_are_those_of_the_screen() {
    let user = User::signed_in(Account::Commercial);
    let me = user.json(&["me"])["id"].clone();
    let list = |args: &[&str]| user.json(&[args, &["--limit", "300"]].concat());
    every(&list(&["clients", "list", "--unassigned"]), |it| {
        it.get("commercialId").is_none()
    });
    every(&list(&["clients", "list", "--mine"]), |it| {
        it["commercialId"] == me
    });
    every(
        &list(&["contracts", "list", "--unsigned", "--debtor"]),
        |it| it["signed"] == false && it["remainingCents"] != "0",
    );
    every(&list(&["events", "list", "--no-support"]), |it| {
        it.get("supportId").is_none()
    });
    every(
        &list(&["collaborators", "list", "--role", "support"]),
        |it| it["role"] == "ROLE_SUPPORT",
    );
}

#[test]
fn parents_are_named_by_number_or_by_name() {
    let user = User::signed_in(Account::Commercial);
    let me = user.json(&["me"]);
    let by_number = [
        "clients",
        "list",
        "--commercial",
        me["id"].as_str().unwrap(),
    ];
    let by_name = [
        "clients",
        "list",
        "--commercial",
        me["name"].as_str().unwrap(),
    ];
    let by_number = user.json(&by_number);
    assert!(!ids(&by_number).is_empty());
    assert_eq!(by_number, user.json(&by_name));
}

#[test]
fn an_ambiguous_name_lists_its_candidates() {
    let user = User::signed_in(Account::Gestion);
    let failure = user.failure(2, &["clients", "show", "a"]);
    assert_eq!(failure["reason"], "AMBIGUOUS_NAME");
    let candidates = failure["candidates"].as_array().unwrap();
    assert!(candidates.len() > 1);
    let first = user.json(&["clients", "show", candidates[0]["id"].as_str().unwrap()]);
    assert_eq!(first["name"], candidates[0]["name"]);
    let failure = user.failure(5, &["clients", "show", "Nobody Of This Name"]);
    assert_eq!(failure["reason"], "NO_SUCH_RECORD");
    assert_eq!(
        user.failure(5, &["clients", "show", "999999"])["reason"],
        "NO_SUCH_RECORD"
    );
}

#[test]
fn a_period_contains_the_events_that_overlap_it() {
    let user = User::signed_in(Account::Support);
    let all = user.json(&["events", "list", "--from", "today", "--all"]);
    let week = user.json(&[
        "events",
        "list",
        "--from",
        "today",
        "--to",
        "next friday",
        "--all",
    ]);
    let (all, week) = (ids(&all), ids(&week));
    assert!(week.len() < all.len());
    assert!(week.iter().all(|id| all.contains(id)));
    let failure = user.failure(1, &["events", "list", "--from", "nonsense"]);
    assert_eq!(failure["fields"][0]["field"], "from");
}

#[test]
fn lists_are_searched_ordered_and_limited() {
    let user = User::signed_in(Account::Gestion);
    let list = ["clients", "list", "--sort", "company", "--limit", "30"];
    let list = user.json(&list);
    assert_eq!(list.as_array().unwrap().len(), 30);
    let back = user.json(&[
        "clients", "list", "--sort", "company", "--desc", "--limit", "3",
    ]);
    assert_ne!(ids(&back)[..], ids(&list)[..3]);
    let newest = |column| {
        user.json(&[
            "clients", "list", "--sort", column, "--desc", "--limit", "3",
        ])
    };
    assert_eq!(ids(&newest("createTime")), ids(&newest("create_time")));
    let name = list[7]["name"].as_str().unwrap();
    let found = user.json(&["clients", "list", "--search", name]);
    every(&found, |it| {
        it["name"]
            .as_str()
            .unwrap()
            .contains(name.split(' ').next().unwrap())
    });
    let done = user.run(&["clients", "list", "--sort", "phone"]);
    assert_eq!(done.exit, 2);
    assert!(done.err.contains("update_time"), "{}", done.err);
}

#[test]
fn all_records_are_listed_once() {
    let user = User::signed_in(Account::Gestion);
    let text = user.done(&["contracts", "list", "--all", "--format", "jsonl"]);
    let lines = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut ids: Vec<_> = lines
        .map(|it| it["id"].as_str().unwrap().to_owned())
        .collect();
    let count = ids.len();
    assert!(count >= 3_300);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[test]
fn formats_have_the_names_and_the_values_of_the_api() {
    let user = User::signed_in(Account::Gestion);
    let list = |format: &str| {
        let fields = "id,totalCents,date,signed,commercial_name,update_time";
        user.done(&[
            "contracts",
            "list",
            "--limit",
            "2",
            "--fields",
            fields,
            "--format",
            format,
        ])
    };
    let json: Value = serde_json::from_str(&list("json")).unwrap();
    let first = &json[0];
    assert!(first["totalCents"].as_str().unwrap().parse::<i64>().is_ok());
    assert!(first["date"]["year"].is_i64());
    assert_eq!(first.as_object().unwrap().len(), 6);
    let csv = list("csv");
    let mut lines = csv.split("\r\n");
    assert_eq!(
        lines.next(),
        Some("id,totalCents,date,signed,commercialName,updateTime")
    );
    let row: Vec<_> = lines.next().unwrap().split(',').collect();
    assert_eq!(row[1], first["totalCents"].as_str().unwrap());
    assert!(row[2].parse::<jiff::civil::Date>().is_ok(), "{row:?}");
    assert!(row[5].parse::<jiff::Timestamp>().is_ok(), "{row:?}");
    // Without a terminal, a table is separated by tabs.
    assert_eq!(list("table"), list("tsv"));
    assert_eq!(list("table").lines().next().unwrap().split('\t').count(), 6);
    let plain = list("plain");
    assert!(plain.contains('€') && plain.lines().count() == 2, "{plain}");
    assert_eq!(plain.lines().next().unwrap().split('\t').count(), 6);
    let failure = user.failure(2, &["contracts", "list", "--fields", "nonsense"]);
    assert!(failure["sentence"].as_str().unwrap().contains("totalCents"));
}

#[test]
fn cells_are_no_formulas() {
    let user = User::signed_in(Account::Commercial);
    user.json(&[
        "clients",
        "create",
        "--name",
        "Formule Une",
        "--company",
        "=1+1",
        "--email",
        "formule.une@clients.example",
        "--phone",
        "+33 1 02 03 04 05",
    ]);
    let search = [
        "clients",
        "list",
        "--search",
        "formule.une@",
        "--fields",
        "company,phone",
    ];
    let list = |more: &[&str]| user.done(&[&search, more].concat());
    assert_eq!(
        list(&["--format", "csv"]),
        "company,phone\r\n'=1+1,'+33 1 02 03 04 05\r\n"
    );
    assert_eq!(
        list(&["--format", "csv", "--raw"]),
        "company,phone\r\n=1+1,+33 1 02 03 04 05\r\n"
    );
    assert_eq!(list(&[]), "company\tphone\n'=1+1\t'+33 1 02 03 04 05\n");
}

#[test]
fn tables_are_in_the_language_of_the_user() {
    let user = User::signed_in(Account::Gestion).in_french();
    let args = ["contracts", "list", "--limit", "1", "--format", "plain"];
    let plain = user.done(&args);
    assert!(plain.contains('\u{202f}') || plain.contains(','), "{plain}");
    let done = user.run(&["clients", "show", "999999"]);
    assert_eq!(done.exit, 5);
    assert!(done.err.contains("client"), "{}", done.err);
}

/// As with `| head -1`.
#[test]
fn a_broken_pipe_ends_quietly() {
    let user = User::signed_in(Account::Gestion);
    let mut command = user.command(&["contracts", "list", "--all", "--format", "csv"]);
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    drop(out);
    let mut err = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut err)
        .unwrap();
    assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(0), ""));
    assert!(line.starts_with("id,"));
}

#[test]
fn a_record_is_shown_with_every_field() {
    let user = User::signed_in(Account::Support);
    let event = user.json(&["events", "list", "--limit", "1"])[0].clone();
    let id = event["id"].as_str().unwrap();
    assert_eq!(user.json(&["events", "show", id]), event);
    let table = user.done(&["events", "show", id]);
    assert_eq!(table.lines().count(), 2);
    assert!(table.lines().next().unwrap().starts_with("id\t"));
    let plain = user.done(&["events", "show", id, "--format", "plain"]);
    assert!(
        plain.starts_with(event["eventTitle"].as_str().unwrap()),
        "{plain}"
    );
    assert!(plain.contains(&format!("Event {id}")), "{plain}");
}

#[test]
fn a_wrong_setting_is_a_sentence_or_data() {
    let user = User::new();
    assert_eq!(user.run(&["me", "--lang", "xx"]).exit, 2);
    assert_eq!(user.failure(2, &["me", "--lang", "xx"])["reason"], "USAGE");
}

#[test]
fn a_wrong_command_line_is_a_sentence_or_data() {
    let user = User::new();
    let done: Done = user.run(&["clients", "list", "--nonsense"]);
    assert_eq!((done.exit, done.out.as_str()), (2, ""));
    assert_eq!(done.err.lines().count(), 1, "{}", done.err);
    assert_eq!(
        user.failure(2, &["clients", "list", "--nonsense"])["reason"],
        "USAGE"
    );
    assert_eq!(user.run(&["clients"]).exit, 2);
    assert_eq!(user.run(&["clients", "--help"]).exit, 0);
}
