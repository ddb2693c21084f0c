//! Helpers for the tests of this crate, and tests of the comments in `proto/epic/v1`.

use std::{
    collections::{BTreeSet, HashMap},
    fmt::Debug,
};

use prost::Message as _;
use prost_types::{FileDescriptorProto, FileDescriptorSet, source_code_info::Location};

use crate::{
    FILE_DESCRIPTOR_SET,
    field_error::{FieldError, FieldErrorKind},
    reason::Reason,
};

/// UUID of requests.
pub(crate) const REQUEST_ID: &str = "6f0c2f5e-8a4f-4a53-9d0e-0c2f5e8a4f4a";

/// A change that makes a valid request invalid, and the errors that result.
pub(crate) type ErrorCase<'a, W> = (fn(&mut W), &'a [(&'static str, FieldErrorKind)]);

/// A change to an update request without fields, and the fields that the resulting patch changes.
pub(crate) type PatchCase<W> = (fn(&mut W), &'static [&'static str]);

/// Checks the errors of a valid request after each of the changes.
pub(crate) fn check_errors<W, T>(valid: &W, cases: &[ErrorCase<W>])
where
    W: Clone + Debug,
    T: TryFrom<W, Error = Vec<FieldError>> + Debug,
{
    T::try_from(valid.clone()).expect("a valid request");
    for (change, expected) in cases {
        let mut request = valid.clone();
        change(&mut request);
        let expected = expected
            .iter()
            .map(|&(field, kind)| FieldError { field, kind });
        let errors = T::try_from(request.clone()).expect_err(&format!("{request:?}"));
        assert_eq!(errors, expected.collect::<Vec<_>>(), "{request:?}");
    }
}

/// The time `seconds` after the beginning of 1970, in UTC.
pub(crate) fn seconds(seconds: i64) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds, nanos: 0 }
}

/// An RPC of the protocol.
pub(crate) struct Method {
    pub(crate) path: String,
    /// Names of the fields of the request message.
    pub(crate) fields: Vec<String>,
    /// Whether it replies with a stream.
    pub(crate) is_stream: bool,
}

fn files() -> Vec<FileDescriptorProto> {
    let set = FileDescriptorSet::decode(FILE_DESCRIPTOR_SET).expect("a descriptor set");
    set.file
}

/// The RPCs in the descriptor set.
pub(crate) fn methods() -> Vec<Method> {
    let files = files();
    let mut requests = HashMap::new();
    for file in &files {
        for message in &file.message_type {
            let fields: Vec<_> = message
                .field
                .iter()
                .map(|it| it.name().to_owned())
                .collect();
            requests.insert(format!(".{}.{}", file.package(), message.name()), fields);
        }
    }
    let mut methods = Vec::new();
    for file in &files {
        for service in &file.service {
            methods.extend(service.method.iter().map(|method| Method {
                path: format!("/{}.{}/{}", file.package(), service.name(), method.name()),
                fields: requests[method.input_type()].clone(),
                is_stream: method.server_streaming(),
            }));
        }
    }
    methods
}

/// Names in backquotes and capitals in the comments of the protocol.
fn names_in_comments() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for file in files().iter().filter(|file| file.package() == "epic.v1") {
        let locations = file.source_code_info.iter().flat_map(|info| &info.location);
        for comment in locations.map(Location::leading_comments) {
            let quoted = comment.split('`').skip(1).step_by(2);
            let constant = |text: &&str| {
                text.len() > 1 && text.chars().all(|c| c.is_ascii_uppercase() || c == '_')
            };
            names.extend(quoted.filter(constant).map(str::to_owned));
        }
    }
    names
}

#[test]
fn comments_name_only_reasons_codes_and_enum_values() {
    let reasons = Reason::ALL.iter().map(|reason| reason.name().to_owned());
    let codes = FieldErrorKind::ALL.map(|kind| kind.code().to_owned());
    let files = files();
    let values = files.iter().flat_map(|file| &file.enum_type);
    let values = values.flat_map(|it| it.value.iter().map(|value| value.name().to_owned()));
    let known: BTreeSet<_> = reasons.chain(codes).chain(values).collect();
    let unknown: Vec<_> = names_in_comments().difference(&known).cloned().collect();
    assert_eq!(unknown, Vec::<String>::new());
}

#[test]
fn comments_name_every_reason_and_code() {
    let named = names_in_comments();
    let reasons = Reason::ALL.iter().map(|reason| reason.name());
    let codes = FieldErrorKind::ALL.map(FieldErrorKind::code);
    let missing: Vec<_> = reasons
        .chain(codes)
        .filter(|name| !named.contains(*name))
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
}
