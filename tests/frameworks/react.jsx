// State, effects, keyed lists, a portal, controlled fields, lazy parts.
import { lazy, memo, Suspense, useEffect, useMemo, useReducer, useState } from "react";
import { createPortal } from "react-dom";
import { createRoot } from "react-dom/client";

const Late = lazy(() => new Promise((done) => setTimeout(() => done({ default: () => <p id="late">came late</p> }), 300)));
const Row = memo(({ task, toggle }) => <li><label><input type="checkbox" checked={task.done} onChange={() => toggle(task.id)} /> {task.words}</label></li>);

function App() {
  const [tasks, act] = useReducer((list, { add, toggle, turn }) => (add ? [...list, { id: list.length + 1, words: add, done: false }] : turn ? [...list].reverse() : list.map((t) => (t.id === toggle ? { ...t, done: !t.done } : t))), [{ id: 1, words: "call the bank", done: false }, { id: 2, words: "post the letter", done: true }]);
  const [words, say] = useState("");
  const [open, show] = useState(false);
  const [seconds, tick] = useState(0);
  useEffect(() => { document.title = `${tasks.length} tasks`; }, [tasks]);
  useEffect(() => { const t = setTimeout(() => tick(1), 50); return () => clearTimeout(t); }, []);
  const left = useMemo(() => tasks.filter((t) => !t.done).length, [tasks]);
  return <main>
    <h1>Tasks ({left} left, {seconds ? "ready" : "…"})</h1>
    <form onSubmit={(e) => { e.preventDefault(); act({ add: words }); say(""); }}><input id="new" value={words} onChange={(e) => say(e.target.value.toUpperCase())} /><button id="add">Add</button></form>
    <ul>{tasks.map((t) => <Row key={t.id} task={t} toggle={(toggle) => act({ toggle })} />)}</ul>
    <button id="turn" onClick={() => act({ turn: true })}>Turn round</button>
    <button id="open" onClick={() => show(!open)}>Details</button>
    {open && createPortal(<aside style={{ position: "fixed", right: 20, top: 20, padding: 12, background: "#fed" }}>In a portal<Suspense fallback={<p>wait</p>}><Late /></Suspense></aside>, document.body)}
  </main>;
}
createRoot(document.getElementById("app")).render(<App />);
