//! All languages have every message that the code uses, with the same arguments.
#![allow(clippy::unwrap_used)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use epic_events::{
    field_error::{FieldError, FieldErrorKind},
    reason::Reason,
    strength::Hint,
};

use super::*;

/// The identifiers of all messages, with their arguments.
fn messages(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    let mut current = None;
    for (_, text) in sources(lang) {
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some((id, _)) = line.split_once(" =")
                && !id.starts_with(' ')
            {
                assert!(
                    found.insert(id.to_owned(), BTreeSet::new()).is_none(),
                    "{id} twice in {lang:?}"
                );
                current = Some(id.to_owned());
            }
            let arguments = line.split('$').skip(1).map(|rest| {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '-' && c != '_');
                rest[..end.unwrap_or(rest.len())].to_owned()
            });
            if let Some(id) = &current {
                found.get_mut(id).unwrap().extend(arguments);
            }
        }
    }
    found
}

#[test]
fn every_file_parses() {
    for lang in Lang::ALL {
        assert!(sources(lang).count() > 0);
        for (file, text) in sources(lang) {
            let errors = FluentResource::try_new(text)
                .err()
                .map(|(_, errors)| errors);
            assert_eq!(errors, None, "{file}");
        }
    }
}

#[test]
fn all_languages_have_the_same_messages_with_the_same_arguments() {
    assert_eq!(messages(Lang::En), messages(Lang::Fr));
}

#[test]
fn every_reason_field_error_and_strength_has_a_message() {
    let ids = messages(Lang::En);
    let reasons = Reason::ALL.iter().map(|it| message_id("reason", it.name()));
    let field_errors = FieldErrorKind::ALL
        .iter()
        .map(|it| message_id("field-error", it.code()));
    let hints = Hint::ALL.iter().map(|it| format!("hint-{}", it.name()));
    let scores = (0..=4).map(|score| format!("strength-{score}"));
    for id in reasons.chain(field_errors).chain(hints).chain(scores) {
        assert!(ids.contains_key(&id), "{id} has no message");
    }
}

/// Covers the literal identifiers in `get("…")` and `with("…")` under `src`.
#[test]
fn every_identifier_in_the_code_has_a_message() {
    let ids = messages(Lang::En);
    let mut found = 0;
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let code = fs::read_to_string(&path).unwrap();
            for call in ["messages.get(", "messages.with(", "self.get(", "self.with("] {
                for rest in code.split(call).skip(1) {
                    // Skips composed identifiers, and this list.
                    let Some((id, _)) = rest
                        .trim_start()
                        .strip_prefix('"')
                        .and_then(|rest| rest.split_once('"'))
                        .filter(|(id, _)| id.starts_with(|c: char| c.is_ascii_lowercase()))
                    else {
                        continue;
                    };
                    found += 1;
                    assert!(ids.contains_key(id), "{id} in {}", path.display());
                }
            }
        }
    }
    assert!(found > 100, "only {found} identifiers");
}

#[test]
fn errors_of_the_server_include_their_details() {
    let zone = TimeZone::get("Europe/Paris").unwrap();
    let (en, fr) = (Messages::new(Lang::En), Messages::new(Lang::Fr));
    let (en, fr) = (en.in_zone(zone.clone()), fr.in_zone(zone));
    let outdated = ApiError::new(Reason::EtagOutdated)
        .with_detail(api_error::CHANGED_BY, "Zoé Lac")
        .with_detail(api_error::CHANGED_AT, "2026-03-12T09:00:00Z");
    let role = Denied::Role {
        allowed: vec![Role::Gestion, Role::Commercial],
    };
    let taken = ApiError::new(Reason::InvalidField).with_field("email", FieldErrorKind::EmailTaken);
    let no_such_record =
        ApiError::new(Reason::NoSuchRecord).with_detail(api_error::RECORD, "event");
    let cases = [
        (
            outdated,
            "Zoé Lac saved this record on 12 Mar 2026 10:00. Check it, then try again.",
            "Zoé Lac a enregistré cette fiche le 12 mars 2026 à 10:00. Vérifiez-la, puis réessayez.",
        ),
        (
            role.clone().into(),
            "Only gestion or commercial can do this. Ask a colleague there.",
            "Cette action est réservée au département gestion ou commercial. Adressez-vous à un \
             collègue de ce département.",
        ),
        (
            ApiError::new(Reason::RoleNotAllowed),
            "This is reserved for another department.",
            "Cette action est réservée à un autre département.",
        ),
        (
            taken,
            "Correct this first: is already in use.",
            "À corriger d’abord\u{a0}: est déjà utilisé.",
        ),
        (
            no_such_record,
            "This event no longer exists. Refresh the list.",
            "Cet événement n’existe plus. Actualisez la liste.",
        ),
        (
            ApiError::new(Reason::Internal).with_detail(api_error::TRACE, "4bf92f35"),
            "Server error 4bf92f35, logged on the server. Try again, or contact your \
             administrator.",
            "Erreur 4bf92f35 du serveur, qui l’a consignée. Réessayez, ou contactez votre \
             administrateur.",
        ),
    ];
    for (error, english, french) in cases {
        assert_eq!(en.api_error(&error, None), english);
        assert_eq!(fr.api_error(&error, None), french);
    }
    assert_eq!(en.denied(&role), "only gestion or commercial can do this");
}

#[test]
fn field_errors_include_their_limits() {
    let messages = Messages::new(Lang::En);
    let text = |field, kind| messages.field_error(&FieldError { field, kind }.into());
    assert_eq!(
        text("note", FieldErrorKind::TooLong { max: 4_000 }),
        "has more than 4,000 characters"
    );
    assert_eq!(
        text("total_cents", FieldErrorKind::TooLarge { max: 1_000 }),
        "is more than 10.00 €"
    );
    let unknown = WireFieldError {
        field: "name".into(),
        code: "FROM_THE_FUTURE".into(),
        limit: None,
        sentence: "is from the future".into(),
    };
    assert_eq!(messages.field_error(&unknown), "is from the future");
}

#[test]
fn finds_the_language_of_a_locale() {
    let cases = [
        ("fr", Some(Lang::Fr)),
        ("fr_FR.UTF-8", Some(Lang::Fr)),
        ("EN-us", Some(Lang::En)),
        ("C", None),
        ("de_DE", None),
        ("", None),
    ];
    for (locale, lang) in cases {
        assert_eq!(Lang::from_locale(locale), lang, "{locale}");
    }
}
