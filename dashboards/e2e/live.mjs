// The browser test: signs in, watches the live page, places an order through the API and expects to
// see it within the time that was promised. It speaks to a running chain:
//
//   BASE_URL   address of the console, such as http://127.0.0.1:8080
//   USER_NAME, USER_PASSWORD   somebody who may sell and see figures at the store
//   STORE, SKU   codes to sell; without them the first store and product that the API lists
//   CHROMIUM   the browser, default /usr/bin/chromium
//   SHOTS      a folder for screenshots, default none
//
// It ends with status 0, or says what went wrong and ends with 1.
import { mkdir } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import process from 'node:process';
import { chromium } from 'playwright-core';

const promisedMS = 2_000;

const env = (name, otherwise) => {
  const value = process.env[name] ?? otherwise;
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};

const base = env('BASE_URL').replace(/\/$/, '');

function check(condition, message) {
  if (!condition) throw new Error(message);
  console.log('ok:', message);
}

async function api(token, method, route, body) {
  const headers = { 'Content-Type': 'application/json' };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (method === 'POST') headers['Idempotency-Key'] = randomUUID();
  const answer = await fetch(base + route, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${route} answered ${answer.status}: ${text}`);
  return text ? JSON.parse(text) : undefined;
}

// goods finds something to sell and makes sure that the store has it.
async function goods(token) {
  const first = async (list) => {
    const page = await api(token, 'GET', `/v1/${list}?limit=1`);
    if (!page.items?.length) throw new Error(`the chain has no ${list}: load some first`);
    return page.items[0].code;
  };
  const store = process.env.STORE ?? (await first('stores'));
  const sku = process.env.SKU ?? (await first('products'));
  const move = { idempotency_key: randomUUID(), store, sku, kind: 'receive', qty: 10 };
  const { results } = await api(token, 'POST', '/v1/stock/moves', { moves: [move] });
  check(results[0].status < 300, `store ${store} received 10 of ${sku}`);
  return { store, sku };
}

const number = (text) => Number(text.replace(/[^0-9.-]/g, ''));

async function figure(page, name) {
  return number(await page.locator(`[data-figure=${name}]`).innerText());
}

async function signIn(page, user, password) {
  await page.goto(`${base}/?lang=zh-CN`);
  await page.locator('input[name=user]').fill(user);
  await page.locator('input[name=password]').fill(password);
  await page.locator('button[type=submit]').click();
  await page.locator('[data-figure=orders]:not(:has(.ghost))').waitFor({ timeout: 20_000 });
  check((await page.title()).includes('实时经营'), 'the live page shows in Chinese');
}

// sell places an order while the page is open and waits until the page shows it.
async function sell(page, token, { store, sku }) {
  const before = await figure(page, 'orders');
  const order = { store, channel: 'till', paid: true, payment_method: 'cash', lines: [{ sku, qty: 1 }] };
  const { id } = await api(token, 'POST', '/v1/orders', order);
  const start = performance.now();
  await page.locator(`[data-order="${id}"]`).waitFor({ timeout: 15_000 });
  const took = Math.round(performance.now() - start);
  check(took <= promisedMS, `order ${id} was on the page after ${took} ms, at most ${promisedMS}`);
  // The list and the totals are two questions to the warehouse; the totals may be one push behind.
  let now = await figure(page, 'orders');
  while (now <= before && performance.now() - start < promisedMS) {
    await page.waitForTimeout(50);
    now = await figure(page, 'orders');
  }
  check(now > before, `the number of orders rose from ${before} to ${now}`);
}

async function switchLanguage(page) {
  await page.locator('#language').click();
  await page.getByRole('heading', { name: 'Latest orders' }).waitFor();
  check((await page.locator('html').getAttribute('lang')) === 'en', 'the page speaks English');
  check(new URL(page.url()).searchParams.get('lang') === 'en', 'the address keeps the language');
  await page.goBack();
  await page.getByRole('heading', { name: '最新订单' }).waitFor();
  check(true, 'going back brings Chinese back');
}

async function tables(page) {
  for (const area of ['hours', 'minutes']) {
    const card = page.locator(`.card-${area}`);
    await card.getByRole('button').click();
    check((await card.locator('tbody tr').count()) >= 24, `the card of ${area} is also a table`);
    await card.getByRole('button').click();
  }
}

async function shoot(page, name) {
  const folder = process.env.SHOTS;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
}

async function main() {
  const [user, password] = [env('USER_NAME'), env('USER_PASSWORD')];
  const { token } = await api('', 'POST', '/v1/login', { user, password });
  const stock = await goods(token);
  const browser = await chromium.launch({
    executablePath: env('CHROMIUM', '/usr/bin/chromium'),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN' });
    const page = await context.newPage();
    const strangers = [];
    const errors = [];
    page.on('request', (r) => {
      if (new URL(r.url()).origin !== new URL(base).origin) strangers.push(r.url());
    });
    page.on('pageerror', (e) => errors.push(e.message));
    page.on('console', (m) => m.type() === 'error' && errors.push(m.text()));
    await signIn(page, user, password);
    await sell(page, token, stock);
    await shoot(page, 'live-zh');
    await switchLanguage(page);
    await tables(page);
    await page.setViewportSize({ width: 390, height: 844 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    check(wide <= 390, 'the page fits a telephone');
    await shoot(page, 'live-narrow');
    check(strangers.length === 0, `no request left the site ${strangers.join(' ')}`);
    check(errors.length === 0, `the browser reported no error ${errors.join(' | ')}`);
  } finally {
    await browser.close();
  }
}

main().catch((e) => {
  console.error('FAILED:', e.message);
  process.exit(1);
});
