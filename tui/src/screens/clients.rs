//! The clients tab.

use epic_events::{
    client::{ClientDraft, ClientPatch},
    policy,
    v1::{Client, CreateClientRequest, ListClientsRequest, Role, UpdateClientRequest},
    value::{Company, Name},
};

use super::spec::{Filter, ListQuery, Order, Screen, headers};
use crate::{
    api::ApiRequest,
    form::{
        spec::{Built, FieldSpec, FormSpec, Kind, checked},
        values::FormValues,
    },
    keys::Action,
    record::{
        Entity, Link, ParentFilter, Record, Tab,
        table::{
            Cell, CellContext, Column, ColumnHeader, PaneRow, moment, owner_name, owner_row,
            short_moment,
        },
        value::Value,
    },
};

const UNASSIGNED: Filter = Filter {
    matches: |record, _| matches!(record, Record::Client(it) if it.commercial_id.is_none()),
    ..Filter::new("filter-unassigned")
};
const MINE: Filter = Filter {
    for_role: |role| matches!(role, Role::Commercial),
    matches: |record, viewer| matches!(record, Record::Client(it) if it.commercial_id == viewer.user),
    ..Filter::new("filter-mine")
};

/// The tab's specification.
pub const SCREEN: Screen = Screen {
    title: "tab-clients",
    record_title: "record-client",
    empty_text: "empty-clients",
    headers: headers::<Client>,
    order: Order {
        column: "name",
        descending: false,
    },
    filters: &[UNASSIGNED, MINE],
    opens_with: &[],
    shown_in: &[Tab::Collaborators, Tab::Contracts, Tab::Events],
    next_steps,
    missing: |_| None,
    list_request: list,
    within: None,
    create: &CREATE,
    edit: &EDIT,
    assign: Ok(policy::ASSIGN_COMMERCIAL),
    delete: Err("not-applicable-delete-clients"),
    actions: &[],
};

fn next_steps(record: &Record) -> &'static [Action] {
    match record {
        Record::Client(client) if client.commercial_id.is_none() => &[Action::Assign],
        _ => &[],
    }
}

/// Builds the request for a page of clients.
#[must_use]
pub fn list(query: &ListQuery) -> ApiRequest {
    ApiRequest::ListClients(ListClientsRequest {
        page_size: query.page_size,
        page_token: query.page_token.clone(),
        order_by: query.order.wire(),
        query: query.query.clone(),
        mine: query.is_active(&MINE),
        unassigned: query.is_active(&UNASSIGNED),
        commercial_id: ParentFilter::commercial(query.parent),
    })
}

impl Entity for Client {
    const TAB: Tab = Tab::Clients;

    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            header: ColumnHeader::text("column-name", 18, 36).ordered_by("name"),
            cell: |client, _| client.name.as_str().into(),
        },
        Column {
            header: ColumnHeader::text("column-company", 12, 36)
                .ordered_by("company")
                .drop(1),
            cell: |client, _| client.company.as_str().into(),
        },
        Column {
            header: ColumnHeader::text("column-email", 18, 44)
                .ordered_by("email")
                .optional(5),
            cell: |client, _| Cell::muted(client.email.as_str()),
        },
        Column {
            header: ColumnHeader::fit("column-phone", 14).optional(4),
            cell: |client, _| Cell::muted(client.phone.as_str()),
        },
        Column {
            header: ColumnHeader::number(),
            cell: |client, _| Cell::muted(client.id.to_string()),
        },
        Column {
            header: ColumnHeader::fit("column-updated", 12)
                .ordered_by("update_time")
                .right()
                .optional(6),
            cell: |client, context| short_moment(client.update_time.as_ref(), context),
        },
        Column {
            header: ColumnHeader::created(),
            cell: |client, context| short_moment(client.create_time.as_ref(), context),
        },
        Column {
            header: ColumnHeader::text("column-commercial", 12, 24)
                .constant_under(&["filter-mine", "filter-unassigned"])
                .constant_of(|parent| matches!(parent, ParentFilter::Commercial(_))),
            cell: |client, context| owner_name(&client.commercial_name, context),
        },
    ];

    fn id(&self) -> i64 {
        self.id
    }

    fn etag(&self) -> &str {
        &self.etag
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn owner(&self) -> Option<i64> {
        self.commercial_id
    }

    fn state(&self, _: &CellContext<'_>) -> Option<Cell> {
        None
    }

    fn pane_rows(&self, context: &CellContext<'_>) -> Vec<PaneRow> {
        vec![
            PaneRow::new("field-company", self.company.as_str()),
            PaneRow::new("field-email", self.email.as_str()),
            PaneRow::new("field-phone", self.phone.as_str()),
            PaneRow::gap(),
            owner_row(
                "field-owner",
                (self.commercial_id, &self.commercial_name),
                context,
            ),
            PaneRow::new("field-created", moment(self.create_time.as_ref(), context)),
        ]
    }

    fn links(&self) -> Vec<Link> {
        let client = Some((ParentFilter::Client(self.id), self.name.clone()));
        let mut links = vec![
            Link {
                key: 't',
                label: "go-contracts",
                tab: Tab::Contracts,
                parent: client.clone(),
                query: String::new(),
                select: None,
            },
            Link {
                key: 'e',
                label: "go-events",
                tab: Tab::Events,
                parent: client,
                query: String::new(),
                select: None,
            },
        ];
        if self.commercial_id.is_some() {
            links.push(Link {
                key: 'o',
                label: "go-commercial",
                tab: Tab::Collaborators,
                parent: None,
                query: self.commercial_name.clone(),
                select: self.commercial_id,
            });
        }
        links
    }

    fn value(&self, field: &str) -> Value {
        match field {
            "name" => Value::Text(self.name.clone()),
            "email" => Value::Text(self.email.clone()),
            "phone" => Value::Text(self.phone.clone()),
            "company" => Value::Text(self.company.clone()),
            "update_time" => Value::moment(self.update_time.as_ref()),
            _ => Value::Nothing,
        }
    }
}

const FIELDS: &[FieldSpec] = &[
    FieldSpec::new("name", "field-name", Kind::Text(Name::MAX)),
    FieldSpec::new("company", "field-company", Kind::Text(Company::MAX)),
    FieldSpec::new("email", "field-email", Kind::Email),
    FieldSpec::new("phone", "field-phone", Kind::Phone),
];

const CREATE: FormSpec = FormSpec {
    title: "form-new-client",
    rpc: policy::CREATE_CLIENT,
    fields: FIELDS,
    build: create,
    questions: &[],
};

fn create(form: &FormValues<'_>) -> Built {
    let request = CreateClientRequest {
        request_id: form.request_id(),
        name: form.text("name"),
        email: form.text("email"),
        phone: form.text("phone"),
        company: form.text("company"),
    };
    checked::<_, ClientDraft>(request, ApiRequest::CreateClient)
}

const EDIT: FormSpec = FormSpec {
    title: "form-edit-client",
    rpc: policy::UPDATE_CLIENT,
    fields: FIELDS,
    build: update,
    questions: &[],
};

fn update(form: &FormValues<'_>) -> Built {
    let request = UpdateClientRequest {
        id: form.id(),
        etag: form.etag(),
        name: form.changed("name").map(|name| form.text(name)),
        email: form.changed("email").map(|name| form.text(name)),
        phone: form.changed("phone").map(|name| form.text(name)),
        company: form.changed("company").map(|name| form.text(name)),
    };
    checked::<_, ClientPatch>(request, ApiRequest::UpdateClient)
}
