// Vietnamese text as the server's search sees it (cms/text.py, search/words.py): proven by the same vectors.
((T) => {
  "use strict";
  const LOOK_ALIKES = { "\u00d0": "Đ", "\u00f0": "đ", "\u0189": "Đ", "\u0256": "đ" };
  const KINDS = [
    [/[\u034f\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u, ""], [/\p{Co}/u, "•"], [/[\p{Zs}\u115f\u1160\u3164\uffa0\u2800]/u, " "],
    [/[\p{Zl}\p{Zp}\r\v\f\x85]/u, "\n"], [/\p{Cf}/u, ""], [/\p{Cc}/u, ""], [/\p{Cs}/u, "\ufffd"],
  ];
  const SUSPECT = /[^\n\t -~À-ÏÑ-ïñ-ž\u0300-\u0323Ơơ\u01af\u01b0Ạ-ỹ–—“”‘’…•]/gu;
  const WORD = /[\p{L}\p{N}]+/gu, MARKS = /\p{Mn}/gu;
  const TONES = { "\u0300": "α", "\u0309": "β", "\u0303": "γ", "\u0301": "δ", "\u0323": "ε" };

  function repaired(char) {
    if (LOOK_ALIKES[char]) return LOOK_ALIKES[char];
    const found = KINDS.find(([kind]) => kind.test(char));
    return found ? found[1] : char;
  }

  const clean = (raw) => raw.replaceAll("\r\n", "\n").replace(SUSPECT, repaired).normalize("NFC");
  const fold = (text) => text.normalize("NFC").toLowerCase().normalize("NFD").replaceAll("đ", "d").replace(MARKS, "")
    .normalize("NFC");
  const words = (text) => text.match(WORD) || [];
  const foldWords = (text) => words(fold(text));

  function kept(make) {
    const known = new Map();
    return (one) => {
      let found = known.get(one);
      if (found === undefined) known.set(one, (found = make(one)));
      return found;
    };
  }

  // The word with its tone as a Greek letter at the end: hoà and hòa are one.
  const toneLast = kept((word) => {
    let tone = "";
    const letters = [...word.normalize("NFD")].filter((char) => !(TONES[char] && (tone = TONES[char])));
    return letters.join("").normalize("NFC") + tone;
  });
  const markedWords = (text) => words(clean(text).toLowerCase()).map(toneLast);
  const split = (marked) => "αβγδε".includes(marked.slice(-1)) && marked ? [marked.slice(-1), marked.slice(0, -1)] : ["", marked];
  const bare = kept((marked) => fold(split(marked)[1]));

  const SAME = 1, FITS = 0.9, CONTRADICTS = 0.4;

  function fits(typed, found) {
    const [tone, letters] = split(typed), [foundTone, foundLetters] = split(found);
    if (tone && tone !== foundTone) return false;
    const mine = [...letters], theirs = [...foundLetters];
    return mine.length === theirs.length && mine.every((one, at) => one === theirs[at] || one === fold(theirs[at]));
  }

  const agreement = (typed, found) => (typed === found ? SAME : fits(typed, found) ? FITS : CONTRADICTS);

  // Where the tone stands in the old style (hòa, thủy).
  function bearer(letters) {
    let places = [...letters].map((char, at) => ("aăâeêioôơuưy".includes(char) ? at : -1)).filter((at) => at >= 0);
    if (places.length > 1 && ["qu", "gi"].includes(letters.slice(0, 2))) places = places.slice(1);
    const own = places.filter((at) => "ăâêôơư".includes(letters[at]));
    if (own.length) return own.at(-1);
    if (places.length > 1 && places.at(-1) === letters.length - 1) return places.at(-2);
    return places.length ? places.at(-1) : letters.length - 1;
  }

  function shown(marked) {
    const [tone, letters] = split(marked);
    if (!tone) return letters;
    const mark = Object.keys(TONES).find((one) => TONES[one] === tone), place = bearer(letters);
    return (letters.slice(0, place + 1) + mark + letters.slice(place + 1)).normalize("NFC");
  }

  // Numbers as `portal.export.searching.numbers` writes them.
  const DIGITS = new Int16Array(128).fill(-1);
  for (let code = 32, at = 0; code < 127; code++) if (code !== 34 && code !== 92) DIGITS[code] = at++;

  function numbers(text) {
    const found = [];
    let factor = 1, value = 0;
    for (let at = 0; at < text.length; at++) {
      const digit = DIGITS[text.charCodeAt(at)];
      if (digit < 46) { found.push(value + digit * factor); factor = 1; value = 0; }
      else { value += (digit - 46) * factor; factor *= 46; }
    }
    return found;
  }

  function steps(text) {
    let sum = 0;
    return numbers(text).map((step) => (sum += step));
  }

  const unique = (some) => [...new Set(some)];
  const isNumber = (word) => /^\p{Nd}+$/u.test(word);
  Object.assign(T, {
    agreement, bare, clean, fits, fold, foldWords, isNumber, kept, markedWords, numbers, shown, split, steps, unique, words,
    CONTRADICTS, SAME,
  });
})(self.timKiem);
