//! Screens of every size with the smallest and largest values, the longest texts, and values that
//! only a faulty server sends: drawing and clicking do not panic.

use epic::{app::Msg, messages::Lang, record::Record, theme::Palette, view};
use epic_events::{
    v1::{Client, Collaborator, Contract, Event},
    value::{CENTS_MAX, DEVICE_MAX, Note, wire_time},
};
use ratatui::{Terminal, backend::TestBackend};

use crate::{
    scenarios,
    support::{
        fake_server::FakeServer,
        records::{clients, collaborators, contracts, events},
        test_client::TestClient,
    },
};

/// Characters of the longest line, which is a location.
const LONGEST_LINE: usize = 300;

/// A text of words, wide characters and one long word.
fn longest(max: usize) -> String {
    let text =
        "Jean-Baptiste de la Fontaine-Saint-Germain 王小明 👩🏽\u{200d}🚀 Événements".repeat(max);
    text.chars().take(max / 2).collect::<String>() + &"W".repeat(max / 2)
}

/// The amounts of a contract: total and remaining. The last ones are invalid.
const AMOUNTS: [(i64, i64); 8] = [
    (0, 0),
    (1, 1),
    (CENTS_MAX, 1),
    (100_000_000_000, 100_000_000_000),
    (CENTS_MAX, CENTS_MAX),
    (1, CENTS_MAX),
    (-1, 1),
    (i64::MIN, i64::MAX),
];

fn records() -> Vec<Record> {
    let name = longest(LONGEST_LINE);
    let mut all = Vec::new();
    for (index, mut contract) in contracts().into_iter().take(AMOUNTS.len()).enumerate() {
        (contract.total_cents, contract.remaining_cents) = AMOUNTS[index];
        all.push(Record::Contract(Contract {
            event_title: name.clone(),
            client_name: name.clone(),
            client_company: name.clone(),
            commercial_name: name.clone(),
            ..contract
        }));
    }
    let at = |text: &str| Some(wire_time(text.parse().unwrap()));
    let [first, last] = [at("2000-01-01T00:00:00Z"), at("2199-12-31T23:59:59Z")];
    for (event, attendees) in events().into_iter().zip([0, 1, 1_000_000, i32::MIN]) {
        all.push(Record::Event(Event {
            event_title: name.clone(),
            location: name.clone(),
            note: longest(Note::MAX),
            start_time: first,
            end_time: last,
            attendees,
            ..event
        }));
    }
    for (mut person, count) in collaborators().into_iter().zip([0, 1, i32::MAX, -1]) {
        (person.client_count, person.event_count) = (count, count);
        all.push(Record::Collaborator(Collaborator {
            name: name.clone(),
            email: format!("{name}@epic.example"),
            phone: "1".repeat(DEVICE_MAX),
            ..person
        }));
    }
    for client in clients().into_iter().take(3) {
        all.push(Record::Client(Client {
            name: name.clone(),
            company: name.clone(),
            email: format!("{name}@epic.example"),
            phone: "1".repeat(LONGEST_LINE),
            update_time: None,
            ..client
        }));
    }
    all
}

/// Every width of a screen that is drawn with the pane, and some that are too small.
fn widths() -> impl Iterator<Item = (u16, u16)> {
    (20..=200).map(|width| (width, 30))
}

/// Every height at a few widths, and every width at the smallest heights.
fn heights() -> impl Iterator<Item = (u16, u16)> {
    let high = [20, 60, 80, 109, 110, 200].into_iter();
    let high = high.flat_map(|width| (5..=60).map(move |height| (width, height)));
    let low = (20..=200).flat_map(|width| [(width, 5), (width, 16)]);
    high.chain(low)
}

/// The smallest screens, those around the limits of the layout, and a large one.
fn limits() -> impl Iterator<Item = (u16, u16)> {
    let widths = [0, 1, 59, 60, 61, 80, 110, 200].into_iter();
    widths.flat_map(|width| [0, 15, 16, 17, 60].map(move |height| (width, height)))
}

/// Draws the screen in these sizes, and determines the targets of clicks in its middle and corners.
fn draw(client: &mut TestClient, sizes: impl Iterator<Item = (u16, u16)>) {
    for (width, height) in sizes {
        client.send(Msg::Resize(width, height));
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal
            .draw(|frame| view::draw(&client.model, &Palette::default(), frame))
            .unwrap();
        for (x, y) in [(0, 0), (width / 2, height / 2), (width, height)] {
            client.target(x, y);
        }
    }
}

fn with_extreme_records() -> FakeServer {
    FakeServer {
        saved: records(),
        ..FakeServer::default()
    }
}

#[test]
fn every_tab_and_its_pane_is_drawn_in_every_size() {
    for (tab, records) in [('1', 4), ('2', 2), ('3', AMOUNTS.len()), ('4', 1)] {
        // French texts are longer than English ones.
        let mut client = TestClient::new(Lang::Fr, (80, 24));
        client.server = with_extreme_records();
        client.keys(&format!("<f1><enter>{tab}"));
        for _ in 0..records {
            client.send(Msg::Resize(80, 24));
            client.keys("<enter>");
            let opened = client.screen();
            assert!(opened.contains("WWWW"), "{opened}");
            draw(&mut client, widths());
            client.keys("<esc><down>");
        }
        draw(&mut client, heights());
    }
}

#[test]
fn every_overlay_is_drawn_at_the_limits_of_the_layout() {
    for scenario in scenarios::all() {
        let mut client = scenario.run_with(Lang::Fr, (80, 24), records());
        draw(&mut client, limits());
    }
}
