//! Signing in.

use leptos::prelude::*;

use super::{error_line, t};
use crate::desk::Signals;

pub(super) fn screen(signals: Signals) -> impl IntoView {
    let email = NodeRef::<leptos::html::Input>::new();
    let password = NodeRef::<leptos::html::Input>::new();
    let submit = move |e: web_sys::SubmitEvent| {
        e.prevent_default();
        if let (Some(email), Some(password)) = (email.get_untracked(), password.get_untracked()) {
            signals.desk(|d| d.sign_in(email.value(), password.value()));
        }
    };
    view! { class="b",
        <main class="center">
            <form class="card" on:submit=submit>
                <div class="brand"><span class="mark" aria-hidden="true"></span>{t("product")}</div>
                <h1>{t("sign-in-title")}</h1>
                <p class="quiet">{t("sign-in-lead")}</p>
                <label>{t("email")}<input node_ref=email name="email" type="email" autocomplete="username" required=true autofocus=true/></label>
                <label>{t("password")}<input node_ref=password name="password" type="password" autocomplete="current-password" required=true/></label>
                {error_line(signals)}
                <button class="main wide" type="submit">{t("sign-in")}</button>
            </form>
        </main>
    }
}
