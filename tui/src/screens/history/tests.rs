#![allow(clippy::panic, clippy::unwrap_used)]

use std::{collections::BTreeSet, fs};

use epic_events::{v1::RecordType, value::wire_time};
use jiff::Zoned;

use super::*;
use crate::messages::Lang;

fn now() -> Zoned {
    let at: Timestamp = "2026-09-07T08:30:00Z".parse().unwrap();
    at.to_zoned(TimeZone::get("Europe/Paris").unwrap())
}

fn change(field: &str, old: &str, new: &str) -> FieldChange {
    let value = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    FieldChange {
        field: field.to_owned(),
        old: value(old),
        new: value(new),
        ..FieldChange::default()
    }
}

fn entry(record: RecordType, changes: Vec<FieldChange>) -> HistoryEntry {
    HistoryEntry {
        time: Some(wire_time("2026-09-06T14:20:00Z".parse().unwrap())),
        actor_id: Some(1),
        actor_name: "Alice Martin".to_owned(),
        kind: ChangeKind::Changed.into(),
        record: record.into(),
        record_id: 12,
        rpc: "UpdateIt".to_owned(),
        changes,
        ..HistoryEntry::default()
    }
}

fn text_of(lang: Lang, entry: &HistoryEntry) -> EntryText {
    let (messages, now) = (Messages::new(lang), now());
    let context = CellContext {
        messages: &messages,
        now: &now,
        user: None,
    };
    describe(entry, false, &context)
}

