// The second step of ranking: what was asked laid beside a name (search/rank.py). A name here knows only the words that
// were asked for, each at its place.
((T) => {
  "use strict";
  const { agreement, unique, CONTRADICTS, SAME } = T, W = T.luat.weights;
  const SPECIAL = T.luat.special.map((text) => text.split(" "));
  const sum = (some) => some.reduce((total, one) => total + one, 0);
  const pairwise = (some) => some.slice(1).map((one, at) => [some[at], one]);
  const together = (a, b) => `${a} ${b}`;

  // An alternative made ready.
  class Wording {
    constructor(one, query, lexicon, unfinished) {
      this.folded = one.words.map((word) => word[0]);
      this.typed = one.words.map((word) => word[1]);
      this.parts = this.folded.map((word) => lexicon.rarity(word));
      this.marks = one.source === "typed" ? query.hasMarks : one.words.some(([folded, typed]) => folded !== typed);
      this.weight = one.weight;
      this.unfinished = unfinished;
      this.last = unfinished ? this.folded.length - 1 : -1;
      this.whole = sum(this.parts);
    }

    places(index, name) {
      const word = this.folded[index];
      return index === this.last ? name.beginning(word) : name.places.get(word) || [];
    }

    agreed(index, found) {
      return index === this.last || !this.marks ? SAME : agreement(this.typed[index], found);
    }

    held(name) {
      let got = 0;
      this.folded.forEach((word, index) => {
        if (index === this.last) return;
        const places = name.places.get(word);
        if (places) got += this.parts[index] * (this.marks ? Math.max(...places.map((at) => agreement(this.typed[index], name.marked[at]))) : 1);
      });
      if (this.unfinished && this.places(this.last, name).length) got += this.parts.at(-1);
      if (this.folded.length === 1) return this.weight * (got / this.whole);
      if (!got) return 0;
      const share = got / this.whole;
      return this.weight * share * (share > CONTRADICTS && this.together(name) ? 1 : W.APART);
    }

    together(name) {
      if (this.unfinished && this.folded.length > 1) return true;
      return this.places(0, name).some((start) => this.folded.every((word, at) => name.folded[start + at] === word));
    }
  }

  function tells(idea, lexicon) {
    let best = 0;
    for (const one of idea.alternatives) {
      const parts = one.words.filter(([folded]) => lexicon.has(folded)).map(([folded]) => Math.min(lexicon.rarity(folded), W.RAREST));
      best = Math.max(best, sum(parts.sort((a, b) => b - a).slice(0, W.PHRASE_TELLS)));
    }
    return (best || W.UNKNOWN) * (idea.required ? 1 : W.FILLER);
  }

  // A lone word that stands beside neither of its neighbours in any name belongs to the asker's story.
  function stranger(ideas, index, lexicon) {
    const here = ideas[index].alternatives;
    if (ideas.length < 2 || here.some((one) => one.words.length > 1)) return false;
    const word = here[0].words[0][0], before = ideas[index - 1]?.alternatives || [], after = ideas[index + 1]?.alternatives || [];
    const beside = [
      ...before.map((one) => lexicon.pair(one.words.at(-1)[0], word)), ...after.map((one) => lexicon.pair(word, one.words[0][0])),
    ];
    return !beside.some(Boolean);
  }

  class Asked {
    constructor(query, lexicon) {
      const last = query.ideas.length - 1;
      this.unfinished = query.unfinished;
      this.ideas = query.ideas.map((idea, at) =>
        idea.alternatives.map((one) => new Wording(one, query, lexicon, query.unfinished && at === last)));
      this.weights = query.ideas.map((idea, at) => tells(idea, lexicon) * (stranger(query.ideas, at, lexicon) ? W.STRANGER : 1));
      this.total = sum(this.weights) || 1;
      this.required = query.ideas.map((idea) => query.required.includes(idea));
      this.vocabularies = this.ideas.map((idea) => unique(idea.flatMap((one) => one.folded)));
      this.words = new Set(this.vocabularies.flat());
      const rows = [...this.ideas.flat().map((one) => one.folded), query.words.map((word) => word[0])];
      this.phrases = new Set(rows.flatMap((row) => pairwise(row).map(([a, b]) => together(a, b))));
      this.special = new Set(SPECIAL.map((_, number) => number).filter((number) => this.askedFor(SPECIAL[number])));
      this.orders = new Map();
      for (const [at, one] of this.ideas.flat().entries()) one.id = at;
    }

    askedFor(words) {
      return words.length > 1 ? pairwise(words).some(([a, b]) => this.phrases.has(together(a, b))) : this.words.has(words[0]);
    }

    order(chosen) {
      const key = chosen.map((one) => one.id).join(",");
      if (!this.orders.has(key)) this.orders.set(key, new Order(this, chosen));
      return this.orders.get(key);
    }

    around(candidate) {
      return this.ideas.map((idea) =>
        W.AROUND * Math.max(0, ...idea.filter((one) => one.folded.every((word) => candidate.isAround(word))).map((one) => one.weight)));
    }
  }

  // The words asked for in their order, each idea in one of its wordings.
  class Order {
    constructor(asked, chosen) {
      this.words = [];
      this.ideas = [];
      chosen.forEach((wording, index) => {
        if (asked.required[index]) wording.folded.forEach((_, place) => { this.words.push([wording, place]); this.ideas.push(index); });
      });
      this.texts = this.words.map(([wording, place]) => wording.folded[place]);
      this.known = new Set(this.texts);
      this.tells = pairwise(this.words).map(([[a, i], [b, j]]) => a.parts[i] + b.parts[j]);
      this.total = sum(this.tells);
      this.alone = asked.required.map((required) => this.words.length < 2 || !required);
    }
  }

  class Laid {
    constructor(order, name) {
      this.order = order;
      this.name = name;
      this.places = order.words.map(([wording, place]) => wording.places(place, name));
      this.beside = [...order.alone];
      let got = 0;
      for (let at = 0; at + 1 < this.places.length; at++) {
        const agreed = this.agreed(at, this.places[at], this.places[at + 1]);
        if (agreed > CONTRADICTS) this.beside[order.ideas[at]] = this.beside[order.ideas[at + 1]] = true;
        got += order.tells[at] * agreed;
      }
      this.neighbours = got ? got / order.total : 0;
    }

    agreed(at, here, there) {
      const [first, i] = this.order.words[at], [second, j] = this.order.words[at + 1], { marked } = this.name;
      let best = 0;
      for (const place of here) {
        if (there.includes(place + 1)) best = Math.max(best, Math.min(first.agreed(i, marked[place]), second.agreed(j, marked[place + 1])));
      }
      return best;
    }

    whole() {
      if (!this.places.every((some) => some.length)) return false;
      return this.places[0].some((start) => this.places.every((places, at) =>
        places.includes(start + at) && this.order.words[at][0].agreed(this.order.words[at][1], this.name.marked[start + at]) > CONTRADICTS));
    }

    begins(unfinished) {
      const opening = this.order.texts, { core, skip } = this.name, last = opening.length - 1;
      if (last < 0 || core < opening.length) return false;
      return opening.every((word, at) => {
        const found = this.name.folded[skip + at];
        return at === last && unfinished ? found?.startsWith(word) : found === word;
      });
    }

    value(coverage, unfinished) {
      let value = W.PHRASE * this.neighbours;
      if (this.order.texts.length > 1 && this.whole()) value += W.WHOLE * coverage;
      if (this.begins(unfinished)) value += W.BEGINS * coverage;
      const asked = sum([...this.order.known].map((word) => (this.name.places.get(word) || []).filter((at) => at >= this.name.skip).length));
      return value + (W.PRECISION * coverage * asked) / (this.name.core || 1);
    }
  }

  class Scorer {
    constructor(query, lexicon) {
      this.asked = new Asked(query, lexicon);
      this.known = new Map();
    }

    score(candidate) {
      if (!this.known.has(candidate.id)) this.known.set(candidate.id, this.compared(candidate));
      const { value, held } = this.known.get(candidate.id);
      return { value: value + W.TEXT * candidate.textScore, held };
    }

    atMost(candidate) {
      const { asked } = this, { places } = candidate.name;
      const told = asked.weights.filter((_, at) => asked.vocabularies[at].some((word) => places.has(word)));
      return asked.unfinished ? 1 : sum(told) / asked.total;
    }

    compared(candidate) {
      const { asked } = this, { name } = candidate;
      const met = asked.ideas.map((wordings, at) => {
        let best = 0, chosen = wordings[0];
        if (!asked.vocabularies[at].some((word) => name.places.has(word)) && !wordings[0].unfinished) return [best, chosen];
        wordings.forEach((one, place) => {
          const got = one.held(name);
          if (!place || got > best) [best, chosen] = [got, one];
        });
        return [best, chosen];
      });
      const laid = new Laid(asked.order(met.map(([, wording]) => wording)), name), beside = asked.around(candidate);
      let held = 0, around = 0;
      met.forEach(([got], index) => {
        const part = laid.beside[index] ? got : got * W.LONE;
        held += asked.weights[index] * part;
        if (part < beside[index]) around += asked.weights[index] * (beside[index] - part);
      });
      const coverage = held / asked.total;
      let value = (W.NAME * (held + around)) / asked.total + laid.value(coverage, asked.unfinished);
      if (!candidate.special.every((number) => asked.special.has(number))) value -= W.SPECIAL;
      return { value: value + candidate.bonus, held: coverage };
    }
  }

  Object.assign(T, { Scorer, pairwise });
})(self.timKiem);
