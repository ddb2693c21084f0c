//! The collaborators tab.

use epic_events::{
    collaborator::{CollaboratorDraft, CollaboratorPatch},
    policy,
    v1::{
        Collaborator, CreateCollaboratorRequest, ListCollaboratorsRequest, ResetPasswordRequest,
        Role, UpdateCollaboratorRequest,
    },
    value::Name,
};

use super::spec::{Filter, ListQuery, Order, RecordAction, Screen, headers};
use crate::{
    api::ApiRequest,
    form::{
        Form,
        spec::{Built, FieldSpec, FormSpec, Kind, PickSource, Question, checked},
        values::FormValues,
    },
    keys::RecordActionId,
    messages::Arg,
    record::{
        Entity, Link, ParentFilter, Record, Tab,
        table::{Cell, CellContext, Column, ColumnHeader, PaneRow, Sign, moment, short_moment},
        value::Value,
    },
    tone::Tone,
};

const GESTION: Filter = Filter {
    matches: |record, _| has_role(record, Role::Gestion),
    ..role_filter("filter-gestion")
};
const COMMERCIAL: Filter = Filter {
    matches: |record, _| has_role(record, Role::Commercial),
    ..role_filter("filter-commercial")
};
const SUPPORT: Filter = Filter {
    matches: |record, _| has_role(record, Role::Support),
    ..role_filter("filter-support")
};

fn has_role(record: &Record, role: Role) -> bool {
    matches!(record, Record::Collaborator(person) if person.role() == role)
}

/// A filter on the role, which deactivates the filters on other roles.
const fn role_filter(label: &'static str) -> Filter {
    Filter {
        switches_off: &["filter-gestion", "filter-commercial", "filter-support"],
        ..Filter::new(label)
    }
}

/// The tab's specification.
pub const SCREEN: Screen = Screen {
    title: "tab-collaborators",
    record_title: "record-collaborator",
    empty_text: "empty-collaborators",
    headers: headers::<Collaborator>,
    order: Order {
        column: "name",
        descending: false,
    },
    filters: &[GESTION, COMMERCIAL, SUPPORT],
    opens_with: &[],
    shown_in: &[Tab::Clients, Tab::Contracts, Tab::Events],
    next_steps: |_| &[],
    missing: |_| None,
    list_request: list,
    within: None,
    create: &CREATE,
    edit: &EDIT,
    assign: Err("not-applicable-assign-collaborators"),
    delete: Ok(policy::DELETE_COLLABORATOR),
    actions: &[RESET_PASSWORD],
};

const RESET_PASSWORD: RecordAction = RecordAction {
    id: RecordActionId::ResetPassword,
    rpc: policy::RESET_PASSWORD,
    request: |record| ApiRequest::ResetPassword(ResetPasswordRequest { id: record.id() }),
    title: "confirm-reset-title",
    question: "confirm-reset",
    question_about_own_account: Some("confirm-reset-yourself"),
    done: "status-saved",
    verb_phrase: "can-password-collaborators",
    not_applicable_elsewhere: "not-applicable-password",
};

fn list(query: &ListQuery) -> ApiRequest {
    let roles = [
        (GESTION, Role::Gestion),
        (COMMERCIAL, Role::Commercial),
        (SUPPORT, Role::Support),
    ];
    let role = roles.iter().find(|(filter, _)| query.is_active(filter));
    ApiRequest::ListCollaborators(ListCollaboratorsRequest {
        page_size: query.page_size,
        page_token: query.page_token.clone(),
        order_by: query.order.wire(),
        query: query.query.clone(),
        mine: false,
        role: role.map_or(Role::Unspecified, |(_, role)| *role).into(),
    })
}

/// Builds the request for a page of all collaborators of a role.
#[must_use]
pub fn list_role(role: Role, page_token: String) -> ApiRequest {
    ApiRequest::ListCollaborators(ListCollaboratorsRequest {
        page_size: 200,
        page_token,
        order_by: "name".to_owned(),
        role: role.into(),
        ..ListCollaboratorsRequest::default()
    })
}

