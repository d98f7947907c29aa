# Completion of ./platform for bash. It asks the checkout that the command line names, so it needs no update.
_platform() {
  local value description
  COMPREPLY=()
  while IFS=$'\t' read -r value description; do
    COMPREPLY+=("$value")
  done < <("${COMP_WORDS[0]/#\~/$HOME}" __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  case ${COMPREPLY[0]-} in *[=:]) compopt -o nospace 2>/dev/null ;; esac
}
complete -o default -F _platform platform
