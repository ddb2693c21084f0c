//! Invents what has happened to the records of the sample data, in the order of the work. Nothing happens in the
//! future, or before what it follows from.

use fake::{Fake as _, faker::phone_number::raw::PhoneNumber, locales::FR_FR};
use jiff::{Timestamp, ToSpan as _, Zoned, civil::Date};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

use super::{
    COMMERCIALS, GESTION, SEED,
    people::Client,
    story::{Actor, Change, FORMER, Step, Story, Value},
    work::{Contract, Event},
};

/// Days since the commercials in [`FORMER`] have left.
const LEFT: i64 = 4;

/// Invents stories. It has a random generator of its own, so that they do not change the records.
pub(super) struct Narrator<'a> {
    random: StdRng,
    now: &'a Zoned,
}

impl<'a> Narrator<'a> {
    pub(super) fn new(now: &'a Zoned) -> Self {
        let random = StdRng::seed_from_u64(SEED + 1);
        Self { random, now }
    }

    /// The accounts were created before all other records.
    pub(super) fn staff(&mut self, count: usize) -> Vec<Story> {
        let created = |index: usize| {
            let days = 755 - 7 * i64::try_from(index).unwrap_or_default();
            let time = self.at_work(self.now.date().saturating_sub(days.days()));
            let (actor, rpc) = match index {
                0 => (Actor::Operator, "init"),
                _ => (Actor::Staff(0), "CreateCollaborator"),
            };
            vec![step(time, actor, rpc, Vec::new())]
        };
        (0..count).map(created).collect()
    }

    /// A client is created by its commercial.
    pub(super) fn client(&mut self, index: usize, client: &Client) -> Story {
        let left = self.left();
        let (owner, end) = match client.commercial {
            Some(index) => (Actor::Staff(GESTION + index), self.now.timestamp()),
            None => (Actor::Former(index % FORMER.len()), left),
        };
        let created = self.at_work(client.created).min(end - 1.hour());
        let mut story = vec![step(created, owner, "CreateClient", Vec::new())];
        if self.random.random_ratio(1, 4) {
            let old: String = PhoneNumber(FR_FR).fake_with_rng(&mut self.random);
            let time = self.after(created, (20, 120), end);
            let phone = change("phone", Value::Text(old), Value::text(&client.phone));
            story.push(step(time, owner, "UpdateClient", vec![phone]));
        }
        if client.commercial.is_none() {
            let lost = change("commercial_id", Value::Collaborator(owner), Value::Nothing);
            story.push(step(
                left,
                Actor::Staff(0),
                "DeleteCollaborator",
                vec![lost],
            ));
        }
        story
    }

    /// A contract is created by gestion; then the total may change, the commercial has it signed, and gestion
    /// enters the payments.
    pub(super) fn contract(&mut self, contract: &Contract, clients: &[Client]) -> Story {
        let now = self.now.timestamp();
        // Today's are created before now, and not at night if that is possible.
        let [midnight, morning] = [0, 8].map(|hour| self.time(contract.date, hour, 0));
        let morning = if morning < now { morning } else { midnight };
        let created = self.after(morning, (0, 0), now);
        let mut story = vec![step(created, self.gestion(), "CreateContract", Vec::new())];
        let mut last = created;
        let total = contract.total_cents;
        // Whole hundreds of euros.
        let before = total / 10_000 * self.random.random_range(8..13) / 10 * 10_000;
        if self.random.random_ratio(1, 5) && before > 0 && before != total {
            last = self.after(last, (1, 6), now);
            let changes = ["total_cents", "remaining_cents"]
                .map(|field| change(field, Value::text(&before), Value::text(&total)));
            let actor = self.owner(contract.client, clients, last);
            story.push(step(last, actor, "UpdateContract", changes.into()));
        }
        if !contract.signed {
            return story;
        }
        last = self.after(last, (1, 12), now);
        let signed = change("signed", Value::text(&false), Value::text(&true));
        let actor = self.owner(contract.client, clients, last);
        story.push(step(last, actor, "UpdateContract", vec![signed]));
        let has_deposit = contract.remaining_cents > 0 || self.random.random_ratio(1, 2);
        let mut remaining = total;
        for paid_until in [total / 2, 0] {
            if paid_until < contract.remaining_cents || paid_until > 0 && !has_deposit {
                continue;
            }
            if remaining == contract.remaining_cents {
                break;
            }
            last = self.after(last, (5, 30), now);
            let (old, new) = (Value::text(&remaining), Value::text(&paid_until));
            let paid = change("remaining_cents", old, new);
            story.push(step(last, self.gestion(), "UpdateContract", vec![paid]));
            remaining = paid_until;
        }
        story
    }

