//! The other languages, message by message, on the screens of `scenarios.rs`: every text that is
//! displayed in English is displayed in the other language too, in full, at 80 columns.
//!
//! `tui/src/messages/tests.rs` checks that all languages have the same messages with the same
//! arguments.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    fs,
    ops::Range,
    path::Path,
};

use epic::{
    keys::{Action, RecordActionId},
    layout,
    messages::{Arg, Lang, Messages},
    record::Tab,
    screens::login,
    view::footer,
};
use epic_events::v1::Role;

use crate::{scenarios, support::test_client::TestClient};

const SIZE: (u16, u16) = (80, 24);

/// The literal parts of each message, by identifier and, for a selection, variant.
fn messages(lang: Lang) -> BTreeMap<String, Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("i18n")
        .join(lang.code());
    let mut found = BTreeMap::new();
    for file in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        let mut id = "";
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (key, pattern) = if let Some((name, pattern)) = line.split_once(" = ")
                && !line.starts_with(' ')
            {
                id = name;
                (name.to_owned(), pattern)
            } else if let Some((variant, pattern)) = line
                .trim_start_matches([' ', '*'])
                .strip_prefix('[')
                .and_then(|rest| rest.split_once("] "))
            {
                (format!("{id}[{variant}]"), pattern)
            } else {
                continue;
            };
            // The head of a selection has no text of its own.
            if !pattern.ends_with("->") {
                found.insert(key, literals(pattern));
            }
        }
    }
    found
}

/// The parts of a pattern between its arguments, without outer spaces.
fn literals(pattern: &str) -> Vec<String> {
    let parts = pattern.split('{').map(|part| match part.split_once('}') {
        Some((_, text)) => text,
        None => part,
    });
    let parts = parts.map(one_line).filter(|part| !part.is_empty());
    parts.collect()
}

/// Replaces all white space, line breaks and no-break spaces included, by single spaces.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text of a screen on one line, so that wrapped sentences are contiguous, without the actions
/// of the footer.
fn text_of(client: &TestClient) -> String {
    let mut screen = client.screen();
    for action in footer::actions(&client.model) {
        screen = screen.replace(&format!("{} {}", action.key, action.label), "");
    }
    let lines = screen
        .lines()
        .map(|line| line.replace(['"', '│', '▌', '▐'], " "));
    one_line(&lines.collect::<Vec<_>>().join(" "))
}

/// The positions of all parts in the text, as whole messages; `None` unless all are there.
fn find(text: &str, parts: &[String]) -> Option<Vec<Range<usize>>> {
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let mut found = Vec::new();
    for part in parts {
        let before = found.len();
        for (start, _) in text.match_indices(part.as_str()) {
            let end = start + part.len();
            let joins_before =
                is_word(part.chars().next()) && is_word(text[..start].chars().next_back());
            let joins_after =
                is_word(part.chars().next_back()) && is_word(text[end..].chars().next());
            if !joins_before && !joins_after {
                found.push(start..end);
            }
        }
        if found.len() == before {
            return None;
        }
    }
    Some(found)
}

/// Texts of the fixtures that contain words of messages.
const FIXTURE_TEXTS: [&str; 4] = [
    scenarios::OUTAGE_DETAIL,
    "Epic Events",
    "nobody@epic.example",
    "The server does not answer.",
];

/// Identifiers and French texts of the messages with one English text, such as the labels of two
/// fields.
struct Text {
    english: Vec<String>,
    french: Vec<(String, Vec<String>)>,
}

/// All texts, the longest first. The actions of the footer have a test of their own.
fn texts() -> Vec<Text> {
    let french = messages(Lang::Fr);
    let mut by_english: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (id, english) in messages(Lang::En) {
        // A message may select variants in only one language.
        if let Some(translation) = french.get(&id)
            && !id.starts_with("key")
            // Very short texts occur within the records.
            && english.iter().any(|part| part.chars().count() > 2)
        {
            let same: &mut Vec<_> = by_english.entry(english).or_default();
            same.push((id, translation.clone()));
        }
    }
    let texts = by_english.into_iter();
    let mut texts: Vec<_> = texts
        .map(|(english, french)| Text { english, french })
        .collect();
    texts.sort_by_key(|text| Reverse(text.english.iter().map(String::len).sum::<usize>()));
    texts
}

