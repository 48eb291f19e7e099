//! Files that a company lets the relay fetch: pictures, fonts and sheets of listed hosts, without cookies, and never from
//! an address that is not public.
//!
//! A name is resolved once and the connection goes to what it resolved to, so that a name cannot change its mind between
//! the look and the call. Each redirect is judged like a first request.

use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, LazyLock};

use ipnet::IpNet;
use protocol::asset::AssetType;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{self, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::limits;

/// Addresses that are no public host's: the IANA special-purpose registries for IPv4 and IPv6, and multicast.
const NOT_PUBLIC: [&str; 22] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "192.175.48.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "2620:4f:8000::/48",
    "3fff::/20",
];
/// Of IPv6, only this has been given to public hosts.
const GLOBAL_UNICAST: &str = "2000::/3";

struct Table {
    not_public: Vec<IpNet>,
    global: Option<IpNet>,
}

static TABLE: LazyLock<Table> =
    LazyLock::new(|| Table { not_public: NOT_PUBLIC.iter().filter_map(|n| n.parse().ok()).collect(), global: GLOBAL_UNICAST.parse().ok() });

/// Whether an address is a public host's. IPv4 written as IPv6 counts as IPv4.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    let address = address.to_canonical();
    let is_given = address.is_ipv4() || TABLE.global.is_some_and(|g| g.contains(&address));
    is_given && !TABLE.not_public.iter().any(|n| n.contains(&address))
}

/// A file, ready to be handed on.
#[derive(Debug)]
pub struct Fetched {
    /// What it is, judged by its bytes; `text/css` by what its host says.
    pub mime: &'static str,
    /// All of it.
    pub bytes: Vec<u8>,
    /// The room it takes, until it is dropped.
    pub room: OwnedSemaphorePermit,
}

/// Why there is no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CannotFetch {
    /// The address is no http or https address with a name.
    BadAddress,
    /// Its host, or one it sent on to, is not on the company's list.
    NotListed,
    /// The name leads to an address that is not public.
    NotPublic,
    /// Too much is being fetched already.
    Busy,
    /// The host does not answer, or not in time, or not with a certificate that counts.
    Unreachable,
    /// It answered with this status.
    Refused(u16),
    /// More than 20 MB.
    TooLarge,
    /// No picture, font or sheet.
    NotAnAsset,
    /// A font whose host does not let pages of this origin read it: their own browsers do not show it either.
    NotForPage,
}

/// What a resolver says of names that lead inside.
#[derive(Debug)]
struct LeadsInside;
impl std::fmt::Display for LeadsInside {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the name leads to an address that is not public")
    }
}
impl Error for LeadsInside {}

fn may_call(found: &[SocketAddr], inside: &[IpNet]) -> bool {
    found.iter().map(|a| a.ip().to_canonical()).all(|a| is_public(a) || inside.iter().any(|n| n.contains(&a)))
}

