//! The contracts and the events of the sample data.

use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use fake::{Fake as _, faker::name::raw::LastName, locales::FR_FR};
use jiff::{ToSpan as _, Zoned, civil};
use rand::{RngExt as _, rngs::StdRng, seq::IndexedRandom as _};
use uuid::Uuid;

use crate::{
    commands::demo::{
        CLIENTS, COMMERCIALS, CONTRACTS, EVENTS, GESTION, SUPPORTS,
        people::{InsertedId, request_id},
    },
    error::Result,
};

const OCCASIONS: &[&str] = &[
    "Mariage",
    "Séminaire",
    "Gala",
    "Lancement de produit",
    "Anniversaire",
    "Congrès",
    "Soirée de fin d'année",
    "Inauguration",
    "Team building",
    "Assemblée générale",
    "Concert privé",
    "Salon professionnel",
    "Cocktail",
    "Remise de prix",
    "Journée portes ouvertes",
];
const VENUES: &[&str] = &[
    "Parc floral",
    "Palais des congrès",
    "Château",
    "Salle des fêtes",
    "Halle aux grains",
    "Grand Hôtel",
    "Domaine des Tilleuls",
    "Théâtre municipal",
    "Les Docks",
    "Orangerie",
];
const CITIES: &[&str] = &[
    "Paris",
    "Lyon",
    "Marseille",
    "Lille",
    "Bordeaux",
    "Nantes",
    "Strasbourg",
    "Toulouse",
    "Nice",
    "Rennes",
    "Montpellier",
    "Grenoble",
    "Dijon",
    "Angers",
    "Reims",
    "Saint-Étienne",
    "Orléans",
];
const NOTES: &[&str] = &[
    "",
    "",
    "Buffet végétarien pour 40 personnes.",
    "Accès livraison par la cour arrière.",
    "Prévoir deux micros sans fil.",
    "DJ à partir de 22 h, fin à 2 h.",
    "Le client souhaite des fleurs blanches.",
    "Vestiaire et parking à réserver.",
];

#[derive(QueryableByName)]
struct HasClients {
    #[diesel(sql_type = Bool)]
    has_clients: bool,
}

/// Whether the database has clients already.
pub(super) async fn has_clients(connection: &mut AsyncPgConnection) -> Result<bool> {
    let row: HasClients = diesel::sql_query("select exists (select from clients) as has_clients")
        .get_result(connection)
        .await?;
    Ok(row.has_clients)
}

/// A contract to insert.
pub(super) struct Contract {
    request_id: Uuid,
    /// Index of the client.
    client: usize,
    event_title: String,
    total_cents: i64,
    remaining_cents: i64,
    date: civil::Date,
    signed: bool,
}

/// The contracts, the oldest first; each client has at least one.
pub(super) fn contracts(random: &mut StdRng, today: &Zoned) -> Vec<Contract> {
    (0..CONTRACTS)
        .map(|index| {
            let client = if index < CLIENTS {
                index
            } else {
                random.random_range(0..CLIENTS)
            };
            let total_cents = random.random_range(80..6_000) * 2_550;
            // More than half are signed: each event needs a signed contract.
            let signed = random.random_ratio(7, 10);
            let remaining_cents = match random.random_range(0..3) {
                0 => 0,
                1 if signed => total_cents / 2,
                _ => total_cents,
            };
            let days_ago = i64::try_from((CONTRACTS - index) * 365 / CONTRACTS).unwrap_or_default();
            let date = today.date().saturating_sub(days_ago.days());
            Contract {
                request_id: request_id(random),
                client,
                event_title: title(random),
                total_cents,
                remaining_cents,
                date,
                signed,
            }
        })
        .collect()
}

fn title(random: &mut StdRng) -> String {
    let name: &str = LastName(FR_FR).fake_with_rng(random);
    let occasion = OCCASIONS.choose(random).copied().unwrap_or_default();
    format!("{occasion} {name}")
}

/// An event to insert.
pub(super) struct Event {
    request_id: Uuid,
    /// Index of the contract.
    contract: usize,
    start_time: String,
    end_time: String,
    /// Index of the support.
    support: Option<usize>,
    location: String,
    attendees: i32,
    note: &'static str,
}

