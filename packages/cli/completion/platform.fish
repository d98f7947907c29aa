# Completion of ./platform for fish. It asks the checkout that the command line names, so it needs no update.
function __platform_complete
    set -l words (commandline -opc)
    set -l last "$(commandline -ct)"
    set -l found (string replace -r '^~' $HOME -- $words[1]) __complete -- $words[2..-1] $last
    set found ($found 2>/dev/null)
    if set -q found[1]
        printf '%s\n' $found
    else
        __fish_complete_path $last
    end
end
complete -c platform -f -a '(__platform_complete)'
