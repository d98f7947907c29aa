#compdef platform
# Completion of ./platform for zsh. It asks the checkout that the command line names, so it needs no update.
_platform() {
  local value description
  local -a found open
  while IFS=$'\t' read -r value description; do
    if [[ $value == *[=:] ]]; then open+=("$value"); else found+=("${value//:/\\:}${description:+:$description}"); fi
  done < <("${${(Q)words[1]}/#\~/$HOME}" __complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)
  (( $#found + $#open )) || { _files; return }
  (( $#open )) && compadd -S '' -- $open
  (( $#found )) && _describe platform found
}
if [[ ${funcstack[1]} == _platform ]]; then _platform; else compdef _platform platform; fi
