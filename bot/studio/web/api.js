/** Calls of the Studio's server. The token comes behind the # of the address that the start printed. */

const [, given] = /^#token=(.+)$/.exec(location.hash) ?? [];
if (given) {
  sessionStorage.setItem('token', given);
  history.replaceState(null, '', '/');
}

/** A call that the server refused: `status` 409 for a file that was changed on the disk. */
export class Refused extends Error {
  constructor({ status, detail, hint, path }) {
    super([detail, path && path !== '$' && `At ${path}.`, hint].filter(Boolean).join(' '));
    this.status = status;
  }
}

async function ask(path, options) {
  const authorization = `Bearer ${sessionStorage.getItem('token') ?? ''}`;
  let response;
  try {
    response = await fetch(`/api/${path}`, {
      ...options,
      headers: { authorization, 'content-type': 'application/json' },
    });
  } catch {
    throw new Refused({ status: 0, detail: 'The Studio does not answer. Start it again.' });
  }
  const body = await response.json();
  if (!response.ok) throw new Refused(body);
  return body;
}

export const read = (path) => ask(path);
export const call = (path, body) => ask(path, { method: 'POST', body: JSON.stringify(body) });
