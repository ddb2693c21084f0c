//! Texts of the server that would control the terminal, change the direction of text or be invisible
//! are drawn as signs. Texts in any script, and pasted texts, are unchanged.

use epic::{
    api::{ApiRequest, Outage, RequestError},
    app::{Msg, overlay::Overlay},
    messages::Lang,
    theme::Palette,
    view,
};
use epic_events::{
    api_error::{ApiError, CHANGED_BY},
    character::is_unsafe,
    reason::Reason,
    v1::{ChangeKind, FieldChange, HistoryEntry, RecordType},
    value::wire_time,
};
use ratatui::{Terminal, TerminalOptions, Viewport, backend::CrosstermBackend, layout::Rect};

use crate::support::test_client::{TestClient, signed_in};

/// Control sequences of a terminal, bidirectional controls, invisible and private characters.
const HOSTILE: &str = "\u{1b}]0;x\u{7}\u{9b}2J\u{202e}\u{2066}\u{200f}\u{61c}\u{200b}\0\u{7f}\r\u{ad}\
    \u{e000}\u{2028}";

/// The bytes that a frame writes to a terminal.
fn written(client: &TestClient) -> String {
    let (width, height) = client.model.size;
    let viewport = Viewport::Fixed(Rect::new(0, 0, width, height));
    let mut bytes = Vec::new();
    let backend = CrosstermBackend::new(&mut bytes);
    let mut terminal = Terminal::with_options(backend, TerminalOptions { viewport }).unwrap();
    terminal
        .draw(|frame| view::draw(&client.model, &Palette::default(), frame))
        .unwrap();
    drop(terminal);
    String::from_utf8(bytes).unwrap()
}

/// The bytes without the sequences that ratatui writes: `ESC [`, parameters and a letter.
fn without_sequences(bytes: &str) -> String {
    let mut rest = String::new();
    let mut pieces = bytes.split("\u{1b}[");
    rest.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let parameters = |it: char| it.is_ascii_digit() || ";:?".contains(it);
        let end = piece.trim_start_matches(parameters);
        rest.extend(end.chars().skip(1));
    }
    rest
}

#[track_caller]
fn assert_safe(client: &TestClient, after: &str) {
    let screen = client.screen();
    let found = screen.chars().find(|&it| it != '\n' && is_unsafe(it));
    assert_eq!(found, None, "{after}:\n{}", screen.escape_debug());
    let written = without_sequences(&written(client));
    let found = written.chars().find(|&it| is_unsafe(it));
    assert_eq!(found, None, "{after}: {}", written.escape_debug());
}

fn history() -> Vec<HistoryEntry> {
    let text = |text: &str| format!("{HOSTILE}{text}");
    let change = FieldChange {
        field: "event_title".to_owned(),
        old: Some(text("Gala")),
        new: Some(text("Bal")),
        ..FieldChange::default()
    };
    let link = FieldChange {
        field: "client_id".to_owned(),
        old: Some("1".to_owned()),
        new: Some("2".to_owned()),
        old_name: text("Chloé"),
        new_name: text("Ana"),
    };
    vec![HistoryEntry {
        id: 1,
        time: Some(wire_time("2026-09-07T07:05:00Z".parse().unwrap())),
        actor_id: Some(1),
        actor_name: text("Alice"),
        kind: ChangeKind::Changed.into(),
        record: RecordType::Contract.into(),
        record_id: 1_042,
        changes: vec![change, link],
        ..HistoryEntry::default()
    }]
}

#[test]
fn no_screen_contains_a_control_or_bidirectional_character() {
    let keys = [
        "1", "<down>", "e", "<tab>", "<esc>", "d", "<esc>", "w", "<esc>", "o", "<esc>", "2", "e",
        "<esc>", "a", "<esc>", "g", "<esc>", "v", "<esc>", "3", "<down>", "e", "<esc>", "v",
        "<enter>", "<esc>", "<esc>", "n", "<enter>", "<esc>", "<esc>", "4", "e", "<esc>", "a",
        "<enter>", "f", "<esc>", ":", "Karim", "<esc>", "g", "<enter>", "/", "x", "<esc>", "p",
        "<esc>",
    ];
    for size in [(80, 24), (120, 40)] {
        for (lang, digit) in [(Lang::En, '1'), (Lang::Fr, '2'), (Lang::En, '3')] {
            let mut client = TestClient::new(lang, size);
            client.server.prefix = HOSTILE;
            client.server.history = history();
            client.keys(&format!("<f{digit}><enter>"));
            for key in keys {
                client.keys(key);
                client.run_timers();
                assert_safe(&client, key);
            }
        }
    }
}

#[test]
fn what_is_invisible_is_drawn_as_a_sign() {
    let mut client = TestClient::new(Lang::En, (120, 40));
    client.server.prefix = "\u{202e}\u{1b}";
    client.keys("<f1><enter>4");
    let screen = client.screen();
    for text in [
        "\u{fffd}␛Séminaire Orange",
        "\u{fffd}␛Parc floral, Paris",
        "\u{fffd}␛Alice",
    ] {
        assert!(screen.contains(text), "{text}:\n{screen}");
    }
    // The input of the form contains the characters too, so that the user can delete them.
    client.keys("1<down>e");
    let screen = client.screen();
    assert!(screen.contains("\u{fffd}␛Karim Benali"), "{screen}");
}

