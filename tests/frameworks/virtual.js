// A list of which only what is in view exists.
import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from "@tanstack/virtual-core";

const box = document.getElementById("app");
const inner = document.createElement("div");
inner.style.position = "relative";
box.append(inner);
const draw = (list) => {
  inner.style.height = `${list.getTotalSize()}px`;
  inner.replaceChildren(...list.getVirtualItems().map((item) => {
    const row = document.createElement("div");
    row.textContent = `Row ${item.index}`;
    row.style.cssText = `position:absolute;left:0;right:0;height:${item.size}px;transform:translateY(${item.start}px);background:${item.index % 2 ? "#eef" : "#fff"}`;
    return row;
  }));
};
const list = new Virtualizer({ count: 10_000, estimateSize: (n) => 24 + (n % 3) * 8, getScrollElement: () => box, scrollToFn: elementScroll, observeElementRect, observeElementOffset, overscan: 3, onChange: draw });
list._didMount();
list._willUpdate();
draw(list);
window.go = (n) => list.scrollToIndex(n);
