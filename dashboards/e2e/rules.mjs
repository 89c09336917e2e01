// The browser test of the merchandising rules: headquarters finds none, forgets something, adds
// one, sees it in both languages, and deletes it after being asked. Settings as for live.mjs.
import { check, shoot, signIn, visit } from './visit.mjs';

const rows = (page) => page.locator('.card-rules tbody tr');
const button = (page, name) => page.getByRole('button', { name, exact: true });

await visit(async (page) => {
  await signIn(page, '/rules?lang=en');
  await page.getByText('No rules', { exact: true }).waitFor({ timeout: 30_000 });
  check(true, 'without rules the page says what to do');

  await page.locator('select[name=kind]').selectOption('pin');
  await button(page, 'Add rule').click();
  check((await page.locator('input[name=sku]:invalid').count()) === 1, 'a pin wants a SKU');
  check((await rows(page).count()) === 0, 'nothing was added');

  await page.locator('select[name=kind]').selectOption('block');
  await page.locator('select[name=tag]').selectOption('limited');
  await page.locator('input[name=note]').fill('recall');
  await button(page, 'Add rule').click();
  await rows(page).first().waitFor();
  const text = await rows(page).first().innerText();
  check(/Block/.test(text) && /in force/.test(text) && /Limited/.test(text) && /recall/.test(text), `listed: ${text}`);
  check((await page.locator('input[name=note]').inputValue()) === '', 'the form is empty again');
  await shoot(page, 'rules');

  await page.locator('#language').click();
  await rows(page).first().getByText('屏蔽').waitFor();
  check(true, 'the rule is listed in Chinese, too');
  await page.locator('#language').click();

  await page.getByRole('button', { name: /^Delete rule/ }).click();
  await button(page, 'Keep').click();
  check((await rows(page).count()) === 1, 'a rule that is kept stays');
  await page.getByRole('button', { name: /^Delete rule/ }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('No rules', { exact: true }).waitFor();
  check(true, 'a rule that was deleted is gone');
});
