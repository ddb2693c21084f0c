//! The text of a history entry: the actor, each field with its old and new value, and the time.
//! Fields have the labels and formats of the forms.

use epic_events::{
    role::role_from_name,
    v1::{ChangeKind, FieldChange, HistoryEntry},
    value,
};
use jiff::{Timestamp, civil, tz::TimeZone};

use crate::{
    form::spec::{FieldSpec, Kind, PickSource},
    messages::{Arg, Messages},
    record::{Tab, table::CellContext},
    widgets::text::fit,
};

/// Maximum width of a value in the list of entries, in terminal columns.
const SHORT_VALUE: u16 = 60;

/// The fields that are in the history but in no form.
const OTHER_FIELDS: &[FieldSpec] = &[
    FieldSpec::new(
        "commercial_id",
        "field-commercial",
        Kind::Link(PickSource::Commercial),
    ),
    FieldSpec::new(
        "support_id",
        "field-support",
        Kind::Link(PickSource::Support),
    ),
    FieldSpec::new("password", "field-password", Kind::Password),
];

/// The text of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryText {
    /// The time.
    pub when: String,
    /// Actor and action.
    pub sentence: String,
    /// Label and change of each field, if the sentence does not contain them. Labels end with a
    /// colon.
    pub fields: Vec<(String, String)>,
}

/// The text of an entry; long values are truncated unless `full` is set.
#[must_use]
pub(crate) fn describe(entry: &HistoryEntry, full: bool, context: &CellContext<'_>) -> EntryText {
    let messages = context.messages;
    let formatter = Formatter {
        tab: Tab::from_record_type(entry.record()),
        full,
        context,
    };
    let who = actor(entry, messages);
    let when = value::time(entry.time.as_ref())
        .map(|at| messages.relative_time(at, context.now))
        .unwrap_or_default();
    let rpc = Arg::Text(&entry.rpc);
    let args = [("who", Arg::Text(&who)), ("rpc", rpc)];
    if let (ChangeKind::Changed, [change]) = (entry.kind(), &entry.changes[..]) {
        return EntryText {
            when,
            sentence: formatter.sentence(change, &args),
            fields: Vec::new(),
        };
    }
    let id = match entry.kind() {
        ChangeKind::Created => "history-created",
        ChangeKind::Changed => "history-changed-many",
        ChangeKind::Deleted => "history-deleted",
        ChangeKind::SessionRevoked if entry.actor_id == Some(entry.record_id) => {
            "history-session-ended"
        }
        ChangeKind::SessionRevoked => "history-session-revoked",
        ChangeKind::TokenReused => "history-token-reused",
        ChangeKind::Unspecified | ChangeKind::Reload | ChangeKind::Resumed => "history-unknown",
    };
    let sentence = messages.with(id, &args);
    let fields = entry.changes.iter().filter(|change| !is_empty(change));
    let fields = fields.map(|change| formatter.line(change));
    EntryText {
        when,
        sentence: if entry.changes.is_empty() {
            sentence
        } else {
            messages.with("history-lines", &[("sentence", Arg::Text(&sentence))])
        },
        fields: fields.collect(),
    }
}

/// An entry in few words, for the record pane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The time of a change of today, the date of others.
    pub time: String,
    /// What has changed.
    pub what: String,
    /// By whom.
    pub who: String,
}

/// Describes an entry in few words.
#[must_use]
pub(crate) fn summary(entry: &HistoryEntry, context: &CellContext<'_>) -> Summary {
    let messages = context.messages;
    let formatter = Formatter {
        tab: Tab::from_record_type(entry.record()),
        full: false,
        context,
    };
    let what = match (entry.kind(), &entry.changes[..]) {
        (ChangeKind::Created, _) => messages.get("recent-created"),
        (ChangeKind::Changed, [change]) => formatter.short(change),
        (ChangeKind::Changed, changes) => {
            let labels = changes.iter().map(|it| formatter.label_and_values(it).0);
            labels.collect::<Vec<_>>().join(", ")
        }
        (ChangeKind::SessionRevoked | ChangeKind::TokenReused, _) => messages.get("recent-session"),
        _ => messages.get("recent-other"),
    };
    let is_user = entry.actor_id.is_some() && entry.actor_id == context.user;
    Summary {
        time: value::time(entry.time.as_ref())
            .map(|at| messages.short_relative_time(at, context.now))
            .unwrap_or_default(),
        what,
        who: match entry.actor_name.as_str() {
            _ if is_user => messages.get("recent-you"),
            "" => messages.get("history-server"),
            name => name.to_owned(),
        },
    }
}

/// The actor: a collaborator, an operator who ran a command on the server, or the server itself.
fn actor(entry: &HistoryEntry, messages: &Messages) -> String {
    let args = [
        ("name", Arg::Text(&entry.actor_name)),
        ("command", Arg::Text(&entry.rpc)),
    ];
    match (entry.actor_id, entry.actor_name.as_str()) {
        (_, "") => messages.get("history-server"),
        (None, _) => messages.with("history-operator", &args),
        (Some(_), name) => name.to_owned(),
    }
}

