// The form with v-model, a computed setter and a check on leaving.
import { computed, createApp, reactive, ref } from "vue/dist/vue.esm-bundler.js";
import { capitals, groups, problem } from "./form.js";

createApp({
  setup() {
    const at = reactive({ name: "", number: "", agree: false, kind: "a", size: "s" });
    const left = ref(false);
    const out = ref("");
    const through = (key, f) => computed({ get: () => at[key], set: (v) => { at[key] = ""; at[key] = f(v); } });
    return { at, left, out, name: through("name", capitals), number: through("number", groups), wrong: computed(() => left.value && problem(at.name)), send: () => { if (problem(at.name)) left.value = true; else out.value = JSON.stringify(at); } };
  },
  template: `<form novalidate @submit.prevent=send>
    <p><label>Name <input id=name v-model=name @blur="left=true" :aria-invalid="Boolean(wrong)"></label> <b id=wrong>{{ wrong || '' }}</b></p>
    <p><label>Number <input id=number v-model=number></label></p>
    <p><label><input id=agree type=checkbox v-model=at.agree> paper</label></p>
    <p><select id=kind v-model=at.kind><option value=a>one</option><option value=b>two</option></select></p>
    <p><label><input type=radio name=size value=s v-model=at.size> small</label> <label><input id=large type=radio name=size value=l v-model=at.size> large</label></p>
    <p><button id=go>Send</button> <output id=out>{{ out }}</output></p></form>`,
}).mount("#app");
