//! The names of options, from the tables of the screens: a new field or filter has an option by itself.

use epic_events::{role::role_from_name, v1::Role};

use super::source::Source;
use crate::{
    record::{ParentFilter, Tab},
    screens::spec::{Filter, ListQuery},
};

/// The beginning of the label of a filter.
const FILTER: &str = "filter-";
/// The ends of field names that say how the field is stored, which nobody types.
const STORED_AS: [&str; 3] = ["_id", "_cents", "_time"];

/// The option of a field: `client_id` gives `client`, `total_cents` `total`, `event_title` `event-title`.
pub(crate) fn option(field: &str) -> String {
    let name = STORED_AS.iter().find_map(|end| field.strip_suffix(end));
    name.unwrap_or(field).replace('_', "-")
}

/// The name of a field in JSON: `event_title` gives `eventTitle`.
pub(crate) fn json(field: &str) -> String {
    let mut parts = field.split('_');
    let mut name = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut letters = part.chars();
        name.extend(letters.next().map(|it| it.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

/// The option of a filter: `filter-no-support` gives `no-support`.
pub(crate) fn filter(filter: &Filter) -> &'static str {
    let name = filter.label.strip_prefix(FILTER);
    name.unwrap_or(filter.label)
}

/// Whether the filter is a value of `--role` rather than an option of its own.
pub(crate) fn is_role(filter: &Filter) -> bool {
    role_from_name(self::filter(filter)).is_some()
}

/// The command of a tab: `clients`.
pub(crate) fn command(tab: Tab) -> String {
    format!("{}s", tab.kind().name())
}

/// The record to which `--client`, `--contract`, … restrict a list.
pub(crate) struct Parent {
    /// The option.
    pub(crate) option: &'static str,
    /// The records that it may be.
    pub(crate) source: Source,
    /// The restriction.
    pub(crate) filter: fn(i64) -> ParentFilter,
}

const PARENTS: [Parent; 4] = [
    Parent {
        option: "client",
        source: Source::tab(Tab::Clients),
        filter: ParentFilter::Client,
    },
    Parent {
        option: "contract",
        source: Source::tab(Tab::Contracts),
        filter: ParentFilter::Contract,
    },
    Parent {
        option: "commercial",
        source: Source::role(Role::Commercial),
        filter: ParentFilter::Commercial,
    },
    Parent {
        option: "support",
        source: Source::role(Role::Support),
        filter: ParentFilter::Support,
    },
];

/// The records to which the list of a tab can be restricted: those that change its request.
pub(crate) fn parents(tab: Tab) -> impl Iterator<Item = &'static Parent> {
    let screen = tab.screen();
    let request = move |parent| {
        (screen.list_request)(&ListQuery {
            page_size: 1,
            page_token: String::new(),
            order: screen.order,
            query: String::new(),
            filters: Vec::new(),
            parent,
            now: jiff::Timestamp::UNIX_EPOCH,
        })
    };
    PARENTS
        .iter()
        .filter(move |parent| request(Some((parent.filter)(1))) != request(None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_the_words_that_people_type() {
        let cases = [
            ("name", "name"),
            ("event_title", "event-title"),
            ("total_cents", "total"),
            ("client_id", "client"),
            ("start_time", "start"),
        ];
        for (field, name) in cases {
            assert_eq!(option(field), name);
        }
    }

    #[test]
    fn fields_have_their_names_in_json() {
        let descriptors = crate::command::message::descriptor("Event").map(|it| {
            it.fields()
                .map(|field| (json(field.name()), field.json_name().to_owned()))
                .collect::<Vec<_>>()
        });
        let fields = descriptors.unwrap_or_default();
        assert!(fields.len() > 10);
        for (found, expected) in fields {
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn lists_are_restricted_by_the_records_that_their_requests_name() {
        let options = |tab| parents(tab).map(|it| it.option).collect::<Vec<_>>();
        assert_eq!(options(Tab::Collaborators), [""; 0]);
        assert_eq!(options(Tab::Clients), ["commercial"]);
        assert_eq!(options(Tab::Contracts), ["client", "commercial"]);
        assert_eq!(
            options(Tab::Events),
            ["client", "contract", "commercial", "support"]
        );
    }
}
