//! What comes over the wire when a call is refused.

use epic_events::{api_error::ApiError, policy::Rpc, reason::DOMAIN};
use prost::Message;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::{
    house::{Caller, House},
    raw,
};

impl House {
    /// Makes a call with a message of its kind.
    pub async fn call(
        &self,
        caller: &Caller,
        rpc: Rpc,
        message: &impl Message,
    ) -> Result<Vec<u8>, Status> {
        self.send(caller, rpc, message.encode_to_vec()).await
    }

    /// Makes a call with those bytes.
    pub async fn send(&self, caller: &Caller, rpc: Rpc, body: Vec<u8>) -> Result<Vec<u8>, Status> {
        let token = Some(caller.access_token.as_str());
        raw::call(&self.channel, rpc.path(), token, body).await
    }
}

/// Every refusal has a code of the contract and details that can be read, and tells nothing of
/// what is behind it.
#[track_caller]
pub fn well_formed(status: &Status) -> ApiError {
    assert!(
        !matches!(status.code(), Code::Internal | Code::Unknown | Code::Ok),
        "{status:?}"
    );
    let details = status.get_error_details();
    let info = details.error_info().expect("google.rpc.ErrorInfo");
    assert_eq!(info.domain, DOMAIN);
    let refusal = ApiError::from_status(status).expect("a reason that is known");
    assert_eq!(status.code(), refusal.reason.code());
    for secret in ["select ", "SQL", "diesel", "/src/", "panicked", "postgres"] {
        assert!(!status.message().contains(secret), "{status:?}");
    }
    refusal
}
