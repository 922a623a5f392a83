// The one-file pack: its search over the list in the page, what a link opens, and the warning when it is old.
((T) => {
  "use strict";
  const field = document.getElementById("q"), list = document.querySelector("[data-list]"), found = document.querySelector("[data-found]");
  const said = document.querySelector("[data-said]"), old = document.querySelector("[data-day]"), WAIT = 150;
  const days = (Date.now() - new Date(`${old.dataset.day}T00:00:00`).getTime()) / 86400000;
  if (days > Number(old.dataset.most) || days < -1) {
    old.hidden = false;
    document.body.classList.add("stale");
  }
  document.querySelectorAll("[data-scripted]").forEach((one) => { one.hidden = false; });

  function opened() {
    const one = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (one?.matches("details")) { one.open = true; one.scrollIntoView(); }
  }

  let timer = 0, composing = false, turn = 0;

  function row(id) {
    const one = document.querySelector(`[data-id="${id}"]`), item = document.createElement("li"), link = document.createElement("a");
    if (!one) return "";
    link.href = `#${one.id}`;
    link.textContent = one.querySelector("summary").firstChild.textContent;
    item.append(link);
    return item;
  }

  async function ask() {
    const typed = field.value.trim(), mine = (turn += 1);
    list.hidden = found.hidden = false;
    if (typed.length < 2) {
      found.replaceChildren();
      said.textContent = "";
      return;
    }
    await T.ready();
    const result = await T.search(typed);
    if (mine !== turn) return;
    list.hidden = result.ids.length > 0;
    found.replaceChildren(...result.ids.slice(0, 50).map(row));
    said.textContent = said.dataset[result.ids.length ? (result.how === "some words" ? "some" : "many") : "none"].replace("{n}", result.ids.length);
  }

  function later() {
    clearTimeout(timer);
    if (!composing) timer = setTimeout(ask, WAIT);
  }

  field.addEventListener("compositionstart", () => { composing = true; });
  field.addEventListener("compositionend", () => { composing = false; later(); });
  field.addEventListener("input", later);
  field.form.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
  // What a link leads to stands in the list, which the search hides.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link) return;
    list.hidden = false;
    if (link.hash === location.hash) opened();
  });
  addEventListener("hashchange", opened);
  opened();
})(self.timKiem);
