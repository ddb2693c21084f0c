//! What a command works with: the connection, the settings, and who is signed in.

use std::{
    cell::OnceCell,
    io::{Write as _, stderr},
};

use epic_events::{
    policy::{self, Actor, Rpc},
    v1::{GetMeRequest, GetMeResponse, LoginRequest, LogoutRequest, Me},
};
use jiff::Zoned;

use super::{
    credentials,
    failure::{Failure, Outcome},
};
use crate::{
    api::{ApiRequest, ApiResponse, RequestError},
    client::Api,
    messages::{Arg, Messages},
    record::{Record, table::CellContext},
    session_file::SessionStorage,
    settings::Settings,
    theme::Palette,
};

/// What a command works with.
pub(crate) struct Context {
    /// The settings.
    pub(crate) settings: Settings,
    /// The texts in the user's language.
    pub(crate) messages: Messages,
    /// When the command has started.
    pub(crate) now: Zoned,
    /// The connection.
    pub(crate) api: Api,
    /// Where the session is stored.
    pub(crate) storage: SessionStorage,
    /// Whether others could read the kept session until this command.
    pub(crate) session_was_shared: bool,
    /// Whether the session ends with the command.
    is_job: bool,
    me: OnceCell<Me>,
}

impl Context {
    /// The context of a command, which connects when it makes a call.
    pub(crate) fn new(
        settings: Settings,
        messages: Messages,
        storage: SessionStorage,
    ) -> Outcome<Self> {
        let api = api(&settings, &messages, storage.clone())?;
        let session_was_shared = make_private(&storage, &messages);
        let now = Zoned::now().with_time_zone(settings.zone.clone());
        Ok(Self {
            settings,
            messages,
            now,
            api,
            storage,
            session_was_shared,
            is_job: false,
            me: OnceCell::new(),
        })
    }

    /// Signs a job in, which has an account in its environment and no kept session, or one that has ended.
    pub(crate) async fn sign_in_job(&mut self) -> Outcome {
        let account = &self.settings.credentials;
        let (Some(email), Some(_)) = (account.email.clone(), &account.password_file) else {
            return Ok(());
        };
        if self.api.has_session() && !self.has_ended().await {
            return Ok(());
        }
        let request = LoginRequest {
            email,
            password: credentials::password(&self.settings, &self.messages)?,
            device: String::new(),
        };
        self.api = api(&self.settings, &self.messages, SessionStorage::Memory)?;
        // Before the reply, after which a signal may interrupt the command.
        self.is_job = true;
        let login = self.api.login(request).await;
        login.map_err(|error| Failure::of_request(&error, &self.messages))?;
        Ok(())
    }

    /// Whether the kept session has ended. Only a call shows it.
    async fn has_ended(&self) -> bool {
        match self.api.get_me(GetMeRequest {}).await {
            Ok(GetMeResponse { me: Some(me) }) => {
                self.me.get_or_init(|| me);
                false
            }
            // Another failure is one of the command itself.
            result => matches!(result, Err(RequestError::SessionEnded)),
        }
    }

    /// Ends the session of a job.
    pub(crate) async fn sign_out_job(&self) {
        if self.is_job && self.api.has_session() {
            // The session expires if the server is away.
            let _ = self.api.logout(LogoutRequest {}).await;
        }
    }

    /// Makes a call.
    pub(crate) async fn send(&self, request: ApiRequest) -> Outcome<ApiResponse> {
        let response = self.api.send(request).await;
        response.map_err(|error| Failure::of_request(&error, &self.messages))
    }

    /// Makes a call that answers with a record.
    pub(crate) async fn record(&self, request: ApiRequest) -> Outcome<Record> {
        match self.send(request).await? {
            ApiResponse::Record(record) | ApiResponse::Password(record, _) => Ok(*record),
            _ => Err(self.unexpected()),
        }
    }

    /// Who is signed in.
    pub(crate) async fn me(&self) -> Outcome<&Me> {
        if let Some(me) = self.me.get() {
            return Ok(me);
        }
        match self.send(ApiRequest::GetMe(GetMeRequest {})).await? {
            ApiResponse::Me(me) => Ok(self.me.get_or_init(|| me)),
            _ => Err(self.unexpected()),
        }
    }

    /// Who is signed in, for the access policy.
    pub(crate) async fn actor(&self) -> Outcome<Actor> {
        let me = self.me().await?;
        Ok(Actor {
            id: me.id,
            role: me.role(),
        })
    }

    /// Checks that the user may make a call about a record, before anything is asked.
    pub(crate) async fn permit(&self, rpc: Rpc, record: &Record) -> Outcome {
        let permit = policy::permit(self.actor().await?, rpc, record.owner(), &[]);
        permit
            .map(drop)
            .map_err(|denied| Failure::denied(&denied, &self.messages))
    }

    /// What the cells of a table depend on.
    pub(crate) fn cells(&self) -> CellContext<'_> {
        CellContext {
            messages: &self.messages,
            now: &self.now,
            user: self.me.get().map(|me| me.id),
        }
    }

    /// The colours of the terminal. Commands do not ask for its background.
    pub(crate) fn palette(&self) -> Palette {
        Palette::new(self.settings.theme, &self.settings.terminal, None)
    }

    /// The failure for a response of another kind than the request has.
    pub(crate) fn unexpected(&self) -> Failure {
        let sentence = self.messages.get("command-unexpected");
        Failure::new(super::failure::Exit::ServerAway, "INTERNAL", sentence)
    }
}

/// Takes the rights to the kept session from everybody but its owner, and says so. Returns whether others had
/// any.
#[must_use]
pub fn make_private(storage: &SessionStorage, messages: &Messages) -> bool {
    let Some(file) = storage.file() else {
        return false;
    };
    let was_shared = file.make_private().unwrap_or_else(|error| {
        tracing::error!(%error, "the rights to the stored session cannot be changed");
        false
    });
    if was_shared {
        let path = file.path().to_string_lossy();
        let text = messages.with("command-session-shared", &[("file", Arg::Text(&path))]);
        // Nothing is left to tell when standard error is gone.
        let _ = writeln!(stderr(), "{text}");
    }
    was_shared
}

fn api(settings: &Settings, messages: &Messages, storage: SessionStorage) -> Outcome<Api> {
    Api::new(&settings.server, messages.clone(), storage).map_err(|error| {
        let args = [
            ("server", Arg::Text(&settings.server.url)),
            ("cause", Arg::Text(&error.to_string())),
        ];
        Failure::usage(messages.with("server-unusable", &args))
    })
}
