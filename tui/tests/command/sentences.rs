//! What commands accept and say: times, words, files and the language of the user.

use std::{
    fs::{File, Permissions},
    os::unix::fs::PermissionsExt as _,
    process::Stdio,
};

use crate::support::{Account, Done, User};

/// Words of the screen, which has keys, forms and lists to refresh.
const OF_THE_SCREEN: [&str; 12] = [
    "Refresh",
    "Press ",
    "Esc ",
    "Ctrl-",
    "Close ",
    "Nothing is saved",
    "Actualis",
    "Appuyez",
    "Échap",
    "Fermez",
    "Rien n’est enregistré",
    "os error",
];

#[test]
fn sentences_are_those_of_a_shell() {
    let user = User::signed_in(Account::Commercial);
    let french = User::signed_in(Account::Commercial).in_french();
    let cases = [
        (5, &["clients", "show", "999999"][..]),
        (2, &["clients", "show", "0"]),
        (2, &["clients", "show", ""]),
        (2, &["sessions", "end", "nonsense"]),
        (
            5,
            &["sessions", "end", "5f0c2f3e-8a43-4f0e-9a49-0f2b3f5a7e11"],
        ),
        (1, &["events", "list", "--from", "nonsense"]),
        (1, &["clients", "create", "--name", "A"]),
        (1, &["clients", "list", "--search", &"a".repeat(201)]),
        (4, &["collaborators", "reset-password", "1", "--yes"]),
        (1, &["export", "clients", "-o", "missing/clients.csv"]),
        (2, &["clients", "list", "all"]),
    ];
    for (exit, args) in cases {
        for user in [&user, &french] {
            let done = user.run(args);
            assert_eq!(done.exit, exit, "{args:?}: {}", done.err);
            for word in OF_THE_SCREEN {
                assert!(!done.err.contains(word), "{word}: {}", done.err);
            }
            assert!(
                !done.err.contains("--id") && !done.err.contains("--query"),
                "{}",
                done.err
            );
        }
    }
}

#[test]
fn times_of_other_programs_are_accepted() {
    let user = User::signed_in(Account::Support);
    let all = user.json(&["events", "list", "--all", "--sort", "start_time"]);
    let event = &all[all.as_array().unwrap().len() / 2];
    let (start, id) = (event["startTime"].as_str().unwrap(), &event["id"]);
    let from = user.json(&["events", "list", "--from", start, "--all"]);
    assert!(from.as_array().unwrap().iter().any(|it| it["id"] == *id));
    let to = user.json(&["events", "list", "--to", start, "--all"]);
    assert!(
        to.as_array()
            .unwrap()
            .iter()
            .all(|it| it["startTime"].as_str().unwrap() < start)
    );
    let mine = user.json(&["events", "list", "--mine", "--limit", "1"])[0].clone();
    let id = mine["id"].as_str().unwrap();
    for (start, expected) in [
        ("2031-09-12T18:00", "2031-09-12T16:00:00Z"),
        ("2031-09-13T18:00:00Z", "2031-09-13T18:00:00Z"),
        ("2031-09-14T18:00:00-05:00", "2031-09-14T23:00:00Z"),
    ] {
        let edited = user.json(&["events", "edit", id, "--start", start, "--yes"]);
        assert_eq!(edited["startTime"], expected);
    }
    let history = ["history", "event", id, "--since", "2031-01-01T00:00:00Z"];
    assert_eq!(user.json(&history).as_array().unwrap().len(), 0);
}

#[test]
fn words_and_dashes_are_values() {
    let user = User::signed_in(Account::Commercial);
    let args = ["--email", "tiret@clients.example", "--phone", "0102030405"];
    let create = [
        "clients",
        "create",
        "--name",
        "Tiret Devant",
        "--company",
        "-x",
    ];
    let client = user.json(&[&create[..], &args].concat());
    assert_eq!(client["company"], "-x");
    assert_eq!(
        user.json(&["clients", "list", "--search", "-x"])[0]["id"],
        client["id"]
    );
    let mut create = [&create[..], &args].concat();
    create.remove(5);
    let done = user.run(&create);
    assert_eq!(done.exit, 2);
    assert!(done.err.contains("--company has no value."), "{}", done.err);
    let gestion = User::signed_in(Account::Gestion);
    let id = client["id"].as_str().unwrap();
    for (word, is_signed) in [("oui", true), ("NON", false), ("true", true), ("no", false)] {
        let create = ["contracts", "create", "--client", id, "--event-title", word];
        let rest = [
            "--total",
            "1",
            "--remaining",
            "0",
            "--date",
            "today",
            "--signed",
            word,
        ];
        let contract = gestion.json(&[&create[..], &rest].concat());
        assert_eq!(contract["signed"], is_signed, "{word}");
    }
}

#[test]
fn a_list_has_at_least_one_record() {
    let user = User::signed_in(Account::Commercial);
    for args in [
        &["clients", "list", "--limit", "0"][..],
        &["export", "clients", "--limit", "0"],
        &["history", "client", "1", "--limit", "0"],
        &["clients", "list", "--limit", "-1"],
    ] {
        let done = user.run(args);
        assert_eq!(done.exit, 2, "{args:?}");
        assert!(done.err.contains("--limit"), "{}", done.err);
    }
}

