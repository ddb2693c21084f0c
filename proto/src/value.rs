//! Validated values. A `parse` function constructs each of them from a wire field or from keyboard
//! input; code that receives the value does not validate it again.
//!
//! Lengths count characters (Unicode scalar values), not bytes.

mod attendees;
mod clean;
mod email;
mod identifier;
mod money;
mod phone;
mod text;
mod time;

#[cfg(test)]
mod tests;

use crate::{field_error::FieldErrorKind, v1::Role};

pub(crate) use text::check_length;
pub use {
    attendees::{ATTENDEES_MAX, Attendees},
    clean::{line_feeds, spaces},
    email::{EMAIL_MAX, Email},
    identifier::{etag, format_etag, id, request_id, uuid},
    money::{CENTS_MAX, Cents},
    phone::{Phone, PhoneParts, phone_digits},
    text::{Company, DEVICE_MAX, Line, Location, Name, Note, Title, device},
    time::{date, time, wire_date, wire_time},
};

/// Reads a role from its number on the wire.
///
/// # Errors
/// [`FieldErrorKind::Missing`] for `ROLE_UNSPECIFIED`, [`FieldErrorKind::NotARole`] for a number
/// that the protocol does not define.
pub fn role(wire: i32) -> Result<Role, FieldErrorKind> {
    match Role::try_from(wire) {
        Ok(Role::Unspecified) => Err(FieldErrorKind::Missing),
        Ok(role) => Ok(role),
        Err(_) => Err(FieldErrorKind::NotARole),
    }
}
