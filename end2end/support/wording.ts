// Reads all words that a screen shows or tells a screen reader, and finds those in the wrong language.
import type { Page } from '@playwright/test';
import type { Language } from './screens';

/**
 * What came from a broker, from a person, or from the standard: it reads the same in every language. A text of the app
 * has no place here.
 */
export const DATA = [
  // Topics and payloads, wherever they are listed.
  '[data-cell="topic"]',
  '[data-testid="message-row"] [data-cell="content"]',
  '[data-testid="trace-row"] [data-cell="content"]',
  '[data-testid="trail-line"] .mono',
  '[data-testid="topic-node"]',
  // Identifiers, names and units of a product's model.
  '.val .mono',
  '.val .nt',
  '.val .un',
  '[data-testid="model-choose"]',
  '[data-testid="model-property"] .u',
  '[data-testid="model-event"]',
  '[data-testid="model-command"]',
  '[data-testid="property-panel"] .fg3.ell',
  '[data-testid="event-choice"] option',
  '[data-testid="simulation-add"] option[value]:not([value=""])',
  '.val-ends',
  '[data-testid="filter-topic"]',
  '[data-testid="subscription"] .mono',
  // What is set apart from the sentence round it, because anything may stand in it.
  'bdi',
  // A payload opened up, and a packet's bytes.
  '[data-testid="tree-row"] .k',
  '[data-testid="tree-row"] .v',
  '[data-testid="diff-line"]',
  '[data-testid="inspector-topic"]',
  '.tree .nm',
  '.tree .v',
  '.hex',
  '.code',
  'pre',
  'code',
  'kbd',
  // Names that people gave: of a session, of a device, of a host.
  '[data-testid="session-tab"] .name',
  '.strip .ident',
  '.strip .addr',
].join(', ');

/**
 * Words that stay as they are in Chinese, with the reason. Words in capitals alone (MQTT, PUBLISH, JSON, QoS 0), words
 * with a capital inside (ProductSN, RetCode, WebSocket, UCloud) and whatever holds a sign or a digit (`$system`,
 * `base64`, topics, hosts) are technical by their form, and not listed.
 */
const STAYS = [
  // The guide's product terms: a Topic is called Topic in the console.
  'Topic',
  // MQTT's name for the server, and the platform's own name, UIoT Core.
  'Broker', 'Core',
  // Fields of CONNECT and of PUBLISH, and the column of acknowledgements.
  'Password', 'Username', 'Payload', 'Ack',
  // Regions of the platform.
  'cn-gd', 'cn-sh2', 'cn-bj2',
  // MQTT's own name of a flag, and its short forms in packets (guide, section 8: never translated).
  'Clean', 'clean', 'session', 'Session', 'Will', 'Retain', 'retain', 'Dup', 'Keep', 'Alive',
  // Names of formats and of things that have no other name.
  'Hex', 'hex', 'Base', 'Arduino', 'Chromium', 'Chrome', 'Firefox', 'Safari', 'Rust', 'Mosquitto', 'Unicode', 'Unix', 'Ping', 'Shift', 'Ctrl', 'Alt', 'Enter', 'Esc', 'Tab', 'Space', 'Home', 'End',
  // Types and access modes of the thing model, as its files have them.
  'bool', 'string', 'enum', 'date', 'array', 'struct', 'rw', 'r',
  // Types of JSON, and what the platform calls the parameters of a command.
  'object', 'number', 'boolean', 'null', 'Input', 'Output',
  // Keys and methods of the shadow's messages (guide, section 8: JSON keys are never translated).
  'Reported', 'Desired', 'Version', 'update',
  // Units.
  'ms', 'kB', 'min', 'px',
  // The other language calls itself so.
  'English', 'EN',
  // Addresses.
  'ws', 'wss', 'mqtt', 'http', 'https',
  // What browsers call it in every language.
  'cookie',
];

interface Said {
  where: string;
  text: string;
}

