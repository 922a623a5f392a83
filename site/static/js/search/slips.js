// Numbers, left-over keystrokes and slips in what was typed (search/numbers.py, telex.py, slips.py).
((T) => {
  "use strict";
  const { fold, bare, clean, markedWords, shown, unique, isNumber } = T, W = T.luat.weights;

  // --- codes and decision numbers
  const NATIONAL = /^(\d\.\d{6})(\.\d{2}|(?:\.\d{2,3}){3}\.[A-Z]\d{2})?$/;
  const FAMILIES = [/^NB-[A-ZĐ0-9]+(?:-[A-ZĐ0-9]+)*-\d+$/, /^[A-Z]-[A-ZĐ]{2,5}-\d{5,6}(?:-[A-Z]{2})?$/, /^[A-Z]\d{2}_[A-Z0-9]+$/];
  const IN_TEXT = /(?<![\p{L}\p{N}_.,/-])(\d\.\d{6})(\.\d{2}|(?:\.\d{2,3}){3}\.[A-Z]\d{2})?(?!\d|\.\d|[.,]\d)/gu;
  const SEVEN = /(?<![\w.,])\d[ .,]?\d{3}[ .,]?\d{3}(?!\w)/g;
  const ALIKE = /(?<![\w.,])(?=(?:[ol.,]*\d){5})[\dol][.,]?[\dol]{6}(?!\w)/g;
  const DECISION = new RegExp(
    "(?:quyet dinh|qd)[ .:]*(?:so[ .:]*)?(?<after>\\d{1,6})(?:[^\\p{L}\\p{N}_]{1,3}(?:\\d{4}[^\\p{L}\\p{N}_]{1,3})?" +
    "(?:qd[^\\p{L}\\p{N}_]{1,3})?(?<by>[a-z]{2,8})?)?|(?<before>\\d{1,6})(?:[^\\p{L}\\p{N}_]{1,3}\\d{4})?" +
    "[^\\p{L}\\p{N}_]{0,3}qd(?:[^\\p{L}\\p{N}_]{1,3}(?<issuer>[a-z]{2,8}))?(?![\\p{L}\\p{N}_])", "u");

  // [code, the national code it rests on] or null.
  function reading(text) {
    const found = text.match(NATIONAL);
    if (found) return [text, found[1]];
    return FAMILIES.some((family) => family.test(text)) ? [text, ""] : null;
  }

  function readCode(raw) {
    const text = clean(raw).replace(/\s+/g, "").replace(/^[.,;:]+|[.,;:]+$/g, "").toUpperCase();
    const damaged = text.match(/^(\d)[.,](\d{1,6})$/) || text.match(/^(\d)(\d{6})$/);
    return reading(text) || (damaged && reading(`${damaged[1]}.${damaged[2].padEnd(6, "0")}`));
  }

  function codeSpellings(query) {
    const typed = clean(query).trim().toUpperCase();
    let found = readCode(typed);
    const parts = !found && typed.match(/^(\d)[ .,_-]*(\d{3})[ .,_-]*(\d{3})((?:[ .][\dA-Z.]+)?)$/);
    if (parts) {
      const base = `${parts[1]}.${parts[2]}${parts[3]}`;
      const suffix = parts[4].replace(/^[ .]+|[ .]+$/g, "").replaceAll(" ", ".");
      found = readCode(suffix ? `${base}.${suffix}` : base) || readCode(base);
    }
    return found ? unique(found.filter(Boolean)) : [];
  }

  function codesIn(cleaned) {
    if (cleaned.length > 200) return [];
    let spelled = codeSpellings(cleaned);
    if (!spelled.length) spelled = [...cleaned.matchAll(IN_TEXT)].flatMap((one) => [one[0], one[1]]);
    if (!spelled.length) spelled = (cleaned.match(SEVEN) || []).flatMap(codeSpellings);
    if (!spelled.length) {
      const alike = cleaned.toLowerCase().match(ALIKE) || [];
      spelled = alike.flatMap((code) => codeSpellings(code.replaceAll("o", "0").replaceAll("l", "1")));
    }
    return unique(spelled);
  }

  const digitsOf = (cleaned) => (/^[0-9][0-9 .,_-]*$/.test(cleaned) ? cleaned.replace(/\D/g, "") : "");
  const noZeros = (number) => number.replace(/^0+/, "") || "0";

  function foldDecision(raw) {
    let text = clean(raw).replace(/\s+/g, " ").trim().replace(/^(?:quyết\s*định|qđ)?\s*(?:số)?\s*[:.]?\s*(?=\d)/i, "");
    text = text.replace(/[\u2010-\u2015\u2212]/g, "-").replace(/\s*([/.-])\s*/g, "$1").replace(/[.,;:]+$/, "").toUpperCase();
    text = text.replace(/^(\d+)\.+\//, "$1/").replace(/\/QD-/g, "/QĐ-");
    text = fold(text).replace(/(\d)(?=qd(?![\p{L}\p{N}_]))/gu, "$1 ");
    const words = T.words(text.replace(/^(?:quyet dinh|qd)?[ .:]*(?:so)?[ .:]*(?=[0-9])/, ""));
    if (words.length && isNumber(words[0])) words[0] = noZeros(words[0]);
    return words.join(" ");
  }

  function decisionsIn(cleaned) {
    const found = fold(cleaned.slice(0, 200)).match(DECISION)?.groups;
    if (!found) return [];
    const number = noZeros(found.after || found.before), issuer = found.by || found.issuer || "";
    const spellings = [foldDecision(cleaned)];
    if (issuer && issuer !== "qd") spellings.push(`${number} qd ${issuer}`, `${number} ${issuer}`);
    if (!found.issuer) spellings.push(number);
    return unique(spellings);
  }

  // --- keystrokes
  const KEYS = {
    s: "\u0301", f: "\u0300", r: "\u0309", x: "\u0303", j: "\u0323", 1: "\u0301", 2: "\u0300", 3: "\u0309", 4: "\u0303", 5: "\u0323",
  };
  const SHAPES = [
    ["uow", "ươ"], ["uwow", "ươ"], ["aa", "â"], ["ee", "ê"], ["oo", "ô"], ["aw", "ă"], ["ow", "ơ"], ["uw", "ư"],
    ["u7o7", "ươ"], ["uo7", "ươ"], ["a6", "â"], ["e6", "ê"], ["o6", "ô"], ["a8", "ă"], ["o7", "ơ"], ["u7", "ư"],
  ];

  function decoded(typed) {
    const word = typed.toLowerCase().normalize("NFC"), vni = /\d/.test(word);
    if (vni && !(/^\p{L}/u.test(word) && (word.match(/\p{L}/gu) || []).length > 1)) return "";
    const first = [...word].map((char) => char.normalize("NFD")[0]).join("").search(/[aeiouyâăêôơư]/);
    if (first < 0) return "";
    let head = word.slice(0, first).replaceAll(vni ? "d9" : "dd", "đ"), tail = word.slice(first);
    if (head.startsWith("d") && tail.endsWith(vni ? "9" : "d")) { head = "đ" + head.slice(1); tail = tail.slice(0, -1); }
    else if (vni && head.startsWith("d") && tail.includes("9")) { head = "đ" + head.slice(1); tail = tail.replaceAll("9", ""); }
    const key = vni ? /[1-5]/g : /[sfrxj]/g, keys = tail.slice(1).match(key) || [];
    tail = tail[0] + tail.slice(1).replace(key, "");
    for (const [strokes, letter] of SHAPES) tail = tail.replaceAll(strokes, letter);
    const result = head + (keys.length ? (tail[0] + KEYS[keys.at(-1)] + tail.slice(1)).normalize("NFC") : tail);
    return result !== word && !/\d/.test(result) ? result : "";
  }

  const plain = (folded) => [["aa", "a"], ["ee", "e"], ["oo", "o"], ["dd", "d"], ["w", ""]]
    .reduce((text, [twice, once]) => text.replaceAll(twice, once), folded);

  // --- slips: a reading is {word, at: [first, how many], typed, weight, likeness}; a word [folded, typed].
  const as = (word, at, typed = [], weight = 1) => ({ word, at, typed, weight, likeness: null });
  const spelledAs = (folded, text) => {
    const marked = markedWords(text)[0] || folded;
    return [folded, bare(marked) === folded ? marked : folded];
  };
  const spelled = (folded, lexicon) => [folded, lexicon.marked(folded) || folded];

  function joined(words, raw, index, lexicon) {
    const first = words[index][0], second = words[index + 1][0], whole = first + second;
    if (whole.length > 7 || !lexicon.has(whole) || isNumber(whole) || lexicon.pair(first, second)) return [];
    const after = words[index + 2]?.[0] || "", before = index ? words[index - 1][0] : "";
    const neighbour = lexicon.pair(whole, after) || lexicon.pair(before, whole);
    if (!neighbour || (Math.min(first.length, second.length) > 1 && lexicon.has(first) && lexicon.has(second))) return [];
    return [as(spelledAs(whole, raw[index] + raw[index + 1]), [index, 2], [words[index], words[index + 1]], W.SLIP)];
  }

  function pieces(text, lexicon) {
    if (text.length < 4 || text.length > 40 || !/^\p{L}+$/u.test(text)) return [];
    let best = [[0, "", 0, []]];
    for (let end = 1; end <= text.length; end++) {
      for (let start = Math.max(0, end - 7); start < end; start++) {
        const piece = text.slice(start, end);
        if (!lexicon.has(piece)) continue;
        for (const [place, previous, score, cut] of [...best]) {
          const count = place !== start ? 0 : previous ? lexicon.pair(previous, piece) : 1;
          if (!count) continue;
          const value = score + Math.log(1 + count) / (1 + cut.length);
          const held = best.find((one) => one[0] === end && one[1] === piece);
          if (held && value > held[2]) [held[2], held[3]] = [value, [...cut, piece]];
          else if (!held) best.push([end, piece, value, [...cut, piece]]);
        }
      }
    }
    best = best.filter((one) => one[0] === text.length && one[3].length > 1);
    best.sort((a, b) => a[3].length - b[3].length || b[2] - a[2]);
    return best.length ? best[0][3] : [];
  }

  function glued(parts, typed, index) {
    let start = 0;
    const readings = parts.map((piece) => {
      const word = spelledAs(piece, typed.slice(start, (start += piece.length)));
      return as(word, [index, 1], [], W.KEYSTROKES);
    });
    readings[0].typed = [[fold(typed), typed.toLowerCase()]];
    return readings;
  }

  const SOUNDS = [["tr", "ch"], ["x", "s"], ["gi", "d"], ["r", "d"], ["ngh", "ng"], ["gh", "g"], ["y", "i"], ["k", "c"], ["l", "n"]];

  function soundsAlike(one, other) {
    for (const [first, second] of SOUNDS) { one = one.replaceAll(first, second); other = other.replaceAll(first, second); }
    return one === other;
  }

  function nearest(word, before, after, lexicon, sure) {
    let best = 0, chosen = "";
    for (const near of lexicon.near(word)) {
      const beside = Math.log1p(lexicon.pair(before, near)) + Math.log1p(lexicon.pair(near, after));
      let value = W.SLIP_NEIGHBOUR * beside + (sure ? 0 : Math.log1p(lexicon.count(near)));
      if (soundsAlike(word, near)) value *= W.SLIP_SOUND;
      if (value > best) [best, chosen] = [value, near];
    }
    return chosen;
  }

  function oneWord(words, raw, index, lexicon, before, known) {
    const word = words[index], folded = word[0], asTyped = [as(word, [index, 1])];
    if (lexicon.has(folded) || known.has(index) || isNumber(folded)) return asTyped;
    const meant = decoded(raw[index]);
    if (meant && lexicon.has(fold(meant))) {
      const marked = markedWords(meant)[0];
      return [as([bare(marked), marked], [index, 1], [word], W.KEYSTROKES)];
    }
    for (const text of unique([folded, plain(folded)])) {
      const parts = pieces(text, lexicon);
      if (parts.length) return glued(parts, text === folded ? raw[index] : text, index);
    }
    const previous = before.at(-1)?.word[0] || "", following = words[index + 1]?.[0] || "";
    const near = nearest(folded, previous, following, lexicon, folded.length < 4);
    return near ? [as(spelled(near, lexicon), [index, 1], [word], W.SLIP)] : asTyped;
  }

  function withLikenesses(readings, lexicon, known) {
    if (readings.length > W.SLIP_LONGEST) return readings;
    return readings.map((reading, index) => {
      const word = reading.word[0], before = readings[index - 1]?.word[0] || "", after = readings[index + 1]?.word[0] || "";
      const stranger = !(lexicon.pair(before, word) || lexicon.pair(word, after));
      if (reading.typed.length || known.has(reading.at[0]) || !stranger || isNumber(word) || word.length < 2) return reading;
      const near = nearest(word, before, after, lexicon, true);
      const seen = near && lexicon.pair(before, near) + lexicon.pair(near, after);
      return seen >= W.SLIP_SEEN ? { ...reading, likeness: spelled(near, lexicon) } : reading;
    });
  }

  function respelled(words, raw, lexicon, known, last) {
    if (!lexicon.documents) return words.map((word, index) => as(word, [index, 1]));
    const readings = [];
    for (let index = 0; index < words.length; ) {
      let found = index >= last ? [as(words[index], [index, 1])] : index + 1 < last ? joined(words, raw, index, lexicon) : [];
      if (!found.length) found = oneWord(words, raw, index, lexicon, readings, known);
      readings.push(...found);
      index = found.at(-1).at[0] + found.at(-1).at[1];
    }
    return withLikenesses(readings, lexicon, known);
  }

  function correctedText(readings, raw) {
    if (readings.every((one) => one.weight === 1)) return "";
    const parts = [];
    let told = null;
    for (const one of readings) {
      if (one.weight < 1) parts.push(shown(one.word[1]));
      else if (!told || one.at[0] !== told[0] || one.at[1] !== told[1]) {
        told = one.at;
        parts.push(...raw.slice(told[0], told[0] + told[1]).map((word) => word.toLowerCase()));
      }
    }
    return parts.join(" ");
  }

  Object.assign(T, { codesIn, correctedText, decisionsIn, digitsOf, respelled });
})(self.timKiem);
