/** @throws TypeError if the text is not an http(s) URL without a user name; `what` and `hint` are for its message */
export function httpUrl(text: string, what: string, hint = ''): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new TypeError(`found ${JSON.stringify(text)}, expected the http(s) URL of ${what}${hint}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new TypeError(`found a user name in the URL of ${what} at ${url.host}, expected one without`);
  }
  return url;
}
