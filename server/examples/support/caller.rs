//! A signed-in caller, for the examples that measure a server.

use std::env;

use epic_events::v1::{
    ChangePasswordRequest, LoginRequest, LoginResponse, RefreshSessionRequest,
    auth_service_client::AuthServiceClient,
};
use tonic::{
    Request,
    transport::{Channel, Endpoint},
};

/// The result of an example.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The endpoint of the server that `EPIC_LISTEN` names.
pub(crate) fn endpoint() -> Result<Endpoint> {
    let address = env::var("EPIC_LISTEN")?;
    Ok(Channel::from_shared(format!("http://{address}"))?)
}

/// A session on the server.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) channel: Channel,
    pub(crate) access_token: String,
    pub(crate) refresh_token: String,
}

impl Caller {
    /// Signs in as the administrator, over a new connection.
    pub(crate) async fn administrator() -> Result<Self> {
        let password = env::var("EPIC_ADMIN_PASSWORD")?;
        Self::sign_in(&env::var("EPIC_ADMIN_EMAIL")?, &password).await
    }

    /// Signs in over a new connection. A one-time password is replaced by [`changed`].
    pub(crate) async fn sign_in(email: &str, password: &str) -> Result<Self> {
        Self::sign_in_at(&endpoint()?, email, password).await
    }

    /// Signs in at this server, as [`Self::sign_in`].
    pub(crate) async fn sign_in_at(at: &Endpoint, email: &str, password: &str) -> Result<Self> {
        let channel = at.connect().await?;
        let login = login(&channel, email, password).await?;
        let caller = Self {
            channel,
            access_token: login.access_token,
            refresh_token: login.refresh_token,
        };
        if login.me.is_some_and(|me| me.must_change_password) {
            let request = caller.request(ChangePasswordRequest {
                current_password: password.to_owned(),
                new_password: changed(password),
            })?;
            AuthServiceClient::new(caller.channel.clone())
                .change_password(request)
                .await?;
        }
        Ok(caller)
    }

    /// Renews the access token, whose lifetime is shorter than the measurements.
    pub(crate) async fn refresh(&mut self) -> Result<()> {
        let request = RefreshSessionRequest {
            refresh_token: self.refresh_token.clone(),
        };
        let renewed = AuthServiceClient::new(self.channel.clone())
            .refresh_session(request)
            .await?
            .into_inner();
        self.access_token = renewed.access_token;
        self.refresh_token = renewed.refresh_token;
        Ok(())
    }

    /// A request with the access token.
    pub(crate) fn request<T>(&self, message: T) -> Result<Request<T>> {
        let mut request = Request::new(message);
        let bearer = format!("Bearer {}", self.access_token).parse()?;
        request.metadata_mut().insert("authorization", bearer);
        Ok(request)
    }
}

/// The password that replaces a one-time password.
pub(crate) fn changed(password: &str) -> String {
    format!("{password} changed")
}

/// Signs in over `channel`.
pub(crate) async fn login(channel: &Channel, email: &str, password: &str) -> Result<LoginResponse> {
    let request = LoginRequest {
        email: email.to_owned(),
        password: password.to_owned(),
        device: "benchmark".to_owned(),
    };
    let reply = AuthServiceClient::new(channel.clone())
        .login(request)
        .await?;
    Ok(reply.into_inner())
}