impl Entity for Collaborator {
    const TAB: Tab = Tab::Collaborators;

    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            header: ColumnHeader::text("column-name", 18, 36).ordered_by("name"),
            cell: |person, _| person.name.as_str().into(),
        },
        Column {
            header: ColumnHeader::text("column-email", 18, 44).ordered_by("email"),
            cell: |person, _| Cell::muted(person.email.as_str()),
        },
        Column {
            header: ColumnHeader::fit("column-phone", 14).optional(5),
            cell: |person, _| Cell::muted(person.phone.as_str()),
        },
        Column {
            header: ColumnHeader::number(),
            cell: |person, _| Cell::muted(person.id.to_string()),
        },
        Column {
            header: ColumnHeader::created(),
            cell: |person, context| short_moment(person.create_time.as_ref(), context),
        },
        Column {
            header: ColumnHeader::updated(),
            cell: |person, context| short_moment(person.update_time.as_ref(), context),
        },
        Column {
            header: ColumnHeader::fit("column-in-charge", 12).drop(4),
            cell: in_charge,
        },
        Column {
            header: ColumnHeader::fit("column-role", 10)
                .ordered_by("role")
                .constant_under(&["filter-gestion", "filter-commercial", "filter-support"]),
            cell: |person, context| context.messages.role(person.role()).into(),
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

    /// A collaborator has no owner in the access policy.
    fn owner(&self) -> Option<i64> {
        None
    }

    fn state(&self, context: &CellContext<'_>) -> Option<Cell> {
        Some(context.messages.role(self.role()).into())
    }

    fn pane_rows(&self, context: &CellContext<'_>) -> Vec<PaneRow> {
        let mut rows = vec![
            PaneRow::new("field-email", self.email.as_str()),
            PaneRow::new("field-phone", self.phone.as_str()),
        ];
        if self.role() != Role::Gestion {
            rows.push(PaneRow::new("field-in-charge", in_charge(self, context)));
        }
        rows.push(PaneRow::new(
            "field-created",
            moment(self.create_time.as_ref(), context),
        ));
        if self.must_change_password {
            let state = context.messages.get("state-one-time-password");
            let state = Cell::state(Sign::Waiting, state);
            rows.extend([PaneRow::gap(), PaneRow::new("field-password", state)]);
        }
        rows
    }

    fn links(&self) -> Vec<Link> {
        let link = |key, label, tab, parent| Link {
            key,
            label,
            tab,
            parent: Some((parent, self.name.clone())),
            query: String::new(),
            select: None,
        };
        match self.role() {
            Role::Commercial => vec![
                link(
                    'c',
                    "go-clients",
                    Tab::Clients,
                    ParentFilter::Commercial(self.id),
                ),
                link(
                    't',
                    "go-contracts",
                    Tab::Contracts,
                    ParentFilter::Commercial(self.id),
                ),
                link(
                    'e',
                    "go-events",
                    Tab::Events,
                    ParentFilter::Commercial(self.id),
                ),
            ],
            Role::Support => vec![link(
                'e',
                "go-events",
                Tab::Events,
                ParentFilter::Support(self.id),
            )],
            Role::Gestion | Role::Unspecified => Vec::new(),
        }
    }

    fn value(&self, field: &str) -> Value {
        match field {
            "name" => Value::Text(self.name.clone()),
            "email" => Value::Text(self.email.clone()),
            "phone" => Value::Text(self.phone.clone()),
            "role" => Value::Role(self.role()),
            _ => Value::Nothing,
        }
    }
}

/// The number of records that the collaborator is in charge of: "61 clients", "4 events".
fn in_charge(person: &Collaborator, context: &CellContext<'_>) -> Cell {
    let assigned = |id, count: i32| {
        let text = context
            .messages
            .with(id, &[("count", Arg::Number(count.into()))]);
        let tone = if count == 0 { Tone::Dim } else { Tone::Plain };
        Cell::new(text, tone)
    };
    match person.role() {
        Role::Commercial => assigned("assigned-clients", person.client_count),
        Role::Support => assigned("assigned-events", person.event_count),
        // Clients and events are assigned to the others.
        Role::Gestion | Role::Unspecified => Cell::muted("–"),
    }
}

