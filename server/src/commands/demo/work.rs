//! The contracts and the events of the sample data.

use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use fake::{Fake as _, faker::name::raw::LastName, locales::FR_FR};
use jiff::{Timestamp, ToSpan as _, Zoned, civil};
use rand::{RngExt as _, rngs::StdRng, seq::IndexedRandom as _};
use uuid::Uuid;

use crate::{
    commands::demo::{
        CONTRACTS, EVENTS, SUPPORTS, contract_age,
        occasion::{OCCASIONS, Occasion, suitable},
        people::{InsertedId, request_id},
        story::{Story, stamps},
        support,
    },
    error::Result,
};

/// The number of events in this week and the next, one for each day before it is moved to a day of the
/// week that suits it.
const SOON: i64 = 14;
/// The least number of days between a contract and its event.
const WEEKS: i64 = 35;

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
    pub(super) client: usize,
    occasion: &'static Occasion,
    event_title: String,
    pub(super) total_cents: i64,
    pub(super) remaining_cents: i64,
    pub(super) date: civil::Date,
    pub(super) signed: bool,
}

/// The contracts, the oldest first; each client has at least one.
pub(super) fn contracts(random: &mut StdRng, today: &Zoned) -> Vec<Contract> {
    (0..CONTRACTS)
        .map(|index| {
            // Two of three are the first one of their client, and the others those of earlier clients.
            let known = index - index / 3;
            let client = if index % 3 < 2 {
                known
            } else {
                random.random_range(0..known)
            };
            // Whole hundreds of euros.
            let total_cents = random.random_range(10..1_600) * 10_000;
            // More than half are signed: each event needs a signed contract.
            let signed = random.random_ratio(7, 10);
            // Nobody pays before the signature.
            let remaining_cents = match random.random_range(0..3) {
                0 if signed => 0,
                1 if signed => total_cents / 2,
                _ => total_cents,
            };
            let date = today.date().saturating_sub(contract_age(index).days());
            let request_id = request_id(random);
            let name: &str = LastName(FR_FR).fake_with_rng(random);
            let occasion = OCCASIONS.choose(random).unwrap_or(&OCCASIONS[0]);
            Contract {
                request_id,
                client,
                occasion,
                event_title: format!("{} {name}", occasion.name),
                total_cents,
                remaining_cents,
                date,
                signed,
            }
        })
        .collect()
}

/// An event to insert.
pub(super) struct Event {
    request_id: Uuid,
    /// Index of the contract.
    pub(super) contract: usize,
    pub(super) start: Timestamp,
    end: Timestamp,
    /// Index of the support.
    pub(super) support: Option<usize>,
    location: String,
    pub(super) attendees: i32,
    pub(super) note: &'static str,
}

/// Events of signed contracts, from a year ago to a year ahead, [`SOON`] of them in this week and the
/// next.
pub(super) fn events(random: &mut StdRng, contracts: &[Contract], today: &Zoned) -> Vec<Event> {
    let signed = contracts
        .iter()
        .enumerate()
        .filter(|(_, contract)| contract.signed);
    let numbered = signed.take(EVENTS).enumerate();
    numbered
        .map(|(number, (index, contract))| event(random, number, index, contract, today))
        .collect()
}

fn event(
    random: &mut StdRng,
    number: usize,
    contract_index: usize,
    contract: &Contract,
    today: &Zoned,
) -> Event {
    let Occasion {
        days,
        hours,
        lengths,
        ..
    } = *contract.occasion;
    let since_monday = i64::from(today.weekday().to_monday_zero_offset());
    // An event is planned for weeks.
    let since_contract = today
        .date()
        .since(contract.date)
        .map(|span| span.get_days());
    let after_contract = WEEKS - i64::from(since_contract.unwrap_or_default());
    let offset = match i64::try_from(number) {
        Ok(number) if number < SOON => number - since_monday,
        _ => random.random_range(after_contract..365),
    };
    let day = suitable(today.date().saturating_add(offset.days()), days);
    let minute = random.random_range(0..4) * 15;
    let start = day.at(random.random_range(hours.0..=hours.1), minute, 0, 0);
    let length = random.random_range(lengths.0 * 2..=lengths.1 * 2) * 30;
    let end = start.saturating_add(length.minutes());
    let moment = |time: civil::DateTime| {
        time.to_zoned(today.time_zone().clone())
            .map_or_else(|_| today.timestamp(), |zoned| zoned.timestamp())
    };
    let venue = VENUES.choose(random).copied().unwrap_or_default();
    let city = CITIES.choose(random).copied().unwrap_or_default();
    Event {
        request_id: request_id(random),
        contract: contract_index,
        start: moment(start),
        end: moment(end),
        support: (!random.random_ratio(1, 8)).then(|| random.random_range(0..SUPPORTS)),
        location: format!("{venue}, {city}"),
        attendees: random.random_range(1..80) * 10,
        note: NOTES.choose(random).copied().unwrap_or_default(),
    }
}

