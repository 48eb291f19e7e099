// Pages nobody here wrote, each with a script of actions, compared after every step: some of them in every run, all of
// them by `cargo xtask fidelity`.
import { SITES, install } from "../lib/corpus.mjs";
import { playSite } from "../lib/fidelity.mjs";

const SHORT = ["sb-admin-2", "swagger-ui", "govuk", "jsoneditor", "speedscope"];

const sites = SITES.filter((s) => SHORT.includes(s.id));
export const prepare = () => install(sites);

export async function run({ browser, second, name, check }) {
  for (const site of sites) await playSite({ site, customer: browser, agent: second, label: name, check });
}