/// The texts that an English screen displays. A text within a longer one does not count.
fn displayed<'t>(screen: &str, texts: &'t [Text]) -> Vec<&'t Text> {
    let mut screen = screen.to_owned();
    for text in FIXTURE_TEXTS {
        screen = screen.replace(text, "");
    }
    let mut displayed = Vec::new();
    for text in texts {
        if let Some(found) = find(&screen, &text.english) {
            for range in found {
                let mask = "\0".repeat(range.len());
                screen.replace_range(range, &mask);
            }
            displayed.push(text);
        }
    }
    displayed
}

/// Texts that a French screen does not display, with the reason.
const EXEMPT: &[(&str, &str)] = &[
    // The search field leaves no room for the last filter, which is not active.
    ("search", "filter-no-event"),
    // The wider French columns leave no room for the date.
    ("search", "column-date"),
    ("search", "month-3"),
    ("search-without-match", "filter-no-event"),
    // The wider French columns leave no room for the commercial.
    ("filtered", "column-commercial"),
    ("filtered", "nobody"),
    // The order gives way to the filters.
    ("edit-contract-commercial", "order-newest"),
    // The wider French column ends under the question.
    ("delete-unassigned", "assigned-events[0]"),
    ("delete-own-account", "assigned-events[0]"),
    // The longer French sentence leaves no room for the key, which the help has too.
    ("offline", "offline-retry-now"),
    // The longer French notice leaves no room for the accounts of the demo.
    ("signed-out-offline", "login-demo"),
    ("signed-out-offline", "role-commercial"),
    ("signed-out-offline", "role-gestion"),
    ("signed-out-offline", "role-support"),
    ("narrow-filters", "order-newest"),
    ("narrow-filters", "column-commercial"),
    ("narrow-filters", "nobody"),
];

#[test]
fn every_displayed_text_is_displayed_in_french() {
    let texts = texts();
    let mut checked = BTreeSet::new();
    let mut missing = Vec::new();
    for scenario in scenarios::all() {
        let english = text_of(&scenario.run(Lang::En, SIZE));
        let french = text_of(&scenario.run(Lang::Fr, SIZE));
        for text in displayed(&english, &texts) {
            checked.insert(&text.english);
            let mut translations = text.french.iter();
            if !translations.any(|(_, it)| find(&french, it).is_some()) {
                missing.push((scenario.name, text.french[0].0.as_str()));
            }
        }
    }
    assert_eq!(missing, EXEMPT);
    assert!(checked.len() > 130, "only {} texts", checked.len());
}

/// The texts that are the same in both languages. Any other such text is an untranslated message.
const SAME: [&str; 44] = [
    "assigned-clients[one]",
    "assigned-clients[other]",
    "cli-arguments",
    "cli-options",
    "column-client",
    "column-commercial",
    "column-date",
    "column-support",
    "column-total",
    "command-check-session",
    "command-check-version",
    "command-session-id",
    "context-confirm",
    "context-menu",
    "context-sessions",
    "field-client",
    "field-commercial",
    "field-date",
    "field-note",
    "field-support",
    "field-total",
    "filter-commercial",
    "filter-gestion",
    "filter-support",
    "key-sessions",
    "keyname-tab",
    "length-hours",
    "length-minutes",
    "noun-clients[one]",
    "noun-clients[other]",
    "recent-session",
    "record-client",
    "role-commercial",
    "role-gestion",
    "role-support",
    "tab-clients",
    "value-date",
    "value-etag",
    "value-format",
    "value-id",
    "value-n",
    "value-shell",
    "value-url",
    "value-uuid",
];

#[test]
fn every_other_text_is_translated() {
    let french = messages(Lang::Fr);
    let is_same = |(id, text): &(String, Vec<String>)| {
        french.get(id) == Some(text) && text.iter().any(|part| part.contains(char::is_alphabetic))
    };
    let same: Vec<_> = messages(Lang::En).into_iter().filter(is_same).collect();
    let ids: Vec<_> = same.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, SAME);
}

/// Actions that the French footer may drop for lack of room, at most two at once. The palette and
/// the help list them.
const DROPPABLE: [Action; 9] = [
    Action::History,
    Action::Search,
    Action::Filter,
    Action::Sort,
    Action::Go,
    Action::Refresh,
    Action::Record(RecordActionId::ResetPassword),
    Action::Next,
    Action::Previous,
];

