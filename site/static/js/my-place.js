// "Nơi của tôi": the reader's commune, kept on this device only; pages then lead to its own page. Never a cookie.
(function () {
  "use strict";
  var KEY = "noi-cua-toi";
  function read() {
    try {
      var kept = JSON.parse(localStorage.getItem(KEY));
      return kept && /^[-\w]+$/.test(kept.slug) && /^[-\w]+$/.test(kept.province) ? kept : null;
    } catch (error) { return null; }
  }
  function keep(value) {
    try {
      if (value) localStorage.setItem(KEY, JSON.stringify(value)); else localStorage.removeItem(KEY);
    } catch (error) { /* a device that keeps nothing: the links still lead on */ }
  }
  function link(address, text, name) {
    var made = document.createElement("a");
    made.href = address;
    made.textContent = text;
    if (name) made.className = name;
    return made;
  }
  function button(text, act) {
    var made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }
  function label(place) {
    if (place.slug === place.province) return place.name;
    return place.name + ", " + place.provinceName.charAt(0).toLowerCase() + place.provinceName.slice(1);
  }
  function forget() { keep(null); location.reload(); }

  var place = read();

  document.querySelectorAll("a[data-place]").forEach(function (one) {
    one.addEventListener("click", function () {
      var province = one.closest("[data-province]").dataset;
      keep({ slug: one.dataset.place, name: one.dataset.name || one.textContent.trim(),
             province: province.province, provinceName: province.provinceName });
    });
  });

  var offered = document.querySelector("[data-my-place]");
  if (offered && place) {
    var toProvince = offered.dataset.myPlace === "province";
    var slug = toProvince ? place.province : place.slug;
    var text = toProvince ? place.provinceName : label(place);
    // Right under the name: the local page answers more, and is one touch away.
    var line = document.createElement("p");
    line.className = "at";
    line.append(link(offered.dataset.at.replace("_noi_", slug), offered.dataset.say + " " + text, "more"));
    document.querySelector("h1").after(line);
  }

  var menu = document.querySelector("[data-my-place-menu]");
  if (menu && place) {
    menu.textContent = place.name;
    menu.href = menu.getAttribute("href").replace("/chon-noi/", "/co-quan/" + place.slug + "/");
  }

  var now = document.querySelector("[data-my-place-now]");
  if (now && place) {
    now.append(now.dataset.say + " ", link(now.dataset.at.replace("_noi_", place.slug), label(place), "more"), " ", button(now.dataset.forget, forget));
    now.hidden = false;
  }

  var here = document.querySelector("[data-remember]");
  if (here) {
    var own = here.dataset;
    if (place && place.slug === own.place) {
      here.replaceChildren(own.chosen + " ", button(own.forget, forget));
    } else {
      here.querySelector("button").addEventListener("click", function () {
        keep({ slug: own.place, name: own.name, province: own.province, provinceName: own.provinceName });
        location.reload();
      });
    }
    here.hidden = false;
  }
})();
