//! What is fuzzed: each decoder that takes bytes from somebody else. None may panic, hang, or take memory without bound.
#![allow(dead_code, unreachable_pub, reason = "each fuzz target uses one of them")]

#[cfg(not(test))]
use engine as beside_engine;

use beside_engine::css::{Strings, incoming, outgoing};
use beside_engine::recorder::{End, Recorder};
use beside_engine::replica::Replica;
use beside_engine::stream::Inflater;
use policies::Policy;
use protocol::asset::Asset;
use protocol::control::Control;
use protocol::kept::Kept;
use protocol::live::Live;
use protocol::page::Decoder;
use protocol::pair::{AgentHello, Confirm, CustomerHello, Key};
use protocol::session::{self, Claim, Coverage, Hello, Joining, Open, Opened, Record, Resume, Resumed};
use protocol::{Envelope, Generation};

pub fn envelope(data: &[u8]) {
    if let Ok((envelope, payload)) = Envelope::decode(data) {
        assert_eq!(envelope.frame(payload), data);
    }
}

pub fn session(data: &[u8]) {
    let _ = session::parse::<Open>(data);
    let _ = session::parse::<Opened>(data);
    let _ = session::parse::<Hello>(data);
    let _ = session::parse::<Claim>(data);
    let _ = session::parse::<Joining>(data);
    let _ = session::parse::<Resume>(data);
    let _ = session::parse::<Resumed>(data);
    let _ = session::parse::<Record>(data);
    let _ = session::parse::<Coverage>(data);
    let _ = session::parse::<AgentHello>(data);
    let _ = session::parse::<CustomerHello>(data);
    let _ = session::parse::<Confirm>(data);
    let _ = session::parse::<Key>(data);
}

pub fn page(data: &[u8]) {
    let _ = Decoder::new().decode(data);
    let mut replica = Replica::new();
    let _ = replica.apply(data, &mut |_, _| {});
    // After whatever it was, a keyframe still works.
    let keyframe = Recorder::new(Policy::mask_all(), Generation(1)).keyframe(End::Whole);
    assert!(replica.apply(&keyframe, &mut |_, _| {}).is_ok());
}

pub fn sealed(data: &[u8]) {
    let _ = Control::decode(data);
    let _ = Live::decode(data);
    let _ = Asset::decode(data);
    let _ = Kept::decode(data);
    let _ = protocol::joined::unwrap(data);
}

pub fn inflate(data: &[u8]) {
    let mut inflater = Inflater::new();
    let _ = inflater.message(data, true);
    let _ = inflater.message(data, false);
}

pub fn css(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let there = outgoing(&text, |_| Some(7), Strings::Keep);
    let back = incoming(&there, beside_engine::media::Device::default(), |_| None);
    let mut left = Vec::new();
    let _ = outgoing(
        &back,
        |url| {
            left.push(url.to_owned());
            None
        },
        Strings::Keep,
    );
    assert!(left.iter().all(String::is_empty), "{left:?}");
}

pub fn policy(data: &[u8]) {
    let _ = policies::source::parse(&String::from_utf8_lossy(data));
}

pub fn pack(data: &[u8]) {
    // The first half as numbers, the rest as strings.
    let (numbers, strings) = data.split_at(data.len() / 2);
    let numbers: Vec<u32> = numbers.iter().map(|b| u32::from(*b)).collect();
    let strings = String::from_utf8_lossy(strings);
    let mut recorder = Recorder::new(Policy::mask_all(), Generation(1));
    let _ = recorder.read(&numbers, &strings, &|_, _| None);
    let keyframe = recorder.keyframe(End::Whole);
    let _ = Replica::new().apply(&keyframe, &mut |_, _| {});
}
