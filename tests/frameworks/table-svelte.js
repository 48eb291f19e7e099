// A keyed table of fine-grained changes.
import { createClassComponent } from "svelte/legacy";
import { flushSync } from "svelte";
import Table from "./Table.svelte";
import { table } from "./table-rows.js";

const shown = createClassComponent({ component: Table, target: document.getElementById("stage"), props: { rows: [], selected: 0 } });
table((rows, selected) => { shown.$set({ rows, selected }); flushSync(); });
