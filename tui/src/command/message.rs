//! Messages of the API by their descriptors: proto3 JSON, and the text of each field.

use std::sync::OnceLock;

use epic_events::{FILE_DESCRIPTOR_SET, v1::Role, value};
use prost::Message;
use prost_reflect::{
    DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage as _,
    SerializeOptions, Value,
};
use serde_json::{Map, Value as Json};

use super::failure::{Exit, Failure, Outcome};
use crate::{
    messages::{Arg, Messages},
    record::{Record, Tab, each},
};

/// proto3 JSON with every field, so that the keys of a kind are always the same. A field that is absent from
/// the message, such as a client's commercial, has no key.
const JSON: SerializeOptions = SerializeOptions::new().skip_default_fields(false);

fn pool() -> Option<&'static DescriptorPool> {
    static POOL: OnceLock<Option<DescriptorPool>> = OnceLock::new();
    POOL.get_or_init(|| DescriptorPool::decode(FILE_DESCRIPTOR_SET).ok())
        .as_ref()
}

/// The descriptor of a message of the API.
pub(crate) fn descriptor(name: &str) -> Outcome<MessageDescriptor> {
    let found = pool().and_then(|pool| pool.get_message_by_name(&format!("epic.v1.{name}")));
    found.ok_or_else(|| broken(&format!("the API has no message {name}")))
}

/// The message of this name, by its descriptor.
pub(crate) fn dynamic(name: &str, message: &impl Message) -> Outcome<DynamicMessage> {
    let bytes = message.encode_to_vec();
    DynamicMessage::decode(descriptor(name)?, bytes.as_slice())
        .map_err(|error| broken(&error.to_string()))
}

/// The name of the message of a tab's records.
pub(crate) const fn kind_of(tab: Tab) -> &'static str {
    match tab {
        Tab::Collaborators => "Collaborator",
        Tab::Clients => "Client",
        Tab::Contracts => "Contract",
        Tab::Events => "Event",
    }
}

/// The message of a record, by its descriptor.
pub(crate) fn of_record(record: &Record) -> Outcome<DynamicMessage> {
    each!(record, inner => dynamic(kind_of(record.tab()), inner))
}

/// A defect of the program, which no input causes.
fn broken(cause: &str) -> Failure {
    Failure::new(Exit::Refused, "INTERNAL", cause.to_owned())
}

/// The fields of a message, in its order, or the chosen ones. They are named as in the `.proto` files or in
/// proto3 JSON.
pub(crate) fn fields(
    message: &MessageDescriptor,
    chosen: &[String],
    messages: &Messages,
) -> Outcome<Vec<FieldDescriptor>> {
    let mut all: Vec<_> = message.fields().collect();
    all.sort_by_key(FieldDescriptor::number);
    if chosen.is_empty() {
        return Ok(all);
    }
    let find = |name: &String| {
        let is_named = |it: &&FieldDescriptor| it.name() == name || it.json_name() == name;
        all.iter().find(is_named).cloned().ok_or_else(|| {
            let names: Vec<_> = all.iter().map(FieldDescriptor::json_name).collect();
            no_such_field(name, &names, messages)
        })
    };
    chosen.iter().map(find).collect()
}

/// The failure for a field that an output does not have.
pub(crate) fn no_such_field(name: &str, names: &[&str], messages: &Messages) -> Failure {
    let args = [
        ("field", Arg::Text(name)),
        ("fields", Arg::Text(&names.join(", "))),
    ];
    Failure::usage(messages.with("command-no-such-field", &args))
}

/// proto3 JSON of a message: all fields, or the chosen ones in their order.
pub(crate) fn json(message: &DynamicMessage, chosen: Option<&[FieldDescriptor]>) -> Outcome<Json> {
    let whole = message.serialize_with_options(serde_json::value::Serializer, &JSON);
    let whole = whole.map_err(|error| broken(&error.to_string()))?;
    let (Some(chosen), Json::Object(mut all)) = (chosen, whole.clone()) else {
        return Ok(whole);
    };
    let entry = |field: &FieldDescriptor| {
        let value = all.remove(field.json_name())?;
        Some((field.json_name().to_owned(), value))
    };
    Ok(Json::Object(
        chosen.iter().filter_map(entry).collect::<Map<_, _>>(),
    ))
}

/// The text of a field for programs: numbers as they are, times and dates in ISO 8601; empty if the field is
/// absent.
pub(crate) fn text(message: &DynamicMessage, field: &FieldDescriptor) -> String {
    if field.supports_presence() && !message.has_field(field) {
        return String::new();
    }
    match &*message.get_field(field) {
        Value::String(text) => text.clone(),
        Value::Bool(it) => it.to_string(),
        Value::I32(it) => it.to_string(),
        Value::I64(it) => it.to_string(),
        Value::EnumNumber(number) => enum_name(field, *number),
        Value::Message(inner) => match moment(inner) {
            Some(Moment::Time(at)) => at.to_string(),
            Some(Moment::Date(date)) => date.to_string(),
            None => json(inner, None)
                .map(|it| it.to_string())
                .unwrap_or_default(),
        },
        Value::List(_) => {
            let key = field.json_name();
            let list = json(message, Some(std::slice::from_ref(field)));
            list.map(|it| it[key].to_string()).unwrap_or_default()
        }
        other => format!("{other:?}"),
    }
}

/// The text of a field for people, in their language.
pub(crate) fn display(
    message: &DynamicMessage,
    field: &FieldDescriptor,
    messages: &Messages,
) -> String {
    if field.supports_presence() && !message.has_field(field) {
        return String::new();
    }
    match &*message.get_field(field) {
        Value::I64(cents) if field.name().ends_with("_cents") => messages.amount(*cents),
        Value::Bool(it) => messages.get(if *it { "yes" } else { "no" }),
        Value::EnumNumber(number) => match (Role::try_from(*number), field.name()) {
            (Ok(role), "role") => messages.role(role),
            _ => enum_name(field, *number),
        },
        Value::Message(inner) => match moment(inner) {
            Some(Moment::Time(at)) => messages.moment(at, messages.zone()),
            Some(Moment::Date(date)) => messages.date(date),
            None => text(message, field),
        },
        _ => text(message, field),
    }
}

fn enum_name(field: &FieldDescriptor, number: i32) -> String {
    let Kind::Enum(kind) = field.kind() else {
        return number.to_string();
    };
    let value = kind.get_value(number);
    value.map_or_else(|| number.to_string(), |value| value.name().to_owned())
}

enum Moment {
    Time(jiff::Timestamp),
    Date(jiff::civil::Date),
}

/// A time or a date of the wire.
fn moment(message: &DynamicMessage) -> Option<Moment> {
    match message.descriptor().full_name() {
        "google.protobuf.Timestamp" => {
            let wire: prost_types::Timestamp = message.transcode_to().ok()?;
            value::time(Some(&wire)).ok().map(Moment::Time)
        }
        "google.type.Date" => {
            let wire: epic_events::google::r#type::Date = message.transcode_to().ok()?;
            value::date(Some(&wire)).ok().map(Moment::Date)
        }
        _ => None,
    }
}
