// Templates compiled in the page, transitions, v-model, teleport, keep-alive.
import { computed, createApp, reactive, ref } from "vue/dist/vue.esm-bundler.js";

const One = { template: "<label>One <input v-model='v' id=one></label>", data: () => ({ v: "first" }) };
const Two = { template: "<p>Two, without a field</p>" };
createApp({
  components: { One, Two },
  setup() {
    const tasks = reactive([{ id: 1, words: "call the bank", done: false }, { id: 2, words: "post the letter", done: true }]);
    const words = ref("");
    const kind = ref("a");
    const view = ref("One");
    const open = ref(false);
    const left = computed(() => tasks.filter((t) => !t.done).length);
    const add = () => { tasks.push({ id: tasks.length + 1, words: words.value, done: false }); words.value = ""; };
    return { tasks, words, kind, view, open, left, add, turn: () => tasks.reverse() };
  },
  template: `<main><h1>Tasks ({{ left }} left)</h1>
    <form @submit.prevent=add><input id=new v-model.trim=words><button id=add>Add</button></form>
    <TransitionGroup tag=ul name=move><li v-for="t in tasks" :key=t.id :class="{done:t.done}"><label><input type=checkbox v-model=t.done> {{ t.words }}</label></li></TransitionGroup>
    <button id=turn @click=turn>Turn round</button>
    <label v-for="k in ['a','b','c']"><input type=radio :value=k v-model=kind> {{ k }}</label> <output>{{ kind }}</output>
    <KeepAlive><component :is=view /></KeepAlive><button id=swap @click="view=view==='One'?'Two':'One'">Swap</button>
    <button id=open @click="open=!open">Details</button>
    <Teleport to=body><Transition name=fade><aside v-if=open>Teleported</aside></Transition></Teleport></main>`,
}).mount("#app");
