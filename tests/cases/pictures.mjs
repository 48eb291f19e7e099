// Pictures, fonts, canvases, video.
const SVG = (colour) => `<svg xmlns='http://www.w3.org/2000/svg' width='60' height='40'><rect width='60' height='40' fill='${colour}'/></svg>`;
export const files = {
  "/red.svg": ["image/svg+xml", SVG("red")],
  "/green.svg": ["image/svg+xml", SVG("green")],
  "/sheet.svg": ["image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg' width='120' height='20'><rect width='60' height='20' fill='#248'/><circle cx='75' cy='10' r='9' fill='#c40'/></svg>"],
  "/blue.svg": ["image/svg+xml", SVG("blue")],
};
const DATA = "data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg' width='30' height='30'><circle cx='15' cy='15' r='15' fill='%23a0a'/></svg>";

export const rows = [
  ["img", "img, size attributes, changed source", "<img id=i src=/red.svg><img src=/green.svg width=100 height=20><img src=/blue.svg style='width:50%;height:30px;object-fit:cover'>", "i.src='/blue.svg'"],
  ["srcset", "srcset, sizes, picture", "<img srcset='/red.svg 400w, /green.svg 2000w' sizes=100vw width=90><picture><source media='(min-width:900px)' srcset=/blue.svg><img src=/red.svg></picture>"],
  ["lazy", "lazy pictures", "<img loading=lazy src=/red.svg><div style='height:2500px'></div><img loading=lazy src=/green.svg>", "scrollTo(0,99999)"],
  ["data-blob", "data: and blob: pictures", `<img src="${DATA}"><img id=b>`, `b.src=URL.createObjectURL(new Blob(["${SVG("orange").replaceAll('"', "'")}"],{type:'image/svg+xml'}))`],
  ["backgrounds", "addresses in style: background, list, border, mask, cursor, content", `<style>.a{background:url(/red.svg) 0 0/20px repeat-x,#eee;height:40px}.b{list-style:url("${DATA}")}.c{border:10px solid;border-image:url(/green.svg) 10 round}.d{-webkit-mask:url(/blue.svg) 0 0/60px 40px no-repeat;mask:url(/blue.svg) 0 0/60px 40px no-repeat;background:teal;width:60px;height:40px}.e::before{content:url(/blue.svg)}</style><div class=a>a</div><ul class=b><li>b</ul><div class=c>c</div><div class=d></div><div class=e>e</div><div style='background-image:url(/green.svg);height:40px'>inline</div>`, "document.querySelector('.a').style.backgroundImage='url(/blue.svg)'"],
  ["image-set", "image-set", "<style>div{background:image-set('/red.svg' 1x,'/green.svg' 2x);width:60px;height:40px}</style><div></div>"],
  ["sprites", "sprites", "<style>i{display:inline-block;width:30px;height:20px;background:url(/red.svg)}i+i{background-position:-30px -20px}i+i+i{background:url(/sheet.svg) -60px 0}</style><i></i><i></i><i></i>", "document.querySelector('i').style.backgroundPosition='-15px -10px'"],
  ["gif-moving", "a GIF that moves keeps its box", "<img src='data:image/gif;base64,R0lGODlhCAAIAPAAAP8AAAAA/yH/C05FVFNDQVBFMi4wAwEAAAAh+QQECgAAACwAAAAACAAIAAACB4SPqcvtXQAh+QQECgAAACwAAAAACAAIAAACCYSPqcutXQAAOw==' width=80 height=40><p>after</p>", null, { picture: ["img"] }],
  ["audio", "audio with and without controls", "<audio controls></audio><audio></audio><p>after</p>", null, { picture: ["audio"] }],
  ["font-cors", "a font of another origin that may be read", "<style>@font-face{font-family:F;src:url(OTHER/open.ttf)}p{font:30px F,serif}</style><p>Font words 123</p>", { do: "wait", ms: 600 }],
  ["font-closed", "a font that may not be read is not shown by either", "<style>@font-face{font-family:F;src:url(OTHER/closed.ttf)}p{font:30px F,serif}</style><p>Font words 123</p>", { do: "wait", ms: 600 }, { not: { webkit: "uses fonts of other origins that nobody may read" } }],
  ["object-failed", "an object that failed shows its own content", "<object id=o data=/none.svg type=image/svg+xml width=300 height=120>instead <b>of it</b></object><p>after</p>", { do: "wait", ms: 300 }, "o.querySelector('b').textContent='of what is missing'", "o.textContent='';o.data='/red.svg'", { picture: ["object[data]", "beside-object[data-beside-stands-for]"] }],
  ["broken", "broken pictures with their words", "<img src=/none.png alt='a picture'><img src=/none2.png width=80 height=50><p>after</p>"],
  ["svg-image", "pictures inside SVG", "<svg width=100 height=60><image href=/red.svg width=60 height=40 /></svg>"],
  ["canvas-2d", "canvas, drawn and drawn again", "<canvas id=c width=200 height=100 style='border:1px solid'></canvas>", "window.x=c.getContext('2d');x.fillStyle='green';x.fillRect(10,10,90,50)", "x.fillStyle='red';x.font='30px serif';x.fillText('word',60,60)", "x.clearRect(0,0,200,100)", "c.width=120;x.fillRect(0,0,60,60)"],
  ["canvas-styled", "canvas sized by style", "<div style='width:300px'><canvas id=c width=100 height=50 style='width:100%;height:auto;background:#eee'></canvas></div>", "const x=c.getContext('2d');x.fillStyle='navy';x.arc(50,25,20,0,7);x.fill()"],
  ["canvas-offscreen", "canvas drawn by a worker", "<canvas id=c width=200 height=80></canvas>", "const w=new Worker(URL.createObjectURL(new Blob([\"onmessage=e=>{const x=e.data.getContext('2d');x.fillStyle='purple';x.fillRect(20,20,100,40)}\"])));const o=c.transferControlToOffscreen();w.postMessage(o,[o])", { do: "wait", ms: 600 }],
  ["canvas-tainted", "a canvas that may not be read is a placeholder", "<canvas id=c width=120 height=60></canvas><p>after</p>", "await new Promise(d=>{const i=new Image();i.onload=()=>{c.getContext('2d').drawImage(i,0,0);d()};i.src='OTHER/closed.svg'})", { do: "wait", ms: 500 }, { picture: ["canvas"] }],
  ["img-closed", "a picture that may not be read is a placeholder of its size", "<img src=OTHER/closed.svg><p>after</p>", null, { picture: ["img"] }],
  ["img-cors", "a picture of another origin that may be read", "<img src=OTHER/open.svg><p>after</p>"],
  ["font-face", "web fonts by @font-face", "<style>@font-face{font-family:F;src:url(/font.ttf)}p{font:30px F,serif}</style><p>Font words 123</p>", { do: "wait", ms: 400 }],
  ["object", "object and embed are placeholders", "<object data=/red.svg type=image/svg+xml width=90 height=50></object><embed src=/green.svg width=90 height=50><p>after</p>", null, { picture: ["object", "embed"] }],
  ["video-empty", "video without a source keeps its box", "<video width=200 height=100 controls></video><p>after</p>", null, { picture: ["video"] }],
  ["gif", "GIF, PNG by data:", "<img width=80 height=40 src='data:image/gif;base64,R0lGODlhAQABAIAAAP8AAAAAACwAAAAAAQABAAACAkQBADs='><p>after</p>"],
  ["canvas-webgl", "canvas by WebGL", "<canvas id=c width=120 height=60></canvas><p>after</p>", "const g=c.getContext('webgl',{preserveDrawingBuffer:true});if(g){g.clearColor(0,.5,0,1);g.clear(g.COLOR_BUFFER_BIT)}"],
  ["video-playing", "a video that plays and stops", "<video id=v width=160 height=100 muted></video><p>after</p>", "const k=document.createElement('canvas');k.width=160;k.height=100;const x=k.getContext('2d');const draw=()=>{x.fillStyle='teal';x.fillRect(0,0,160,100)};draw();const m=new MediaRecorder(k.captureStream(10));const parts=[];m.ondataavailable=e=>parts.push(e.data);m.start();for(let n=0;n<8;n++){draw();await new Promise(d=>setTimeout(d,60))}m.stop();await new Promise(d=>{m.onstop=d});v.src=URL.createObjectURL(new Blob(parts));await v.play();await new Promise(d=>setTimeout(d,300));v.pause()", { do: "wait", ms: 900 }, { not: { webkit: "has no picture of a video here whose codec is missing" } }],
  ["font-api", "fonts by script", "<style>p{font:30px F,serif}</style><p>Font words 123</p>", "const f=new FontFace('F','url(/font.ttf)');await f.load();document.fonts.add(f)", { do: "wait", ms: 900 }],
  ["mask-svg", "SVG: clip, mask, filter, pattern, symbol", "<svg width=200 height=100><defs><clipPath id=c><circle cx=50 cy=50 r=40 /></clipPath><filter id=b><feGaussianBlur stdDeviation=2 /></filter><pattern id=p width=10 height=10 patternUnits=userSpaceOnUse><rect width=5 height=5 fill=red /></pattern></defs><rect width=100 height=100 clip-path=url(#c) fill=url(#p) /><rect x=110 y=20 width=60 height=60 filter=url(#b) fill=blue /></svg>"],
];
