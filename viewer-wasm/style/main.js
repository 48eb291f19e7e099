import init from "./viewer.js";

init({ module_or_path: "/agent/viewer_bg.wasm" });
