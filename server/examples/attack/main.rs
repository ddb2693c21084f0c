//! Attacks a server, and measures the effect on other callers. `server/benches/attack.sh` starts the
//! server and the database.
//!
//! ```text
//! attack PID [WORD]   PID is the process of the server; only attacks whose name contains WORD
//! ```
//!
//! `EPIC_LISTEN` names the server, `EPIC_ADMIN_EMAIL` and `EPIC_ADMIN_PASSWORD` an account of
//! gestion in the sample data, `EPIC_ATTACK_SECONDS` the length of each attack. Fails when a call of
//! the honest caller fails.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the measurements are printed"
)]

mod attacks;
#[path = "../support/caller.rs"]
mod caller;
mod calls;
mod connections;
#[path = "../../tests/suite/support/http2_frames.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    clippy::expect_used,
    reason = "the tests use the rest, and their frames are valid"
)]
mod http2_frames;
mod measure;
mod staff;

use std::{env, time::Duration};

use tokio::{
    runtime::{Builder, Handle, Runtime},
    task::JoinSet,
    time::sleep,
};

use self::{
    attacks::{ATTACKS, Attack},
    caller::Result,
    measure::{PeakMemory, Sample, resident_kib, seconds_until_normal},
    staff::Staff,
};

/// The default length of an attack in seconds. The honest caller is measured beforehand for a third
/// of it.
const SECONDS: u64 = 10;
/// The time from the start of an attack to the first measurement.
const RAMP: Duration = Duration::from_millis(500);

/// The priority of the attackers' threads, the lowest one. Real attackers have machines of their own;
/// here, they would use the processor time of the server and of the honest caller.
const NICE: i32 = 19;

fn main() -> Result<()> {
    let attackers = attackers()?;
    let honest = Builder::new_multi_thread().enable_all().build()?;
    let outcome = honest.block_on(run(attackers.handle()));
    attackers.shutdown_background();
    outcome
}

/// The runtime of the attacks.
fn attackers() -> Result<Runtime> {
    let runtime = Builder::new_multi_thread()
        .enable_all()
        .on_thread_start(|| {
            // `None` means the calling thread. If the system refuses, the figures are only worse.
            let _ = rustix::process::setpriority_process(None, NICE);
        })
        .build();
    Ok(runtime?)
}

async fn run(attackers: &Handle) -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (pid, word) = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [pid] => (pid, ""),
        [pid, word] => (pid, word),
        _ => return Err("usage: attack PID [WORD]".into()),
    };
    let pid: u32 = pid.parse()?;
    let seconds = env::var("EPIC_ATTACK_SECONDS").map_or(Ok(SECONDS), |text| text.parse());
    let length = Duration::from_secs(seconds?);
    let mut staff = Staff::prepare().await?;
    println!(
        "{:<44} {:>10} {:>8} {:>8} {:>8} {:>11} {:>9}",
        "attack", "at rest", "median", "p99", "failed", "memory", "normal"
    );
    let mut withstood = true;
    for attack in ATTACKS.iter().filter(|it| it.name.contains(word)) {
        staff.refresh().await?;
        withstood &= measure(attack, length, &staff, pid, attackers).await?;
    }
    if withstood {
        Ok(())
    } else {
        Err("an attack stopped the honest caller".into())
    }
}

/// Carries out an attack and prints its row: the median of the honest caller at rest, median and
/// 99th percentile during the attack as multiples of those at rest, failed calls, growth of the
/// server's memory at its peak, and the time after the attack until calls are as fast as before.
/// Returns whether every call succeeded.
async fn measure(
    attack: &Attack,
    length: Duration,
    staff: &Staff,
    pid: u32,
    attackers: &Handle,
) -> Result<bool> {
    let honest = staff.honest(attack.honest);
    let rest = Sample::collect(&honest, length / 3).await;
    let resident = resident_kib(pid)?;
    let peak = PeakMemory::watch(pid);
    let mut tasks = JoinSet::new();
    {
        let _spawning = attackers.enter();
        (attack.start)(staff, &mut tasks);
    }
    sleep(RAMP).await;
    let during = Sample::collect(&honest, length).await;
    // Ends the attack: its tasks are aborted and its connections closed.
    drop(tasks);
    let normal = seconds_until_normal(&honest, &rest).await;
    let peak = peak.stop();
    println!(
        "{:<44} {:>7.2} ms {:>8.1} {:>8.1} {:>8} {:>7} MiB {:>9}",
        attack.name,
        rest.median().as_secs_f64() * 1_000.0,
        during.median().as_secs_f64() / rest.median().as_secs_f64(),
        during.p99().as_secs_f64() / rest.p99().as_secs_f64(),
        during.failed(),
        peak.saturating_sub(resident) / 1024,
        normal.map_or_else(|| "never".to_owned(), |seconds| format!("{seconds:.1} s")),
    );
    Ok(during.failed() == 0)
}
