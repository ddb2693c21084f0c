//! Benchmarks of the code that runs at every keystroke in a form and at every call on the server:
//! validation, the access policy, and password strength.

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

fn validation(c: &mut Criterion) {
    let valid = draft();
    c.bench_function("validate a valid event", |b| {
        b.iter(|| EventDraft::try_from(black_box(valid.clone())));
    });
    let invalid = CreateEventRequest {
        location: String::new(),
        end_time: valid.start_time,
        ..valid
    };
    c.bench_function("validate an invalid event", |b| {
        b.iter(|| EventDraft::try_from(black_box(invalid.clone())));
    });
}

fn access_policy(c: &mut Criterion) {
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
    c.bench_function("deny a write", |b| {
        b.iter(|| policy::permit(black_box(actor), policy::UPDATE_CONTRACT, Some(8), &[]));
    });
    c.bench_function("find an RPC by its path", |b| {
        b.iter(|| policy::access(black_box(policy::ASSIGN_SUPPORT.path())));
    });
}

fn password_strength(c: &mut Criterion) {
    let owner = AccountOwner {
        name: "Zoé Lefèvre",
        email: "zoe.lefevre@epic.example",
    };
    // zxcvbn tries every combination of the digits and signs that can stand for letters.
    let substitutes = "4@8({[<369!1|70$5+%2".chars().cycle();
    let cases = [
        ("an ordinary", "plume d'oie et encre".to_owned()),
        ("a long", "plume d'oie, encre et papier. ".repeat(4)),
        ("the worst", substitutes.take(128).collect()),
    ];
    for (which, password) in cases {
        c.bench_function(&format!("estimate {which} password"), |b| {
            b.iter(|| Strength::estimate(black_box(&password), owner));
        });
    }
}

criterion_group!(benches, validation, access_policy, password_strength);
criterion_main!(benches);
