//! Names of the roles.

use crate::v1::Role;

/// The three roles, without [`Role::Unspecified`].
pub(crate) const ROLES: [Role; 3] = [Role::Gestion, Role::Commercial, Role::Support];

/// Name of the role on the command line, in the database and in error details; empty for
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

/// The inverse of [`role_name`]; `None` for the empty name.
#[must_use]
pub fn role_from_name(name: &str) -> Option<Role> {
    ROLES.into_iter().find(|&role| role_name(role) == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_roles_correspond() {
        let cases = [
            ("gestion", Some(Role::Gestion)),
            ("commercial", Some(Role::Commercial)),
            ("support", Some(Role::Support)),
            ("", None),
            ("Gestion", None),
            ("ROLE_SUPPORT", None),
        ];
        for (name, role) in cases {
            assert_eq!(role_from_name(name), role, "{name}");
            if let Some(role) = role {
                assert_eq!(role_name(role), name);
            }
        }
        assert_eq!(role_name(Role::Unspecified), "");
    }

    #[test]
    fn every_role_of_the_contract_is_listed() {
        let of_contract: Vec<_> = (1..).map_while(|wire| Role::try_from(wire).ok()).collect();
        assert_eq!(of_contract, ROLES);
    }
}
