// The one door to search in the browser, as search/engine.py is on the server: parse, find candidates, order them, facets.
((T) => {
  "use strict";
  const { bucketOf, numbers, pairwise, parse, steps, unique, Scorer } = T, R = T.luat, W = R.weights;
  const IN_FORCE = R.states.indexOf("IN_FORCE"), FEWEST_DIGITS = 4, SUGGESTED_FROM = 100, MOST_ENDINGS = 12;
  const WHOLE_NUMBER = /^\d+(?: \d{4})? qd(?: [a-z0-9]+){1,4}$/;
  let index, places, heads, pins;
  const entries = new Map(), seconds = new Map();

  T.open = () => {
    const read = T.data.get("d0");
    index = new T.Index(T.data, T.mucLuc.buckets);
    places = T.placesOf(read.places);
    heads = new Set(read.heads);
    pins = read.pins;
  };

  // What `held` keeps by `key`; `made` from a file of words when first asked for, null while it is not loaded.
  function fromFile(word, held, key, made) {
    if (!held.has(key)) {
      const file = index.fileOf(word);
      if (file === undefined) return null;
      held.set(key, file && made(file));
    }
    return held.get(key);
  }

  // The dictionary stands in the files of the words its phrases begin with.
  const dictionary = {
    matches: (words, at) => fromFile(words[at][0], entries, bucketOf(words[at][0]) % index.buckets,
      (file) => T.dictionaryOf(file.entries || []))?.matches(words, at) || [],
  };

  // Places such as "phường …", in the files of their second word.
  const placesAfter = (first, second) => (heads.has(first) ? fromFile(second, seconds, second,
    (file) => (Object.hasOwn(file.places || {}, second) ? T.placesOf(file.places[second]) : null)) : null);

  // Asks until all that was missing is loaded; `run` is asked anew each time. What was typed comes first: a word not
  // loaded yet looks like a slip, and all that is near it would be fetched.
  async function complete(text, run) {
    await T.ready();
    await Promise.all(T.foldWords(text).map((word) => T.load("s", bucketOf(word) % index.buckets)));
    for (;;) {
      index.missing.clear();
      const result = run();
      if (!index.missing.size) return result;
      await Promise.all([...index.missing].map((name) => T.load(name[0], Number(name.slice(1)))));
    }
  }

  const read = (text, unfinished) => {
    const known = T.knowing(dictionary, places, placesAfter, index.lexicon);
    return parse(text, { unfinished, dictionary: known, lexicon: index.lexicon });
  };

  // --- facets
  const bits = (ids) => {
    const found = new Uint8Array(index.ids.length);
    ids.forEach((id) => { found[index.rowOf.get(id)] = 1; });
    return found;
  };
  let facets = null;

  function facetTable() {
    const file = facets ? null : index.part("f0");
    if (!file) return facets;
    const values = Object.entries(file.values).map(([kind, rows]) => [kind, new Map(rows.map(([value, label, docs, above]) =>
      [value, { label, above, docs: bits(steps(docs)) }]))]);
    facets = { values: new Map(values), order: numbers(file.order).map((id) => index.rowOf.get(id)) };
    return facets;
  }

  // Which rows the filters let through; `but`: a kind that is left out.
  function letThrough(filters, but = "") {
    const chosen = Object.entries(filters).filter(([kind, value]) => value && kind !== but);
    const state = chosen.find(([kind]) => kind === "state"), others = chosen.filter(([kind]) => kind !== "state");
    const table = others.length ? facetTable() : null, which = state ? R.states.indexOf(state[1]) : -1;
    const sets = others.map(([kind, value]) => table?.values.get(kind)?.get(value)?.docs);
    return (row) => (which < 0 || index.kinds[row][0] === which) && sets.every((docs) => docs?.[row]);
  }

  function narrowed(rows, filters) {
    const elsewhere = R.states.map(() => 0);
    rows.forEach((row) => { elsewhere[index.kinds[row][0]] += 1; });
    return { rows: rows.filter(letThrough(filters)), all: rows, elsewhere };
  }

  // What choosing each value would leave; asked only when somebody wants to narrow.
  function counts(all, filters) {
    const table = facetTable();
    if (!table) return [];
    return R.kinds.map(([kind]) => {
      const within = all.filter(letThrough(filters, kind));
      if (kind === "state") {
        return [kind, R.states.map((value, at) => ({ value, label: "", count: within.filter((row) => index.kinds[row][0] === at).length }))];
      }
      const rows = [...(table.values.get(kind) || [])].map(([value, { label, above, docs }]) =>
        ({ value, label, above, count: within.reduce((sum, row) => sum + docs[row], 0) }));
      return [kind, rows.filter((row) => row.count).sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1))];
    });
  }

  // --- words
  const scored = (score, candidates) => candidates.map((one) => [score.score(one), one]);

  function candidates(pairs, words) {
    const best = Math.max(W.LEAST_SCORE, ...pairs.map(([, value]) => value));
    return pairs.map(([row, value]) => index.candidate(row, value / best, words));
  }

  function telling(query) {
    const extra = query.ideas.flatMap((idea) => idea.alternatives[0].words).filter(([folded, typed]) => folded !== typed)
      .map(([folded, typed]) => ["marked", folded, typed]);
    const pairs = new Map(), add = (words) => pairwise(words).forEach(([a, b]) => pairs.set(a[0] + b[0], ["pair", a[0], b[0]]));
    query.required.forEach((idea) => idea.alternatives.forEach((one) => add(one.words)));
    pairwise(query.required).forEach(([here, there]) => here.alternatives.slice(0, 2).forEach((first) =>
      there.alternatives.slice(0, 2).forEach((second) => add([first.words.at(-1), second.words[0]]))));
    return [...extra, ...[...pairs.values()].slice(0, R.mostClauses)].slice(0, 2 * R.mostClauses).map((term) => [term, 1]);
  }

  function findWords(query, filters) {
    if (!query.ideas.length) return { rows: [], all: [], elsewhere: R.states.map(() => 0), scores: [] };
    const { held, total } = index.holding(query.required), more = index.scores(telling(query));
    const rows = index.ids.map((_, row) => row).filter((row) => held[row]);
    const scores = total.map((value, row) => value + more[row]);
    rows.sort((a, b) => scores[b] - scores[a] || index.lengths[a] - index.lengths[b] || a - b);
    return { ...narrowed(rows, filters), scores };
  }

  function rarestTerms(query) {
    const { lexicon } = index, terms = new Map();
    const addPair = (a, b) => terms.set(a + b, [lexicon.pair(a, b), ["pair", a, b]]);
    for (const idea of query.required) {
      for (const one of idea.alternatives) {
        for (const [folded] of one.words) terms.set(folded, [lexicon.count(folded), ["word", folded]]);
        pairwise(one.words).forEach(([a, b]) => addPair(a[0], b[0]));
      }
    }
    pairwise(query.required).forEach(([here, there]) => addPair(here.alternatives[0].words.at(-1)[0], there.alternatives[0].words[0][0]));
    const text = ([kind, a, b = ""]) => `${kind === "pair" ? "pair" : "word"} ${a}${b}`;
    const found = [...terms.values()].filter(([count]) => count).sort((a, b) => a[0] - b[0] || (text(a[1]) < text(b[1]) ? 1 : -1));
    const chosen = [];
    let lookedAt = 0;
    for (const [count, term] of found) {
      lookedAt += count;
      if (chosen.length >= R.mostClauses || (chosen.length >= R.fewestClauses && lookedAt > W.LOOKED_AT)) break;
      chosen.push([term, 1]);
    }
    return chosen;
  }

  function findSome(query, limit, words) {
    const scores = index.scores(rarestTerms(query)), rows = index.ids.map((_, row) => row).filter((row) => scores[row]);
    rows.sort((a, b) => scores[b] - scores[a] || a - b);
    return candidates(rows.slice(0, limit).map((row) => [row, scores[row]]), words);
  }

  const round = (value) => Math.round(value * 1e6) / 1e6;

  function merged(found, rows) {
    const ordered = [...found].sort(([a, one], [b, other]) =>
      round(b.value) - round(a.value) || one.length - other.length || one.row - other.row).map(([, one]) => one.row);
    const among = new Set(ordered);
    return [...ordered, ...rows.filter((row) => !among.has(row))];
  }

  function byWords(query, filters) {
    const found = findWords(query, filters), score = new Scorer(query, index.lexicon), { words } = score.asked;
    const first = scored(score, candidates(found.rows.slice(0, W.RERANKED).map((row) => [row, found.scores[row]]), words));
    let best = Math.max(0, ...first.map(([one]) => one.held));
    if (best >= W.ENOUGH || (query.required.length < 2 && found.all.length)) return { ...found, rows: merged(first, found.rows), how: "words" };
    const likely = [];
    best = 0;
    for (const one of findSome(query, W.LIKELY, words)) {
      if (score.atMost(one) < best * W.LIKENESS_OF_BEST) continue;
      likely.push([score.score(one), one]);
      best = Math.max(best, likely.at(-1)[0].held);
    }
    const least = Math.max(W.LIKENESS_HELD, best * W.LIKENESS_OF_BEST);
    const kept = likely.sort((a, b) => b[0].value - a[0].value).filter(([one]) => one.held >= least).slice(0, W.LOOSE);
    if (!kept.length) return { ...found, rows: merged(first, found.rows), how: "words" };
    const among = new Map([...kept, ...first].map((pair) => [pair[1].row, pair]));
    const how = found.all.length ? "words" : "some words";
    return { ...narrowed(merged([...among.values()], found.rows), filters), how };
  }

  // --- numbers
  // Codes of digits, decisions, codes with letters: the files are fetched one by one, as far as nothing is found.
  const KEYS = { code: 0, digits: 0, decision: 1, other: 2 };

  function keysOf(kind) {
    const file = index.missing.has("k0") ? null : index.part(`k${KEYS[kind]}`);
    const [text, docs] = file?.[kind === "digits" ? "code" : kind] || ["", []], values = text.split("\n");
    const rows = docs.map((some, at) => [values[at], some]);
    return kind === "digits" ? rows.filter(([value]) => /^\d\.\d{6}$/.test(value)).map(([value, some]) => [value.replace(".", ""), some]) : rows;
  }

  function findKeys(kind, values, filters, prefix) {
    const rows = keysOf(kind), found = new Set();
    for (const value of values) {
      const here = rows.filter(([held]) => (prefix ? held.startsWith(value) : held === value)).flatMap(([, docs]) => steps(docs));
      unique(here).map((id) => index.rowOf.get(id)).sort((a, b) => index.lengths[a] - index.lengths[b] || a - b)
        .forEach((row) => found.add(row));
    }
    return narrowed([...found], filters);
  }

  function byKey(query, filters) {
    const lookups = [], bareDigits = query.digits.replace(/^0+/, "");
    if (query.codes.length) lookups.push(["code", query.codes, false]);
    if (query.text.length <= 60 && /\d/.test(query.text)) {
      lookups.push([/^[^\s/]*[^\s/\d.][^\s/]*$/.test(query.text) ? "other" : "code", [query.text.toUpperCase()], false]);
    }
    for (const number of query.decisions) lookups.push(["decision", [number], false], ["decision", [`${number} `], true]);
    if (query.digits.length >= FEWEST_DIGITS) lookups.push(["digits", [query.digits], true]);
    if (query.digits && query.digits.length <= 5) lookups.push(["decision", [bareDigits], false], ["decision", [`${bareDigits} `], true]);
    for (const [kind, values, prefix] of lookups) {
      const found = findKeys(kind, values, filters, prefix);
      if (found.all.length) return { ...found, how: kind === "decision" ? "decision" : "code" };
    }
    const none = query.decisions.length && WHOLE_NUMBER.test(query.decisions[0]);
    return none ? { ...narrowed([], filters), how: "decision" } : null;
  }

  function asTypedFirst(query, found, filters) {
    const plain = parse(query.text), held = findWords(plain, filters), first = new Set(held.rows);
    found.corrected = !held.all.length;
    if (plain.required.length > W.AS_TYPED) return found.rows;
    return [...found.rows.filter((row) => first.has(row)), ...found.rows.filter((row) => !first.has(row))];
  }

  function pinned(text, filters) {
    const folded = T.foldWords(T.clean(text)).join(" "), now = new Date(), pad = (number) => String(number).padStart(2, "0");
    const day = `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`, found = pins
      .filter(([folds, , first, last]) => folded && first <= day && day <= last && folds.split("\n").includes(folded));
    return unique(found.map(([, id]) => index.rowOf.get(id))).filter((row) => row !== undefined).filter(letThrough(filters));
  }

  function answer(text, filters) {
    const query = read(text, false);
    if (!query.words.length) {
      const table = query.text ? null : facetTable();
      const rows = table ? table.order : [], some = Object.entries(filters).some(([kind, value]) => value !== (kind === "state" ? "IN_FORCE" : ""));
      const found = narrowed(rows, filters);
      return { query, ...found, rows: some ? found.rows : [], how: "all", pinned: [] };
    }
    let found = byKey(query, filters);
    if (!found) {
      found = byWords(query, filters);
      if (query.corrected) found.rows = asTypedFirst(query, found, filters);
    }
    const first = pinned(text, filters);
    return { query, ...found, pinned: first, rows: [...first, ...found.rows.filter((row) => !first.includes(row))] };
  }

  // --- hits
  const FIELDS = ["id", "name", "code", "slug", "state", "where", "time", "cost", "notice", "sector", "levels", "announced", "group", "after"];

  // The search page carries what every hit shows, column by column, while that weighs less than one more round.
  const column = ([text, which]) => {
    const values = text.split("\n");
    return which ? numbers(which).map((at) => values[at]) : values;
  };
  let carried = null;

  // A procedure's name in addresses; what makes it the only one, or another name, is carried with it.
  function slugOf(name) {
    let slug = "";
    for (const word of T.fold(T.clean(name)).match(/[a-z0-9]+/g) || []) {
      const longer = slug ? `${slug}-${word}` : word;
      if (longer.length > 80) return slug || word.slice(0, 80);
      slug = longer;
    }
    return slug;
  }

  function carriedHit(row, { columns, after }) {
    carried ??= columns.map(column);
    const hit = { id: index.ids[row], after: after[row] || [] };
    FIELDS.slice(1, -1).forEach((name, at) => { hit[name] = carried[at][row]; });
    if (!hit.slug || hit.slug.startsWith("-")) hit.slug = slugOf(hit.name) + hit.slug;
    return Object.assign(hit, { state: Number(hit.state), group: Number(hit.group) });
  }

  function hitOf(row) {
    const id = index.ids[row], rows = T.isCarried("n0") && index.part("n0");
    if (rows) return carriedHit(row, rows);
    if (rows === undefined) return undefined;
    const found = index.part(`h${Math.floor(id / index.perFile)}`)?.find((one) => one[0] === id);
    return found && Object.fromEntries(FIELDS.map((name, at) => [name, found[at]]));
  }

  const stored = (rows) => rows.map(hitOf).filter(Boolean);

  // {query, rows, ids, total, elsewhere, how, corrected, pinned, hits} of one page; `few`: so many of its hits are enough.
  T.search = (text, filters = { state: "IN_FORCE" }, page = 1, size = 20, few = size) => complete(text, () => {
    const found = answer(text, filters);
    // While other wordings are missing these are the likely hits, loaded beside them: on a slow line one round less.
    const hits = stored(found.rows.slice((page - 1) * size, (page - 1) * size + few));
    const near = found.rows.length || !found.query.words.length ? [] : nearest(found.query);
    const ids = found.rows.map((row) => index.ids[row]);
    return { ...found, ids, total: ids.length, hits, near, pinned: found.pinned.map((row) => index.ids[row]) };
  });

  function nearest(query) {
    const some = findSome(query, 20, new Set()).map((one) => one.row).filter((row) => index.kinds[row][0] === IN_FORCE);
    return stored(some.slice(0, 5));
  }

  // Every code in the index.
  T.codes = () => complete("", () => ["code", "other"].flatMap(keysOf).map(([value]) => value));

  T.facets = (found, filters) => complete("", () => counts(found.all, filters));

  // --- suggestions
  function findNames(query) {
    const last = query.words.at(-1), folded = last[0], endings = [...index.lexicon.counts].filter(([word]) => word.startsWith(folded))
      .sort((a, b) => b[1] - a[1]).slice(0, MOST_ENDINGS).map(([word]) => word);
    const whole = unique(query.required.flatMap((idea) => idea.alternatives[0].words).filter((word) => word[1] !== last[1]).map((word) => word[0]));
    const ends = query.unfinished ? endings : [folded], held = (word) => {
      const found = index.word(word);
      return new Set(found ? found.rows.filter((_, at) => found.spots[at].length) : []);
    };
    const sets = whole.map(held), any = new Set(ends.flatMap((word) => [...held(word)]));
    const rows = [...any].filter((row) => index.kinds[row][0] === IN_FORCE && sets.every((some) => some.has(row)));
    rows.sort((a, b) => index.kinds[a][1] - index.kinds[b][1] || index.lengths[a] - index.lengths[b] || a - b);
    const score = new Scorer(query, index.lexicon), words = new Set([...score.asked.words, ...ends]);
    return merged(scored(score, rows.slice(0, SUGGESTED_FROM).map((row) => index.candidate(row, 0, words))), []);
  }

  T.suggest = (typed, limit = 8) => complete(typed, () => {
    const query = read(typed, !/\s$/.test(typed));
    if (query.text.length < 2 || !query.words.length) return [];
    let rows = [];
    if (query.digits.length >= FEWEST_DIGITS) rows = findKeys("digits", [query.digits], { state: "IN_FORCE" }, true).rows;
    if (!rows.length) rows = findNames(query);
    return index.missing.size ? [] : stored(rows.slice(0, limit));
  });
})(self.timKiem);
