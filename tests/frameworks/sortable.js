// Drag and drop by the pointer.
import Sortable from "sortablejs";

for (const list of document.querySelectorAll("ul")) Sortable.create(list, { group: "all", animation: 120, forceFallback: true });
