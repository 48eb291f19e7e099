//! How far policies reached in sessions: counts by kind of page.

use sqlx::{FromRow, Row};

use super::{Store, StoreError};
use crate::limits;

/// A count of one session.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Count {
    /// Kind of page.
    pub path: String,
    /// What was counted, by one of the words in `coverage`.
    pub what: String,
    /// How many.
    pub n: i64,
    /// When the session counted last, in seconds since 1970.
    pub at: i64,
}

impl Store {
    /// Adds what a session counted on a page; of several counts of the same the largest stays. Of a session that is not known, or
    /// of more than [`limits::MAX_COVERAGE`] counts, nothing is kept.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn cover(&self, session: &str, counts: &[Count]) -> Result<(), StoreError> {
        let mut tx = self.pool().begin().await?;
        for count in counts {
            sqlx::query(
                "insert into coverage (session, path, what, n, at) select ?1, ?2, ?3, ?4, ?5
                 where exists (select 1 from sessions where id = ?1) and (select count(*) from coverage where session = ?1) < ?6
                 on conflict (session, path, what) do update set n = max(n, excluded.n), at = excluded.at",
            )
            .bind(session)
            .bind(&count.path)
            .bind(&count.what)
            .bind(count.n)
            .bind(count.at)
            .bind(limits::MAX_COVERAGE)
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// What a company's sessions counted since a time, the oldest first, and how many sessions that were.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn coverage(&self, tenant: &str, since: i64) -> Result<(Vec<Count>, i64), StoreError> {
        let mut counts: Vec<Count> = sqlx::query_as(
            "select c.path, c.what, c.n, c.at from coverage c join sessions s on s.id = c.session
             where s.tenant = ? and c.at >= ? order by c.at desc, c.session limit ?",
        )
        .bind(tenant)
        .bind(since)
        .bind(limits::COVERAGE_READ)
        .fetch_all(self.pool())
        .await?;
        counts.reverse();
        let sessions = sqlx::query(
            "select count(distinct c.session) from coverage c join sessions s on s.id = c.session where s.tenant = ? and c.at >= ?",
        )
        .bind(tenant)
        .bind(since)
        .fetch_one(self.pool())
        .await?;
        Ok((counts, sessions.try_get(0)?))
    }
}
