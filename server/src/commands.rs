//! The commands of `epic-server`: from the settings to a database and a server.

#[cfg(feature = "embedded")]
mod built_in;
pub mod demo;
mod start;
mod stored_values;

use std::{future::Future, pin::pin};

#[cfg(feature = "embedded")]
pub use self::built_in::cache as built_in_cache;
pub use self::{start::Progress, stored_values::Findings};

use epic_events::{
    collaborator::CollaboratorDraft,
    password::Password,
    strength::AccountOwner,
    v1::Role,
    value::{Email, Name, Phone},
};
use jiff::Zoned;
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::{
    auth::{
        password,
        session::{self, lifetimes::Lifetimes},
    },
    collaborator,
    config::{Secret, Settings, key},
    db::{Database, ShareLimits, connect, migrations},
    error::{StartError, StartResult},
    server::{
        self, Options, limits::Limits, memory_budget::MemoryBudget, state::AppState, tls::Tls,
    },
    telemetry::report::{self, AuditEvent},
};

/// The environment variable of the folder for caches (XDG Base Directory Specification).
pub const CACHE_FOLDER: &str = "XDG_CACHE_HOME";

/// Serves on `EPIC_LISTEN` until `shutdown` resolves, with or without the reflection service. Waits for a
/// database that is away. Tells `progress` how far the start has come.
///
/// # Errors
/// [`StartError::SetUp`] when a setting is missing or invalid, or the database is not up to date;
/// [`StartError::Temporary`] when the address is in use; the errors of [`server::serve`].
pub async fn serve(
    settings: &Settings,
    reflection: bool,
    progress: impl Fn(Progress<'_>),
    shutdown: impl Future<Output = ()> + Send,
) -> StartResult<()> {
    let options = Options {
        tls: tls(settings)?,
        memory: MemoryBudget::new(settings.memory_budget.0),
        reflection,
        list_cache: settings.list_cache,
        limits: Limits::default(),
        trusted_proxies: settings.trusted_proxies.clone().into(),
    };
    let mut shutdown = pin!(shutdown);
    if let Some(url) = &settings.database_url {
        tokio::select! {
            found = start::wait_for_database(url.reveal(), &progress) => found?,
            () = &mut shutdown => return Ok(()),
        }
    }
    let ready = || progress(Progress::Ready);
    with_checked_database(settings, async |database| {
        serve_on(database, settings, options, ready, shutdown).await
    })
    .await
}

async fn serve_on(
    database: &Database,
    settings: &Settings,
    options: Options,
    ready: impl FnOnce(),
    shutdown: impl Future<Output = ()> + Send,
) -> StartResult<()> {
    let keys = if database.is_built_in() {
        let keys = settings.signing_keys(|| built_in_key(settings))?;
        migrations::run(database.url()).await?;
        keys
    } else {
        let keys = settings.signing_keys(key::required)?;
        if !migrations::is_current(database.url()).await? {
            return Err(StartError::SetUp(
                "The database is not up to date; run: epic-server migrate".to_owned(),
            ));
        }
        keys
    };
    let lifetimes = Lifetimes::new(settings.session_idle.0, settings.session_lifetime.0);
    let state = AppState::new(database.pool("serve")?, keys, lifetimes)?;
    let unusable = |error: std::io::Error| {
        StartError::Temporary(format!(
            "EPIC_LISTEN {} cannot be used: {error}; choose another address or port",
            settings.listen
        ))
    };
    let listener = TcpListener::bind(settings.listen).await.map_err(unusable)?;
    // The actual port, when the setting has port 0.
    let address = listener.local_addr().map_err(unusable)?;
    tracing::info!(
        listen = %address,
        version = env!("CARGO_PKG_VERSION"),
        schema = migrations::latest(),
        database = connect::place(database.url()),
        "serving"
    );
    server::serve(state, listener, options, ready, shutdown).await?;
    Ok(())
}

/// Applies the pending migrations and returns their number, and the stored values that today's
/// validation would refuse or change.
///
/// # Errors
/// Those of [`migrations::run`].
pub async fn migrate(settings: &Settings) -> StartResult<(usize, Findings)> {
    with_database(settings, async |database| {
        let applied = migrations::run(database.url()).await?;
        let findings = stored_values::find(&database.pool("migrate")?).await?;
        Ok((applied, findings))
    })
    .await
}

/// Reverts the migrations after `version` and returns their number.
///
/// # Errors
/// Those of [`migrations::revert_to`].
pub async fn revert_to(settings: &Settings, version: &str) -> StartResult<usize> {
    with_database(settings, async |database| {
        migrations::revert_to(database.url(), version).await
    })
    .await
}

/// Ends every session and returns their number. Access tokens of these sessions end with them.
///
/// # Errors
/// [`StartError::Temporary`] when the database cannot be reached; [`StartError::Failed`].
pub async fn end_sessions(settings: &Settings) -> StartResult<usize> {
    with_database(settings, async |database| {
        Ok(session::rows::end_all(&database.pool("end-sessions")?).await?)
    })
    .await
}

/// Migrates, then creates the first gestion account; `false` when there is a gestion account
/// already.
///
/// # Errors
/// Those of [`migrate`]; [`StartError::SetUp`] when a setting whose name begins with `EPIC_ADMIN` is
/// missing or invalid.
pub async fn init(settings: &Settings) -> StartResult<bool> {
    let (draft, password) = first_account(settings)?;
    with_database(settings, async |database| {
        migrations::run(database.url()).await?;
        let hash = password::hash(&password)?;
        let db = database.pool("init")?;
        let created = collaborator::rows::insert_first(&db, draft, hash).await?;
        if let Some(id) = created {
            report::audit(&AuditEvent::CollaboratorCreated(id));
        }
        Ok(created.is_some())
    })
    .await
}

/// Migrates, then fills an empty database with sample data; `None` when it is not empty. The accounts
/// get a random password.
///
/// # Errors
/// Those of [`migrate`].
pub async fn load_demo(settings: &Settings) -> StartResult<Option<Vec<demo::Account>>> {
    with_database(settings, async |database| {
        migrations::run(database.url()).await?;
        let password = password::one_time(&mut rand::rng());
        Ok(demo::load(&database.pool("load-demo")?, &Zoned::now(), &password).await?)
    })
    .await
}

/// Checks the database of the settings, and runs `work` as [`with_checked_database`].
async fn with_database<T>(
    settings: &Settings,
    work: impl AsyncFnOnce(&Database) -> StartResult<T>,
) -> StartResult<T> {
    if let Some(url) = &settings.database_url {
        connect::check_sessions(url.reveal()).await?;
    }
    with_checked_database(settings, work).await
}

/// Opens the database of the settings, runs `work`, and closes the database even when `work` fails.
async fn with_checked_database<T>(
    settings: &Settings,
    work: impl AsyncFnOnce(&Database) -> StartResult<T>,
) -> StartResult<T> {
    let database = match &settings.database_url {
        Some(url) => {
            if connect::is_unencrypted(url.reveal()) {
                tracing::warn!(
                    "the connection to the database is not encrypted; \
                     add ?sslmode=verify-full to DATABASE_URL"
                );
            }
            let database = Database::at(url.reveal());
            match settings.database_connections {
                Some(connections) => database.with_connections(connections),
                None => database,
            }
        }
        None => built_in_database(settings).await?,
    };
    let database = database.with_share_limits(share_limits(settings));
    let done = work(&database).await;
    database.close().await;
    done
}

/// The limits of each account.
fn share_limits(settings: &Settings) -> ShareLimits {
    let ShareLimits {
        calls,
        reads,
        writes,
    } = ShareLimits::DEFAULT;
    ShareLimits {
        calls: settings.account_calls.unwrap_or(calls),
        reads: settings.account_reads.unwrap_or(reads),
        writes: settings.account_writes.unwrap_or(writes),
    }
}

#[cfg(feature = "embedded")]
use built_in::{database as built_in_database, key as built_in_key};

#[cfg(not(feature = "embedded"))]
#[allow(clippy::unused_async)] // The signature is that of the variant with the feature.
async fn built_in_database(_: &Settings) -> StartResult<Database> {
    Err(StartError::SetUp(
        "DATABASE_URL is not set, and this server was built without the built-in PostgreSQL. Set it, or put \
         it into the file that the service unit loads, /etc/epic-server/secrets/DATABASE_URL."
            .to_owned(),
    ))
}

/// There is no built-in PostgreSQL.
#[cfg(not(feature = "embedded"))]
#[must_use]
pub fn built_in_cache(_: &Settings) -> Option<std::path::PathBuf> {
    None
}

#[cfg(not(feature = "embedded"))]
fn built_in_key(_: &Settings) -> StartResult<Secret> {
    key::required()
}

fn first_account(settings: &Settings) -> StartResult<(CollaboratorDraft, Password)> {
    let required = |name: &str, value: Option<&str>| {
        value
            .map(str::to_owned)
            .ok_or_else(|| StartError::SetUp(format!("{name} is not set")))
    };
    let invalid = |name: &'static str| move |kind| StartError::SetUp(format!("{name} {kind}"));
    let name = required("EPIC_ADMIN_NAME", settings.admin_name.as_deref())?;
    let email = required("EPIC_ADMIN_EMAIL", settings.admin_email.as_deref())?;
    let password = settings.admin_password.as_ref().map(Secret::reveal);
    let password = required("EPIC_ADMIN_PASSWORD", password)?;
    let draft = CollaboratorDraft {
        request_id: Uuid::new_v4(),
        name: Name::parse(&name).map_err(invalid("EPIC_ADMIN_NAME"))?,
        email: Email::parse(&email).map_err(invalid("EPIC_ADMIN_EMAIL"))?,
        // No setting contains the phone number; a gestion account can change it.
        phone: Phone::parse("0000").map_err(invalid("the phone number"))?,
        role: Role::Gestion,
    };
    let owner = AccountOwner {
        name: draft.name.as_str(),
        email: draft.email.as_str(),
    };
    let password = Password::parse_new(&password, owner).map_err(invalid("EPIC_ADMIN_PASSWORD"))?;
    Ok((draft, password))
}

/// Opens the certificate of the settings. Without a certificate, the server must listen on the
/// loopback interface or have the setting `EPIC_INSECURE`.
fn tls(settings: &Settings) -> StartResult<Option<Tls>> {
    if let (Some(cert), Some(key)) = (&settings.tls_cert, &settings.tls_key) {
        return Tls::open(cert, key).map(Some);
    }
    if !settings.listen.ip().is_loopback() {
        if !settings.insecure {
            return Err(StartError::SetUp(format!(
                "EPIC_LISTEN {} accepts connections from other machines. Without a certificate, \
                 passwords would cross the network unencrypted. Set EPIC_TLS_CERT and \
                 EPIC_TLS_KEY, listen on 127.0.0.1, or set --insecure.",
                settings.listen
            )));
        }
        tracing::warn!("without EPIC_TLS_CERT, passwords cross the network unencrypted");
    }
    Ok(None)
}
