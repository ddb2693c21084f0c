use super::*;
use crate::{
    messages::{Lang, Messages},
    record::{
        Record, Tab,
        fixtures::{client, collaborator, contract, event, now, time},
        table::{CellContext, Width},
    },
};

/// Records with the widest numbers, dates and phone numbers that the server accepts, between
/// narrow ones.
fn records(tab: Tab) -> [Record; 2] {
    use epic_events::{
        v1::{Client, Collaborator, Contract, Event},
        value::wire_time,
    };
    let at = Some(wire_time(time("2026-10-25T01:30:00Z")));
    match tab {
        Tab::Collaborators => [
            Record::Collaborator(collaborator()),
            Record::Collaborator(Collaborator {
                client_count: 1_000,
                phone: "+33 6 12 34 56 78 poste 1234".to_owned(),
                ..collaborator()
            }),
        ],
        Tab::Clients => [
            Record::Client(client()),
            Record::Client(Client {
                update_time: at,
                phone: "+33 6 12 34 56 78 poste 1234".to_owned(),
                ..client()
            }),
        ],
        Tab::Contracts => [
            Record::Contract(contract()),
            Record::Contract(Contract {
                id: 1_234_567,
                total_cents: 1_000_000_000_000,
                remaining_cents: 1_000_000_000_000,
                ..contract()
            }),
        ],
        Tab::Events => [
            Record::Event(event()),
            Record::Event(Event {
                id: 1_234_567,
                start_time: at,
                attendees: 1_000_000,
                ..event()
            }),
        ],
    }
}

