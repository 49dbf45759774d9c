# Prints the targets of a Makefile with their comments: "target: … ## what it
# does", under headings "##@ Heading".
BEGIN { FS = ":.*## " }
/^##@ / { printf "\n%s\n", substr($0, 5) }
/^[a-z][a-z-]*:.*## / { printf "  make %-10s %s\n", $1, $2 }
