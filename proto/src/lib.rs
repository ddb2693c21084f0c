//! What the Epic Events client and server agree on: the messages, who may do what, and what makes
//! a record valid. Both sides run the same checks; only the server's count.

pub mod api_error;
pub mod auth;
pub mod client;
pub mod collaborator;
pub mod contract;
pub mod event;
pub mod field_error;
pub mod password;
pub mod policy;
pub mod reason;
pub mod record_kind;
pub mod role;
pub mod strength;
pub mod value;

/// Messages and services generated from `proto/epic/v1`.
#[allow(missing_docs, clippy::pedantic)]
pub mod epic {
    pub mod v1 {
        tonic::include_proto!("epic.v1");
    }
}

/// The `google.type` messages that ours use.
#[allow(missing_docs, clippy::pedantic)]
pub mod google {
    pub mod r#type {
        tonic::include_proto!("google.r#type");
    }
}

pub use epic::v1;

/// Every message and service as an encoded `google.protobuf.FileDescriptorSet`, with comments.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
