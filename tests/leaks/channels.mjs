// Ways by which something private could leave a page, each with a canary of its own: number, name, what is put into the page,
// what is done with it then. The numbers are those of SECURITY.md; what has none there is not in a page at all.
// html gets the canary; `act` is a function of the section's element and the canary, run in the page.

import { POLICY as COMMON } from "../lib/tap.mjs";

export const canary = (n) => `kq${String(n).padStart(3, "0")}${10_000 + (n * 7_919) % 90_000}z`;
export const VISIBLE = "plain words for everybody";

const svg = (c) => `<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'><text y='12'>${c}</text></svg>`;
const base64 = (text) => Buffer.from(text).toString("base64");
const set = (css, js) => `const el=root.querySelector(${JSON.stringify(css)});${js}`;

export const CHANNELS = [
  [1, "what is typed", () => "<input><input type=text>", set("input", "el.value=c;el.dispatchEvent(new Event('input',{bubbles:true}))")],
  [2, "the value attribute", () => "<input>", set("input", "el.setAttribute('value',c)")],
  [3, "a text area, all three ways", (c) => `<textarea>${c}</textarea><textarea></textarea><textarea></textarea>`, "const a=root.querySelectorAll('textarea');a[1].defaultValue=c;a[2].value=c"],
  [4, "a hidden input", (c) => `<input type=hidden value="${c}">`, ""],
  [5, "a password that is shown, and its form built anew", () => "<input type=password autocomplete=current-password>", set("input", "el.value=c;for(const t of ['text','password','text'])el.type=t;const n=el.cloneNode();n.value=c;el.replaceWith(n);n.type='password';n.type='text'")],
  [6, "values of boxes", (c) => `<div class=private><input type=checkbox value="${c}" checked><input type=radio name="n6" value="${c}"></div><input type=checkbox value="${c}">`, ""],
  [7, "entries of a list", (c) => `<select class=private><optgroup label="${c}"><option value="${c}">${c}<option label="${c}" selected>x</optgroup></select><select><option>${c}</select>`, ""],
  [8, "suggestions", (c) => `<input list=dl8><datalist id=dl8><option value="${c}">${c}</datalist>`, ""],
  [9, "numbers and their bounds", (c) => `<input type=number class=private min="${c.replace(/\D/g, "")}" max="${c.replace(/\D/g, "")}1" title="${c}">`, set("input", "el.value=c.replace(/\\D/g,'')")],
  [10, "a chosen file", () => "<input type=file><p class=private></p>", set("input", "const t=new DataTransfer();t.items.add(new File([c],c+'.pdf'));el.files=t.files;root.querySelector('p').textContent=el.files[0].name")],
  [11, "an editable part", (c) => `<div contenteditable><p>${c}</p></div><div contenteditable></div>`, "root.querySelectorAll('div')[1].innerHTML='<b>'+c+'</b>'"],
  [12, "a custom element that takes part in a form", (c) => `<x-leak class=private value="${c}">${c}</x-leak>`, "if(!customElements.get('x-leak'))customElements.define('x-leak',class extends HTMLElement{static formAssociated=true;constructor(){super();this.i=this.attachInternals()}set said(v){this.i.setFormValue(v);this.i.ariaLabel=v;this.i.setValidity({customError:true},v)}});const el=root.querySelector('x-leak');customElements.upgrade(el);el.said=c"],
  [13, "a one-time code", () => "<input autocomplete=one-time-code><input autocomplete='section-a one-time-code'>", "for(const el of root.querySelectorAll('input'))el.value=c"],
  [15, "what the browser says of a field", () => "<form><input required></form>", set("input", "el.setCustomValidity(c);el.reportValidity();el.setAttribute('aria-errormessage',c)")],
  [17, "what the page makes of a field", () => "<input><output></output><progress max=10></progress>", "const i=root.querySelector('input');i.value=c;i.dispatchEvent(new Event('input',{bubbles:true}));root.querySelector('output').value=i.value"],
  [18, "texts deep in a hidden part", (c) => `<div class=private>${"<div>".repeat(50)}${c}${"</div>".repeat(50)}</div>`, "root.querySelector('.private').append(c,Object.assign(document.createElement('p'),{textContent:c}))"],
  [19, "what moves out of a hidden part", (c) => `<div class=private><p>${c}</p><p id=out19>${c}</p></div>`, "root.append(root.querySelector('#out19'))"],
  [20, "a hidden part's class that comes after its text", () => "<p></p><p></p>", "const [a,b]=root.querySelectorAll('p');a.textContent=c;a.className='private';b.textContent=c;Promise.resolve().then(()=>{b.className='private'})"],
  [21, "a class that goes and comes", (c) => `<div class=private><p>${c}</p></div>`, "const el=root.firstElementChild;el.className='';el.firstElementChild.append(c);el.className='private'"],
  [22, "a text that is edited", (c) => `<p class=private>${c}</p>`, "const t=root.firstElementChild.firstChild;t.data='x'+c;t.appendData(c);t.replaceData(0,1,c)"],
  [23, "a text in pieces", (c) => `<p class=private>${[...c].map((l) => `<i>${l}</i>`).join("")}</p><p class=private>${[...c].join("\u200b")}</p>`, ""],
  [24, "what is copied and built anew", (c) => `<div class=private><p>${c}</p></div>`, "const el=root.firstElementChild;const n=el.cloneNode(true);el.replaceChildren(n.firstChild);root.append(n);n.innerHTML='<b>'+c+'</b>'"],
  [25, "the title", () => "", "document.querySelector('title').className='private';document.title='of '+c"],
  [26, "what is in a page and not on it", (c) => `<!-- ${c} --><noscript>${c}</noscript><template><p>${c}</p></template><script type="application/ld+json">{"x":"${c}"}</script><meta name=x content="${c}"><noembed>${c}</noembed>`, "window.state26=c;root.append(document.createComment(c))"],
  [27, "attributes that say something", (c) => `<div class=private title="${c}"><img alt="${c}" src="data:,"><input placeholder="${c}"><track label="${c}"><table summary="${c}"><tr><th abbr="${c}" headers="${c}">x</table><time datetime="${c}">x</time><q cite="/${c}">x</q></div>`, ""],
  [28, "what is said to screen readers", (c) => `<div class=private aria-label="${c}" aria-description="${c}"><span aria-live=polite>${c}</span></div>`, "const el=root.firstElementChild;el.ariaLabel=c;el.ariaValueText=c;el.ariaRoleDescription=c"],
  [29, "attributes of the page's own", (c) => `<div class=private ${["data-x", "data-user", "user", "v-1", "ng-reflect-x", "x-data", "hx-vals", "key", "ref", "item"].map((a) => `${a}="${c}"`).join(" ")}><x-card of="${c}">x</x-card></div>`, ""],
  [30, "names that hold an address", (c) => `<div class="private u-${c}@mail.example" id="${c}@mail.example"><label for="${c}@mail.example">x</label><input name="${c}@mail.example"></div><p class="u-${c}@mail.example">x</p>`, ""],
  [31, "handlers in the source", (c) => `<button type=button onclick="pay('${c}')" onfoo="${c}">x</button>`, ""],
  [32, "drawings", (c) => `<svg class=private width=90 height=40><title>${c}</title><desc>${c}</desc><text y=20>${c}</text><text><textPath href="#none">${c}</textPath></text></svg>`, ""],
  [33, "formulas, ruby, other directions", (c) => `<div class=private><math><mtext>${c}</mtext></math><ruby>x<rt>${c}</rt></ruby><bdo dir=rtl>${c}</bdo></div>`, ""],
  [34, "counters", (c) => `<ol class=private start="${c.replace(/\D/g, "")}"><li value="${c.replace(/\D/g, "")}">x</ol><p class=private style="counter-reset:c ${c.replace(/\D/g, "")}">x</p>`, ""],
  [35, "rows that are used again", (c) => `<div class=private>${c}</div><div>x</div>`, "const [a,b]=root.children;a.className='';a.textContent='x';b.className='private';b.textContent=c;for(let i=0;i<6;i++){const [p,q]=i%2?[a,b]:[b,a];p.textContent=c;p.className='private';q.className='';q.textContent='x'}root.children[0].className='private';root.children[1].className='private'"],
  [36, "content by style", (c) => `<p class="private attr36" data-c="${c}" style='--c:"${c}"'>x</p><style>.attr36::before{content:attr(data-c)}</style>`, ""],
  [37, "properties of the page's own", () => "<p class=private>x</p>", "root.firstElementChild.style.setProperty('--of',c);root.firstElementChild.style.setProperty('--and','\"'+c+'\"')"],
  [38, "addresses in styles", (c) => `<p style="background:url('/leak/x.png?token=${c}');cursor:url('/leak/y.cur?${c}'),auto">x</p><p class=private style="mask-image:url('/leak/z.svg#${c}')">x</p>`, ""],
  [39, "pictures that hold their words", (c) => `<div class=private><img src="data:image/svg+xml;base64,${base64(svg(c))}"><img src="data:image/svg+xml,${encodeURIComponent(svg(c))}"></div>`, ""],
  [42, "addresses of pictures", (c) => `<img src="/leak/open.svg?ssn=${c}" srcset="/leak/open.svg?two=${c} 2x"><video poster="/leak/p.png?${c}"></video>`, ""],
  [43, "pictures of a hidden part", (c) => `<div class=private><img src="/leak/${c}.svg"><picture><source srcset="/leak/${c}.svg"><img></picture></div>`, ""],
  [44, "other addresses", (c) => `<a href="/x?token=${c}#${c}">x</a><a href="mailto:${c}@mail.example" ping="/p?${c}">x</a><form action="/f?${c}"><button type=button formaction="/g?${c}">x</button></form><svg width=9 height=9><use href="/leak/s.svg?${c}#x"/><image href="/leak/i.svg?${c}"/></svg><link rel=icon href="/i?${c}">`, ""],
  [45, "what is drawn", () => "<canvas class=private width=160 height=30></canvas>", set("canvas", "const x=el.getContext('2d');x.font='20px sans-serif';x.fillText(c,4,20);el.textContent=c")],
  [46, "a film of a canvas", (c) => `<canvas hidden></canvas><video class=private muted title="${c}"><track label="${c}"></video>`, "const [k,v]=[root.querySelector('canvas'),root.querySelector('video')];k.getContext('2d').fillText(c,4,20);v.srcObject=k.captureStream?.(5)??null;v.play?.().catch(()=>{})"],
  [47, "files of the page's own making", () => "<div class=private><img></div>", set("img", "el.src=URL.createObjectURL(new Blob([`<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'><text y='12'>${c}</text></svg>`],{type:'image/svg+xml'}))")],
  [48, "a frame by its source", (c) => `<iframe class=private srcdoc="<p>${c}</p>"></iframe>`, ""],
  [49, "frames that are written", () => "<div class=private><iframe></iframe></div>", set("iframe", "el.contentDocument.body.innerHTML='<p>'+c+'</p><iframe></iframe>';el.contentDocument.querySelector('iframe').contentDocument.body.textContent=c")],
  [50, "the address of another origin's frame", (c) => `<iframe src="http://localhost:1/pay?session=${c}"></iframe>`, ""],
  [51, "shadow roots", (c) => `<div class=private><template shadowrootmode=open><p>${c}</p></template></div><div class=private></div><div class=private></div><div><span class=private>${c}</span></div>`, "const d=root.children;d[1].attachShadow({mode:'open'}).innerHTML='<p>'+c+'</p>';d[2].attachShadow({mode:'closed'}).innerHTML='<p>'+c+'</p>';d[3].attachShadow({mode:'open'}).innerHTML='<slot></slot><b class=private>'+c+'</b>'"],
  [52, "documents that are embedded", (c) => `<object data="/leak/${c}.svg"></object><embed src="/leak/${c}.svg"><object class=private data="/leak/none" title="${c}">${c}</object>`, ""],
  [53, "what is marked", (c) => `<p class=private>${c}</p>`, "if(window.Highlight){const r=new Range();r.selectNodeContents(root.firstElementChild);CSS.highlights.set('h53',new Highlight(r))}getSelection().selectAllChildren(root.firstElementChild)"],
  [54, "a view that changes", (c) => `<div class=private style="view-transition-name:v54">${c}</div>`, "document.startViewTransition?.(()=>{root.firstElementChild.append(c)}).finished.catch(()=>{})"],
  [63, "what a field shows elsewhere", () => "<input><ul></ul>", "const i=root.querySelector('input');i.value=c;i.dispatchEvent(new Event('input',{bubbles:true}));root.querySelector('ul').innerHTML='<li>Look for <b>'+c+'</b></li>'"],
  [64, "what a page repeats", (c) => `<p class=private>Member ${c}</p>`, "root.append(Object.assign(document.createElement('p'),{textContent:'Welcome, member '+c.toUpperCase()}))"],
  [65, "what is copied", (c) => `<p class=private>${c}</p>`, "getSelection().selectAllChildren(root.firstElementChild);document.execCommand('copy')"],
  [66, "what is dragged", (c) => `<p class=private draggable=true>${c}</p><input>`, "const t=new DataTransfer();t.setData('text/plain',c);for(const k of ['dragstart','drop'])root.firstElementChild.dispatchEvent(new DragEvent(k,{dataTransfer:t,bubbles:true}))"],
  [67, "the address of the page", () => "", "history.replaceState({c},'',location.pathname.split('/of/')[0].replace(/\\/$/,'')+'/of/'+c+'?x='+c+'#'+c)"],
  [69, "what a page keeps", () => "", "window.name=c;postMessage(c,'*');localStorage.setItem('l69',c);sessionStorage.setItem('s69',c);document.cookie='c69='+c+';path=/none'"],
  [70, "what a page says to its programmers", () => "", "console.log(c);console.error(c);setTimeout(()=>{throw new Error(c)});fetch('/leak/none?'+c,{method:'POST',body:c}).catch(()=>{});Promise.reject(new Error(c))"],
  [72, "what a page measures", () => "", "performance.mark(c);performance.measure(c,c)"],
  [77, "what an extension puts in", (c) => `<div class=private><x-helper data-said="${c}"><template shadowrootmode=open>${c}</template>${c}</x-helper></div>`, ""],
  [82, "a page that is translated", (c) => `<p class=private>${c}</p>`, "root.firstElementChild.innerHTML='<font><font>'+c+' ('+c+')</font></font>';document.documentElement.lang='de'"],
  [83, "what only screen readers are told", () => "<x-read83 class=private>x</x-read83>", "if(!customElements.get('x-read83'))customElements.define('x-read83',class extends HTMLElement{constructor(){super();this.i=this.attachInternals()}});const i=root.firstElementChild.i;i.ariaLabel=c;i.ariaDescription=c;i.ariaValueText=c"],
  [85, "numbers that a detector knows", () => "<p>no. 4539 5787 6362 1486 x</p><input class=shown>", "root.querySelector('input').value='4539578763621486'", ["4539 5787 6362", "453957876362"]],
];

export const POLICY = `${COMMON}[detect]
card = true
`;

// All channels as one page's body, and what is done then.
export const body = () => `<h1>${VISIBLE}</h1>${CHANNELS.map(([n, , html]) => `<section data-n="${n}">${html(canary(n))}</section>`).join("\n")}`;
export const acts = () => CHANNELS.map(([n, , , act]) => [n, canary(n), act]).filter(([, , act]) => act);
// Number and what must be nowhere.
export const secrets = () => CHANNELS.flatMap(([n, what, , , own]) => (own || [canary(n)]).map((text) => [n, what, text]));
