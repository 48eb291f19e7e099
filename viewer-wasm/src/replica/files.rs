//! Pictures, fonts and other files of the page: offered by the customer's browser, asked for once, put together from pieces, and
//! shown wherever they are wanted.

use std::collections::HashMap;

use protocol::NodeId;
use protocol::asset::{Asset, AssetType};

/// A file's name: a keyed hash of what it holds.
type Hash = [u8; 16];
/// Where a file is wanted: the page, or one of its joined frames, and the number that it has there.
type Place = (NodeId, u32);

#[derive(Debug)]
struct Coming {
    got: Vec<u8>,
    len: u32,
    kind: u8,
}

/// What is here, and what is on its way.
#[derive(Debug, Default)]
pub(crate) struct Files {
    /// Addresses of our own.
    here: HashMap<Hash, String>,
    wanted: HashMap<Hash, Vec<Place>>,
    coming: HashMap<Hash, Coming>,
}

/// What to do about an asset message.
#[derive(Debug)]
pub(crate) enum Filed {
    Nothing,
    /// The file has to be asked for.
    Ask(Hash),
    /// The file is here, at this address.
    Show(Vec<Place>, String),
}

impl Drop for Files {
    fn drop(&mut self) {
        for url in self.here.values() {
            let _ = web_sys::Url::revoke_object_url(url);
        }
    }
}

impl Files {
    /// `stands`: whether a joined frame is still on the page.
    pub(crate) fn take(&mut self, of: NodeId, asset: Asset, stands: impl Fn(NodeId) -> bool) -> Filed {
        match asset {
            Asset::Offer(offer) => {
                if !protocol::asset::acceptable(offer.len) || AssetType::from_number(offer.kind).is_none() {
                    return Filed::Nothing;
                }
                let place = (of, offer.res.0);
                if let Some(url) = self.here.get(&offer.hash) {
                    return Filed::Show(vec![place], url.clone());
                }
                let places = self.wanted.entry(offer.hash).or_default();
                places.retain(|(of, _)| *of == NodeId::NONE || stands(*of));
                // A joined frame that offers something once more has begun anew: what it was sending has stopped.
                let is_again = of != NodeId::NONE && places.contains(&place);
                let is_new = places.is_empty() || is_again;
                if !places.contains(&place) {
                    places.push(place);
                }
                if !is_new {
                    return Filed::Nothing;
                }
                self.coming.insert(offer.hash, Coming { got: Vec::new(), len: offer.len, kind: offer.kind });
                Filed::Ask(offer.hash)
            }
            Asset::Piece(piece) => {
                let Some(coming) = self.coming.get_mut(&piece.hash) else { return Filed::Nothing };
                coming.got.extend_from_slice(&piece.bytes);
                if coming.got.len() < coming.len as usize {
                    return Filed::Nothing;
                }
                let Some(Coming { got, len, kind }) = self.coming.remove(&piece.hash) else { return Filed::Nothing };
                // What it is said to be, and what it is, must agree.
                let fits = got.len() == len as usize && AssetType::sniff(&got).map(AssetType::number) == Some(kind);
                let url = AssetType::from_number(kind).filter(|_| fits).and_then(|t| blob(&got, t.mime()));
                let places = self.wanted.remove(&piece.hash).unwrap_or_default();
                let Some(url) = url else { return Filed::Nothing };
                self.here.insert(piece.hash, url.clone());
                Filed::Show(places, url)
            }
            Asset::Missing(_) => Filed::Nothing,
        }
    }

    /// What was on its way has stopped; it is offered again.
    pub(crate) fn begin_anew(&mut self) {
        self.coming.clear();
        self.wanted.clear();
    }

    pub(crate) fn waits(&self) -> bool {
        !self.wanted.is_empty()
    }

    /// Files that were asked for and of which nothing has come.
    pub(crate) fn unanswered(&self) -> Vec<Hash> {
        self.coming.iter().filter(|(_, coming)| coming.got.is_empty()).map(|(hash, _)| *hash).collect()
    }

    /// Lets go of addresses that nothing shows any more.
    pub(crate) fn let_go(&mut self, urls: &[String]) {
        self.here.retain(|_, url| !urls.contains(url));
        for url in urls {
            let _ = web_sys::Url::revoke_object_url(url);
        }
    }
}

fn blob(bytes: &[u8], mime: &str) -> Option<String> {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(mime);
    let blob = web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
    web_sys::Url::create_object_url_with_blob(&blob).ok()
}