const NAME: FieldSpec = FieldSpec::new("name", "field-name", Kind::Text(Name::MAX));
const EMAIL: FieldSpec = FieldSpec::new("email", "field-email", Kind::Email);
const PHONE: FieldSpec = FieldSpec::new("phone", "field-phone", Kind::Phone);
const ROLE: FieldSpec = FieldSpec::new("role", "field-role", Kind::Role);

const CREATE: FormSpec = FormSpec {
    title: "form-new-collaborator",
    rpc: policy::CREATE_COLLABORATOR,
    fields: &[NAME, EMAIL, PHONE, ROLE],
    build: create,
    questions: &[],
};

fn create(form: &FormValues<'_>) -> Built {
    let request = CreateCollaboratorRequest {
        request_id: form.request_id(),
        name: form.text("name"),
        email: form.text("email"),
        phone: form.text("phone"),
        role: form.role("role").into(),
    };
    checked::<_, CollaboratorDraft>(request, ApiRequest::CreateCollaborator)
}

const EDIT: FormSpec = FormSpec {
    title: "form-edit-collaborator",
    rpc: policy::UPDATE_COLLABORATOR,
    fields: &[
        NAME,
        EMAIL,
        PHONE,
        ROLE,
        // Required when a collaborator in charge of clients or events changes departments.
        FieldSpec {
            is_visible: |form| form.is_changed("role") && form.target_is_in_charge(),
            hint: successor_reason,
            ..FieldSpec::new(
                "successor_id",
                "field-successor",
                Kind::Link(PickSource::Successor),
            )
        },
    ],
    build: update,
    questions: &[OWN_ROLE, HANDOVER],
};

/// Asks whether to leave the user's own department: only another gestion account could reverse it.
const OWN_ROLE: Question = Question {
    title: "confirm-own-role-title",
    list: |_, _| None,
    text: |form, _, context| {
        let role = form.changed("role").filter(|_| form.is_own_account())?;
        let role = context.messages.role(form.role(role));
        let args = [("role", Arg::Text(&role))];
        Some(context.messages.with("confirm-own-role", &args))
    },
    unread: "",
};

/// Asks whether to give everything that the collaborator is in charge of to the successor.
const HANDOVER: Question = Question {
    title: "confirm-handover-title",
    list: |_, _| None,
    text: |form, _, context| {
        let role = form.changed("role")?;
        let successor = form.link_name("successor_id")?;
        let Some(Record::Collaborator(person)) = form.target() else {
            return None;
        };
        let (kind, count) = charges(person)?;
        let role = context.messages.role(form.role(role));
        let args = [
            ("count", Arg::Number(count.into())),
            ("successor", Arg::Text(&successor)),
            ("name", Arg::Text(&person.name)),
            ("role", Arg::Text(&role)),
        ];
        let id = format!("confirm-handover-{kind}");
        Some(context.messages.with(&id, &args))
    },
    unread: "",
};

/// What a collaborator is in charge of, and how many.
fn charges(person: &Collaborator) -> Option<(&'static str, i32)> {
    match person.role() {
        Role::Commercial => Some(("clients", person.client_count)),
        Role::Support => Some(("events", person.event_count)),
        Role::Gestion | Role::Unspecified => None,
    }
}

/// Why the form requires a successor, until one is chosen: "94 clients need a successor".
fn successor_reason(form: &Form, context: &CellContext<'_>) -> Option<String> {
    let Some(Record::Collaborator(person)) = &form.target else {
        return None;
    };
    let is_open = form.target_is_in_charge() && !form.is_changed("successor_id");
    let (kind, count) = charges(person).filter(|_| is_open)?;
    let id = format!("successor-{kind}");
    let count = Arg::Number(count.into());
    Some(context.messages.with(&id, &[("count", count)]))
}

fn update(form: &FormValues<'_>) -> Built {
    let request = UpdateCollaboratorRequest {
        id: form.id(),
        etag: form.etag(),
        name: form.changed("name").map(|name| form.text(name)),
        email: form.changed("email").map(|name| form.text(name)),
        phone: form.changed("phone").map(|name| form.text(name)),
        role: form.changed("role").map(|name| form.role(name).into()),
        successor_id: Some(form.link("successor_id")).filter(|&id| id != 0),
    };
    checked::<_, CollaboratorPatch>(request, ApiRequest::UpdateCollaborator)
}
