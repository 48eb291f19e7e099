// What the forms of every framework do with what is typed.
export const capitals = (text) => text.toUpperCase();
export const groups = (text) => text.replace(/\D/g, "").slice(0, 8).replace(/(\d{4})(?=\d)/, "$1 ");
export const problem = (name) => (name.length < 3 ? "At least three letters" : "");
