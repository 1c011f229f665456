// The service worker: keeps all files of one version of the site, so that the tool opens without a network, and from one
// version as a whole. The build writes the two lines below; src/delivery/worker.rs is the page's side.
//
// It only answers for this folder: for the page itself, for what is listed, and for what a tab with the version before
// still needs. All else (the guide's pictures, the one file, brokers, firmware) goes to the network as if it were not here.
"use strict";

/** Differs whenever a file does. */
const VERSION = "0";
/** Names relative to this folder; a name and its integrity as a pair are checked when they are fetched. */
const FILES = [];

const SCOPE = new URL(self.registration.scope);
const PAGE = new URL("index.html", SCOPE).href;
// Caches belong to the whole origin, on which there may be other tools, and this one in other folders.
const OURS = `uiot-testbench ${SCOPE.pathname} `;
const CACHE = OURS + VERSION;
/** An entry of each cache that was ever in use: when that began. No file has such a name. */
const SINCE = new URL("?since", SCOPE).href;

const listed = [["index.html"], ...FILES.map((file) => [file].flat())];
const files = new Map(listed.map(([name, integrity]) => [new URL(name, SCOPE).href, integrity]));

/** An address without what does not matter for a file. */
const plain = (address) => address.split(/[?#]/, 1)[0];

/** The name of a file whose content never changes: what the page fetched itself a moment ago need not come again. */
const LASTING = /-[0-9a-f]{16}\.[a-z]+$/;

/** One file as the server has it now, whatever the browser's own cache holds. */
async function fetched([url, integrity]) {
  const response = await fetch(url, { cache: LASTING.test(url) ? "default" : "reload", integrity });
  const type = response.headers.get("content-type") ?? "";
  // Many hosts answer with a page of their own for a file that they do not have.
  if (!response.ok || (type.startsWith("text/html") && !url.endsWith(".html"))) {
    throw new Error(`${url}: ${response.status} ${type}`);
  }
  // What was redirected (to the folder, say) may not answer for a page.
  return response.redirected ? new Response(await response.blob(), { headers: response.headers }) : response;
}

/** All or nothing: without one of its files a version does not begin, and the one before goes on. */
async function keep() {
  const before = await caches.has(CACHE);
  try {
    const responses = await Promise.all(Array.from(files, async (file) => [file[0], await fetched(file)]));
    const cache = await caches.open(CACHE);
    await Promise.all(responses.map(([url, response]) => cache.put(url, response)));
  } catch (error) {
    if (!before) await caches.delete(CACHE);
    throw error;
  }
}

/** The caches of this folder's other versions that were in use, the last one first; and those that never were. */
async function others() {
  const names = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== CACHE);
  const since = async (name) => Number(await (await (await caches.open(name)).match(SINCE))?.text()) || 0;
  const all = await Promise.all(names.map(async (name) => [name, await since(name)]));
  return {
    used: all.filter(([, at]) => at > 0).sort(([, a], [, b]) => b - a).map(([name]) => name),
    unused: all.filter(([, at]) => at === 0).map(([name]) => name),
  };
}

/** The version before stays, for the tabs that still run it; what is older goes. */
async function begin() {
  await (await caches.open(CACHE)).put(SINCE, new Response(String(Date.now())));
  const { used, unused } = await others();
  const { installing, waiting } = self.registration;
  // What was never in use may be the one that just comes.
  const old = installing || waiting ? used.slice(1) : [...used.slice(1), ...unused];
  await Promise.all(old.map((name) => caches.delete(name)));
  // The tab of the first visit gets its parts from here too, and all tabs hear that another version is in force.
  await self.clients.claim();
}

/** A file of this version; from the network if the browser threw it away. */
async function ours(url, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(url)) ?? fetch(request);
}

/** A part of a version that a tab still runs. */
async function earlier(url, request) {
  for (const name of (await others()).used) {
    const found = await (await caches.open(name)).match(url);
    if (found) return found;
  }
  return fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(keep()));
self.addEventListener("activate", (event) => event.waitUntil(begin()));

// Only when a person asks for it: a new version never takes a page away.
self.addEventListener("message", (event) => {
  if (event.data?.type === "activate") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = plain(request.url);
  if (request.method !== "GET" || !url.startsWith(SCOPE.href)) return;
  if (request.mode === "navigate" && url === SCOPE.href) {
    event.respondWith(ours(PAGE, request));
  } else if (files.has(url)) {
    event.respondWith(ours(url, request));
  } else if (/^[^/]+\.(?:wasm|js|css)$/.test(url.slice(SCOPE.href.length))) {
    event.respondWith(earlier(url, request));
  }
});
