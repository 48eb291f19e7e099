//! The made-up company that `serve --demo` sets up.

use crate::accounts;
use crate::store::{Store, StoreError, Tenant};

/// Short name.
pub const TENANT: &str = "acme-bank";
/// The demo agents: e-mail and name. Clearly made up.
pub const AGENTS: [(&str, &str); 2] = [("sanne@acme-bank.example", "Sanne Bakker"), ("joris@acme-bank.example", "Joris de Wit")];
/// Who looks after the demo company's policy.
pub const ADMIN: (&str, &str) = ("noor@acme-bank.example", "Noor Jansen");
/// A second company, so that one can see that nothing crosses.
pub const OTHER_TENANT: &str = "other-shop";
/// Its agent.
pub const OTHER_AGENT: (&str, &str) = ("olga@other-shop.example", "Olga Other");
/// The policy the demo company has unless another is given.
pub const POLICY: &str = include_str!("../../policies/acme-bank.toml");

/// Sets the demo up, with this policy or else with the one that holds or [`POLICY`], and gives the password that all its agents have: made anew for each data folder.
///
/// # Errors
/// [`StoreError`].
pub async fn set_up(store: &Store, origins: Vec<String>, policy: Option<String>) -> Result<String, StoreError> {
    #[allow(clippy::cast_possible_wrap, reason = "seconds since 1970 fit")]
    let now = crate::shell::now() as i64;
    let fresh = accounts::token()[..12].to_owned();
    let password = store.secret("demo-password", &fresh).await?;
    for (name, company, asked) in [(TENANT, "Acme Bank", policy), (OTHER_TENANT, "Other Shop", None)] {
        let held = store.tenant(name).await?.map(|t| t.policy);
        let policy = asked.or(held).unwrap_or_else(|| POLICY.to_owned());
        let (name, company, own_consent) = (name.to_owned(), company.to_owned(), "any".to_owned());
        let t = Tenant { name, company, policy, version: 0, own_consent, origins: origins.clone() };
        store.put_tenant(&t, now).await?;
    }
    let phc = accounts::hash(&password).unwrap_or_default();
    for (email, name) in AGENTS {
        store.put_user(TENANT, email, name, "agent", &phc).await?;
    }
    store.put_user(TENANT, ADMIN.0, ADMIN.1, "admin", &phc).await?;
    store.put_user(OTHER_TENANT, OTHER_AGENT.0, OTHER_AGENT.1, "agent", &phc).await?;
    Ok(password)
}
