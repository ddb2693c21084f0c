//! The demo: server, built-in database and sample data within this process, over gRPC on a free
//! loopback port. Its files are removed at the end.

use std::{io, net::Ipv4Addr};

use epic_server::{commands::demo, error::StartResult, server::Options};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::{app::model::DemoAccount, client::Server};

/// A running demo.
pub struct Demo {
    /// Its server. Calls wait until it is ready.
    pub server: Server,
    /// One account of each department.
    pub accounts: Vec<DemoAccount>,
    stop: oneshot::Sender<()>,
    server_task: JoinHandle<StartResult<()>>,
}

impl Demo {
    /// Starts the demo in a task, so that the login screen does not wait for the sample data.
    ///
    /// # Errors
    /// No port can be bound.
    pub async fn start() -> io::Result<Self> {
        Self::start_with(Options::default()).await
    }

    /// Starts the demo with a server that has these options.
    ///
    /// # Errors
    /// No port can be bound.
    pub async fn start_with(options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let (stop, stopped) = oneshot::channel();
        let server_task = tokio::spawn(demo::serve(listener, options, async {
            // Fails when the demo was dropped, which stops the server too.
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
            server_task,
        })
    }

    /// Waits until the demo fails, and returns the cause.
    pub async fn failure(&mut self) -> String {
        match (&mut self.server_task).await {
            Ok(Ok(())) => "the server has stopped".to_owned(),
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        }
    }

    /// Stops the demo and waits until its database is removed. Loading of the sample data is not
    /// interrupted, because that would leave files behind.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        if let Ok(Err(error)) = self.server_task.await {
            tracing::error!(%error, "the demo did not stop cleanly");
        }
    }
}
