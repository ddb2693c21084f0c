//! A flood of writes by one session: as many as the server permits, repeated until the end of the test.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use epic_events::{
    reason::Reason,
    v1::{Role, UpdateClientRequest, UpdateContractRequest},
};
use tokio::task::JoinSet;

use crate::support::{
    api_client::ApiClient,
    errors::error_reason,
    fixtures::{client_request, client_update, contract_update},
    server::TestServer,
    wait::eventually,
};

/// Writers that write until the flood ends.
pub struct Flood {
    caller: ApiClient,
    stop: Arc<AtomicBool>,
    writers: JoinSet<()>,
    reasons: Arc<Mutex<Vec<Option<Reason>>>>,
}

impl Flood {
    /// Starts `writers` writers of a session, and returns when each has written.
    pub async fn start(server: &TestServer, caller: &ApiClient, writers: usize) -> Self {
        // A connection has a limited number of streams.
        let connections = (0..=writers / 16).map(|_| caller.with_channel(server.connect()));
        Self::start_at(&connections.collect::<Vec<_>>(), writers).await
    }

    /// Starts `writers` writers on these connections, and returns when each has written.
    pub async fn start_at(connections: &[ApiClient], writers: usize) -> Self {
        let mut flood = Self {
            caller: connections[0].clone(),
            stop: Arc::default(),
            writers: JoinSet::new(),
            reasons: Arc::default(),
        };
        for number in 0..writers {
            let caller = connections[number % connections.len()].clone();
            let (stop, reasons) = (Arc::clone(&flood.stop), Arc::clone(&flood.reasons));
            flood.writers.spawn(async move {
                while !stop.load(Ordering::SeqCst) {
                    let reason = write(&caller, number).await;
                    reasons.lock().unwrap().push(reason);
                }
            });
        }
        flood.wait_for_answers(writers).await;
        // The server answers calls above the account's share before those that write.
        eventually("a write", async || flood.has_written()).await;
        flood
    }

    /// Whether a write has reached its record, whose etag another flood may have changed.
    fn has_written(&self) -> bool {
        let reasons = self.reasons.lock().unwrap();
        reasons
            .iter()
            .any(|reason| matches!(reason, None | Some(Reason::EtagOutdated)))
    }

    fn answers(&self) -> usize {
        self.reasons.lock().unwrap().len()
    }

    /// Waits for `answers` further answers.
    pub async fn wait_for_answers(&self, answers: usize) {
        let expected = self.answers() + answers;
        eventually("answers", async || self.answers() >= expected).await;
    }

    /// Waits for further answers of all writers, ends the flood, and returns the reasons of four further
    /// writes and of all others.
    pub async fn end(self) -> (Vec<Option<Reason>>, Vec<Option<Reason>>) {
        assert!(!self.writers.is_empty());
        let running = self.writers.len();
        self.wait_for_answers(2 * running).await;
        self.stop.store(true, Ordering::SeqCst);
        self.writers.join_all().await;
        let mut last = Vec::new();
        for number in 0..4 {
            last.push(write(&self.caller, number).await);
        }
        let all = self.reasons.lock().unwrap().clone();
        (last, all)
    }
}

/// Gestion updates the first contract. Every other writer of a commercial creates clients; the others
/// update the first client. Updates mostly have an outdated etag, but take the same locks.
async fn write(caller: &ApiClient, number: usize) -> Option<Reason> {
    let mut clients = caller.clients.clone();
    if caller.me.role() == Role::Gestion {
        let patch = UpdateContractRequest {
            total_cents: Some(10_000 + i64::try_from(number).unwrap()),
            ..contract_update(1)
        };
        return error_reason(&caller.contracts.clone().update_contract(patch).await);
    }
    if number.is_multiple_of(2) {
        error_reason(&clients.create_client(client_request()).await)
    } else {
        let patch = UpdateClientRequest {
            company: Some(format!("Company {number}")),
            ..client_update(1)
        };
        error_reason(&clients.update_client(patch).await)
    }
}
