//! A company for one test: a server on a database of its own, and people of each department.

use std::sync::OnceLock;

use diesel_async::SimpleAsyncConnection;
use epic_events::{
    api_error::ApiError,
    password::Password,
    role::role_name,
    v1::{
        LoginRequest, Me, Role, auth_service_client::AuthServiceClient,
        change_service_client::ChangeServiceClient, client_service_client::ClientServiceClient,
        collaborator_service_client::CollaboratorServiceClient,
        contract_service_client::ContractServiceClient, event_service_client::EventServiceClient,
    },
};
use epic_server::{
    auth::{password, session::lifetimes::Lifetimes},
    config::{Secret, key::Keys},
    db::roles,
    server,
    server::state::AppState,
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::{Interceptor, interceptor::InterceptedService},
    transport::{Channel, Endpoint},
};

use crate::database::{self, Database};

/// The password of everyone in a test.
pub const PASSWORD: &str = "a password for tests";
/// The key of every server in a test.
pub const KEY: &str = "a key for tests that is long enough to sign with";

/// A server, its database, and its people: two of each department, `gestion1@test.example` and
/// so on.
pub struct House {
    pub channel: Channel,
    pub address: std::net::SocketAddr,
    pub shared: AppState,
    stop: Option<oneshot::Sender<()>>,
    serving: Option<JoinHandle<()>>,
    // Last: the database goes after the server.
    pub database: Database,
}

impl House {
    pub async fn new() -> Self {
        Self::furnished("").await
    }

    /// The same, after that SQL has run.
    pub async fn furnished(sql: &str) -> Self {
        // What the server logs is shown with a test that fails.
        let _ = tracing_subscriber::fmt()
            .with_test_writer()
            .with_max_level(tracing::Level::WARN)
            .try_init();
        let database = Database::new().await;
        let mut connection = database.connect().await;
        connection.batch_execute(&people()).await.expect("people");
        connection.batch_execute(sql).await.expect("furniture");
        drop(connection);
        let db = database.serving().pool("serve").expect("a pool");
        let shared = AppState::new(db, Secret::from(KEY.to_owned()), Lifetimes::default())
            .expect("a server");
        let Door {
            channel,
            address,
            stop,
            serving,
        } = open(shared.clone()).await;
        Self {
            channel,
            address,
            shared,
            stop: Some(stop),
            serving: Some(serving),
            database,
        }
    }

    /// Another server on the same database, with keys of its own, that serves as long as the house
    /// stands.
    pub async fn beside(&self, keys: Keys) -> Channel {
        // A pool of its own, as on another machine; the built-in database has one connection.
        let db = match self.database.name() {
            Some(_) => self.database.serving().pool("serve").expect("a pool"),
            None => self.shared.db.clone(),
        };
        let shared = AppState::new(db, keys, Lifetimes::default()).expect("a server");
        let Door { channel, stop, .. } = open(shared).await;
        // Nobody stops it; it ends with the test's runtime.
        std::mem::forget(stop);
        channel
    }

    /// Logs in, such as `commercial1`.
    pub async fn login(&self, who: &str) -> Caller {
        login(&self.channel, who).await
    }

    /// The calls that need no token.
    pub fn auth(&self) -> AuthServiceClient<Channel> {
        AuthServiceClient::new(self.channel.clone())
    }

    /// Runs SQL while the server does, with all rights: on PostgreSQL over a connection of its own,
    /// on the built-in database over the only one there is. The server hears of it at once.
    pub async fn sql(&self, sql: &str) {
        if self.database.name().is_some() {
            let mut connection = self.database.connect().await;
            connection.batch_execute(sql).await.expect("a statement");
        } else {
            let mut connection = self.shared.db.connection().await.expect("a connection");
            let sql = format!("reset role; {sql}; {}", roles::SET_APP_ROLE);
            connection.batch_execute(&sql).await.expect("a statement");
        }
        self.shared.db.auth_epoch().invalidate();
        self.shared.db.notify_commit();
    }

    /// What SQL that selects one `value` finds, as text.
    pub async fn values(&self, sql: &str) -> Vec<String> {
        if self.database.name().is_some() {
            database::values(&mut self.database.connect().await, sql).await
        } else {
            let mut connection = self.shared.db.connection().await.expect("a connection");
            database::values(&mut connection, sql).await
        }
    }

    /// The numbers that SQL finds.
    pub async fn ids(&self, sql: &str) -> Vec<i64> {
        let values = self.values(sql).await;
        values
            .iter()
            .map(|value| value.parse().expect("a number"))
            .collect()
    }

