// State that has no attribute: what controls hold, where things are scrolled, what is selected.
export const files = {};
export const rows = [
  ["values", "text, textarea, number, date, colour, range", "<input id=a><textarea id=b></textarea><input type=number id=c><input type=date id=d><input type=color id=e><input type=range id=f><input type=search id=g>", "a.value='typed';b.value='two\\nlines';c.value=7;d.value='2026-03-01';e.value='#20a060';f.value=80;g.value='find'", "a.value='typed more';b.value=''"],
  ["typing", "typed by keys", "<input id=a><textarea id=b rows=4></textarea>", { do: "type", css: "#a", text: "Hello there" }, { do: "type", css: "#b", text: "one\ntwo" }],
  ["ticks", "checkbox, radio, indeterminate", "<input type=checkbox id=a><input type=radio name=r id=b><input type=radio name=r id=c>", "a.checked=true;b.checked=true", "a.indeterminate=true;c.checked=true", "b.click()"],
  ["select", "select, with groups, multiple, nothing chosen", "<select id=a><option>1<option>2<optgroup label=g><option>3</optgroup></select><select multiple id=b size=4><option>x<option>y<option>z</select>", "a.value='3'", "b.options[0].selected=b.options[2].selected=true", "a.selectedIndex=-1", "a.add(new Option('new','new',false,true))"],
  ["password", "a password is hidden, also after it is shown", "<input type=password id=p value=secret-word>", "p.type='text'"],
  ["buttons", "buttons by input", "<input type=submit value=Send><input type=reset><input type=button id=b value=Press><button>plain</button>", "b.value='Pressed'"],
  ["form-reset", "a form that is reset", "<form id=f><input id=a value=start><input type=checkbox id=c checked><textarea id=t>text</textarea></form>", "a.value='x';c.checked=false;t.value='y'", "f.reset()"],
  ["meters", "progress, meter, output", "<progress id=p max=10 value=3></progress><meter id=m min=0 max=100 low=20 high=80 value=50></meter><output id=o>1</output>", "p.value=8;m.value=95;o.value='99'"],
  ["busy", "a progress bar that only moves", "<p>busy</p><progress></progress>", { picture: ["progress"], why: "a browser moves it by a clock of its own, which starts later in the replica" }],
  ["scroll-window", "window scroll", "<div style='height:3000px;background:linear-gradient(red,blue)'>tall</div>", "scrollTo(0,900)", "scrollTo(0,2000)", "scrollTo(0,0)"],
  ["scroll-box", "boxes, both ways, and of new nodes", "<div id=d style='width:200px;height:120px;overflow:auto;border:1px solid'><div style='width:900px;height:900px;background:linear-gradient(45deg,gold,navy)'></div></div>", "d.scrollTo(100,300)", "const c=d.cloneNode(true);c.id='';document.body.append(c);c.scrollTo(50,60)", "d.scrollTo(0,0)"],
  ["scroll-sticky", "sticky, fixed, snap", "<style>h3{position:sticky;top:0;background:#ddd;margin:0}section{height:700px}nav{position:fixed;right:0;top:0;background:gold}</style><nav>nav</nav><section><h3>one</h3></section><section><h3>two</h3></section><section><h3>three</h3></section>", "scrollTo(0,900)"],
  ["scroll-smooth", "smooth scrolling", "<style>html{scroll-behavior:smooth}</style><div style='height:4000px;background:linear-gradient(gold,green)'>x</div>", "scrollTo(0,1500)", { do: "wait", ms: 1200 }],
  ["editable", "contenteditable", "<div contenteditable id=e>edit <b>me</b></div>", { do: "click", css: "#e" }, { do: "press", text: "End" }, { do: "type", text: " and more" }, "document.execCommand('bold')", { do: "type", text: "bold" }],
  ["selection", "selected text", "<p id=p>one two <b>three</b> four</p><p>five</p>", "getSelection().setBaseAndExtent(p.firstChild,4,p.lastChild,3)", "getSelection().selectAllChildren(document.body)", "getSelection().removeAllRanges()", { ink: 0.12, why: "a highlight ends a pixel above a selection and paints no line ends" }],
  ["title", "title, language, direction", "<title>one</title><p>x</p>", "document.title='two';document.documentElement.lang='nl'", "document.documentElement.dir='rtl'"],
  ["history", "single-page navigation", "<p id=p>here</p>", "history.pushState(0,'','/elsewhere');p.textContent=location.pathname", "history.replaceState(0,'','?q=1')"],
  ["labels", "labels, fieldsets, legends, disabled", "<fieldset id=f><legend>leg</legend><label>name <input></label></fieldset><label for=z>z</label><input id=z disabled>", "f.disabled=true", "z.disabled=false"],
  ["datalist", "datalist and autocomplete", "<input list=l value=b><datalist id=l><option>a<option>b</datalist>"],
];
