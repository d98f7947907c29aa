/** Images that are built in this repository, a build argument that a rule of its own looks at, and Docker's word for no image. */
const OWN = /^(localhost\/|\$\{?BASE\}?$|scratch$)/;

/**
 * True where a reference names one image for good: a digest, or a tag that begins with a version of two numbers or more.
 * A bare major version, such as `24-slim`, moves; so does no tag, which Docker takes for `latest`.
 */
export const isPinnedImage = (reference: string): boolean =>
  OWN.test(reference) || /@sha256:[0-9a-f]{64}$/.test(reference) || /:v?\d+\.\d+[\w.-]*$/.test(reference);