#[test]
fn errors_of_the_server_are_safe() {
    let mut client = signed_in('1');
    let error = ApiError::new(Reason::EtagOutdated).with_detail(CHANGED_BY, HOSTILE);
    client.holds_responses = true;
    client.keys("3<down>e<tab><tab><tab><ctrl-u>100<ctrl-s>");
    let id = client.last_held_id();
    let result = Err(RequestError::Api(error));
    client.send(Msg::Response { id, result });
    assert_safe(&client, "an error");
    client.keys("<ctrl-s>");
    let id = client.last_held_id();
    let outage = Outage {
        message: HOSTILE.to_owned(),
        detail: HOSTILE.to_owned(),
    };
    let result = Err(RequestError::Unavailable(outage));
    client.send(Msg::Response { id, result });
    assert_safe(&client, "an outage");
}

#[test]
fn texts_in_every_script_are_drawn_as_they_are() {
    for text in [
        "👩🏽\u{200d}🚀",
        "王小明",
        "می\u{200c}خواهم",
        "Zoe\u{301}",
        "क\u{94d}\u{200d}ष",
        "🇫🇷",
    ] {
        let mut client = TestClient::new(Lang::En, (120, 40));
        client.server.prefix = Box::leak(text.to_owned().into_boxed_str());
        client.keys("<f1><enter>2");
        // A wide character occupies two cells, the second of which is empty.
        let written = written(&client);
        for letter in text.chars() {
            assert!(written.contains(letter), "{text}: {letter:?}");
        }
        assert!(!written.contains('\u{fffd}'), "{text}");
    }
}

/// The value that a paste leaves in the field that these keys focus, in a form of the commercial.
fn pasted(keys: &str, text: &str) -> String {
    let mut client = signed_in('2');
    client.keys(keys);
    client.send(Msg::Paste(text.to_owned()));
    match client.model.overlays.front() {
        Some(Overlay::Form(form)) => form.focused().input.value().to_owned(),
        _ => panic!("no form"),
    }
}

#[test]
fn pasted_tabs_and_line_breaks_become_spaces_in_a_line_and_stay_in_a_note() {
    // A new client's name; a new event's attendees and note.
    let (name, attendees, note) = (
        "2n",
        "4n<tab><tab><tab><tab>",
        "4n<tab><tab><tab><tab><tab>",
    );
    for gap in [
        "\t", "\n", "\r", "\r\n", "\u{b}", "\u{c}", "\u{85}", "\u{2028}", "\u{2029}",
    ] {
        let text = format!("Salle{gap}12{gap}{gap}Paris{gap}");
        assert_eq!(pasted(name, &text), "Salle 12 Paris", "{gap:?}");
        let expected = if gap == "\t" {
            text.clone()
        } else {
            "Salle\n12\n\nParis\n".to_owned()
        };
        assert_eq!(pasted(note, &text), expected, "{gap:?}");
        let number = format!("1{gap}200{gap}");
        assert_eq!(pasted(attendees, &number), format!("1{gap}200"), "{gap:?}");
    }
}

#[test]
fn a_tab_in_a_number_is_an_error_that_is_displayed() {
    let phone = "2n<tab><tab><tab>";
    for (keys, text, shown, error) in [
        (
            "4n<tab><tab><tab><tab>",
            "1\t200",
            "1␉200",
            "contains a tab or a line break",
        ),
        (
            "4n<tab>",
            "12/9\n18h",
            "12/9␊18h",
            "contains a tab or a line break",
        ),
        (phone, "112\t15", "112␉15", "is not a phone number"),
    ] {
        let mut client = signed_in('2');
        client.keys(keys);
        client.send(Msg::Paste(text.to_owned()));
        client.keys("<tab>");
        let screen = client.screen();
        assert!(screen.contains(shown), "{text}:\n{screen}");
        assert!(screen.contains(error), "{text}:\n{screen}");
    }
}

#[test]
fn an_old_invalid_text_does_not_prevent_another_change() {
    let mut client = TestClient::new(Lang::En, (120, 40));
    client.server.prefix = "\u{1b}\u{e000}";
    client.keys("<f1><enter>1<down>e");
    client.requests.clear();
    // The name, the email and the phone are invalid; the role is changed.
    client.keys("<tab><tab><tab> <ctrl-s>");
    let is_update = |it: &ApiRequest| matches!(it, ApiRequest::UpdateCollaborator(_));
    let is_sent = client.requests.iter().any(is_update);
    assert!(is_sent, "{}", client.screen());
    // A changed text is validated.
    let mut client = TestClient::new(Lang::En, (120, 40));
    client.server.prefix = "\u{1b}";
    client.keys("<f1><enter>1<down>ex<tab>");
    let screen = client.screen();
    assert!(
        screen.contains("contains a character that cannot be displayed"),
        "{screen}"
    );
}
