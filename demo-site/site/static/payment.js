const nl = document.documentElement.lang === "nl";
const form = document.getElementById("payment");
const steps = [...form.querySelectorAll("fieldset")];
const marks = [...document.querySelectorAll("#steps li")];
const problem = document.getElementById("problem");
let at = 0;
function show(n) {
  at = n;
  steps.forEach((s, i) => { s.hidden = i !== n; });
  marks.forEach((m, i) => m.classList.toggle("on", i === n));
  document.getElementById("back").disabled = n === 0;
  document.getElementById("next").hidden = n === steps.length - 1;
  document.getElementById("confirm-payment").hidden = n !== steps.length - 1;
  problem.hidden = true;
  document.getElementById("sum-payee").textContent = form.payee.value;
  document.getElementById("sum-amount").textContent = `€ ${form.amount.value}`;
}
document.getElementById("next").addEventListener("click", () => {
  const wrong = [...steps[at].querySelectorAll("input, textarea, select")].find((f) => !f.checkValidity());
  if (wrong) {
    problem.textContent = nl ? "Vul de gemarkeerde velden in." : "Please fill in the marked fields.";
    problem.hidden = false;
    wrong.focus();
    return;
  }
  show(at + 1);
});
document.getElementById("back").addEventListener("click", () => show(at - 1));
document.getElementById("payment-description").addEventListener("input", (e) => { document.getElementById("left").textContent = String(140 - e.target.value.length); });
document.getElementById("confirm-payment").addEventListener("click", () => {
  const done = document.createElement("p");
  done.className = "lead";
  done.textContent = nl ? "Klaar. Het geld is onderweg." : "Done. The money is on its way.";
  form.replaceChildren(done);
});
