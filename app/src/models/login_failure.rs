//! The table `login_failures`: attempts to log in that have not succeeded, by account and by address.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

/// The failures of one account or one address.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "login_failures")]
pub struct Model {
    /// Whose: a hash, so that the table tells nobody's name and nobody's address.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// How many in a row.
    pub failures: i64,
    /// How many attempts are being looked at.
    pub pending: i64,
    /// When the last one began.
    pub last_began_at: DateTime<Utc>,
    /// Until when every attempt is refused.
    pub locked_until: Option<DateTime<Utc>>,
    /// Counts the changes of the row, from 1.
    pub version: i64,
}

/// No relation is declared: repositories write their joins out.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
