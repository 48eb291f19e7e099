// Numbers of records and nodes in a pack. The engine holds the same list (engine::pack::record); a test compares them.
export const R = {
  CHILDREN: 1, ATTRS: 2, TEXT: 3, STATE: 4, NO_STATE: 5, SHEET: 6, RULES: 7, SHEETS: 8, VIEWPORT: 9, INFO: 10, FOCUS: 11,
  BOX: 12, WIDTH: 13, ROOT: 14, MERGED: 15, SELECT: 16, MORE: 17, DEVICE: 18, ZOOM: 19, GONE: 20, FOUND: 21, HEARD: 22,
  NODE_TEXT: 1, NODE_ELEMENT: 2, NODE_SHADOW: 3, NODE_DOCUMENT: 4, NODE_FOUND: 5,
  WAS_PASSWORD: 1, EDITABLE: 2, FAILED: 4,
};
