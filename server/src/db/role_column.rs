//! Roles in the database, where they are text.

use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, Output, ToSql},
    sql_types::Text,
};
use epic_events::{
    role::{role_from_name, role_name},
    v1::Role,
};

/// A role in a column of type `text`. A row with any other text cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub(crate) struct RoleColumn(pub(crate) Role);

impl FromSql<Text, Pg> for RoleColumn {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        let name = std::str::from_utf8(bytes.as_bytes())?;
        role_from_name(name)
            .map(Self)
            .ok_or_else(|| "a role that this server does not know".into())
    }
}

impl ToSql<Text, Pg> for RoleColumn {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <str as ToSql<Text, Pg>>::to_sql(role_name(self.0), out)
    }
}

impl From<RoleColumn> for Role {
    fn from(column: RoleColumn) -> Self {
        column.0
    }
}
