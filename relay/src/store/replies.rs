//! Ready answers of a company.

use sqlx::FromRow;

use super::{Store, StoreError};

/// A ready answer.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Reply {
    /// Language, as two small letters.
    pub language: String,
    /// By what it is called up.
    pub name: String,
    /// What it says.
    pub words: String,
}

impl Store {
    /// A company's own, in its order; `None` where it keeps none of its own.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn replies(&self, tenant: &str) -> Result<Option<Vec<Reply>>, StoreError> {
        let kept: Option<bool> =
            sqlx::query_scalar("select replies_kept from tenants where name = ?").bind(tenant).fetch_optional(self.pool()).await?;
        if kept != Some(true) {
            return Ok(None);
        }
        let query = sqlx::query_as("select language, name, words from replies where tenant = ? order by place");
        Ok(Some(query.bind(tenant).fetch_all(self.pool()).await?))
    }

    /// Puts others in their place, all at once.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_replies(&self, tenant: &str, replies: &[Reply]) -> Result<(), StoreError> {
        let mut all = self.pool().begin().await?;
        sqlx::query("delete from replies where tenant = ?").bind(tenant).execute(&mut *all).await?;
        for (place, reply) in (0i64..).zip(replies) {
            sqlx::query("insert into replies (tenant, place, language, name, words) values (?, ?, ?, ?, ?)")
                .bind(tenant)
                .bind(place)
                .bind(&reply.language)
                .bind(&reply.name)
                .bind(&reply.words)
                .execute(&mut *all)
                .await?;
        }
        sqlx::query("update tenants set replies_kept = 1 where name = ?").bind(tenant).execute(&mut *all).await?;
        all.commit().await?;
        Ok(())
    }
}
