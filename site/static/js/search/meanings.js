// What was typed → ideas with weighted wordings (search/parse.py, meanings.py, synonyms.py, gazetteer.py, places.py).
((T) => {
  "use strict";
  const { bare, clean, fold, fits, markedWords, unique, isNumber } = T, R = T.luat, W = R.weights;
  const REPLACING = ["teencode", "slip"];
  const wordsOf = T.kept((text) => markedWords(text).map((marked) => [bare(marked), marked]));
  const key = (folded) => folded.join(" ");

  // An entry is {phrases, official, kind, keeps}; words are [folded, typed].
  class Dictionary {
    constructor(entries) {
      this.found = new Map();
      this.longest = new Map();
      entries.forEach((entry) => this.add(entry));
    }

    add(entry) {
      for (const phrase of entry.phrases) {
        const folded = T.foldWords(phrase), at = key(folded);
        if (!folded.length) continue;
        if (!this.found.has(at)) this.found.set(at, []);
        this.found.get(at).push([phrase, entry]);
        this.longest.set(folded[0], Math.max(folded.length, this.longest.get(folded[0]) || 0));
      }
    }

    matches(words, at) {
      const longest = Math.min(this.longest.get(words[at][0]) || 0, words.length - at), found = [];
      for (let length = longest; length > 0; length--) {
        const here = words.slice(at, at + length);
        for (const [phrase, entry] of this.found.get(key(here.map((word) => word[0]))) || []) {
          const marked = wordsOf(phrase).map((word) => word[1]);
          const exact = length === 1 && entry.kind === "filler";
          const agree = here.every(([, typed], place) => (exact ? typed === marked[place] : fits(typed, marked[place])));
          if (agree && !found.some(([, other]) => other === entry)) found.push([length, entry]);
        }
      }
      return found;
    }
  }

  function dictionaryOf(rows) {
    const entries = [];
    for (const [phrases, official, kind, both, keeps] of rows) {
      entries.push({ phrases, official, kind, keeps: Boolean(keeps) });
      if (both) entries.push({ phrases: official, official: phrases, kind, keeps: true });
    }
    return new Dictionary(entries);
  }

  const placesOf = (rows) => new Dictionary(rows.map(([phrases, official]) => ({ phrases, official, kind: "place", keeps: true })));

  // --- names of places nobody has entered, told by the kind before them
  const UNITS = ["huyện", "quận", "thị xã", "thị trấn", "phường", "xã"].map((kind) => markedWords(kind));
  const SOME_PLACE = { phrases: ["huyện"], official: ["ủy ban nhân dân cấp xã"], kind: "place", keeps: true };

  function unknownPlace(words, at, lexicon) {
    for (const kind of UNITS) {
      const here = words.slice(at, at + kind.length);
      if (here.length < kind.length || !here.every(([, typed], i) => typed === kind[i] || typed === bare(kind[i]))) continue;
      const after = words.slice(at + kind.length, at + kind.length + 2).map((word) => word[1]);
      if (after.length && isNumber(after[0])) return kind.length + 1;
      if (after.length < 2 || fillerAt(after.map(bare)).size) continue;
      if (!lexicon.pair(bare(kind.at(-1)), bare(after[0])) && !lexicon.pair(bare(after[0]), bare(after[1]))) return kind.length + 2;
    }
    return 0;
  }

  // All that is known of words: the editors' dictionary, places, places by their second word.
  const knowing = (dictionary, places, more, lexicon) => ({
    matches(words, at) {
      const found = [...dictionary.matches(words, at), ...places.matches(words, at)];
      found.push(...(words[at + 1] ? more(words[at][0], words[at + 1][0])?.matches(words, at) || [] : []));
      const length = unknownPlace(words, at, lexicon);
      if (length > Math.max(0, ...found.map(([size]) => size))) return [[length, SOME_PLACE]];
      return found.sort((a, b) => b[0] - a[0]);
    },
  });

  // --- words of a question, offices and places by their form
  const FILLER = R.filler.map((phrase) => phrase.split(" "));
  const SPECIAL = R.special.map((text) => text.split(" ")).filter((one) => one.length > 1);
  const starts = (folded, at, phrase) => phrase.every((word, place) => folded[at + place] === word);

  function spans(folded, phrases) {
    const places = new Set();
    folded.forEach((_, at) => phrases.forEach((phrase) => {
      if (starts(folded, at, phrase)) phrase.forEach((_word, place) => places.add(at + place));
    }));
    return places;
  }

  const fillerAt = (folded) => spans(folded, FILLER);
  const FIELDS = new Set(R.fields), BRANCHES = new Set(R.branches);
  const OFFICES = {
    so: FIELDS, bo: FIELDS, phong: FIELDS, ban: FIELDS, cuc: BRANCHES, tram: BRANCHES, doi: BRANCHES, hat: BRANCHES,
  };
  const NOT_BEFORE = { so: ["co", "tru", "cong"], bo: ["can", "noi", "toan", "dang", "tien"] };
  const TWO_WORDS = ["thi tran", "thanh pho", "thi xa"];
  const MARKED = { quan: "quânε", huyen: "huyênε", tinh: "tinhβ", phuong: "phươngα", xa: "xaγ" };

  function office(folded, at) {
    const start = ["chi", "tong"].includes(folded[at]) && folded[at + 1] === "cuc" ? at + 1 : at;
    const known = Object.hasOwn(OFFICES, folded[start]) && OFFICES[folded[start]];
    if (known && !(at && NOT_BEFORE[folded[at]]?.includes(folded[at - 1]))) {
      const rest = folded.slice(start + 1, start + 8);
      for (let length = rest.length; length > 0; length--) {
        const named = rest.slice(0, length).filter((word) => word !== "va").join(" ");
        if (known.has(named) && rest[length - 1] !== "va") return start + 1 + length - at;
      }
    }
    for (const body of R.bodies) {
      const words = body.split(" ");
      if (!starts(folded, at, words)) continue;
      const rest = folded.slice(at + words.length), two = rest.slice(0, 2).join(" ");
      const follows = TWO_WORDS.includes(two) || (rest.length && [...Object.keys(MARKED), "tp", "cap"].includes(rest[0]));
      if (follows || (R.bodiesFirst.includes(body) && at === 0)) return words.length;
    }
    return 0;
  }

  function placeAt(words, raw, at, lexicon, afterOffice) {
    const folded = words.map((word) => word[0]);
    let head = 0;
    if (TWO_WORDS.includes(folded.slice(at, at + 2).join(" "))) head = 2;
    else if (folded[at] === "tp" || (MARKED[folded[at]] && [folded[at], MARKED[folded[at]]].includes(words[at][1]))) head = 1;
    else return 0;
    let named = 0;
    for (let place = at + head; place < Math.min(words.length, at + head + 3); place++) {
      if (!(/^\p{Lu}/u.test(raw[place]) || (place === at + head && /^\d+$/.test(raw[place])))) break;
      named += 1;
    }
    if (named) return head + named;
    const after = folded.slice(at + head, at + head + 2);
    const beside = after.length && lexicon.pair(folded[at + head - 1], after[0]);
    if (after.length === 2 && !beside && !lexicon.pair(after[0], after[1]) && !afterOffice) return head + 2;
    return afterOffice ? head : 0;
  }

  const isTitle = (word) => /^\p{Lu}[^\p{Lu}]*$/u.test(word);

  function properName(raw, folded, at, lexicon) {
    let end = at;
    while (end < Math.min(raw.length, at + 3) && isTitle(raw[end])) end += 1;
    if (end - at < 2 || (at === 0 && end === raw.length)) return 0;
    for (let i = at; i < end - 1; i++) if (lexicon.pair(folded[i], folded[i + 1])) return 0;
    return end - at;
  }

  function asides(words, raw, lexicon) {
    const folded = words.map((word) => word[0]), found = new Set();
    for (let at = 0; at < words.length; ) {
      const length = office(folded, at) || placeAt(words, raw, at, lexicon, found.has(at - 1)) || properName(raw, folded, at, lexicon);
      for (let place = at; place < at + length; place++) found.add(place);
      at += length || 1;
    }
    return found.size < words.length ? found : new Set();
  }

  // --- readings → ideas: {alternatives: [{words, weight, source}], required}
  function knownPlaces(words, dictionary) {
    const known = new Set();
    words.forEach((_, at) => {
      const found = dictionary.matches(words, at);
      for (let place = at; found.length && place < at + found[0][0]; place++) known.add(place);
    });
    return known;
  }

  function stands([length, entry], asked, at) {
    const words = wordsOf(entry.official[0]).map((word) => word[0]), folded = asked.map((word) => word[0]);
    if (words.length <= length) return false;
    for (let start = Math.max(0, at - words.length + 1); start <= at; start++) if (starts(folded, start, words)) return true;
    return false;
  }

  const spanOf = (readings) => [readings[0].at[0], readings.at(-1).at[0] + readings.at(-1).at[1] - readings[0].at[0]];

  function spokenOut(readings, dictionary) {
    const asked = readings.map((one) => one.word), result = [];
    for (let at = 0; at < readings.length; ) {
      const found = dictionary.matches(asked, at).filter(([, one]) => REPLACING.includes(one.kind));
      if (!found.length || !found[0][1].official.length || stands(found[0], asked, at)) { result.push(readings[at++]); continue; }
      const [length, entry] = found[0], here = readings.slice(at, at + length), words = wordsOf(entry.official[0]);
      const typed = entry.keeps ? here.map((one) => one.word) : [];
      const same = key(words.map((word) => word[0])) === key(here.map((one) => one.word[0]));
      let weight = Math.min(...here.map((one) => one.weight));
      if (entry.kind === "slip" && !same) weight = Math.min(weight, W.SLIP);
      const at_ = spanOf(here);
      result.push(...words.map((word) => ({ word, at: at_, typed: words.length === 1 ? typed : [], weight, likeness: null })));
      at += length;
    }
    return result;
  }

  // The cut into known phrases that leaves the fewest words over, then of the fewest phrases, then of the longest first.
  function bestCut(asked, dictionary) {
    const best = Array(asked.length + 1).fill([0, 0, 0, []]);
    for (let at = asked.length - 1; at >= 0; at--) {
      let chosen = [best[at + 1][0] + 1, best[at + 1][1], 1, []];
      const matched = dictionary.matches(asked, at).filter(([, one]) => !REPLACING.includes(one.kind));
      for (const length of unique(matched.map(([n]) => n)).sort((a, b) => a - b)) {
        const [left, phrases] = best[at + length];
        if (left < chosen[0] || (left === chosen[0] && phrases + 1 <= chosen[1])) {
          chosen = [left, phrases + 1, length, matched.filter(([n]) => n === length).map(([, one]) => one)];
        }
      }
      best[at] = chosen;
    }
    const cut = [];
    for (let at = 0; at < asked.length; at += best[at][2]) cut.push([best[at][2], best[at][3]]);
    return cut;
  }

  function single(reading, required) {
    const found = [{ words: [reading.word], weight: reading.weight, source: reading.weight === 1 ? "typed" : "slip" }];
    if (reading.likeness) found.push({ words: [reading.likeness], weight: W.LIKENESS, source: "slip" });
    if (reading.typed.length) found.push({ words: reading.typed, weight: 1, source: "typed" });
    return { alternatives: found, required };
  }

  function phrase(readings, entries, named) {
    const found = new Map(), id = (words) => words.map((word) => word[1]).join(" ");
    if (entries.some((one) => one.keeps)) {
      const words = readings.map((one) => one.word);
      found.set(id(words), { words, weight: Math.min(...readings.map((one) => one.weight)), source: "typed" });
    }
    for (const entry of entries) {
      (entry.kind === "filler" ? [] : entry.official).forEach((official, place) => {
        const words = wordsOf(official), weight = W.SOURCES[entry.kind] * W.LATER ** place;
        if (words.length && !found.has(id(words))) found.set(id(words), { words, weight, source: entry.kind });
      });
    }
    const alternatives = [...found.values()].slice(0, 6), meant = alternatives.filter((one) => one.source !== "typed");
    const offices = meant.length > 0 && meant.every((one) => office(one.words.map((word) => word[0]), 0));
    return { alternatives, required: !(named || offices || entries.every((one) => one.kind === "place")) };
  }

  function ideasOf(readings, raw, dictionary, lexicon) {
    const asked = readings.map((one) => one.word), folded = asked.map((word) => word[0]);
    const special = spans(folded, SPECIAL), filler = new Set([...fillerAt(folded)].filter((at) => !special.has(at)));
    const aside = asides(asked, readings.map((one) => raw[one.at[0]]), lexicon), ideas = [];
    let at = 0;
    for (const [length, entries] of bestCut(asked, dictionary)) {
      const here = readings.slice(at, at + length), places = here.map((_, index) => at + index);
      if (!entries.length) ideas.push(single(here[0], !filler.has(at) && !aside.has(at)));
      else if (entries.every((one) => one.kind === "filler")) here.forEach((one, index) => ideas.push(single(one, special.has(at + index))));
      else ideas.push(phrase(here, entries, places.every((place) => aside.has(place))));
      at += length;
    }
    return ideas;
  }

  // What was typed → query. `lexicon` and `dictionary` may be left out: then it is read as it stands.
  const NONE = { matches: () => [] };
  const EMPTY = { documents: 0, has: () => false, count: () => 0, pair: () => 0, near: () => [], marked: () => "" };

  function parse(text, { unfinished = false, dictionary = NONE, lexicon = EMPTY } = {}) {
    const cleaned = clean(text.slice(0, 2400)).split(/\s+/).filter(Boolean).join(" ").slice(0, 1200);
    const raw = T.words(cleaned).slice(0, 80), marked = markedWords(cleaned).slice(0, 80);
    const words = raw.map((one, at) => [fold(one), marked[at]]), known = knownPlaces(words, dictionary);
    const readings = spokenOut(T.respelled(words, raw, lexicon, known, words.length - unfinished), dictionary);
    const ideas = ideasOf(readings, raw, dictionary, lexicon), needed = ideas.filter((idea) => idea.required);
    return {
      text: cleaned, words, ideas, required: needed.length ? needed : ideas, unfinished, corrected: T.correctedText(readings, raw),
      codes: T.codesIn(cleaned), digits: T.digitsOf(cleaned), decisions: T.decisionsIn(cleaned),
      hasMarks: words.some(([folded, typed]) => folded !== typed),
    };
  }

  Object.assign(T, { Dictionary, dictionaryOf, knowing, parse, placesOf });
})(self.timKiem);
