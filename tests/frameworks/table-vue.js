// A keyed table, its template compiled in the page.
import { createApp, nextTick, shallowRef } from "vue/dist/vue.esm-bundler.js";
import { table } from "./table-rows.js";

const rows = shallowRef([]);
const selected = shallowRef(0);
createApp({
  setup: () => ({ rows, selected }),
  template: `<table class="table"><tbody><tr v-for="row in rows" :key="row.id" :class="{ danger: row.id === selected }" v-memo="[row.label, row.id === selected]"><td class="col-md-1">{{ row.id }}</td><td class="col-md-4"><a>{{ row.label }}</a></td><td class="col-md-1"><a><span class="glyphicon glyphicon-remove" aria-hidden="true"></span></a></td><td class="col-md-6"></td></tr></tbody></table>`,
}).mount("#stage");
table((next, chosen) => { rows.value = next; selected.value = chosen; return nextTick(); });
