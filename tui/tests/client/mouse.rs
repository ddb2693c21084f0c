//! Clicks and the wheel.

use epic::{
    app::{Msg, cmd::Target, overlay::Overlay},
    keys::{Action, KeyContext},
    messages::Lang,
    record::{Record, Tab},
};
use epic_events::v1::Event;

use crate::support::{
    records::events,
    test_client::{SIZE, TestClient, signed_in},
};

#[test]
fn a_click_runs_its_target() {
    let mut client = signed_in('1');
    let tabs = epic::view::header::tabs(&client.model);
    client.click(tabs[2].1.x + 2, 0);
    assert_eq!(client.model.tab, Tab::Contracts);
    let rows = epic::layout::areas(SIZE).unwrap().rows;
    client.click(rows.x + 5, rows.y + 3);
    assert_eq!(client.model.list().row, Some(3));
    let actions = epic::view::footer::actions(&client.model);
    let new = actions.iter().find(|it| it.action == Action::New).unwrap();
    client.click(new.rect.x, new.rect.y);
    assert_eq!(client.model.key_context(), KeyContext::Form);
}

#[test]
fn a_click_on_a_line_selects_it_and_a_second_one_chooses_it() {
    let mut client = signed_in('1');
    client.keys("3f");
    let rows: Vec<_> = (0..SIZE.1)
        .filter(|row| client.target(10, *row) == Target::Line(1))
        .collect();
    client.click(10, rows[0]);
    assert_eq!(client.model.key_context(), KeyContext::Menu);
    client.click(10, rows[0]);
    assert_eq!(client.model.key_context(), KeyContext::List);
    let filters = &client.model.list().criteria.filters;
    assert_eq!(filters, &[&Tab::Contracts.screen().filters[0]]);
}

#[test]
fn a_click_on_a_field_focuses_it() {
    let mut client = signed_in('2');
    client.keys("2n");
    let row = (0..SIZE.1).find(|row| client.target(60, *row) == Target::Line(2));
    client.click(60, row.unwrap());
    let Some(Overlay::Form(form)) = client.model.overlays.front() else {
        panic!("no form");
    };
    assert_eq!(form.focus, 2);
}

#[test]
fn clicks_above_the_list_open_its_menus() {
    let areas = epic::layout::areas(SIZE).unwrap();
    for (area, expected) in [
        (areas.chips, Target::Filters),
        (areas.column_headers, Target::ColumnHeaders),
        (areas.rule, Target::Nothing),
    ] {
        let mut client = signed_in('1');
        client.keys("1");
        assert_eq!(client.target(area.right() - 1, area.y), expected);
        client.click(area.right() - 1, area.y);
        let opens = expected != Target::Nothing;
        assert_eq!(!client.model.overlays.is_empty(), opens, "{expected:?}");
    }
}

/// The wheel scrolls the record pane while the pointer is over it, beside the list and over it.
#[test]
fn the_wheel_scrolls_the_record_pane() {
    for (size, open) in [((120, 24), ""), ((80, 24), "<enter>")] {
        let mut client = TestClient::signed_in(Lang::En, size, '1');
        let lines: Vec<_> = (1..=40).map(|line| format!("Line {line}.")).collect();
        client.server.saved = vec![Record::Event(Event {
            note: lines.join("\n"),
            ..events().remove(0)
        })];
        client.keys("4").keys(open);
        let areas = epic::layout::areas(size).unwrap();
        let pane = areas.pane_of(client.model.opened).unwrap();
        assert_eq!(client.target(pane.x + 1, pane.y + 1), Target::Pane);
        let first = client.screen();
        client.click(pane.x + 1, pane.y + 1);
        assert_eq!(client.screen(), first, "a click changes nothing");
        client.send(Msg::ScrollPane(3));
        assert_eq!(client.model.pane_top, 3);
        for _ in 0..30 {
            client.send(Msg::ScrollPane(3));
        }
        assert!(client.screen().contains("Line 40."), "{}", client.screen());
        client.send(Msg::ScrollPane(-3));
        assert!(!client.screen().contains("Line 40."), "one step back");
        for _ in 0..30 {
            client.send(Msg::ScrollPane(-3));
        }
        assert_eq!(client.screen(), first);
        assert_eq!(
            (client.model.list().top, client.model.list().row),
            (0, Some(0))
        );
    }
    let client = signed_in('1');
    let rows = epic::layout::areas(SIZE).unwrap().rows;
    assert_eq!(client.target(rows.x + 1, rows.y), Target::Row(0));
}

/// The column of a text on the row.
fn column_of(client: &TestClient, row: u16, text: &str) -> u16 {
    let screen = client.screen();
    // The screen is drawn in quotes.
    let line = screen.lines().nth(row.into()).unwrap();
    let line = line.trim_start_matches('"');
    let before = line.split(text).next().unwrap();
    u16::try_from(before.chars().count()).unwrap()
}

#[test]
fn a_click_on_a_filter_activates_it() {
    let areas = epic::layout::areas(SIZE).unwrap();
    let mut client = signed_in('1');
    client.keys("3");
    for (text, expected) in [("To sign", 1), ("Money due", 1), ("All", 0)] {
        let column = column_of(&client, areas.chips.y, text);
        client.click(column, areas.chips.y);
        assert_eq!(
            client.model.list().criteria.filters.len(),
            expected,
            "{text}"
        );
    }
}

#[test]
fn a_click_on_a_header_orders_the_list() {
    let areas = epic::layout::areas(SIZE).unwrap();
    let mut client = signed_in('1');
    client.keys("3");
    let column = column_of(&client, areas.column_headers.y, "Due");
    client.click(column, areas.column_headers.y);
    assert_eq!(client.model.list().criteria.order.column, "remaining_cents");
    let before = client.model.list().criteria.order;
    let column = column_of(&client, areas.column_headers.y, "Due");
    client.click(column, areas.column_headers.y);
    assert_ne!(client.model.list().criteria.order, before);
    // A column that orders no list opens the menu of orders.
    let column = column_of(&client, areas.column_headers.y, "Client");
    assert_eq!(
        client.target(column, areas.column_headers.y),
        Target::ColumnHeaders
    );
}

#[test]
fn a_click_outside_closes_an_overlay_and_loses_nothing() {
    let mut client = signed_in('2');
    client.keys("3f");
    client.click(SIZE.0 - 1, SIZE.1 - 3);
    assert_eq!(client.model.key_context(), KeyContext::List);
    client.keys("2nZoé");
    client.click(0, 0);
    assert_eq!(client.model.key_context(), KeyContext::Discard);
}

#[test]
fn the_wheel_scrolls_lists_and_moves_selections() {
    let mut client = signed_in('1');
    client.keys("3");
    client.send(Msg::Scroll(3));
    assert_eq!(client.model.list().top, 3);
    assert_eq!(client.model.list().row, Some(0));
    client.keys("s");
    client.send(Msg::Scroll(3));
    client.keys("<enter>");
    assert_ne!(
        client.model.list().criteria.order,
        Tab::Contracts.screen().order
    );
    // A calendar has no lines to move through.
    client.keys("2n<esc>3n<tab><tab><tab><tab><f4>");
    let before = client.screen();
    client.send(Msg::Scroll(-3));
    assert_eq!(client.screen(), before);
}
