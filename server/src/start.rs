//! From settings to a server that runs: which database, which key, and when it is ready.

use std::{future::Future, path::Path};

use base64::{Engine as _, prelude::BASE64_STANDARD};
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
    auth::{password, session::lifetimes::Lifetimes},
    collaborator,
    config::{Secret, Settings, key},
    database::Database,
    db::migrations,
    demo,
    error::{Error, Result},
    report::{self, Notice},
    server,
    shared::Shared,
    tls::Tls,
};

/// Serves on `EPIC_LISTEN` until `shutdown` resolves. `ready` is called once calls are answered.
///
/// # Errors
/// When a setting is missing or wrong, or the address or the database cannot be used.
pub async fn serve(
    settings: &Settings,
    ready: impl FnOnce(),
    shutdown: impl Future<Output = ()> + Send,
) -> Result<()> {
    let tls = tls(settings)?;
    with_database(settings, async |database| {
        serve_on(database, settings, tls, ready, shutdown).await
    })
    .await
}

async fn serve_on(
    database: &Database,
    settings: &Settings,
    tls: Option<Tls>,
    ready: impl FnOnce(),
    shutdown: impl Future<Output = ()> + Send,
) -> Result<()> {
    let keys = if database.is_built_in() {
        let keys = settings.signing_keys(|| built_in_key(settings))?;
        migrations::run(database.url()).await?;
        keys
    } else {
        let keys = settings.signing_keys(key::must_be_given)?;
        if !migrations::is_current(database.url()).await? {
            return Err(Error::Defect(
                "The database is not up to date; run: epic-server migrate".to_owned(),
            ));
        }
        keys
    };
    let lifetimes = Lifetimes::new(settings.session_idle.0, settings.session_lifetime.0);
    let shared = Shared::new(database.pool("serve")?, keys, lifetimes)?;
    let unusable =
        |error: std::io::Error| Error::Defect(format!("EPIC_LISTEN {}: {error}", settings.listen));
    let listener = TcpListener::bind(settings.listen).await.map_err(unusable)?;
    // Another one than was asked for, when that was port 0.
    let listen = listener.local_addr().map_err(unusable)?;
    tracing::info!(%listen, "serving");
    server::serve(shared, listener, tls, ready, shutdown).await
}

/// Brings the database up to date; tells how many migrations that took.
///
/// # Errors
/// When the database does not answer or refuses a migration.
pub async fn migrate(settings: &Settings) -> Result<usize> {
    with_database(settings, async |database| {
        migrations::run(database.url()).await
    })
    .await
}

/// Migrates, then makes the first gestion account; `false` when there is one already.
///
/// # Errors
/// When a setting is missing or wrong, or the database does not answer.
pub async fn init(settings: &Settings) -> Result<bool> {
    let (draft, password) = first_gestion(settings)?;
    with_database(settings, async |database| {
        migrations::run(database.url()).await?;
        let hash = password::hash(&password)?;
        let made = collaborator::rows::insert_first(&database.pool("init")?, draft, hash).await?;
        if let Some(id) = made {
            report::notice(&Notice::CollaboratorCreated(id));
        }
        Ok(made.is_some())
    })
    .await
}

/// Fills an empty database with sample data; `None` when it is not empty. The accounts' password
/// is made up and told, so that nobody's server can be entered with a published one.
///
/// # Errors
/// When the database does not answer.
pub async fn load_demo(settings: &Settings) -> Result<Option<Vec<demo::Account>>> {
    with_database(settings, async |database| {
        migrations::run(database.url()).await?;
        let password = password::one_time(&mut rand::rng());
        demo::load(&database.pool("load-demo")?, &Zoned::now(), &password).await
    })
    .await
}

/// Opens the database, works with it, and closes it, whatever came of the work.
async fn with_database<T>(
    settings: &Settings,
    work: impl AsyncFnOnce(&Database) -> Result<T>,
) -> Result<T> {
    let database = Database::open(settings).await?;
    let done = work(&database).await;
    database.close().await;
    done
}

fn first_gestion(settings: &Settings) -> Result<(CollaboratorDraft, Password)> {
    let setting = |name: &str, value: Option<&str>| {
        value
            .map(str::to_owned)
            .ok_or_else(|| Error::Defect(format!("{name} is not set")))
    };
    let wrong = |name: &'static str| move |problem| Error::Defect(format!("{name} {problem}"));
    let name = setting("EPIC_ADMIN_NAME", settings.admin_name.as_deref())?;
    let email = setting("EPIC_ADMIN_EMAIL", settings.admin_email.as_deref())?;
    let password = settings.admin_password.as_ref().map(Secret::reveal);
    let password = setting("EPIC_ADMIN_PASSWORD", password)?;
    let draft = CollaboratorDraft {
        request_id: Uuid::new_v4(),
        name: Name::parse(&name).map_err(wrong("EPIC_ADMIN_NAME"))?,
        email: Email::parse(&email).map_err(wrong("EPIC_ADMIN_EMAIL"))?,
        // Nobody asks operators for a number; gestion fills it in.
        phone: Phone::parse("0000").map_err(wrong("the phone"))?,
        role: Role::Gestion,
    };
    let person = AccountOwner {
        name: draft.name.as_str(),
        email: draft.email.as_str(),
    };
    let password = Password::parse_new(&password, person).map_err(wrong("EPIC_ADMIN_PASSWORD"))?;
    Ok((draft, password))
}

/// Whoever reads the built-in database's folder has everything anyway, so its key lives there.
fn built_in_key(settings: &Settings) -> Result<Secret> {
    let path = settings.data_dir()?.join("jwt-secret");
    if !path.exists() {
        let text = BASE64_STANDARD.encode(rand::random::<[u8; 48]>());
        write_private(&path, &text)
            .map_err(|error| Error::Defect(format!("{}: {error}", path.display())))?;
    }
    std::fs::read_to_string(&path)
        .map(Secret::from)
        .map_err(|error| Error::Defect(format!("{}: {error}", path.display())))
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

/// TLS as the settings ask for it. Without it only this machine is served, unless that was said by
/// name.
fn tls(settings: &Settings) -> Result<Option<Tls>> {
    if let (Some(cert), Some(key)) = (&settings.tls_cert, &settings.tls_key) {
        return Tls::open(cert, key).map(Some);
    }
    if !settings.listen.ip().is_loopback() {
        if !settings.insecure {
            return Err(Error::Defect(format!(
                "EPIC_LISTEN {} is open to other machines and there is no certificate, so \
                 passwords would cross the network in the clear. Set EPIC_TLS_CERT and \
                 EPIC_TLS_KEY, or listen on 127.0.0.1, or say --insecure",
                settings.listen
            )));
        }
        tracing::warn!("without EPIC_TLS_CERT, passwords cross the network in the clear");
    }
    Ok(None)
}
