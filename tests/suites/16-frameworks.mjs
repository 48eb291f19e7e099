// What web teams build with: a small program in each, played like the case pages, with the same comparison after every step.
import { between } from "../lib/between.mjs";
import { bundle } from "../lib/bundle.mjs";
import { same } from "../lib/looks.mjs";
import { perform } from "../lib/steps.mjs";

const click = (css) => ({ do: "click", css, leave: true });
const tasks = [{ do: "type", css: "#new", text: "water the plants" }, click("#add"), { do: "click", css: "li input[type=checkbox]", leave: true }, click("#turn"), click("#open"), { do: "wait", ms: 500 }, click("#open")];

// Name, file, what stands in the body beside the program, steps. That a link was visited stays at the customer's.
const PROGRAMS = [
  ["React", "react.jsx", "<div id=app></div>", tasks],
  ["Vue", "vue.js", "<style>.fade-enter-active{transition:opacity .2s}.fade-enter-from{opacity:0}.move-move{transition:transform .2s}.done{color:gray}</style><div id=app></div>", [...tasks, { do: "click", css: "input[type=radio]", nth: 2, leave: true }, click("#swap"), click("#swap")]],
  ["Svelte", "svelte.js", "<div id=app></div>", [...tasks, "const s=document.querySelector('#size');s.value=150;s.dispatchEvent(new Event('input'))"]],
  ["Solid", "solid.js", "<div id=app></div>", [click("#add"), click("#turn"), click("#more"), click("#more"), click("#open"), click("#open")]],
  ["Lit", "lit.js", "<div id=app></div>", [click("#add"), click("input[type=checkbox]"), click("#turn"), click("#wide")]],
  ["htmx", "htmx.js", "<div id=app><button id=load hx-get=/part hx-target='#list' hx-swap=beforeend>More</button><ul id=list></ul><button id=all hx-get=/part hx-target='#app'>All</button></div>", [click("#load"), click("#load"), { do: "wait", ms: 200 }, click("#all")]],
  ["Turbo", "turbo.js", "<div id=app><turbo-frame id=f><a href=/part-frame id=in>In the frame</a></turbo-frame><p><a href=/turbo-2 id=go>Another page</a></p></div>", [click("#in"), { do: "wait", ms: 300 }, click("#go"), { do: "wait", ms: 300 }, "history.back()", { do: "wait", ms: 300 }]],
  ["web components of Shoelace", "shoelace.js", "<div id=app><sl-button id=b variant=primary>Save</sl-button><sl-input label=Name value=Anna clearable></sl-input><sl-switch>Paper statements</sl-switch><sl-tab-group><sl-tab slot=nav panel=a>One</sl-tab><sl-tab slot=nav panel=b id=t>Two</sl-tab><sl-tab-panel name=a>first</sl-tab-panel><sl-tab-panel name=b>second</sl-tab-panel></sl-tab-group><sl-details summary=More id=m>inside</sl-details><sl-progress-ring value=25 id=r></sl-progress-ring><sl-dialog label=Sure id=d>Words<sl-button slot=footer>Yes</sl-button></sl-dialog></div>", [click("sl-switch"), click("#t"), click("#m"), { do: "wait", ms: 400 }, "r.value=70", { do: "wait", ms: 500 }, "d.show()", { do: "wait", ms: 600 }, "d.hide()", { do: "wait", ms: 500 }]],
  ["Emotion", "emotion.js", "<div id=app></div><button id=add>Add</button><button id=move>Move</button>", [click("#add"), click("#add"), click("#move"), { do: "wait", ms: 300 }]],
  ["a virtual list", "virtual.js", "<div id=app style='height:400px;width:300px;overflow:auto;border:1px solid'></div>", [{ do: "scroll", css: "#app", dy: 900 }, { do: "wait", ms: 300 }, "go(7000)", { do: "wait", ms: 300 }, "go(0)", { do: "wait", ms: 300 }]],
  ["drag and drop by Sortable", "sortable.js", "<style>ul{width:200px;min-height:60px;padding:8px;background:#eee;list-style:none}li{height:30px;background:#fff;margin:4px}</style><ul><li id=a>a</li><li>b</li><li>c</li></ul><ul><li>d</li></ul>", [{ do: "drag", css: "#a", dx: 4, dy: 60 }, { do: "wait", ms: 400 }, { do: "drag", css: "#a", dx: 4, dy: 110 }, { do: "wait", ms: 400 }]],
  ["the rich-text editor Quill", "quill.js", "<div id=app><p>Dear <b>bank</b>,</p><p>thank you.</p></div>", [{ do: "type", css: ".ql-editor p:last-child", text: " And goodbye." }, { do: "press", text: "Shift+Home" }, click(".ql-bold"), click(".ql-list[value=bullet]"), { do: "type", text: "more\nand more" }],
    // Chromium paints a highlight as high as the letters, a selection as high as the line.
    { ink: 0.1 }],
  ["a map on canvas by OpenLayers", "map.js", "<style>#app{width:700px;height:420px}</style><div id=app></div><button id=nearer>Nearer</button><button id=move>Move</button>", [click("#nearer"), { do: "wait", ms: 900 }, click("#move"), { do: "wait", ms: 900 }, { do: "drag", css: "#app", dx: 90, dy: 40 }, { do: "wait", ms: 1200 }]],
];
const idOf = (file) => file.split(".")[0];
const only = process.argv.includes("--row") ? process.argv[process.argv.indexOf("--row") + 1].split(",") : null;

