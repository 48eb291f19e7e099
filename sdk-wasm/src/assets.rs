//! Pictures and fonts, read by the customer's browser, which has the cookies; where it may not, and the company's policy
//! names their host, by the relay.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use engine::recorder::DRAWN;
use engine::secrecy::asset_name;
use gloo::timers::future::TimeoutFuture;
use js_sys::{ArrayBuffer, Uint8Array};
use protocol::asset::{Asset, AssetType, Missing, Offer, Piece};
use protocol::{ResId, limits};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Response;

/// Bytes of one piece: with its head it fits one chunk.
const PIECE: usize = limits::MAX_CHUNK - 64;

/// Milliseconds until it is looked again whether a piece has gone.
const LOOK_EVERY: u32 = 5;

/// Where asset messages go.
pub(crate) trait Way {
    fn send(&self, asset: &Asset);
    /// Whether what was sent last still waits.
    fn is_busy(&self) -> bool;
    fn failed(&self, address: &str);
    /// The bytes of a picture that the page drew, or null.
    fn drawn(&self, address: &str) -> Option<js_sys::Promise>;
}

struct Known {
    offer: Offer,
    bytes: Rc<Vec<u8>>,
}

/// All assets of this page.
pub(crate) struct Assets {
    key: [u8; 32],
    known: RefCell<HashMap<[u8; 16], Rc<Vec<u8>>>>,
    offers: RefCell<Vec<Known>>,
    missing: RefCell<Vec<Missing>>,
    total: RefCell<usize>,
    /// The newest picture of each canvas and video.
    drawn: RefCell<HashMap<String, u32>>,
    /// What is being sent, and how often the way began anew.
    sending: RefCell<Vec<[u8; 16]>>,
    run: Cell<u32>,
    is_closed: Cell<bool>,
    way: Rc<dyn Way>,
}

impl Assets {
    pub(crate) fn new(key: [u8; 32], way: Rc<dyn Way>) -> Rc<Self> {
        Rc::new(Self {
            key,
            known: RefCell::default(),
            offers: RefCell::default(),
            missing: RefCell::default(),
            total: RefCell::default(),
            drawn: RefCell::default(),
            sending: RefCell::default(),
            run: Cell::default(),
            is_closed: Cell::default(),
            way,
        })
    }

    /// Nothing more is offered or sent of what was read until now, also not of what is still being read.
    pub(crate) fn close(&self) {
        self.is_closed.set(true);
        self.begin_anew();
    }

    /// Reads a resource and offers it.
    pub(crate) fn fetch(self: &Rc<Self>, res: u32, address: String) {
        let this = self.clone();
        spawn_local(async move {
            if let Some(place) = address.strip_prefix(DRAWN) {
                this.supersede(place, res);
                // A picture that is gone by now has been followed by another.
                if let Some(bytes) = drawn(this.way.drawn(&address)).await {
                    this.offer(res, &address, bytes);
                }
                return;
            }
            match read(&address).await {
                Ok(bytes) => this.offer(res, &address, bytes),
                Err(why) => this.lacks(res, why, &address),
            }
        });
    }

    /// What a canvas showed before is nobody's any more.
    fn supersede(&self, place: &str, res: u32) {
        let Some((element, _)) = place.split_once('/') else { return };
        let Some(before) = self.drawn.borrow_mut().insert(element.to_owned(), res) else { return };
        let mut offers = self.offers.borrow_mut();
        let Some(at) = offers.iter().position(|k| k.offer.res.0 == before) else { return };
        let old = offers.swap_remove(at);
        if !offers.iter().any(|k| k.offer.hash == old.offer.hash) {
            self.known.borrow_mut().remove(&old.offer.hash);
            *self.total.borrow_mut() -= old.bytes.len();
        }
    }

    fn lacks(&self, res: u32, why: u8, address: &str) {
        if self.is_closed.get() {
            return;
        }
        let missing = Missing { res: ResId(res), why };
        self.way.send(&Asset::Missing(missing.clone()));
        self.missing.borrow_mut().push(missing);
        self.way.failed(address);
    }

