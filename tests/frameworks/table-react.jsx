// A keyed table whose rows are drawn again only when they change.
import { memo } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { table } from "./table-rows.js";

const Row = memo(({ row, selected }) => <tr className={selected ? "danger" : ""}><td className="col-md-1">{row.id}</td><td className="col-md-4"><a>{row.label}</a></td><td className="col-md-1"><a><span className="glyphicon glyphicon-remove" aria-hidden="true" /></a></td><td className="col-md-6" /></tr>);
const root = createRoot(document.getElementById("stage"));
table((rows, selected) => flushSync(() => root.render(<table className="table"><tbody>{rows.map((row) => <Row key={row.id} row={row} selected={row.id === selected} />)}</tbody></table>)));
