//! The rules between the months of a list that is ordered by a date.

use epic::{app::Msg, app::cmd::Target, messages::Lang, record::Record};
use epic_events::{v1::Contract, value::wire_date};
use jiff::{ToSpan as _, civil::date};

use crate::support::{records::contracts, test_client::TestClient};

/// Contracts that are ordered by their dates, of which each month has about six.
fn by_date(lang: Lang, size: (u16, u16)) -> TestClient {
    every(5, lang, size)
}

/// Contracts with dates at this distance in days, ordered by them.
fn every(days: i64, lang: Lang, size: (u16, u16)) -> TestClient {
    let mut client = TestClient::new(lang, size);
    let dated = (0..).zip(contracts()).map(|(index, contract): (i64, _)| {
        let date = date(2026, 9, 3) - (days * index).days();
        Record::Contract(Contract {
            date: Some(wire_date(date)),
            ..contract
        })
    });
    client.server.saved = dated.collect();
    client.keys("<f1><enter>3");
    client.send(Msg::Click(Target::Order("date")));
    client
}

/// The lines of the list.
fn lines(client: &TestClient) -> Vec<String> {
    let screen = client.screen();
    let heads = screen.lines().position(|line| line.contains(" ↓"));
    let lines = screen.lines().skip(heads.unwrap() + 1);
    // Below the list are the status line and the footer.
    let count = screen.lines().count() - heads.unwrap() - 3;
    lines.take(count).map(str::to_owned).collect()
}

/// The line on which the selected row is.
fn selected_line(client: &TestClient) -> usize {
    lines(client)
        .iter()
        .position(|it| it.contains('▌'))
        .unwrap()
}

#[test]
fn a_rule_opens_each_month_and_says_another_year() {
    let mut client = by_date(Lang::En, (120, 40));
    let lines = lines(&client);
    let rules = lines
        .iter()
        .enumerate()
        .filter(|(_, it)| it.contains("── "));
    let rules: Vec<_> = rules
        .map(|(line, text)| (line, text.split('─').nth(2).unwrap().trim().to_owned()))
        .collect();
    let expected = [
        (1, "August"),
        (8, "July"),
        (15, "June"),
        (22, "May"),
        (30, "April"),
    ];
    let expected = expected.map(|(line, name)| (line, name.to_owned()));
    assert_eq!(rules, expected, "{}", lines.join("\n"));
    client.keys("G");
    let screen = client.screen();
    assert!(screen.contains("── February ──"), "{screen}");
    let old = every(30, Lang::En, (120, 40)).screen();
    assert!(
        old.contains("── January ──") && old.contains("── December 2025 ──"),
        "{old}"
    );
    let french = by_date(Lang::Fr, (120, 40)).screen();
    assert!(french.contains("── Août ──"), "{french}");
}

#[test]
fn the_selected_row_stays_on_the_screen() {
    for size in [(80, 24), (60, 16), (120, 30)] {
        let mut client = by_date(Lang::En, size);
        let down = std::iter::repeat_n("<down>", 39);
        for key in down
            .chain(["<up>"; 39])
            .chain(["<pgdn>"; 6])
            .chain(["G", "<home>"])
        {
            client.keys(key);
            selected_line(&client);
        }
        client.keys("G");
        let lines = lines(&client);
        let below = &lines[selected_line(&client) + 1..];
        // A month that begins above has no room for its rule and its last row.
        assert!(below.len() <= 1, "{size:?}: {}", client.screen());
    }
}

#[test]
fn a_page_leaves_out_no_row() {
    let mut client = by_date(Lang::En, (80, 24));
    let list = client.model.list();
    let shown = lines(&client)
        .iter()
        .filter(|it| !it.contains("── "))
        .count();
    assert_eq!(list.row, Some(0));
    client.keys("<pgdn>");
    assert_eq!(client.model.list().row, Some(shown));
}

#[test]
fn a_click_on_a_rule_selects_nothing_and_one_below_it_the_row_there() {
    let mut client = by_date(Lang::En, (120, 40));
    client.send(Msg::Click(Target::Row(1)));
    assert_eq!(client.model.list().row, Some(0));
    client.send(Msg::Click(Target::Row(2)));
    assert_eq!(client.model.list().row, Some(1));
    assert_eq!(selected_line(&client), 2);
}

#[test]
fn the_wheel_reaches_both_ends() {
    let mut client = by_date(Lang::En, (80, 24));
    for (rows, name) in [(3, "the end"), (-3, "the start")] {
        for _ in 0..20 {
            client.send(Msg::Scroll(rows));
        }
        let lines = lines(&client);
        let is_blank = |line: &&String| line.trim_matches('"').trim().is_empty();
        let blank = lines.iter().filter(is_blank).count();
        assert!(blank <= 1, "{name}: {}", lines.join("\n"));
    }
    assert_eq!(client.model.list().top, 0);
}

#[test]
fn other_orders_have_no_rules() {
    let mut client = by_date(Lang::En, (120, 40));
    client.send(Msg::Click(Target::Order("event_title")));
    let screen = client.screen();
    assert!(!screen.contains("── August"), "{screen}");
}
