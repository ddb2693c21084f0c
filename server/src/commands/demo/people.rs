//! The collaborators and the clients of the sample data.

use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Bool, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use epic_events::{fold::fold, role::role_name, v1::Role};
use fake::{
    Fake as _,
    faker::{
        name::raw::{FirstName, LastName},
        phone_number::raw::PhoneNumber,
    },
    locales::FR_FR,
};
use jiff::{ToSpan as _, Zoned, civil::Date};
use rand::{RngExt as _, rngs::StdRng, seq::IndexedRandom as _};
use uuid::Uuid;

use crate::{
    auth::password::PasswordHash,
    commands::demo::{
        CLIENTS, COMMERCIALS, GESTION, SUPPORTS, contract_age, first_contract,
        story::{Story, stamps},
    },
    error::Result,
};

/// Trades and legal forms in the names of French companies. `fake` only has American ones.
const TRADES: &[&str] = &[
    "Traiteur",
    "Conseil",
    "Assurances",
    "Éditions",
    "Laboratoires",
    "Transports",
    "Ateliers",
    "Domaine",
    "Maison",
    "Cabinet",
    "Galerie",
    "Imprimerie",
    "Menuiserie",
    "Vignobles",
    "Clinique",
];
const FORMS: &[&str] = &[
    "SARL",
    "SAS",
    "SA",
    "& Fils",
    "& Associés",
    "Frères",
    "Groupe",
];

/// A request id from the generator, so that each run inserts the same rows.
pub(super) fn request_id(random: &mut StdRng) -> Uuid {
    uuid::Builder::from_random_bytes(random.random()).into_uuid()
}

