//! `beside policy …`: what an admin and a company's own CI do with policies, without a dashboard.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use policies::Policy;
use relay::policy::{self, NotPublished, Signed};
use relay::saved::{BadExpectations, Expectations, Saved};
use relay::shell::{now, seconds};
use relay::store::Store;

#[derive(Subcommand)]
pub(crate) enum PolicyCommand {
    /// Says whether a policy file is valid, and if not, where and why
    Check {
        /// The file
        file: PathBuf,
    },
    /// Says why elements of a saved page are hidden, shown, or the customer's to press
    Explain {
        /// The policy: a file, or the number of a version
        policy: String,
        /// The page, saved as HTML
        page: PathBuf,
        /// CSS selector of the elements
        selector: String,
        /// The page's path
        #[arg(long, default_value = "/")]
        path: String,
        #[command(flatten)]
        place: Place,
    },
    /// Prints the words of a saved page as an agent would read them; what is hidden is •••
    Preview {
        /// The policy: a file, or the number of a version
        policy: String,
        /// The page, saved as HTML
        page: PathBuf,
        /// The page's path
        #[arg(long, default_value = "/")]
        path: String,
        /// Prints a JSON list of pairs instead: each text, and whether it is hidden
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        place: Place,
    },
    /// Runs a policy against saved pages and says whether they are seen as a file expects
    Test {
        /// The policy: a file, or the number of a version
        policy: String,
        /// The file (TOML): `[[page]]` with `file` and `path`, in it `[[page.expect]]` with `selector` and `is`, which is shown,
        /// masked, blocked, left-out, hidden or customer-only
        expectations: PathBuf,
        #[command(flatten)]
        place: Place,
    },
    /// Makes a policy the one that holds for a company
    ///
    /// A running relay takes it over within seconds. Sessions that run keep theirs, tightened by what this one hides more.
    Publish {
        /// The file
        file: PathBuf,
        #[command(flatten)]
        place: Place,
        /// Who signs it off
        #[arg(long, value_name = "NAME")]
        by: String,
        /// Why
        #[arg(long, default_value = "")]
        note: String,
        /// Publishes only if this is the version that holds
        #[arg(long, value_name = "VERSION")]
        based_on: Option<i64>,
    },
    /// Lists the versions of a company's policy: number, when, by whom, why
    History {
        #[command(flatten)]
        place: Place,
    },
    /// Says what differs between two policies, and whether agents see more or less by it
    Diff {
        /// A file, or the number of a version
        from: String,
        /// The same
        to: String,
        #[command(flatten)]
        place: Place,
    },
    /// Makes an earlier version hold again, as the next one
    Rollback {
        /// The version's number
        to: i64,
        #[command(flatten)]
        place: Place,
        /// Who signs it off
        #[arg(long, value_name = "NAME")]
        by: String,
    },
}

/// Whose policy, and where it is kept.
#[derive(Args)]
pub(crate) struct Place {
    /// Folder of the relay's database
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// The company's short name
    #[arg(long, default_value = "acme-bank")]
    tenant: String,
}

/// What happened, and what to do.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) what: String,
    pub(crate) help: String,
}

fn failed(what: impl Into<String>, help: impl Into<String>) -> Failed {
    Failed { what: what.into(), help: help.into() }
}

