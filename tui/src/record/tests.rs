#![allow(clippy::unwrap_used)]

use jiff::civil::date;

use super::{
    fixtures::*,
    table::{CellContext, RowForm},
    *,
};
use crate::messages::{Lang, Messages};

fn records() -> [Record; 4] {
    [
        Record::Collaborator(collaborator()),
        Record::Client(client()),
        Record::Contract(contract()),
        Record::Event(event()),
    ]
}

fn texts(record: &Record, lang: Lang) -> (Vec<String>, Vec<(&'static str, String)>) {
    let (messages, now) = (Messages::new(lang), now());
    let context = CellContext {
        messages: &messages,
        now: &now,
        user: None,
    };
    let cells = record.cells(&context).into_iter().map(|cell| cell.text);
    let rows = record.pane_rows(&context).into_iter();
    let rows = rows.map(|row| (row.label, row.cell.text));
    (cells.collect(), rows.collect())
}

#[test]
fn every_kind_has_a_tab() {
    for &kind in RecordKind::ALL {
        let tab = Tab::from_record_type(kind.record_type()).unwrap();
        assert_eq!((tab.kind(), tab.record_type()), (kind, kind.record_type()));
    }
    assert_eq!(Tab::from_record_type(RecordType::Unspecified), None);
}

#[test]
fn the_index_of_a_tab_is_its_position() {
    for (index, tab) in Tab::ALL.into_iter().enumerate() {
        assert_eq!(tab.index(), index);
    }
}

#[test]
fn a_parent_filter_sets_one_field_of_the_request() {
    use ParentFilter::{Client, Commercial, Contract, Support};
    // Filter; client, contract, commercial and support in the request.
    let cases = [
        (None, [None, None, None, None]),
        (Some(Client(7)), [Some(7), None, None, None]),
        (Some(Contract(7)), [None, Some(7), None, None]),
        (Some(Commercial(7)), [None, None, Some(7), None]),
        (Some(Support(7)), [None, None, None, Some(7)]),
    ];
    for (filter, expected) in cases {
        let fields = [
            ParentFilter::client(filter),
            ParentFilter::contract(filter),
            ParentFilter::commercial(filter),
            ParentFilter::support(filter),
        ];
        assert_eq!(fields, expected, "{filter:?}");
    }
}

#[test]
fn a_record_delegates_to_its_entity() {
    // Tab, identifier, version, name, owner, name of the owner.
    let expected = [
        (Tab::Collaborators, KARIM, "4", "Karim Roy", None, ""),
        (Tab::Clients, 31, "5", "Zoé Lac", Some(KARIM), "Karim Roy"),
        (
            Tab::Contracts,
            1042,
            "6",
            "Mariage",
            Some(KARIM),
            "Karim Roy",
        ),
        (Tab::Events, 77, "7", "Mariage", Some(MARIE), "Marie Lopez"),
    ];
    for (record, expected) in records().iter().zip(expected) {
        let found = (
            record.tab(),
            record.id(),
            record.etag(),
            record.name(),
            record.owner(),
            record.owner_name(),
        );
        assert_eq!(found, expected);
    }
}

#[test]
fn cells_and_rows_are_formatted() {
    let [collaborator, client, contract, event] = records().map(|it| texts(&it, Lang::En));
    assert_eq!(
        collaborator.0,
        [
            "Karim Roy",
            "karim@epic.example",
            "+33 6 12 34 56 78",
            "2",
            "6 Jan 2025 09:00",
            "12 Mar 10:00",
            "61 clients",
            "commercial",
        ]
    );
    assert_eq!(client.0[5], "12 Mar 10:00");
    assert_eq!(
        contract.0,
        [
            "Mariage",
            "Zoé Lac",
            "Karim Roy",
            "1042",
            "",
            "12 Mar 10:00",
            "12,400",
            "4,100",
            "12 Mar",
            "signed"
        ]
    );
    assert_eq!(event.0[6], "1,250");
    assert_eq!(event.0[7], "Sat 12 Sep 18:00");
    assert!(
        contract
            .1
            .contains(&("field-event", "Sat 12 Sep 2026 18:00".to_owned()))
    );
    assert!(
        event
            .1
            .contains(&("field-end", "Sat 12 Sep 2026 23:30".to_owned()))
    );
}

/// The pane shows the length of an event that ends on another day than it starts.
#[test]
fn a_row_shows_the_length_of_a_long_event() {
    use epic_events::value::wire_time;
    let cases = [
        ("2026-09-12T16:00:00Z", "2026-09-12T21:30:00Z", None, None),
        ("2026-09-12T16:00:00Z", "2026-09-12T21:59:00Z", None, None),
        (
            "2026-09-12T16:00:00Z",
            "2026-09-12T22:00:00Z",
            Some("6 h"),
            Some("6 h"),
        ),
        (
            "2026-09-12T16:00:00Z",
            "2026-09-14T19:00:00Z",
            Some("2 d 3 h"),
            Some("2 j 3 h"),
        ),
    ];
    for (start, end, english, french) in cases {
        let record = Record::Event(Event {
            start_time: Some(wire_time(time(start))),
            end_time: Some(wire_time(time(end))),
            ..event()
        });
        for (lang, expected) in [(Lang::En, english), (Lang::Fr, french)] {
            let rows = texts(&record, lang).1;
            let found = rows.iter().find(|(label, _)| *label == "field-length");
            assert_eq!(
                found.map(|(_, text)| text.as_str()),
                expected,
                "{start}–{end}"
            );
        }
    }
}

/// Both moments of a repeated hour, in the list, the pane and a form.
#[test]
fn a_repeated_hour_is_marked_wherever_it_is_shown() {
    use epic_events::value::wire_time;
    for (at, mark) in [
        ("2026-10-25T00:30:00Z", "02:30 CEST"),
        ("2026-10-25T01:30:00Z", "02:30 CET"),
    ] {
        let record = Record::Event(Event {
            start_time: Some(wire_time(time(at))),
            ..event()
        });
        let (cells, rows) = texts(&record, Lang::En);
        assert_eq!(cells[7], format!("25 Oct {mark}"));
        assert!(rows.contains(&("field-start", format!("Sun 25 Oct 2026 {mark}"))));
        let input = record.value("start_time").to_input(Lang::En, &now());
        assert_eq!(input, format!("25/10/2026 {mark}"));
    }
}

/// A row of a contract shows the paid amount as a part of the total.
#[test]
fn a_row_can_be_a_share() {
    let (messages, now) = (Messages::new(Lang::En), now());
    let context = CellContext {
        messages: &messages,
        now: &now,
        user: None,
    };
    let rows = Record::Contract(contract()).pane_rows(&context);
    let shares = rows.iter().map(|row| row.form);
    let shares: Vec<_> = shares
        .filter(|form| matches!(form, RowForm::Share(..)))
        .collect();
    assert_eq!(shares, [RowForm::Share(830_000, 1_240_000)]);
}

#[test]
fn the_user_is_named_as_such() {
    let (messages, now) = (Messages::new(Lang::En), now());
    let owner = |user| {
        let context = CellContext {
            messages: &messages,
            now: &now,
            user,
        };
        let rows = Record::Contract(contract()).pane_rows(&context);
        let row = rows.into_iter().find(|row| row.label == "field-owner");
        row.unwrap().cell.text
    };
    assert_eq!(owner(Some(KARIM)), "Karim Roy (you)");
    assert_eq!(owner(Some(MARIE)), "Karim Roy");
}

#[test]
fn an_unassigned_record_shows_nobody() {
    let record = Record::Client(Client {
        commercial_id: None,
        commercial_name: String::new(),
        ..client()
    });
    assert_eq!((record.owner(), record.owner_name()), (None, ""));
    assert_eq!(texts(&record, Lang::En).0[7], "nobody");
    assert_eq!(texts(&record, Lang::Fr).0[7], "personne");
}

#[test]
fn an_invalid_time_is_an_empty_cell() {
    let record = Record::Client(Client {
        update_time: None,
        ..client()
    });
    assert_eq!(texts(&record, Lang::En).0[5], "");
}

#[test]
fn links_lead_to_related_tabs() {
    let links = records().map(|record| {
        let links = record.links().into_iter();
        links
            .map(|link| (link.key, link.tab, link.select))
            .collect::<Vec<_>>()
    });
    assert_eq!(
        links,
        [
            vec![
                ('c', Tab::Clients, None),
                ('t', Tab::Contracts, None),
                ('e', Tab::Events, None)
            ],
            vec![
                ('t', Tab::Contracts, None),
                ('e', Tab::Events, None),
                ('o', Tab::Collaborators, Some(KARIM))
            ],
            vec![('c', Tab::Clients, Some(31)), ('e', Tab::Events, Some(77))],
            vec![
                ('t', Tab::Contracts, Some(1042)),
                ('c', Tab::Clients, Some(31))
            ],
        ]
    );
}

#[test]
fn every_field_of_the_edit_form_has_a_value() {
    for record in records() {
        for field in record.tab().screen().edit.fields {
            let empty = record.value(field.name) == Value::Nothing;
            // A successor is not part of the record.
            assert_eq!(empty, field.name == "successor_id", "{}", field.name);
        }
    }
}

#[test]
fn values_have_a_text_for_the_input() {
    let moment = Value::Moment(time("2026-09-12T16:00:25Z"));
    let cases = [
        (Value::Nothing, "", ""),
        (Value::Text("Mariage".to_owned()), "Mariage", "Mariage"),
        (Value::Link(31, "Zoé Lac".to_owned()), "Zoé Lac", "Zoé Lac"),
        (Value::Cents(1_240_050), "12,400.50", "12\u{202f}400,50"),
        (Value::Number(1_250), "1250", "1250"),
        (Value::Date(date(2026, 3, 1)), "01/03/2026", "01/03/2026"),
        (moment, "12/09/2026 18:00", "12/09/2026 18:00"),
        (Value::Flag(true), "", ""),
        (Value::Role(epic_events::v1::Role::Support), "", ""),
    ];
    for (value, english, french) in cases {
        assert_eq!(value.to_input(Lang::En, &now()), english);
        assert_eq!(value.to_input(Lang::Fr, &now()), french);
    }
}

#[test]
fn a_time_of_the_wire_is_a_value() {
    let wire = event().start_time;
    let expected = Value::Moment(time("2026-09-12T16:00:25Z"));
    assert_eq!(Value::moment(wire.as_ref()), expected);
    assert_eq!(Value::moment(None), Value::Nothing);
}
