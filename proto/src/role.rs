//! The three roles as text.

use crate::v1::Role;

/// The role's name on the command line, in the database and in error details; empty for
/// [`Role::Unspecified`].
#[must_use]
pub const fn role_name(role: Role) -> &'static str {
    match role {
        Role::Gestion => "gestion",
        Role::Commercial => "commercial",
        Role::Support => "support",
        Role::Unspecified => "",
    }
}

/// The inverse of [`role_name`].
#[must_use]
pub fn role_from_name(name: &str) -> Option<Role> {
    [Role::Gestion, Role::Commercial, Role::Support]
        .into_iter()
        .find(|&role| role_name(role) == name)
}
