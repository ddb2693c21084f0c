//! A method for each RPC, and one that sends any of them, from the table in [`crate::api`].

// A request and a response for each call: the table names them all.
#[allow(clippy::wildcard_imports)]
use epic_events::{
    api_error::ApiError,
    reason::Reason,
    v1::{
        auth_service_client::AuthServiceClient, change_service_client::ChangeServiceClient,
        client_service_client::ClientServiceClient,
        collaborator_service_client::CollaboratorServiceClient,
        contract_service_client::ContractServiceClient, event_service_client::EventServiceClient,
        *,
    },
};

use super::Api;
use crate::api::{ApiRequest, ApiResponse, Convert, RequestError, rpcs};

macro_rules! method {
    // Implemented manually.
    (Api::$method:ident, $request:ident, $response:ident) => {};
    ($client:ident::$method:ident, $request:ident, $response:ident) => {
        #[doc = concat!("`", stringify!($method), "`, as documented in `proto/epic/v1`.")]
        ///
        /// # Errors
        /// Every [`RequestError`].
        pub async fn $method(&self, request: $request) -> Result<$response, RequestError> {
            self.call(request, |channel, request| async move {
                $client::new(channel).$method(request).await
            })
            .await
        }
    };
}

macro_rules! methods {
    ($($access:ident $variant:ident($request:ident) -> $response:ident:
       $client:ident::$method:ident, $convert:expr;)+) => {
        impl Api {
            $(method!($client::$method, $request, $response);)+

            /// Sends a request and converts its response.
            ///
            /// # Errors
            /// Every [`RequestError`].
            pub(crate) async fn send(&self, request: ApiRequest) -> Result<ApiResponse, RequestError> {
                let response = match request {
                    $(ApiRequest::$variant(request) => self.$method(request).await?.convert(),)+
                };
                // A response without what was requested is a defect of the server.
                response.ok_or_else(|| RequestError::Api(ApiError::new(Reason::Internal)))
            }
        }
    };
}

rpcs!(methods);
