const nl = document.documentElement.lang === "nl";
const parts = nl
  ? [["before", "Voor vertrek"], ["there", "Ter plaatse"], ["trouble", "Als er iets misgaat"]]
  : [["before", "Before you leave"], ["there", "While you are there"], ["trouble", "When something goes wrong"]];
const sentence = nl
  ? "Zet uw pas aan voor het land waar u heen gaat, neem twee manieren van betalen mee, en schrijf het nummer van de hulplijn ergens op waar u er ook zonder telefoon bij kunt. "
  : "Switch your card on for the country you are going to, take two ways of paying, and write the number of the help line where you can reach it without your phone. ";
for (const [id, title] of parts) {
  const h = document.createElement("h2");
  h.id = id;
  h.textContent = title;
  const box = document.getElementById("chapters");
  box.append(h);
  for (let n = 0; n < 7; n++) {
    const p = document.createElement("p");
    p.textContent = sentence.repeat(2 + (n % 3));
    box.append(p);
  }
}
