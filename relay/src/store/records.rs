//! What is kept of sessions: who did what kind of thing when, and no content; and the trail of what is done with settings and
//! records.

use sqlx::{FromRow, Row};

use super::{Store, StoreError};
use crate::limits;

/// A session.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct SessionRow {
    /// Its name, in hex.
    pub id: String,
    /// The page's origin.
    pub origin: String,
    /// Seconds since 1970.
    pub began: i64,
    /// The same; `None` while it goes on.
    pub ended: Option<i64>,
    /// Why it ended.
    pub reason: Option<String>,
    /// How it went, as the customer says: 1 badly, 2 so so, 3 well.
    pub rating: Option<i64>,
}

/// Something that was done, once or several times in a row.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Entry {
    /// First, in seconds since 1970.
    pub at: i64,
    /// Last.
    pub last: i64,
    /// How often.
    pub times: i64,
    /// Who: `customer`, or an agent's name and role.
    pub who: String,
    /// What, by one of the words in `hub::notes`.
    pub what: String,
    /// On which element, by its kind and name in the page's code; empty where there is none.
    pub element: String,
    /// Why it was refused; empty where it was not.
    pub why: String,
}

/// A deed of somebody who is signed in, or of the command line.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct TrailRow {
    /// Seconds since 1970.
    pub at: i64,
    /// Who.
    pub who: String,
    /// What.
    pub what: String,
    /// About what.
    pub about: String,
}

impl Store {
    /// A session begins.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin_session(&self, id: &str, tenant: &str, origin: &str, at: i64) -> Result<(), StoreError> {
        sqlx::query("insert into sessions (id, tenant, origin, began) values (?, ?, ?, ?) on conflict do nothing")
            .bind(id)
            .bind(tenant)
            .bind(origin)
            .bind(at)
            .execute(self.pool())
            .await?;
        Ok(())
    }

    /// A session has ended.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_session(&self, id: &str, reason: &str, at: i64) -> Result<(), StoreError> {
        sqlx::query("update sessions set ended = ?, reason = ? where id = ? and ended is null")
            .bind(at)
            .bind(reason)
            .bind(id)
            .execute(self.pool())
            .await?;
        Ok(())
    }

    /// How a session went, from 1 to 3; the first word counts. Of a session that is not known nothing is kept.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rate(&self, id: &str, rating: u8) -> Result<(), StoreError> {
        let query = sqlx::query("update sessions set rating = ? where id = ? and rating is null").bind(rating).bind(id);
        query.execute(self.pool()).await?;
        Ok(())
    }

    /// Writes down what was done. The same once more is counted. Of a session that is not known nothing is written; of one that has
    /// [`limits::MAX_RECORDS`] that it is full, and then who comes, goes, grants and takes back, but no acts on the page.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn record(&self, session: &str, entry: &Entry, is_act: bool) -> Result<(), StoreError> {
        let mut tx = self.pool().begin().await?;
        let counted = sqlx::query(
            "update records set times = times + ?, last = ? where number = (select max(number) from records where session = ?)
             and who = ? and what = ? and element = ? and why = ?",
        )
        .bind(entry.times)
        .bind(entry.last)
        .bind(session)
        .bind(&entry.who)
        .bind(&entry.what)
        .bind(&entry.element)
        .bind(&entry.why)
        .execute(&mut *tx)
        .await?;
        if counted.rows_affected() == 0 {
            let many: i64 =
                sqlx::query("select count(*) from records where session = ?").bind(session).fetch_one(&mut *tx).await?.try_get(0)?;
            let what = match (is_act, many) {
                (true, limits::MAX_RECORDS) => "record-full",
                (true, many) if many > limits::MAX_RECORDS => return Ok(()),
                (false, many) if many >= limits::MAX_RECORDS + limits::RESERVED_RECORDS => return Ok(()),
                _ => &entry.what,
            };
            sqlx::query(
                "insert into records (session, at, last, times, who, what, element, why) select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8
                 where exists (select 1 from sessions where id = ?1)",
            )
            .bind(session)
            .bind(entry.at)
            .bind(entry.last)
            .bind(entry.times)
            .bind(&entry.who)
            .bind(what)
            .bind(&entry.element)
            .bind(&entry.why)
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// A company's sessions that began before a time, the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sessions(&self, tenant: &str, before: i64, most: i64) -> Result<Vec<SessionRow>, StoreError> {
        let query = sqlx::query_as(
            "select id, origin, began, ended, reason, rating from sessions where tenant = ? and began < ? order by began desc, id limit ?",
        );
        Ok(query.bind(tenant).bind(before).bind(most).fetch_all(self.pool()).await?)
    }

    /// What was done in a session of a company; `None` if it has no such session.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn records(&self, tenant: &str, session: &str) -> Result<Option<Vec<Entry>>, StoreError> {
        let known = sqlx::query("select 1 from sessions where id = ? and tenant = ?").bind(session).bind(tenant);
        if known.fetch_optional(self.pool()).await?.is_none() {
            return Ok(None);
        }
        let query = sqlx::query_as("select at, last, times, who, what, element, why from records where session = ? order by number");
        Ok(Some(query.bind(session).fetch_all(self.pool()).await?))
    }

    /// Erases a session of a company that is over, or began before `old`, with all that was kept of it. Whether there was one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn erase_session(&self, tenant: &str, session: &str, old: i64) -> Result<bool, StoreError> {
        let gone = sqlx::query("delete from sessions where id = ? and tenant = ? and (ended is not null or began < ?)")
            .bind(session)
            .bind(tenant)
            .bind(old)
            .execute(self.pool())
            .await?;
        Ok(gone.rows_affected() > 0)
    }

    /// Erases what is kept of sessions that began before a time.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn erase_sessions_before(&self, time: i64) -> Result<u64, StoreError> {
        Ok(sqlx::query("delete from sessions where began < ?").bind(time).execute(self.pool()).await?.rows_affected())
    }

    /// Writes into the trail.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_trail(&self, tenant: &str, row: &TrailRow) -> Result<(), StoreError> {
        sqlx::query("insert into trail (tenant, at, who, what, about) values (?, ?, ?, ?, ?)")
            .bind(tenant)
            .bind(row.at)
            .bind(&row.who)
            .bind(&row.what)
            .bind(&row.about)
            .execute(self.pool())
            .await?;
        Ok(())
    }

    /// A company's trail, the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn trail(&self, tenant: &str, most: i64) -> Result<Vec<TrailRow>, StoreError> {
        let query = sqlx::query_as("select at, who, what, about from trail where tenant = ? order by number desc limit ?");
        Ok(query.bind(tenant).bind(most).fetch_all(self.pool()).await?)
    }
}
