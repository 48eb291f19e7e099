//! Which policy a running session goes by: the one it began under, and what was published since as far as it hides more.

use super::*;

/// Milliseconds after which a relay that does not say what the policy is leaves everything hidden.
const TAKES: u32 = 3_000;
/// Milliseconds until it is asked again.
const AGAIN: u32 = 1_000;

/// Whether the relay is asked.
#[derive(Default)]
pub(super) struct Asking {
    /// It is to be asked, once more if that is under way.
    is_due: bool,
    is_under_way: bool,
}

impl Session {
    /// The company may have published another policy. While the relay does not say what it is, everything is hidden.
    pub(super) fn published(self: &Rc<Self>) {
        {
            let asking = &mut self.inner.borrow_mut().asking;
            asking.is_due = true;
            if std::mem::replace(&mut asking.is_under_way, true) {
                return;
            }
        }
        let this = self.clone();
        spawn_local(async move {
            let session = this.inner.borrow().session;
            let stands = |this: &Self| this.inner.borrow().session == session && !matches!(this.state(), State::Idle | State::Ended);
            while stands(&this) && std::mem::take(&mut this.inner.borrow_mut().asking.is_due) {
                let weak = Rc::downgrade(&this);
                let clock = Timeout::new(TAKES, move || {
                    if let Some(this) = weak.upgrade().filter(|this| this.inner.borrow().session == session) {
                        this.go_by(this.settings().without_policy());
                    }
                });
                let since = this.settings().policy_version.clone();
                let answer = settings(&this.host, &since).await;
                drop(clock);
                if !stands(&this) {
                    return;
                }
                match answer {
                    Ok(settings) => this.go_by(settings),
                    Err(_) => {
                        this.go_by(this.settings().without_policy());
                        TimeoutFuture::new(AGAIN).await;
                        this.inner.borrow_mut().asking.is_due = true;
                    }
                }
            }
            this.inner.borrow_mut().asking.is_under_way = false;
        });
    }

    fn go_by(self: &Rc<Self>, settings: Settings) {
        let number = |held: &str| held.parse::<u64>().unwrap_or(0);
        let (held, before) = (number(&settings.policy_held), number(&self.settings().policy_held));
        // An answer that comes after a later one.
        if held < before {
            return;
        }
        let policy = self.inner.borrow().policy.clone();
        self.ready(settings);
        if self.inner.borrow().policy == policy {
            return;
        }
        // What the rules of an earlier state of a draft hid is no secret of a later one; what was typed is.
        let settings = self.settings();
        if settings.is_draft() && settings.policy.is_some() {
            self.inner.borrow().echoes.borrow_mut().forget_masked();
        }
        self.read_anew();
        if held > before {
            self.record_about(record::TIGHTENED, ParticipantId::CUSTOMER, held.to_string());
        }
    }

    /// The page is read from the beginning, by the policy that holds now, and nothing of it is called as before.
    fn read_anew(self: &Rc<Self>) {
        let agents: Vec<ParticipantId> = {
            let mut inner = self.inner.borrow_mut();
            if inner.page.take().is_none() {
                return;
            }
            inner.frames = None;
            // What it had read is not to be had any more.
            if let Some(assets) = inner.assets.take() {
                assets.close();
            }
            inner.marks = Marks::default();
            inner.stood_at.clear();
            inner.instance = Instance(link_wasm::next_run(&self.host.kept(), inner.instance.0));
            inner.broadcast = None;
            inner.agents.keys().copied().collect()
        };
        self.end_grant(ParticipantId::CUSTOMER);
        for agent in agents {
            self.send_key(agent);
        }
        self.go_live();
        self.draw_marks();
        self.keep();
    }
}
