//! The made-up company that `serve --demo` sets up.

use crate::accounts;
use crate::store::{Store, StoreError, Tenant};

/// Short name.
pub const TENANT: &str = "acme-bank";
/// The demo agents: e-mail and name. Clearly made up.
pub const AGENTS: [(&str, &str); 2] = [("sanne@acme-bank.example", "Sanne Bakker"), ("joris@acme-bank.example", "Joris de Wit")];
/// A second company, so that one can see that nothing crosses.
pub const OTHER_TENANT: &str = "other-shop";
/// Its agent.
pub const OTHER_AGENT: (&str, &str) = ("olga@other-shop.example", "Olga Other");
/// The policy the demo company has unless another is given.
pub const POLICY: &str = include_str!("../../policies/acme-bank.toml");

/// Sets the demo up and gives the password that all its agents have: made anew for each data folder.
///
/// # Errors
/// [`StoreError`].
pub async fn set_up(store: &Store, origins: Vec<String>, policy: String) -> Result<String, StoreError> {
    let fresh = accounts::token()[..12].to_owned();
    let password = store.secret("demo-password", &fresh).await?;
    let tenants = [(TENANT, "Acme Bank", policy), (OTHER_TENANT, "Other Shop", POLICY.to_owned())];
    for (name, company, policy) in tenants {
        let t =
            Tenant { name: name.to_owned(), company: company.to_owned(), policy, own_consent: "any".to_owned(), origins: origins.clone() };
        store.put_tenant(&t).await?;
    }
    let phc = accounts::hash(&password).unwrap_or_default();
    for (email, name) in AGENTS {
        store.put_user(TENANT, email, name, "agent", &phc).await?;
    }
    store.put_user(OTHER_TENANT, OTHER_AGENT.0, OTHER_AGENT.1, "agent", &phc).await?;
    Ok(password)
}
