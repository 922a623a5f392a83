// Suggestions below a search field, after the ARIA combobox pattern (the focus stays in the field). Without this file,
// or where people save data, the plain form does all that is needed. In the portal as files the index beside the pages
// answers (data-index) instead of the server (data-suggest).
(() => {
  "use strict";
  const WAIT = 150, LEAST = 2;
  const set = (node, values) => Object.entries(values).forEach(([name, value]) => node.setAttribute(name, value));

  const T = (self.timKiem ||= {});
  T.begin ||= (entry) => (T.begun ||= T.mucLuc ? Promise.resolve() : new Promise((done, failed) => {
    const tag = document.createElement("script");
    Object.assign(tag, { src: entry, charset: "utf-8", onload: done, onerror: failed });
    document.head.append(tag);
  }));

  async function fromIndex(entry, typed) {
    await T.begin(entry);
    await T.ready();
    const found = await T.suggest(typed);
    const url = (hit) => new URL(`thu-tuc/${hit.slug}/index.html`, T.root).href;
    return found.map((hit) => ({ ten: hit.name, ma: hit.code, noi: hit.where, url: url(hit) }));
  }

  async function fromServer(address, typed, signal) {
    const answer = await fetch(`${address}?q=${encodeURIComponent(typed)}`, { signal });
    return answer.ok ? (await answer.json()).goi_y : [];
  }

  function attach(field, number) {
    const { index, suggest: address, suggestLabel: label, suggestNone: none, suggestSome: some } = field.dataset;
    const list = document.createElement("ul"), said = document.createElement("span"), id = `goi-y-${number}`;
    set(list, { class: "suggest", id, role: "listbox", "aria-label": label, hidden: "" });
    set(said, { class: "unseen", role: "status" });
    field.parentElement.append(list, said);
    set(field, { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id });
    let composing = false, timer = 0, turn = 0, chosen = -1, request = null;
    const rows = list.children;

    function choose(index) {
      chosen = index;
      [...rows].forEach((row, at) => set(row, { "aria-selected": at === index }));
      if (index < 0) return field.removeAttribute("aria-activedescendant");
      set(field, { "aria-activedescendant": rows[index].id });
      rows[index].scrollIntoView({ block: "nearest" });
    }

    function open(yes) {
      list.hidden = !yes;
      set(field, { "aria-expanded": yes });
      choose(-1);
    }

    function close() {
      clearTimeout(timer);
      turn += 1;
      request?.abort();
      open(false);
    }

    // Rows already there are filled anew: a list rebuilt for each letter flickers and is read out again.
    function show(found) {
      found.forEach((one, at) => {
        let row = rows[at];
        if (!row) {
          row = document.createElement("li");
          set(row, { id: `${id}-${at}`, role: "option" });
          row.append(document.createElement("span"), document.createElement("small"));
          list.append(row);
        }
        row.dataset.url = one.url;
        row.firstChild.textContent = one.ten;
        row.lastChild.textContent = [one.ma, one.noi].filter(Boolean).join(" · ");
      });
      while (rows.length > found.length) list.lastChild.remove();
      open(found.length > 0);
      said.textContent = found.length ? `${found.length} ${some}` : none;
    }

    async function ask() {
      const typed = field.value.trim(), mine = (turn += 1);
      request?.abort();
      if (navigator.connection?.saveData) return;
      if (typed.length < LEAST) return open(false);
      request = new AbortController();
      try {
        const found = await (index ? fromIndex(index, typed) : fromServer(address, typed, request.signal));
        // A slow answer to an earlier text must not cover a later one.
        if (mine === turn && document.activeElement === field) show(found);
      } catch { /* No line, or overtaken: the plain form still works. */ }
    }

    function later() {
      clearTimeout(timer);
      if (!composing) timer = setTimeout(ask, WAIT);
    }

    // Home and End go to the ends of the list from a row only; else, as ever, of the text.
    function key(event) {
      const last = rows.length - 1, on = chosen >= 0;
      const act = list.hidden ? { ArrowDown: ask } : {
        ArrowDown: () => choose(chosen < last ? chosen + 1 : -1),
        ArrowUp: () => choose(on ? chosen - 1 : last),
        Escape: close,
        ...(on && { Home: () => choose(0), End: () => choose(last), Enter: () => location.assign(rows[chosen].dataset.url) }),
      };
      if (composing || event.isComposing || !act[event.key]) return;
      event.preventDefault();
      act[event.key]();
    }

    const on = (node, name, act) => node.addEventListener(name, act);
    on(field, "compositionstart", () => { composing = true; clearTimeout(timer); });
    on(field, "compositionend", () => { composing = false; later(); });
    on(field, "input", later);
    on(field, "blur", close);
    on(field, "keydown", key);
    // The field keeps the focus while a finger or the mouse is on a row.
    on(list, "mousedown", (event) => event.preventDefault());
    on(list, "click", ({ target }) => { const row = target.closest("li"); if (row) location.assign(row.dataset.url); });
  }

  document.querySelectorAll("input[data-suggest], input[data-index]").forEach(attach);
})();
