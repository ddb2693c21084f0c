//! Lists and records on the built-in database: no pgbench, and its processor time is the server's.

use std::time::Duration;

use epic_events::v1::{
    CreateCollaboratorRequest, Role, collaborator_service_client::CollaboratorServiceClient,
};
use uuid::Uuid;

use crate::{
    caller::{Caller, Result, changed},
    calls::{Read, targets},
    server::Server,
    settings::Settings,
    throughput::{CONNECTIONS, load},
};

/// Prints the figures of every read, with and without the cache of lists.
pub(crate) async fn run(duration: Duration) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().to_str().ok_or("a path in UTF-8")?.to_owned();
    let settings = Settings::new(("EPIC_DATA_DIR", path));
    settings.fill()?;
    println!(
        "{:<14} {:>6} {:>9} {:>10}",
        "", "cache", "calls/s", "server µs"
    );
    let mut callers = Vec::new();
    for cache in ["no", "yes"] {
        let server = Server::start(&settings, &[("EPIC_LIST_CACHE", cache)])?;
        if callers.is_empty() {
            callers = sign_in(&settings, &server).await?;
        }
        // The sessions continue on the second server.
        for caller in &mut callers {
            caller.channel = server.endpoint()?.connect().await?;
        }
        for read in Read::ALL {
            let mut loads = Vec::new();
            for caller in &callers {
                loads.push((caller.clone(), targets(caller, read).await?));
            }
            let loaded = load((&server, None), &loads, (read, duration)).await?;
            println!(
                "{:<14} {cache:>6} {:>9.0} {:>10.1}",
                read.rpc(),
                loaded.rate,
                loaded.server.as_secs_f64() * 1e6
            );
        }
    }
    Ok(())
}

/// Signs in an account of its own for each connection.
async fn sign_in(settings: &Settings, server: &Server) -> Result<Vec<Caller>> {
    let endpoint = server.endpoint()?;
    let administrator = Caller::sign_in_at(
        &endpoint,
        settings.get("EPIC_ADMIN_EMAIL"),
        settings.get("EPIC_ADMIN_PASSWORD"),
    );
    let administrator = administrator.await?;
    let mut callers = Vec::new();
    for number in 0..CONNECTIONS {
        let email = format!("load{}@example.org", Uuid::new_v4().simple());
        let request = administrator.request(CreateCollaboratorRequest {
            request_id: Uuid::new_v4().to_string(),
            name: format!("Load {number}"),
            email: email.clone(),
            phone: "+33 1 40 20 53 17".to_owned(),
            role: Role::Support.into(),
        })?;
        let created = CollaboratorServiceClient::new(administrator.channel.clone())
            .create_collaborator(request)
            .await?
            .into_inner();
        let password = created.one_time_password;
        Caller::sign_in_at(&endpoint, &email, &password).await?;
        callers.push(Caller::sign_in_at(&endpoint, &email, &changed(&password)).await?);
    }
    Ok(callers)
}
