// Begins the export's search: files of the index are scripts, because a page opened from a disk may fetch nothing else.
((T) => {
  "use strict";
  const own = self.document?.currentScript, isSearchPage = own?.dataset.asked === "", wanted = new Map();
  const here = isSearchPage ? location.href : own?.src;
  const arrived = new Map();
  T.data = new Map();
  T.nap = (name, value) => {
    T.data.set(name, value);
    arrived.get(name)?.();
  };
  // What stands further down in the page itself: to be waited for, not fetched.
  T.comes = (name) => wanted.set(name, new Promise((done) => arrived.set(name, done)));
  T.isCarried = (name) => arrived.has(name);
  T.root = here ? new URL("../", here) : null;

  const hashes = {};
  T.fileOf = (part, number) => {
    hashes[part] ??= (T.mucLuc[part] || "").match(/-|.{8}/g) || [];
    const hash = hashes[part][number];
    return hash && hash !== "-" ? `${part}/${number}.${hash}.js` : "";
  };

  const script = (address) => new Promise((done, failed) => {
    const tag = document.createElement("script");
    Object.assign(tag, { src: address, charset: "utf-8", fetchPriority: "high" });
    tag.onload = done;
    tag.onerror = () => { tag.remove(); failed(new Error(address)); };
    document.head.append(tag);
  });

  // Loads a file of the index once; one that does not exist holds nothing.
  T.load = (part, number) => {
    const name = part + number, file = T.fileOf(part, number);
    if (T.data.has(name)) return Promise.resolve();
    if (!file && !wanted.has(name)) return Promise.resolve(T.data.set(name, null));
    if (!wanted.has(name)) {
      const one = script(new URL(`tim-kiem/${file}`, T.root).href);
      wanted.set(name, one);
      one.catch(() => wanted.delete(name));
    }
    return wanted.get(name);
  };

  // CRC-32 of a text.
  T.crc32 = (text) => {
    let value = -1;
    for (const byte of new TextEncoder().encode(text)) {
      value ^= byte;
      for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    }
    return (value ^ -1) >>> 0;
  };

  // What the dictionary puts in place of phrases, where the page carries it: lines "phrase|phrase:word word".
  const MOST_WORDS = 12, LONGEST = 8;
  let wordings = null;

  function meant(words) {
    if (!wordings && T.data.has("w0")) {
      wordings = new Map();
      for (const line of T.data.get("w0").split("\n")) {
        const [phrases, said] = line.split(":");
        phrases.split("|").forEach((one) => wordings.set(one, `${wordings.get(one) || ""}${said} `));
      }
    }
    const found = [];
    for (let at = 0; wordings && at < words.length; ) {
      let length = Math.min(LONGEST, words.length - at);
      while (length && !wordings.has(words.slice(at, at + length).join(" "))) length -= 1;
      if (length) found.push(...wordings.get(words.slice(at, at + length).join(" ")).trim().split(" "));
      at += length || 1;
    }
    return found;
  }

  // The files of the words as typed and of their other wordings, before all that is always needed is there: on a slow
  // line a round less, or two.
  T.early = (text) => {
    const folded = text.normalize("NFC").toLowerCase().normalize("NFD").replaceAll("đ", "d").replace(/\p{Mn}/gu, "");
    const words = (folded.match(/[a-z0-9]+/g) || []).slice(0, MOST_WORDS), early = (...file) => T.load(...file).catch(() => {});
    [...words, ...meant(words)].forEach((word) => early("s", T.crc32(word) % T.mucLuc.buckets[0]));
    if (/\d/.test(text)) early("k", 0);
    if (/\d.*qd|^\s*\d{1,5}\s*$/.test(folded)) early("k", 1);
  };

  // The question in the address of the search page.
  T.asked = () => {
    const parameters = new URLSearchParams(location.search);
    T.early(parameters.get("q") || "");
    if ([...parameters.keys()].some((key) => !["q", "trang", "tinh-trang"].includes(key))) T.load("f", 0).catch(() => {});
  };

  let opened = null;
  T.ready = () => {
    opened ??= Promise.all(["m", "d"].map((part) => T.load(part, 0))).then(() => T.open());
    opened.catch(() => { opened = null; });
    return opened;
  };

  // The search page begins so: words are fetched while the page itself is still coming.
  if (isSearchPage) T.asked();
})(self.timKiem);
