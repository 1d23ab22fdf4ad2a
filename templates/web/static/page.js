"use strict";
// The keyboard. Everything here can be done without it, too: it only presses what is on the page.
(() => {
  const one = (selector) => document.querySelector(selector);
  const rows = () => [...document.querySelectorAll(".rows a")];
  const press = (selector) => { const found = one(selector); if (found) found.click(); };
  const typing = (target) => target.matches("input:not([type=checkbox]), textarea, select");

  const move = (step) => {
    const all = rows();
    if (!all.length) return;
    const now = all.indexOf(document.activeElement);
    const next = now < 0 ? (step > 0 ? 0 : all.length - 1) : now + step;
    all[Math.min(Math.max(next, 0), all.length - 1)].focus();
  };
  const focus = (selector) => {
    const found = one(selector);
    if (!found) return;
    found.focus();
    if (found.setSelectionRange) found.setSelectionRange(found.value.length, found.value.length);
  };
  // the other answers that would fit, one after the other; Enter takes one
  const swap = () => {
    const choices = [...document.querySelectorAll("[data-key=s]")];
    if (!choices.length) return;
    const next = choices[(choices.indexOf(document.activeElement) + 1) % choices.length];
    next.closest("details").open = true;
    next.focus();
  };

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    a: () => press("[data-key=a]"),
    l: () => focus("#line"),
    e: () => focus("#text"),
    s: swap,
    h: () => press("[data-key=h]"),
    n: () => press("[data-key=n]"),
    r: () => press("[data-key=r]"),
    u: () => press("[data-key=u]"),
    w: () => press("[data-key=w]"),
    "/": () => { if (one("#q")) focus("#q"); else location.assign("/search"); },
    "?": () => location.assign("/keys"),
    Escape: () => { if (location.pathname !== "/") location.assign("/"); },
  };

  document.addEventListener("keydown", (event) => {
    if (event.target.form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      press("[data-key=a]");
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const does = keys[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  });

  // come back to what is there now, unless something was begun here
  const isUntouched = () => [...document.querySelectorAll("textarea, input:not([type=hidden])")]
    .every((one) => one.value === one.defaultValue) && !document.activeElement.closest("form, .rows");
  const refresh = () => {
    const changes = location.pathname === "/" || location.pathname.startsWith("/letter/");
    if (changes && document.visibilityState === "visible" && isUntouched()) location.reload();
  };
  document.addEventListener("visibilitychange", refresh);
  if (location.pathname === "/") setInterval(refresh, 60_000);

  // a form leaves once, however often the button is pressed
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.left) event.preventDefault();
    event.target.dataset.left = "yes";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.left;
  });
})();
