"use strict";
// The token lives in this variable and nowhere else: a page that is loaded again has forgotten it.
let token = "";
const at = (id) => document.getElementById(id);

async function ask(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: { Authorization: "Bearer " + token, "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
    credentials: "omit",
    cache: "no-store",
  });
  const said = await answer.json();
  if (!answer.ok) {
    throw new Error(said.detail || "the server answered " + answer.status);
  }
  return said;
}

async function all(kind, where) {
  const items = [];
  let cursor = null;
  do {
    const query = new URLSearchParams({ where: JSON.stringify(where), limit: "1000" });
    if (cursor !== null) {
      query.set("cursor", cursor);
    }
    const page = await ask("GET", "/api/v1/resources/" + encodeURIComponent(kind) + "?" + query);
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null && items.length < 20000);
  return items;
}

function name(item) {
  return item.hostname || item.address || item.id;
}

function cell(row, text) {
  row.insertCell().textContent = text === null || text === undefined ? "" : String(text);
}

async function show() {
  const kind = at("kind").value;
  const held = await all(kind, { owner: { $ne: "" } });
  const free = await all(kind, { free: true });
  at("held").replaceChildren();
  for (const item of held) {
    const row = at("held").insertRow();
    row.dataset.name = name(item);
    cell(row, name(item));
    cell(row, item.owner);
    cell(row, item.claim ? item.claim.state : item.state);
    cell(row, item.claim ? item.claim.reason : "");
    cell(row, item.claim ? item.claim.until : "");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Free";
    button.addEventListener("click", () => act(() => release(kind, item)));
    row.insertCell().append(button);
  }
  at("free").replaceChildren(
    ...free.map((item) => {
      const entry = document.createElement("li");
      entry.textContent = name(item);
      return entry;
    }),
  );
  at("sums").textContent = held.length + " held, " + free.length + " free";
}

async function release(kind, item) {
  const path = "/api/v1/resources/" + encodeURIComponent(kind) + "/" + encodeURIComponent(item.id);
  await ask("POST", path + "/release", { reason: "freed on the page" });
  await show();
  at("said").textContent = name(item) + " is released";
}

async function act(work) {
  at("said").textContent = "";
  try {
    await work();
  } catch (e) {
    at("said").textContent = e.message;
  }
}

at("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  token = at("token").value.trim();
  act(show);
});
