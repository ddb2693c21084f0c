//! The numbers beside the filters of a list.

use epic::{app::cmd::Target, messages::Lang};
use epic_events::{v1::Event, value::wire_time};
use jiff::{SignedDuration, Timestamp};

use crate::support::{
    records::{KARIM, events},
    test_client::{TestClient, now, popup_of},
};

/// Wide enough for the numbers.
const SIZE: (u16, u16) = (160, 30);

/// A client signed in with this account, of a server that has past events too.
fn client(account: char) -> TestClient {
    let mut client = TestClient::signed_in(Lang::En, SIZE, account);
    let ago =
        |days: i64| -> Timestamp { now().timestamp() - SignedDuration::from_hours(24 * days) };
    client.server.added_events = (1..=5)
        .map(|days| Event {
            id: 600 + days,
            start_time: Some(wire_time(ago(days + 1))),
            end_time: Some(wire_time(ago(days))),
            support_id: None,
            commercial_id: Some(KARIM),
            ..events().remove(0)
        })
        .collect();
    client
}

/// The filters on the screen: a column, the target of a click there, and the number if there is one.
fn filters(client: &TestClient) -> Vec<(u16, Target, Option<u64>)> {
    let row = epic::layout::areas(SIZE).unwrap().chips.y;
    let screen = client.screen();
    let line = screen.lines().nth(row.into()).unwrap();
    let line: Vec<_> = line.trim_start_matches('"').chars().collect();
    let mut found: Vec<(u16, Target, String)> = Vec::new();
    for column in 0..SIZE.0 {
        let target = client.target(column, row);
        if !matches!(target, Target::ShowAll | Target::Filter(_)) {
            continue;
        }
        let letter = line[usize::from(column)];
        match found.last_mut() {
            Some((_, last, text)) if *last == target => text.push(letter),
            _ => found.push((column, target, letter.to_string())),
        }
    }
    let number = |text: &str| -> Option<u64> { text.split_whitespace().last()?.parse().ok() };
    let found = found.into_iter();
    found
        .map(|(column, target, text)| (column, target, number(&text)))
        .collect()
}

fn total(client: &TestClient) -> Option<u64> {
    client.model.list().total.map(|(total, _)| total)
}

/// In whole lists and in those of a record, under several filters.
#[test]
fn the_number_beside_a_filter_is_that_of_the_list_to_which_it_leads() {
    let cases = [
        ('1', "2"),
        ('1', "3"),
        ('1', "4"),
        ('1', "2<down>gt"),
        ('1', "2<down>ge"),
        ('1', "3ge"),
        ('1', "1<down>gc"),
        ('1', "1<down>gt"),
        ('1', "1<down><down>ge"),
        ('1', "2<down>gtf<down><enter>"),
        ('2', "2<down>gt"),
        ('2', "2<down>ge"),
        ('2', "4f <enter>"),
        ('2', "4f<home><enter>"),
        ('2', "4f<home><enter>f<end><enter>"),
        ('2', "4f <down><down> <enter>"),
        ('2', "4f<end> <enter>"),
        ('3', "4f <down><down> <enter>"),
        ('2', "2<down>gef<end> <enter>"),
    ];
    let mut checked = 0;
    for (account, keys) in cases {
        let mut client = client(account);
        client.keys(keys);
        let parent = client.model.list().criteria.parent.clone();
        let shown = filters(&client);
        for (column, target, number) in shown {
            let Some(number) = number else {
                continue;
            };
            let active = &client.model.list().criteria.filters;
            if matches!(target, Target::Filter(filter) if active.contains(&filter)) {
                assert_eq!(Some(number), total(&client), "{account} {keys} {target:?}");
            }
            let mut other = self::client(account);
            other.keys(keys);
            other.click(column, epic::layout::areas(SIZE).unwrap().chips.y);
            assert_eq!(Some(number), total(&other), "{account} {keys} {target:?}");
            assert_eq!(
                other.model.list().criteria.parent,
                parent,
                "{account} {keys}"
            );
            checked += 1;
        }
    }
    assert!(checked > 50, "{checked}");
}

#[test]
fn the_numbers_in_the_menu_are_those_of_the_lists_too() {
    let numbers = |keys: &str| {
        let mut client = client('2');
        client.keys(keys);
        client.run_timers();
        let popup = popup_of(&client.screen());
        let number = |line: &str| -> Option<u64> {
            let line = line.trim_matches(|it| " │".contains(it));
            line.split_whitespace().last()?.parse().ok()
        };
        popup.lines().filter_map(number).collect::<Vec<u64>>()
    };
    let all = numbers("4f");
    assert_eq!(all.len(), 4, "{all:?}");
    let of_client = numbers("2<down>gef");
    assert!(of_client[0] < all[0], "{of_client:?} {all:?}");
    // They are not those of the found records.
    assert!(numbers("4/gala<enter>f").is_empty());
}

/// Numbers of the list of another record would be wrong until the new ones arrive.
#[test]
fn numbers_of_another_list_are_not_shown() {
    let mut client = client('1');
    client.keys("3");
    assert!(filters(&client).iter().all(|(.., number)| number.is_some()));
    client.keys("2<down>");
    client.holds_responses = true;
    client.keys("gt");
    assert!(filters(&client).iter().all(|(.., number)| number.is_none()));
    client.answer_in_reverse();
    assert!(filters(&client).iter().all(|(.., number)| number.is_some()));
}

/// The numbers cost a request for each filter, however many records there are.
#[test]
fn a_list_of_a_record_costs_as_many_requests_as_the_whole_list() {
    let requests = |before: &str, keys: &str| {
        let mut client = client('1');
        client.keys(before);
        client.requests.clear();
        client.keys(keys);
        client.requests.len()
    };
    assert_eq!(requests("2<down>", "gt"), requests("2", "3"));
}
