const nl = document.documentElement.lang === "nl";
const view = document.getElementById("view");
const say = (en, dutch) => (nl ? dutch : en);
const make = (name, props = {}, ...kids) => { const el = Object.assign(document.createElement(name), props); el.append(...kids); return el; };
const toast = (text) => {
  const el = make("div", { className: "toast", textContent: text });
  document.getElementById("toasts").append(el);
  setTimeout(() => el.remove(), 4000);
};
const screens = {
  profile: () => [
    make("h1", { textContent: say("Profile", "Profiel") }),
    make("dl", { className: "check-list" },
      make("dt", { textContent: say("Name", "Naam") }), make("dd", { className: "profile-value", textContent: "Ann Example" }),
      make("dt", { textContent: "E-mail" }), make("dd", { className: "profile-value", textContent: "ann@example.com" }),
      make("dt", { textContent: say("Phone", "Telefoon") }), make("dd", { className: "profile-value", textContent: "+31 00 000 0000" })),
    make("p", {}, make("button", { className: "button", textContent: say("Save", "Opslaan"), onclick: () => toast(say("Saved.", "Opgeslagen.")) })),
  ],
  notifications: () => [
    make("h1", { textContent: say("Notifications", "Meldingen") }),
    ...["SMS", "E-mail", "Push"].map((kind) => make("label", { className: "check" }, Object.assign(make("input", { type: "checkbox", checked: kind !== "SMS" }), { role: "switch" }), ` ${kind}`)),
  ],
  devices: () => {
    const list = make("ul", { className: "device-list" });
    for (let n = 1; n <= 200; n++) {
      list.append(make("li", {}, `${say("Device", "Apparaat")} ${n}`, make("button", { className: "button small ghost", textContent: say("Remove", "Verwijder"), onclick: (e) => ask(e.target.closest("li")) })));
    }
    return [make("h1", { textContent: say("Devices", "Apparaten") }), make("label", {}, say("Filter", "Filter"), make("input", { className: "settings-filter", oninput: (e) => { for (const li of list.children) li.hidden = !li.textContent.includes(e.target.value); } })), list];
  },
};
let asked = null;
const dialog = document.getElementById("confirm");
function ask(li) { asked = li; dialog.showModal(); }
document.getElementById("cancel-remove").addEventListener("click", () => dialog.close());
document.getElementById("do-remove").addEventListener("click", () => { asked?.remove(); dialog.close(); toast(say("Device removed.", "Apparaat verwijderd.")); });
function show() {
  const name = location.pathname.split("/")[2] || "profile";
  view.replaceChildren(...(screens[name] || screens.profile)());
  for (const a of document.querySelectorAll("[data-route]")) a.classList.toggle("on", a.dataset.route === name);
  document.title = `${name} – Acme Bank`;
}
document.addEventListener("click", (e) => {
  const a = e.target.closest?.("a[data-route]");
  if (!a) return;
  e.preventDefault();
  history.pushState({}, "", a.href);
  show();
});
addEventListener("popstate", show);
show();