/// Whether a field of a created or deleted record was empty.
fn is_empty(change: &FieldChange) -> bool {
    let values = [&change.old, &change.new];
    let mut values = values.into_iter().flatten().peekable();
    values.peek().is_some() && values.all(String::is_empty)
}

/// The field's specification in the tab's forms.
fn spec(tab: Tab, field: &str) -> Option<&'static FieldSpec> {
    let screen = tab.screen();
    let forms = screen.create.fields.iter().chain(screen.edit.fields);
    forms.chain(OTHER_FIELDS).find(|spec| spec.name == field)
}

/// Formats the fields of an entry.
struct Formatter<'a> {
    tab: Option<Tab>,
    full: bool,
    context: &'a CellContext<'a>,
}

impl Formatter<'_> {
    /// The sentence of an entry with a single change.
    fn sentence(&self, change: &FieldChange, args: &[(&str, Arg<'_>); 2]) -> String {
        let (field, old, new) = self.label_and_values(change);
        let (id, old, new) = match (old, new) {
            (Some(old), Some(new)) => ("history-changed", old, new),
            (None, Some(new)) => ("history-set", String::new(), new),
            (Some(old), None) => ("history-emptied", old, String::new()),
            (None, None) => ("history-touched", String::new(), String::new()),
        };
        let mut all = args.to_vec();
        all.push(("field", Arg::Text(&field)));
        all.push(("old", Arg::Text(&old)));
        all.push(("new", Arg::Text(&new)));
        self.context.messages.with(id, &all)
    }

    /// A change of a field in few words.
    fn short(&self, change: &FieldChange) -> String {
        let (field, text) = self.line(change);
        match (change.field.as_str(), change.new.as_deref()) {
            ("signed", Some("true")) => self.context.messages.get("state-signed"),
            // The value was removed.
            ("commercial_id" | "support_id", None) => {
                format!("{field} {}", self.context.messages.get("nobody"))
            }
            (_, None | Some("")) if change.old.is_some() => {
                format!("{field} {}", self.context.messages.get("recent-cleared"))
            }
            _ => format!("{field} {text}"),
        }
    }

    /// Label and change of a field.
    fn line(&self, change: &FieldChange) -> (String, String) {
        let (field, old, new) = self.label_and_values(change);
        let text = match (old, new) {
            (Some(old), Some(new)) => format!("{old} → {new}"),
            (None, Some(new)) => new,
            // The field of a deleted record.
            (Some(old), None) => old,
            (None, None) => self.context.messages.get("history-not-shown"),
        };
        let args = [("field", Arg::Text(&field))];
        (self.context.messages.with("history-field", &args), text)
    }

    /// The field's label and its values. A field that only a newer server defines is labelled by
    /// its name on the wire.
    fn label_and_values(&self, change: &FieldChange) -> (String, Option<String>, Option<String>) {
        let spec = self.tab.and_then(|tab| spec(tab, &change.field));
        let name = match spec {
            Some(spec) => self.context.messages.get(spec.label),
            None => change.field.replace('_', " "),
        };
        let kind = spec.map_or(Kind::Lines, |spec| spec.kind);
        let format = |value: &Option<String>, name: &str| {
            let value = value.as_deref().filter(|value| !value.is_empty())?;
            Some(self.value(kind, value, name))
        };
        (
            name,
            format(&change.old, &change.old_name),
            format(&change.new, &change.new_name),
        )
    }

    /// A value in the format of the record pane; quoted as received if it does not parse.
    fn value(&self, kind: Kind, text: &str, name: &str) -> String {
        let CellContext { messages, now, .. } = *self.context;
        let formatted = match kind {
            Kind::Amount => text.parse().ok().map(|cents| messages.amount(cents)),
            Kind::Number => text.parse().ok().map(|number| messages.count(number)),
            Kind::Date => text
                .parse()
                .ok()
                .map(|date: civil::Date| messages.date(date)),
            Kind::Moment => moment(text).map(|at| messages.moment(at, now.time_zone())),
            Kind::Role => role_from_name(text).map(|role| messages.role(role)),
            Kind::Flag => match text {
                "true" => Some(messages.get("yes")),
                "false" => Some(messages.get("no")),
                _ => None,
            },
            Kind::Link(_) if !name.is_empty() => Some(name.to_owned()),
            Kind::Link(_) => Some(messages.with("event-numbered", &[("id", Arg::Text(text))])),
            Kind::Text(_)
            | Kind::Email
            | Kind::Phone
            | Kind::Lines
            | Kind::Password
            | Kind::NewPassword => None,
        };
        formatted.unwrap_or_else(|| {
            let text = if self.full {
                text.to_owned()
            } else {
                fit(text, SHORT_VALUE)
            };
            messages.with("quoted", &[("text", Arg::Text(&text))])
        })
    }
}

/// Parses a time in ISO 8601; without an offset it is in UTC.
fn moment(text: &str) -> Option<Timestamp> {
    let civil = || {
        text.parse::<civil::DateTime>()
            .ok()?
            .to_zoned(TimeZone::UTC)
            .ok()
    };
    text.parse().ok().or_else(|| Some(civil()?.timestamp()))
}

#[cfg(test)]
mod tests;
