// A rich-text editor.
import Quill from "quill";
import "quill/dist/quill.snow.css";

new Quill("#app", { theme: "snow", modules: { toolbar: [["bold", "italic"], [{ list: "ordered" }, { list: "bullet" }], ["link"]] } });
