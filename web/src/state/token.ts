// Tokens of links: behind the #, which browsers send to nobody.

/** Take the token out of the address, so that it does not stay in the history. */
export function takeToken(): string {
  const token = new URLSearchParams(window.location.hash.slice(1)).get("token") ?? "";
  if (token) window.history.replaceState(null, "", window.location.pathname + window.location.search);
  return token;
}