/** All that a screen says: texts, names, tooltips, placeholders. What is hidden from everybody is left out. */
export async function everythingSaid(page: Page): Promise<Said[]> {
  return page.evaluate((data) => {
    const said: { where: string; text: string }[] = [];
    const root = document.documentElement;
    const name = (element: Element): string => {
      const named = element.closest<HTMLElement>('[data-testid]');
      const own = element.tagName.toLowerCase() + (element.classList.length ? `.${[...element.classList].join('.')}` : '');
      return named ? `${own} in ${named.dataset['testid']}` : own;
    };
    const counts = (element: Element): boolean => {
      const shown = element instanceof HTMLOptionElement ? element.closest('select') : element;
      if (!shown?.checkVisibility({ visibilityProperty: true })) return false;
      // Foreign text says so itself, and a language calls itself by its own name.
      const speaks = element.closest('[lang]');
      if (speaks !== null && speaks !== root) return false;
      return element.closest('script, style, noscript, svg') === null && element.closest('option[value="zh"], [data-option="zh"]') === null;
    };
    const isData = (element: Element): boolean => element.closest(data) !== null;
    const add = (element: Element, what: string, text: string | null): void => {
      const trimmed = text?.replace(/\s+/g, ' ').trim();
      if (trimmed) said.push({ where: `${what}${name(element)}`, text: trimmed });
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      // What a person typed is no text of the app.
      if (parent && parent.tagName !== 'TEXTAREA' && counts(parent) && !isData(parent)) add(parent, '', node.nodeValue);
    }
    for (const element of document.body.querySelectorAll('*')) {
      if (!counts(element)) continue;
      for (const attribute of ['title', 'aria-label', 'placeholder', 'alt', 'aria-description', 'aria-valuetext', 'aria-roledescription', 'aria-placeholder', 'label']) {
        // A tooltip on data, or on a line of a packet's fields, tells the whole of what it is on.
        const whole = attribute === 'title' && (isData(element) || element.matches('[data-testid="wire-field"], [data-testid="request-template"]'));
        // The control of a value is called after what the model calls it.
        if (element.matches('.val *, [data-testid="model-tick"], [data-testid="event-include"]')) continue;
        if (element.hasAttribute(attribute) && !whole) add(element, `${attribute} of `, element.getAttribute(attribute));
      }
      for (const pseudo of ['::before', '::after']) {
        const content = getComputedStyle(element, pseudo).content;
        if (/^"/.test(content)) add(element, `${pseudo} of `, content.slice(1, -1));
      }
    }
    said.push({ where: 'title of the page', text: document.title });
    return said;
  }, DATA);
}

const HAN = /\p{Script=Han}/u;
/** Latin punctuation straight after a Chinese word. */
const HALF_WIDTH = /\p{Script=Han}[,;?!]|\p{Script=Han}[.:](?=\s|$)/u;

/** Words of a text that are English and have no reason to be. */
export function englishIn(text: string): string[] {
  return text
    .split(/[\s\p{Script=Han}，。；：、（）“”‘’？！《》·…—–→←↑↓×≥≤]+/u)
    // The keys of a filter: `topic:`.
    .filter((word) => !/^[a-z]+:/.test(word))
    .map((word) => word.replace(/^[("'[]+|[)"'\],;:.?!]+$/g, ''))
    .filter((word) => /^[A-Za-z][A-Za-z'-]*[A-Za-z]$/.test(word) && !STAYS.includes(word))
    .flatMap((word) => word.split(/['-]/))
    .filter((word) => word.length > 1 && word !== word.toUpperCase() && !/[a-z][A-Z]|[A-Z]{2}/.test(word) && !STAYS.includes(word));
}

/** What is not in `language`, or not written as it should be. */
export function foreignIn(said: Said[], language: Language): string[] {
  const found: string[] = [];
  for (const { where, text } of said) {
    // Each language calls itself by its own name.
    if (language === 'en') {
      if (HAN.test(text.replace('中文', ''))) found.push(`${where}: “${text}” has Chinese in it`);
      continue;
    }
    const english = englishIn(text);
    if (english.length > 0) found.push(`${where}: “${text}” has English in it: ${english.join(', ')}`);
    if (HALF_WIDTH.test(text)) found.push(`${where}: “${text}” has half-width punctuation`);
  }
  return [...new Set(found)];
}

/** What a screen says in the wrong language. */
export const foreign = async (page: Page, language: Language): Promise<string[]> => foreignIn(await everythingSaid(page), language);
