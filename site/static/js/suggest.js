// Suggestions below a search field, after the ARIA combobox pattern (the focus stays in the field). Without this file,
// or where people save data, the plain form does all that is needed.
(() => {
  "use strict";
  const WAIT = 150, LEAST = 2;
  const saving = () => Boolean(navigator.connection?.saveData);

  function attach(field, number) {
    const { suggest: address, suggestLabel: label, suggestNone: none, suggestSome: some } = field.dataset;
    const list = document.createElement("ul"), said = document.createElement("span");
    Object.assign(list, { className: "suggest", id: `goi-y-${number}`, hidden: true });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", label);
    said.className = "unseen";
    said.setAttribute("role", "status");
    field.parentElement.append(list, said);
    const set = (name, value) => field.setAttribute(name, value);
    set("role", "combobox");
    set("aria-autocomplete", "list");
    set("aria-expanded", "false");
    set("aria-controls", list.id);
    let composing = false, timer = 0, turn = 0, chosen = -1, shown = "", request = null;

    function choose(index) {
      chosen = index;
      [...list.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === index)));
      if (index < 0) return field.removeAttribute("aria-activedescendant");
      set("aria-activedescendant", list.children[index].id);
      list.children[index].scrollIntoView({ block: "nearest" });
    }

    function open(yes) {
      list.hidden = !yes;
      set("aria-expanded", String(yes));
      choose(-1);
    }

    function close() {
      clearTimeout(timer);
      turn += 1;
      request?.abort();
      open(false);
    }

    // Rows already there are filled anew: a list rebuilt for each letter flickers and is read out again.
    function show(rows) {
      rows.forEach((row, at) => {
        let item = list.children[at];
        if (!item) {
          item = document.createElement("li");
          item.id = `${list.id}-${at}`;
          item.setAttribute("role", "option");
          item.append(document.createElement("span"), document.createElement("small"));
          list.append(item);
        }
        item.dataset.url = row.url;
        item.firstChild.textContent = row.ten;
        item.lastChild.textContent = [row.ma, row.noi].filter(Boolean).join(" · ");
      });
      while (list.children.length > rows.length) list.lastChild.remove();
      open(rows.length > 0);
      said.textContent = rows.length ? `${rows.length} ${some}` : none;
    }

    async function ask() {
      const typed = field.value.trim();
      if (typed.length < LEAST) return close();
      if (typed === shown && !list.hidden) return;
      const mine = (turn += 1);
      request?.abort();
      request = new AbortController();
      try {
        const answer = await fetch(`${address}?q=${encodeURIComponent(typed)}`, { signal: request.signal });
        const rows = answer.ok ? (await answer.json()).goi_y : [];
        // A slow answer to an earlier text must not cover a later one.
        if (mine !== turn || document.activeElement !== field) return;
        shown = typed;
        show(rows);
      } catch { /* No line, or overtaken: the plain form still works. */ }
    }

    function later() {
      clearTimeout(timer);
      if (!composing && !saving()) timer = setTimeout(ask, WAIT);
    }

    function key(event) {
      if (event.isComposing || composing) return;
      const last = list.children.length - 1;
      const go = (index) => { event.preventDefault(); choose(index); };
      if (list.hidden) {
        if (event.key === "ArrowDown" && !saving()) { event.preventDefault(); ask(); }
      } else if (event.key === "ArrowDown") go(chosen < last ? chosen + 1 : -1);
      else if (event.key === "ArrowUp") go(chosen < 0 ? last : chosen - 1);
      else if (event.key === "Escape") { event.preventDefault(); close(); }
      // On a row Home and End go to the ends of the list; else, as ever, of the text.
      else if (chosen >= 0 && event.key === "Home") go(0);
      else if (chosen >= 0 && event.key === "End") go(last);
      else if (chosen >= 0 && event.key === "Enter") { event.preventDefault(); location.assign(list.children[chosen].dataset.url); }
    }

    field.addEventListener("compositionstart", () => { composing = true; clearTimeout(timer); });
    field.addEventListener("compositionend", () => { composing = false; later(); });
    field.addEventListener("input", later);
    field.addEventListener("blur", close);
    field.addEventListener("keydown", key);
    // The field keeps the focus while a finger or the mouse is on a row.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const row = event.target.closest("li");
      if (row) location.assign(row.dataset.url);
    });
  }

  document.querySelectorAll("input[data-suggest]").forEach(attach);
})();
