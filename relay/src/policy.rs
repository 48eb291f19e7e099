//! Policies in use: which one a session goes by, and publishing the next.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use policies::Policy;
use policies::change::{self, Change};
use policies::source;
use sha2::{Digest, Sha256};

use crate::limits;
use crate::store::{DRAFT, Store, StoreError, Tenant, TrailRow, Version};
use crate::tickets::hex;

/// SHA-256 of a policy's source, in hex.
#[must_use]
pub fn hash(source: &str) -> String {
    hex(&Sha256::digest(source.as_bytes()))
}

/// Policies of running sessions, kept ready: after a publish all of them ask at once. By company, version and the version that holds.
#[derive(Debug, Default)]
pub struct Ready(Mutex<HashMap<(String, i64, i64), Pinned>>);

impl Ready {
    /// The draft of this name; or as [`pinned`], which it asks once.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn pinned(&self, store: &Store, tenant: &Tenant, since: Option<&str>, now: i64) -> Result<Pinned, StoreError> {
        if let Some(draft) = store.draft_called(&tenant.name, since.unwrap_or_default(), now).await? {
            let policy = source::parse(&draft.source).map_err(|problem| problem.to_string());
            return Ok(Pinned { version: draft.name(), source: draft.source, policy });
        }
        let since = since.and_then(|n| n.parse::<i64>().ok());
        let Some(since) = since.filter(|n| (1..tenant.version).contains(n)) else { return pinned(store, tenant, None).await };
        let key = (tenant.name.clone(), since, tenant.version);
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let fresh = pinned(store, tenant, Some(since)).await?;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= limits::PINNED_KEPT {
            kept.clear();
        }
        kept.insert(key, fresh.clone());
        Ok(fresh)
    }
}

/// What a session goes by.
#[derive(Clone, Debug)]
pub struct Pinned {
    /// The number of the version it began under, or the name of a draft.
    pub version: String,
    /// That version's source.
    pub source: String,
    /// The policy, or why everything is masked.
    pub policy: Result<Policy, String>,
}

impl Pinned {
    /// Whether it is a draft, as it is now.
    #[must_use]
    pub fn is_draft(&self) -> bool {
        self.version.starts_with(DRAFT)
    }
}

/// The policy of a session that began under version `since`: that version, and whatever those that were published later hide
/// more. Without a number, or with one that there is not: the version that holds.
///
/// # Errors
/// [`StoreError`].
async fn pinned(store: &Store, tenant: &Tenant, since: Option<i64>) -> Result<Pinned, StoreError> {
    let later = match since.filter(|n| *n != tenant.version) {
        Some(n) => store.policy_versions(&tenant.name, n).await?,
        None => Vec::new(),
    };
    let Some((first, rest)) = later.split_first().filter(|(first, _)| Some(first.number) == since) else {
        let policy = source::parse(&tenant.policy).map_err(|problem| problem.to_string());
        return Ok(Pinned { version: tenant.version.to_string(), source: tenant.policy.clone(), policy });
    };
    let mut policy = source::parse(&first.source).map_err(|problem| problem.to_string());
    for next in rest {
        let next = source::parse(&next.source).map_err(|problem| problem.to_string());
        policy = match (policy, next) {
            (Ok(policy), Ok(next)) => {
                let both = change::tightened(&policy, &next);
                both.ok_or_else(|| "the rules of this session and those published since are too many together".to_owned())
            }
            (Err(problem), _) | (_, Err(problem)) => Err(problem),
        };
    }
    Ok(Pinned { version: first.number.to_string(), source: first.source.clone(), policy })
}

/// Why a policy was not published.
#[derive(Debug)]
pub enum NotPublished {
    /// It is not valid: all problems, as a report with places.
    Invalid(String),
    /// Somebody has published since: the number of the version that holds.
    Outdated(i64),
    /// There is no such company.
    NoTenant,
    /// There is no such version.
    NoVersion,
    /// A name is missing, or name or note is too long.
    Unsigned,
    /// The database failed.
    Store(StoreError),
}

impl From<StoreError> for NotPublished {
    fn from(e: StoreError) -> Self {
        Self::Store(e)
    }
}

/// All problems of a policy file, with places, and how many there are; `None` if it is valid.
#[must_use]
pub fn problems(file: &str, text: &str) -> Option<String> {
    let problems = source::read(text).err()?;
    let count = if problems.len() == 1 { "1 problem".to_owned() } else { format!("{} problems", problems.len()) };
    let reports: Vec<String> = problems.iter().map(|p| p.report(file, text)).collect();
    Some(format!("{}\n{count} in {file}.", reports.join("\n")))
}

/// Whoever signs a version off, and why.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// Name.
    pub by: &'a str,
    /// Why; may be empty.
    pub note: &'a str,
}

/// Makes a policy the one that holds, if it is valid. Sessions that run keep theirs, tightened by this one.
///
/// # Errors
/// [`NotPublished`].
pub async fn publish(
    store: &Store,
    tenant: &str,
    text: &str,
    signed: Signed<'_>,
    based_on: Option<i64>,
    now: i64,
) -> Result<i64, NotPublished> {
    if let Some(report) = problems("policy", text) {
        return Err(NotPublished::Invalid(report));
    }
    let is_long = |text: &str| text.chars().count() > limits::MAX_NOTE;
    if signed.by.trim().is_empty() || is_long(signed.by) || is_long(signed.note) {
        return Err(NotPublished::Unsigned);
    }
    let Some(held) = store.tenant(tenant).await? else { return Err(NotPublished::NoTenant) };
    let Some(number) = store.publish(tenant, text, (signed.by, signed.note), based_on, now).await? else {
        return Err(NotPublished::Outdated(held.version));
    };
    let row = TrailRow { at: now, who: signed.by.to_owned(), what: "policy-published".to_owned(), about: format!("version {number}") };
    store.put_trail(tenant, &row).await?;
    Ok(number)
}

/// Makes an earlier version hold again, as the next one.
///
/// # Errors
/// [`NotPublished`].
pub async fn roll_back(store: &Store, tenant: &str, to: i64, by: &str, now: i64) -> Result<i64, NotPublished> {
    let Some(version) = store.policy_version(tenant, to).await? else { return Err(NotPublished::NoVersion) };
    let note = format!("back to version {to}");
    publish(store, tenant, &version.source, Signed { by, note: &note }, None, now).await
}

/// What differs between two sources.
///
/// # Errors
/// All problems of the first that is not valid.
pub fn diff(old: (&str, &str), new: (&str, &str)) -> Result<Vec<Change>, String> {
    let read = |(name, text): (&str, &str)| source::read(text).map_err(|_| problems(name, text).unwrap_or_default());
    Ok(change::changes(&read(old)?, &read(new)?))
}

/// A version as one line of its history.
#[must_use]
pub fn line(version: &Version) -> String {
    let note = if version.note.is_empty() { String::new() } else { format!("  {}", version.note) };
    format!("{:>4}  {}  {}{note}", version.number, date(version.at), version.signed)
}

/// Seconds since 1970 as a date and time in UTC.
#[must_use]
pub fn date(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map(|time| time.to_string()).unwrap_or_default()
}
