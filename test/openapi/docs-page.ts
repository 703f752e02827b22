import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const TIMEOUT_MS = 60_000;

/** What the page shows of an answer. */
export interface Shown {
  /** The status, as text. */
  readonly status: string;
  readonly body: string;
}

/** The browser of this machine; undefined if it has none. */
export function findBrowser(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.flatMap((folder) => BROWSERS.map((name) => join(folder, name))).find(isExecutable);
}

/** The documentation for people in a headless browser. */
export class DocsPage implements AsyncDisposable {
  readonly #browser: Browser;
  readonly #page: Page;
  /** What the page has reported: errors of scripts, and requests to other origins. */
  readonly faults: string[] = [];

  private constructor(browser: Browser, page: Page, origin: string) {
    this.#browser = browser;
    this.#page = page;
    page.on('pageerror', (error) => this.faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.faults.push(`${message.text()} ${message.location().url}`);
    });
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(origin) && !url.startsWith('data:')) this.faults.push(`asks ${url}`);
    });
  }

  static async open(executablePath: string, server: string): Promise<DocsPage> {
    // Root has no sandbox, and a container no shared memory to speak of.
    const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'];
    const browser = await chromium.launch({ executablePath, args });
    const page = await browser.newPage();
    page.setDefaultTimeout(TIMEOUT_MS);
    const docs = new DocsPage(browser, page, server);
    await page.goto(`${server}/docs`);
    await page.waitForSelector('.opblock');
    return docs;
  }

  /** Enters a key, as a reader does. */
  async authorize(key: string): Promise<void> {
    await this.#page.click('.btn.authorize');
    await this.#page.fill('#auth-bearer-value', key);
    await this.#page.click('.auth-container .btn.authorize');
    await this.#page.click('.auth-container .btn-done');
  }

  /** Opens an operation, clicks `Try it out` and `Execute`, and enters nothing. Resolves to what is shown. */
  async execute(operation: string): Promise<Shown> {
    const block = this.#block(operation);
    const toggle = block.locator('.opblock-summary-control');
    await toggle.click();
    await block.locator('.try-out__btn').click();
    await block.locator('.btn.execute').click();
    const answer = block.locator('.live-responses-table .response').first();
    const status = await answer.locator('.response-col_status').innerText();
    const body = await answer.locator('.highlight-code code').first().innerText();
    await toggle.click();
    return { status: status.trim().split('\n')[0] ?? '', body };
  }

  /** Whether a reader can try an operation out. */
  async offersTry(operation: string): Promise<boolean> {
    const block = this.#block(operation);
    await block.locator('.opblock-summary-control').click();
    await block.locator('.responses-wrapper').waitFor();
    return (await block.locator('.try-out__btn').count()) > 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }

  #block(operation: string) {
    return this.#page.locator(`.opblock[id$="-${operation}"]`);
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
