// A map drawn on a canvas: panned, zoomed, with a marker.
import Feature from "ol/Feature.js";
import { Point, Polygon } from "ol/geom.js";
import VectorLayer from "ol/layer/Vector.js";
import OlMap from "ol/Map.js";
import "ol/ol.css";
import VectorSource from "ol/source/Vector.js";
import { Circle, Fill, Stroke, Style } from "ol/style.js";
import View from "ol/View.js";

const land = new Feature(new Polygon([[[-400, -300], [350, -260], [420, 200], [0, 330], [-380, 180], [-400, -300]]]));
land.setStyle(new Style({ fill: new Fill({ color: "#cde3c0" }), stroke: new Stroke({ color: "#557a3a", width: 3 }) }));
const place = new Feature(new Point([50, 40]));
place.setStyle(new Style({ image: new Circle({ radius: 9, fill: new Fill({ color: "#b3261e" }), stroke: new Stroke({ color: "#fff", width: 2 }) }) }));
const map = new OlMap({ target: "app", layers: [new VectorLayer({ source: new VectorSource({ features: [land, place] }) })], view: new View({ center: [0, 0], resolution: 1.6 }) });
document.getElementById("nearer").onclick = () => map.getView().setZoom(map.getView().getZoom() + 1);
document.getElementById("move").onclick = () => { place.getGeometry().translate(-120, 60); };
