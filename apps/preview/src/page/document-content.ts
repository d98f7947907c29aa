import { type NewDocument, newDocumentSchema } from '@mesh-platform/contracts';
import { ProblemException } from '@mesh-platform/service-kit';

/** The content of a document from its form. Browsers end the lines of a form with CR LF; documents of the page end them with LF. */
export const contentOf = ({ title, body }: NewDocument): NewDocument => ({ title, body: body.replaceAll('\r\n', '\n') });

/** The content, where a document may have it. @throws ProblemException 400 with the fields that it may not */
export function storable(content: NewDocument): NewDocument {
  const result = newDocumentSchema.safeParse(content);
  if (result.success) return result.data;
  const errors = result.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
  throw new ProblemException(400, 'the document is not valid', { errors });
}
