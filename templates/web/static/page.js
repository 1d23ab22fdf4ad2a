"use strict";
// The keyboard. Everything here can be done without it, too: it only presses what is on the page.
(() => {
  const one = (selector) => document.querySelector(selector);
  const rows = () => [...document.querySelectorAll(".rows a")];
  const press = (selector) => { const found = one(selector); if (found) found.click(); };
  document.documentElement.classList.add("script");
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
  // what can be chosen, one after the other; Enter takes one
  const choose = (selector) => {
    const choices = [...document.querySelectorAll(selector)];
    if (!choices.length) return;
    const next = choices[(choices.indexOf(document.activeElement) + 1) % choices.length];
    const folded = next.closest("details");
    if (folded) folded.open = true;
    next.focus();
  };

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    l: () => focus("#line"),
    e: () => focus("#text"),
    s: () => choose("[data-key=s]"),
    x: () => choose("[data-key=x]"),
    z: () => choose("#until"),
    "/": () => { if (one("#q")) focus("#q"); else location.assign("/search"); },
    "?": () => location.assign("/keys"),
    Escape: () => { if (location.pathname !== "/") location.assign("/"); },
  };
  for (const key of "ahnrubyo") keys[key] = () => press(`[data-key=${key}]`);

  document.addEventListener("keydown", (event) => {
    if (event.target.form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      press("[data-key=a]");
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
    if (localStorage.getItem("keys") === "off") return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const does = keys[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  });

  // a line that was begun is still there when she comes back to the letter, until it is used
  const line = one("#line");
  if (line) {
    const name = `line ${line.dataset.draft}`;
    line.value = line.value || sessionStorage.getItem(name) || "";
    line.addEventListener("input", () => sessionStorage.setItem(name, line.value));
    line.form.addEventListener("submit", (event) => {
      const action = event.submitter?.getAttribute("formaction") || event.target.action;
      if (/(approve|edit)$/.test(action)) sessionStorage.removeItem(name);
    });
  }

  // on a wide screen the letter stands beside the reply, unfolded
  const letter = one("details.whole");
  if (letter && matchMedia("(min-width: 62rem)").matches) letter.open = true;

  // where the browser does not do it by itself, the field is as high as its text
  const text = one("#text");
  const grow = () => { text.style.height = "auto"; text.style.height = `${text.scrollHeight + 2}px`; };
  if (text && !CSS.supports("field-sizing", "content")) {
    text.addEventListener("input", grow);
    grow();
  }

  // the whole reply has been on the screen before it can be sent: how far down she has read it
  const sends = one("button.sends");
  if (text && sends) {
    let read = 0;
    const isRead = () => read >= text.offsetHeight - 24; // the last line, without its padding
    const bar = one(".bar");
    const look = () => {
      const box = text.getBoundingClientRect();
      const end = Math.min(innerHeight, bar.getBoundingClientRect().top); // the bar lies over the text
      if (-box.top <= read + 8) read = Math.max(read, Math.min(end - box.top, box.height));
      sends.setAttribute("aria-disabled", String(!isRead()));
      one("#unread").hidden = isRead();
    };
    for (const event of ["scroll", "resize", "pageshow"]) addEventListener(event, look, { passive: true });
    text.addEventListener("input", look);
    document.addEventListener("toggle", look, true);
    look();
    text.form.addEventListener("submit", (event) => {
      if (event.submitter !== sends || isRead()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      scrollTo(0, scrollY + text.getBoundingClientRect().top + Math.max(0, read - 48));
      look();
    });
  }

  // who speaks to her computer turns single keys off (WCAG 2.1.4)
  const choice = one("#single-keys");
  if (choice) {
    choice.checked = localStorage.getItem("keys") !== "off";
    choice.closest("p").hidden = false;
    choice.addEventListener("change", () => localStorage.setItem("keys", choice.checked ? "on" : "off"));
  }

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
