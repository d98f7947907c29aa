/** Names the version of a visit; the mesh routes its requests to that version. */
const NAME = 'version';

const SCOPE = 'Path=/; HttpOnly; SameSite=Lax';

/** The `Set-Cookie` that keeps a visit at a version until the browser is closed; undefined where it is kept there already. */
export const visitOf = (version: string, cookies: string | undefined): string | undefined =>
  versionsIn(cookies).join() === version ? undefined : `${NAME}=${version}; ${SCOPE}`;

/** The `Set-Cookie` that lets the mesh choose again. */
export const endOfVisit = `${NAME}=; Max-Age=0; ${SCOPE}`;

const versionsIn = (cookies = ''): string[] =>
  cookies
    .split(';')
    .map((cookie) => cookie.trim())
    .filter((cookie) => cookie.startsWith(`${NAME}=`))
    .map((cookie) => cookie.slice(NAME.length + 1));
