//! Versions of companies' policies. One is never changed, only followed by the next.

use std::collections::HashMap;

use sqlx::{FromRow, Row};

use super::{DRAFT, Store, StoreError};

/// One version.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Version {
    /// Number, from 1.
    pub number: i64,
    /// The file (TOML).
    pub source: String,
    /// Who signed it off.
    pub signed: String,
    /// Why, in their words.
    pub note: String,
    /// When, in seconds since 1970.
    pub at: i64,
}

impl Store {
    /// Makes a policy the one that holds, in one step, and gives its number. `signed`: by whom, and why. With `based_on` only if
    /// that is the version that holds; otherwise `None`, and nothing has changed.
    ///
    /// # Errors
    /// [`StoreError`], also where there is no such company.
    pub async fn publish(
        &self,
        tenant: &str,
        source: &str,
        signed: (&str, &str),
        based_on: Option<i64>,
        now: i64,
    ) -> Result<Option<i64>, StoreError> {
        let row = sqlx::query(
            "insert into policy_versions (tenant, version, source, signed, note, at)
             select ?1, held + 1, ?2, ?3, ?4, ?5
             from (select coalesce(max(version), 0) as held from policy_versions where tenant = ?1)
             where ?6 is null or held = ?6 returning version",
        )
        .bind(tenant)
        .bind(source)
        .bind(signed.0)
        .bind(signed.1)
        .bind(now)
        .bind(based_on)
        .fetch_optional(self.pool())
        .await?;
        row.map(|row| Ok(row.try_get(0)?)).transpose()
    }

    /// A version of a company's policy.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn policy_version(&self, tenant: &str, number: i64) -> Result<Option<Version>, StoreError> {
        let query =
            sqlx::query_as("select version as number, source, signed, note, at from policy_versions where tenant = ? and version = ?");
        Ok(query.bind(tenant).bind(number).fetch_optional(self.pool()).await?)
    }

    /// All versions from a number on, the oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn policy_versions(&self, tenant: &str, since: i64) -> Result<Vec<Version>, StoreError> {
        let query = sqlx::query_as(
            "select version as number, source, signed, note, at from policy_versions where tenant = ? and version >= ? order by version",
        );
        Ok(query.bind(tenant).bind(since).fetch_all(self.pool()).await?)
    }

    /// The number of the version that holds, for each company, and how often each draft was saved, by its name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn policies_held(&self) -> Result<HashMap<String, i64>, StoreError> {
        let rows =
            sqlx::query("select tenant, max(version) from policy_versions group by tenant union all select ? || key, saved from drafts")
                .bind(DRAFT)
                .fetch_all(self.pool())
                .await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }
}
