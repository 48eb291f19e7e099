//! How much may be on its way to the relay at once. The browser and the kernel below it take far more than a slow line
//! carries, and what is urgent then waits behind it for seconds; so the relay is asked again and again whether it is
//! there, and its answer says that everything before has arrived.
//!
//! The window doubles in each round trip in which it is made use of and answers come as soon as the soonest, and is halved
//! once a round trip while they are late, as TCP Vegas does with its segments (Brakmo and Peterson, 1995).

use std::collections::VecDeque;

/// Bytes after which an answer is asked for.
const ASK_EVERY: u64 = 8 * 1024;
/// The window at first, which is also the least, and at most, in bytes. The least is half a second of a line of 256 kbit/s.
const LEAST: u64 = 16 * 1024;
const MOST: u64 = 4 * 1024 * 1024;
/// Milliseconds by which an answer may come later than the soonest one before it counts as late.
const LATE: f64 = 200.0;

/// What is on its way.
#[derive(Clone, Debug)]
pub struct Flow {
    sent: u64,
    arrived: u64,
    /// Up to where, and when, the relay was asked; the oldest question first.
    asked: VecDeque<(u64, f64)>,
    window: u64,
    soonest: f64,
    /// Questions asked before this many bytes do not count: they stood behind what was too much.
    halved: u64,
}

impl Default for Flow {
    fn default() -> Self {
        Self { sent: 0, arrived: 0, asked: VecDeque::new(), window: LEAST, soonest: f64::INFINITY, halved: 0 }
    }
}

impl Flow {
    /// Bytes have been handed to the socket.
    pub const fn sent(&mut self, bytes: usize) {
        self.sent += bytes as u64;
    }

    /// Whether anything was sent.
    #[must_use]
    pub const fn has_begun(&self) -> bool {
        self.sent > 0
    }

    /// Whether the relay should be asked now: enough has been sent since the last question.
    #[must_use]
    pub fn should_ask(&self) -> bool {
        self.sent - self.asked.back().map_or(self.arrived, |(at, _)| *at) >= ASK_EVERY
    }

    /// The relay is asked, at a time in milliseconds.
    pub fn ask(&mut self, now: f64) {
        self.asked.push_back((self.sent, now));
    }

    /// The relay answers the oldest question.
    pub fn answered(&mut self, now: f64) {
        let Some((at, asked)) = self.asked.pop_front() else { return };
        let took = now - asked;
        self.soonest = self.soonest.min(took);
        if took > self.soonest + LATE {
            if at > self.halved {
                self.window = (self.window / 2).max(LEAST);
                self.halved = self.sent;
            }
        } else if self.sent - self.arrived >= self.window / 2 {
            self.window = (self.window + at - self.arrived).min(MOST);
        }
        self.arrived = at;
    }

    /// Bytes that should be handed to the socket now at most; 0 when what is on its way is enough.
    #[must_use]
    pub const fn room(&self) -> u64 {
        self.window.saturating_sub(self.sent - self.arrived)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A line of so many bytes a millisecond, with a way there and back; whoever sends always has more. Gives the bytes that
    /// arrived in ten seconds, and how long a byte took in the last five at the worst.
    fn play(rate: f64, round_trip: f64, chunk: usize) -> (f64, f64) {
        let mut flow = Flow::default();
        let mut free_at = 0.0_f64;
        let mut answers: VecDeque<f64> = VecDeque::new();
        let (mut arrived, mut worst) = (0.0, 0.0_f64);
        for tick in 0..10_000 {
            let now = f64::from(tick);
            while answers.front().is_some_and(|at| *at <= now) {
                answers.pop_front();
                flow.answered(now);
            }
            while flow.room() > 0 {
                #[allow(clippy::cast_precision_loss, reason = "small")]
                let bytes = chunk as f64;
                free_at = free_at.max(now) + bytes / rate;
                if free_at <= 10_000.0 {
                    arrived += bytes;
                }
                if tick > 5_000 {
                    worst = worst.max(free_at - now);
                }
                flow.sent(chunk);
                if flow.should_ask() {
                    flow.ask(now);
                    answers.push_back(free_at + round_trip);
                }
            }
        }
        (arrived, worst)
    }

    #[test]
    fn a_slow_line_is_kept_busy_and_nothing_waits_long() {
        let (arrived, worst) = play(32.0, 40.0, 4_096);
        assert!(arrived > 0.9 * 320_000.0, "{arrived}");
        assert!(worst < 800.0, "{worst}");
    }

    #[test]
    fn a_fast_line_is_filled_whatever_its_length() {
        for round_trip in [1.0, 20.0, 100.0] {
            let (arrived, _) = play(10_000.0, round_trip, 16_384);
            assert!(arrived > 0.7 * 1e8, "{round_trip}: {arrived}");
        }
    }

    #[test]
    fn a_window_that_nobody_makes_use_of_stays_as_it_is() {
        let mut flow = Flow::default();
        for tick in 0..4_096 {
            flow.sent(1_024);
            if flow.should_ask() {
                flow.ask(f64::from(tick));
                flow.answered(f64::from(tick) + 30.0);
            }
        }
        assert!(flow.room() <= 2 * LEAST, "{}", flow.room());
    }

    #[test]
    fn an_answer_that_nobody_asked_for_changes_nothing() {
        let mut flow = Flow::default();
        flow.answered(1.0);
        assert!(flow.room() > 0);
        flow.sent(10);
        assert!(!flow.should_ask());
    }

    proptest! {
        #[test]
        fn what_was_answered_leaves_room(sizes in prop::collection::vec(1_usize..100_000, 1..60), late in prop::collection::vec(0.0_f64..3_000.0, 60)) {
            let mut flow = Flow::default();
            let mut now = 0.0;
            for (size, late) in sizes.iter().zip(&late) {
                flow.sent(*size);
                flow.ask(now);
                now += late;
                flow.answered(now);
                prop_assert!(flow.room() > 0);
                prop_assert!((LEAST..=MOST).contains(&flow.window));
            }
        }
    }
}
