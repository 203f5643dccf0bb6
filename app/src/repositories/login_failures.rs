//! The rows of `login_failures`.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
    sea_query::{LockType, OnConflict},
};

use super::{DatabaseError, Repository, Session, repository::versioned};
use crate::models::{LoginFailure, login_failure};

versioned!(login_failure, String);

/// Failures of accounts and addresses. Only ever read to be written, so there is no reading one.
#[derive(Clone)]
pub struct LoginFailureRepository {
    rows: Repository<login_failure::Entity, Session>,
}

impl LoginFailureRepository {
    /// A repository on a session.
    pub const fn new(session: Session) -> Self {
        Self { rows: Repository::new(session) }
    }

    /// The row of this id, made when it is not there, and held against others until the session ends.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn lock(&self, id: &str, now: DateTime<Utc>) -> Result<LoginFailure, DatabaseError> {
        let fresh = LoginFailure {
            id: id.to_owned(),
            failures: 0,
            pending: 0,
            last_began_at: now,
            locked_until: None,
            version: 1,
        };
        let row = fresh.clone().into_active_model().reset_all();
        login_failure::Entity::insert(row)
            .on_conflict(OnConflict::column(login_failure::Column::Id).do_nothing().to_owned())
            .exec_without_returning(self.rows.connection())
            .await?;
        let select = login_failure::Entity::find().filter(login_failure::Column::Id.eq(id));
        Ok(self.rows.find_one(select.lock(LockType::Update)).await?.unwrap_or(fresh))
    }

    /// Replaces a row.
    ///
    /// # Errors
    /// [`DatabaseError::Stale`] when it was changed since it was read.
    pub async fn update(&self, row: LoginFailure) -> Result<LoginFailure, DatabaseError> {
        self.rows.update(row).await
    }

    /// Forgets rows whose last attempt was before a time.
    ///
    /// # Errors
    /// [`DatabaseError`] when the database does not answer.
    pub async fn forget_before(&self, before: DateTime<Utc>) -> Result<(), DatabaseError> {
        login_failure::Entity::delete_many()
            .filter(login_failure::Column::LastBeganAt.lt(before))
            .exec(self.rows.connection())
            .await?;
        Ok(())
    }
}