    /// An event is created by the commercial after the signature, and assigned by gestion; then its support
    /// completes it.
    pub(super) fn event(
        &mut self,
        event: &Event,
        contract: (&Contract, &Story),
        clients: &[Client],
    ) -> Story {
        let (contract, before) = contract;
        let is_signature = |it: &&Step| it.changes.iter().any(|it| it.field == "signed");
        let signed = before.iter().find(is_signature).map(|it| it.time);
        let signed = signed.unwrap_or_else(|| before[0].time);
        let end = event.start.min(self.now.timestamp());
        let has_left = clients[contract.client].commercial.is_none();
        let created_by = if has_left { end.min(self.left()) } else { end };
        let created = self.after(signed, (1, 15), created_by);
        let owner = self.owner(contract.client, clients, created);
        let mut story = vec![step(created, owner, "CreateEvent", Vec::new())];
        let Some(support) = event.support.map(super::support) else {
            return story;
        };
        let assigned = self.after(created, (1, 10), end);
        let support = Actor::Staff(support);
        let new = Value::Collaborator(support);
        let change_support = change("support_id", Value::Nothing, new);
        story.push(step(
            assigned,
            self.gestion(),
            "AssignSupport",
            vec![change_support],
        ));
        let time = self.after(assigned, (1, 20), end);
        let old = event.attendees / 10 * self.random.random_range(5..15) / 10 * 10;
        let completed = match self.random.random_range(0..3) {
            0 if !event.note.is_empty() => {
                Some(change("note", Value::text(&""), Value::text(&event.note)))
            }
            1 if old != event.attendees => {
                let new = Value::text(&event.attendees);
                Some(change("attendees", Value::text(&old), new))
            }
            _ => None,
        };
        story.extend(completed.map(|it| step(time, support, "UpdateEvent", vec![it])));
        story
    }

    /// The commercial in charge at this time; gestion, where they have left.
    fn owner(&mut self, client: usize, clients: &[Client], time: Timestamp) -> Actor {
        match clients[client].commercial {
            Some(index) => Actor::Staff(GESTION + index % COMMERCIALS),
            None if time < self.left() => Actor::Former(client % FORMER.len()),
            None => self.gestion(),
        }
    }

    fn gestion(&mut self) -> Actor {
        Actor::Staff(self.random.random_range(0..GESTION))
    }

    /// When the former commercials have left.
    fn left(&self) -> Timestamp {
        self.time(self.now.date().saturating_sub(LEFT.days()), 17, 30)
    }

    /// A time after the last one, by as many days as between the first and the second number of days. If it
    /// would not be before the end, a time between both.
    fn after(&mut self, last: Timestamp, days: (i64, i64), end: Timestamp) -> Timestamp {
        let days = self.random.random_range(days.0..=days.1);
        let date = self.date(last);
        let wanted = self.at_work(date.saturating_add(days.days()));
        let wanted = if wanted > last {
            wanted
        } else {
            last + self.random.random_range(5..90).minutes()
        };
        if wanted < end {
            return wanted;
        }
        self.between(last, end)
    }

    /// A time between both: at work if that is possible, in the daytime, or else at any time.
    fn between(&mut self, last: Timestamp, end: Timestamp) -> Timestamp {
        let seconds = end.duration_since(last).as_secs().max(0);
        let between = last + (seconds * self.random.random_range(2..9) / 10).seconds();
        let (first, latest) = (self.date(last), self.date(end));
        let before = (0..7_i64).map(|days| latest.saturating_sub(days.days()));
        let dates: Vec<_> = [self.date(between)].into_iter().chain(before).collect();
        for works in [true, false] {
            for date in dates.iter().filter(|date| **date >= first) {
                for _ in 0..3 {
                    let time = if works {
                        self.at_work(*date)
                    } else {
                        let hour = self.random.random_range(8..21);
                        self.time(*date, hour, 0)
                    };
                    if last < time && time < end {
                        return time;
                    }
                }
            }
        }
        between
    }

    /// A time at which people work, on this day or on the Friday before it.
    fn at_work(&mut self, date: Date) -> Timestamp {
        let since_friday = i64::from(date.weekday().to_monday_one_offset()) - 5;
        let date = date.saturating_sub(since_friday.max(0).days());
        let hour = self.random.random_range(8..18);
        let minute = self.random.random_range(0..60);
        self.time(date, hour, minute)
    }

    fn date(&self, time: Timestamp) -> Date {
        time.to_zoned(self.now.time_zone().clone()).date()
    }

    fn time(&self, date: Date, hour: i8, minute: i8) -> Timestamp {
        let time = date.at(hour, minute, 0, 0);
        time.to_zoned(self.now.time_zone().clone())
            .map_or_else(|_| self.now.timestamp(), |zoned| zoned.timestamp())
    }
}

const fn step(time: Timestamp, actor: Actor, rpc: &'static str, changes: Vec<Change>) -> Step {
    Step {
        time,
        actor,
        rpc,
        changes,
    }
}

const fn change(field: &'static str, old: Value, new: Value) -> Change {
    Change { field, old, new }
}

#[cfg(test)]
mod tests;