/// Events of signed contracts, from a year ago to a year ahead.
pub(super) fn events(random: &mut StdRng, contracts: &[Contract], today: &Zoned) -> Vec<Event> {
    let signed = contracts
        .iter()
        .enumerate()
        .filter(|(_, contract)| contract.signed);
    signed
        .take(EVENTS)
        .map(|(contract, _)| {
            let day = today
                .date()
                .saturating_add(random.random_range(-365..365).days());
            let start = day.at(
                random.random_range(8..21),
                random.random_range(0..4) * 15,
                0,
                0,
            );
            let end = start.saturating_add((random.random_range(4..24) * 30).minutes());
            let moment = |time: civil::DateTime| {
                time.to_zoned(today.time_zone().clone())
                    .map_or_else(|_| today.timestamp(), |zoned| zoned.timestamp())
                    .to_string()
            };
            let venue = VENUES.choose(random).copied().unwrap_or_default();
            let city = CITIES.choose(random).copied().unwrap_or_default();
            Event {
                request_id: request_id(random),
                contract,
                start_time: moment(start),
                end_time: moment(end),
                support: (!random.random_ratio(1, 8)).then(|| random.random_range(0..SUPPORTS)),
                location: format!("{venue}, {city}"),
                attendees: random.random_range(1..80) * 10,
                note: NOTES.choose(random).copied().unwrap_or_default(),
            }
        })
        .collect()
}

/// Inserts the rows in one statement and returns their ids in order.
pub(super) async fn insert_contracts(
    connection: &mut AsyncPgConnection,
    contracts: &[Contract],
    clients: &[i64],
) -> Result<Vec<i64>> {
    let added: Vec<InsertedId> = diesel::sql_query(
        "insert into contracts \
         (request_id, client_id, event_title, total_cents, remaining_cents, date, signed) \
         select a, b, c, d, e, f::date, g \
         from unnest($1, $2, $3, $4, $5, $6, $7) as given (a, b, c, d, e, f, g) returning id",
    )
    .bind::<Array<SqlUuid>, _>(each(contracts, |contract| contract.request_id))
    .bind::<Array<BigInt>, _>(each(contracts, |contract| clients[contract.client]))
    .bind::<Array<Text>, _>(each(contracts, |contract| contract.event_title.as_str()))
    .bind::<Array<BigInt>, _>(each(contracts, |contract| contract.total_cents))
    .bind::<Array<BigInt>, _>(each(contracts, |contract| contract.remaining_cents))
    .bind::<Array<Text>, _>(each(contracts, |contract| contract.date.to_string()))
    .bind::<Array<Bool>, _>(each(contracts, |contract| contract.signed))
    .get_results(connection)
    .await?;
    Ok(added.into_iter().map(|row| row.id).collect())
}

/// Inserts the rows in one statement.
pub(super) async fn insert_events(
    connection: &mut AsyncPgConnection,
    events: &[Event],
    contracts: &[i64],
    staff: &[i64],
) -> Result<()> {
    let first_support = GESTION + COMMERCIALS;
    let supports = each(events, |event| {
        event.support.map(|index| staff[first_support + index])
    });
    diesel::sql_query(
        "insert into events \
         (request_id, contract_id, start_time, end_time, support_id, location, attendees, note) \
         select a, b, c::timestamptz, d::timestamptz, e, f, g, h \
         from unnest($1, $2, $3, $4, $5, $6, $7, $8) as given (a, b, c, d, e, f, g, h)",
    )
    .bind::<Array<SqlUuid>, _>(each(events, |event| event.request_id))
    .bind::<Array<BigInt>, _>(each(events, |event| contracts[event.contract]))
    .bind::<Array<Text>, _>(each(events, |event| event.start_time.as_str()))
    .bind::<Array<Text>, _>(each(events, |event| event.end_time.as_str()))
    .bind::<Array<Nullable<BigInt>>, _>(supports)
    .bind::<Array<Text>, _>(each(events, |event| event.location.as_str()))
    .bind::<Array<Integer>, _>(each(events, |event| event.attendees))
    .bind::<Array<Text>, _>(each(events, |event| event.note))
    .execute(connection)
    .await?;
    Ok(())
}

/// The values of one column for many rows.
fn each<'a, R, T>(rows: &'a [R], of: impl Fn(&'a R) -> T) -> Vec<T> {
    rows.iter().map(of).collect()
}
