use std::collections::BTreeSet;

use epic_events::{FILE_DESCRIPTOR_SET, policy::Rpc};
use prost::Message as _;
use prost_types::FileDescriptorSet;

use super::spec::{Filter, ListQuery};
use crate::{
    form::spec::FormSpec,
    record::{Tab, fixtures, value::Value},
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
