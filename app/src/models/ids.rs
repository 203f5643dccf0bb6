//! Identifiers: one type an entity, each a UUIDv7 (RFC 9562 §5.7), so that ids of different
//! entities cannot be mixed up and rows sort by their making. Never makes one: that takes time
//! and randomness, which `services::random` has.

use std::{fmt, str::FromStr};

use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The text is not a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("should be a UUID")]
pub struct IdError;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
            DeriveValueType,
        )]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The UUID inside.
            #[must_use]
            pub const fn as_uuid(&self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::try_parse(text).map(Self).map_err(|_| IdError)
            }
        }

        // SeaORM asks this of every primary key; a UUID cannot come from a row number.
        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    };
}

id!(
    /// Names a user.
    UserId
);
id!(
    /// Names a role.
    RoleId
);
id!(
    /// Names a permission's row.
    PermissionId
);
id!(
    /// Names an item.
    ItemId
);
id!(
    /// Names a login: the family that its refresh tokens belong to, the `sid` of access tokens.
    LoginSessionId
);
id!(
    /// Names a refresh token's row; never the token itself.
    RefreshTokenId
);
id!(
    /// Names a signing key; its text is the `kid` of tokens and of the JWKS document.
    SigningKeyId
);
id!(
    /// Names a person of an external identity provider; never their name there.
    ExternalIdentityId
);
id!(
    /// Names an API key's row; never the key itself.
    ApiKeyId
);
