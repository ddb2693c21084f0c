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
    record::{
        Entity, Link, ParentFilter, Tab,
        table::{CellContext, Column, ColumnHeader, PaneRow, moment, name_or_nobody},
        value::Value,
    },
};

const UNASSIGNED: Filter = Filter::new("filter-unassigned");
const MINE: Filter = Filter {
    for_role: |role| matches!(role, Role::Commercial),
    ..Filter::new("filter-mine")
};

/// The tab's specification.
pub const SCREEN: Screen = Screen {
    title: "tab-clients",
    record_title: "record-client",
    empty_text: "empty-clients",
    headers: headers::<Client>,
    orders: &[
        ("order-number", "id"),
        ("order-created", "create_time"),
        ("order-updated", "update_time"),
    ],
    order: Order {
        column: "name",
        descending: false,
    },
    filters: &[UNASSIGNED, MINE],
    shown_in: &[Tab::Collaborators, Tab::Contracts, Tab::Events],
    list_request: list,
    create: &CREATE,
    edit: &EDIT,
    assign: Ok(policy::ASSIGN_COMMERCIAL),
    delete: Err("not-applicable-delete-clients"),
    actions: &[],
};

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
            header: ColumnHeader::share("column-name", 16, 3).ordered_by("name"),
            cell: |client, _| client.name.as_str().into(),
        },
        Column {
            header: ColumnHeader::share("column-company", 14, 3).ordered_by("company"),
            cell: |client, _| client.company.as_str().into(),
        },
        Column {
            header: ColumnHeader::share("column-email", 18, 3)
                .ordered_by("email")
                .drop(5),
            cell: |client, _| client.email.as_str().into(),
        },
        Column {
            header: ColumnHeader::fit("column-phone", 18).drop(4),
            cell: |client, _| client.phone.as_str().into(),
        },
        Column {
            header: ColumnHeader::share("column-commercial", 12, 2),
            cell: |client, context| name_or_nobody(&client.commercial_name, context),
        },
        Column {
            header: ColumnHeader::fit("column-updated", 20)
                .ordered_by("update_time")
                .drop(6),
            cell: |client, context| moment(client.update_time.as_ref(), context),
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

    fn pane_rows(&self, context: &CellContext<'_>) -> Vec<PaneRow> {
        vec![
            PaneRow::new("field-company", self.company.as_str()),
            PaneRow::new("field-email", self.email.as_str()),
            PaneRow::new("field-phone", self.phone.as_str()),
            PaneRow::new(
                "field-commercial",
                name_or_nobody(&self.commercial_name, context),
            ),
            PaneRow::new("field-created", moment(self.create_time.as_ref(), context)),
            PaneRow::new("field-updated", moment(self.update_time.as_ref(), context)),
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
