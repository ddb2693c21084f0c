use std::collections::BTreeSet;

use epic_events::{
    FILE_DESCRIPTOR_SET,
    policy::Rpc,
    v1::{Collaborator, Event, Role},
};
use prost::Message as _;
use prost_types::FileDescriptorSet;

use super::{
    login,
    spec::{Filter, ListQuery, RecordAction, Screen},
};
use crate::{
    form::spec::FormSpec,
    messages::{Lang, Messages},
    record::{Record, Tab, fixtures, table::CellContext, value::Value},
};

/// The fields of an RPC's request that a user fills in.
fn request_fields(rpc: Rpc) -> BTreeSet<String> {
    let files = FileDescriptorSet::decode(FILE_DESCRIPTOR_SET).unwrap().file;
    let messages = files.iter().flat_map(|file| &file.message_type);
    let request = format!("{}Request", rpc.name());
    let mut found = messages.filter(|message| message.name() == request);
    let fields = found.next().unwrap().field.iter();
    fields
        .map(|field| field.name().to_owned())
        .filter(|name| !["id", "etag", "request_id"].contains(&name.as_str()))
        .collect()
}

fn form_fields(form: &FormSpec) -> BTreeSet<String> {
    form.fields
        .iter()
        .map(|field| field.name.to_owned())
        .collect()
}

#[test]
fn forms_have_the_fields_of_their_requests() {
    for tab in Tab::ALL {
        let screen = tab.screen();
        for form in [screen.create, screen.edit] {
            assert_eq!(
                form_fields(form),
                request_fields(form.rpc),
                "{}",
                form.title
            );
        }
    }
}

#[test]
fn records_have_a_value_for_every_field_of_their_forms() {
    for record in fixtures::records() {
        for field in record.tab().screen().edit.fields {
            // The successor is part of the request, not of the record.
            if field.name != "successor_id" {
                assert_ne!(record.value(field.name), Value::Nothing, "{}", field.name);
            }
        }
    }
}

#[test]
fn every_filter_changes_the_request_of_its_tab() {
    for screen in Tab::ALL.map(Tab::screen) {
        let request = |filters: &[&'static Filter]| {
            (screen.list_request)(&ListQuery {
                page_size: 1,
                page_token: String::new(),
                order: screen.order,
                query: String::new(),
                filters: filters.to_vec(),
                parent: None,
                now: fixtures::now().timestamp(),
            })
        };
        let mut requests = vec![request(&[])];
        for filter in screen.filters {
            let filtered = request(&[filter]);
            assert!(!requests.contains(&filtered), "{}", filter.label);
            requests.push(filtered);
            let mut others = filter.switches_off.iter();
            assert!(others.all(|label| screen.filters.iter().any(|it| it.label == *label)));
        }
    }
}

/// The messages of a tab. A new field of a table has to be considered here.
fn message_ids(screen: &'static Screen) -> Vec<&'static str> {
    let &Screen {
        title,
        record_title,
        empty_text,
        headers,
        order: _,
        filters,
        opens_with: _,
        shown_in: _,
        next_steps: _,
        missing: _,
        list_request: _,
        within: _,
        create,
        edit,
        assign,
        delete,
        actions,
    } = screen;
    let mut ids = vec![title, record_title, empty_text];
    ids.extend(headers().iter().map(|header| header.title));
    ids.extend(filters.iter().map(|filter| filter.label));
    ids.extend([assign.err(), delete.err()].into_iter().flatten());
    for form in [create, edit] {
        ids.extend(form_message_ids(form));
    }
    for action in actions {
        let &RecordAction {
            id: _,
            rpc: _,
            request: _,
            title,
            question,
            question_about_own_account,
            done,
            verb_phrase,
            not_applicable_elsewhere,
        } = action;
        ids.extend([title, question, done, verb_phrase, not_applicable_elsewhere]);
        ids.extend(question_about_own_account);
    }
    ids
}

fn form_message_ids(form: &FormSpec) -> impl Iterator<Item = &'static str> {
    let labels = form.fields.iter().map(|field| field.label);
    [form.title].into_iter().chain(labels)
}

/// Records that together have every link and every line of the record pane.
fn records() -> impl Iterator<Item = Record> {
    let support = Collaborator {
        role: Role::Support.into(),
        must_change_password: true,
        ..fixtures::collaborator()
    };
    let event = Event {
        note: "Buffet".to_owned(),
        ..fixtures::event()
    };
    let more = [Record::Collaborator(support), Record::Event(event)];
    fixtures::records().into_iter().chain(more)
}

#[test]
fn every_text_of_the_tabs_is_in_every_language() {
    for messages in Lang::ALL.map(Messages::new) {
        let mut ids: Vec<_> = Tab::ALL
            .map(Tab::screen)
            .into_iter()
            .flat_map(message_ids)
            .collect();
        ids.extend(
            [&login::LOGIN, &login::PASSWORD]
                .into_iter()
                .flat_map(form_message_ids),
        );
        let context = CellContext {
            messages: &messages,
            now: &fixtures::now(),
            user: None,
        };
        for record in records() {
            ids.extend(record.links().iter().map(|link| link.label));
            ids.extend(record.pane_rows(&context).iter().map(|row| row.label));
        }
        for id in ids.into_iter().filter(|id| !id.is_empty()) {
            assert_ne!(messages.get(id), id, "{:?}", messages.lang());
        }
    }
}
