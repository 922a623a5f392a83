// The index in the browser: which procedures hold a word, how much it says there (search/backends/sqlite_postings.py), and
// the words of names (search/lexicon.py). What is not loaded yet is noted in `missing`; asking again then answers.
((T) => {
  "use strict";
  const { bare, crc32, numbers, steps } = T, R = T.luat, W = R.weights;
  const SATURATION = 1.2, LENGTH = 0.75;

  function deletions(word) {
    return [...word].map((_, at) => word.slice(0, at) + word.slice(at + 1));
  }

  function oneSlip(one, other) {
    if (one.length > other.length) [one, other] = [other, one];
    let start = 0;
    while (start < one.length && one[start] === other[start]) start += 1;
    if (one.length < other.length) return one.slice(start) === other.slice(start + 1);
    if (one.slice(start + 1) === other.slice(start + 1)) return true;
    return one[start + 1] + one[start] === other.slice(start, start + 2) && one.slice(start + 2) === other.slice(start + 2);
  }

  class Lexicon {
    constructor(index, data) {
      const words = data.words.split(" "), counts = numbers(data.counts);
      this.index = index;
      this.documents = index.ids.length;
      this.counts = new Map(words.map((word, at) => [word, counts[at]]));
      this.pairs = new Map();
      this.byDeletion = null;
    }

    has(word) { return this.counts.has(word); }

    count(word) { return this.counts.get(word) || 0; }

    rarity(word) { return Math.log(1 + (this.documents + 1) / (this.count(word) + 0.5)); }

    // How many names hold these two as neighbours.
    pair(first, second) {
      if (!this.has(first) || !this.has(second)) return 0;
      const key = `${first} ${second}`;
      if (!this.pairs.has(key)) {
        const found = this.index.pair(first, second);
        if (!found) return 0;
        this.pairs.set(key, found.spelled);
      }
      return this.pairs.get(key);
    }

    marked(word) {
      const found = this.has(word) && this.index.word(word);
      if (!found) return "";
      const counts = found.spellings.map((marked, which) => [found.holding(which).rows.length, marked]);
      return counts.reduce((best, one) => (one[0] > best[0] || (one[0] === best[0] && one[1] > best[1]) ? one : best), [0, ""])[1];
    }

    *near(word) {
      if (!this.byDeletion) {
        this.byDeletion = new Map();
        for (const known of this.counts.keys()) {
          if (T.isNumber(known)) continue;
          for (const key of new Set([known, ...deletions(known)])) {
            if (!this.byDeletion.has(key)) this.byDeletion.set(key, []);
            this.byDeletion.get(key).push(known);
          }
        }
      }
      const seen = new Set([word]);
      for (const key of [word, ...deletions(word)]) {
        for (const found of this.byDeletion.get(key) || []) {
          if (!seen.has(found) && oneSlip(word, found)) { seen.add(found); yield found; }
        }
      }
    }
  }

  // One word: who holds it, where in the name, and how much all short columns say it.
  class Posting {
    constructor([spellings, ids, said, places], index) {
      this.spellings = spellings ? spellings.split(" ") : [];
      this.rows = steps(ids).map((id) => index.rowOf.get(id));
      this.around = [];
      this.amounts = [];
      this.spots = [];
      const spots = numbers(places), width = this.spellings.length;
      let at = 0;
      for (const value of numbers(said)) {
        const count = value % 4 === 3 ? spots[at++] : value % 4;
        this.spots.push(spots.slice(at, (at += count)).map((spot) => [Math.floor(spot / width), spot % width]));
        this.around.push(Boolean((value >> 2) & 1));
        this.amounts.push((value >> 3) / 2 + count * W.COLUMNS.name);
      }
      this.places = null;
      this.spelled = new Map();
    }

    // Its place among the rows, -1 when this one does not hold it.
    at(row) {
      this.places ??= new Map(this.rows.map((one, place) => [one, place]));
      return this.places.get(row) ?? -1;
    }

    // Those whose name holds it in one spelling.
    holding(which) {
      if (!this.spelled.has(which)) {
        const rows = [], amounts = [];
        this.spots.forEach((spots, place) => {
          const count = spots.filter((spot) => spot[1] === which).length;
          if (count) { rows.push(this.rows[place]); amounts.push(count * W.COLUMNS.marked); }
        });
        this.spelled.set(which, { rows, amounts });
      }
      return this.spelled.get(which);
    }
  }

  const bucketOf = T.kept(crc32);

  class Index {
    constructor(data, buckets) {
      const docs = data.get("d0"), kinds = numbers(docs.kinds);
      this.data = data;
      [this.buckets, this.perFile] = buckets;
      this.missing = new Set();
      this.ids = steps(docs.ids);
      this.rowOf = new Map(this.ids.map((id, row) => [id, row]));
      this.lengths = numbers(docs.lengths);
      this.kinds = kinds.map((kind) => docs.kind[kind]);
      this.slows = numbers(docs.sizes).map((size) => SATURATION * (1 - LENGTH + (LENGTH * docs.step ** size) / docs.mean));
      this.held = new Map();
      this.pairs = new Map();
      this.lexicon = new Lexicon(this, docs);
    }

    // What a file holds; undefined while it is not loaded.
    part(name) {
      if (!this.data.has(name)) this.missing.add(name);
      return this.data.get(name);
    }

    // What is known of a word and of others of the same number.
    fileOf(folded) { return this.part(`s${bucketOf(folded) % this.buckets}`); }

    word(folded) {
      if (!this.held.has(folded)) {
        const file = this.fileOf(folded);
        if (file === undefined) return undefined;
        const found = file && Object.hasOwn(file.words, folded) ? file.words[folded] : null;
        this.held.set(folded, found && new Posting(found, this));
      }
      return this.held.get(folded);
    }

    // Names that hold two words as neighbours: {rows, amounts}, and how many by their spellings.
    pair(first, second) {
      const key = `${first} ${second}`, here = this.word(first), there = this.word(second);
      if (here === undefined || there === undefined) return undefined;
      if (!here || !there) return null;
      if (!this.pairs.has(key)) this.pairs.set(key, neighbours(here, there));
      return this.pairs.get(key);
    }

    // [kind, …] → {rows, amounts} or nothing: ["word", folded], ["pair", first, second], ["marked", folded, typed].
    term([kind, first, second]) {
      if (kind === "pair") return this.pair(first, second);
      const found = this.word(first);
      if (kind === "word" || !found) return found;
      const which = found.spellings.indexOf(second);
      return which < 0 ? null : found.holding(which);
    }

    gains(term, add) {
      const found = this.term(term);
      if (!found) return;
      const count = found.rows.length, rare = Math.max(Math.log((this.ids.length - count + 0.5) / (count + 0.5)), 1e-6);
      found.rows.forEach((row, at) => {
        const amount = found.amounts[at];
        add(row, (rare * (SATURATION + 1) * amount) / (amount + this.slows[row]));
      });
    }

    // What terms say of every procedure, each so many times asked for.
    scores(terms) {
      const total = new Float64Array(this.ids.length);
      for (const [term, times] of terms) this.gains(term, (row, gain) => { total[row] += times * gain; });
      return total;
    }

    holding(ideas) {
      const size = this.ids.length, held = new Uint8Array(size).fill(1), total = new Float64Array(size);
      ideas.forEach((idea, place) => {
        const some = new Uint8Array(size);
        for (const one of idea.alternatives) {
          const said = new Float64Array(size), count = new Uint8Array(size);
          for (const [folded] of one.words) this.gains(["word", folded], (row, gain) => { said[row] += gain; count[row] += 1; });
          for (let row = 0; row < size; row++) {
            if (count[row] !== one.words.length) continue;
            some[row] = 1;
            total[row] += (place ? 1 : W.FIRST) * said[row];
          }
        }
        for (let row = 0; row < size; row++) held[row] &= some[row];
      });
      return { held, total };
    }

    // A candidate for ranking, with those words of its name that were asked for.
    candidate(row, textScore, words) {
      const [, , skips, bonus, special] = this.kinds[row], places = new Map(), marked = [], folded = [], around = new Set();
      for (const word of words) {
        const found = this.word(word), at = found ? found.at(row) : -1;
        if (at < 0) continue;
        if (found.around[at]) around.add(word);
        if (!found.spots[at].length) continue;
        places.set(word, found.spots[at].map((spot) => spot[0]));
        for (const [place, which] of found.spots[at]) { folded[place] = word; marked[place] = found.spellings[which]; }
      }
      const skip = skips ? 2 : 0, length = this.lengths[row] - skip;
      const beginning = (prefix) => [...folded.keys()].filter((at) => folded[at]?.startsWith(prefix));
      const name = { places, marked, folded, skip, core: length, beginning };
      return { id: row, row, name, length, bonus, special, textScore, isAround: (word) => around.has(word) };
    }
  }

  function neighbours(here, there) {
    const rows = [], amounts = [];
    let spelled = 0;
    here.rows.forEach((row, place) => {
      const at = here.spots[place].length ? there.at(row) : -1;
      if (at < 0) return;
      const after = new Map(there.spots[at]), found = here.spots[place].filter(([spot]) => after.has(spot + 1));
      if (!found.length) return;
      rows.push(row);
      amounts.push(found.length * W.COLUMNS.pairs);
      spelled += new Set(found.map(([spot, which]) => `${which} ${after.get(spot + 1)}`)).size;
    });
    return { rows, amounts, spelled };
  }

  Object.assign(T, { Index, bare, bucketOf });
})(self.timKiem);
