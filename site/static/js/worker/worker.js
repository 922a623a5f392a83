// The portal as files with the network off: pages once visited, each with the day it was kept, and the search as far as
// it was loaded. A page comes from the network while there is one; a file whose name tells its content never changes.
(() => {
  "use strict";
  const { always, size, words } = self.giuLai, T = self.timKiem, root = new URL("./", self.location);
  const PAGES = `tthc ${root.pathname} trang`, FILES = `tthc ${root.pathname} tep`, DAY = "X-Kept";
  // Pages kept, the newest; bytes of one; milliseconds after which what is kept answers for a slow line.
  // A browser asks one server for six files at once: two are left to the page, whose reader is waiting.
  const MOST = 300, LARGEST = 2e6, PATIENCE = 8000, AT_ONCE = 4;
  const isNamedByContent = (path) => /\.[0-9a-f]{8,12}\.[a-z]+$/.test(path);
  const at = (file) => new URL(file, root).href, WHOLE = at("tim-kiem-ca-muc-luc");

  function nameOf(address) {
    const url = new URL(address);
    url.search = url.hash = "";
    if (url.pathname.endsWith("/")) url.pathname += "index.html";
    return url.href;
  }

  function indexFiles() {
    const found = [];
    for (const part of "mdshkf") {
      const count = (T.mucLuc[part] || "").match(/-|.{8}/g)?.length || 0;
      for (let number = 0; number < count; number++) {
        const file = T.fileOf(part, number);
        if (file) found.push(at(`tim-kiem/${file}`));
      }
    }
    return found;
  }

  // --- keeping
  async function keep(cache, name, response) {
    const body = await response.blob(), headers = new Headers(response.headers);
    if (body.size > LARGEST) return;
    headers.set(DAY, new Date().toISOString());
    await cache.put(name, new Response(body, { status: response.status, headers }));
  }

  async function fetched(cache, name) {
    const response = await fetch(name, { cache: isNamedByContent(name) ? "force-cache" : "no-cache", priority: "low" });
    if (!response.ok) throw new Error(`${name}: ${response.status}`);
    await keep(cache, name, response);
  }

  async function fill(names, tell) {
    const wanted = [...names], files = await caches.open(FILES), pages = await caches.open(PAGES);
    let done = 0;
    const next = async () => {
      for (let one = wanted.pop(); one; one = wanted.pop()) {
        if (!isNamedByContent(one)) await fetched(pages, one);
        else if (!(await files.match(one))) await fetched(files, one);
        tell?.(++done, names.length);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
  }

  // The list is fetched from its end: pages and the index's names change last, so that until then what is kept fits
  // together. Who had fetched the whole search once has the whole of the new one.
  async function install() {
    const whole = await (await caches.open(FILES)).match(WHOLE);
    await fill([...always.map(at), ...(whole ? indexFiles() : [])]);
    await self.skipWaiting();
  }

  async function tidy() {
    const files = await caches.open(FILES), pages = await caches.open(PAGES);
    const current = new Set([...indexFiles(), ...always.map(at)]), index = at("tim-kiem/");
    for (const one of await files.keys()) {
      if (one.url.startsWith(index) && !current.has(one.url)) await files.delete(one);
    }
    await trim(pages);
    await self.clients.claim();
  }

  async function trim(pages) {
    const fixed = new Set(always.map(at)), names = (await pages.keys()).filter((one) => !fixed.has(one.url));
    await Promise.all(names.slice(0, Math.max(0, names.length - MOST)).map((one) => pages.delete(one)));
  }

  // --- answering
  const shown = (day) => [day.getDate(), day.getMonth() + 1].map((one) => String(one).padStart(2, "0")).concat(day.getFullYear()).join("/");
  const wordsOf = (html) => words[/<html lang="([a-z]+)"/.exec(html)?.[1]] || Object.values(words)[0];

  // A page from what is kept says so, with its day: the law may have changed since.
  async function asKept(response) {
    if (!(response.headers.get("Content-Type") || "").startsWith("text/html")) return response;
    const html = await response.text(), day = new Date(response.headers.get(DAY));
    const said = wordsOf(html).kept.replace("{day}", shown(day));
    const note = `<p class="notice notice-info" role="status" data-kept-page>${said}</p>`;
    return page(html.replace(/<main[^>]*>/, (found) => found + note), 200);
  }

  const page = (html, status) => new Response(html, { status, headers: { "Content-Type": "text/html; charset=utf-8" } });

  async function missing(request) {
    const kept = await (await caches.open(PAGES)).match(at("khong-co-mang/index.html"));
    if (request.mode !== "navigate" || !kept) return Response.error();
    // Shown at the address asked for, so that it can be tried again: links are then from the root.
    return page((await kept.text()).replaceAll('="../', `="${root.pathname}`), 503);
  }

  async function fromFiles(request) {
    const cache = await caches.open(FILES), held = await cache.match(request.url);
    if (held) return held;
    const response = await fetch(request);
    if (response.ok) await keep(cache, request.url, response.clone());
    return response;
  }

  async function fromNetwork(event) {
    const { request } = event, cache = await caches.open(PAGES), name = nameOf(request.url), old = await cache.match(name);
    // Asked of the server each time: what a browser itself keeps would come without its day.
    const fresh = fetch(request, { cache: "no-cache" });
    event.waitUntil(fresh.then(async (response) => {
      if (!response.ok || response.redirected || response.type !== "basic") return;
      await cache.delete(name);
      await keep(cache, name, response.clone());
      await trim(cache);
    }).catch(() => {}));
    const copied = fresh.then((response) => response.clone());
    if (!old) return copied.catch(() => missing(request));
    const late = new Promise((done) => setTimeout(done, PATIENCE, null));
    return (await Promise.race([copied.catch(() => null), late])) || asKept(old);
  }

  // The page of the search says nothing of the law itself: it comes at once, with the index of the same export. Whether
  // there is a newer one is asked meanwhile; its worker then takes this one's place.
  const SHELL = new Set([at("tim-kiem/index.html"), at("tim-kiem/muc-luc.js")]);

  async function fromShell(event) {
    event.waitUntil(self.registration.update().catch(() => {}));
    const held = await (await caches.open(PAGES)).match(nameOf(event.request.url));
    return held || fromNetwork(event);
  }

  self.addEventListener("install", (event) => event.waitUntil(install()));
  self.addEventListener("activate", (event) => event.waitUntil(tidy()));
  self.addEventListener("fetch", (event) => {
    const { request } = event, url = new URL(request.url);
    if (request.method !== "GET" || !url.href.startsWith(root.href)) return;
    const isShell = SHELL.has(nameOf(request.url));
    event.respondWith(isNamedByContent(url.pathname) ? fromFiles(request) : isShell ? fromShell(event) : fromNetwork(event));
  });

  // A page asks how much the search weighs, and has all of it fetched: any word can then be asked for without a line.
  self.addEventListener("message", (event) => {
    const tell = (value) => event.source?.postMessage(value);
    const names = indexFiles();
    if (event.data === "how-much") {
      event.waitUntil(caches.open(FILES).then(async (cache) => {
        const held = new Set((await cache.keys()).map((one) => one.url));
        tell({ size, left: names.filter((one) => !held.has(one)).length });
      }));
    } else if (event.data === "keep-all") {
      const work = fill(names, (done, of) => (done % 25 === 0 || done === of) && tell({ done, of }));
      const noted = work.then(async () => (await caches.open(FILES)).put(WHOLE, new Response("")));
      event.waitUntil(noted.then(() => tell({ kept: true })).catch(() => tell({ failed: true })));
    }
  });
})();
