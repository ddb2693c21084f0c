//! The kinds of record. This table is the only list of them: the history, the stream of changes,
//! error details and the client's messages use its names.

use crate::v1::RecordType;

macro_rules! record_kinds {
    ($($(#[$doc:meta])* $kind:ident $name:literal;)*) => {
        /// A kind of record.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum RecordKind {
            $($(#[$doc])* $kind,)*
        }

        impl RecordKind {
            /// Every kind, in the order of the client's tabs.
            pub const ALL: &[Self] = &[$(Self::$kind,)*];

            /// The name in the history table, in error details and in the client's messages.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                }
            }

            /// The enum value on the wire.
            #[must_use]
            pub const fn record_type(self) -> RecordType {
                match self {
                    $(Self::$kind => RecordType::$kind,)*
                }
            }

            /// The inverse of [`Self::record_type`]; `None` for `RECORD_TYPE_UNSPECIFIED`.
            #[must_use]
            pub const fn from_record_type(record_type: RecordType) -> Option<Self> {
                match record_type {
                    RecordType::Unspecified => None,
                    $(RecordType::$kind => Some(Self::$kind),)*
                }
            }

            /// The inverse of [`Self::name`].
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.name() == name)
            }
        }
    };
}

record_kinds! {
    /// A collaborator.
    Collaborator "collaborator";
    /// A client.
    Client "client";
    /// A contract.
    Contract "contract";
    /// An event.
    Event "event";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_record_type_of_the_protocol_has_a_kind() {
        for number in 0.. {
            let Ok(record_type) = RecordType::try_from(number) else {
                assert_eq!(
                    usize::try_from(number).ok(),
                    Some(RecordKind::ALL.len() + 1)
                );
                break;
            };
            let kind = RecordKind::from_record_type(record_type);
            assert_eq!(kind.is_none(), record_type == RecordType::Unspecified);
            assert_eq!(
                kind.map(RecordKind::record_type).unwrap_or_default(),
                record_type
            );
        }
    }

    #[test]
    fn from_name_is_the_inverse_of_name() {
        for &kind in RecordKind::ALL {
            assert_eq!(RecordKind::from_name(kind.name()), Some(kind));
        }
        assert_eq!(RecordKind::from_name("Client"), None);
    }
}
