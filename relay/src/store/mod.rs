//! What the relay keeps: companies, accounts, policies, sign-ins. Never content, keys or PINs.
//!
//! SQLite embedded; another database will stand behind [`Store`], whose queries are plain SQL.

mod coverage;
mod drafts;
mod policies;
mod records;
mod replies;

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{FromRow, Row};

pub use coverage::Count;
pub use drafts::{DRAFT, Draft};
pub use policies::Version;
pub use records::{Entry, SessionRow, TrailRow};
pub use replies::Reply;

/// A company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// Short name, as in the script tag.
    pub name: String,
    /// Name as people know it.
    pub company: String,
    /// Source (TOML) of the policy that holds.
    pub policy: String,
    /// Number of its version; 0 while there is none.
    pub version: i64,
    /// Whether a site's own prompt counts: `no`, `pressed`, `any`.
    pub own_consent: String,
    /// Origins its pages may have.
    pub origins: Vec<String>,
}

/// An account.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct User {
    /// Number.
    pub id: i64,
    /// Tenant's short name.
    pub tenant: String,
    /// E-mail, lower case.
    pub email: String,
    /// Name.
    pub name: String,
    /// Role.
    pub role: String,
    /// PHC string of the password.
    pub password: String,
}

/// The database could not be opened, read or written.
#[derive(Debug)]
pub struct StoreError(String);
impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the database failed: {}", self.0)
    }
}
impl std::error::Error for StoreError {}
impl From<sqlx::Error> for StoreError {
    fn from(e: sqlx::Error) -> Self {
        Self(e.to_string())
    }
}
impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(e: sqlx::migrate::MigrateError) -> Self {
        Self(e.to_string())
    }
}

/// The database.
#[derive(Clone, Debug)]
pub struct Store {
    pool: SqlitePool,
}