#[test]
fn errors_of_the_system_name_the_file_of_the_user() {
    let user = User::signed_in(Account::Commercial).in_french();
    let home = user.home();
    std::fs::create_dir(home.join("dossier")).unwrap();
    std::fs::write(home.join("fichier"), "").unwrap();
    for (args, file, cause) in [
        (
            &["export", "clients", "-o", "absent/clients.csv"][..],
            "absent/clients.csv",
            "n’existe pas",
        ),
        (
            &["export", "clients", "-o", "dossier"],
            "dossier",
            "c’est un dossier",
        ),
        (
            &["export", "clients", "-o", "fichier/a.csv"],
            "fichier/a.csv",
            "n’est pas un dossier",
        ),
        (
            &["export", "clients", "-o", "/dev/full"],
            "/dev/full",
            "le disque est plein",
        ),
        (
            &["man", "--into", "fichier/pages"],
            "fichier/pages",
            "n’est pas un dossier",
        ),
        (&["me", "--ca", "absent.pem"], "absent.pem", "n’existe pas"),
    ] {
        let done = user.run(args);
        assert!(matches!(done.exit, 1 | 2), "{args:?}");
        for part in [file, cause] {
            assert!(done.err.contains(part), "{args:?} {part}: {}", done.err);
        }
        assert!(
            !done.err.contains(".tmp") && !done.err.contains("os error"),
            "{}",
            done.err
        );
    }
    let mut command = user.command(&["clients", "list", "--all", "--format", "csv"]);
    let full = File::options().write(true).open("/dev/full").unwrap();
    let done = Done::of(command.stdout(full).stdin(Stdio::null()).output().unwrap());
    assert_eq!(done.exit, 1);
    assert!(done.err.contains("La sortie standard"), "{}", done.err);
    let env = [
        ("EPIC_EMAIL", "a@b.example"),
        ("EPIC_PASSWORD_FILE", "absent"),
    ];
    let done = User::new().in_french().run_in(&["me"], &env, "");
    assert_eq!(done.exit, 2);
    let sentence = done.err.replace('\u{a0}', " ");
    assert!(
        sentence.contains("absent : le fichier ou son dossier"),
        "{sentence}"
    );
}

#[test]
fn a_line_that_does_not_parse_is_a_sentence() {
    let user = User::signed_in(Account::Commercial).in_french();
    let done = user.run_in(&["batch"], &[], "me\nclients show \"Zoé\n");
    assert_eq!(done.exit, 2);
    assert!(
        done.err.contains("Un guillemet n’est pas fermé."),
        "{}",
        done.err
    );
}

#[test]
fn keys_of_json_have_the_order_of_the_api() {
    let user = User::signed_in(Account::Commercial);
    let list = |format: &str| user.done(&["events", "list", "--limit", "1", "--format", format]);
    let names = list("csv").lines().next().unwrap().to_owned();
    let json = list("jsonl");
    let places = names
        .split(',')
        .filter_map(|name| json.find(&format!("\"{name}\":")));
    let places: Vec<_> = places.collect();
    assert!(places.len() > 14 && places.is_sorted(), "{json}");
}

#[test]
fn a_one_time_password_is_a_cell_of_its_own() {
    let gestion = User::signed_in(Account::Gestion);
    for format in ["csv", "tsv"] {
        let email = format!("cellules.{format}@epic.example");
        let create = [
            "collaborators",
            "create",
            "--name",
            "Cellules Plates",
            "--role",
            "support",
        ];
        let args = [
            "--email",
            &email,
            "--phone",
            "0102030405",
            "--format",
            format,
        ];
        let created = gestion.done(&[&create[..], &args].concat());
        let id = created
            .lines()
            .nth(1)
            .unwrap()
            .split([',', '\t'])
            .next()
            .unwrap()
            .to_owned();
        let reset = [
            "collaborators",
            "reset-password",
            &id,
            "--yes",
            "--format",
            format,
        ];
        let reset = gestion.done(&reset);
        for text in [created, reset] {
            let (names, row) = text.split_once('\n').unwrap();
            assert!(names.trim_end().ends_with("oneTimePassword"), "{text}");
            assert!(!row.contains('{') && row.contains(&email), "{text}");
        }
        let fields = ["--fields", "id,oneTimePassword", "--format", format];
        let reset = ["collaborators", "reset-password", &id, "--yes"];
        let chosen = gestion.done(&[&reset[..], &fields].concat());
        assert!(chosen.starts_with("id"), "{chosen}");
        assert_eq!(chosen.lines().nth(1).unwrap().split([',', '\t']).count(), 2);
    }
}

#[test]
fn the_checks_have_fields_like_other_outputs() {
    let user = User::signed_in(Account::Commercial);
    let csv = user.done(&["doctor", "--format", "csv"]);
    assert!(csv.starts_with("name,ok,found\r\nversion,true,"), "{csv}");
    let tsv = user.done(&["doctor", "--fields", "ok,name"]);
    assert!(tsv.starts_with("ok\tname\ntrue\tversion\n"), "{tsv}");
    let json = user.json(&["doctor", "--fields", "name"]);
    assert_eq!(json[0], serde_json::json!({ "name": "version" }));
    assert_eq!(user.run(&["doctor", "--fields", "nonsense"]).exit, 2);
}

#[test]
fn a_session_that_others_can_read_is_made_private() {
    let user = User::signed_in(Account::Commercial);
    let folder = user.home().join(".local/state/epic");
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap().path());
    let is_session = |it: &std::path::PathBuf| it.extension().is_some_and(|it| it == "toml");
    let file = files.into_iter().find(is_session).unwrap();
    for args in [&["me"][..], &["doctor", "--format", "plain"]] {
        std::fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
        let done = user.run(args);
        assert_eq!(done.exit, 0);
        assert_eq!(done.err.lines().count(), 1, "{}", done.err);
        assert!(done.err.contains("could be read by others"), "{}", done.err);
        let reports = done.out.contains("could be read by others");
        assert_eq!(reports, args.contains(&"doctor"), "{}", done.out);
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    user.done(&["me"]);
}
