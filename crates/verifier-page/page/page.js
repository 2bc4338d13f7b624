"use strict";
// Hands what the reader gives to the verifier and shows its answer. All text goes in as text, never as markup.

const TRAY = { evidence: 0, log: 1, witnesses: 2, file: 3 };
const PIECE = 1 << 20;
const LARGEST_EVIDENCE = 256 << 20;
const LARGEST_KEYS = 1 << 20;
const ENTRIES = 500;
// Class, mark: never by colour alone.
const CHIPS = {
  "Verified": ["nothing", "✓"], "Refused": ["found", "!"], "Cannot tell": ["unknown", "?"], "Split proven": ["found", "!"],
  "Can't be read": ["unknown", "?"], "Found": ["found", "!"], "Nothing found": ["nothing", "✓"],
};

const field = (id) => document.getElementById(id);
let compiled;
let asked = 0;

function module() {
  compiled ??= WebAssembly.compile(Uint8Array.from(atob(field("module").textContent), (letter) => letter.charCodeAt(0)));
  return compiled;
}

function put(desk, tray, bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length - bytes.length % 4;
  for (let at = 0; at < whole; at += 4) desk.put(tray, view.getUint32(at, true), 4);
  for (let at = whole; at < bytes.length; at += 1) desk.put(tray, bytes[at], 1);
}

async function putFile(desk, tray, file) {
  desk.put(tray, 0, 0);
  for (let at = 0; at < file.size; at += PIECE) {
    put(desk, tray, new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()));
  }
}

function answer(desk, length) {
  const view = new DataView(new ArrayBuffer(length + 3));
  for (let at = 0; at < length; at += 4) {
    const word = desk.get(at / 4);
    for (let byte = 0; byte < 4 && at + byte < length; byte += 1) view.setUint8(at + byte, word >>> 8 * byte & 255);
  }
  return JSON.parse(new TextDecoder().decode(new Uint8Array(view.buffer, 0, length)));
}

// Each question has a desk of its own: nothing of an earlier one lies there.
async function ask(given) {
  if (given.evidence.size > LARGEST_EVIDENCE) {
    return { unreadable: "evidence", why: "it has more than 256 MiB: the command reads it from disk" };
  }
  const desk = (await WebAssembly.instantiate(await module(), {})).exports;
  await putFile(desk, TRAY.evidence, given.evidence);
  put(desk, TRAY.log, new TextEncoder().encode(given.log));
  put(desk, TRAY.witnesses, new TextEncoder().encode(given.witnesses));
  if (given.held) await putFile(desk, TRAY.file, given.held);
  return answer(desk, desk.judge(given.quorum, given.now));
}

function given() {
  return {
    evidence: field("evidence").files[0], held: field("held").files[0], log: field("log").value,
    witnesses: field("witnesses").value, quorum: Number(field("quorum").value) || 0, now: Math.floor(Date.now() / 1000),
  };
}

async function check() {
  const mine = asked += 1;
  const reader = given();
  if (!reader.evidence) return show({ unreadable: "evidence", why: "choose the file to be checked first" });
  field("check").disabled = true;
  let said;
  try {
    said = await ask(reader);
  } catch (error) {
    said = { unreadable: "evidence", why: `this page failed over it (${error}); please report that` };
  }
  if (mine !== asked) return;
  field("check").disabled = false;
  show(said);
}

function element(name, kind, ...inside) {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  made.append(...inside);
  return made;
}

function chip(verdict) {
  const [kind, mark] = CHIPS[verdict] ?? ["unknown", "?"];
  const shape = element("b", "", mark);
  shape.setAttribute("aria-hidden", "true");
  return element("span", `chip ${kind}`, shape, verdict);
}

function lines(pairs) {
  return element("dl", "", ...pairs.flatMap(({ label, text }) => [element("dt", "", label), element("dd", "", text)]));
}

function part(title, kind, items) {
  if (!items.length) return [];
  return [element("h3", "", title), element("ul", kind, ...items.map((item) => element("li", "", item)))];
}

function told(said) {
  const heading = element(said.question ? "h4" : "h3", "said", chip(said.verdict), " ", said.heading);
  return element("div", said.question ? "question" : "office", heading, lines(said.lines));
}

function entry(shown) {
  const closed = shown.closed.length ? [element("p", "small", `Not opened here: what is for ${shown.closed.join(", ")}.`)] : [];
  const title = element("summary", "", `Entry ${shown.index.toLocaleString("en")}: ${shown.kind}`);
  return element("details", "entry", title, lines(shown.lines), ...closed);
}

function entries(all) {
  if (!all.length) return [];
  const more = all.length > ENTRIES ? [element("p", "small", `And ${all.length - ENTRIES} more.`)] : [];
  return [element("h3", "", "The entries"), ...all.slice(0, ENTRIES).map(entry), ...more];
}

function show(said) {
  const verdict = said.unreadable ? "Can't be read" : said.verdict;
  const headline = said.unreadable ? `The ${said.unreadable} can't be read.` : said.headline;
  const title = element("h2", "verdict", chip(verdict), " ", headline);
  title.id = "verdict";
  const why = said.unreadable ? [said.why] : said.why;
  const reasons = why.length ? [element("ul", "why", ...why.map((reason) => element("li", "", reason)))] : [];
  const body = said.unreadable ? [] : [
    ...said.said.length ? [element("h3", "first", "What the office said"), ...said.said.map(told)] : [],
    ...part("What is proven", "proven", said.proven), ...part("What is not proven", "open", said.not_proven),
    ...part("Which time it rests on", "time", said.time), ...entries(said.entries),
  ];
  const result = field("result");
  result.className = (CHIPS[verdict] ?? ["unknown"])[0];
  result.hidden = false;
  result.replaceChildren(title, ...reasons, ...body);
  result.focus({ preventScroll: true });
  result.scrollIntoView({ block: "start" });
}

// A result must not stand beside other evidence than it is about.
function forget() {
  asked += 1;
  field("check").disabled = false;
  field("result").hidden = true;
  field("result").replaceChildren();
}

async function loadKeys(id) {
  const [file] = field(`${id}-file`).files;
  if (!file) return;
  if (file.size > LARGEST_KEYS) return show({ unreadable: "keys", why: `${file.name} is longer than any file of keys` });
  field(id).value = await file.text();
  forget();
}

field("form").addEventListener("submit", (event) => {
  event.preventDefault();
  check();
});
field("form").addEventListener("input", forget);
for (const id of ["log", "witnesses"]) field(`${id}-file`).addEventListener("change", () => loadKeys(id));
// A file dropped on another field is meant for that one.
const elsewhere = (event) => event.target.type === "file" && event.target !== field("evidence");
addEventListener("dragover", (event) => {
  if (elsewhere(event)) return;
  event.preventDefault();
  field("drop").classList.add("over");
});
addEventListener("dragleave", () => field("drop").classList.remove("over"));
addEventListener("drop", (event) => {
  if (elsewhere(event)) return;
  event.preventDefault();
  field("drop").classList.remove("over");
  if (event.dataTransfer.files.length) {
    field("evidence").files = event.dataTransfer.files;
    forget();
  }
});