impl Store {
    /// Opens or makes the database in a folder and brings it up to date.
    ///
    /// # Errors
    /// [`StoreError`] when the folder cannot be written or the file is no database of ours.
    pub async fn open(folder: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder).map_err(|e| StoreError(format!("{} cannot be made: {e}", folder.display())))?;
        let options = SqliteConnectOptions::new()
            .filename(folder.join("beside.db"))
            .create_if_missing(true)
            .foreign_keys(true)
            // The command line publishes while the relay runs.
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .pragma("secure_delete", "on");
        Self::with(SqlitePoolOptions::new().max_connections(4).connect_with(options).await?).await
    }

    /// A database in memory, for tests.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn in_memory() -> Result<Self, StoreError> {
        Self::with(SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await?).await
    }

    async fn with(pool: SqlitePool) -> Result<Self, StoreError> {
        sqlx::migrate!("./migrations").run(&pool).await?;
        Ok(Self { pool })
    }

    const fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// Whether the database answers.
    pub async fn is_ready(&self) -> bool {
        sqlx::query("select 1").execute(&self.pool).await.is_ok()
    }

    /// A random secret under a name, made once and kept.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn secret(&self, name: &str, fresh: &str) -> Result<String, StoreError> {
        sqlx::query("insert into secrets (name, value) values (?, ?) on conflict do nothing")
            .bind(name)
            .bind(fresh)
            .execute(&self.pool)
            .await?;
        Ok(sqlx::query("select value from secrets where name = ?").bind(name).fetch_one(&self.pool).await?.try_get(0)?)
    }

    /// Makes or changes a company and its origins. A policy that is not the one that holds becomes its next version, whatever
    /// number `t` says.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_tenant(&self, t: &Tenant, now: i64) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        sqlx::query(
            "insert into tenants (name, company, own_consent) values (?, ?, ?)
             on conflict (name) do update set company = excluded.company, own_consent = excluded.own_consent",
        )
        .bind(&t.name)
        .bind(&t.company)
        .bind(&t.own_consent)
        .execute(&mut *tx)
        .await?;
        sqlx::query("delete from origins where tenant = ?").bind(&t.name).execute(&mut *tx).await?;
        for origin in &t.origins {
            sqlx::query("insert into origins (tenant, origin) values (?, ?) on conflict do nothing")
                .bind(&t.name)
                .bind(origin)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        if self.tenant(&t.name).await?.is_none_or(|is| is.policy != t.policy) {
            self.publish(&t.name, &t.policy, ("set-up", ""), None, now).await?;
        }
        Ok(())
    }

    /// A company.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn tenant(&self, name: &str) -> Result<Option<Tenant>, StoreError> {
        let row = sqlx::query(
            "select t.name, t.company, t.own_consent, coalesce(p.source, ''), coalesce(p.version, 0) from tenants t
             left join policy_versions p on p.tenant = t.name where t.name = ? order by p.version desc limit 1",
        )
        .bind(name)
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let origins = sqlx::query("select origin from origins where tenant = ? order by origin").bind(name).fetch_all(&self.pool).await?;
        Ok(Some(Tenant {
            name: row.try_get(0)?,
            company: row.try_get(1)?,
            own_consent: row.try_get(2)?,
            policy: row.try_get(3)?,
            version: row.try_get(4)?,
            origins: origins.iter().map(|r| r.try_get(0)).collect::<Result<_, _>>()?,
        }))
    }

    /// Makes an account, or changes the one with this e-mail.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_user(&self, tenant: &str, email: &str, name: &str, role: &str, password: &str) -> Result<(), StoreError> {
        sqlx::query(
            "insert into users (tenant, email, name, role, password) values (?, ?, ?, ?, ?)
             on conflict (email) do update set tenant = excluded.tenant, name = excluded.name, role = excluded.role, password = excluded.password",
        )
        .bind(tenant)
        .bind(email.to_lowercase())
        .bind(name)
        .bind(role)
        .bind(password)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// An account by e-mail.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn user_by_email(&self, email: &str) -> Result<Option<User>, StoreError> {
        let query = sqlx::query_as("select id, tenant, email, name, role, password from users where email = ?");
        Ok(query.bind(email.to_lowercase()).fetch_optional(&self.pool).await?)
    }

    /// Remembers a sign-in by the hash of its token.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_sign_in(&self, token_hash: &str, user: i64, expires: i64) -> Result<(), StoreError> {
        sqlx::query("insert into sign_ins (token_hash, user_id, expires) values (?, ?, ?)")
            .bind(token_hash)
            .bind(user)
            .bind(expires)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Who is signed in with a token of this hash.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn signed_in(&self, token_hash: &str, now: i64) -> Result<Option<User>, StoreError> {
        let query = sqlx::query_as(
            "select u.id, u.tenant, u.email, u.name, u.role, u.password from sign_ins s join users u on u.id = s.user_id
             where s.token_hash = ? and s.expires > ?",
        );
        Ok(query.bind(token_hash).bind(now).fetch_optional(&self.pool).await?)
    }

    /// Forgets a sign-in, and all that are too old.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sign_out(&self, token_hash: &str, now: i64) -> Result<(), StoreError> {
        sqlx::query("delete from sign_ins where token_hash = ? or expires <= ?").bind(token_hash).bind(now).execute(&self.pool).await?;
        Ok(())
    }

    /// Remembers that a session is over, until no ticket of it can be valid any more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_ended(&self, id: &str, now: i64, keep: i64) -> Result<(), StoreError> {
        sqlx::query("delete from ended_sessions where ended < ?").bind(now - keep).execute(&self.pool).await?;
        sqlx::query("insert into ended_sessions (id, ended) values (?, ?) on conflict do nothing")
            .bind(id)
            .bind(now)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Sessions that are over, in hex.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn ended(&self) -> Result<Vec<String>, StoreError> {
        let rows = sqlx::query("select id from ended_sessions").fetch_all(&self.pool).await?;
        Ok(rows.iter().map(|r| r.try_get(0)).collect::<Result<_, _>>()?)
    }
}
