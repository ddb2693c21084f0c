#![allow(clippy::unwrap_used)]

use super::{super::Sample, *};

/// The sample data at these times, among them just after midnight and on a Sunday.
fn samples() -> impl Iterator<Item = (Zoned, Sample)> {
    let times = [
        "2026-11-28T10:00[Europe/Paris]",
        "2026-11-29T00:02[Europe/Paris]",
        "2027-03-28T03:30[Europe/Paris]",
        "2028-02-29T23:59[Pacific/Auckland]",
    ];
    times.into_iter().map(|time| {
        let now: Zoned = time.parse().unwrap();
        let sample = Sample::new(&now);
        (now, sample)
    })
}

#[test]
fn nothing_happens_in_the_future_or_in_another_order() {
    for (now, sample) in samples() {
        for story in sample.stories.iter().flatten() {
            assert!(story[0].changes.is_empty());
            assert!(story[1..].iter().all(|step| !step.changes.is_empty()));
            assert!(story.is_sorted_by_key(|step| step.time), "{now}: {story:?}");
            assert!(
                story.last().unwrap().time <= now.timestamp(),
                "{now}: {story:?}"
            );
        }
    }
}

/// What has happened since an evening, in a demo that is started at night, has no other time.
#[test]
fn people_work_in_the_daytime_until_the_last_hours() {
    for (now, sample) in samples() {
        for step in sample.stories.iter().flatten().flatten() {
            let time = step.time.to_zoned(now.time_zone().clone());
            let is_day = (8..21).contains(&time.hour());
            let is_recent = step.time > now.timestamp() - 12.hours();
            assert!(is_day || is_recent, "{now}: {step:?}");
        }
    }
}

#[test]
fn a_record_is_created_after_those_that_it_belongs_to() {
    for (now, sample) in samples() {
        let [staff, clients, contracts, events] = &sample.stories;
        let last_account = staff.iter().map(|story| story[0].time).max().unwrap();
        let created = |stories: &[Story], index: usize| stories[index][0].time;
        for (story, _) in clients.iter().zip(&sample.clients) {
            assert!(story[0].time > last_account, "{now}");
        }
        for (story, contract) in contracts.iter().zip(&sample.contracts) {
            let client = created(clients, contract.client);
            assert!(story[0].time > client, "{now}: {client} {story:?}");
        }
        for (story, event) in events.iter().zip(&sample.events) {
            let contract = &contracts[event.contract];
            let is_signature = |it: &&Step| it.changes.iter().any(|it| it.field == "signed");
            let signed = contract.iter().find(is_signature).unwrap().time;
            assert!(story[0].time >= signed, "{now}: {signed} {story:?}");
            // It is prepared before it begins.
            assert!(
                story.last().unwrap().time <= event.start,
                "{now}: {story:?}"
            );
        }
    }
}

/// Each change starts from the value of the change before it, and the last one ends with that of the record.
#[test]
fn the_changes_of_a_field_follow_each_other() {
    for (now, sample) in samples() {
        for (story, contract) in sample.stories[2].iter().zip(&sample.contracts) {
            for (field, last) in [
                ("total_cents", contract.total_cents.to_string()),
                ("remaining_cents", contract.remaining_cents.to_string()),
                ("signed", contract.signed.to_string()),
            ] {
                let changes = story.iter().flat_map(|step| &step.changes);
                let changes: Vec<_> = changes.filter(|it| it.field == field).collect();
                for pair in changes.windows(2) {
                    assert_eq!(pair[0].new, pair[1].old, "{now}: {story:?}");
                }
                if let Some(change) = changes.last() {
                    assert_eq!(change.new, Value::Text(last), "{now}: {story:?}");
                }
                assert!(
                    changes.iter().all(|it| it.old != it.new),
                    "{now}: {story:?}"
                );
            }
            // Nobody pays before the signature.
            let first = |field: &str, other: &str| {
                story.iter().position(|step| {
                    let has = |field: &str| step.changes.iter().any(|it| it.field == field);
                    has(field) && !has(other)
                })
            };
            let (signed, paid) = (first("signed", ""), first("remaining_cents", "total_cents"));
            assert!(paid.is_none() || signed < paid, "{now}: {story:?}");
        }
    }
}

/// Each change is made by somebody who may make it.
#[test]
fn the_access_policy_permits_every_change() {
    let (_, sample) = samples().next().unwrap();
    for step in sample.stories.iter().flatten().flatten() {
        let is_gestion = matches!(step.actor, Actor::Staff(index) if index < GESTION);
        let is_support =
            matches!(step.actor, Actor::Staff(index) if index >= GESTION + COMMERCIALS);
        let is_permitted = match step.rpc {
            "init" => step.actor == Actor::Operator,
            "CreateCollaborator" | "DeleteCollaborator" | "CreateContract" | "AssignSupport" => {
                is_gestion
            }
            "CreateClient" | "UpdateClient" | "CreateEvent" => !is_gestion && !is_support,
            "UpdateContract" => !is_support,
            "UpdateEvent" => is_support,
            _ => false,
        };
        assert!(is_permitted, "{step:?}");
    }
}
