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
import { randomUUID } from 'node:crypto';
import process from 'node:process';
import { api, check, login, shoot, signIn, visit } from './visit.mjs';

const promisedMS = 2_000;

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

async function open(page) {
  await signIn(page, '/?lang=zh-CN');
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

await visit(async (page) => {
  const token = await login();
  const stock = await goods(token);
  await open(page);
  await sell(page, token, stock);
  await shoot(page, 'live-zh');
  await switchLanguage(page);
  await tables(page);
});
