// Trees of every kind: shadow roots, frames, other name spaces, the top layer, documents of great size.
export const files = {
  "/inner.html": ["text/html", "<!doctype html><title>inner</title><style>body{background:#eef;margin:4px}</style><p>inner</p><iframe src=/inner2.html width=200 height=90></iframe>"],
  "/inner2.html": ["text/html", "<!doctype html><p style='color:red'>second</p><iframe src=/inner3.html width=120 height=40></iframe>"],
  "/inner3.html": ["text/html", "<!doctype html><b>third</b>"],
  "/icons.svg": ["image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'><symbol id='s' viewBox='0 0 10 10'><circle cx='5' cy='5' r='5' fill='green'/></symbol></svg>"],
};
const CARD = "class extends HTMLElement{connectedCallback(){const r=this.attachShadow({mode:this.getAttribute('mode')||'open'});r.innerHTML='<style>b{color:purple}</style><b>card</b> <slot></slot>'}}";

export const rows = [
  ["shadow-open", "open shadow roots, nested", `<x-a>light<x-a>inner</x-a></x-a><script>customElements.define('x-a',${CARD})</script>`, "document.querySelector('x-a').shadowRoot.querySelector('b').textContent='changed'", "document.body.append(document.createElement('x-a'))"],
  ["shadow-closed", "closed shadow roots", "<div id=d></div><p>after</p>", "window.r=d.closedForTest=d.attachShadow({mode:'closed'});r.innerHTML='<i>closed</i><style>i{color:red;font-size:30px}</style>'", "r.querySelector('i').append(' more')", "r.querySelector('i').remove()"],
  ["shadow-declarative", "declarative shadow roots", "<div><template shadowrootmode=open><style>p{color:teal}</style><p>declared</p><slot></slot></template><i>light</i></div>"],
  ["slots", "named slots and fallback", "<div id=d><b slot=x>named</b>rest</div>", "d.attachShadow({mode:'open'}).innerHTML='<slot name=x>none</slot>|<slot name=y>fallback</slot>|<slot></slot>'", "d.firstElementChild.slot='y'"],
  ["late-upgrade", "custom elements upgraded late", "<x-b>one</x-b><x-b>two</x-b>", `customElements.define('x-b',${CARD})`],
  ["frames", "same-origin frames, three deep", "<iframe src=/inner.html width=400 height=200></iframe>", "frames[0].document.querySelector('p').textContent='changed'", "frames[0].frames[0].document.body.append('added')"],
  ["srcdoc", "srcdoc and a frame written by script", "<iframe srcdoc='<p style=color:blue>doc</p>' width=200 height=60></iframe><iframe id=w width=200 height=60></iframe>", "const d=w.contentDocument;d.open();d.write('<!doctype html><h3>written</h3>');d.close()"],
  ["frame-moves", "frames added, moved, removed", "<div id=a></div><div id=b></div>", "window.f=document.createElement('iframe');f.srcdoc='<p>moving</p>';f.width=150;f.height=50;a.append(f)", "b.append(f)", "f.remove()"],
  ["frame-other", "a frame of another origin is a placeholder", "<p>before</p><iframe src=OTHER/page.html width=200 height=60></iframe><p>after</p>", null, { picture: ["iframe"] }],
  ["hollow", "template and noscript", "<template><p>never</p></template><noscript><p>never</p></noscript><p>seen</p>"],
  ["svg", "SVG with use, gradients, foreignObject, text", "<svg width=300 height=120 viewBox='0 0 300 120'><defs><linearGradient id=g><stop offset=0 stop-color=red /><stop offset=1 stop-color=blue /></linearGradient><g id=u><rect width=30 height=30 rx=6 /></g></defs><rect width=90 height=50 fill='url(#g)'/><use href='#u' x=100 fill=green /><use xlink:href='#u' x=140 y=20 fill=orange /><text x=10 y=90 font-size=20>words</text><foreignObject x=190 y=0 width=100 height=60><p xmlns='http://www.w3.org/1999/xhtml' style='margin:0;color:red'>html inside</p></foreignObject></svg>", "document.querySelector('rect').setAttribute('width','60')", "document.querySelector('text').textContent='other'"],
  ["svg-external", "SVG use of another file", "<svg width=60 height=60><use href='/icons.svg#s'/></svg>"],
  ["mathml", "MathML", "<math display=block><mfrac><mi>a</mi><msqrt><mn>2</mn></msqrt></mfrac><mo>=</mo><msup><mi>x</mi><mn>3</mn></msup></math>"],
  ["quirks", "quirks mode", "QUIRKS<style>p{width:100;color:red}td{font-size:20px}</style><p>p</p><table height=100% border=1><tr><td>cell<td><p>in</table>"],
  ["rtl", "right to left", "<html dir=rtl><style>div{width:200px;overflow:auto;white-space:nowrap;border:1px solid}</style><p>שלום עולם 123 (abc)</p><div>מילים רבות מאוד בשורה אחת ארוכה מאוד שאינה נגמרת</div>", "document.querySelector('div').scrollLeft=-60"],
  ["vertical", "vertical text", "<p style='writing-mode:vertical-rl;height:200px'>縦書き vertical 文字</p><p style='writing-mode:sideways-lr'>side</p>", { not: { firefox: "boxes agree; the letters of vertical lines are smoothed otherwise in a frame (a fourth of their ink), at no whole pixel alike" } }],
  ["dialog", "modal dialogs", "<dialog id=d style='padding:30px'><p>dialog</p><button>ok</button></dialog><p>page</p>", "d.showModal()", "d.close()", "d.show()", "d.close()"],
  ["popover", "popovers, top-layer order", "<div popover id=p style='inset:40px auto auto 40px;width:200px;height:90px;background:#ffd'>pop</div><div popover=manual id=q style='inset:80px auto auto 120px;width:200px;height:90px;background:#dff'>second</div>", "p.showPopover();q.showPopover()", "p.hidePopover();p.showPopover()", "q.hidePopover()"],
  ["details", "details and accordions", "<details><summary>more</summary><p>inside</p></details><details name=x open><summary>a</summary>A</details><details name=x><summary>b</summary>B</details>", "document.querySelector('details').open=true", { do: "click", says: "b" }],
  ["hidden", "hidden, until-found, inert", "<p hidden>one</p><p hidden=until-found>two</p><p inert>three</p>", "document.querySelector('p').hidden=false", "document.querySelectorAll('p')[1].removeAttribute('hidden')"],
  ["written", "a document that was written", "<p>first</p>", "setTimeout(()=>{document.body.innerHTML='<h2>replaced</h2><ul>'+'<li>x</li>'.repeat(20)+'</ul>'})"],
  ["siblings", "10,000 siblings", "<div id=d></div>", "d.innerHTML='<i>x</i>'.repeat(10000)", "d.children[5000].remove();d.prepend(d.lastChild)"],
  ["levels", "2,000 levels", "<div id=d></div>", "let e=d;for(let i=0;i<2000;i++){const n=document.createElement('span');e.append(n);e=n}e.textContent='deep'", "let e=d;while(e.firstElementChild)e=e.firstElementChild;e.textContent='deeper'"],
  ["table", "tables with spans and captions", "<table border=1><caption>cap</caption><colgroup><col style='background:#eef'><col></colgroup><thead><tr><th colspan=2>head</thead><tbody><tr><td rowspan=2>a<td>b<tr><td>c</tbody></table>", "document.querySelector('tbody').insertRow(0).insertCell().textContent='new'"],
  ["move", "nodes moved, swapped, re-added", "<ul id=u><li>1<li>2<li>3<li>4<li>5</ul>", "u.prepend(u.lastElementChild)", "u.append(...[...u.children].reverse())", "const x=u.children[2];x.remove();u.append(x)", "u.replaceChildren(...[...u.children].filter((_,i)=>i%2))"],
  ["text-nodes", "text split, joined, edited", "<p id=p>hello world</p>", "p.firstChild.splitText(5)", "p.normalize()", "p.firstChild.replaceData(0,5,'bye')", "p.append('\\u{1F600} ünï','\\n')"],
  ["names", "fields called like properties", "<form><input name=attributes value=a><input name=children value=c><input name=nodeType value=n><input id=firstChild name=parentNode value=p></form>"],
  ["odd-attributes", "attributes that no setter takes", "<p>x</p>", "const t=document.createElement('template');t.innerHTML='<p @click=1 :x=2 [y]=3 *z=4 data-ok=5>odd</p>';document.body.append(t.content)"],
];
