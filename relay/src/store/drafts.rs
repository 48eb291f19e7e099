//! Drafts of policies: one for each admin.

use sqlx::FromRow;

use super::{Store, StoreError};
use crate::limits;

/// A draft.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Draft {
    /// Whose.
    pub user_id: i64,
    /// Of which company.
    pub tenant: String,
    /// By what pages that try it out name it; not to be guessed.
    pub key: String,
    /// The file (TOML).
    pub source: String,
    /// The version it was made from.
    pub based_on: i64,
    /// When, in seconds since 1970, it was saved last.
    pub at: i64,
}

impl Draft {
    /// How a session names it where others name the number of a version.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{DRAFT}{}", self.key)
    }

    /// Whether pages may try it out.
    #[must_use]
    pub const fn is_fresh(&self, now: i64) -> bool {
        self.at > now - limits::DRAFT_SECONDS
    }
}

/// Begins the names of drafts.
pub const DRAFT: &str = "draft-";

impl Store {
    /// Begins somebody's draft; one that they have already may be tried out for another while.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin_draft(&self, draft: &Draft) -> Result<(), StoreError> {
        sqlx::query("insert into drafts (user_id, tenant, key, source, based_on, at) values (?, ?, ?, ?, ?, ?) on conflict (user_id) do update set at = excluded.at")
            .bind(draft.user_id)
            .bind(&draft.tenant)
            .bind(&draft.key)
            .bind(&draft.source)
            .bind(draft.based_on)
            .bind(draft.at)
            .execute(self.pool())
            .await?;
        Ok(())
    }

    /// Somebody's draft.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn draft(&self, user: i64) -> Result<Option<Draft>, StoreError> {
        let query = sqlx::query_as("select user_id, tenant, key, source, based_on, at from drafts where user_id = ?");
        Ok(query.bind(user).fetch_optional(self.pool()).await?)
    }

    /// The draft that a page tries out, if it is fresh.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn draft_called(&self, tenant: &str, name: &str, now: i64) -> Result<Option<Draft>, StoreError> {
        let Some(key) = name.strip_prefix(DRAFT) else { return Ok(None) };
        let query = sqlx::query_as("select user_id, tenant, key, source, based_on, at from drafts where tenant = ? and key = ?");
        let draft: Option<Draft> = query.bind(tenant).bind(key).fetch_optional(self.pool()).await?;
        Ok(draft.filter(|draft| draft.is_fresh(now)))
    }

    /// Saves what somebody has made of theirs, if it still says what `was`: two windows do not write over each other. Whether it did.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn save_draft(&self, user: i64, was: &str, source: &str, now: i64) -> Result<bool, StoreError> {
        let done = sqlx::query("update drafts set source = ?, at = ?, saved = saved + 1 where user_id = ? and source = ?")
            .bind(source)
            .bind(now)
            .bind(user)
            .bind(was)
            .execute(self.pool())
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Throws somebody's draft away, if it still says that.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn drop_draft(&self, user: i64, source: &str) -> Result<(), StoreError> {
        sqlx::query("delete from drafts where user_id = ? and source = ?").bind(user).bind(source).execute(self.pool()).await?;
        Ok(())
    }
}
