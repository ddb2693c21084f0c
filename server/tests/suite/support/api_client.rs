//! A signed-in client of every service.

use epic_events::v1::{
    LoginRequest, Me, RefreshSessionResponse, auth_service_client::AuthServiceClient,
    change_service_client::ChangeServiceClient, client_service_client::ClientServiceClient,
    collaborator_service_client::CollaboratorServiceClient,
    contract_service_client::ContractServiceClient, event_service_client::EventServiceClient,
};
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::{Interceptor, interceptor::InterceptedService},
    transport::Channel,
};

use super::fixtures::login_request;

/// Adds `authorization: Bearer …` to every call.
#[derive(Clone)]
pub struct BearerToken(MetadataValue<Ascii>);

impl Interceptor for BearerToken {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let metadata = request.metadata_mut();
        metadata.insert("authorization", self.0.clone());
        Ok(request)
    }
}

type Authorized = InterceptedService<Channel, BearerToken>;

/// One client per service, all with the access token of one session.
#[derive(Clone)]
pub struct ApiClient {
    pub access_token: String,
    pub refresh_token: String,
    pub me: Me,
    pub auth: AuthServiceClient<Authorized>,
    pub collaborators: CollaboratorServiceClient<Authorized>,
    pub clients: ClientServiceClient<Authorized>,
    pub contracts: ContractServiceClient<Authorized>,
    pub events: EventServiceClient<Authorized>,
    pub changes: ChangeServiceClient<Authorized>,
}

impl ApiClient {
    pub fn new(channel: Channel, access_token: &str, refresh_token: String, me: Me) -> Self {
        let value = format!("Bearer {access_token}");
        let token = BearerToken(value.parse().expect("a header value"));
        let service = InterceptedService::new(channel, token);
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

    /// Signs in with the password of all fixtures, for example as `commercial1`.
    pub async fn login(channel: &Channel, account: &str) -> Self {
        let request = LoginRequest {
            email: format!("{account}@test.example"),
            ..login_request()
        };
        let reply = AuthServiceClient::new(channel.clone()).login(request).await;
        let reply = reply.expect("to log in").into_inner();
        Self::new(
            channel.clone(),
            &reply.access_token,
            reply.refresh_token,
            reply.me.expect("me"),
        )
    }

    /// A client with the tokens of `reply`.
    pub fn renewed(channel: Channel, reply: RefreshSessionResponse) -> Self {
        let me = reply.me.expect("me");
        Self::new(channel, &reply.access_token, reply.refresh_token, me)
    }

    /// A client of the same session at another server.
    pub fn with_channel(&self, channel: Channel) -> Self {
        let refresh_token = self.refresh_token.clone();
        Self::new(channel, &self.access_token, refresh_token, self.me.clone())
    }
}