/// Resolves to addresses that may be called, all or none.
struct Guard {
    inside: Arc<[IpNet]>,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let inside = self.inside.clone();
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if !may_call(&found, &inside) {
                return Err(LeadsInside.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Fetches for all companies.
#[derive(Debug)]
pub struct Fetcher {
    client: Client,
    at_once: Semaphore,
    /// Kilobytes that files may take until they have been read.
    room: Arc<Semaphore>,
}

impl Fetcher {
    /// A fetcher that calls public addresses, and those of the networks that the operator names besides.
    ///
    /// # Errors
    /// The system's root certificates cannot be read.
    pub fn new(inside: Vec<IpNet>) -> Result<Self, reqwest::Error> {
        // Another part of the process may have installed the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .dns_resolver(Arc::new(Guard { inside: inside.into() }))
            .redirect(Policy::none())
            .no_proxy()
            .referer(false)
            .user_agent("beside-relay")
            .build()?;
        Ok(Self { client, at_once: Semaphore::new(limits::FETCHES_AT_ONCE), room: Arc::new(Semaphore::new(limits::FETCHED_KB)) })
    }

    /// The file at an address, for a page of this origin, if its host is one of these (`name` or `name:port`). Hosts are told
    /// the origin, as browsers tell it, and of fonts, which browsers read by permission only, their answer to it counts.
    ///
    /// # Errors
    /// [`CannotFetch`].
    pub async fn fetch(&self, address: &str, hosts: &[String], origin: &HeaderValue) -> Result<Fetched, CannotFetch> {
        let url = Url::parse(address).map_err(|_| CannotFetch::BadAddress)?;
        judge(&url, hosts)?;
        let waits = tokio::time::timeout(limits::FETCH_WAITS, self.at_once.acquire()).await;
        let Ok(Ok(_turn)) = waits else { return Err(CannotFetch::Busy) };
        let file = tokio::time::timeout(limits::FETCH_TAKES, self.follow(url, hosts, origin)).await;
        let (mime, mut bytes) = file.unwrap_or(Err(CannotFetch::Unreachable))?;
        bytes.shrink_to_fit();
        let takes = u32::try_from(bytes.len() / 1024 + 1).unwrap_or(u32::MAX);
        let room = self.room.clone().try_acquire_many_owned(takes).map_err(|_| CannotFetch::Busy)?;
        Ok(Fetched { mime, bytes, room })
    }

    async fn follow(&self, mut url: Url, hosts: &[String], origin: &HeaderValue) -> Result<(&'static str, Vec<u8>), CannotFetch> {
        for _ in 0..=limits::FETCH_REDIRECTS {
            judge(&url, hosts)?;
            let response = self.client.get(url.clone()).header(header::ORIGIN, origin).send().await.map_err(|e| why(&e))?;
            if response.status().is_redirection() {
                let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
                url = to.and_then(|to| url.join(to).ok()).ok_or(CannotFetch::BadAddress)?;
                continue;
            }
            if response.status() != StatusCode::OK {
                return Err(CannotFetch::Refused(response.status().as_u16()));
            }
            return take(response, origin).await;
        }
        Err(CannotFetch::Unreachable)
    }
}

/// Numbers instead of a name would pass the resolver by.
fn judge(url: &Url, hosts: &[String]) -> Result<(), CannotFetch> {
    let name = url.domain().filter(|_| matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none());
    let name = name.ok_or(CannotFetch::BadAddress)?;
    let host = url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"));
    if hosts.contains(&host) { Ok(()) } else { Err(CannotFetch::NotListed) }
}

fn why(e: &reqwest::Error) -> CannotFetch {
    let mut cause = e.source();
    while let Some(one) = cause {
        if one.is::<LeadsInside>() {
            return CannotFetch::NotPublic;
        }
        cause = one.source();
    }
    CannotFetch::Unreachable
}

async fn take(mut response: Response, origin: &HeaderValue) -> Result<(&'static str, Vec<u8>), CannotFetch> {
    let says = response.headers().get(header::CONTENT_TYPE).and_then(|t| t.to_str().ok()).unwrap_or_default();
    let is_sheet = says.split(';').next().is_some_and(|t| t.trim().eq_ignore_ascii_case("text/css"));
    let may_read = response.headers().get(header::ACCESS_CONTROL_ALLOW_ORIGIN).is_some_and(|allowed| allowed == "*" || allowed == origin);
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|e| why(&e))? {
        if bytes.len() + chunk.len() > protocol::limits::MAX_ASSET {
            return Err(CannotFetch::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    let mime = if is_sheet { "text/css" } else { AssetType::sniff(&bytes).ok_or(CannotFetch::NotAnAsset)?.mime() };
    if mime.starts_with("font/") && !may_read {
        return Err(CannotFetch::NotForPage);
    }
    Ok((mime, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_as_a_whole() {
        assert_eq!(TABLE.not_public.len(), NOT_PUBLIC.len());
        assert!(TABLE.global.is_some());
    }

    #[test]
    fn only_public_addresses_are_called() {
        for public in ["93.184.215.14", "8.8.8.8", "223.255.255.1", "2606:4700::1111", "2a00:1450:4001:81b::200e", "::ffff:8.8.8.8"] {
            assert!(is_public(public.parse().expect("an address")), "{public}");
        }
        for inside in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.168.1.1",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::a00:1",
            "100::1",
            "2001:db8::1",
            "2001:10::1",
            "2002:a00:1::",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "ff02::1",
            "3fff::1",
        ] {
            assert!(!is_public(inside.parse().expect("an address")), "{inside}");
        }
    }

    #[test]
    fn a_name_with_one_address_inside_is_not_called_at_all() {
        let both: Vec<SocketAddr> = ["8.8.8.8:443", "10.20.0.5:443"].iter().map(|a| a.parse().expect("an address")).collect();
        assert!(!may_call(&both, &[]));
        assert!(!may_call(&both, &["10.21.0.0/16".parse().expect("a network")]));
        assert!(may_call(&both, &["10.20.0.0/16".parse().expect("a network")]));
    }

    #[test]
    fn numbers_for_a_name_and_other_hosts_are_refused_before_anything_is_asked() {
        let hosts = ["cdn.example".to_owned(), "cdn.example:8443".to_owned()];
        let judged = |address: &str| Url::parse(address).map_or(Err(CannotFetch::BadAddress), |url| judge(&url, &hosts));
        for taken in ["https://cdn.example/a.png?x=1", "http://cdn.example/a", "https://CDN.example:443/a", "https://cdn.example:8443/a"] {
            assert_eq!(judged(taken), Ok(()), "{taken}");
        }
        for number in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://017700000001/",
            "http://127.1/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "file:///etc/passwd",
            "ftp://cdn.example/",
            "https://user@cdn.example/",
            "https://u:p@cdn.example/",
            "gopher://cdn.example/",
            "data:text/css,a",
            "cdn.example/a",
            "",
        ] {
            assert_eq!(judged(number), Err(CannotFetch::BadAddress), "{number}");
        }
        for other in ["https://other.example/", "https://cdn.example.evil.example/", "https://cdn.example:8444/", "https://cdn.example./"] {
            assert_eq!(judged(other), Err(CannotFetch::NotListed), "{other}");
        }
    }
}