export async function run({ browser, second, name: engine, check }) {
  const made = await bundle(PROGRAMS.map(([, file]) => file));
  const give = ([type, text]) => (_, response) => { response.writeHead(200, { "content-type": type }); response.end(text); };
  const pages = Object.fromEntries(Object.entries(made).map(([path, file]) => [path, give(file)]));
  const page = (id, body) => `<!doctype html><html lang=en><head><meta charset=utf-8><title>${id}</title>${made[`/${id}.css`] ? `<link rel=stylesheet href=/${id}.css>` : ""}<style>*{caret-color:transparent}body{font-family:sans-serif}a:visited{color:LinkText}</style></head><body>${body}<script type=module src=/${id}.js></script></body></html>`;
  for (const [, file, body] of PROGRAMS) pages[`/${idOf(file)}.html`] = page(idOf(file), body);
  pages["/part"] = give(["text/html", "<li>a part with a <input value=field></li>"]);
  pages["/part-frame"] = "<!doctype html><html><body><turbo-frame id=f><p>what came into the frame</p></turbo-frame></body></html>";
  pages["/turbo-2"] = page("turbo", "<h1>Another page</h1><p>with other words</p>");
  pages["/start"] = "<!doctype html><head></head><p>start</p>";
  await between({ browser, second }, { pages }, async ({ c, a, server, connect, fresh }) => {
    await connect("/start");
    for (const [name, file, , steps, { ink = 0.02 } = {}] of PROGRAMS) {
      const id = idOf(file);
      if (only && !only.includes(id)) continue;
      await check(name, async () => {
        await c.mouse.move(1270, 790);
        await fresh(`/${id}.html`);
        const shares = [];
        const look = async (at) => {
          const result = await same(c, a, { at, folder: `frameworks/${engine}`, stem: id, inkLimit: ink });
          if (!result.texts) throw new Error(`${at}: nothing is shown`);
          shares.push(result.share);
        };
        await look("opened");
        for (const [n, step] of steps.entries()) {
          if (typeof step === "string") await c.evaluate(step); else await perform(c, step, server.url);
          await look(`step ${n + 1}`);
        }
        return `${shares.length} looks, ink ≤ ${(Math.max(...shares) * 100).toFixed(3)} %`;
      });
    }
  });
}