    /// Tells the server to stop, without waiting for it.
    pub fn ask_to_stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }

    /// Stops the server and waits until it has stopped.
    pub async fn close(mut self) {
        self.ask_to_stop();
        if let Some(serving) = self.serving.take() {
            serving.await.expect("to stop");
        }
    }
}

/// A server that answers.
struct Door {
    channel: Channel,
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

async fn open(shared: AppState) -> Door {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(async move {
        let stopped = async {
            let _ = stopped.await;
        };
        server::serve(shared, listener, None, || {}, stopped)
            .await
            .expect("to serve");
    });
    let channel = Endpoint::from_shared(format!("http://{address}"))
        .expect("an address")
        .connect_lazy();
    Door {
        channel,
        address,
        stop,
        serving,
    }
}

/// Logs in at that server.
pub async fn login(channel: &Channel, who: &str) -> Caller {
    let login = LoginRequest {
        email: format!("{who}@test.example"),
        password: PASSWORD.to_owned(),
        device: String::new(),
    };
    let reply = AuthServiceClient::new(channel.clone()).login(login).await;
    let reply = reply.expect("to log in").into_inner();
    Caller::new(
        channel.clone(),
        &reply.access_token,
        reply.refresh_token,
        reply.me.expect("me"),
    )
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(serving) = self.serving.take() {
            serving.abort();
        }
        self.shared.db.close();
    }
}

/// Puts the access token into every call.
#[derive(Clone)]
pub struct Bearer(MetadataValue<Ascii>);

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request
            .metadata_mut()
            .insert("authorization", self.0.clone());
        Ok(request)
    }
}

/// Someone who is signed in.
#[derive(Clone)]
pub struct Caller {
    pub access_token: String,
    pub refresh_token: String,
    pub me: Me,
    pub auth: AuthServiceClient<InterceptedService<Channel, Bearer>>,
    pub collaborators: CollaboratorServiceClient<InterceptedService<Channel, Bearer>>,
    pub clients: ClientServiceClient<InterceptedService<Channel, Bearer>>,
    pub contracts: ContractServiceClient<InterceptedService<Channel, Bearer>>,
    pub events: EventServiceClient<InterceptedService<Channel, Bearer>>,
    pub changes: ChangeServiceClient<InterceptedService<Channel, Bearer>>,
}

impl Caller {
    pub fn new(channel: Channel, access_token: &str, refresh_token: String, me: Me) -> Self {
        let value = format!("Bearer {access_token}");
        let service =
            InterceptedService::new(channel, Bearer(value.parse().expect("a header value")));
        Self {
            access_token: access_token.to_owned(),
            refresh_token,
            me,
            auth: AuthServiceClient::new(service.clone()),
            collaborators: CollaboratorServiceClient::new(service.clone()),
            clients: ClientServiceClient::new(service.clone()),
            contracts: ContractServiceClient::new(service.clone()),
            events: EventServiceClient::new(service.clone()),
            changes: ChangeServiceClient::new(service),
        }
    }
}

impl Caller {
    /// The same person in the same session, on another server.
    pub fn at(&self, channel: Channel) -> Self {
        let refresh_token = self.refresh_token.clone();
        Self::new(channel, &self.access_token, refresh_token, self.me.clone())
    }
}

/// Why a call was refused.
pub fn refusal<T: std::fmt::Debug>(result: Result<T, Status>) -> ApiError {
    let status = result.expect_err("a refusal");
    ApiError::from_status(&status).unwrap_or_else(|| panic!("a reason in {status:?}"))
}

/// Two people of each department, with the ids 1 to 6 in that order: gestion1, gestion2,
/// commercial1, commercial2, support1, support2.
pub fn people() -> String {
    [Role::Gestion, Role::Commercial, Role::Support]
        .into_iter()
        .flat_map(|role| [1, 2].map(|number| person(role_name(role), number)))
        .collect()
}

fn person(role: &str, number: u8) -> String {
    let hash = HASH.get_or_init(|| {
        let password = Password::parse(PASSWORD).expect("a password");
        password::hash(&password).expect("a hash").into_string()
    });
    format!(
        "insert into collaborators \
         (request_id, name, email, phone, role, password_hash, must_change_password) \
         values (gen_random_uuid(), '{role} {number}', '{role}{number}@test.example', \
         '01 02 03 04 0{number}', '{role}', '{hash}', false);"
    )
}

/// Hashed once for the whole run.
static HASH: OnceLock<String> = OnceLock::new();
