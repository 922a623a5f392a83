// Begins the export's search: files of the index are scripts, because a page opened from a disk may fetch nothing else.
((T) => {
  "use strict";
  const here = self.document?.currentScript?.src, wanted = new Map();
  T.data = new Map();
  T.nap = (name, value) => T.data.set(name, value);
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
    if (!file) return Promise.resolve(T.data.set(name, null));
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

  // The files of the words as typed, beside all that is always needed: on a slow line one round less.
  T.early = (text) => {
    const words = text.normalize("NFC").toLowerCase().normalize("NFD").replaceAll("đ", "d").replace(/\p{Mn}/gu, "");
    (words.match(/[a-z0-9]+/g) || []).slice(0, 12).forEach((word) => {
      T.load("s", T.crc32(word) % T.mucLuc.buckets[0]).catch(() => {});
    });
  };

  let opened = null;
  T.ready = () => {
    opened ??= Promise.all(["m", "d"].map((part) => T.load(part, 0))).then(() => T.open());
    opened.catch(() => { opened = null; });
    return opened;
  };

  // On the search page the question stands in the address: its words need not wait for the page's own script.
  if (self.document?.currentScript?.dataset.asked === "") {
    T.early(new URLSearchParams(location.search).get("q") || "");
    T.ready().catch(() => {});
  }
})(self.timKiem);
