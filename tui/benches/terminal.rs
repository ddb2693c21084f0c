//! The program in a terminal of 200 by 50, measured from outside: the time until its first frame, the time
//! from a key to its frame, its memory, and its processor time at rest. The terminal answers its queries.
//!
//! `EPIC_BENCH_KEYS` is the number of keys, `EPIC_BENCH_STARTS` that of starts, and `EPIC_BENCH_SECONDS` the
//! duration at rest.

#![allow(clippy::unwrap_used)] // A panic fails the benchmark.
#![allow(clippy::print_stdout)] // It prints its figures.

#[path = "../tests/terminal/emulator.rs"]
#[allow(dead_code)] // The benchmark uses only a part of it.
mod emulator;
#[path = "../tests/terminal/pty.rs"]
#[allow(dead_code)] // The benchmark uses only a part of it.
mod pty;

use std::{
    env, fs, thread,
    time::{Duration, Instant},
};

use epic::demo::Demo;
use rustix::process::Signal;
use tokio::runtime::Runtime;

use crate::pty::{NO_SERVER, Pty};

const SIZE: (u16, u16) = (200, 50);
/// The row of the position in the list, such as `2 of 3,300`.
const STATUS_ROW: u16 = SIZE.1 - 2;

/// How long the program may still load and draw before it is at rest.
const SETTLING: Duration = Duration::from_secs(3);

fn main() {
    let starts = setting("EPIC_BENCH_STARTS", 50);
    let first_frames = (0..starts).map(|_| first_frame()).collect();
    print("first frame", &sorted(first_frames));

    let runtime = Runtime::new().unwrap();
    let demo = runtime.block_on(Demo::start()).unwrap();
    let mut epic = contracts(&demo);
    let keys = setting("EPIC_BENCH_KEYS", 1_000);
    let frames = (0..keys).map(|key| frame_of_key(&mut epic, key)).collect();
    print("key to frame", &sorted(frames));
    println!("memory: {} KiB", memory(&epic));
    thread::sleep(SETTLING);
    let before = processor_time(&epic);
    let rest = Duration::from_secs(setting("EPIC_BENCH_SECONDS", 30));
    thread::sleep(rest);
    let used = processor_time(&epic).saturating_sub(before);
    println!(
        "at rest: {} µs of processor time in {} s",
        used.as_micros(),
        rest.as_secs()
    );
    epic.keys("q");
    assert_eq!(epic.wait_for_exit().exit_code(), 0);
    runtime.block_on(demo.stop());
}

fn setting(name: &str, usual: u64) -> u64 {
    env::var(name).map_or(usual, |value| value.parse().unwrap())
}

/// The time from the start of the program to the frame of its login screen.
fn first_frame() -> Duration {
    let start = Instant::now();
    let mut epic = Pty::epic_of_size(SIZE, NO_SERVER);
    let drawn = epic.wait_for("the login screen is displayed", |screen| {
        screen.contents().contains("Password")
    });
    epic.signal(Signal::TERM);
    assert!(epic.wait_for_exit().success());
    drawn - start
}

/// Signs in, and opens the contracts.
fn contracts(demo: &Demo) -> Pty {
    let account = &demo.accounts[0];
    let mut epic = Pty::epic_of_size(SIZE, &["--server", &demo.server.url]);
    epic.expect_text("Password");
    epic.keys(&format!("{}\t{}\r", account.email, account.password));
    epic.expect_text("gestion  ●");
    epic.keys("3");
    epic.expect_text(" 1 of 3,300");
    thread::sleep(SETTLING);
    epic
}

/// The time from a key that moves the selection down or, the next time, up again, to its frame.
fn frame_of_key(epic: &mut Pty, number: u64) -> Duration {
    let (key, position) = match number % 2 {
        0 => ("j", " 2 of 3,300"),
        _ => ("k", " 1 of 3,300"),
    };
    let pressed = Instant::now();
    epic.keys(key);
    let drawn = epic.wait_for("the position follows", |screen| {
        let status = screen.contents_between(STATUS_ROW, 0, STATUS_ROW, SIZE.0);
        status.contains(position)
    });
    // Keys that arrive sooner share a frame.
    thread::sleep(Duration::from_millis(30));
    drawn - pressed
}

fn sorted(mut times: Vec<Duration>) -> Vec<Duration> {
    times.sort_unstable();
    times
}

fn print(name: &str, times: &[Duration]) {
    let percentile = |percent: usize| times[(times.len() - 1) * percent / 100].as_micros();
    let (median, high) = (percentile(50), percentile(99));
    println!(
        "{name}: {median} µs median, {high} µs at the 99th percentile of {}",
        times.len()
    );
}

/// The memory that the program occupies (`VmRSS`), in KiB.
fn memory(epic: &Pty) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", epic.process_id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.unwrap()
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .unwrap()
}

/// The processor time that the threads of the program have used, from `/proc/…/schedstat`.
fn processor_time(epic: &Pty) -> Duration {
    let threads = fs::read_dir(format!("/proc/{}/task", epic.process_id())).unwrap();
    let times = threads.map(|thread| {
        let path = thread.unwrap().path().join("schedstat");
        let times = fs::read_to_string(path).unwrap();
        times
            .split_whitespace()
            .next()
            .unwrap()
            .parse::<u64>()
            .unwrap()
    });
    Duration::from_nanos(times.sum())
}
