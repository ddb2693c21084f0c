//! The cost of a keystroke: its update and its frame. A 200×50 frame of a list should take less
//! than 300 µs.

#![allow(clippy::panic, clippy::unwrap_used)] // A panic fails the benchmark.

#[path = "../tests/client/support/mod.rs"]
#[allow(dead_code)] // The benchmark uses only a part of it.
mod support;

use criterion::{Criterion, criterion_group, criterion_main};
use crossterm::event::{KeyCode, KeyEvent};
use epic::{
    app::{Msg, update},
    messages::Lang,
    theme::Palette,
    view,
};
use ratatui::{Terminal, backend::TestBackend};

use crate::support::test_client::TestClient;

const SIZE: (u16, u16) = (200, 50);

fn contracts() -> TestClient {
    let mut client = TestClient::signed_in(Lang::En, SIZE, '1');
    client.keys("3");
    client
}

fn drawing(c: &mut Criterion) {
    let client = contracts();
    let mut terminal = Terminal::new(TestBackend::new(SIZE.0, SIZE.1)).unwrap();
    c.bench_function("draw a list at 200 by 50", |b| {
        b.iter(|| {
            terminal
                .draw(|frame| view::draw(&client.model, &Palette::default(), frame))
                .unwrap();
        });
    });
}

fn updating(c: &mut Criterion) {
    let mut client = contracts();
    let mut down = true;
    c.bench_function("update on a key", |b| {
        b.iter(|| {
            let key = if down { KeyCode::Down } else { KeyCode::Up };
            down = !down;
            update(&mut client.model, Msg::Key(KeyEvent::from(key))).len()
        });
    });
}

criterion_group!(benches, drawing, updating);
criterion_main!(benches);