/// A name as part of an email address: ASCII letters and digits only.
fn ascii(text: &str) -> String {
    let folded = fold(text);
    folded.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// A collaborator to insert.
pub(super) struct Collaborator {
    request_id: Uuid,
    pub(super) name: String,
    pub(super) email: String,
    phone: String,
    pub(super) role: Role,
}

/// The email address of the first account of a role.
pub(super) fn first_email(role: Role) -> String {
    format!("{}@epic.example", role_name(role))
}

/// The collaborators, by role.
pub(super) fn staff(random: &mut StdRng) -> Vec<Collaborator> {
    let roles = [
        (Role::Gestion, GESTION),
        (Role::Commercial, COMMERCIALS),
        (Role::Support, SUPPORTS),
    ];
    let mut people: Vec<Collaborator> = Vec::new();
    for (role, count) in roles {
        for index in 0..count {
            let first: &str = FirstName(FR_FR).fake_with_rng(random);
            let last: &str = LastName(FR_FR).fake_with_rng(random);
            // The login screen of the demo shows the first accounts.
            let email = if index == 0 {
                first_email(role)
            } else {
                unique_email(&people, &ascii(first), &ascii(last))
            };
            people.push(Collaborator {
                request_id: request_id(random),
                name: format!("{first} {last}"),
                email,
                phone: PhoneNumber(FR_FR).fake_with_rng(random),
                role,
            });
        }
    }
    people
}

fn unique_email(people: &[Collaborator], first: &str, last: &str) -> String {
    let email = format!("{first}.{last}@epic.example");
    if people.iter().any(|person| person.email == email) {
        return format!("{first}.{last}{}@epic.example", people.len());
    }
    email
}

/// A client to insert.
pub(super) struct Client {
    request_id: Uuid,
    name: String,
    email: String,
    pub(super) phone: String,
    company: String,
    /// Index of the commercial.
    pub(super) commercial: Option<usize>,
    /// The day on which it was created.
    pub(super) created: Date,
}

/// The clients, the oldest first.
pub(super) fn clients(random: &mut StdRng, today: &Zoned) -> Vec<Client> {
    let mut companies = Vec::new();
    (0..CLIENTS)
        .map(|index| {
            let first: &str = FirstName(FR_FR).fake_with_rng(random);
            let last: &str = LastName(FR_FR).fake_with_rng(random);
            // Every third client works at the company of an earlier one.
            let company = match companies.choose(random) {
                Some(known) if index % 3 == 2 => String::clone(known),
                _ => {
                    companies.push(company(random));
                    companies[companies.len() - 1].clone()
                }
            };
            // Some time before its first contract.
            let days_ago = contract_age(first_contract(index));
            let days_before = 1 + i64::try_from(index * 37 % 40).unwrap_or_default();
            let created = today.date().saturating_sub((days_ago + days_before).days());
            Client {
                request_id: request_id(random),
                name: format!("{first} {last}"),
                email: format!(
                    "{}.{}{index}@{}.example",
                    ascii(first),
                    ascii(last),
                    ascii(&company)
                ),
                phone: PhoneNumber(FR_FR).fake_with_rng(random),
                company,
                commercial: (!random.random_ratio(1, 20))
                    .then(|| random.random_range(0..COMMERCIALS)),
                created,
            }
        })
        .collect()
}

fn company(random: &mut StdRng) -> String {
    let name: &str = LastName(FR_FR).fake_with_rng(random);
    let form = FORMS.choose(random).copied().unwrap_or_default();
    match TRADES.choose(random) {
        Some(trade) if random.random_ratio(1, 2) => format!("{trade} {name}"),
        _ => format!("{name} {form}"),
    }
}

/// The id of an inserted row.
#[derive(QueryableByName)]
pub(super) struct InsertedId {
    #[diesel(sql_type = BigInt)]
    pub(super) id: i64,
}

/// Inserts the rows in one statement and returns their ids in order.
pub(super) async fn insert_staff(
    connection: &mut AsyncPgConnection,
    staff: &[Collaborator],
    stories: &[Story],
    names: &[&str],
    hash: &PasswordHash,
) -> Result<Vec<i64>> {
    let column = |of: fn(&Collaborator) -> &str| staff.iter().map(of).collect::<Vec<_>>();
    let stamps = stamps(stories, names);
    let added: Vec<InsertedId> = diesel::sql_query(
        "insert into collaborators \
         (request_id, name, email, phone, role, create_time, update_time, updated_by, version, \
         password_hash, must_change_password) \
         select a, b, c, d, e, f::timestamptz, g::timestamptz, h, i, $10, $11 \
         from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) as given (a, b, c, d, e, f, g, h, i) \
         returning id",
    )
    .bind::<Array<SqlUuid>, _>(
        staff
            .iter()
            .map(|person| person.request_id)
            .collect::<Vec<_>>(),
    )
    .bind::<Array<Text>, _>(column(|person| &person.name))
    .bind::<Array<Text>, _>(column(|person| &person.email))
    .bind::<Array<Text>, _>(column(|person| &person.phone))
    .bind::<Array<Text>, _>(column(|person| role_name(person.role)))
    .bind::<Array<Text>, _>(stamps.created)
    .bind::<Array<Text>, _>(stamps.updated)
    .bind::<Array<Text>, _>(stamps.authors)
    .bind::<Array<BigInt>, _>(stamps.versions)
    .bind::<Text, _>(hash)
    .bind::<Bool, _>(false)
    .get_results(connection)
    .await?;
    Ok(added.into_iter().map(|row| row.id).collect())
}

/// Inserts the rows in one statement and returns their ids in order.
pub(super) async fn insert_clients(
    connection: &mut AsyncPgConnection,
    clients: &[Client],
    stories: &[Story],
    (names, ids): (&[&str], &[i64]),
) -> Result<Vec<i64>> {
    let column = |of: fn(&Client) -> &str| clients.iter().map(of).collect::<Vec<_>>();
    let commercials: Vec<Option<i64>> = clients
        .iter()
        .map(|client| client.commercial.map(|index| ids[GESTION + index]))
        .collect();
    let stamps = stamps(stories, names);
    let added: Vec<InsertedId> = diesel::sql_query(
        "insert into clients \
         (request_id, name, email, phone, company, commercial_id, create_time, update_time, \
         updated_by, version) \
         select a, b, c, d, e, f, g::timestamptz, h::timestamptz, i, j \
         from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as given \
         (a, b, c, d, e, f, g, h, i, j) returning id",
    )
    .bind::<Array<SqlUuid>, _>(
        clients
            .iter()
            .map(|client| client.request_id)
            .collect::<Vec<_>>(),
    )
    .bind::<Array<Text>, _>(column(|client| &client.name))
    .bind::<Array<Text>, _>(column(|client| &client.email))
    .bind::<Array<Text>, _>(column(|client| &client.phone))
    .bind::<Array<Text>, _>(column(|client| &client.company))
    .bind::<Array<Nullable<BigInt>>, _>(commercials)
    .bind::<Array<Text>, _>(stamps.created)
    .bind::<Array<Text>, _>(stamps.updated)
    .bind::<Array<Text>, _>(stamps.authors)
    .bind::<Array<BigInt>, _>(stamps.versions)
    .get_results(connection)
    .await?;
    Ok(added.into_iter().map(|row| row.id).collect())
}
