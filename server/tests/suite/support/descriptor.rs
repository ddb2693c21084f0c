//! The RPCs in the descriptor of the protocol.

use std::collections::{BTreeMap, BTreeSet};

use epic_events::FILE_DESCRIPTOR_SET;
use prost::Message as _;
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorSet};

/// Fields of a request that are not fields of a record.
pub const NON_RECORD_FIELDS: [&str; 4] = ["id", "etag", "request_id", "successor_id"];

/// The descriptor of every `.proto` file.
pub fn files() -> FileDescriptorSet {
    FileDescriptorSet::decode(FILE_DESCRIPTOR_SET).expect("descriptors")
}

/// The request message of every RPC, by the path of the RPC.
pub fn requests() -> BTreeMap<String, DescriptorProto> {
    let files = files().file;
    let messages: BTreeMap<_, _> = files
        .iter()
        .flat_map(|file| {
            file.message_type.iter().map(|message| {
                let name = format!(".{}.{}", file.package(), message.name());
                (name, message)
            })
        })
        .collect();
    files
        .iter()
        .flat_map(|file| file.service.iter().map(move |service| (file, service)))
        .flat_map(|(file, service)| service.method.iter().map(move |rpc| (file, service, rpc)))
        .map(|(file, service, rpc)| {
            let path = format!("/{}.{}/{}", file.package(), service.name(), rpc.name());
            (path, messages[rpc.input_type()].clone())
        })
        .collect()
}

/// The names of the fields of each RPC's request, by the path of the RPC.
pub fn request_fields() -> BTreeMap<String, Vec<String>> {
    requests()
        .into_iter()
        .map(|(path, message)| {
            let fields = message.field.iter().map(|field| field.name().to_owned());
            (path, fields.collect())
        })
        .collect()
}

/// The request fields that `is_included` accepts: the path of the RPC and the name of the field.
pub fn request_fields_where(
    is_included: fn(&FieldDescriptorProto) -> bool,
) -> BTreeSet<(String, String)> {
    requests()
        .into_iter()
        .flat_map(|(path, message)| {
            let fields = message.field.into_iter().filter(is_included);
            fields.map(move |field| (path.clone(), field.name().to_owned()))
        })
        .collect()
}
