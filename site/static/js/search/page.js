// The search page of the portal as files: reads its address as the server would, asks the index beside it, shows hits.
(() => {
  "use strict";
  const T = (self.timKiem ||= {}), PER_PAGE = 10, FIRST = 5, OPEN = 6, MOST = 60;
  const place = document.querySelector("[data-search]"), field = document.getElementById("q");
  if (!place || !field) return;
  const said = place.querySelector("[data-said]"), found = place.querySelector("[data-found]");
  const words = Object.fromEntries([...document.getElementById("loi").content.querySelectorAll("[data-word]")]
    .map((one) => [one.dataset.word, one.textContent]));
  const title = document.title, ways = document.querySelector("[data-ways]");
  let parameters, typed, shownFor, turn = 0;
  const say = (name, count) => words[name].replace("{n}", count === undefined ? "" : shownNumber(count));
  const shownNumber = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, ".");

  // el("p", {class: "x"}, "text", node …)
  function el(name, values, ...children) {
    const node = document.createElement(name);
    Object.entries(values || {}).forEach(([key, value]) => node.setAttribute(key, value));
    node.append(...children.filter((child) => child !== null));
    return node;
  }

  function address(changes) {
    const next = new URLSearchParams();
    if (typed) next.set("q", typed);
    T.luat.kinds.forEach(([, parameter]) => { if (parameters.get(parameter)) next.set(parameter, parameters.get(parameter)); });
    Object.entries(changes).forEach(([key, value]) => (value ? next.set(key, value) : next.delete(key)));
    return `?${next}`;
  }

  // --- what the address asks for
  const kindOf = (name) => T.luat.kinds.find(([kind]) => kind === name);
  const isClosed = (kind) => Object.keys(kind[3]).length > 0;

  function filters() {
    const chosen = {};
    for (const kind of T.luat.kinds) {
      const value = parameters.get(kind[1]) || "";
      chosen[kind[0]] = isClosed(kind) ? kind[3][value] || "" : value;
    }
    if (!chosen.state && parameters.get("tinh-trang") !== T.luat.allStates) chosen.state = "IN_FORCE";
    return chosen;
  }

  // --- hits
  function marked(name, query) {
    const folded = T.foldWords(name), held = new Set(folded), wanted = new Set(), node = document.createDocumentFragment();
    query.required.forEach((idea) => idea.alternatives.forEach((one, at) => {
      const these = one.words.map((word) => word[0]);
      if (!at || these.every((word) => held.has(word))) these.forEach((word) => wanted.add(word));
    }));
    let open = null, gap = "";
    for (const piece of name.normalize("NFC").split(/([\p{L}\p{N}]+)/u)) {
      if (!piece) continue;
      if (wanted.has(T.fold(piece))) {
        if (open && gap === " ") open.append(gap);
        else { node.append(gap); node.append((open = el("mark"))); }
        open.append(piece);
        gap = "";
      } else if (open && piece === " ") gap = piece;
      else { node.append(gap, piece); gap = ""; open = null; }
    }
    node.append(gap);
    return node;
  }

  const linkTo = (slug) => new URL(`thu-tuc/${slug}/index.html`, T.root).href;

  function fill(part, ...children) {
    if (children.every((child) => !child)) return part.remove();
    (part.querySelector("dd, strong") || part).append(...children);
  }

  function shownHit(hit, result) {
    const node = document.getElementById("mot-thu-tuc").content.cloneNode(true), state = T.luat.states[hit.state];
    const part = (name) => node.querySelector(`[data-part=${name}]`);
    part("name").append(marked(hit.name, result.query));
    part("name").href = linkTo(hit.slug);
    if (!result.pinned.includes(hit.id)) part("pinned").remove();
    if (state === "ENDED") part("notice").classList.add("notice-ended");
    const notice = part("notice");
    fill(notice, hit.notice);
    hit.after.forEach(([name, slug]) => notice.append(" ", el("a", { href: linkTo(slug) }, name)));
    const same = part("same");
    if (!hit.same) same.remove();
    else hit.same.forEach((one) => same.append(el("a", { href: linkTo(one.slug) }, one.levels || one.where || one.announced || one.code, " ",
      one.code ? el("span", { class: "code" }, one.code) : ""), " "));
    if (hit.time) part("name_only").remove();
    ["where", "time", "cost", "code", "sector", "levels", "announced"].forEach((name) => fill(part(name), hit[name]));
    if (!node.querySelector("dl").children.length) node.querySelector("dl").remove();
    return node;
  }

  // Hits of one name are one hit to choose a level from.
  function grouped(hits) {
    const groups = new Map();
    hits.forEach((hit) => {
      const key = hit.group ? `${hit.group} ${hit.state}` : `id ${hit.id}`;
      groups.set(key, [...(groups.get(key) || []), hit]);
    });
    return [...groups.values()].map((some) => (some.length > 1 ? { ...some[0], same: some } : some[0]));
  }

  function numbered(page, total) {
    const last = Math.ceil(total / PER_PAGE), row = el("ul");
    if (last < 2) return null;
    const shown = new Set([1, last, page - 2, page - 1, page, page + 1, page + 2]);
    [...shown].filter((one) => one > 0 && one <= last).sort((a, b) => a - b).forEach((one) => {
      const link = el("a", { href: address({ trang: one > 1 ? one : "" }), ...(one === page && { "aria-current": "page" }) }, String(one));
      row.append(el("li", {}, link));
    });
    return el("nav", { class: "pages", "aria-label": words.pages }, row);
  }

  // --- facets
  const label = (kind, value, held) => kind[4][value] || held || value;

  function choice(kind, row, chosen) {
    const value = isClosed(kind) ? Object.keys(kind[3]).find((name) => kind[3][name] === row.value) || "" : row.value;
    const link = el("a", { href: address({ [kind[1]]: chosen ? "" : value, trang: "" }), ...(chosen && { "aria-current": "true" }) });
    link.append(label(kind, row.value, row.label));
    return el("li", {}, link, " ", el("span", { class: "count" }, shownNumber(row.count)));
  }

  function rowsOf(kind, rows, chosen, total) {
    if (kind[0] === "state") {
      const some = rows.filter((row) => row.count);
      return some.length < 2 && chosen === "IN_FORCE" ? [] : some;
    }
    if (kind[0] === "agency") {
      const held = new Set(rows.map((row) => row.value)), above = (row) => (held.has(row.above) ? row.above : "");
      rows = rows.filter((row) => above(row) === chosen || row.value === chosen);
    }
    if (isClosed(kind)) rows = Object.values(kind[3]).map((value) => rows.find((row) => row.value === value)).filter(Boolean);
    if (!chosen && kind[0] !== "online" && rows.every((row) => row.count === total)) return [];
    return rows;
  }

  function groupOf([name, rows], chosen, total) {
    const kind = kindOf(name), shown = rowsOf(kind, rows, chosen[name], total).slice(0, MOST);
    if (!shown.length) return null;
    const items = shown.map((row) => choice(kind, row, row.value === chosen[name]));
    const section = el("section", {}, el("h2", {}, kind[2]), el("ul", {}, ...items.slice(0, OPEN)));
    if (items.length > OPEN) {
      const rest = items.slice(OPEN);
      section.append(el("details", {}, el("summary", {}, say("more", rest.length)), el("ul", {}, ...rest)));
    }
    return section;
  }

  // Counting needs another file: it is loaded when somebody opens the box, which on a wide page stands open.
  function narrow(result, chosen) {
    const groups = el("div", { class: "groups" }), head = el("summary", {}, words.filters), box = el("details", {}, head, groups);
    let asked = false;
    async function fillIn() {
      if (asked || !(box.open || !head.offsetParent)) return;
      asked = true;
      const counted = await T.facets(result, chosen);
      groups.append(...counted.map((one) => groupOf(one, chosen, result.total)).filter(Boolean));
    }
    box.addEventListener("toggle", fillIn);
    setTimeout(fillIn);
    return el("nav", { class: "narrow", "aria-label": words.narrow }, box);
  }

  function chosenFilters() {
    const items = [];
    for (const kind of T.luat.kinds) {
      const value = parameters.get(kind[1]);
      if (!value) continue;
      const named = value === T.luat.allStates ? words.every_state : label(kind, isClosed(kind) ? kind[3][value] || value : value, "");
      items.push(el("li", {}, el("span", {}, named), " ", el("a", { href: address({ [kind[1]]: "" }) }, words.drop)));
    }
    return items.length ? el("ul", { class: "chosen", "aria-label": words.filtered }, ...items) : null;
  }

  // --- the page
  function summary(result) {
    const names = { "some words": "some", decision: "decision", all: "all" };
    said.textContent = result.total ? say(names[result.how] || "found", result.total) : words.none;
  }

  function nothing(result) {
    const hidden = result.elsewhere[T.luat.states.indexOf("IN_FORCE")], node = el("div");
    if (hidden) node.append(el("p", {}, el("a", { class: "big-link", href: `?${new URLSearchParams({ q: typed })}` }, say("hidden", hidden))));
    node.append(el("p", {}, words.try));
    if (result.near.length) {
      const rows = result.near.map((hit) => el("li", {}, el("a", { href: linkTo(hit.slug) }, marked(hit.name, result.query))));
      node.append(el("h2", {}, words.near), el("ul", { class: "list" }, ...rows));
    }
    return node;
  }

  function meant(result) {
    const { corrected } = result.query;
    if (!corrected || !result.rows) return null;
    const link = el("a", { href: address({ q: corrected }) }, corrected);
    return el("p", { class: "meant" }, words[result.corrected ? "corrected" : "meant"], " ", link, result.corrected ? "" : "?");
  }

  const listOf = (result, page) =>
    el("ol", { class: "hits", start: (page - 1) * PER_PAGE + 1 }, ...grouped(result.hits).map((hit) => shownHit(hit, result)));

  // The rest of a page below its first hits, which stay as they are where somebody may be reading.
  function add(result, page) {
    const list = found.querySelector("ol.hits"), whole = listOf(result, page), more = [...whole.children].slice(list?.children.length);
    if (!list || !more.length) return;
    if ([...list.children].every((one, at) => one.isEqualNode(whole.children[at]))) list.append(...more);
    else list.replaceWith(whole);
  }

  function show(result, chosen, page) {
    summary(result);
    const away = result.elsewhere.reduce((sum, count, at) => sum + (T.luat.states[at] === "IN_FORCE" ? 0 : count), 0);
    const more = chosen.state === "IN_FORCE" && away ? el("p", {}, el("a", { href: address({ "tinh-trang": T.luat.allStates }) }, say("ended", away))) : null;
    const right = el("div", {}, ...[meant(result), result.total ? listOf(result, page) : nothing(result), numbered(page, result.total), more].filter(Boolean));
    found.replaceChildren(...[chosenFilters(), result.all.length ? el("div", { class: "beside" }, narrow(result, chosen), right) : right].filter(Boolean));
    right.prepend(said);
  }

  function readAddress() {
    shownFor = location.search;
    parameters = new URLSearchParams(shownFor);
    typed = (parameters.get("q") || "").trim();
    // Who has begun to type while the page was still coming goes on.
    if (turn > 1 || document.activeElement !== field) field.value = typed;
    document.title = typed ? `${typed.slice(0, 60)} – ${title}` : title;
    return typed || [...parameters.keys()].some((key) => key !== "q" && key !== "trang");
  }

  // Shows the first hits as soon as they are there: the files of a page's hits come by six at a time at most.
  async function answer(mine) {
    await T.begin(field.dataset.index);
    T.early(typed);
    await T.ready();
    const chosen = filters(), page = Math.max(1, Number(parameters.get("trang")) || 1), asked = [typed, chosen, page, PER_PAGE];
    const [few, whole] = [T.search(...asked, FIRST), T.search(...asked)];
    whole.catch(() => {});
    const result = await few;
    if (mine !== turn) return;
    show(result, chosen, page);
    ways.hidden = result.total > 0;
    place.dataset.search = "first";
    const all = await whole;
    if (mine !== turn) return;
    add(all, page);
    place.dataset.search = "done";
  }

  async function start() {
    const mine = (turn += 1), asks = readAddress();
    place.dataset.search = "";
    place.prepend(said);
    found.replaceChildren();
    ways.hidden = false;
    said.textContent = asks ? words.loading : "";
    if (!asks) return;
    try {
      await answer(mine);
    } catch (error) {
      if (mine !== turn) return;
      // A page open since before the export was made anew asks for files that are no more.
      if (mine > 1 && navigator.onLine) return location.reload();
      said.textContent = words.failed;
      place.dataset.search = "failed";
      throw error;
    }
  }

  // Asked again on this page, which need not be loaded again for it; where the address cannot be changed it is.
  function goes(event, to) {
    try {
      history.pushState(null, "", to);
    } catch {
      return;
    }
    event.preventDefault();
    field.blur();
    start();
  }

  field.form.addEventListener("submit", (event) => goes(event, `?${new URLSearchParams({ q: field.value.trim() })}`));
  place.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='?']");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    goes(event, link.getAttribute("href"));
    place.scrollIntoView();
  });
  addEventListener("popstate", () => { if (location.search !== shownFor) start(); });

  // Read before the index is there: it is asked for by this script or by the suggestions, whichever comes first.
  T.begin ||= (entry) => (T.begun ||= T.mucLuc ? Promise.resolve() : new Promise((done, failed) => {
    const tag = el("script", { src: entry, charset: "utf-8" });
    tag.onload = done;
    tag.onerror = failed;
    document.head.append(tag);
  }));
  start();
})();
