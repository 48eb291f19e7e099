// Sites that nobody of this project wrote, each with steps that a person might take. Three of different kinds:
// a Bootstrap admin with jQuery, one built with React, and long forms.
//
// A step is [name, what a person does]. `skip.picture` names what stands as a placeholder, with the reason.

const click = (selector, nth = 0) => async (c) => { await (await c.$$(selector))[nth].click(); };
const scroll = (top) => (c) => c.evaluate((top) => scrollTo({ top, behavior: "instant" }), top);
// Pages animate; they are compared when they stand.
const rest = (ms) => new Promise((done) => setTimeout(done, ms));

export const SITES = [
  {
    id: "sb-admin-2",
    kind: "Bootstrap 4, jQuery, DataTables, icon font",
    root: "node_modules/startbootstrap-sb-admin-2",
    entry: "/index.html",
    // Charts are drawn on canvas, which stands as a placeholder for now.
    skip: { picture: ["canvas"] },
    steps: [
      ["side bar folded", click("#sidebarToggle")],
      ["user menu", async (c) => { await click("#userDropdown")(c); await rest(400); }],
      ["closed again", async (c) => { await c.keyboard.press("Escape"); await c.mouse.click(640, 700); await rest(300); }],
      ["alerts", async (c) => { await click("#alertsDropdown")(c); await rest(400); }],
      ["tables page", async (c, url) => { await c.goto(`${url}/tables.html`); await rest(800); }],
      ["filtered", async (c) => { await c.waitForSelector("#dataTable_filter input"); await c.type("#dataTable_filter input", "lon"); await rest(300); }],
      ["sorted", async (c) => { await c.evaluate(() => [...document.querySelectorAll("th")].find((t) => t.textContent.includes("Salary")).click()); await rest(300); }],
      ["scrolled", async (c) => { await scroll(600)(c); await rest(700); }],
    ],
  },
  {
    id: "swagger-ui",
    kind: "React, forms, modal",
    root: "node_modules",
    entry: "/swagger.html",
    settle: 2500,
    steps: [
      ["an operation opened", async (c) => { await click(".opblock-summary-control", 2)(c); await rest(600); }],
      ["try it out", async (c) => { await click("button.try-out__btn")(c); await rest(400); }],
      ["authorise box", async (c) => { await c.evaluate(() => document.querySelector("button.btn.authorize").click()); await rest(600); }],
      ["closed", async (c) => { await click(".close-modal")(c); await rest(400); }],
      ["scrolled", scroll(900)],
      ["a group folded", async (c) => { await click(".opblock-tag", 1)(c); await rest(600); }],
    ],
    pages: { "/swagger.html": "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Swagger UI</title><link rel=\"stylesheet\" href=\"/swagger-ui-dist/swagger-ui.css\"></head><body><div id=\"swagger-ui\"></div><script src=\"/swagger-ui-dist/swagger-ui-bundle.js\"></script><script src=\"/swagger-ui-dist/swagger-ui-standalone-preset.js\"></script><script>SwaggerUIBundle({url:\"/@readme/oas-examples/3.0/json/petstore.json\",dom_id:\"#swagger-ui\",deepLinking:true,presets:[SwaggerUIBundle.presets.apis,SwaggerUIStandalonePreset],layout:\"StandaloneLayout\"})</script></body></html>" },
  },
  {
    id: "govuk",
    kind: "long forms, accessible components, ES modules",
    root: "node_modules/govuk-frontend",
    entry: "/components.html",
    steps: [
      ["all sections open", click(".govuk-accordion__show-all")],
      ["scrolled", scroll(1800)],
      ["details open", click(".govuk-details__summary")],
      ["text typed", async (c) => { await c.type(".govuk-character-count textarea", "One two three four five six seven"); await rest(1300); }],
      ["a radio", click(".govuk-radios__input")],
      ["second tab", click(".govuk-tabs__tab", 1)],
      ["password shown", click(".govuk-password-input__toggle")],
    ],
    pages: { "/components.html": "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>GOV.UK Frontend</title><link rel=\"stylesheet\" href=\"/dist/govuk/govuk-frontend.min.css\"></head><body class=\"govuk-template__body govuk-frontend-supported js-enabled\"><main class=\"govuk-width-container govuk-main-wrapper\" id=\"all\"></main><script type=\"module\">import{initAll}from\"/dist/govuk/govuk-frontend.min.js\";for(const name of\"breadcrumbs back-link notification-banner error-summary accordion button cookie-banner details input textarea character-count password-input date-input radios checkboxes select file-upload fieldset inset-text pagination panel phase-banner summary-list table tabs tag task-list warning-text\".split(\" \")){const html=await(await fetch(`/dist/govuk/components/${name}/template-default.html`)).text();all.insertAdjacentHTML(\"beforeend\",`<h2 class=\"govuk-heading-l\">${name}</h2>${html}`)}initAll()</script></body></html>" },
  },
];