    fn offer(&self, res: u32, address: &str, bytes: Vec<u8>) {
        if self.is_closed.get() {
            return;
        }
        let kind = AssetType::sniff(&bytes);
        let (Some(kind), Ok(len)) = (kind, u32::try_from(bytes.len())) else { return self.lacks(res, 4, address) };
        let hash = asset_name(&self.key, &bytes);
        let mut total = self.total.borrow_mut();
        let is_new = !self.known.borrow().contains_key(&hash);
        if !protocol::asset::acceptable(len) || (is_new && *total + bytes.len() > limits::MAX_ASSETS_TOTAL) {
            drop(total);
            return self.lacks(res, 3, address);
        }
        if is_new {
            *total += bytes.len();
        }
        drop(total);
        let offer = Offer { res: ResId(res), hash, len, kind: kind.number() };
        let bytes = self.known.borrow_mut().entry(hash).or_insert_with(|| Rc::new(bytes)).clone();
        self.way.send(&Asset::Offer(offer.clone()));
        self.offers.borrow_mut().push(Known { offer, bytes });
    }

    /// Offers everything once more: somebody joined, or a keyframe went out.
    pub(crate) fn offer_again(&self) {
        for known in self.offers.borrow().iter() {
            self.way.send(&Asset::Offer(known.offer.clone()));
        }
        for missing in self.missing.borrow().iter() {
            self.way.send(&Asset::Missing(missing.clone()));
        }
    }

    /// The way is a new one: what was being sent ends here, and is wanted again when it is offered again.
    pub(crate) fn begin_anew(&self) {
        self.run.set(self.run.get() + 1);
        self.sending.borrow_mut().clear();
    }

    /// What was offered under this name, for somebody in this very browser, in pieces.
    pub(crate) fn pieces(&self, hash: [u8; 16]) -> Option<Vec<Asset>> {
        let bytes = self.offers.borrow().iter().find(|k| k.offer.hash == hash).map(|k| k.bytes.clone())?;
        Some(bytes.chunks(PIECE).map(|piece| Asset::Piece(Piece { hash, bytes: piece.to_vec() })).collect())
    }

    /// Sends the bytes to whoever lacks them, a piece at a time. Who wants what is being sent gets that. `false` if this
    /// page never offered it.
    pub(crate) fn wanted(self: &Rc<Self>, hash: [u8; 16]) -> bool {
        if self.sending.borrow().contains(&hash) {
            return true;
        }
        let bytes = self.offers.borrow().iter().find(|k| k.offer.hash == hash).map(|k| k.bytes.clone());
        let Some(bytes) = bytes else { return false };
        let (this, run) = (self.clone(), self.run.get());
        self.sending.borrow_mut().push(hash);
        spawn_local(async move {
            for piece in bytes.chunks(PIECE) {
                this.way.send(&Asset::Piece(Piece { hash, bytes: piece.to_vec() }));
                loop {
                    TimeoutFuture::new(LOOK_EVERY).await;
                    if this.run.get() != run {
                        return;
                    }
                    if !this.way.is_busy() {
                        break;
                    }
                }
            }
            this.sending.borrow_mut().retain(|one| *one != hash);
        });
        true
    }
}

async fn drawn(promise: Option<js_sys::Promise>) -> Option<Vec<u8>> {
    let buffer: ArrayBuffer = JsFuture::from(promise?).await.ok()?.dyn_into().ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

/// Reads an address. Errors are [`Missing`] reasons.
async fn read(address: &str) -> Result<Vec<u8>, u8> {
    let init = web_sys::RequestInit::new();
    init.set_credentials(web_sys::RequestCredentials::SameOrigin);
    let response = JsFuture::from(crate::glue::reach(address, &init)).await.map_err(|_| 1)?;
    let response: Response = response.dyn_into().map_err(|_| 2)?;
    if !response.ok() {
        return Err(2);
    }
    let buffer = JsFuture::from(response.array_buffer().map_err(|_| 2)?).await.map_err(|_| 2)?;
    let buffer: ArrayBuffer = buffer.dyn_into().map_err(|_| 2)?;
    if buffer.byte_length() as usize > limits::MAX_ASSET {
        return Err(3);
    }
    Ok(Uint8Array::new(&buffer).to_vec())
}
