// Every channel made by Vue's own nodes.
import { createApp, h } from "vue/dist/vue.esm-bundler.js";
import { leak } from "./leak.js";

// A hat makes an attribute of what Vue keeps for itself.
const made = (node) => (typeof node === "string" ? node : h(node[0], Object.fromEntries(node[2].map(([name, value]) => [/^(key|ref|on.*)$/.test(name) ? `^${name}` : name, value])), node[3].map(made)));
leak((nodes) => createApp({ render: () => nodes.map(made) }).mount("#app"));
