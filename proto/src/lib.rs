//! The protocol between the Epic Events client and server: messages and services generated from
//! `proto/epic/v1`, the access policy, error details, and validation.
//!
//! The client validates forms with the same code, but the server never relies on it.

pub mod api_error;
pub mod auth;
pub mod character;
pub mod client;
pub mod collaborator;
pub mod contract;
pub mod date_words;
pub mod event;
pub mod field_error;
pub mod fold;
pub mod password;
pub mod policy;
pub mod reason;
pub mod record_kind;
pub mod role;
pub mod strength;
pub mod value;

#[cfg(test)]
mod tests;

/// Messages and services generated from `proto/epic/v1`.
#[allow(missing_docs, clippy::pedantic)]
pub mod epic {
    pub mod v1 {
        tonic::include_proto!("epic.v1");
    }
}

/// Messages generated from `proto/google`.
#[allow(missing_docs, clippy::pedantic)]
pub mod google {
    pub mod r#type {
        tonic::include_proto!("google.r#type");
    }
}

pub use epic::v1;

/// All messages and services, with their comments, as an encoded
/// `google.protobuf.FileDescriptorSet`.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
