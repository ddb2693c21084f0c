//! The text of the queries that a call executes, read from a server of this version in this process: so the
//! comparison cannot miss a change of the queries.

use diesel::{QueryableByName, sql_types::Text};
use diesel_async::RunQueryDsl as _;
use epic_server::{
    auth::session::lifetimes::Lifetimes,
    config::{Secret, key::Keys},
    db::{Database, Db},
    server::{self, Options, state::AppState},
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use tonic::transport::{Channel, Endpoint};

use crate::{caller::Result, database::BenchDatabase};

/// Connections that calls in turn may use.
const CONNECTIONS: usize = 4;

#[derive(QueryableByName)]
struct Prepared {
    #[diesel(sql_type = Text)]
    statement: String,
}

/// A server in this process.
pub(crate) struct Statements {
    db: Db,
    /// Where it serves.
    pub(crate) endpoint: Endpoint,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Statements {
    /// Starts the server.
    pub(crate) async fn start(database: &BenchDatabase) -> Result<Self> {
        let db = Database::at(database.url()).pool("serve")?;
        let secret = database.settings.get("EPIC_JWT_SECRET").to_owned();
        let keys = Keys::from(Secret::from(secret));
        let state = AppState::new(db.clone(), keys, Lifetimes::default())?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            let stopped = async {
                let _ = stopped.await;
            };
            let served = server::serve(state, listener, Options::default(), || {}, stopped).await;
            served.expect("a server");
        });
        Ok(Self {
            db,
            endpoint: Channel::from_shared(format!("http://{address}"))?,
            stop,
            task,
        })
    }

    /// The only prepared statement with all of these parts.
    pub(crate) async fn find(&self, parts: &[&str]) -> Result<String> {
        let mut connections = Vec::new();
        let mut found = Vec::new();
        for _ in 0..CONNECTIONS {
            let mut connection = self.db.connection().await?;
            let statements = diesel::sql_query("select statement from pg_prepared_statements");
            let statements = statements.load::<Prepared>(&mut connection).await?;
            let texts = statements.into_iter().map(|it| it.statement);
            found.extend(texts.filter(|text| parts.iter().all(|part| text.contains(part))));
            connections.push(connection);
        }
        found.sort_unstable();
        found.dedup();
        match &found[..] {
            [text] => Ok(text.clone()),
            _ => Err(format!("{} statements have {parts:?}: {found:#?}", found.len()).into()),
        }
    }

    /// Stops the server.
    pub(crate) async fn stop(self) -> Result<()> {
        let _ = self.stop.send(());
        Ok(self.task.await?)
    }
}
