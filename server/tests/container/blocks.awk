# Writes each fenced block of a Markdown file to FOLDER/NUMBER.LANGUAGE, and its heading to
# FOLDER/NUMBER.heading: awk -v folder=FOLDER -v first=NUMBER -f blocks.awk FILE. Fails at a block that it
# cannot read, so that none is skipped.

function refuse(why) {
    printf "%s:%d: %s\n", FILENAME, FNR, why > "/dev/stderr"
    failed = 1
    exit 1
}

BEGIN { number = first }

in_block && $1 == "```" {
    in_block = 0
    close(file)
    next
}

in_block {
    print substr($0, indentation + 1) > file
    next
}

/^ *```/ {
    language = substr($1, 4)
    if (language !~ /^(sh|ini|sql)$/)
        refuse("a block in an unknown language: " $1)
    indentation = index($0, "`") - 1
    name = sprintf("%s/%03d", folder, number++)
    file = name "." language
    print heading > (name ".heading")
    close(name ".heading")
    in_block = 1
    next
}

/^    / && previous == "" { refuse("an indented block: use a fence with a language") }

/^#+ / { heading = substr($0, index($0, " ") + 1) }

{ previous = $0 }

END {
    if (in_block && !failed)
        refuse("a block without an end")
}
