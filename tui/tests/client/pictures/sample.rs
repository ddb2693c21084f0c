//! Records for the pictures of the README: the same on every run.

use epic::record::Record;
use epic_events::{
    v1::{Client, Contract, Event},
    value::{wire_date, wire_time},
};
use jiff::{ToSpan as _, civil::date, tz::TimeZone};

use crate::support::records::{KARIM, MARIE, clients, contracts, event_of, events};

const SEED: u32 = 20_260_907;

const FIRST_NAMES: [&str; 12] = [
    "Agathe", "Bastien", "Camille", "Côme", "Éléa", "Fidèle", "Inès", "Loane", "Maïlys", "Nina",
    "Théo", "Yanis",
];
const NAMES: [&str; 16] = [
    "Arnoux",
    "Bonneau",
    "Chauvin",
    "Delmas",
    "Faucher",
    "Guéguen",
    "Hamon",
    "Joubert",
    "Lacoste",
    "Magne",
    "Ollivier",
    "Pichon",
    "Renault",
    "Savary",
    "Tavernier",
    "Vidal",
];
const COMPANIES: [&str; 8] = [
    "Atelier Vidal",
    "Brasserie du Port",
    "Clinique Savary",
    "Imprimerie Hamon",
    "Lecocq SAS",
    "Menuiserie Magne",
    "Orange Bleue",
    "Verrerie Pichon",
];
const OCCASIONS: [&str; 9] = [
    "Anniversaire",
    "Cocktail",
    "Concert privé",
    "Gala",
    "Lancement",
    "Mariage",
    "Salon",
    "Séminaire",
    "Soirée",
];
const PLACES: [&str; 6] = [
    "Château de Chenonceau",
    "Cité des congrès, Nantes",
    "Domaine des Ormes",
    "Halle Tony Garnier, Lyon",
    "Palais de la Bourse",
    "Parc floral, Paris",
];
const COMMERCIALS: [(Option<i64>, &str); 3] = [
    (Some(KARIM), "Karim Benali"),
    (Some(6), "Sofia Rossi"),
    (Some(KARIM), "Karim Benali"),
];
const SUPPORTS: [(Option<i64>, &str); 4] = [
    (None, ""),
    (Some(MARIE), "Marie Lopez"),
    (Some(4), "Omar Diallo"),
    (Some(5), "Martin Roy"),
];

/// The hours at which the events of a day start.
const HOURS: [(i8, i8); 4] = [(9, 10), (14, 18), (10, 19), (18, 20)];

/// A sequence of numbers that look random (the linear congruential generator of Numerical Recipes).
struct Numbers(u32);

impl Numbers {
    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        // The upper bits have the longest period.
        usize::try_from(self.0 >> 16).unwrap() % end
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// Clients, contracts and events in place of those of the fake server.
pub(super) fn records() -> Vec<Record> {
    let mut numbers = Numbers(SEED);
    let clients: Vec<_> = clients()
        .into_iter()
        .map(|it| client(it, &mut numbers))
        .collect();
    let contracts: Vec<_> = contracts()
        .into_iter()
        .map(|it| contract(it, &clients, &mut numbers))
        .collect();
    let events = (0..).zip(contracts.iter().filter(|contract| contract.signed));
    let events: Vec<_> = events
        .map(|(index, contract)| event(index, contract, &mut numbers))
        .collect();
    let clients = clients.into_iter().map(Record::Client);
    let contracts = contracts.into_iter().map(Record::Contract);
    clients
        .chain(contracts)
        .chain(events.into_iter().map(Record::Event))
        .collect()
}

fn client(client: Client, numbers: &mut Numbers) -> Client {
    let (first, last) = (numbers.one_of(&FIRST_NAMES), numbers.one_of(&NAMES));
    Client {
        name: format!("{first} {last}"),
        company: numbers.one_of(&COMPANIES).to_owned(),
        ..client
    }
}

fn contract(contract: Contract, clients: &[Client], numbers: &mut Numbers) -> Contract {
    let client = &clients[numbers.below(clients.len())];
    let (commercial_id, commercial_name) = numbers.one_of(&COMMERCIALS);
    let total = i64::try_from(numbers.below(1_400)).unwrap() * 10_000 + 400_000;
    let signed = numbers.below(4) > 0;
    let day = i64::try_from(numbers.below(120)).unwrap();
    let last = client.name.rsplit(' ').next().unwrap();
    Contract {
        client_id: client.id,
        client_name: client.name.clone(),
        client_company: client.company.clone(),
        commercial_id,
        commercial_name: commercial_name.to_owned(),
        event_title: format!("{} {last}", numbers.one_of(&OCCASIONS)),
        total_cents: total,
        remaining_cents: if signed {
            total / 4 * numbers.one_of(&[0, 0, 1, 2, 4])
        } else {
            total
        },
        date: Some(wire_date(date(2026, 9, 1) - day.days())),
        signed,
        event_id: None,
        ..contract
    }
}

/// The event of a contract; they are in the order of their starts.
fn event(index: i64, contract: &Contract, numbers: &mut Numbers) -> Event {
    // The fake server has the first ones already.
    let own = usize::try_from(index)
        .ok()
        .and_then(|index| events().into_iter().nth(index));
    let (support_id, support_name) = numbers.one_of(&SUPPORTS);
    // Two events on a day, of which those of the first day overlap.
    let day = date(2026, 9, 8) + (index / 2 * 3).days();
    let hours = HOURS[usize::try_from(index / 2).unwrap() % HOURS.len()];
    let hour = if index % 2 == 0 { hours.0 } else { hours.1 };
    let start = day.at(hour, numbers.one_of(&[0, 0, 30]), 0, 0);
    let zone = TimeZone::get("Europe/Paris").unwrap();
    let start = start.to_zoned(zone).unwrap().timestamp();
    let length = i64::try_from(numbers.below(5)).unwrap() + 3;
    Event {
        id: own.map_or(600 + index, |event| event.id),
        start_time: Some(wire_time(start)),
        end_time: Some(wire_time(start + length.hours())),
        support_id,
        support_name: support_name.to_owned(),
        location: numbers.one_of(&PLACES).to_owned(),
        attendees: i32::try_from(numbers.below(60)).unwrap() * 10 + 20,
        ..event_of(contract)
    }
}
