//! The strip of the day in the pick-list of supports.

use epic::{
    messages::Lang,
    record::Record,
    theme::{
        Palette,
        detect::{Capabilities, Depth, Theme},
    },
    view,
};
use epic_events::v1::{Collaborator, Event};
use ratatui::{Terminal, backend::TestBackend};

use crate::{
    picker::{OMAR, busy},
    support::{
        records::{collaborators, events},
        test_client::TestClient,
    },
};

/// The screen without colours, where the hours of the event are a sign.
fn plain_screen(client: &TestClient) -> String {
    let terminal = Capabilities {
        depth: Depth::None,
        is_light: None,
        is_console: false,
        answers: false,
    };
    let palette = Palette::new(Theme::Auto, &terminal, None);
    let (width, height) = client.model.size;
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal
        .draw(|frame| view::draw(&client.model, &palette, frame))
        .unwrap();
    terminal.backend().to_string()
}

/// The event of the first line is from 18:00 to 23:00: cells 12 to 21 of the day from noon on.
#[test]
fn the_strip_shows_the_other_events_of_each_support_around_the_event() {
    // The other event of Omar, and his strip on a screen of 120 columns.
    let cases = [
        (None, "············░░░░░░░░░░··"),
        (
            Some(("2026-09-12T13:00", "2026-09-12T17:00")),
            "··▬▬▬▬▬▬▬▬··░░░░░░░░░░··",
        ),
        (
            Some(("2026-09-12T17:00", "2026-09-12T20:00")),
            "··········▬▬▬▬▬▬░░░░░░··",
        ),
        (
            Some(("2026-09-11T17:00", "2026-09-14T20:00")),
            "▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬",
        ),
        (
            Some(("2026-09-13T09:00", "2026-09-13T20:00")),
            "············░░░░░░░░░░··",
        ),
    ];
    for (other, expected) in cases {
        let mut client = TestClient::signed_in(Lang::En, (120, 30), '1');
        let other = other.map(|(start, end)| busy(700, Some(OMAR), start, end));
        client.server.added_events = other.into_iter().collect();
        client.keys("4a");
        let screen = plain_screen(&client);
        let line = |text: &str| screen.lines().find(|line| line.contains(text)).unwrap();
        assert!(line("Omar Diallo").contains(expected), "{screen}");
        assert!(
            line("Sat 12 Sep").contains("12  14  16  18  20  22  24"),
            "{screen}"
        );
        assert!(line("┌").contains("┌────────┐"), "{screen}");
        assert!(
            screen.contains("░ this event   ▬ another event"),
            "{screen}"
        );
    }
}

/// Where it is narrow, the strip has fewer cells, then the counts of the week are left out, then there
/// is no strip but the hours in words.
#[test]
fn the_strip_gives_way_on_narrow_screens() {
    // The width of the screen, the strip of Omar, and whether it says how many events he has.
    let cases = [
        (120, "············░░░░░░░░░░··", true),
        (80, "············░░░░░░░░░░··", true),
        (70, "······░░░░░·", true),
        (60, "······░░░░░·", false),
    ];
    for (width, strip, is_counted) in cases {
        let mut client = TestClient::signed_in(Lang::En, (width, 24), '1');
        client.keys("4a");
        let screen = plain_screen(&client);
        let omar = screen
            .lines()
            .find(|it| it.contains("Omar"))
            .unwrap_or_else(|| panic!("{screen}"));
        assert!(omar.contains(&format!(" {strip} ")), "{screen}");
        assert!(omar.contains("● free"), "{screen}");
        assert_eq!(omar.contains("none that week"), is_counted, "{screen}");
    }
}

/// An event on the night from Sunday to Monday: the strip needs events of the next week, which do not
/// count as work of this one.
#[test]
fn the_strip_shows_the_next_week_without_counting_it() {
    let mut client = TestClient::signed_in(Lang::En, (120, 30), '1');
    let night = busy(1, None, "2026-09-13T22:00", "2026-09-14T02:00");
    client.server.saved = vec![Record::Event(Event {
        event_title: "Night".to_owned(),
        id: events()[0].id,
        ..night
    })];
    client.server.added_events = vec![busy(
        700,
        Some(OMAR),
        "2026-09-14T03:00",
        "2026-09-14T05:00",
    )];
    client.keys("4ra");
    let screen = plain_screen(&client);
    let line = |text: &str| screen.lines().find(|line| line.contains(text)).unwrap();
    assert!(
        line("Omar Diallo").contains("········░░░░░░░░··▬▬▬▬··"),
        "{screen}"
    );
    assert!(line("Omar Diallo").contains("none that week"), "{screen}");
    assert!(screen.contains("18  20  22  0   2   4   6"), "{screen}");
}

/// The current support has a second detail of two parts.
#[test]
fn the_line_of_the_current_support_takes_no_reason_from_the_others() {
    for (width, name) in [
        (80, "Marie-Christine"),
        (80, "Marie-Christine Lopez"),
        (120, "Marie-Christine de la Fontaine-Montmorency-Lopez"),
    ] {
        let mut client = TestClient::signed_in(Lang::Fr, (width, 24), '1');
        client.server.saved = vec![Record::Collaborator(Collaborator {
            id: 300,
            name: name.to_owned(),
            ..collaborators().remove(2)
        })];
        client.keys("4<down>a");
        let screen = plain_screen(&client);
        let line = |text: &str| screen.lines().find(|line| line.contains(text)).unwrap();
        assert!(
            line("Omar Diallo").contains(" cette semaine-là"),
            "{screen}"
        );
        assert!(line("Omar Diallo").contains("░"), "{screen}");
        assert!(line("Martin Roy  ").contains("actuel"), "{screen}");
    }
}
