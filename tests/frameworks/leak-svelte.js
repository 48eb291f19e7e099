import { mount } from "svelte";
import Leak from "./Leak.svelte";
import { leak } from "./leak.js";

leak((nodes) => mount(Leak, { target: document.getElementById("app"), props: { nodes } }));
