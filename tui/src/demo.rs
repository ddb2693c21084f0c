//! The demo: server, built-in database and sample data in this very process, over real gRPC on a
//! free loopback port. Nothing of it is left afterwards.

use std::{io, net::Ipv4Addr};

use epic_server::{commands::demo, error::StartResult};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::{app::model::DemoAccount, client::Server};

/// A demo that runs, or is about to.
pub struct Demo {
    /// Where it answers. Calls that come before it can wait for it.
    pub server: Server,
    /// One account of each department.
    pub accounts: Vec<DemoAccount>,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<StartResult<()>>,
}

impl Demo {
    /// Starts it beside what happens next, so that the login screen need not wait for the data.
    ///
    /// # Errors
    /// When there is no port to listen on.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(demo::serve(listener, async {
            // Told to stop, or forgotten: either way nobody needs it any more.
            let _ = stopped.await;
        }));
        let accounts = demo::accounts(demo::PASSWORD).map(|account| DemoAccount {
            role: account.role,
            email: account.email,
            password: account.password,
        });
        Ok(Self {
            server: Server { url, ca: None },
            accounts: accounts.into(),
            stop,
            serving,
        })
    }

    /// Waits until it ends by itself, which it does only when it fails, and tells why.
    pub async fn failure(&mut self) -> String {
        match (&mut self.serving).await {
            Ok(Ok(())) => "it has ended".to_owned(),
            Ok(Err(error)) => error.to_string(),
            Err(broken) => broken.to_string(),
        }
    }

    /// Ends it, and waits until its database is removed; where that is still being filled, until
    /// it is full. Cut off in between, it would leave its files behind.
    pub async fn end(self) {
        let _ = self.stop.send(());
        if let Ok(Err(error)) = self.serving.await {
            tracing::error!(%error, "the demo did not end well");
        }
    }
}
