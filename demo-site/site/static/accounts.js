// Transactions of a few years, made up from a seed, and a small component with a shadow root.
const names = ["Bakkerij Voorbeeld", "Example Energy", "Huur Voorbeeldlaan 12", "Supermarkt Test", "Made-up Telecom", "Fictief Fietsen", "Sample Insurance", "Library of Nowhere"];
const seeded = (n) => { let x = Math.imul(n, 2654435761) >>> 0; x = (x ^ (x >>> 15)) >>> 0; return (x % 10000) / 10000; };
function row(n) {
  const date = new Date(Date.UTC(2026, 10, 24) - n * 86400000 * 0.7);
  const tr = document.createElement("tr");
  const amount = Math.round(seeded(n) * 18000) / 100;
  for (const [text, cls] of [[date.toISOString().slice(0, 10), ""], [names[Math.floor(seeded(n + 7) * names.length)], ""], [`Ref ${1000 + n}`, ""], [`− € ${amount.toFixed(2)}`, "right amount"]]) {
    const td = document.createElement("td");
    td.textContent = text;
    if (cls) td.className = cls;
    tr.append(td);
  }
  return tr;
}
const rows = document.getElementById("rows");
let count = 0;
const more = (n) => { for (let i = 0; i < n; i++) rows.append(row(count++)); };
more(25);
document.getElementById("load-all").addEventListener("click", () => more(1000));
document.getElementById("transaction-search").addEventListener("input", (e) => {
  const wanted = e.target.value.toLowerCase();
  for (const tr of rows.children) tr.hidden = !tr.textContent.toLowerCase().includes(wanted);
});
customElements.define("acme-budget", class extends HTMLElement {
  connectedCallback() {
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(":host{display:block;margin:24px 0;padding:18px 24px;border:1px solid #d7e2dd;border-radius:12px;background:#fff}.bar{height:12px;border-radius:6px;background:#e3efea;overflow:hidden}.bar i{display:block;height:100%;background:#0d5c4a}p{margin:0 0 8px}button{font:inherit;font-weight:700;padding:5px 14px;margin-top:12px;border:2px solid #0d5c4a;border-radius:24px;background:none;color:#0d5c4a;cursor:pointer}");
    root.adoptedStyleSheets = [sheet];
    const p = document.createElement("p");
    p.textContent = `Budget for this month: ${this.getAttribute("percent")} % used`;
    const bar = document.createElement("div");
    bar.className = "bar";
    const fill = document.createElement("i");
    fill.style.width = `${this.getAttribute("percent")}%`;
    bar.append(fill);
    const button = document.createElement("button");
    button.textContent = "Raise by 10";
    button.addEventListener("click", () => {
      const next = Math.min(100, Number(this.getAttribute("percent")) + 10);
      this.setAttribute("percent", next);
      p.textContent = `Budget for this month: ${next} % used`;
      fill.style.width = `${next}%`;
    });
    root.append(p, bar, button);
  }
});
