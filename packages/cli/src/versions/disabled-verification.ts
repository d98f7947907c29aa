/** Options that let a client accept content without a signature or a hash, and those that skip the verification of a certificate. */
const OPTIONS: readonly RegExp[] = [
  // apt and mmdebstrap: without them the suite's Release must be signed by a key of Debian's keyring.
  /trusted=yes/,
  /allow-insecure=yes/,
  /--allow-unauthenticated/,
  /AllowUnauthenticated/,
  /AllowInsecureRepositories/,
  // Go: without them a module must have the hash of go.sum, and one that is new the hash of the checksum database.
  /\bGO(?:NOSUMDB|NOSUMCHECK|INSECURE|PRIVATE)\b/,
  /\bGOFLAGS\b.*-mod=mod/,
  /-insecure\b/,
  // pip and npm.
  /--trusted-host/,
  /strict-ssl\s*[=:]\s*false/,
  /NODE_TLS_REJECT_UNAUTHORIZED/,
  /--no-check-certificate/,
];

/** The lines of a file that turn off the verification of downloads. */
export const disabledVerification = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => OPTIONS.some((option) => option.test(line)))
    .map((line) => line.trim());