/// Does what is asked for and gives what there is to say.
pub(crate) fn run(command: PolicyCommand) -> Result<String, Failed> {
    match command {
        PolicyCommand::Check { file } => check(&file),
        PolicyCommand::Explain { policy, page, selector, path, place } => explain(&policy, &page, &selector, &path, &place),
        PolicyCommand::Preview { policy, page, path, json, place } => preview(&policy, &page, &path, json, &place),
        PolicyCommand::Test { policy, expectations, place } => test(&policy, &expectations, &place),
        PolicyCommand::Publish { file, place, by, note, based_on } => {
            let text = read(&file)?;
            let name = file.display().to_string();
            if let Some(report) = policy::problems(&name, &text) {
                return Err(failed(report, format!("{name} was not published; the last version still holds.")));
            }
            let number = with(&place, async |store, tenant| {
                policy::publish(store, tenant, &text, Signed { by: &by, note: &note }, based_on, seconds(now())).await
            })?;
            Ok(format!("{name} is version {number} for {} now.", place.tenant))
        }
        PolicyCommand::History { place } => {
            let versions = with(&place, async |store, tenant| Ok(store.policy_versions(tenant, 1).await?))?;
            Ok(versions.iter().rev().map(policy::line).collect::<Vec<_>>().join("\n"))
        }
        PolicyCommand::Diff { from, to, place } => {
            let (old, new) = (source(&from, &place)?, source(&to, &place)?);
            let changes = policy::diff((&from, &old), (&to, &new)).map_err(|report| failed(report, "Nothing was compared."))?;
            if changes.is_empty() {
                return Ok("They do the same.".to_owned());
            }
            Ok(changes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
        }
        PolicyCommand::Rollback { to, place, by } => {
            let number = with(&place, async |store, tenant| policy::roll_back(store, tenant, to, &by, seconds(now())).await)?;
            Ok(format!("Version {number} does what version {to} did.",))
        }
    }
}

fn check(file: &Path) -> Result<String, Failed> {
    let (name, text) = (file.display().to_string(), read(file)?);
    let policy = policies::source::read(&text)
        .map_err(|_| failed(policy::problems(&name, &text).unwrap_or_default(), "It was not taken over anywhere."))?;
    Ok(format!("{name} is valid: {} rules.", policy.rules.len()))
}

/// A valid policy, from a file or a version's number.
fn valid(named: &str, place: &Place) -> Result<Policy, Failed> {
    let text = source(named, place)?;
    policies::source::read(&text).map_err(|_| failed(policy::problems(named, &text).unwrap_or_default(), "Nothing was judged."))
}

fn explain(policy: &str, page: &Path, selector: &str, path: &str, place: &Place) -> Result<String, Failed> {
    let policy = valid(policy, place)?;
    let saved = Saved::read(&read(page)?);
    let explained = saved.judge(&policy, path).and_then(|verdicts| verdicts.explain(selector));
    let explained = explained.map_err(|e| failed(format!("{e}."), "Check the selector; what only browsers know is left to them."))?;
    if explained.is_empty() {
        return Err(failed(format!("{selector} hits nothing on {}.", page.display()), "Check the selector, and how the page was saved."));
    }
    let lines = explained.iter().map(|one| {
        let reasons: Vec<String> = one.because.iter().map(|why| format!("  {why}")).collect();
        format!("{} is {}.\n{}", one.element, one.seen.word(), reasons.join("\n")).trim_end().to_owned()
    });
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

fn preview(policy: &str, page: &Path, path: &str, json: bool, place: &Place) -> Result<String, Failed> {
    let policy = valid(policy, place)?;
    let saved = Saved::read(&read(page)?);
    let verdicts = saved.judge(&policy, path);
    let verdicts = verdicts.map_err(|e| failed(format!("{e}."), "What only browsers know is left to them."))?;
    if json {
        let all: Vec<(&str, bool)> = verdicts.texts().collect();
        return serde_json::to_string(&all).map_err(|e| failed(e.to_string(), "Try again without --json."));
    }
    let line =
        |(text, hidden): (&str, bool)| if hidden { "•••".to_owned() } else { text.split_whitespace().collect::<Vec<_>>().join(" ") };
    Ok(verdicts.texts().map(line).collect::<Vec<_>>().join("\n"))
}

fn test(policy: &str, expectations: &Path, place: &Place) -> Result<String, Failed> {
    let policy = valid(policy, place)?;
    let name = expectations.display();
    let expected = Expectations::read(&read(expectations)?).map_err(|BadExpectations(what)| failed(what, format!("Mend {name}.")))?;
    let folder = expectations.parent().unwrap_or(Path::new("."));
    let pages: Result<HashMap<String, String>, Failed> =
        expected.files().map(|file| Ok((file.to_owned(), read(&folder.join(file))?))).collect();
    let pages = pages?;
    let outcomes = expected.check(&policy, |file| pages.get(file).cloned().unwrap_or_default());
    let failures: Vec<String> = outcomes.iter().filter_map(|o| Some(format!("FAILED  {}\n  {}", o.what, o.failed.as_ref()?))).collect();
    let closing = format!("{} passed, {} failed", outcomes.len() - failures.len(), failures.len());
    if failures.is_empty() { Ok(closing) } else { Err(failed(failures.join("\n"), closing)) }
}

fn read(file: &Path) -> Result<String, Failed> {
    std::fs::read_to_string(file).map_err(|e| failed(format!("{} cannot be read: {e}.", file.display()), "Check the path."))
}

/// The text of a file, or of a version by its number.
fn source(named: &str, place: &Place) -> Result<String, Failed> {
    let Ok(number) = named.parse::<i64>() else { return read(Path::new(named)) };
    let found = with(place, async |store, tenant| Ok(store.policy_version(tenant, number).await?))?;
    found.map(|v| v.source).ok_or_else(|| no_version(place))
}

fn no_version(place: &Place) -> Failed {
    failed(format!("There is no such version for {}.", place.tenant), "`beside policy history` names those there are.")
}

fn with<T>(place: &Place, act: impl AsyncFnOnce(&Store, &str) -> Result<T, NotPublished>) -> Result<T, Failed> {
    let folder = place.data.display();
    if !place.data.join("beside.db").exists() {
        return Err(failed(format!("There is no database in {folder}."), "Name the relay's folder with --data."));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|e| failed(format!("The runtime could not start: {e}."), "Try again."))?;
    let done = runtime.block_on(async {
        let store = Store::open(&place.data).await?;
        if store.tenant(&place.tenant).await?.is_none() {
            return Err(NotPublished::NoTenant);
        }
        act(&store, &place.tenant).await
    });
    done.map_err(|e| match e {
        NotPublished::Invalid(report) => failed(report, "The last version still holds."),
        NotPublished::Outdated(held) => failed(
            format!("Version {held} was published meanwhile."),
            format!("Look at it with `beside policy diff`, then publish with --based-on {held}."),
        ),
        NotPublished::NoTenant => failed(format!("{folder} knows no company {:?}.", place.tenant), "Name it with --tenant."),
        NotPublished::NoVersion => no_version(place),
        NotPublished::Unsigned => failed("A name is missing, or name or note is too long.", "Say who signs it off with --by."),
        NotPublished::Store(e) => failed(format!("{e}."), format!("Check that {folder} can be written and that the disk is not full.")),
    })
}
