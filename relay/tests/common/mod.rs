//! A relay on a port of its own, with one company.

use std::net::SocketAddr;

use relay::fetch::Fetcher;
use relay::hub::Hub;
use relay::shell::{Shell, now};
use relay::store::{Store, Tenant};
use relay::tickets::RelayKey;

/// Where the company's pages are.
pub(crate) const ORIGIN: &str = "https://acme.example";

/// Starts one for `acme-bank` with this policy.
pub(crate) async fn relay(policy: String, fetcher: Fetcher) -> (SocketAddr, Shell) {
    let store = Store::in_memory().await.expect("a database");
    let tenant = Tenant {
        name: "acme-bank".to_owned(),
        company: "Acme Bank".to_owned(),
        policy,
        version: 0,
        own_consent: "no".to_owned(),
        origins: vec![ORIGIN.to_owned()],
    };
    store.put_tenant(&tenant, 0).await.expect("stored");
    let shell = Shell::new(Hub::new(RelayKey([7; 32]), [], now()), store, fetcher);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let app = relay::http::router(shell.clone()).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, app).await });
    (address, shell)
}
