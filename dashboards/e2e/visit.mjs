// What the browser tests share: settings, the API, a browser that tells on the page, and signing in.
import { mkdir } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import process from 'node:process';
import { chromium } from 'playwright-core';

// env reads a setting.
export const env = (name, otherwise) => {
  const value = process.env[name] ?? otherwise;
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};

export const base = env('BASE_URL').replace(/\/$/, '');

// check says what holds, or throws it.
export function check(condition, message) {
  if (!condition) throw new Error(message);
  console.log('ok:', message);
}

// api asks the console, with a bearer token where there is one.
export async function api(token, method, route, body) {
  const headers = { 'Content-Type': 'application/json' };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (method === 'POST') headers['Idempotency-Key'] = randomUUID();
  const answer = await fetch(base + route, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${route} answered ${answer.status}: ${text}`);
  return text ? JSON.parse(text) : undefined;
}

// login returns a token of the user that the settings name.
export async function login() {
  const credentials = { user: env('USER_NAME'), password: env('USER_PASSWORD') };
  return (await api('', 'POST', '/v1/login', credentials)).token;
}

// signIn fills the form on a page of the console.
export async function signIn(page, route) {
  await page.goto(base + route);
  await page.locator('input[name=user]').fill(env('USER_NAME'));
  await page.locator('input[name=password]').fill(env('USER_PASSWORD'));
  await page.locator('button[type=submit]').click();
}

// shoot keeps a picture where SHOTS says where to.
export async function shoot(page, name) {
  const folder = process.env.SHOTS;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
}

// visit runs a test in a browser of its own, and checks that no request left the site and that the
// browser reported no error. It ends the process.
export async function visit(test) {
  try {
    await browse(test);
  } catch (e) {
    console.error('FAILED:', e.message);
    process.exit(1);
  }
}

async function browse(test) {
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
    await test(page);
    await page.setViewportSize({ width: 390, height: 844 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    await shoot(page, `${path.basename(process.argv[1], '.mjs')}-narrow`);
    check(wide <= 390, 'the page fits a telephone');
    check(strangers.length === 0, `no request left the site ${strangers.join(' ')}`);
    check(errors.length === 0, `the browser reported no error ${errors.join(' | ')}`);
  } finally {
    await browser.close();
  }
}
