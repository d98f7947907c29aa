import { type InterfaceDeclaration, type JSDoc, type Node, SyntaxKind } from 'typescript/unstable/ast';
import { isPropertySignatureDeclaration } from 'typescript/unstable/ast/is';
import { API } from 'typescript/unstable/sync';

/** A field of an interface, with what its doc comment states. */
export interface Field {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  readonly description: string;
  /** The tag `@default`: a value, or words. */
  readonly default: string | undefined;
  /** The tag `@example`: a value. */
  readonly example: string | undefined;
  /** The tag `@generates`: what a field becomes in the cluster. */
  readonly generates: string | undefined;
}

export interface DocumentedInterface {
  readonly name: string;
  readonly description: string;
  readonly fields: readonly Field[];
}

/** Reads the interfaces of a file of a TypeScript project by its compiler. Throws an Error where one is missing. */
export function readInterfaces(project: string, file: string, names: readonly string[]): readonly DocumentedInterface[] {
  const api = new API();
  try {
    const source = api.updateSnapshot({ openProject: project }).getProject(project)?.program.getSourceFile(file);
    if (!source) throw new Error(`${file} is not part of ${project}`);
    const found = source.statements.filter((node): node is InterfaceDeclaration => node.kind === SyntaxKind.InterfaceDeclaration);
    return names.map((name) => {
      const node = found.find((one) => one.name.text === name);
      if (!node) throw new Error(`${file} has no interface ${name}`);
      return { name, description: docOf(node).description, fields: fieldsOf(node, source.text) };
    });
  } finally {
    api.close();
  }
}

const fieldsOf = ({ members }: InterfaceDeclaration, text: string): readonly Field[] =>
  [...members].filter(isPropertySignatureDeclaration).map((member) => {
    const { name, postfixToken, type } = member;
    const { description, tags } = docOf(member);
    return {
      name: text.slice(name.getStart(), name.end),
      type: type ? text.slice(type.getStart(), type.end) : '',
      optional: postfixToken !== undefined,
      description,
      default: tags.get('default'),
      example: tags.get('example'),
      generates: tags.get('generates'),
    };
  });

/** The doc comment before a node: its words, and its tags by name. */
function docOf(node: Node): { readonly description: string; readonly tags: ReadonlyMap<string, string> } {
  const doc = node.jsDoc?.at(-1) as JSDoc | undefined;
  const tags = [...(doc?.tags ?? [])].map((tag) => [tag.tagName.text, wordsOf(tag.comment)] as const);
  return { description: wordsOf(doc?.comment), tags: new Map(tags) };
}

const wordsOf = (comment: JSDoc['comment'] | undefined): string =>
  [...(comment ?? [])]
    .map(({ text }) => text)
    .join('')
    .replace(/\s*\n\s*/g, ' ')
    .trim();
