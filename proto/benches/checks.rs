//! What every keystroke in a form and every call on the server costs: checking a draft, asking the
//! policy, and judging a password.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use epic_events::{
    event::EventDraft,
    policy::{self, Actor},
    strength::{AccountOwner, Strength},
    v1::{CreateEventRequest, Role},
};

fn draft() -> CreateEventRequest {
    let time = |seconds| prost_types::Timestamp { seconds, nanos: 0 };
    CreateEventRequest {
        request_id: "6f0c2f5e-8a4f-4a53-9d0e-0c2f5e8a4f4a".to_owned(),
        contract_id: 1_040,
        start_time: Some(time(1_789_236_000)),
        end_time: Some(time(1_789_250_400)),
        location: "Parc floral, Paris".to_owned(),
        attendees: 250,
        note: "Buffet végétarien pour 40 personnes.".to_owned(),
    }
}

fn checking_a_draft(c: &mut Criterion) {
    let sound = draft();
    c.bench_function("check a sound event", |b| {
        b.iter(|| EventDraft::try_from(black_box(sound.clone())));
    });
    let wrong = CreateEventRequest {
        location: String::new(),
        end_time: sound.start_time,
        ..sound
    };
    c.bench_function("check a wrong event", |b| {
        b.iter(|| EventDraft::try_from(black_box(wrong.clone())));
    });
}

fn asking_the_policy(c: &mut Criterion) {
    let actor = Actor {
        id: 7,
        role: Role::Commercial,
    };
    c.bench_function("permit a write", |b| {
        b.iter(|| {
            let changed_fields = ["total_cents", "signed"];
            policy::permit(
                black_box(actor),
                policy::UPDATE_CONTRACT,
                Some(7),
                &changed_fields,
            )
        });
    });
    c.bench_function("refuse a write", |b| {
        b.iter(|| policy::permit(black_box(actor), policy::UPDATE_CONTRACT, Some(8), &[]));
    });
    c.bench_function("find a call by its path", |b| {
        b.iter(|| policy::access(black_box(policy::ASSIGN_SUPPORT.path())));
    });
}

fn judging_a_password(c: &mut Criterion) {
    let person = AccountOwner {
        name: "Zoé Lefèvre",
        email: "zoe.lefevre@epic.example",
    };
    // Digits and signs that stand for letters are tried in every combination.
    let signs = "4@8({[<369!1|70$5+%2".chars().cycle();
    let cases = [
        ("an ordinary", "plume d'oie et encre".to_owned()),
        ("a long", "plume d'oie, encre et papier. ".repeat(4)),
        ("the worst", signs.take(128).collect()),
    ];
    for (which, password) in cases {
        c.bench_function(&format!("judge {which} password"), |b| {
            b.iter(|| Strength::of(black_box(&password), person));
        });
    }
}

criterion_group!(
    benches,
    checking_a_draft,
    asking_the_policy,
    judging_a_password
);
criterion_main!(benches);