#[test]
fn the_french_footer_has_the_actions_of_the_english_one() {
    for scenario in scenarios::all() {
        let actions = |lang| {
            let shown = footer::actions(&scenario.run(lang, SIZE).model).into_iter();
            shown.map(|it| it.action).collect::<Vec<_>>()
        };
        let (english, french) = (actions(Lang::En), actions(Lang::Fr));
        let mut missing = english.clone();
        missing.retain(|action| !french.contains(action));
        let droppable = missing.iter().all(|action| DROPPABLE.contains(action));
        assert!(
            droppable && missing.len() <= 2,
            "{}: {missing:?}",
            scenario.name
        );
    }
}

#[test]
fn the_header_has_all_tabs_and_the_role() {
    for lang in Lang::ALL {
        let messages = Messages::new(lang);
        for (digit, role) in [
            ('1', Role::Gestion),
            ('2', Role::Commercial),
            ('3', Role::Support),
        ] {
            let screen = TestClient::signed_in(lang, SIZE, digit).screen();
            let header = screen.lines().next().unwrap();
            let tabs = Tab::ALL.map(|tab| messages.get(tab.screen().title));
            for text in tabs.into_iter().chain([messages.role(role)]) {
                assert!(header.contains(&text), "{text} in {header}");
            }
        }
    }
}

/// A label is at most a quarter as wide as a form, so that the values have room.
#[test]
fn form_labels_leave_room_for_the_values() {
    let screens = Tab::ALL.map(Tab::screen);
    let forms = screens
        .iter()
        .flat_map(|screen| [screen.create, screen.edit]);
    let forms: Vec<_> = forms.chain([&login::LOGIN, &login::PASSWORD]).collect();
    for messages in Lang::ALL.map(Messages::new) {
        for field in forms.iter().flat_map(|form| form.fields) {
            let label = messages.get(field.label);
            assert!(layout::columns(&label) <= SIZE.0 / 4, "{label}");
        }
    }
}

/// Prefixes of the messages that the status line displays.
const STATUS: [&str; 7] = [
    "session-not-kept",
    "status-",
    "not-applicable-",
    "denied-",
    "mouse-",
    "server-back",
    "nothing-to-save",
];

/// The messages of the status line, with long arguments.
fn status_messages(lang: Lang) -> Vec<String> {
    let translations = Messages::new(lang);
    let allowed = translations.departments(&[Role::Gestion, Role::Commercial]);
    let all: Vec<_> = messages(lang).into_keys().collect();
    let is_status = |id: &&String| STATUS.iter().any(|prefix| id.starts_with(prefix));
    let ids = all.iter().filter(is_status).filter(|id| !id.contains('['));
    let edit = translations.get("can-edit-clients");
    let cause = translations.get("cause-not-writable");
    let mut texts: Vec<_> = ids
        .filter(|id| *id != "denied-action")
        .map(|id| {
            let is_denial = id.starts_with("denied-");
            let what = if is_denial { &edit } else { "Mariage Dupont" };
            let args = [
                ("name", Arg::Text("Jean-Baptiste Fontaine")),
                ("who", Arg::Text("Chloé Dupont")),
                ("what", Arg::Text(what)),
                ("allowed", Arg::Text(&allowed)),
                ("cause", Arg::Text(&cause)),
            ];
            translations.with(id, &args)
        })
        .collect();
    let gestion = translations.role(Role::Gestion);
    for action in all.iter().filter(|id| id.starts_with("can-")) {
        let what = translations.get(action);
        let args = [("allowed", Arg::Text(&gestion)), ("what", Arg::Text(&what))];
        texts.push(translations.with("denied-action", &args));
    }
    texts
}

/// The messages of the status line fit after their sign.
#[test]
fn status_messages_fit_the_status_line() {
    let room = SIZE.0 - layout::columns(" ! ");
    for lang in Lang::ALL {
        let mut texts = status_messages(lang);
        assert!(texts.len() > 30);
        texts.retain(|text| layout::columns(text) > room);
        assert_eq!(texts, Vec::<String>::new(), "more than {room} columns");
    }
}