/// The columns of a table whose screen has this width, without active filters.
fn columns(
    headers: &[&'static ColumnHeader],
    rows: &[Vec<Cell>],
    title: &dyn Fn(&str) -> String,
    order: (&str, bool),
    width: u16,
) -> Vec<(usize, u16)> {
    let table = Table {
        headers,
        title,
        order,
        shows_order: true,
        is_constant: &|_| false,
        screen: width,
    };
    table.columns(rows, rows, width)
}

#[test]
fn numbers_are_never_cut() {
    for (lang, tab) in Lang::ALL
        .into_iter()
        .flat_map(|lang| Tab::ALL.map(|tab| (lang, tab)))
    {
        let (messages, now) = (Messages::new(lang), now());
        let context = CellContext {
            messages: &messages,
            now: &now,
            user: None,
        };
        let headers = (tab.screen().headers)();
        let mut rows = records(tab).map(|record| record.cells(&context));
        complete_amounts(&mut rows);
        let order = (tab.screen().order.column, tab.screen().order.descending);
        // The widths of lists on screens of 60 to 200 columns, with and without the pane.
        for width in [59, 71, 79, 80, 99, 109, 120, 143, 159, 199] {
            let shown = columns(&headers, &rows, &|id| messages.get(id), order, width);
            let used = total(shown.iter().map(|(_, width)| *width));
            assert!(used <= width, "{tab:?} at {width}: {used}");
            for (index, column) in shown {
                let is_text = matches!(headers[index].width, Width::Text(..));
                for cell in rows.iter().map(|cells| &cells[index]) {
                    assert!(
                        is_text || cell.width() <= column,
                        "{cell:?} in {lang:?} at {width}"
                    );
                }
            }
        }
    }
}

const TEXT: ColumnHeader = ColumnHeader::text("text", 10, 20);
const NUMBER: ColumnHeader = ColumnHeader::fit("number", 6);
const OTHER: ColumnHeader = ColumnHeader::fit("other", 6).drop(1);
const WIDE: ColumnHeader = ColumnHeader::fit("wide", 6).from(50).ordered_by("wide");
const CONSTANT: ColumnHeader = ColumnHeader::text("mine", 6, 9).constant_under(&["filter-mine"]);

/// The columns of a row with a text and two numbers, in tables from wide to narrow.
#[test]
fn texts_give_way_before_columns_are_dropped() {
    let headers = [&TEXT, &NUMBER, &OTHER];
    let long = ["a title of thirty letters or so", "12345678", "1234567890"];
    let rows = [long.map(Cell::from).to_vec()];
    let cases: [(u16, &[(usize, u16)]); 7] = [
        (90, &[(0, 31), (1, 8), (2, 10)]),
        (50, &[(0, 26), (1, 8), (2, 10)]),
        (44, &[(0, 20), (1, 8), (2, 10)]),
        (34, &[(0, 10), (1, 8), (2, 10)]),
        (33, &[(0, 21), (1, 8)]),
        (19, &[(0, 7), (1, 8)]),
        (10, &[(0, 4), (1, 8)]),
    ];
    for (width, expected) in cases {
        let found = columns(&headers, &rows, &str::to_owned, ("", false), width);
        assert_eq!(found, expected, "{width}");
    }
}

#[test]
fn a_column_is_as_wide_as_its_header_with_the_arrow() {
    const HEADER: ColumnHeader = ColumnHeader::fit("quantity", 3).ordered_by("quantity");
    let width = |order| columns(&[&HEADER], &[], &str::to_owned, (order, true), 80)[0].1;
    assert_eq!((width("quantity"), width("name")), (10, 8));
}

#[test]
fn the_first_text_is_the_last_to_be_cut() {
    let headers = [&TEXT, &TEXT, &NUMBER];
    let rows = [["x".repeat(20), "y".repeat(20), "1".to_owned()]
        .map(Cell::from)
        .to_vec()];
    let found = columns(&headers, &rows, &str::to_owned, ("", false), 44);
    assert_eq!(found, [(0, 20), (1, 12), (2, 6)]);
}

/// An optional column is absent where it, or a text before it, would be truncated, also in a row that is
/// not on the screen.
#[test]
fn an_optional_column_takes_no_room_from_others() {
    const FIRST: ColumnHeader = ColumnHeader::text("first", 6, 20).optional(1);
    const SECOND: ColumnHeader = ColumnHeader::fit("second", 6).optional(2);
    let headers = [&TEXT, &SECOND, &FIRST];
    let row = |length| {
        [length, 6, 12]
            .map(|it| Cell::from("x".repeat(it)))
            .to_vec()
    };
    let table = Table {
        headers: &headers,
        title: &str::to_owned,
        order: ("", false),
        shows_order: true,
        is_constant: &|_| false,
        screen: 80,
    };
    let cases: [(u16, &[usize]); 5] = [
        (44, &[0, 1, 2]),
        (43, &[0, 2]),
        (36, &[0, 2]),
        // The second one fits in place of the first.
        (35, &[0, 1]),
        (29, &[0]),
    ];
    let sample = [row(20), row(8)];
    for (width, expected) in cases {
        for rows in [&sample[..], &sample[1..]] {
            let found = table.columns(rows, &sample, width);
            let found: Vec<_> = found.into_iter().map(|(index, _)| index).collect();
            assert_eq!(found, expected, "{width}");
        }
    }
}

/// A step that brings a longer text of the list to the screen does not draw every row anew.
#[test]
fn columns_stay_while_the_list_scrolls() {
    let row = |text: &'static str, number: &'static str| vec![Cell::from(text), Cell::from(number)];
    let list = [
        row("short", "1"),
        row("a longer text", "1"),
        row("short", "12345678"),
    ];
    let table = Table {
        headers: &[&TEXT, &NUMBER],
        title: &|_| String::new(),
        order: ("", false),
        shows_order: true,
        is_constant: &|_| false,
        screen: 60,
    };
    let columns = |rows| table.columns(rows, &list, 60);
    let all = columns(&list);
    assert_eq!(all, [(0, 13), (1, 8)]);
    for top in 0..list.len() {
        assert_eq!(columns(&list[top..=top]), all, "{top}");
    }
    // A longer number of a later page is not cut.
    assert_eq!(columns(&[row("short", "1234567890")])[1], (1, 10));
}

#[test]
fn a_column_that_says_nothing_here_is_absent() {
    let headers = [&TEXT, &WIDE, &CONSTANT];
    let shown = |names: [&str; 2], filter: &'static str, order, screen| {
        let rows = names.map(|name| ["a", "1", name].map(Cell::from).to_vec());
        let table = Table {
            headers: &headers,
            title: &str::to_owned,
            order: (order, false),
            shows_order: true,
            is_constant: &|header| header.constant_under.contains(&filter),
            screen,
        };
        let columns = table.columns(&rows, &rows, 60).into_iter();
        columns.map(|(index, _)| index).collect::<Vec<_>>()
    };
    let same = ["Karim", "Karim"];
    assert_eq!(shown(same, "", "", 60), [0, 1, 2]);
    assert_eq!(shown(same, "filter-mine", "", 60), [0, 1]);
    assert_eq!(shown(["Karim", "Lina"], "filter-mine", "", 60), [0, 1, 2]);
    assert_eq!(shown(same, "", "", 49), [0, 2]);
    assert_eq!(shown(same, "", "wide", 49), [0, 1, 2]);
}

#[test]
fn amounts_have_decimals_if_one_of_the_page_needs_them() {
    let messages = Messages::new(Lang::Fr);
    let amount = |cents| vec![Cell::amount(cents, &messages)];
    let texts = |amounts: [i64; 2]| {
        let mut rows = amounts.map(amount);
        complete_amounts(&mut rows);
        rows.map(|row| row[0].text.clone())
    };
    assert_eq!(texts([8_111_500, 0]), ["81\u{202f}115", "0"]);
    assert_eq!(texts([8_111_500, 5]), ["81\u{202f}115,00", "0,05"]);
}

#[test]
fn a_day_is_written_once() {
    let cell = |day: &str, time: &str| {
        let cell = Cell {
            day: day.len(),
            ..format!("{day}{time}").into()
        };
        vec!["Gala".into(), cell]
    };
    let mut rows = [
        cell("12 Sep", " 18:00"),
        cell("12 Sep", " 20:00"),
        cell("12 Sep", " 21:00"),
        cell("13 Sep", " 18:00"),
        cell("", ""),
        cell("", ""),
    ];
    write_days_once(&mut rows, 1);
    let texts = rows.map(|row| row[1].text.clone());
    assert_eq!(
        texts,
        ["12 Sep 18:00", " 20:00", " 21:00", "13 Sep 18:00", "", ""]
    );
}
