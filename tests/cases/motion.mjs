// What moves, at its end; what is in between is compared by eye of the clock only.
export const files = {};
export const rows = [
  ["transition", "transitions", "<style>div{width:60px;height:40px;background:teal;transition:all .4s}div.on{width:300px;background:gold}</style><div id=d></div>", "d.className='on'", "d.className=''"],
  ["animation", "animations that end", "<style>@keyframes m{from{transform:none}to{transform:translate(120px,30px)}}div{width:60px;height:40px;background:teal}div.on{animation:m .3s forwards}</style><div id=d></div>", "d.className='on'", { do: "wait", ms: 500 }],
  ["infinite", "animations without end", "<style>@keyframes s{to{transform:rotate(1turn)}}div{width:60px;height:40px;background:teal;animation:s 2s linear infinite}</style><div></div>"],
  ["web-animation", "animations by script that hold their end", "<div id=d style='width:60px;height:40px;background:teal'></div>", "d.animate([{transform:'none'},{transform:'translateX(200px)'}],{duration:200,fill:'forwards'})", { do: "wait", ms: 500 }],
  ["view-transition", "view transitions", "<p id=p>one</p>", "document.startViewTransition?document.startViewTransition(()=>{p.textContent='two';p.style.color='red'}).finished:p.textContent='two'", { do: "wait", ms: 600 }],
  ["scroll-driven", "scroll-driven animations", "<style>@keyframes g{from{width:10px}to{width:400px}}i{position:fixed;top:0;height:20px;background:red;animation:g linear;animation-timeline:scroll()}</style><i></i><div style='height:3000px'>x</div>", "scrollTo(0,1000)"],
  ["raf", "moved by script in every frame", "<div id=d style='width:60px;height:40px;background:teal'></div>", "await new Promise(done=>{let n=0;const f=()=>{d.style.transform=`translateX(${n}px)`;n++<60?requestAnimationFrame(f):done()};f()})"],
];
