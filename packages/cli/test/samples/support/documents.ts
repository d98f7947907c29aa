export interface DocumentAnswer {
  readonly id: string;
  readonly title: string;
  readonly body: string;
}

/** Saves a document through the gateway. */
export async function saveDocument(gatewayUrl: string, title: string, body = `# ${title}`): Promise<DocumentAnswer> {
  const response = await fetch(`${gatewayUrl}/api/documents`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
    body: JSON.stringify({ title, body }),
    signal: AbortSignal.timeout(10_000),
  });
  if (response.status !== 201) throw new Error(`POST /api/documents: ${response.status} ${await response.text()}`);
  return (await response.json()) as DocumentAnswer;
}

/** Changes a document through the gateway, as a user who saw this revision. */
export async function changeDocument(
  gatewayUrl: string,
  id: string,
  revision: number,
  content: { readonly title: string; readonly body: string },
): Promise<void> {
  const response = await fetch(`${gatewayUrl}/api/documents/${id}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'if-match': `"${revision}"` },
    body: JSON.stringify(content),
    signal: AbortSignal.timeout(10_000),
  });
  if (response.status !== 200) throw new Error(`PUT /api/documents/${id}: ${response.status} ${await response.text()}`);
}

export async function readDocument(gatewayUrl: string, id: string): Promise<DocumentAnswer> {
  const response = await fetch(`${gatewayUrl}/api/documents/${id}`, { signal: AbortSignal.timeout(10_000) });
  if (response.status !== 200) throw new Error(`GET /api/documents/${id}: ${response.status} ${await response.text()}`);
  return (await response.json()) as DocumentAnswer;
}