/// Inserts the rows in one statement and returns their ids in order.
pub(super) async fn insert_contracts(
    connection: &mut AsyncPgConnection,
    contracts: &[Contract],
    stories: &[Story],
    (clients, names): (&[i64], &[&str]),
) -> Result<Vec<i64>> {
    let stamps = stamps(stories, names);
    let added: Vec<InsertedId> = diesel::sql_query(
        "insert into contracts \
         (request_id, client_id, event_title, total_cents, remaining_cents, date, signed, \
         create_time, update_time, updated_by, version) \
         select a, b, c, d, e, f::date, g, h::timestamptz, i::timestamptz, j, k \
         from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) as given \
         (a, b, c, d, e, f, g, h, i, j, k) returning id",
    )
    .bind::<Array<SqlUuid>, _>(each(contracts, |contract| contract.request_id))
    .bind::<Array<BigInt>, _>(each(contracts, |contract| clients[contract.client]))
    .bind::<Array<Text>, _>(each(contracts, |contract| contract.event_title.as_str()))
    .bind::<Array<BigInt>, _>(each(contracts, |contract| contract.total_cents))
    .bind::<Array<BigInt>, _>(each(contracts, |contract| contract.remaining_cents))
    .bind::<Array<Text>, _>(each(contracts, |contract| contract.date.to_string()))
    .bind::<Array<Bool>, _>(each(contracts, |contract| contract.signed))
    .bind::<Array<Text>, _>(stamps.created)
    .bind::<Array<Text>, _>(stamps.updated)
    .bind::<Array<Text>, _>(stamps.authors)
    .bind::<Array<BigInt>, _>(stamps.versions)
    .get_results(connection)
    .await?;
    Ok(added.into_iter().map(|row| row.id).collect())
}

/// Inserts the rows in one statement and returns their ids in order.
pub(super) async fn insert_events(
    connection: &mut AsyncPgConnection,
    events: &[Event],
    stories: &[Story],
    contracts: &[i64],
    (names, ids): (&[&str], &[i64]),
) -> Result<Vec<i64>> {
    let supports = each(events, |event| {
        event.support.map(|index| ids[support(index)])
    });
    let stamps = stamps(stories, names);
    let added: Vec<InsertedId> = diesel::sql_query(
        "insert into events \
         (request_id, contract_id, start_time, end_time, support_id, location, attendees, note, \
         create_time, update_time, updated_by, version) \
         select a, b, c::timestamptz, d::timestamptz, e, f, g, h, i::timestamptz, \
         j::timestamptz, k, l \
         from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) as given \
         (a, b, c, d, e, f, g, h, i, j, k, l) returning id",
    )
    .bind::<Array<SqlUuid>, _>(each(events, |event| event.request_id))
    .bind::<Array<BigInt>, _>(each(events, |event| contracts[event.contract]))
    .bind::<Array<Text>, _>(each(events, |event| event.start.to_string()))
    .bind::<Array<Text>, _>(each(events, |event| event.end.to_string()))
    .bind::<Array<Nullable<BigInt>>, _>(supports)
    .bind::<Array<Text>, _>(each(events, |event| event.location.as_str()))
    .bind::<Array<Integer>, _>(each(events, |event| event.attendees))
    .bind::<Array<Text>, _>(each(events, |event| event.note))
    .bind::<Array<Text>, _>(stamps.created)
    .bind::<Array<Text>, _>(stamps.updated)
    .bind::<Array<Text>, _>(stamps.authors)
    .bind::<Array<BigInt>, _>(stamps.versions)
    .get_results(connection)
    .await?;
    Ok(added.into_iter().map(|row| row.id).collect())
}

/// The values of one column for many rows.
fn each<'a, R, T>(rows: &'a [R], of: impl Fn(&'a R) -> T) -> Vec<T> {
    rows.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use rand::SeedableRng as _;

    use super::*;
    use crate::commands::demo::occasion::Days;

    fn sample(today: &str) -> (Zoned, Vec<Contract>, Vec<Event>) {
        let today: Zoned = today.parse().unwrap();
        let mut random = StdRng::seed_from_u64(1);
        let contracts = contracts(&mut random, &today);
        let events = events(&mut random, &contracts, &today);
        (today, contracts, events)
    }

    #[test]
    fn nothing_is_paid_before_the_signature() {
        let (_, contracts, _) = sample("2026-11-28T10:00[Europe/Paris]");
        for contract in contracts {
            assert!(contract.signed || contract.remaining_cents == contract.total_cents);
            assert_eq!(contract.total_cents % 10_000, 0);
        }
    }

    #[test]
    fn a_dozen_events_are_in_this_week_and_the_next_on_every_day_of_the_year() {
        for month in 1..=12 {
            for day in [1, 7, 15, 28] {
                let (today, _, events) =
                    sample(&format!("2026-{month:02}-{day:02}T10:00[Europe/Paris]"));
                let since_monday = i64::from(today.weekday().to_monday_zero_offset());
                let monday = today.date().saturating_sub(since_monday.days());
                let weeks = monday..monday.saturating_add(14.days());
                let date = |event: &Event| event.start.to_zoned(today.time_zone().clone()).date();
                let soon = events.iter().map(date).filter(|it| weeks.contains(it));
                assert!(soon.count() >= 12, "{today}");
            }
        }
    }

    #[test]
    fn an_event_takes_place_at_a_time_that_suits_it() {
        let (today, contracts, events) = sample("2026-11-28T10:00[Europe/Paris]");
        for event in events {
            let occasion = contracts[event.contract].occasion;
            let start = event.start.to_zoned(today.time_zone().clone());
            let hours = occasion.hours.0..=occasion.hours.1;
            assert!(hours.contains(&start.hour()), "{} {start}", occasion.name);
            let weekday = start.weekday().to_monday_one_offset();
            match occasion.days {
                Days::Any => {}
                Days::Workdays => assert!(weekday <= 5, "{} {start}", occasion.name),
                Days::Saturday => assert_eq!(weekday, 6, "{} {start}", occasion.name),
            }
        }
    }
}