/// Both moments have the same local time.
#[test]
fn the_moments_of_a_repeated_hour_are_told_apart() {
    let change = change("start_time", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z");
    let entry = entry(RecordType::Event, vec![change]);
    let expected = [
        (
            Lang::En,
            "from 25 Oct 2026 02:30 CEST to 25 Oct 2026 02:30 CET",
        ),
        (Lang::Fr, "25 oct. 2026 02:30 CEST → 25 oct. 2026 02:30 CET"),
    ];
    for (lang, part) in expected {
        let sentence = text_of(lang, &entry).sentence;
        assert!(sentence.contains(part), "{sentence}");
    }
}

#[test]
fn a_single_change_is_a_sentence() {
    let long = "Buffet ".repeat(20);
    let cut = "Buffet Buffet Buffet Buffet Buffet Buffet Buffet Buffet Buf…";
    // Record, field, before, after; in English, in French.
    let cases = [
        (
            RecordType::Contract,
            change("remaining_cents", "410000", "0"),
            "changed Due from 4,100.00 € to 0.00 €",
            "a modifié Reste dû\u{a0}: 4\u{202f}100,00\u{a0}€ → 0,00\u{a0}€",
        ),
        (
            RecordType::Contract,
            change("signed", "false", "true"),
            "changed Signed from no to yes",
            "a modifié Signé\u{a0}: non → oui",
        ),
        (
            RecordType::Contract,
            change("date", "2026-03-12", "2026-04-01"),
            "changed Date from 12 Mar 2026 to 1 Apr 2026",
            "a modifié Date\u{a0}: 12 mars 2026 → 1er avr. 2026",
        ),
        (
            RecordType::Event,
            change("start_time", "2026-09-12T16:00:00Z", "2026-09-12T17:00:00"),
            "changed Starts from 12 Sep 2026 18:00 to 12 Sep 2026 19:00",
            "a modifié Début\u{a0}: 12 sept. 2026 18:00 → 12 sept. 2026 19:00",
        ),
        (
            RecordType::Event,
            change("attendees", "250", "1250"),
            "changed Attendees from 250 to 1,250",
            "a modifié Invités\u{a0}: 250 → 1\u{202f}250",
        ),
        (
            RecordType::Event,
            change("note", &long, ""),
            &format!("cleared Note, previously “{cut}”"),
            &format!("a effacé Note, auparavant «\u{a0}{cut}\u{a0}»"),
        ),
        (
            RecordType::Event,
            FieldChange {
                new_name: "Marie Lopez".to_owned(),
                ..change("support_id", "", "3")
            },
            "set Support to Marie Lopez",
            "a renseigné Support\u{a0}: Marie Lopez",
        ),
        (
            RecordType::Client,
            change("commercial_id", "2", "6"),
            "changed Commercial from number 2 to number 6",
            "a modifié Commercial\u{a0}: numéro 2 → numéro 6",
        ),
        (
            RecordType::Collaborator,
            change("role", "commercial", "support"),
            "changed Role from commercial to support",
            "a modifié Rôle\u{a0}: commercial → support",
        ),
        (
            RecordType::Collaborator,
            change("password", "", ""),
            "changed Password",
            "a modifié Mot de passe",
        ),
        // Fields that only a newer server defines.
        (
            RecordType::Client,
            change("loyalty_points", "1", "2"),
            "changed loyalty points from “1” to “2”",
            "a modifié loyalty points\u{a0}: «\u{a0}1\u{a0}» → «\u{a0}2\u{a0}»",
        ),
        (
            RecordType::Unspecified,
            change("total_cents", "1", "2"),
            "changed total cents from “1” to “2”",
            "a modifié total cents\u{a0}: «\u{a0}1\u{a0}» → «\u{a0}2\u{a0}»",
        ),
        (
            RecordType::Contract,
            change("total_cents", "1", "many"),
            "changed Total from 0.01 € to “many”",
            "a modifié Total\u{a0}: 0,01\u{a0}€ → «\u{a0}many\u{a0}»",
        ),
    ];
    for (record, change, english, french) in cases {
        let entry = entry(record, vec![change]);
        for (lang, expected, when) in [
            (Lang::En, english, "yesterday 16:20"),
            (Lang::Fr, french, "hier à 16:20"),
        ] {
            let text = text_of(lang, &entry);
            assert_eq!(text.sentence, format!("Alice Martin {expected}"));
            assert_eq!(text.when, when);
            assert!(text.fields.is_empty());
        }
    }
}

#[test]
fn a_support_that_was_taken_away_is_named() {
    let change = FieldChange {
        old_name: "Marie Lopez".to_owned(),
        ..change("support_id", "3", "")
    };
    let entry = entry(RecordType::Event, vec![change]);
    for (lang, expected) in [
        (
            Lang::En,
            "Alice Martin cleared Support, previously Marie Lopez",
        ),
        (
            Lang::Fr,
            "Alice Martin a effacé Support, auparavant Marie Lopez",
        ),
    ] {
        assert_eq!(text_of(lang, &entry).sentence, expected);
    }
}

/// What was removed is not shown like what was set.
#[test]
fn a_summary_says_what_was_set_and_what_was_removed() {
    let support = |old: &str, new: &str, old_name: &str, new_name: &str| FieldChange {
        old_name: old_name.to_owned(),
        new_name: new_name.to_owned(),
        ..change("support_id", old, new)
    };
    let cases = [
        (
            vec![support("", "3", "", "Marie Lopez")],
            "Support: Marie Lopez",
            "Support\u{a0}: Marie Lopez",
        ),
        (
            vec![support("3", "", "Marie Lopez", "")],
            "Support: nobody",
            "Support\u{a0}: personne",
        ),
        (
            vec![change("note", "Buffet", "")],
            "Note: removed",
            "Note\u{a0}: retiré",
        ),
        (
            vec![
                change("location", "Paris", "Lyon"),
                change("attendees", "20", "30"),
            ],
            "Location, Attendees",
            "Lieu, Invités",
        ),
    ];
    let now = now();
    for (changes, english, french) in cases {
        let entry = entry(RecordType::Event, changes);
        for (lang, expected) in [(Lang::En, english), (Lang::Fr, french)] {
            let messages = Messages::new(lang);
            let context = CellContext {
                messages: &messages,
                now: &now,
                user: None,
            };
            assert_eq!(summary(&entry, &context).what, expected);
        }
    }
}

#[test]
fn several_changes_are_lines() {
    let changes = vec![
        change("total_cents", "820000", "900000"),
        change("remaining_cents", "", "900000"),
        change("event_title", "Bal", ""),
        change("password", "", ""),
        FieldChange {
            new: Some(String::new()),
            ..change("note", "", "")
        },
    ];
    let line = |field: &str, change: &str| (format!("{field}:"), change.to_owned());
    let lines = vec![
        line("Total", "8,200.00 € → 9,000.00 €"),
        line("Due", "9,000.00 €"),
        line("Event title", "“Bal”"),
        line("Password", "not shown"),
    ];
    for (kind, sentence) in [
        (ChangeKind::Created, "Alice Martin created it:"),
        (ChangeKind::Changed, "Alice Martin changed it:"),
        (ChangeKind::Deleted, "Alice Martin deleted it:"),
    ] {
        let entry = HistoryEntry {
            kind: kind.into(),
            ..entry(RecordType::Contract, changes.clone())
        };
        let text = text_of(Lang::En, &entry);
        assert_eq!((text.sentence.as_str(), &text.fields), (sentence, &lines));
    }
}

#[test]
fn entries_without_changes_are_sentences() {
    let entry = |kind: i32, actor: Option<i64>, name: &str, rpc: &str| HistoryEntry {
        kind,
        actor_id: actor,
        actor_name: name.to_owned(),
        rpc: rpc.to_owned(),
        ..entry(RecordType::Collaborator, Vec::new())
    };
    let cases = [
        (
            entry(
                ChangeKind::SessionRevoked.into(),
                Some(12),
                "Karim",
                "RevokeSession",
            ),
            "Karim ended one of their own sessions",
        ),
        (
            entry(
                ChangeKind::SessionRevoked.into(),
                Some(1),
                "Alice",
                "RevokeSession",
            ),
            "Alice ended one of their sessions",
        ),
        (
            entry(ChangeKind::TokenReused.into(), None, "", "RefreshSession"),
            "The server ended one of their sessions, because its token was \
             used twice and may be stolen",
        ),
        (
            entry(ChangeKind::Created.into(), None, "epic", "init"),
            "epic on the server (init) created it",
        ),
        (
            entry(77, Some(1), "Alice", "MergeIt"),
            "Alice made a change that this version does not support (MergeIt)",
        ),
    ];
    for (entry, expected) in cases {
        assert_eq!(text_of(Lang::En, &entry).sentence, expected);
    }
}

/// The kinds of record and the fields in the history: the arguments of the triggers.
fn fields_of_triggers() -> BTreeSet<(String, String)> {
    let mut fields = BTreeSet::new();
    let migrations = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations");
    for migration in fs::read_dir(migrations).unwrap() {
        let sql = fs::read_to_string(migration.unwrap().path().join("up.sql")).unwrap();
        for call in sql.split("execute function keep_history(").skip(1) {
            let (arguments, _) = call.split_once(')').unwrap();
            let mut arguments = arguments.split(',').map(|it| it.trim().trim_matches('\''));
            let record = arguments.next().unwrap();
            for column in arguments {
                let field = match column.split_once('=') {
                    Some((field, _kind)) => field,
                    None if column == "password_hash" => "password",
                    None => column,
                };
                fields.insert((record.to_owned(), field.to_owned()));
            }
        }
    }
    fields
}

#[test]
fn every_field_of_the_triggers_has_a_label_in_every_language() {
    let fields = fields_of_triggers();
    assert!(fields.len() > 20, "{fields:?}");
    for (record, field) in fields {
        let mut tabs = Tab::ALL.into_iter();
        let tab = tabs.find(|tab| tab.kind().name() == record).unwrap();
        let spec = spec(tab, &field).unwrap_or_else(|| panic!("{record}.{field} has no label"));
        for messages in Lang::ALL.map(Messages::new) {
            assert_ne!(
                messages.get(spec.label),
                spec.label,
                "{:?}",
                messages.lang()
            );
        }
    }
}
